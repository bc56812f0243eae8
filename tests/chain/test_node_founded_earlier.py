"""A home that an earlier release founded is refused with a clear sentence, and left as it is."""

from pathlib import Path

import orjson
import pytest

from tcmchain.chain.chains import CONTRACTS
from tcmchain.members.service.deployment import FoundedEarlier
from tcmchain.node import Node
from tcmchain.settings import Settings


def test_open__home_without_the_new_contracts__is_refused_and_left_alone(tmp_path: Path) -> None:
    addresses = {
        chain: {name: f"0x{number:040x}" for number, name in enumerate(names, 1) if name != "Consent"}
        for chain, names in CONTRACTS.items()
    }
    file = tmp_path / "deployment.json"
    file.write_bytes(orjson.dumps({"consortium": "0x" + "11" * 32, "addresses": addresses}))
    before = file.read_bytes()
    with pytest.raises(FoundedEarlier) as refused:
        Node(Settings(home=tmp_path))
    assert refused.value.details["missing"] == ["care/Consent"]
    assert file.read_bytes() == before

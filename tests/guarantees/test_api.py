"""What the write doors of guarantees take."""

import pytest
from pydantic import ValidationError

from tcmchain.guarantees.api.bodies import AccusationBody

_LOT = "0x" + "11" * 32


@pytest.mark.parametrize("told", ["0x" + "ab" * 32, "ab" * 32, " " + "AB" * 32 + "\n"])
def test_accuse__digest_as_a_tool_prints_it__is_taken(told: str) -> None:
    assert AccusationBody(lot=_LOT, findings=told).findings == "0x" + "ab" * 32


@pytest.mark.parametrize("told", ["ab" * 31, "xy" * 32, 7])
def test_accuse__no_digest__is_refused(told: object) -> None:
    with pytest.raises(ValidationError):
        AccusationBody.model_validate({"lot": _LOT, "findings": told})

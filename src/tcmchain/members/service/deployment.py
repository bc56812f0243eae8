"""Which consortium a node belongs to, kept in a file of its own."""

from dataclasses import dataclass
from pathlib import Path

import orjson

from tcmchain.chain.chains import CONTRACTS
from tcmchain.errors import Conflict, Invalid
from tcmchain.values import Address, ChainName, Hash32


class NoGenesis(Invalid):
    """The node's folder has no deployment yet, and no genesis file was given: ``home``."""

    code = "node-no-genesis"


class FoundedEarlier(Conflict):
    """The consortium was founded before this release: contracts are ``missing`` in the deployment of ``home``."""

    code = "node-founded-earlier"


@dataclass(frozen=True, slots=True)
class Deployment:
    """Which consortium a node belongs to and where its contracts stand."""

    consortium: Hash32
    addresses: dict[tuple[ChainName, str], Address]

    @classmethod
    def read(cls, file: Path) -> "Deployment":
        """Read what :meth:`write` wrote; raises ``FoundedEarlier`` where this release has contracts that it lacks."""
        content = orjson.loads(file.read_bytes())
        addresses = {
            (chain, name): Address(address)
            for chain, named in content["addresses"].items()
            for name, address in named.items()
        }
        wanted = ((chain, name) for chain, names in CONTRACTS.items() for name in names)
        missing = [f"{chain}/{name}" for chain, name in wanted if (chain, name) not in addresses]
        if missing:
            raise FoundedEarlier(home=str(file.parent), missing=missing)
        return cls(Hash32(content["consortium"]), addresses)

    def write(self, file: Path) -> None:
        """Write it for the node's next start and for members that join."""
        named: dict[str, dict[str, str]] = {}
        for (chain, name), address in self.addresses.items():
            named.setdefault(chain, {})[name] = address
        draft = file.with_suffix(".draft")
        content = {"consortium": self.consortium, "addresses": named}
        draft.write_bytes(orjson.dumps(content, option=orjson.OPT_INDENT_2))
        draft.replace(file)

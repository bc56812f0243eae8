"""The contracts in force on each chain, and calls to them."""

from collections.abc import Mapping
from typing import Any, Final

from tcmchain.chain.artifacts import Artifact
from tcmchain.chain.calls import Call
from tcmchain.chain.client import ChainClient
from tcmchain.errors import Unavailable
from tcmchain.values import Address, ChainName

GAS_FLOOR: Final = 3_000_000
GAS_PER_BYTE: Final = 1_500
GAS_CAP: Final = 500_000_000


class ContractNotInstalled(Unavailable):
    """The Directory of this chain has no contract of this name (yet)."""

    code = "contract-not-installed"


class Contracts:
    """Addresses in force, by chain and name, and the calls built from them.

    The node starts it with what its deployment says; the index adds what the Directory's events say.
    """

    def __init__(self, addresses: Mapping[tuple[ChainName, str], Address] | None = None) -> None:
        self._addresses = dict(addresses or {})
        self._ever = {place: [address] for place, address in self._addresses.items()}

    @staticmethod
    def artifact(contract: str) -> Artifact:
        """The compiled contract of a name; raises ``ArtifactUnknown``."""
        return Artifact.load(contract)

    def install(self, chain: ChainName, contract: str, address: Address) -> None:
        """Take note that ``contract`` now stands at ``address``."""
        self._addresses[chain, contract] = address
        ever = self._ever.setdefault((chain, contract), [])
        if address not in ever:
            ever.append(address)

    def address(self, chain: ChainName, contract: str) -> Address:
        """Address in force; raises :class:`ContractNotInstalled`."""
        found = self._addresses.get((chain, contract))
        if found is None:
            raise ContractNotInstalled(f"{contract} is not installed on {chain}", chain=chain, contract=contract)
        return found

    def ever(self, chain: ChainName, contract: str) -> tuple[Address, ...]:
        """Every address that has stood for ``contract``, the oldest first."""
        return tuple(self._ever.get((chain, contract), ()))

    def name_of(self, chain: ChainName, address: Address) -> str | None:
        """The contract in force at an address; ``None`` when it is none of the consortium's."""
        return next((n for (c, n), found in self._addresses.items() if c == chain and found == address), None)

    def chains(self, contract: str) -> tuple[ChainName, ...]:
        """The chains on which ``contract`` stands."""
        return tuple(chain for chain, name in self._addresses if name == contract)

    def addresses(self) -> dict[tuple[ChainName, str], Address]:
        """A copy of all addresses in force."""
        return dict(self._addresses)

    def call(self, chain: ChainName, contract: str, function: str, *args: Any) -> Call:
        """Build the call of a function; raises :class:`tcmchain.errors.Invalid` for values out of range."""
        data = self.artifact(contract).encode(function, *args)
        return Call(
            chain=chain,
            contract=contract,
            function=function,
            arguments=args,
            to=self.address(chain, contract),
            data="0x" + data.hex(),
            gas=min(GAS_FLOOR + GAS_PER_BYTE * len(data), GAS_CAP),
        )

    async def ask(
        self, client: ChainClient, contract: str, function: str, *args: Any, sender: Address | None = None
    ) -> tuple[Any, ...]:
        """Ask a read-only function for its answers; raises ``Reverted`` as the contract decides."""
        artifact = self.artifact(contract)
        data = artifact.encode(function, *args)
        return artifact.decode_result(function, await client.call(self.address(client.name, contract), data, sender))

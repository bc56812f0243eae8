"""Which contract an address stands for, as the Directory's events say it in their order."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Final

from eth_utils.crypto import keccak

from tcmchain.chain.abi import checksum
from tcmchain.chain.events import RawLog
from tcmchain.values import Address, from_short_text

DIRECTORY: Final = "Members"
INSTALLED: Final = "0x" + keccak(text="Installed(bytes32,address,address)").hex()


class InForce:
    """The contracts of one chain at a point of its history."""

    def __init__(self, addresses: Mapping[str, Address]) -> None:
        self.addresses: dict[str, Address] = dict(addresses)
        self.former: list[tuple[str, Address]] = []
        self._names = {address: name for name, address in addresses.items()}

    def copy(self) -> "InForce":
        """An independent copy."""
        found = InForce(self.addresses)
        found.former = list(self.former)
        return found

    def walk(self, logs: Iterable[RawLog]) -> Iterator[tuple[str, RawLog]]:
        """Name the contract of each entry, leaving out those of addresses not in force, and move on with them."""
        for log in logs:
            name = self._names.get(log.address)
            if name is None:
                continue
            if name == DIRECTORY and _installs(log):
                self._install(*installed(log))
            yield name, log

    def _install(self, name: str, address: Address) -> None:
        previous = self.addresses.get(name)
        if previous is not None and previous != address:
            self._names.pop(previous, None)
            self.former.append((name, previous))
        self.addresses[name] = address
        self._names[address] = name


def installed(log: RawLog) -> tuple[str, Address]:
    """Name and address that an ``Installed`` entry puts in force; a name that is no text stays hex."""
    name = log.topics[1]
    with suppress(UnicodeDecodeError):
        name = from_short_text(name)
    return name, checksum("0x" + log.topics[2][-40:])


def newcomers(logs: Iterable[RawLog], known: Iterable[Address]) -> set[Address]:
    """Addresses that the entries install and that are not among those known."""
    found = {installed(log)[1] for log in logs if _installs(log)}
    return found.difference(known)


def _installs(log: RawLog) -> bool:
    return len(log.topics) == 4 and log.topics[0] == INSTALLED

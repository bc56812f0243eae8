"""A fragment as a custodian keeps it: sealed, with the public keys that it must fit."""

from dataclasses import dataclass

from tcmchain.values import Address, Hash32, UnixTime


@dataclass(frozen=True, slots=True)
class Fragment:
    """A sealed fragment for one grant and epoch.

    ``sealed`` opens with the custodian's inbox key only; ``verifying``, ``delegating`` and ``reading`` are public keys
    of 33 bytes; after ``until`` it is of no use and is dropped.
    """

    grant: Hash32
    epoch: int
    patient: Address
    label: Hash32
    sealed: bytes
    verifying: bytes
    delegating: bytes
    reading: bytes
    until: UnixTime

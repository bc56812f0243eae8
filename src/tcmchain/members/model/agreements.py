"""Agreements that every member signs before it acts, and appointments of operators."""

from dataclasses import dataclass

from tcmchain.values import Address, Hash32, MemberId, UnixTime


@dataclass(frozen=True, slots=True)
class Agreement:
    """A version of the agreement; ``digest`` is the SHA-256 of its text, ``starts`` the moment from which it binds."""

    version: int
    digest: Hash32
    starts: UnixTime
    title: str


@dataclass(frozen=True, slots=True)
class AgreementSignature:
    """A member signed a version."""

    member: MemberId
    version: int
    at: UnixTime
    tx: Hash32


@dataclass(frozen=True, slots=True)
class Appointment:
    """An officer appoints (or dismisses) an operator; ``serial`` is one more than the member's last."""

    member: MemberId
    account: Address
    appointed: bool
    serial: int

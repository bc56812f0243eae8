"""Licences of practitioners, what may be decided about them, and what can go wrong."""

from dataclasses import dataclass
from enum import IntEnum

from eth_utils.crypto import keccak

from tcmchain.errors import Conflict, Invalid, NotFound, NotPermitted
from tcmchain.values import Address, Hash32, LicenceId, MemberId, UnixTime


class LicenceUnknown(NotFound):
    """No such licence was issued: ``licence``."""

    code = "practitioners-unknown"


class NotCertifier(NotPermitted):
    """The signer acts for no certifier or regulator that may decide this: ``signer``."""

    code = "practitioners-not-certifier"


class LicenceKnownAlready(Conflict):
    """A licence of this id was issued already: ``licence``."""

    code = "practitioners-known-already"


class WrongSerial(Conflict):
    """Something else was decided in between: ``expected``, ``given``."""

    code = "practitioners-wrong-serial"


class WrongStanding(Conflict):
    """The licence does not stand so that this can be decided: ``licence``, ``standing``."""

    code = "practitioners-wrong-standing"


class LicenceInvalid(Invalid):
    """A value that a licence cannot have."""

    code = "practitioners-invalid"


class LicenceStanding(IntEnum):
    """How a licence stands; numbers are those of the contract."""

    VALID = 1
    SUSPENDED = 2
    REVOKED = 3

    @property
    def word(self) -> str:
        """The standing as the contract and doors spell it: ``Valid``."""
        return self.name.title()


@dataclass(frozen=True, slots=True)
class Licence:
    """What a certifier signs.

    ``holder`` is the practitioner's account, ``scope`` what it allows as short text (``physician``), ``digest`` the
    SHA-256 of the licence's document.
    """

    id: LicenceId
    holder: Address
    scope: str
    starts: UnixTime
    not_after: UnixTime
    digest: Hash32


@dataclass(frozen=True, slots=True)
class LicenceRecord:
    """A licence as the chain has it."""

    licence: Licence
    standing: LicenceStanding
    issuer: MemberId
    rulings: int
    issued: UnixTime

    def allows(self, scope: str, at: UnixTime) -> bool:
        """Whether it lets its holder act within a scope at a moment."""
        terms = self.licence
        valid = self.standing is LicenceStanding.VALID and terms.starts <= at <= terms.not_after
        return valid and terms.scope == scope


@dataclass(frozen=True, slots=True)
class Ruling:
    """A later decision; ``serial`` is one more than the licence's last ruling."""

    licence: LicenceId
    standing: LicenceStanding
    serial: int
    digest: Hash32


def licence_id(issuer: MemberId, number: str) -> LicenceId:
    """Id of the licence that ``issuer`` gives out under its own ``number``."""
    return LicenceId("0x" + keccak(text=f"{issuer}/{number.strip()}").hex())

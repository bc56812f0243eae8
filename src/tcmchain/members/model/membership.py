"""Members and the accounts that act for them."""

from dataclasses import dataclass
from enum import Enum, IntEnum, StrEnum
from typing import Final

from tcmchain.members.model.errors import MembershipInvalid
from tcmchain.members.model.profile import Profile
from tcmchain.values import Address, Hash32, MemberId, UnixTime


class Kind(IntEnum):
    """What a member is; numbers are those of the contract."""

    GROWER = 1
    MERCHANT = 2
    FACTORY = 3
    LAB = 4
    HOSPITAL = 5
    CLINIC = 6
    PHARMACY = 7
    REGULATOR = 8
    CERTIFIER = 9
    INSURER = 10
    RESEARCH = 11

    @property
    def word(self) -> str:
        """The kind as the contract, doors and files spell it: ``Grower``."""
        return self.name.title()

    def name_in(self, language: str) -> str:
        """What people call it, in Chinese or English."""
        return _KIND_NAMES[self][language.startswith("en")]


_KIND_NAMES: Final = {
    Kind.GROWER: ("药农", "Grower"),
    Kind.MERCHANT: ("药商", "Merchant"),
    Kind.FACTORY: ("饮片企业", "Factory"),
    Kind.LAB: ("检验机构", "Lab"),
    Kind.HOSPITAL: ("医院", "Hospital"),
    Kind.CLINIC: ("诊所", "Clinic"),
    Kind.PHARMACY: ("药房", "Pharmacy"),
    Kind.REGULATOR: ("监管机构", "Regulator"),
    Kind.CERTIFIER: ("认证机构", "Certifier"),
    Kind.INSURER: ("医保机构", "Insurer"),
    Kind.RESEARCH: ("研究机构", "Research"),
}


class Standing(IntEnum):
    """How a member stands; numbers are those of the contract."""

    ACTIVE = 1
    SUSPENDED = 2
    EXPELLED = 3

    @property
    def word(self) -> str:
        """The standing as the contract and doors spell it: ``Active``."""
        return self.name.title()


class Role(StrEnum):
    """What an account may do for its member: an officer votes, signs agreements and appoints operators."""

    OFFICER = "officer"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Member:
    """One member; ``agreement`` is the newest version it signed, 0 for none."""

    id: MemberId
    kind: Kind
    standing: Standing
    voting: bool
    officer: Address
    agreement: int
    appointments: int
    profile: Profile
    since: UnixTime


@dataclass(frozen=True, slots=True)
class Account:
    """An account that acts for a member."""

    address: Address
    member: MemberId
    role: Role
    since: UnixTime


class Turn(Enum):
    """What was decided about a member."""

    ADMITTED = "admitted"
    SUSPENDED = "suspended"
    REINSTATED = "reinstated"
    EXPELLED = "expelled"
    OFFICER_REPLACED = "officer-replaced"


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One decision about a member as it stands on the chain."""

    turn: Turn
    reason: str
    digest: Hash32 | None
    at: UnixTime
    tx: Hash32


def kind_of(word: str) -> Kind:
    """Read a kind's word, whatever its case; raises :class:`MembershipInvalid`."""
    try:
        return Kind[word.strip().upper()]
    except KeyError as error:
        raise MembershipInvalid(f"{word!r} is no kind of member", kind=word) from error


def standing_of(word: str) -> Standing:
    """Read a standing's word, whatever its case; raises :class:`MembershipInvalid`."""
    try:
        return Standing[word.strip().upper()]
    except KeyError as error:
        raise MembershipInvalid(f"{word!r} is no standing", standing=word) from error

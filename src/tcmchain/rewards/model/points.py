"""Points: who has how many, where they come from and go, and what can go wrong with them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NewType

import orjson

from tcmchain.errors import Conflict, Invalid, NotFound, NotPermitted
from tcmchain.values import Address, Hash32, MemberId, Points, UnixTime

HolderId = NewType("HolderId", str)
"""Whose points: a member's id, ``fund``, ``reserve``, or the name of a contract."""

THOUSANDTHS: Final = 1000
FUND: Final = HolderId("fund")
RESERVE: Final = HolderId("reserve")
FACTS_LIMIT: Final = 4096
"""Bytes that the reason of an allotment may take as JSON."""

_AMOUNT: Final = re.compile(r"([0-9]{1,16})(?:\.([0-9]{1,3}))?")
_LONGEST_NOTE: Final = 200
_PERSON: Final = "0x" + "0" * 24


class NotInForce(NotPermitted):
    """No contract in force under this name: ``name``, ``account``."""

    code = "rewards-not-in-force"


class NotRegulator(NotPermitted):
    """Only a regulator gives out points: ``member``."""

    code = "rewards-not-regulator"


class OwnPurse(NotPermitted):
    """A regulator gives its own member nothing: ``member``."""

    code = "rewards-own-purse"


class UnknownMember(NotFound):
    """There is no such member: ``member``."""

    code = "rewards-unknown-member"


class TooFewPoints(Conflict):
    """The purse holds too little: ``holder``, ``has``, ``asked``, in thousandths."""

    code = "rewards-too-few-points"


class NoPoints(Invalid):
    """There is nothing to move."""

    code = "rewards-nothing"


class ReasonTooLong(Invalid):
    """The reason is longer than it may be: ``most``, ``given`` bytes."""

    code = "rewards-reason-too-long"


class PointsUnreadable(Invalid):
    """The text is no number of points with at most three decimals: ``text``."""

    code = "rewards-points-unreadable"


class Why(StrEnum):
    """What points moved for; the contract's own words."""

    FOUNDING = "founding"
    ALLOTMENT = "allotment"
    FEE = "fee"
    BOND = "bond"
    RETURN = "return"
    COMPENSATION = "compensation"
    COVER = "cover"
    LEFT = "left"
    STRUCK = "struck"
    TRANSFER = "transfer"
    REWARD = "reward"


class Place(StrEnum):
    """Where points can be: in purses of members and persons, in a common purse, or locked in a contract."""

    FOUNDING = "founding"
    MEMBERS = "members"
    FUND = "fund"
    RESERVE = "reserve"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class Purse:
    """What a holder has."""

    holder: HolderId
    amount: Points

    @property
    def member(self) -> MemberId | None:
        """The member whose purse it is, if it is one's."""
        owned = place_of(self.holder) is Place.MEMBERS and person_of(self.holder) is None
        return MemberId(self.holder) if owned else None


@dataclass(frozen=True, slots=True)
class Move:
    """Points that changed hands; ``about`` is a lot or case, or ``None``. ``step`` orders moves as the chain does."""

    step: int
    sender: HolderId | None
    receiver: HolderId
    why: str
    amount: Points
    about: Hash32 | None
    happened: UnixTime
    tx: Hash32


@dataclass(frozen=True, slots=True)
class Flow:
    """All that went one way for one reason."""

    source: Place
    sink: Place
    why: str
    amount: Points
    moves: int


@dataclass(frozen=True, slots=True)
class Supply:
    """Where all points are; the four places make up ``total``, always."""

    total: Points
    members: Points
    fund: Points
    reserve: Points
    locked: Points

    @property
    def closes(self) -> bool:
        """Whether the places make up the supply."""
        return self.total == self.members + self.fund + self.reserve + self.locked


_COMMON: Final[Mapping[str, Place]] = MappingProxyType({FUND: Place.FUND, RESERVE: Place.RESERVE})


def place_of(holder: str | None) -> Place:
    """Which of the places a holder is."""
    if holder is None:
        return Place.FOUNDING
    if holder.startswith("0x"):
        return Place.MEMBERS
    return _COMMON.get(holder, Place.LOCKED)


def holder_of(account: Address) -> HolderId:
    """The purse of a person's account: its address, filled up with zeros in front."""
    return HolderId("0x" + account[2:].lower().rjust(64, "0"))


def person_of(holder: str | None) -> str | None:
    """The account (lower-case ``0x`` hex) whose purse a holder is; ``None`` for members and common purses."""
    return "0x" + holder[-40:] if holder is not None and holder.startswith(_PERSON) else None


def parse_points(text: str) -> Points:
    """Thousandths out of ``12.5``; raises :class:`PointsUnreadable`."""
    fitting = _AMOUNT.fullmatch(text.strip().replace(",", "").replace("，", ""))
    if fitting is None:
        raise PointsUnreadable(text=text[:40])
    whole, rest = fitting.groups()
    return Points(int(whole) * THOUSANDTHS + int((rest or "").ljust(3, "0")))


def format_points(amount: int) -> str:
    """``12.5`` out of thousandths, with the thousands set off."""
    value = Decimal(amount) / THOUSANDTHS
    return f"{value.normalize():,f}" if value else "0"


def write_reason(note: str) -> str:
    """The reason of an allotment as the chain keeps it; raises :class:`ReasonTooLong`."""
    text = note.strip()
    if len(text) > _LONGEST_NOTE or not text.isprintable():
        raise ReasonTooLong(most=_LONGEST_NOTE, given=len(text))
    return orjson.dumps({"note": text} if text else {}).decode()

"""The desk of a member: what waits, what is at hand, and which steps it may take."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from tcmchain.members.model.membership import Kind, Member
from tcmchain.members.service.roll import Roll
from tcmchain.provenance.model.errors import MomentUnreadable, NoMember
from tcmchain.provenance.model.lots import Shipment, ShipmentState
from tcmchain.provenance.model.moments import end_of_day, parse_moment
from tcmchain.provenance.model.quantity import format_mass
from tcmchain.provenance.model.stock import StockLine
from tcmchain.provenance.pages.forms import tiles
from tcmchain.provenance.pages.names import Names, Party
from tcmchain.provenance.pages.stages import day_text, stage_of
from tcmchain.provenance.pages.tables import stock_table
from tcmchain.provenance.service.ledger import Ledger
from tcmchain.provenance.service.recalls import Recalls
from tcmchain.values import UnixTime
from tcmchain.web.i18n import language_of
from tcmchain.web.pages import Pages
from tcmchain.web.session import Caller, signed_in

SignedIn = Annotated[Caller, Depends(signed_in)]
Day = Annotated[str, Query(max_length=10)]
_STOCKLESS: Final = frozenset({Kind.LAB, Kind.REGULATOR, Kind.CERTIFIER, Kind.INSURER, Kind.RESEARCH})
_WARN_DAYS: Final = 90
_RECENT: Final = 8


@dataclass(frozen=True, slots=True)
class ShipmentRow:
    """A shipment as a desk lists it."""

    shipment: Shipment
    party: Party
    when: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class StockRow:
    """A form in stock; quantities are texts."""

    line: StockLine
    name: str
    opening: str
    came_in: str
    stored: str
    went_out: str
    left: str
    expires: str


def acting(caller: Caller, roll: Roll) -> Member:
    """The member that the caller acts for; raises ``NoMember``."""
    if caller.member is None:
        raise NoMember(account=caller.address)
    return roll.member(caller.member)


class Desk:
    """Gathers what a member's desk shows."""

    def __init__(self, ledger: Ledger, recalls: Recalls, roll: Roll, now: Callable[[], float] = time.time) -> None:
        self._ledger = ledger
        self._recalls = recalls
        self._roll = roll
        self._now = now

    def show(self, member: Member, names: Names, start: str, end: str) -> dict[str, Any]:
        """The desk's parts; those that a kind of member has no use for are empty."""
        stocked = member.kind not in _STOCKLESS
        steps = self._ledger.steps(member=member.id, limit=_RECENT)
        quotas = self._ledger.quotas(member.id) if member.kind is Kind.GROWER else []
        return {
            "member": member,
            "party": names.party(member.id),
            "tiles": tiles(member.kind),
            "stocked": stocked,
            "notices": self._recalls.notices(member.id) if stocked else [],
            "start": start,
            "end": end,
            "coming": self.shipments(member, names, incoming=True) if stocked else [],
            "going": self.shipments(member, names, incoming=False) if stocked else [],
            "stock": self.stock(member, names, start, end) if stocked else [],
            "expiring": self._expiring(member, names) if stocked else [],
            "quotas": [
                (q, names.form(q.form), format_mass(q.left), format_mass(q.total), day_text(q.not_after))
                for q in quotas
            ],
            "stages": [stage_of(step, names, {}) for step in steps],
        }

    def shipments(self, member: Member, names: Names, incoming: bool) -> list[ShipmentRow]:
        """Shipments underway."""
        found = self._ledger.shipments(member.id, incoming, ShipmentState.UNDERWAY)
        lots = self._ledger.lots([line.lot for shipment in found for line in shipment.lines])
        names.read({s.sender for s in found} | {s.consignee for s in found})
        return [
            ShipmentRow(
                shipment,
                names.party(shipment.sender if incoming else shipment.consignee),
                day_text(shipment.shipped),
                tuple((names.form(lots[line.lot].form), format_mass(line.shipped)) for line in shipment.lines),
            )
            for shipment in found
        ]

    def lines(self, member: Member, start: str, end: str) -> Sequence[StockLine]:
        """Stock over a period; a day that cannot be read does not bound it."""
        return self._ledger.stock(member.id, _moment(start, parse_moment), _moment(end, end_of_day))

    def stock(self, member: Member, names: Names, start: str, end: str) -> list[StockRow]:
        """Stock by form, as texts."""
        return [
            StockRow(
                line=line,
                name=names.form(line.form),
                opening=format_mass(line.account.opening),
                came_in=format_mass(line.account.came_in),
                stored=format_mass(line.account.stored),
                went_out=format_mass(line.account.went_out),
                left=format_mass(line.account.left),
                expires=day_text(line.earliest_expiry),
            )
            for line in self.lines(member, start, end)
        ]

    def _expiring(self, member: Member, names: Names) -> list[dict[str, Any]]:
        return [
            {
                "held": held,
                "name": names.form(held.lot.form),
                "amount": format_mass(held.milligrams),
                "day": day_text(held.lot.expires),
                "gone": held.lot.expires <= self._now(),
            }
            for held in self._ledger.expiring(member.id, _WARN_DAYS)
        ]


def _moment(day: str, read: Callable[[str], UnixTime]) -> UnixTime | None:
    try:
        return read(day) if day else None
    except MomentUnreadable:
        return None


def router(ledger: Ledger, recalls: Recalls, roll: Roll, pages: Pages) -> APIRouter:
    """``/provenance/desk`` and its stock as a table."""
    found = APIRouter(prefix="/provenance/desk", include_in_schema=False)
    desk = Desk(ledger, recalls, roll)

    @found.get("")
    def show(request: Request, caller: SignedIn, start: Day = "", end: Day = "") -> Response:
        """The desk of the caller's member."""
        names = Names(roll, language_of(request))
        shown = desk.show(acting(caller, roll), names, start, end)
        return pages.render(request, "provenance/desk.html", **shown)

    @found.get("/stock.csv")
    def export(request: Request, caller: SignedIn, start: Day = "", end: Day = "") -> Response:
        """Stock over a period as CSV."""
        names = Names(roll, language_of(request))
        return stock_table(desk.lines(acting(caller, roll), start, end), names)

    return found

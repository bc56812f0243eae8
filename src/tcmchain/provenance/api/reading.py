"""Doors that read."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from tcmchain.provenance.api.bodies import Day, Identifier, Mass, Moment
from tcmchain.provenance.api.views import (
    CertificateView,
    FormView,
    HoldingView,
    LotView,
    Page,
    PickView,
    QuotaView,
    ShipmentView,
    StepView,
    StockView,
    YieldView,
)
from tcmchain.provenance.model.errors import NoMember, NotYourStock
from tcmchain.provenance.model.gs1 import parse_gtin
from tcmchain.provenance.model.lots import ShipmentState
from tcmchain.provenance.model.steps import StepKind
from tcmchain.provenance.service.ledger import Ledger
from tcmchain.values import FormId, LotId, MemberId, Milligrams, QuotaId, ShipmentId, UnixTime
from tcmchain.web.session import Caller, signed_in

SignedIn = Annotated[Caller, Depends(signed_in)]
Limit = Annotated[int, Query(ge=1, le=200)]
MemberText = Annotated[Identifier | None, Query(description="a member's id; by default the caller's own")]

_SEE_ALL = frozenset({"Regulator", "Certifier", "Hospital", "Clinic", "Pharmacy"})


def member_of(caller: Caller) -> MemberId:
    """The member that the caller acts for; raises ``NoMember``."""
    if caller.member is None:
        raise NoMember(account=caller.address)
    return caller.member


def _holder(caller: Caller, wanted: str | None) -> MemberId:
    if wanted is None or wanted == caller.member:
        return member_of(caller)
    if caller.kind not in _SEE_ALL:
        raise NotYourStock(holder=wanted)
    return MemberId(wanted)


def router(ledger: Ledger) -> APIRouter:
    """Lots and certificates for everybody, stock and shipments for members."""
    found = APIRouter()
    _lots(found, ledger)
    _rules(found, ledger)
    _stock(found, ledger)
    return found


def _lots(found: APIRouter, ledger: Ledger) -> None:
    @found.get("/lots")
    def search_lots(
        q: Annotated[str, Query(max_length=100, description="name, pinyin, number, GTIN or code")] = "",
        limit: Limit = 20,
        offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    ) -> Page:
        """Search lots; packed lots first, then the newest."""
        lots = [LotView.of(lot) for lot in ledger.search(q, limit, offset)]
        return Page(total=ledger.count(q), block=ledger.block(), lots=lots)

    @found.get("/lots/{lot}")
    def read_lot(lot: Identifier) -> LotView:
        """One lot."""
        return LotView.of(ledger.lot(LotId(lot)))

    @found.get("/lots/{lot}/certificate")
    def read_certificate(lot: Identifier) -> CertificateView:
        """A lot's whole way, back to the field."""
        return CertificateView.of(ledger.certificate(LotId(lot)))

    @found.get("/codes/{code}")
    def read_code(code: Annotated[str, Path(max_length=80)]) -> LotView:
        """The lot of a short code."""
        return LotView.of(ledger.by_code(code))

    @found.get("/items/{gtin}/lots/{number}")
    def read_item(gtin: str, number: str) -> LotView:
        """The packed lot of a GTIN and lot number."""
        return LotView.of(ledger.by_gtin(parse_gtin(gtin), number))

    @found.get("/steps")
    def list_steps(
        member: Annotated[Identifier | None, Query()] = None,
        lot: Annotated[Identifier | None, Query()] = None,
        kind: Annotated[StepKind | None, Query()] = None,
        before: Annotated[int | None, Query(ge=0, le=2**62)] = None,
        limit: Limit = 50,
    ) -> list[StepView]:
        """Steps, newest first; give the last one's ``id`` as ``before`` for the next page."""
        member_id = None if member is None else MemberId(member)
        return [StepView.of(step) for step in ledger.steps(member_id, lot, kind, before, limit)]


def _rules(found: APIRouter, ledger: Ledger) -> None:
    @found.get("/forms")
    def list_forms() -> list[FormView]:
        """Forms that the ledger knows, in the order of processing."""
        return [FormView.of(form) for form in ledger.forms()]

    @found.get("/yields")
    def list_yields() -> list[YieldView]:
        """How much may be made of what."""
        return [YieldView.of(rule) for rule in ledger.yields()]

    @found.get("/quotas")
    def list_quotas(grower: Annotated[Identifier | None, Query()] = None) -> list[QuotaView]:
        """Certified quotas, of one grower or of all."""
        return [QuotaView.of(q) for q in ledger.quotas(None if grower is None else MemberId(grower))]

    @found.get("/quotas/{quota}")
    def read_quota(quota: Identifier) -> QuotaView:
        """One quota."""
        return QuotaView.of(ledger.quota(QuotaId(quota)))


def _stock(found: APIRouter, ledger: Ledger) -> None:
    @found.get("/stock")
    def read_stock(
        caller: SignedIn,
        holder: MemberText = None,
        start: Annotated[Moment | None, Query(description="first day of the period")] = None,
        end: Annotated[Day | None, Query(description="last day of the period")] = None,
    ) -> list[StockView]:
        """Stock by form over a period: 购入, 存储量, 流出量, 剩余量."""
        first = None if start is None else UnixTime(start)
        last = None if end is None else UnixTime(end)
        return [StockView.of(line) for line in ledger.stock(_holder(caller, holder), first, last)]

    @found.get("/holdings")
    def list_holdings(
        caller: SignedIn, holder: MemberText = None, form: Annotated[str | None, Query(max_length=31)] = None
    ) -> list[HoldingView]:
        """Lots at hand, that which expires first first."""
        wanted = None if form is None else FormId(form)
        return [HoldingView.of(held) for held in ledger.holdings(_holder(caller, holder), wanted)]

    @found.get("/expiring")
    def list_expiring(
        caller: SignedIn, days: Annotated[int, Query(ge=0, le=3660)] = 90, holder: MemberText = None
    ) -> list[HoldingView]:
        """Lots at hand that have expired or soon will."""
        return [HoldingView.of(held) for held in ledger.expiring(_holder(caller, holder), days)]

    @found.get("/proposal")
    def propose(
        caller: SignedIn, form: Annotated[str, Query(max_length=31)], quantity: Annotated[Mass, Query()]
    ) -> list[PickView]:
        """Which lots to take a quantity from: first expired, first out."""
        picks = ledger.propose(member_of(caller), FormId(form), Milligrams(quantity))
        return [PickView(lot=pick.lot, milligrams=pick.milligrams) for pick in picks]

    @found.get("/shipments")
    def list_shipments(
        caller: SignedIn,
        incoming: Annotated[bool, Query()] = True,
        state: Annotated[ShipmentState | None, Query()] = None,
        holder: MemberText = None,
    ) -> list[ShipmentView]:
        """Shipments to a member, or from it, newest first."""
        shipments = ledger.shipments(_holder(caller, holder), incoming, state)
        return [ShipmentView.of(shipment) for shipment in shipments]

    @found.get("/shipments/{shipment}")
    def read_shipment(shipment: Identifier) -> ShipmentView:
        """One shipment."""
        return ShipmentView.of(ledger.shipment(ShipmentId(shipment)))

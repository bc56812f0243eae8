"""Questions to the ledger."""

import time
from collections.abc import Callable, Collection, Sequence
from typing import Final

from tcmchain.provenance.model.certificate import Certificate
from tcmchain.provenance.model.codes import lot_prefix
from tcmchain.provenance.model.errors import UnknownLot, UnknownQuota, UnknownShipment
from tcmchain.provenance.model.gs1 import scanned
from tcmchain.provenance.model.lots import DeclaredForm, Lot, Quota, Shipment, ShipmentState, Yield
from tcmchain.provenance.model.steps import Step, StepKind
from tcmchain.provenance.model.stock import Holding, Pick, StockLine
from tcmchain.provenance.model.way import way_of
from tcmchain.provenance.readmodel.accounts import ProvenanceAccounts
from tcmchain.provenance.readmodel.records import LotSearch, ProvenanceRecords
from tcmchain.provenance.service.freshness import Freshness
from tcmchain.values import (
    BlockNumber,
    FormId,
    LotId,
    MemberId,
    Milligrams,
    QuotaId,
    ShipmentId,
    UnixTime,
    is_hash32,
)

DAY: Final = 86_400
_FAR: Final = UnixTime(1 << 53)
_MOST_EDGES: Final = 2_000
_MOST_STEPS: Final = 5_000
_LOOKBACK_DAYS: Final = 90
_COVER_DAYS: Final = 14


class Ledger:
    """What is read of lots, stock and shipments; every answer is a replay of the chain's events."""

    def __init__(
        self,
        records: ProvenanceRecords,
        accounts: ProvenanceAccounts,
        find_forms: Callable[[str], Collection[FormId]],
        find_members: Callable[[str], Collection[MemberId]],
        indexed: Callable[[], BlockNumber],
        now: Callable[[], float] = time.time,
        find_lots: Callable[[str], Collection[LotId]] = lambda _: (),
    ) -> None:
        self._records = records
        self._accounts = accounts
        self._find_lots = find_lots
        self._find_forms = find_forms
        self._find_members = find_members
        self._indexed = indexed
        self._now = now
        self._freshness = Freshness(records)

    def block(self) -> BlockNumber:
        """The block up to which the answers know the chain."""
        return self._indexed()

    def version(self, lot: LotId) -> int:
        """A number that grows whenever the lot's certificate may have changed."""
        return self._freshness.version(lot)

    def forms(self) -> Sequence[DeclaredForm]:
        """Forms that the ledger knows, in the order of processing."""
        return self._records.forms()

    def yields(self) -> Sequence[Yield]:
        """Every rule of how much may be made of what."""
        return self._records.yields()

    def quota(self, quota: QuotaId) -> Quota:
        """A quota; raises ``UnknownQuota``."""
        found = self._records.quota(quota)
        if found is None:
            raise UnknownQuota(quota=quota)
        return found

    def quotas(self, grower: MemberId | None = None) -> Sequence[Quota]:
        """The quotas of a grower, or all."""
        return self._records.quotas(grower)

    def lot(self, lot: LotId) -> Lot:
        """A lot; raises ``UnknownLot``."""
        found = self._records.lot(lot)
        if found is None:
            raise UnknownLot(lot=lot)
        return found

    def lots(self, ids: Collection[LotId]) -> dict[LotId, Lot]:
        """Those of the lots that exist."""
        return self._records.lots(ids)

    def by_code(self, text: str) -> Lot:
        """The lot of a short code or of a whole id; raises ``UnknownLot``."""
        plain = text.strip().lower()
        if is_hash32(plain):
            return self.lot(LotId(plain))
        prefix = lot_prefix(text)
        found = self._records.lots_by_prefix(prefix) if prefix else []
        if len(found) != 1:
            raise UnknownLot(lot=text[:80])
        return found[0]

    def by_gtin(self, gtin: str, number: str) -> Lot:
        """The packed lot of a GTIN (fourteen digits) and lot number; raises ``UnknownLot``.

        When several makers used the same, it is the first: nobody can take another's place afterwards.
        """
        found = self._records.lots_by_gtin(gtin, number)
        if not found:
            raise UnknownLot(lot=f"{gtin} {number}")
        return found[0]

    def search(self, text: str, limit: int = 20, offset: int = 0) -> Sequence[Lot]:
        """Lots by name, pinyin, number, GTIN, code or maker; packed lots first, then the newest."""
        exact = self._exactly(text)
        return (exact if offset == 0 else []) if exact else self._search(text).page(limit, offset)

    def count(self, text: str) -> int:
        """How many lots :meth:`search` finds."""
        return len(self._exactly(text)) or self._search(text).count()

    def _exactly(self, text: str) -> list[Lot]:
        try:
            return [self.by_code(text)]
        except UnknownLot:
            label = scanned(text.strip())
            if label is not None:
                return self._records.lots_by_gtin(label.gtin, label.lot)[:1]
            return list(self.lots(self._find_lots(text.strip())).values())

    def _search(self, text: str) -> LotSearch:
        plain = text.strip()
        if not plain:
            return self._records.search("", (), ())
        return self._records.search(plain, self._find_forms(plain), self._find_members(plain))

    def made_of(self, lot: LotId) -> dict[LotId, Lot]:
        """A lot and every lot that went into it; empty when there is no such lot."""
        edges = self._records.ancestors(lot, _MOST_EDGES)
        return self._records.lots([lot, *(edge.parent for edge in edges)])

    def certificate(self, lot: LotId) -> Certificate:
        """A lot's whole way; raises ``UnknownLot``."""
        block = self.block()
        subject = self.lot(lot)
        edges = self._records.ancestors(lot, _MOST_EDGES)
        lots = self._records.lots([lot, *(edge.parent for edge in edges)])
        quotas = {q.id: q for q in self._records.quotas(ids={v.quota for v in lots.values() if v.quota})}
        behind = [subject for subject in (*lots, *quotas) if subject != lot]
        steps = self._records.steps_on_the_way(lot, behind, _MOST_STEPS)
        self._freshness.track(lot, {*lots, *quotas})
        return Certificate(
            lot=subject,
            lots=lots,
            quotas=quotas,
            edges=tuple(edges),
            steps=way_of(lot, steps),
            holdings=tuple(self._records.holdings(lot=lot)),
            balance=self._accounts.balance(lot),
            block=block,
            complete=len(edges) < _MOST_EDGES and len(steps) < _MOST_STEPS,
        )

    def step(self, step: int) -> Step | None:
        """One step by its number."""
        found = self._records.steps_by_id([step])
        return found[0] if found else None

    def steps(
        self,
        member: MemberId | None = None,
        lot: str | None = None,
        kind: StepKind | None = None,
        before: int | None = None,
        limit: int = 50,
    ) -> Sequence[Step]:
        """Steps, newest first; ``before`` is the last page's last number."""
        return self._records.steps(member, lot, kind, before, limit)

    def shipment(self, shipment: ShipmentId) -> Shipment:
        """A shipment; raises ``UnknownShipment``."""
        found = self._records.shipment(shipment)
        if found is None:
            raise UnknownShipment(shipment=shipment)
        return found

    def shipments(self, member: MemberId, incoming: bool, state: ShipmentState | None = None) -> Sequence[Shipment]:
        """A member's shipments, newest first."""
        return self._records.shipments(member, incoming, state)

    def by_sscc(self, sscc: str) -> Sequence[Shipment]:
        """Shipments whose number is a Serial Shipping Container Code of GS1, the first one first."""
        return self._records.shipments_by_reference(sscc)

    def holdings(self, holder: MemberId, form: FormId | None = None) -> Sequence[Holding]:
        """A holder's lots at hand; that which expires first stands first."""
        return self._records.holdings(holder, form)

    def stock(
        self, holder: MemberId, start: UnixTime | None = None, end: UnixTime | None = None
    ) -> Sequence[StockLine]:
        """A holder's stock by form over a period; without bounds from the beginning until now.

        ``low`` says that what is left covers less than a fortnight of the last ninety days' outflow.
        """
        outflow = self._accounts.outflow(holder, UnixTime(int(self._now()) - _LOOKBACK_DAYS * DAY))
        return [
            StockLine(
                holder=holder,
                form=row.form,
                account=row.account,
                lots=row.lots,
                earliest_expiry=row.earliest_expiry,
                low=row.account.left * _LOOKBACK_DAYS < outflow.get(row.form, 0) * _COVER_DAYS,
            )
            for row in self._accounts.by_form(holder, start or UnixTime(0), end or _FAR)
        ]

    def expiring(self, holder: MemberId, within_days: int = 90) -> Sequence[Holding]:
        """Lots at hand that have expired or will within so many days."""
        last = int(self._now()) + within_days * DAY
        return [held for held in self.holdings(holder) if 0 < held.lot.expires <= last]

    def propose(self, holder: MemberId, form: FormId, milligrams: Milligrams) -> Sequence[Pick]:
        """Take a quantity from the lots at hand, first expired first out, expired ones left out.

        The picks make up less than asked when there is not enough.
        """
        picks: list[Pick] = []
        missing = int(milligrams)
        for held in self.holdings(holder, form):
            if missing <= 0:
                break
            if held.lot.expires and held.lot.expires <= self._now():
                continue
            taken = min(missing, held.milligrams)
            picks.append(Pick(held.lot.id, Milligrams(taken)))
            missing -= taken
        return picks

"""Whatever a person writes for a lot, quota, member or shipment in a table, found in bulk."""

from collections.abc import Callable, Collection, Iterable

from tcmchain.provenance.model.codes import lot_prefix
from tcmchain.provenance.model.errors import UnknownConsignee, UnknownLot, UnknownQuota, UnknownShipment
from tcmchain.provenance.model.lots import Lot, Quota, Shipment, ShipmentState
from tcmchain.provenance.readmodel.records import ProvenanceRecords
from tcmchain.values import LotId, MemberId, ShipmentId, is_hash32


class Lookup:
    """One member's view for one table: ids, short codes and the member's own numbers."""

    def __init__(
        self,
        records: ProvenanceRecords,
        find_members: Callable[[str], Collection[MemberId]],
        member: MemberId,
    ) -> None:
        self._records = records
        self._find_members = find_members
        self._member = member
        self._lots: dict[str, Lot] = {}
        self._held: dict[LotId, int] = {}
        self._members: dict[str, MemberId] = {}
        self._quotas: dict[str, Quota] | None = None
        self._shipments: dict[str, Shipment] | None = None

    def read_lots(self, texts: Iterable[str]) -> None:
        """Look up all lots that a table names, in few queries."""
        wanted = list(dict.fromkeys(texts))
        ids = {text: LotId(text.lower()) for text in wanted if is_hash32(text.lower())}
        by_id = self._records.lots(ids.values())
        self._lots.update((text, by_id[lot]) for text, lot in ids.items() if lot in by_id)
        rest = [text for text in wanted if text not in ids]
        self._lots.update(self._records.lots_by_reference(self._member, rest))
        missing = {text for text in rest if text not in self._lots}
        if missing:
            self._read_held(missing)
        self._held = dict(self._records.held(self._member, [lot.id for lot in self._lots.values()]))

    def _read_held(self, texts: set[str]) -> None:
        """Others' numbers and short codes, as far as their lots are at hand."""
        twice: set[str] = set()
        for held in self._records.holdings(self._member):
            for name in {held.lot.reference, held.lot.code} & texts:
                if name in self._lots:
                    twice.add(name)
                self._lots[name] = held.lot
        for name in twice:
            del self._lots[name]
        for text in texts - self._lots.keys() - twice:
            prefix = lot_prefix(text)
            found = self._records.lots_by_prefix(prefix) if prefix else []
            if len(found) == 1:
                self._lots[text] = found[0]

    def lot(self, text: str) -> Lot:
        """A lot that :meth:`read_lots` was told of; raises ``UnknownLot``, also when a number fits several lots."""
        found = self._lots.get(text)
        if found is None:
            raise UnknownLot(lot=text[:80])
        return found

    def held(self, lot: LotId) -> int:
        """What the member has of a lot, in milligrams."""
        return self._held.get(lot, 0)

    def quota(self, text: str) -> Quota:
        """One of the member's quotas by id or number; raises ``UnknownQuota``."""
        if self._quotas is None:
            mine = self._records.quotas(self._member)
            self._quotas = {quota.reference: quota for quota in mine} | {quota.id: quota for quota in mine}
        found = self._quotas.get(text) or self._quotas.get(text.lower())
        if found is None:
            raise UnknownQuota(quota=text[:80])
        return found

    def shipment(self, text: str) -> Shipment:
        """A shipment underway to the member by id or number; raises ``UnknownShipment``."""
        if self._shipments is None:
            coming = self._records.shipments(self._member, incoming=True, state=ShipmentState.UNDERWAY, limit=20_000)
            self._shipments = {s.reference: s for s in coming} | {str(s.id): s for s in coming}
        found = self._shipments.get(text) or self._shipments.get(text.lower())
        if found is None:
            raise UnknownShipment(shipment=ShipmentId(text[:80]))
        return found

    def member(self, text: str) -> MemberId:
        """A member by id or name; raises ``UnknownConsignee``, also when a name fits several."""
        if text not in self._members:
            found = [MemberId(text.lower())] if is_hash32(text.lower()) else list(self._find_members(text))
            if len(found) != 1:
                raise UnknownConsignee(member=text[:80])
            self._members[text] = found[0]
        return self._members[text]

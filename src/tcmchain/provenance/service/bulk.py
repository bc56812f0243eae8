"""Steps by the thousand, out of a table: first a dry run with every wrong row, then calls to sign."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from tcmchain.chain.calls import Call
from tcmchain.errors import TcmChainError
from tcmchain.provenance.contract import Portion, ProvenanceCalls
from tcmchain.provenance.model.errors import (
    IdUnreadable,
    Insufficient,
    LinesDiffer,
    LotKnownAlready,
    QuotaExceeded,
    ReceivedTooMuch,
    RowsWrong,
    TableUnreadable,
)
from tcmchain.provenance.model.lots import Shipment
from tcmchain.provenance.model.moments import end_of_day, parse_moment
from tcmchain.provenance.model.quantity import parse_mass
from tcmchain.provenance.model.references import read_id, read_reference
from tcmchain.provenance.model.sheet import RowError, SheetKind, SheetRow, read_rows
from tcmchain.provenance.model.steps import Observation, Reason
from tcmchain.provenance.readmodel.records import ProvenanceRecords
from tcmchain.provenance.service.lookup import Lookup
from tcmchain.provenance.service.steps import deed
from tcmchain.values import LotId, MemberId, Milligrams, QuotaId, UnixTime

_STEPS_IN_ONE: Final = 50
_BYTES_IN_ONE: Final = 60_000
_MOST_PORTIONS: Final = 32
_OBSERVATIONS: Final = {
    "field-work": Observation.FIELD_WORK,
    "农事": Observation.FIELD_WORK,
    "inspection": Observation.INSPECTION,
    "检验": Observation.INSPECTION,
    "storage": Observation.STORAGE,
    "仓储": Observation.STORAGE,
}
_REASONS: Final = {
    "sampling": Reason.SAMPLING,
    "取样": Reason.SAMPLING,
    "spoilage": Reason.SPOILAGE,
    "变质": Reason.SPOILAGE,
    "loss": Reason.LOSS,
    "损耗": Reason.LOSS,
}
_YES_OR_NO: Final = {
    **dict.fromkeys(("1", "true", "yes", "是", "合格"), True),
    **dict.fromkeys(("0", "false", "no", "否", "不合格"), False),
}


Choice = TypeVar("Choice")


@dataclass(frozen=True, slots=True)
class BulkPlan:
    """What a table would do: ``calls`` are complete only when there are no ``errors``."""

    kind: SheetKind
    rows: int
    errors: tuple[RowError, ...]
    calls: tuple[Call, ...]


class Bulk:
    """Reads tables against the ledger as it stands."""

    def __init__(
        self,
        calls: ProvenanceCalls,
        records: ProvenanceRecords,
        find_members: Callable[[str], Collection[MemberId]],
    ) -> None:
        self._calls = calls
        self._records = records
        self._find_members = find_members

    def plan(self, kind: SheetKind, raw: bytes, member: MemberId) -> BulkPlan:
        """Read a table for a member, row by row; raises ``TableUnreadable`` when it is none."""
        rows = read_rows(kind, raw)
        if not rows:
            raise TableUnreadable(reason="empty", row=1, column="")
        sheet = _Sheet(self._calls, Lookup(self._records, self._find_members, member), member, self._records)
        steps = sheet.steps(kind, rows)
        calls = () if sheet.errors else tuple(self._grouped(steps))
        return BulkPlan(kind, len(rows), tuple(sheet.errors), calls)

    def calls(self, plan: BulkPlan) -> tuple[Call, ...]:
        """The calls of a plan; raises ``RowsWrong`` when a row is."""
        if plan.errors:
            raise RowsWrong(count=len(plan.errors), rows=[error.row for error in plan.errors[:20]])
        return plan.calls

    def _grouped(self, steps: Iterable[Call]) -> Iterable[Call]:
        group: list[Call] = []
        size = 0
        for step in steps:
            length = len(step.data) // 2
            if group and (len(group) == _STEPS_IN_ONE or size + length > _BYTES_IN_ONE):
                yield self._calls.together(group)
                group, size = [], 0
            group.append(step)
            size += length
        if group:
            yield self._calls.together(group)


class _Sheet:
    """One table being read; keeps what its earlier rows have used up."""

    def __init__(self, calls: ProvenanceCalls, lookup: Lookup, member: MemberId, records: ProvenanceRecords) -> None:
        self._calls = calls
        self._lookup = lookup
        self._member = member
        self._records = records
        self._used: dict[str, int] = defaultdict(int)
        self._taken: set[str] = set()
        self.errors: list[RowError] = []
        self._column = ""

    def steps(self, kind: SheetKind, rows: Sequence[SheetRow]) -> list[Call]:
        if kind is SheetKind.COMMISSION:
            numbers = [row.cells["reference"] for row in rows]
            self._taken = set(self._records.lots_by_reference(self._member, numbers))
            return self._each(rows, self._commission)
        self._lookup.read_lots(row.cells["lot"] for row in rows)
        if kind is SheetKind.SHIP:
            return self._each_group(rows, "reference", self._ship)
        if kind is SheetKind.RECEIVE:
            return self._each_group(rows, "shipment", self._receive)
        single = {
            SheetKind.OBSERVE: self._observe,
            SheetKind.DISPENSE: self._dispense,
            SheetKind.RETIRE: self._retire,
        }
        return self._each(rows, single[kind])

    def _each(self, rows: Sequence[SheetRow], read: Callable[[SheetRow], Call]) -> list[Call]:
        found = []
        for row in rows:
            try:
                found.append(read(row))
            except TcmChainError as error:
                self._wrong(row, error)
        return found

    def _each_group(
        self, rows: Sequence[SheetRow], key: str, read: Callable[[str, Sequence[SheetRow]], Call]
    ) -> list[Call]:
        groups: dict[str, list[SheetRow]] = defaultdict(list)
        for row in rows:
            groups[row.cells[key]].append(row)
        found = []
        for name, group in groups.items():
            try:
                found.append(read(name, group))
            except TcmChainError as error:
                self._wrong(group[0], error)
        return found

    def _wrong(self, row: SheetRow, error: TcmChainError) -> None:
        self.errors.append(RowError(row.number, self._column, error))

    def _cell(self, row: SheetRow, key: str) -> str:
        self._column = key
        return row.cells.get(key, "")

    def _quantity(self, row: SheetRow) -> Milligrams:
        return parse_mass(self._cell(row, "quantity"))

    def _happened(self, row: SheetRow) -> UnixTime:
        return parse_moment(self._cell(row, "happened"))

    def _choice(self, row: SheetRow, key: str, choices: Mapping[str, Choice]) -> Choice:
        text = self._cell(row, key)
        if text.lower() not in choices:
            raise IdUnreadable(text=text[:40])
        return choices[text.lower()]

    def _take(self, row: SheetRow) -> Portion:
        """A quantity of a lot at hand that earlier rows have not taken yet."""
        lot = self._lookup.lot(self._cell(row, "lot")).id
        asked = self._quantity(row)
        left = self._lookup.held(lot) - self._used[lot]
        if asked > left:
            raise Insufficient(lot=lot, holder=self._member, held=left, asked=asked)
        self._used[lot] += asked
        return Portion(lot, asked)

    def _commission(self, row: SheetRow) -> Call:
        quota = self._lookup.quota(self._cell(row, "quota"))
        number = read_reference(self._cell(row, "reference"))
        if number in self._taken:
            raise LotKnownAlready(lot=number)
        self._taken.add(number)
        asked = self._quantity(row)
        left = quota.left - self._used[quota.id]
        if asked > left:
            raise QuotaExceeded(quota=quota.id, left=left, asked=asked)
        self._used[quota.id] += asked
        text = self._cell(row, "expires")
        expires = end_of_day(text) if text else UnixTime(0)
        return self._calls.commission(QuotaId(quota.id), number, asked, expires, deed(self._happened(row), row.facts))

    def _observe(self, row: SheetRow) -> Call:
        lot = self._lookup.lot(self._cell(row, "lot")).id
        kind = self._choice(row, "observation", _OBSERVATIONS)
        conforms = self._choice(row, "conforms", _YES_OR_NO)
        return self._calls.observe(lot, kind, conforms, deed(self._happened(row), row.facts))

    def _dispense(self, row: SheetRow) -> Call:
        portion = self._take(row)
        commitment = read_id(self._cell(row, "commitment"))
        return self._calls.dispense(portion, commitment, deed(self._happened(row), row.facts))

    def _retire(self, row: SheetRow) -> Call:
        portion = self._take(row)
        reason = self._choice(row, "reason", _REASONS)
        return self._calls.retire(portion, reason, deed(self._happened(row), row.facts))

    def _ship(self, reference: str, rows: Sequence[SheetRow]) -> Call:
        to = self._lookup.member(self._cell(rows[0], "to"))
        if len(rows) > _MOST_PORTIONS or len({row.cells["to"] for row in rows}) > 1:
            raise LinesDiffer(expected=min(len(rows), _MOST_PORTIONS), given=len(rows))
        portions = [self._take(row) for row in rows]
        done = deed(self._happened(rows[0]), rows[0].facts)
        return self._calls.ship(read_reference(reference), to, portions, done)

    def _receive(self, reference: str, rows: Sequence[SheetRow]) -> Call:
        self._column = "shipment"
        shipment = self._lookup.shipment(reference)
        arrived: dict[LotId, int] = defaultdict(int)
        for row in rows:
            arrived[self._lookup.lot(self._cell(row, "lot")).id] += self._quantity(row)
        amounts = _by_line(shipment, arrived)
        return self._calls.receive(shipment.id, amounts, deed(self._happened(rows[0]), rows[0].facts))


def _by_line(shipment: Shipment, arrived: dict[LotId, int]) -> list[Milligrams]:
    """Spread what arrived over the shipment's lines; lots that no row names arrived not at all."""
    amounts = []
    left = dict(arrived)
    for line in shipment.lines:
        amount = min(line.shipped, left.get(line.lot, 0))
        left[line.lot] = left.get(line.lot, 0) - amount
        amounts.append(Milligrams(amount))
    for lot, more in left.items():
        if more > 0:
            shipped = sum(line.shipped for line in shipment.lines if line.lot == lot)
            raise ReceivedTooMuch(lot=lot, shipped=shipped, received=shipped + more)
    return amounts

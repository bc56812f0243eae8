"""Rows into the slice's types."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import Row

from tcmchain.provenance.model.facts import parse_facts
from tcmchain.provenance.model.lots import (
    DeclaredForm,
    Line,
    Lot,
    LotOrigin,
    Quota,
    Shipment,
    ShipmentState,
    Yield,
)
from tcmchain.provenance.model.recalls import Recall
from tcmchain.provenance.model.steps import Flow, Movement, Observation, Reason, Step, StepKind
from tcmchain.provenance.readmodel.batch import LOGS_IN_BLOCK
from tcmchain.provenance.readmodel.tables import lots
from tcmchain.values import BlockNumber

_LOT_COLUMNS: Final = len(lots.columns)
_ORIGINS: Final = {origin.value: origin for origin in LotOrigin}


def lot_of(row: Row[Any]) -> Lot:
    """A lot out of a row that begins with the columns of its table, in their order: a recall reads thousands."""
    lot, form, maker, reference, made, expires, origin, happened, _, quota, gtin, units, root = row[:_LOT_COLUMNS]
    return Lot(
        id=lot,
        form=form,
        maker=maker,
        reference=reference,
        made=made,
        expires=expires,
        origin=_ORIGINS[origin],
        happened=happened,
        quota=quota,
        gtin=gtin,
        units=units,
        units_root=root,
    )


def quota_of(row: Row[Any]) -> Quota:
    return Quota(
        id=row.quota,
        grower=row.grower,
        form=row.form,
        certifier=row.certifier,
        reference=row.reference,
        total=row.total,
        drawn=row.drawn,
        not_after=row.not_after,
        withdrawn=row.withdrawn,
        facts=parse_facts(row.facts),
    )


def form_of(row: Row[Any]) -> DeclaredForm:
    return DeclaredForm(id=row.form, rank=row.rank, facts=parse_facts(row.facts))


def yield_of(row: Row[Any]) -> Yield:
    return Yield(source=row.source, target=row.target, ppm=row.ppm, auxiliary_ppm=row.auxiliary_ppm)


def shipment_of(row: Row[Any], lines: Iterable[Row[Any]]) -> Shipment:
    return Shipment(
        id=row.shipment,
        sender=row.sender,
        consignee=row.consignee,
        reference=row.reference,
        state=ShipmentState(row.state),
        shipped=row.shipped,
        lines=tuple(Line(line.lot, line.shipped, line.received) for line in lines),
    )


def recall_of(row: Row[Any]) -> Recall:
    return Recall(
        id=row.recall,
        by=row.by,
        reference=row.reference,
        drill=row.drill,
        happened=row.happened,
        opened=row.opened,
        closed=row.closed,
        tx=row.tx,
        facts=parse_facts(row.facts),
    )


def step_of(row: Row[Any], movements: Sequence[Row[Any]]) -> Step:
    return Step(
        id=row.step,
        kind=StepKind(row.kind),
        tx=row.tx,
        block=BlockNumber(row.step // LOGS_IN_BLOCK),
        log_index=row.step % LOGS_IN_BLOCK,
        recorded=row.recorded,
        happened=row.happened,
        member=row.member,
        account=row.account,
        facts=parse_facts(row.facts),
        movements=tuple(
            Movement(line.lot, line.holder, Flow(line.flow), line.delta, line.amount) for line in movements
        ),
        other=row.other,
        shipment=row.shipment,
        reference=row.reference,
        method=row.method,
        observation=None if row.observation is None else Observation(row.observation),
        conforms=row.conforms,
        reason=None if row.reason is None else Reason(row.reason),
        digest=row.digest,
        subject=row.subject or "",
    )

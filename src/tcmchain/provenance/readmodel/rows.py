"""Rows into the slice's types."""

from collections.abc import Iterable, Sequence
from typing import Any

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
from tcmchain.values import BlockNumber


def lot_of(row: Row[Any]) -> Lot:
    return Lot(
        id=row.lot,
        form=row.form,
        maker=row.maker,
        reference=row.reference,
        made=row.made,
        expires=row.expires,
        origin=LotOrigin(row.origin),
        happened=row.happened,
        quota=row.quota,
        gtin=row.gtin,
        units=row.units,
        units_root=row.units_root,
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

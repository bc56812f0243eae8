"""What each event of the contract means for the rows."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from tcmchain.chain.events import Event
from tcmchain.provenance.model.lots import LotOrigin, ShipmentState
from tcmchain.provenance.model.steps import Flow, StepKind
from tcmchain.provenance.readmodel import tables
from tcmchain.provenance.readmodel.batch import Batch, facts_of, gtin, moment, readable
from tcmchain.provenance.readmodel.recalling import RECALLING


def _form_declared(batch: Batch, event: Event) -> None:
    row = {"form": readable(event.args["form"]), "rank": event.args["rank"], "facts": facts_of(event)}
    batch.inserts[tables.forms].append({**row, "ledger": event.address})


def _yield_set(batch: Batch, event: Event) -> None:
    source, target = readable(event.args["from"]), readable(event.args["to"])
    batch.yields[source, target] = {
        "source": source,
        "target": target,
        "ledger": event.address,
        "ppm": event.args["ppm"],
        "auxiliary_ppm": event.args["auxiliaryPpm"],
    }


def _quota_certified(batch: Batch, event: Event) -> None:
    args = event.args
    batch.inserts[tables.quotas].append(
        {
            "quota": args["quota"],
            "grower": args["grower"],
            "form": readable(args["form"]),
            "certifier": args["certifier"],
            "reference": readable(args["ref"]),
            "total": args["milligrams"],
            "drawn": 0,
            "not_after": moment(args["notAfter"]),
            "withdrawn": False,
            "facts": facts_of(event),
        }
    )


def _quota_withdrawn(batch: Batch, event: Event) -> None:
    batch.withdrawn.append(event.args["quota"])


def _commissioned(batch: Batch, event: Event) -> None:
    args = event.args
    holder, lot, amount = args["holder"], args["lot"], args["milligrams"]
    created = (lot, args["ref"], args["form"], amount, args["expires"])
    batch.step(event, StepKind.COMMISSIONED, holder, reference=readable(args["ref"]), subject=args["quota"])
    batch.lot(event, holder, created, LotOrigin.COMMISSIONED, quota=args["quota"])
    batch.move(event, 0, lot, holder, Flow.COMMISSIONED, amount, amount)
    batch.drawn[args["quota"]] += amount


def _observed(batch: Batch, event: Event) -> None:
    args = event.args
    batch.step(
        event,
        StepKind.OBSERVED,
        args["observer"],
        observation=args["observation"],
        conforms=args["conforms"],
        subject=args["subject"],
    )
    batch.move(event, 0, args["subject"], args["observer"], Flow.OBSERVED, 0, 0)


def _shipped(batch: Batch, event: Event) -> None:
    args = event.args
    shipment, sender = args["shipment"], args["from"]
    reference = readable(args["ref"])
    terms = args["terms"] if int(args["terms"], 16) else None
    batch.step(event, StepKind.SHIPPED, sender, other=args["to"], shipment=shipment, reference=reference, digest=terms)
    batch.inserts[tables.shipments].append(
        {
            "shipment": shipment,
            "sender": sender,
            "consignee": args["to"],
            "reference": reference,
            "state": ShipmentState.UNDERWAY.value,
            "shipped": moment(args["happened"]),
        }
    )
    for line, (lot, amount) in enumerate(args["portions"]):
        batch.move(event, line, lot, sender, Flow.SHIPPED, -amount, amount)
        batch.inserts[tables.lines].append(
            {"shipment": shipment, "line": line, "lot": lot, "shipped": amount, "received": None}
        )


def _received(batch: Batch, event: Event) -> None:
    args = event.args
    shipment, consignee = args["shipment"], args["to"]
    batch.step(event, StepKind.RECEIVED, consignee, other=args["from"], shipment=shipment)
    batch.closed[shipment] = ShipmentState.RECEIVED
    count = len(args["portions"])
    for line, ((lot, amount), lost) in enumerate(zip(args["portions"], args["lost"], strict=True)):
        batch.move(event, line, lot, consignee, Flow.PURCHASED, amount, amount)
        batch.received.append({"of_shipment": shipment, "of_line": line, "amount": amount})
        if lost:
            batch.move(event, count + line, lot, consignee, Flow.LOST, 0, lost)


def _returned(kind: StepKind, state: ShipmentState) -> Callable[[Batch, Event], None]:
    def apply(batch: Batch, event: Event) -> None:
        args = event.args
        sender, consignee = args["from"], args["to"]
        actor, other = (consignee, sender) if kind is StepKind.REFUSED else (sender, consignee)
        batch.step(event, kind, actor, other=other, shipment=args["shipment"])
        batch.closed[args["shipment"]] = state
        for line, (lot, amount) in enumerate(args["portions"]):
            batch.move(event, line, lot, sender, Flow.RETURNED, amount, amount)

    return apply


def _processed(batch: Batch, event: Event) -> None:
    args = event.args
    holder, inputs, outputs = args["holder"], args["inputs"], args["outputs"]
    batch.step(event, StepKind.PROCESSED, holder, method=readable(args["method"]), subject=args["run"])
    for line, (lot, amount) in enumerate(inputs):
        batch.move(event, line, lot, holder, Flow.USED, -amount, amount)
    for line, created in enumerate(outputs, start=len(inputs)):
        batch.lot(event, holder, created, LotOrigin.PROCESSED)
        batch.move(event, line, created[0], holder, Flow.MADE, created[3], created[3])
        for lot, amount in _summed(inputs).items():
            batch.edge(event, lot, created[0], amount)


def _split(batch: Batch, event: Event) -> None:
    args = event.args
    lot, holder, parts = args["lot"], args["holder"], args["parts"]
    batch.step(event, StepKind.SPLIT, holder, subject=lot)
    total = sum(part[3] for part in parts)
    batch.move(event, 0, lot, holder, Flow.REPACKED, -total, total)
    for line, part in enumerate(parts, start=1):
        batch.lot(event, holder, part, LotOrigin.SPLIT)
        batch.move(event, line, part[0], holder, Flow.REPACKED, part[3], part[3])
        batch.edge(event, lot, part[0], part[3])


def _merged(batch: Batch, event: Event) -> None:
    args = event.args
    holder, merged = args["holder"], args["merged"]
    batch.step(event, StepKind.MERGED, holder, subject=merged[0], reference=readable(merged[1]))
    for line, (lot, amount) in enumerate(args["portions"], start=1):
        batch.move(event, line, lot, holder, Flow.REPACKED, -amount, amount)
    for lot, amount in _summed(args["portions"]).items():
        batch.edge(event, lot, merged[0], amount)
    batch.lot(event, holder, merged, LotOrigin.MERGED)
    batch.move(event, 0, merged[0], holder, Flow.REPACKED, merged[3], merged[3])


def _packed(batch: Batch, event: Event) -> None:
    args = event.args
    holder, packed, source = args["holder"], args["packed"], args["from"]
    root = args["unitsRoot"] if int(args["unitsRoot"], 16) else None
    batch.step(event, StepKind.PACKED, holder, subject=packed[0], reference=readable(packed[1]), digest=root)
    batch.move(event, 0, source, holder, Flow.REPACKED, -packed[3], packed[3])
    batch.lot(event, holder, packed, LotOrigin.PACKED, gtin=gtin(args["gtin"]), units=args["units"], units_root=root)
    batch.move(event, 1, packed[0], holder, Flow.REPACKED, packed[3], packed[3])
    batch.edge(event, source, packed[0], packed[3])


def _dispensed(batch: Batch, event: Event) -> None:
    args = event.args
    batch.step(event, StepKind.DISPENSED, args["holder"], digest=args["commitment"])
    amount = args["milligrams"]
    batch.move(event, 0, args["lot"], args["holder"], Flow.DISPENSED, -amount, amount)


def _retired(batch: Batch, event: Event) -> None:
    args = event.args
    batch.step(event, StepKind.RETIRED, args["holder"], reason=args["reason"])
    amount = args["milligrams"]
    batch.move(event, 0, args["lot"], args["holder"], Flow.RETIRED, -amount, amount)


def _summed(portions: Sequence[Sequence[Any]]) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for lot, amount in portions:
        found[lot] += amount
    return found


HANDLERS: Final[Mapping[str, Callable[[Batch, Event], None]]] = MappingProxyType(
    {
        "FormDeclared": _form_declared,
        "YieldSet": _yield_set,
        "QuotaCertified": _quota_certified,
        "QuotaWithdrawn": _quota_withdrawn,
        "Commissioned": _commissioned,
        "Observed": _observed,
        "Shipped": _shipped,
        "Received": _received,
        "Refused": _returned(StepKind.REFUSED, ShipmentState.REFUSED),
        "Cancelled": _returned(StepKind.CANCELLED, ShipmentState.CANCELLED),
        "Processed": _processed,
        "Split": _split,
        "Merged": _merged,
        "Packed": _packed,
        "Dispensed": _dispensed,
        "Retired": _retired,
        **RECALLING,
    }
)

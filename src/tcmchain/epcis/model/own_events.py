"""The ledger's own steps as EPCIS 2.0 events, so that any repository can read the ledger.

Every event carries ``tcm:step``, the transaction and log that it reports, and the hash ID as its eventID. Lots are
named by their certificates: a packed lot by its Digital Link on the node, any other by its page there. Facts stand as
``tcm:<key>``, those of a harvest in the ILMD; temperature and humidity as sensor elements besides.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Final

import orjson

from tcmchain.epcis.model.contexts import EPCIS_CONTEXT, read_context
from tcmchain.epcis.model.event_hash import event_hash
from tcmchain.epcis.model.ledger_names import NAMESPACE, PREFIX, ledger_uri
from tcmchain.epcis.model.normal_form import normal_form
from tcmchain.epcis.model.own_members import Event, bizstep, expiry, kilograms, place, sensors, stamp
from tcmchain.provenance.model.lots import Lot
from tcmchain.provenance.model.steps import Flow, Movement, Observation, Reason, Step, StepKind
from tcmchain.values import LotId, UnixTime

CONTEXT: Final[list[Any]] = [EPCIS_CONTEXT, {PREFIX: NAMESPACE, "cbvmda": "urn:epcglobal:cbv:mda:"}]

_ZONE: Final = "+08:00"

Lots = Mapping[LotId, Lot]


class OwnEvents:
    """Writes steps as events; ``node`` is the address that lots are named under, without a slash at its end."""

    def __init__(self, node: str) -> None:
        self._node = node.rstrip("/")

    def event(self, step: Step, lots: Lots, drills: Collection[str] = ()) -> Event | None:
        """A step as an event with its own ``@context``; ``None`` for a step that concerns no lot.

        ``lots`` holds the lots of the step's movements, ``drills`` the recalls that are none: they call nothing back.
        """
        write = _WRITERS.get(step.kind)
        if write is None or not step.movements or step.subject in drills:
            return None
        body = write(self, step, lots)
        event: Event = {
            "@context": CONTEXT,
            "type": body.pop("type", "ObjectEvent"),
            "eventTime": stamp(step.happened),
            "recordTime": stamp(step.recorded),
            "eventTimeZoneOffset": _ZONE,
            **body,
            **place(step),
            **sensors(step),
            "tcm:step": f"{step.tx}#{step.log_index}",
            "tcm:account": step.account,
        }
        stated = {f"tcm:{key}": value for key, value in step.facts.items()}
        if step.kind is StepKind.COMMISSIONED:
            event["ilmd"] = {**event.get("ilmd", {}), **stated}
        else:
            event.update(stated)
        event["eventID"] = event_hash(normal_form(event, _OWN))
        return event

    def document(self, steps: Sequence[Step], lots: Lots, created: UnixTime, drills: Collection[str] = ()) -> bytes:
        """Steps as one ``EPCISDocument``."""
        events = [event for step in steps if (event := self.event(step, lots, drills)) is not None]
        return orjson.dumps(
            {
                "@context": CONTEXT,
                "type": "EPCISDocument",
                "schemaVersion": "2.0",
                "creationDate": stamp(created),
                "epcisBody": {
                    "eventList": [{name: value for name, value in e.items() if name != "@context"} for e in events]
                },
            }
        )

    def uri(self, lot: LotId, lots: Lots) -> str:
        """How a lot is named."""
        known = lots.get(lot)
        return f"{self._node}{known.path}" if known else f"{self._node}/provenance/lots/{lot}"

    def _quantities(self, step: Step, lots: Lots, *flows: Flow) -> list[Event]:
        return [self._quantity(movement, lots) for movement in step.movements if not flows or movement.flow in flows]

    def _quantity(self, movement: Movement, lots: Lots) -> Event:
        element: Event = {"epcClass": self.uri(movement.lot, lots)}
        if movement.amount:
            element |= {"quantity": kilograms(movement.amount), "uom": "KGM"}
        return element

    def commissioned(self, step: Step, lots: Lots) -> Event:
        lot = lots.get(step.movements[0].lot)
        ilmd: Event = {"cbvmda:lotNumber": step.reference, "tcm:quota": ledger_uri("quota", step.subject)}
        if lot is not None:
            ilmd |= {"tcm:form": lot.form, **expiry(lot)}
        if "picked" in step.facts:
            ilmd["cbvmda:harvestEndDate"] = step.facts["picked"]
        return {
            "action": "ADD",
            "bizStep": "commissioning",
            "disposition": "active",
            "quantityList": self._quantities(step, lots),
            "ilmd": ilmd,
        }

    def observed(self, step: Step, lots: Lots) -> Event:
        subject = step.movements[0].lot
        observation = step.observation or Observation.FIELD_WORK
        uri = self.uri(subject, lots) if subject in lots else ledger_uri("quota", subject)
        body: Event = {
            "action": "OBSERVE",
            "bizStep": bizstep(observation, step),
            "quantityList": [{"epcClass": uri}],
            "tcm:observation": observation.name.lower(),
        }
        if subject not in lots:
            body["tcm:quota"] = uri
        if observation is Observation.INSPECTION:
            body["disposition"] = "conformant" if step.conforms else "non_conformant"
            if "report" in step.facts:
                report = ledger_uri("report", str(step.facts["report"]))
                body["bizTransactionList"] = [{"type": "testres", "bizTransaction": report}]
        return body

    def shipped(self, step: Step, lots: Lots) -> Event:
        return self._carriage(step, lots, "shipping", "in_transit", (Flow.SHIPPED,))

    def received(self, step: Step, lots: Lots) -> Event:
        body = self._carriage(step, lots, "receiving", "in_progress", (Flow.PURCHASED,))
        lost = self._quantities(step, lots, Flow.LOST)
        return {**body, "tcm:lost": lost} if lost else body

    def refused(self, step: Step, lots: Lots) -> Event:
        return self._carriage(step, lots, "receiving", "returned", (Flow.RETURNED,))

    def cancelled(self, step: Step, lots: Lots) -> Event:
        return self._carriage(step, lots, "void_shipping", "in_progress", (Flow.RETURNED,))

    def _carriage(self, step: Step, lots: Lots, biz_step: str, disposition: str, flows: tuple[Flow, ...]) -> Event:
        sending = step.kind in (StepKind.SHIPPED, StepKind.CANCELLED)
        sender, consignee = (step.member, step.other) if sending else (step.other, step.member)
        body: Event = {
            "action": "OBSERVE",
            "bizStep": biz_step,
            "disposition": disposition,
            "quantityList": self._quantities(step, lots, *flows),
        }
        if step.shipment:
            uri = ledger_uri("shipment", step.shipment)
            body["bizTransactionList"] = [{"type": "desadv", "bizTransaction": uri}]
        if sender:
            body["sourceList"] = [{"type": "owning_party", "source": ledger_uri("member", sender)}]
        if consignee:
            body["destinationList"] = [{"type": "owning_party", "destination": ledger_uri("member", consignee)}]
        return {**body, "tcm:reference": step.reference} if step.reference else body

    def processed(self, step: Step, lots: Lots) -> Event:
        return {
            "type": "TransformationEvent",
            "transformationID": ledger_uri("run", step.subject),
            "bizStep": "commissioning",
            "disposition": "active",
            "inputQuantityList": self._quantities(step, lots, Flow.USED),
            "outputQuantityList": self._quantities(step, lots, Flow.MADE),
            "tcm:method": step.method,
        }

    def repackaged(self, step: Step, lots: Lots) -> Event:
        made = [movement for movement in step.movements if movement.delta > 0]
        used = [movement for movement in step.movements if movement.delta < 0]
        return {
            "type": "TransformationEvent",
            "bizStep": "repackaging",
            "inputQuantityList": [self._quantity(movement, lots) for movement in used],
            "outputQuantityList": [self._quantity(movement, lots) for movement in made],
        }

    def packed(self, step: Step, lots: Lots) -> Event:
        made = next(movement.lot for movement in step.movements if movement.delta > 0)
        used = [movement for movement in step.movements if movement.delta < 0]
        lot = lots.get(made)
        body: Event = {
            "type": "AggregationEvent",
            "action": "ADD",
            "parentID": self.uri(made, lots),
            "bizStep": "packing",
            "disposition": "in_progress",
            "childQuantityList": [self._quantity(movement, lots) for movement in used],
            "tcm:unit_count": lot.units if lot else 0,
        }
        return {**body, "tcm:units_root": step.digest} if step.digest else body

    def dispensed(self, step: Step, lots: Lots) -> Event:
        return {
            "action": "OBSERVE",
            "bizStep": "dispensing",
            "disposition": "dispensed",
            "quantityList": self._quantities(step, lots),
            "tcm:commitment": step.digest,
        }

    def retired(self, step: Step, lots: Lots) -> Event:
        reason = step.reason or Reason.SAMPLING
        biz_step, disposition = _RETIRING[reason]
        return {
            "action": "DELETE",
            "bizStep": biz_step,
            "disposition": disposition,
            "quantityList": self._quantities(step, lots),
            "tcm:reason": reason.name.lower(),
        }

    def recalled(self, step: Step, lots: Lots) -> Event:
        return self._holding(step, lots, {"set": ["recalled"]})

    def secured(self, step: Step, lots: Lots) -> Event:
        return {**self._holding(step, lots, {"set": ["recalled"]}), "disposition": "non_sellable_other"}

    def released(self, step: Step, lots: Lots) -> Event:
        return self._holding(step, lots, {"unset": ["recalled"]})

    def _holding(self, step: Step, lots: Lots, disposition: Event) -> Event:
        return {
            "action": "OBSERVE",
            "bizStep": "holding",
            "persistentDisposition": disposition,
            "quantityList": [{"epcClass": self.uri(lot, lots)} for lot in dict.fromkeys(m.lot for m in step.movements)],
        }


_WRITERS: Final[Mapping[StepKind, Callable[[OwnEvents, Step, Lots], Event]]] = {
    StepKind.COMMISSIONED: OwnEvents.commissioned,
    StepKind.OBSERVED: OwnEvents.observed,
    StepKind.SHIPPED: OwnEvents.shipped,
    StepKind.RECEIVED: OwnEvents.received,
    StepKind.REFUSED: OwnEvents.refused,
    StepKind.CANCELLED: OwnEvents.cancelled,
    StepKind.PROCESSED: OwnEvents.processed,
    StepKind.SPLIT: OwnEvents.repackaged,
    StepKind.MERGED: OwnEvents.repackaged,
    StepKind.PACKED: OwnEvents.packed,
    StepKind.DISPENSED: OwnEvents.dispensed,
    StepKind.RETIRED: OwnEvents.retired,
    StepKind.RECALL_OPENED: OwnEvents.recalled,
    StepKind.FROZEN: OwnEvents.recalled,
    StepKind.SECURED: OwnEvents.secured,
    StepKind.RELEASED: OwnEvents.released,
}

_RETIRING: Final[Mapping[Reason, tuple[str, str]]] = {
    Reason.SAMPLING: ("sampling", "inactive"),
    Reason.SPOILAGE: ("destroying", "destroyed"),
    Reason.LOSS: ("decommissioning", "unavailable"),
}

_OWN: Final = read_context(CONTEXT)

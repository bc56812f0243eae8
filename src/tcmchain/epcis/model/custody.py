"""Which events move goods in the ledger, and what they move.

An event moves goods when its kind, action and business step say so *and* it names something of this ledger: a lot by
the ledger's own address, or a member of the namespace ``urn:tcmchain:epcis:`` that only the ledger understands (such
as ``tcm:quota``). Every other event is an observation and is only anchored. An event that reports a step which the
ledger has already taken says so by ``tcm:step`` and moves nothing.

======================================  =======================================================================
event                                   step
======================================  =======================================================================
ObjectEvent ADD commissioning           commission, within ``tcm:quota``
ObjectEvent OBSERVE shipping            ship, to ``tcm:member`` or the destination party
ObjectEvent OBSERVE receiving           receive the shipment of the despatch advice; refuse it when ``returned``
ObjectEvent void_shipping               cancel the shipment
TransformationEvent commissioning       process by ``tcm:method``
TransformationEvent repackaging         split one lot, or merge several into one
AggregationEvent ADD packing            pack ``tcm:unit_count`` units of the parent's GTIN under its lot number
ObjectEvent OBSERVE dispensing          dispense, to ``tcm:commitment``
ObjectEvent DELETE destroying, …        retire
ObjectEvent inspecting, sampling, …     observe
======================================  =======================================================================
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from tcmchain.epcis.model.errors import EventInvalid
from tcmchain.epcis.model.events import EpcisEvent
from tcmchain.epcis.model.ledger_names import is_ours, lot_name, member, named_id
from tcmchain.epcis.model.moves import (
    Cancel,
    Commission,
    Dispense,
    Done,
    Merge,
    Move,
    Observe,
    Pack,
    Process,
    Receive,
    Refuse,
    Retire,
    Ship,
    Split,
)
from tcmchain.epcis.model.stated import (
    Record,
    despatch_of,
    done_of,
    given,
    lot_of,
    new_lots_of,
    party_of,
    portions_of,
    shipment_of,
    text,
)
from tcmchain.provenance.model.steps import Observation, Reason
from tcmchain.values import QuotaId

MARKS: Final = frozenset(
    member(key)
    for key in (
        "quota",
        "member",
        "shipment",
        "method",
        "unit_count",
        "commitment",
        "reason",
        "observation",
        "reference",
    )
)
"""Members that only this ledger understands."""

STEP: Final = member("step")
_QUANTITIES: Final = ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList")


def move_of(event: EpcisEvent) -> Move | None:
    """What an event moves in the ledger, ``None`` for an observation.

    Raises ``EventInvalid`` when it means to move goods and does not say all that the step needs.
    """
    record = event.record
    write = _MOVES.get((record["type"], record.get("action"), record.get("bizStep")))
    if write is None or event.error_declaration is not None or STEP in record or not _is_marked(record):
        return None
    return write(record, done_of(event))


def _is_marked(record: Record) -> bool:
    if not MARKS.isdisjoint(record) or not MARKS.isdisjoint(record.get("ilmd", ())):
        return True
    return any(is_ours(element["epcClass"]) for name in _QUANTITIES for element in record.get(name, ()))


def _commission(record: Record, done: Done) -> Move:
    quota = named_id(text(record, "quota", "quota"), "quota")
    if quota is None:
        raise EventInvalid("/tcm:quota", "move-quota")
    (lot,) = new_lots_of(record, "quantityList", one=True)
    return Commission(done, QuotaId(quota), lot)


def _ship(record: Record, done: Done) -> Move:
    reference = given(record, "reference") or despatch_of(record, number=True)
    if not reference:
        raise EventInvalid("/bizTransactionList", "move-reference")
    return Ship(done, reference, party_of(record), portions_of(record, "quantityList"))


def _receive(record: Record, done: Done) -> Move:
    shipment = shipment_of(record)
    if record.get("disposition") == "returned":
        return Refuse(done, shipment)
    return Receive(done, shipment, portions_of(record, "quantityList") if record.get("quantityList") else ())


def _cancel(record: Record, done: Done) -> Move:
    return Cancel(done, shipment_of(record))


def _process(record: Record, done: Done) -> Move:
    inputs, outputs = portions_of(record, "inputQuantityList"), new_lots_of(record, "outputQuantityList")
    return Process(done, text(record, "method", "method"), inputs, outputs)


def _repackage(record: Record, done: Done) -> Move:
    inputs, outputs = portions_of(record, "inputQuantityList"), new_lots_of(record, "outputQuantityList")
    if len(inputs) == 1:
        return Split(done, inputs[0], outputs)
    if len(outputs) != 1:
        raise EventInvalid("/outputQuantityList", "move-one-lot", str(len(outputs)))
    return Merge(done, inputs, outputs[0].number)


def _pack(record: Record, done: Done) -> Move:
    packed = lot_name(record["parentID"])
    if packed is None or not packed.number:
        raise EventInvalid("/parentID", "move-lot", record["parentID"])
    units = given(record, "unit_count")
    if isinstance(units, bool) or not isinstance(units, int) or units <= 0:
        raise EventInvalid("/tcm:unit_count", "move-units", str(units))
    portions = portions_of(record, "childQuantityList")
    if len(portions) != 1:
        raise EventInvalid("/childQuantityList", "move-one-lot", str(len(portions)))
    root = given(record, "units_root")
    return Pack(done, portions[0], packed.number, units, packed.gtin, named_id(str(root), "root") if root else None)


def _dispense(record: Record, done: Done) -> Move:
    commitment = named_id(text(record, "commitment", "commitment"), "commitment")
    if commitment is None:
        raise EventInvalid("/tcm:commitment", "move-commitment")
    return Dispense(done, portions_of(record, "quantityList"), commitment)


_REASONS: Final[Mapping[str, Reason]] = {
    "sampling": Reason.SAMPLING,
    "spoilage": Reason.SPOILAGE,
    "loss": Reason.LOSS,
}


def _retire(record: Record, done: Done) -> Move:
    stated = given(record, "reason")
    if stated is None:
        reason = {"sampling": Reason.SAMPLING, "destroying": Reason.SPOILAGE}.get(record["bizStep"], Reason.LOSS)
    elif stated in _REASONS:
        reason = _REASONS[stated]
    else:
        raise EventInvalid("/tcm:reason", "move-reason", str(stated))
    return Retire(done, portions_of(record, "quantityList"), reason)


_OBSERVATIONS: Final[Mapping[str, Observation]] = {
    "field_work": Observation.FIELD_WORK,
    "inspection": Observation.INSPECTION,
    "storage": Observation.STORAGE,
}


def _observe(record: Record, done: Done) -> Move:
    stated = given(record, "observation")
    if stated is None:
        inspected = record["bizStep"] in ("inspecting", "sampling")
        observation = Observation.INSPECTION if inspected else Observation.STORAGE
    elif stated in _OBSERVATIONS:
        observation = _OBSERVATIONS[stated]
    else:
        raise EventInvalid("/tcm:observation", "move-observation", str(stated))
    quota = given(record, "quota")
    lots = tuple(
        lot_of(element["epcClass"], f"/quantityList/{number}")
        for number, element in enumerate(record.get("quantityList", ()))
        if not element["epcClass"].startswith("urn:tcmchain:quota:")
    )
    found = named_id(str(quota), "quota") if quota else None
    if not lots and found is None:
        raise EventInvalid("/quantityList", "move-lot")
    conforms = record.get("disposition") != "non_conformant"
    return Observe(done, lots, QuotaId(found) if found else None, observation, conforms)


_MOVES: Final[Mapping[tuple[Any, Any, Any], Callable[[Record, Done], Move]]] = {
    ("ObjectEvent", "ADD", "commissioning"): _commission,
    ("ObjectEvent", "OBSERVE", "shipping"): _ship,
    ("ObjectEvent", "OBSERVE", "receiving"): _receive,
    ("ObjectEvent", "OBSERVE", "void_shipping"): _cancel,
    ("ObjectEvent", "OBSERVE", "dispensing"): _dispense,
    ("ObjectEvent", "DELETE", "dispensing"): _dispense,
    ("ObjectEvent", "DELETE", "destroying"): _retire,
    ("ObjectEvent", "DELETE", "decommissioning"): _retire,
    ("ObjectEvent", "DELETE", "sampling"): _retire,
    ("ObjectEvent", "OBSERVE", "inspecting"): _observe,
    ("ObjectEvent", "OBSERVE", "sampling"): _observe,
    ("ObjectEvent", "OBSERVE", "storing"): _observe,
    ("ObjectEvent", "OBSERVE", "sensor_reporting"): _observe,
    ("ObjectEvent", "OBSERVE", "other"): _observe,
    ("TransformationEvent", None, "commissioning"): _process,
    ("TransformationEvent", None, "repackaging"): _repackage,
    ("AggregationEvent", "ADD", "packing"): _pack,
}

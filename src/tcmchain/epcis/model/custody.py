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
from decimal import Decimal
from typing import Any, Final
from urllib.parse import unquote

from tcmchain.epcis.model.errors import EventInvalid
from tcmchain.epcis.model.events import EpcisEvent
from tcmchain.epcis.model.identifiers import canonical_place
from tcmchain.epcis.model.ledger_names import LotName, is_ours, lot_name, member, named_id
from tcmchain.epcis.model.moves import (
    Cancel,
    Commission,
    Dispense,
    Done,
    Merge,
    Move,
    NamedPortion,
    NewLot,
    Observe,
    Pack,
    Party,
    Process,
    Receive,
    Refuse,
    Retire,
    Ship,
    Split,
)
from tcmchain.provenance.model.errors import FactsUnreadable, MomentUnreadable
from tcmchain.provenance.model.facts import FACTS, read_facts
from tcmchain.provenance.model.moments import end_of_day
from tcmchain.provenance.model.steps import Observation, Reason
from tcmchain.values import FormId, Hash32, MemberId, Milligrams, QuotaId, ShipmentId, UnixTime

Record = Mapping[str, Any]

MILLIGRAMS_IN: Final[Mapping[str, int]] = {"TNE": 10**9, "KGM": 10**6, "GRM": 10**3, "MGM": 1}
"""Milligrams in the units of mass of UN/ECE Recommendation 20 that goods of the ledger may be stated in."""

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
_FACTS: Final[Mapping[str, str]] = {member(key): key for key in FACTS}
_LARGEST: Final = 2**63 - 1
_QUANTITIES: Final = ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList")
_ITEM_EXPIRES: Final = "{urn:epcglobal:cbv:mda:}itemExpirationDate"
_SENSED: Final = {("Temperature", "CEL"): "temperature", ("RelativeHumidity", "P1"): "humidity"}


def move_of(event: EpcisEvent) -> Move | None:
    """What an event moves in the ledger, ``None`` for an observation.

    Raises ``EventInvalid`` when it means to move goods and does not say all that the step needs.
    """
    record = event.record
    write = _MOVES.get((record["type"], record.get("action"), record.get("bizStep")))
    if write is None or event.error_declaration is not None or STEP in record or not _is_marked(record):
        return None
    return write(record, _done(event))


def _is_marked(record: Record) -> bool:
    if not MARKS.isdisjoint(record) or not MARKS.isdisjoint(record.get("ilmd", ())):
        return True
    return any(is_ours(element["epcClass"]) for name in _QUANTITIES for element in record.get(name, ()))


def milligrams_of(element: Record, place: str) -> Milligrams:
    """The mass of a quantity element; raises ``EventInvalid`` when it is none or finer than a milligram."""
    factor = MILLIGRAMS_IN.get(element.get("uom", ""))
    if factor is None or "quantity" not in element:
        raise EventInvalid(f"{place}/uom", "move-mass", str(element.get("uom", "")))
    exact = Decimal(str(element["quantity"])) * factor
    if exact != exact.to_integral_value() or not 0 < exact <= _LARGEST:
        raise EventInvalid(f"{place}/quantity", "move-milligrams", str(element["quantity"]))
    return Milligrams(int(exact))


def _commission(record: Record, done: Done) -> Move:
    quota = named_id(_text(record, "quota", "quota"), "quota")
    if quota is None:
        raise EventInvalid("/tcm:quota", "move-quota")
    (lot,) = _new_lots(record, "quantityList", one=True)
    return Commission(done, QuotaId(quota), lot)


def _ship(record: Record, done: Done) -> Move:
    reference = _given(record, "reference") or _despatch(record, number=True)
    if not reference:
        raise EventInvalid("/bizTransactionList", "move-reference")
    return Ship(done, reference, _party(record), _portions(record, "quantityList"))


def _receive(record: Record, done: Done) -> Move:
    shipment = _shipment(record)
    if record.get("disposition") == "returned":
        return Refuse(done, shipment)
    return Receive(done, shipment, _portions(record, "quantityList") if record.get("quantityList") else ())


def _cancel(record: Record, done: Done) -> Move:
    return Cancel(done, _shipment(record))


def _process(record: Record, done: Done) -> Move:
    inputs, outputs = _portions(record, "inputQuantityList"), _new_lots(record, "outputQuantityList")
    return Process(done, _text(record, "method", "method"), inputs, outputs)


def _repackage(record: Record, done: Done) -> Move:
    inputs, outputs = _portions(record, "inputQuantityList"), _new_lots(record, "outputQuantityList")
    if len(inputs) == 1:
        return Split(done, inputs[0], outputs)
    if len(outputs) != 1:
        raise EventInvalid("/outputQuantityList", "move-one-lot", str(len(outputs)))
    return Merge(done, inputs, outputs[0].number)


def _pack(record: Record, done: Done) -> Move:
    packed = lot_name(record["parentID"])
    if packed is None or not packed.number:
        raise EventInvalid("/parentID", "move-lot", record["parentID"])
    units = _given(record, "unit_count")
    if isinstance(units, bool) or not isinstance(units, int) or units <= 0:
        raise EventInvalid("/tcm:unit_count", "move-units", str(units))
    portions = _portions(record, "childQuantityList")
    if len(portions) != 1:
        raise EventInvalid("/childQuantityList", "move-one-lot", str(len(portions)))
    root = _given(record, "units_root")
    return Pack(done, portions[0], packed.number, units, packed.gtin, named_id(str(root), "root") if root else None)


def _dispense(record: Record, done: Done) -> Move:
    commitment = named_id(_text(record, "commitment", "commitment"), "commitment")
    if commitment is None:
        raise EventInvalid("/tcm:commitment", "move-commitment")
    return Dispense(done, _portions(record, "quantityList"), commitment)


_REASONS: Final[Mapping[str, Reason]] = {
    "sampling": Reason.SAMPLING,
    "spoilage": Reason.SPOILAGE,
    "loss": Reason.LOSS,
}


def _retire(record: Record, done: Done) -> Move:
    given = _given(record, "reason")
    if given is None:
        reason = {"sampling": Reason.SAMPLING, "destroying": Reason.SPOILAGE}.get(record["bizStep"], Reason.LOSS)
    elif given in _REASONS:
        reason = _REASONS[given]
    else:
        raise EventInvalid("/tcm:reason", "move-reason", str(given))
    return Retire(done, _portions(record, "quantityList"), reason)


_OBSERVATIONS: Final[Mapping[str, Observation]] = {
    "field_work": Observation.FIELD_WORK,
    "inspection": Observation.INSPECTION,
    "storage": Observation.STORAGE,
}


def _observe(record: Record, done: Done) -> Move:
    given = _given(record, "observation")
    if given is None:
        inspected = record["bizStep"] in ("inspecting", "sampling")
        observation = Observation.INSPECTION if inspected else Observation.STORAGE
    elif given in _OBSERVATIONS:
        observation = _OBSERVATIONS[given]
    else:
        raise EventInvalid("/tcm:observation", "move-observation", str(given))
    quota = _given(record, "quota")
    lots = tuple(
        _lot(element["epcClass"], f"/quantityList/{number}")
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


def _done(event: EpcisEvent) -> Done:
    record = event.record
    stated = {**_stated(record.get("ilmd", {})), **_stated(record), **_sensed(record)}
    try:
        facts = read_facts({**stated, "epcis": event.hash[14:78]})
    except FactsUnreadable as error:
        raise EventInvalid(f"/tcm:{error.details['key']}", "move-fact", str(error.details["reason"])) from error
    return Done(UnixTime(event.time_ms // 1000), facts)


def _stated(holder: Record) -> dict[str, Any]:
    return {_FACTS[name]: value for name, value in holder.items() if name in _FACTS}


def _sensed(record: Record) -> dict[str, Any]:
    """Temperature in degrees Celsius and relative humidity in percent, the last reading of each."""
    found = {}
    for element in record.get("sensorElementList", ()):
        for report in element["sensorReport"]:
            key = _SENSED.get((report["type"], report.get("uom", "")))
            if key is not None and "value" in report:
                found[key] = report["value"]
    return found


def _given(record: Record, key: str) -> Any:
    name = member(key)
    return record.get(name, record.get("ilmd", {}).get(name))


def _text(record: Record, key: str, rule: str) -> str:
    found = _given(record, key)
    if not isinstance(found, str) or not found:
        raise EventInvalid(f"/tcm:{key}", f"move-{rule}", str(found or ""))
    return found


def _lot(uri: str, place: str) -> LotName:
    found = lot_name(uri)
    if found is None:
        raise EventInvalid(f"{place}/epcClass", "move-lot", uri)
    return found


def _portions(record: Record, name: str) -> tuple[NamedPortion, ...]:
    found = tuple(
        NamedPortion(_lot(element["epcClass"], f"/{name}/{number}"), milligrams_of(element, f"/{name}/{number}"))
        for number, element in enumerate(record.get(name, ()))
    )
    if not found:
        raise EventInvalid(f"/{name}", "move-nothing")
    return found


def _new_lots(record: Record, name: str, one: bool = False) -> tuple[NewLot, ...]:
    elements = record.get(name, ())
    if not elements or (one and len(elements) != 1):
        raise EventInvalid(f"/{name}", "move-one-lot" if elements else "move-nothing", str(len(elements)))
    form = _given(record, "form")
    expires = _expires(record)
    found = []
    for number, element in enumerate(elements):
        place = f"/{name}/{number}"
        lot = _lot(element["epcClass"], place)
        if not lot.number:
            raise EventInvalid(f"{place}/epcClass", "move-new-lot", element["epcClass"])
        kind = lot.form or (FormId(form) if isinstance(form, str) else None)
        found.append(NewLot(lot.number, milligrams_of(element, place), kind, expires, lot.gtin))
    return tuple(found)


def _expires(record: Record) -> UnixTime | None:
    given = record.get("ilmd", {}).get(_ITEM_EXPIRES)
    if given is None:
        return None
    try:
        return end_of_day(str(given))
    except MomentUnreadable as error:
        raise EventInvalid("/ilmd/cbvmda:itemExpirationDate", "move-expiry", str(given)) from error


def _party(record: Record) -> Party:
    given = _given(record, "member")
    if given is not None:
        found = named_id(str(given), "member")
        if found is None:
            raise EventInvalid("/tcm:member", "move-member", str(given))
        return Party(member=MemberId(found))
    for kind in ("owning_party", "possessing_party"):
        for element in record.get("destinationList", ()):
            if element["type"] == kind:
                return _party_of(element["destination"])
    raise EventInvalid("/destinationList", "move-member")


def _party_of(uri: str) -> Party:
    found = named_id(uri, "member")
    if found is not None:
        return Party(member=MemberId(found))
    key = canonical_place(uri).removeprefix("https://id.gs1.org/")
    ai, _, gln = key.partition("/")
    if ai not in ("417", "414") or len(gln) != 13:
        raise EventInvalid("/destinationList", "move-member", uri)
    return Party(gln=gln)


def _shipment(record: Record) -> ShipmentId:
    found = named_id(str(_given(record, "shipment") or _despatch(record, number=False)), "shipment")
    if found is None:
        raise EventInvalid("/tcm:shipment", "move-shipment")
    return ShipmentId(Hash32(found))


def _despatch(record: Record, number: bool) -> str:
    """What the despatch advice is called: the sender's number, or the shipment's address in the ledger."""
    for element in record.get("bizTransactionList", ()):
        if element.get("type") == "desadv":
            uri = str(element["bizTransaction"])
            return unquote(uri.rpartition(":")[2]) if number else uri
    return ""

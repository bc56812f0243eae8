"""What an event that moves goods states: quantities, lots, the party, the shipment, facts."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final
from urllib.parse import unquote

from tcmchain.epcis.model.errors import EventInvalid
from tcmchain.epcis.model.events import EpcisEvent
from tcmchain.epcis.model.identifiers import canonical_place
from tcmchain.epcis.model.ledger_names import LotName, lot_name, member, named_id
from tcmchain.epcis.model.moves import Done, NamedPortion, NewLot, Party
from tcmchain.provenance.model.errors import FactsUnreadable, MomentUnreadable
from tcmchain.provenance.model.facts import FACTS, read_facts
from tcmchain.provenance.model.moments import end_of_day
from tcmchain.values import FormId, Hash32, MemberId, Milligrams, ShipmentId, UnixTime

Record = Mapping[str, Any]

MILLIGRAMS_IN: Final[Mapping[str, int]] = {"TNE": 10**9, "KGM": 10**6, "GRM": 10**3, "MGM": 1}
"""Milligrams in the units of mass of UN/ECE Recommendation 20 that goods of the ledger may be stated in."""

_FACTS: Final[Mapping[str, str]] = {member(key): key for key in FACTS}
_LARGEST: Final = 2**63 - 1
_ITEM_EXPIRES: Final = "{urn:epcglobal:cbv:mda:}itemExpirationDate"
_SENSED: Final = {("Temperature", "CEL"): "temperature", ("RelativeHumidity", "P1"): "humidity"}


def milligrams_of(element: Record, place: str) -> Milligrams:
    """The mass of a quantity element; raises ``EventInvalid`` when it is none or finer than a milligram."""
    factor = MILLIGRAMS_IN.get(element.get("uom", ""))
    if factor is None or "quantity" not in element:
        raise EventInvalid(f"{place}/uom", "move-mass", str(element.get("uom", "")))
    exact = Decimal(str(element["quantity"])) * factor
    if exact != exact.to_integral_value() or not 0 < exact <= _LARGEST:
        raise EventInvalid(f"{place}/quantity", "move-milligrams", str(element["quantity"]))
    return Milligrams(int(exact))


def done_of(event: EpcisEvent) -> Done:
    """When it was done and the facts it states; raises ``EventInvalid`` when a fact is not what its name says."""
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


def given(record: Record, key: str) -> Any:
    """What the event says of ``key`` in the ledger's namespace, in the ILMD or beside it."""
    name = member(key)
    return record.get(name, record.get("ilmd", {}).get(name))


def text(record: Record, key: str, rule: str) -> str:
    """The same, which must be a text."""
    found = given(record, key)
    if not isinstance(found, str) or not found:
        raise EventInvalid(f"/tcm:{key}", f"move-{rule}", str(found or ""))
    return found


def lot_of(uri: str, place: str) -> LotName:
    """The lot that an identifier names; raises ``EventInvalid``."""
    found = lot_name(uri)
    if found is None:
        raise EventInvalid(f"{place}/epcClass", "move-lot", uri)
    return found


def portions_of(record: Record, name: str) -> tuple[NamedPortion, ...]:
    """The quantities of a list, at least one; raises ``EventInvalid``."""
    found = tuple(
        NamedPortion(lot_of(element["epcClass"], f"/{name}/{number}"), milligrams_of(element, f"/{name}/{number}"))
        for number, element in enumerate(record.get(name, ()))
    )
    if not found:
        raise EventInvalid(f"/{name}", "move-nothing")
    return found


def new_lots_of(record: Record, name: str, one: bool = False) -> tuple[NewLot, ...]:
    """The lots that a list says were made; raises ``EventInvalid``."""
    elements = record.get(name, ())
    if not elements or (one and len(elements) != 1):
        raise EventInvalid(f"/{name}", "move-one-lot" if elements else "move-nothing", str(len(elements)))
    form = given(record, "form")
    expires = _expires(record)
    found = []
    for number, element in enumerate(elements):
        place = f"/{name}/{number}"
        lot = lot_of(element["epcClass"], place)
        if not lot.number:
            raise EventInvalid(f"{place}/epcClass", "move-new-lot", element["epcClass"])
        kind = lot.form or (FormId(form) if isinstance(form, str) else None)
        found.append(NewLot(lot.number, milligrams_of(element, place), kind, expires, lot.gtin))
    return tuple(found)


def _expires(record: Record) -> UnixTime | None:
    stated = record.get("ilmd", {}).get(_ITEM_EXPIRES)
    if stated is None:
        return None
    try:
        return end_of_day(str(stated))
    except MomentUnreadable as error:
        raise EventInvalid("/ilmd/cbvmda:itemExpirationDate", "move-expiry", str(stated)) from error


def party_of(record: Record) -> Party:
    """Whom the goods go to; raises ``EventInvalid``."""
    stated = given(record, "member")
    if stated is not None:
        found = named_id(str(stated), "member")
        if found is None:
            raise EventInvalid("/tcm:member", "move-member", str(stated))
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


def shipment_of(record: Record) -> ShipmentId:
    """The shipment that an event is about; raises ``EventInvalid``."""
    found = named_id(str(given(record, "shipment") or despatch_of(record, number=False)), "shipment")
    if found is None:
        raise EventInvalid("/tcm:shipment", "move-shipment")
    return ShipmentId(Hash32(found))


def despatch_of(record: Record, number: bool) -> str:
    """What the despatch advice is called: the sender's number, or the shipment's address in the ledger."""
    for element in record.get("bizTransactionList", ()):
        if element.get("type") == "desadv":
            uri = str(element["bizTransaction"])
            return unquote(uri.rpartition(":")[2]) if number else uri
    return ""

"""Event hash IDs a second on one core, over a mix of events of which no two are alike.

Hashing begins at an event's JSON: it is parsed, brought into its normal form, written as the standard says and hashed.
Beside it, in the same run, stand reading with schema and rules (what capture does before it stores), and, as the peer,
a plain round trip of the same JSON through the parser and back, which nothing that reads JSON can undercut.
"""

import random
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

import orjson

from measured import keep
from tcmchain.epcis.model.contexts import EPCIS_CONTEXT, read_context
from tcmchain.epcis.model.documents import read_document
from tcmchain.epcis.model.event_hash import event_hash
from tcmchain.epcis.model.normal_form import normal_form

EVENTS: Final = 12_000
ROUNDS: Final = 5
TARGET: Final = 5_000
CONTEXT: Final = [EPCIS_CONTEXT, {"farm": "https://ns.example.com/farm/"}]

Event = dict[str, Any]
_chance = random.Random(19987)


def _plain(number: int, **members: Any) -> Event:
    second = 1_700_000_000 + number * 7
    moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
    return {
        "eventTime": f"{moment}.{number % 1000:03}+08:00",
        "eventTimeZoneOffset": "+08:00",
        "readPoint": {"id": f"urn:epc:id:sgln:6901234.{number % 300:05}.0"},
        **members,
    }


def _sgtin(number: int) -> str:
    return f"urn:epc:id:sgtin:6901234.{number % 900_000 + 1:06}.S{_chance.getrandbits(40):010X}"


def _lot(number: int) -> str:
    return f"urn:epc:class:lgtin:6901234.{number % 900_000 + 1:06}.L{_chance.getrandbits(28):07X}"


def _object(number: int) -> Event:
    return _plain(
        number,
        type="ObjectEvent",
        action="OBSERVE",
        bizStep="storing",
        disposition="in_progress",
        epcList=[_sgtin(number + at) for at in range(8)],
    )


def _shipping(number: int) -> Event:
    return _plain(
        number,
        type="ObjectEvent",
        action="OBSERVE",
        bizStep="shipping",
        disposition="in_transit",
        quantityList=[{"epcClass": _lot(number + at), "quantity": 12.5 + at, "uom": "KGM"} for at in range(3)],
        bizTransactionList=[{"type": "desadv", "bizTransaction": f"urn:epcglobal:cbv:bt:6901234000016:ASN{number}"}],
        sourceList=[{"type": "owning_party", "source": "urn:epc:id:pgln:6901234.00001"}],
        destinationList=[{"type": "owning_party", "destination": f"urn:epc:id:pgln:6901234.{number % 500:05}"}],
    )


def _aggregation(number: int) -> Event:
    return _plain(
        number,
        type="AggregationEvent",
        action="ADD",
        bizStep="packing",
        parentID=f"urn:epc:id:sscc:6901234.1{number:09}",
        childEPCs=[_sgtin(number + at) for at in range(20)],
    )


def _transformation(number: int) -> Event:
    return _plain(
        number,
        type="TransformationEvent",
        bizStep="commissioning",
        transformationID=f"urn:epc:id:gdti:6901234.00001.{number}",
        inputQuantityList=[{"epcClass": _lot(number), "quantity": 100.25, "uom": "KGM"}],
        outputQuantityList=[{"epcClass": _lot(number + 1), "quantity": 28.4, "uom": "KGM"}],
        ilmd={"cbvmda:lotNumber": f"L{number}", "farm:method": "九蒸九晒", "farm:hours": 12.50},
    )


def _sensing(number: int) -> Event:
    reports = [
        {"type": "Temperature", "value": 4.5, "uom": "CEL"},
        {"type": "RelativeHumidity", "value": 55, "uom": "P1"},
    ]
    metadata = {
        "deviceID": f"urn:epc:id:giai:6901234.{number % 200}",
        "bizRules": "https://example.com/253/6901234000016",
    }
    return _plain(
        number,
        type="ObjectEvent",
        action="OBSERVE",
        bizStep="sensor_reporting",
        epcList=[f"https://shop.example.com/01/06901234567892/21/{number}?17=271231"],
        sensorElementList=[{"sensorMetadata": metadata, "sensorReport": reports}],
    )


def _harvest(number: int) -> Event:
    return _plain(
        number,
        type="ObjectEvent",
        action="ADD",
        bizStep="https://ref.gs1.org/cbv/BizStep-commissioning",
        quantityList=[{"epcClass": _lot(number), "quantity": 250.0, "uom": "KGM"}],
        ilmd={"farm:plot": f"plot {number % 50}", "farm:care": {"farm:seed": "园参", "farm:years": "6.0"}},
        **{"farm:weather": ["晴", "微风"], "farm:altitude": 640},
    )


_KINDS: Final = (_object, _object, _shipping, _aggregation, _transformation, _sensing, _harvest)


def _rate(work: Callable[[], object]) -> float:
    """Median of some rounds, in events a second of processor time."""
    found = []
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        found.append(EVENTS / (time.process_time() - start))
    return round(statistics.median(found))


def _documents(events: Sequence[Event]) -> list[bytes]:
    head = {
        "@context": CONTEXT,
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-11-24T00:00:00Z",
    }
    return [
        orjson.dumps({**head, "epcisBody": {"eventList": events[at : at + 500]}}) for at in range(0, len(events), 500)
    ]


def main() -> None:
    events = [_KINDS[number % len(_KINDS)](number) for number in range(EVENTS)]
    raw = [orjson.dumps(event) for event in events]
    context = read_context(CONTEXT)
    documents = _documents(events)
    hashing = _rate(lambda: [event_hash(normal_form(orjson.loads(one), context)) for one in raw])
    reading = _rate(lambda: [read_document(document) for document in documents])
    round_trip = _rate(lambda: [orjson.dumps(orjson.loads(one)) for one in raw])
    keep(
        "event_hash",
        events=EVENTS,
        bytes_per_event=round(sum(map(len, raw)) / EVENTS),
        hashed_per_second=hashing,
        read_checked_and_hashed_per_second=reading,
        json_round_trip_per_second=round_trip,
        ratio_to_json_round_trip=round(hashing / round_trip, 3),
        target_per_second=TARGET,
        reached=hashing >= TARGET,
    )


if __name__ == "__main__":
    main()

"""Last part: what the factory's warehouse measures comes in as EPCIS, from a system and not from a person."""

from datetime import timedelta
from typing import Any, Final

import orjson

from tcmchain.example import cast
from tcmchain.example.stage import Scene, Stage
from tcmchain.values import BEIJING

_CONTEXT: Final = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
_HOURS: Final = 48
_PLACE: Final = "urn:epc:id:sgln:9520000.01001.0"


def _reading(stage: Stage, hour: int, link: str) -> dict[str, Any]:
    moment = stage.now.astimezone(BEIJING).replace(minute=0, second=0, microsecond=0) - timedelta(hours=_HOURS - hour)
    # A warehouse that warms by day: whole tenths, so that every run states the same.
    warmth = 180 + abs(12 - (moment.hour + 10) % 24) * 3
    return {
        "type": "ObjectEvent",
        "action": "OBSERVE",
        "bizStep": "storing",
        "disposition": "in_progress",
        "eventTime": moment.isoformat(timespec="milliseconds"),
        "eventTimeZoneOffset": "+08:00",
        "quantityList": [{"epcClass": link}],
        "readPoint": {"id": _PLACE},
        "sensorElementList": [
            {
                "sensorReport": [
                    {"type": "Temperature", "value": warmth / 10, "uom": "CEL"},
                    {"type": "RelativeHumidity", "value": 45 + moment.hour % 6, "uom": "A93"},
                ]
            }
        ],
    }


async def measure_storage(stage: Stage) -> None:
    factory = stage.acting(cast.SERVED)
    lot = await factory.provenance.lot(await stage.lot(cast.SERVED, stage.number("HS", 48)))
    link = f"https://id.gs1.org{lot['path']}"
    document = {
        "@context": [_CONTEXT],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": stage.now.isoformat(),
        "epcisBody": {"eventList": [_reading(stage, hour, link) for hour in range(_HOURS)]},
    }
    job = await factory.epcis.capture(orjson.dumps(document))
    if not job["success"]:
        raise LookupError(f"the story's readings were refused: {job['errors']}")


SCENES: tuple[Scene, ...] = (("药厂的仓库传感器接入", measure_storage),)

"""Members of the ledger's own events: masses, moments, places and readings as the standard writes them."""

from datetime import datetime
from typing import Any, Final

from tcmchain.provenance.model.lots import Lot
from tcmchain.provenance.model.quantity import mass_in
from tcmchain.provenance.model.steps import Observation, Step
from tcmchain.values import BEIJING, UnixTime, day_of

Event = dict[str, Any]

_SENSORS: Final = (("temperature", "Temperature", "CEL"), ("humidity", "RelativeHumidity", "P1"))


def kilograms(milligrams: int) -> int | float:
    """A mass as a JSON number of kilograms, exact up to 2^53 milligrams."""
    text = mass_in(milligrams, "kg")
    return float(text) if "." in text else int(text)


def bizstep(observation: Observation, step: Step) -> str:
    if observation is Observation.INSPECTION:
        return "inspecting"
    if observation is Observation.FIELD_WORK:
        return "other"
    return "sensor_reporting" if any(key in step.facts for key, *_ in _SENSORS) else "storing"


def stamp(moment: UnixTime) -> str:
    return datetime.fromtimestamp(moment, BEIJING).isoformat(timespec="milliseconds")


def expiry(lot: Lot) -> Event:
    return {"cbvmda:itemExpirationDate": day_of(lot.expires).isoformat()} if lot.expires else {}


def place(step: Step) -> Event:
    """The read point: where the deed was done, as its signer states it (RFC 5870)."""
    if "lat" in step.facts and "lon" in step.facts:
        return {"readPoint": {"id": f"geo:{step.facts['lat']},{step.facts['lon']}"}}
    return {}


def sensors(step: Step) -> Event:
    reports = [
        {"type": kind, "value": step.facts[key], "uom": unit} for key, kind, unit in _SENSORS if key in step.facts
    ]
    return {"sensorElementList": [{"sensorReport": reports}]} if reports else {}

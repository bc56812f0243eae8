"""What is recorded by itself, as FHIR R4 (4.0.1): MedicationDispense and DeviceUseStatement.

The patient and the visit are named by their identifiers on the chain only.
"""

import json
from datetime import datetime
from typing import Any, Final

from tcmchain.values import BEIJING, Address, UnixTime, VisitId

PATIENT_SYSTEM: Final = "urn:tcmchain:patient"
VISIT_SYSTEM: Final = "urn:tcmchain:encounter"
LOT_SYSTEM: Final = "urn:tcmchain:lot"
GIAI_SYSTEM: Final = "https://id.gs1.org/8004"
_UCUM: Final = "http://unitsofmeasure.org"


def moment(at: UnixTime) -> str:
    """A moment as FHIR writes it, in Beijing's time."""
    return datetime.fromtimestamp(at, BEIJING).isoformat()


def medication_dispense(
    patient: Address,
    visit: VisitId,
    drug: str,
    lot: str,
    grams: float,
    handed_over: UnixTime,
    dispenser: str,
    expires: UnixTime | None = None,
) -> bytes:
    """A quantity of a lot handed to the patient; ``lot`` is its trace code, ``drug`` and ``dispenser`` are names."""
    batch: dict[str, Any] = {"lotNumber": lot}
    if expires:
        batch["expirationDate"] = moment(expires)[:10]
    medication = {"resourceType": "Medication", "id": "drug", "code": {"text": drug}, "batch": batch}
    return _written(
        {
            "resourceType": "MedicationDispense",
            "contained": [medication],
            "status": "completed",
            "medicationReference": {"reference": "#drug", "display": drug},
            "subject": _patient(patient),
            "context": {"type": "Encounter", "identifier": {"system": VISIT_SYSTEM, "value": visit}},
            "performer": [{"actor": {"type": "Organization", "display": dispenser}}],
            "quantity": {"value": grams, "unit": "g", "system": _UCUM, "code": "g"},
            "whenHandedOver": moment(handed_over),
        }
    )


def device_use(
    patient: Address, visit: VisitId, device: str, name: str, starts: UnixTime, ends: UnixTime, source: str
) -> bytes:
    """A device, by its GIAI, used on the patient; ``source`` is the institution's name."""
    return _written(
        {
            "resourceType": "DeviceUseStatement",
            "status": "completed",
            "subject": _patient(patient),
            "derivedFrom": [{"type": "Encounter", "identifier": {"system": VISIT_SYSTEM, "value": visit}}],
            "timingPeriod": {"start": moment(starts), "end": moment(ends)},
            "source": {"type": "Organization", "display": source},
            "device": {
                "type": "Device",
                "identifier": {"system": GIAI_SYSTEM, "value": device},
                "display": name or device,
            },
        }
    )


def _patient(patient: Address) -> dict[str, Any]:
    return {"type": "Patient", "identifier": {"system": PATIENT_SYSTEM, "value": patient}}


def _written(resource: dict[str, Any]) -> bytes:
    return json.dumps(resource, ensure_ascii=False, separators=(",", ":")).encode()

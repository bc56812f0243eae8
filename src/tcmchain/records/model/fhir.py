"""Records as FHIR R4 (4.0.1, https://hl7.org/fhir/R4/): one resource, or a Bundle of type collection.

The patient is named by pseudonym only. Vital signs are coded in LOINC with units of UCUM, after FHIR's own profile of
vital signs (https://hl7.org/fhir/R4/observation-vitalsigns.html).
"""

import json
import uuid
from collections.abc import Iterable, Sequence
from typing import Any, Final

from tcmchain.records.model.forms import EncounterForm, LabReport, LabValue, Profile, Statement, Supply, Vitals
from tcmchain.values import Address

Resource = dict[str, Any]

_LOINC: Final = "http://loinc.org"
_UCUM: Final = "http://unitsofmeasure.org"
_CATEGORY: Final = "http://terminology.hl7.org/CodeSystem/observation-category"
_CODES: Final = {
    "height_cm": ("8302-2", "身高", "cm", "cm"),
    "weight_kg": ("29463-7", "体重", "kg", "kg"),
    "pulse": ("8867-4", "脉搏", "次/分", "/min"),
    "temperature_c": ("8310-5", "体温", "℃", "Cel"),
    "spo2": ("2708-6", "血氧饱和度", "%", "%"),
    "glucose_mmol_l": ("15074-8", "血糖", "mmol/L", "mmol/L"),
    "systolic": ("8480-6", "收缩压", "mmHg", "mm[Hg]"),
    "diastolic": ("8462-4", "舒张压", "mmHg", "mm[Hg]"),
}
_PRESSURE: Final = ("systolic", "diastolic")
_EXAMINATIONS: Final = (
    ("inspection", "望诊"),
    ("tongue", "舌象"),
    ("listening", "闻诊"),
    ("inquiry", "问诊"),
    ("palpation", "切诊"),
    ("pulse", "脉象"),
)


class Writer:
    """Writes resources about one patient at one moment; ``encounter`` names the visit that they belong to."""

    def __init__(self, patient: Address, happened: str, author: str = "", encounter: str | None = None) -> None:
        self._patient = {"reference": f"Patient/{patient}"}
        self._happened = happened
        self._author = [{"display": author}] if author else []
        self._encounter = None if encounter is None else {"identifier": {"value": encounter}}

    def encounter(self, form: EncounterForm) -> Resource:
        """Encounter, four examinations, disease and patterns, method and prescription."""
        visit = self._resource("Encounter", status="finished")
        visit["class"] = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"}
        visit["subject"] = self._patient
        visit["period"] = {"start": self._happened}
        visit["reasonCode"] = [{"text": form.complaint}]
        found = [visit]
        for name, title in _EXAMINATIONS:
            if text := getattr(form.examinations, name):
                found.append(self._observation(title, "exam", valueString=text))
        if form.disease:
            found.append(self._condition(form.disease, "encounter-diagnosis", "病"))
        found.extend(self._condition(pattern, "encounter-diagnosis", "证候") for pattern in form.patterns)
        found.append(self._plan(form))
        if form.herbs:
            found.append(self._prescription(form))
        return bundle(found)

    def vitals(self, vitals: Vitals) -> Resource:
        """One Observation a sign; blood pressure as one with two components."""
        found = []
        for name, value in vitals.values.items():
            if name not in _PRESSURE:
                code, title, _, _ = _CODES[name]
                more = {"valueQuantity": _quantity(name, value)}
                found.append(self._observation(title, _sign(name), code, **more))
        pressure = [name for name in _PRESSURE if name in vitals.values]
        if pressure:
            parts = [
                {"code": _coded(*_CODES[name][:2]), "valueQuantity": _quantity(name, vitals.values[name])}
                for name in pressure
            ]
            found.append(self._observation("血压", "vital-signs", "85354-9", component=parts))
        return found[0] if len(found) == 1 else bundle(found)

    def profile(self, profile: Profile) -> Resource:
        """Patient without a name, blood group, height and weight."""
        person: Resource = {"resourceType": "Patient", "id": _id(), "gender": profile.sex}
        if profile.birth_year is not None:
            person["birthDate"] = f"{profile.birth_year:04d}"
        found = [person]
        if profile.blood:
            found.append(self._observation("血型", "laboratory", "882-1", valueString=profile.blood))
        signs = {"height_cm": profile.height_cm, "weight_kg": profile.weight_kg}
        for name, value in signs.items():
            if value is not None:
                code, title, _, _ = _CODES[name]
                quantity = _quantity(name, value)
                found.append(self._observation(title, "vital-signs", code, valueQuantity=quantity))
        return bundle(found)

    def lab(self, report: LabReport) -> Resource:
        """DiagnosticReport and its Observations."""
        values = [self._lab_value(value) for value in report.values]
        head = self._resource("DiagnosticReport", status="final", code={"text": report.name}, subject=self._patient)
        head["effectiveDateTime"] = self._happened
        head["result"] = [{"reference": f"urn:uuid:{value['id']}"} for value in values]
        if report.conclusion:
            head["conclusion"] = report.conclusion
        return bundle([head, *values])

    def condition(self, statement: Statement) -> Resource:
        """A diagnosis on the problem list."""
        found = self._condition(statement.what, "problem-list-item", statement.detail)
        return {**found, "onsetDateTime": statement.since} if statement.since else found

    def allergy(self, statement: Statement) -> Resource:
        """An allergy or intolerance."""
        status = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
        found = self._resource("AllergyIntolerance", code={"text": statement.what}, patient=self._patient)
        found["clinicalStatus"] = {"coding": [{"system": status, "code": "active"}]}
        found["criticality"] = "high" if statement.severe else "low"
        found["recordedDate"] = self._happened
        return _noted(found, statement.detail)

    def medication(self, statement: Statement) -> Resource:
        """A medicine that the patient takes."""
        what = {"text": statement.what}
        found = self._resource("MedicationStatement", status="active", medicationCodeableConcept=what)
        found["subject"] = self._patient
        found["effectiveDateTime"] = statement.since or self._happened
        return _noted(found, statement.detail)

    def prescription(self, form: EncounterForm) -> Resource:
        """The prescription of an encounter alone."""
        return self._prescription(form)

    def dispensing(self, supply: Supply) -> Resource:
        """A drug handed out."""
        what = {"text": supply.what}
        found = self._resource("MedicationDispense", status="completed", medicationCodeableConcept=what)
        found["subject"] = self._patient
        found["whenHandedOver"] = self._happened
        if supply.grams:
            found["quantity"] = {"value": supply.grams, "unit": "g", "system": _UCUM, "code": "g"}
        if supply.lot:
            found["identifier"] = [{"type": {"text": "批次"}, "value": supply.lot}]
        return found

    def device_use(self, supply: Supply) -> Resource:
        """A device used on the patient."""
        device = {"display": supply.what, **({"identifier": {"value": supply.lot}} if supply.lot else {})}
        found = self._resource("DeviceUseStatement", status="completed", subject=self._patient, device=device)
        found["timingDateTime"] = self._happened
        return found

    def document(self, title: str, media: str, sha256: str, size: int) -> Resource:
        """What stands for a file of another kind, such as an image, in a bundle; the file itself lies beside it."""
        attachment = {"contentType": media, "title": title, "size": size}
        found = self._resource("DocumentReference", status="current", subject=self._patient, description=title)
        found["content"] = [{"attachment": attachment}]
        found["identifier"] = [{"system": "urn:ietf:rfc:3986", "value": f"urn:hash::sha256:{sha256}"}]
        found["date"] = _instant(self._happened)
        return found

    def _resource(self, kind: str, **more: Any) -> Resource:
        return {"resourceType": kind, "id": _id(), **more}

    def _observation(self, title: str, category: str, code: str | None = None, **more: Any) -> Resource:
        found = self._resource("Observation", status="final", subject=self._patient)
        found["category"] = [{"coding": [{"system": _CATEGORY, "code": category}]}]
        found["code"] = {"text": title} if code is None else _coded(code, title)
        found["effectiveDateTime"] = self._happened
        if self._author:
            found["performer"] = self._author
        if self._encounter is not None:
            found["encounter"] = self._encounter
        return {**found, **more}

    def _lab_value(self, value: LabValue) -> Resource:
        interpretation = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
        bounds = (("low", value.low), ("high", value.high))
        found = self._observation(value.name, "laboratory", valueQuantity={"value": value.value, "unit": value.unit})
        found["interpretation"] = [{"coding": [{"system": interpretation, "code": value.flag}]}]
        known = {name: {"value": bound, "unit": value.unit} for name, bound in bounds if bound is not None}
        return {**found, "referenceRange": [known]} if known else found

    def _condition(self, what: str, category: str, note: str = "") -> Resource:
        clinical = "http://terminology.hl7.org/CodeSystem/condition-clinical"
        kind = "http://terminology.hl7.org/CodeSystem/condition-category"
        found = self._resource("Condition", code={"text": what}, subject=self._patient)
        found["clinicalStatus"] = {"coding": [{"system": clinical, "code": "active"}]}
        found["category"] = [{"coding": [{"system": kind, "code": category}]}]
        found["recordedDate"] = self._happened
        return _noted(found, note)

    def _plan(self, form: EncounterForm) -> Resource:
        found = self._resource("CarePlan", status="active", intent="plan", subject=self._patient, title="治法")
        found["description"] = form.method or "—"
        found["created"] = self._happened
        return _noted(found, form.advice)

    def _prescription(self, form: EncounterForm) -> Resource:
        lines = "，".join(
            f"{herb.name} {herb.grams:g}克{f'（{herb.note}）' if herb.note else ''}" for herb in form.herbs
        )
        what = {"text": f"{form.formula}：{lines}" if form.formula else lines}
        found = self._resource("MedicationRequest", status="active", intent="order", medicationCodeableConcept=what)
        found["subject"] = self._patient
        found["authoredOn"] = self._happened
        found["dosageInstruction"] = [{"text": form.usage or f"{form.doses}剂"}]
        found["dispenseRequest"] = {"quantity": {"value": form.doses, "unit": "剂"}}
        return found


def bundle(resources: Iterable[Resource]) -> Resource:
    """Resources in a Bundle of type collection, each under the urn of its id."""
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"fullUrl": f"urn:uuid:{found['id']}", "resource": found} for found in resources],
    }


def resources_of(content: Resource) -> list[Resource]:
    """The resources of a record: those of a bundle, or the one that it is."""
    if content.get("resourceType") != "Bundle":
        return [content]
    entries: Sequence[Any] = content.get("entry") or ()
    return [entry["resource"] for entry in entries if isinstance(entry.get("resource"), dict)]


def write(content: Resource) -> bytes:
    """The body of a record."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _id() -> str:
    return str(uuid.uuid4())


def _coded(code: str, title: str) -> Resource:
    return {"coding": [{"system": _LOINC, "code": code}], "text": title}


def _quantity(name: str, value: float) -> Resource:
    _, _, unit, code = _CODES[name]
    return {"value": value, "unit": unit, "system": _UCUM, "code": code}


def _sign(name: str) -> str:
    return "laboratory" if name == "glucose_mmol_l" else "vital-signs"


def _noted(found: Resource, text: str) -> Resource:
    return {**found, "note": [{"text": text}]} if text else found


def _instant(happened: str) -> str:
    return happened if "T" in happened else f"{happened}T00:00:00+08:00"

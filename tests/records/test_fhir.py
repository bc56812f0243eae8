"""Records as FHIR R4, held against another project's models of R4B (4.3.0, which keeps these resources of 4.0.1)."""

import json
from importlib import import_module
from typing import Any

import pytest

from tcmchain.records.model.errors import ContentUnreadable
from tcmchain.records.model.fhir import Writer, bundle, resources_of, write
from tcmchain.records.model.forms import (
    EncounterForm,
    FourExaminations,
    Herb,
    LabReport,
    LabValue,
    Profile,
    Statement,
    Supply,
    Vitals,
)
from tcmchain.values import Address

WRITER = Writer(Address("0x44f649fc8Dc77694E6ABEF1aA966983Dd6ED7C64"), "2026-11-20T09:30:00+08:00", "京西中医医院")
FORM = EncounterForm(
    complaint="乏力三月，纳差",
    examinations=FourExaminations("面色萎黄", "舌淡苔白", "语声低微", "食少便溏", "腹软", "脉细弱"),
    disease="虚劳",
    patterns=("脾气虚证", "气血两虚证"),
    method="健脾益气",
    formula="四君子汤",
    herbs=(Herb("人参", 9), Herb("白术", 9), Herb("茯苓", 9), Herb("炙甘草", 6, "炙")),
    doses=7,
    usage="水煎服，日一剂，分两次",
    advice="忌生冷",
)
SIGNS = {
    "height_cm": 165.0,
    "weight_kg": 52.5,
    "systolic": 118,
    "diastolic": 76,
    "pulse": 72,
    "temperature_c": 36.5,
    "spo2": 98,
    "glucose_mmol_l": 5.2,
}
WRITTEN: dict[str, Any] = {
    "encounter": WRITER.encounter(FORM),
    "vitals": WRITER.vitals(Vitals(SIGNS)),
    "one sign": WRITER.vitals(Vitals({"pulse": 80})),
    "profile": WRITER.profile(Profile(1968, "female", "AB+", 165, 52)),
    "lab": WRITER.lab(LabReport("血常规", (LabValue("白细胞", 11.2, "10^9/L", 3.5, 9.5),), "白细胞偏高")),
    "condition": WRITER.condition(Statement("高血压病2级", "2024-03-01", "规律服药")),
    "allergy": WRITER.allergy(Statement("青霉素", "2001", "皮疹", severe=True)),
    "medication": WRITER.medication(Statement("氨氯地平 5mg", "2024-03-02")),
    "prescription": WRITER.prescription(FORM),
    "dispensing": WRITER.dispensing(Supply("人参饮片", "L-1", 63)),
    "device": WRITER.device_use(Supply("电针仪", "8004:1")),
    "document": WRITER.document("胸部CT.pdf", "application/pdf", "ab" * 32, 2048),
}


def _checked(resource: dict[str, Any]) -> Any:
    kind = resource["resourceType"]
    model = getattr(import_module(f"fhir.resources.R4B.{kind.lower()}"), kind)
    return model.model_validate(resource)


@pytest.mark.parametrize("what", WRITTEN)
def test_write__every_form__is_valid_fhir(what: str) -> None:
    content = json.loads(write(WRITTEN[what]))
    _checked(content)
    for resource in resources_of(content):
        _checked(resource)


def test_write__encounter_form__holds_examinations_patterns_method_and_prescription() -> None:
    kinds = [resource["resourceType"] for resource in resources_of(WRITTEN["encounter"])]
    assert kinds.count("Observation") == 6
    assert kinds.count("Condition") == 3
    assert {"Encounter", "CarePlan", "MedicationRequest"} <= set(kinds)
    assert FORM.summary()["patterns"] == ["脾气虚证", "气血两虚证"]


def test_put_together__all_records__is_one_valid_bundle() -> None:
    everything = [resource for content in WRITTEN.values() for resource in resources_of(content)]
    assert len(_checked(bundle(everything)).entry) == len(everything)


def test_write__patient__is_named_by_pseudonym_only() -> None:
    text = write(WRITTEN["profile"]).decode()
    assert '"name"' not in text
    assert "0x44f649fc8Dc77694E6ABEF1aA966983Dd6ED7C64" in text


@pytest.mark.parametrize("values", [{}, {"pulse": 0}, {"systolic": "120"}, {"mood": 3}, {"spo2": 101}, {"pulse": True}])
def test_fill_in__vital_signs_that_cannot_be__are_refused(values: Any) -> None:
    with pytest.raises(ContentUnreadable):
        Vitals(values)


def test_fill_in__forms_without_what_they_need__are_refused() -> None:
    with pytest.raises(ContentUnreadable):
        EncounterForm("", FourExaminations(), "", ("证",), "")
    with pytest.raises(ContentUnreadable):
        Herb("人参", 0)
    with pytest.raises(ContentUnreadable):
        Profile(blood="C+")
    with pytest.raises(ContentUnreadable):
        LabReport("血常规", ())

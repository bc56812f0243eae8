"""Prescriptions to check, written shortly."""

from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import Any

from tcmchain.prescriptions.model.checking import check
from tcmchain.prescriptions.model.prescription import (
    HEAD,
    Diagnosis,
    Line,
    Patient,
    Prescription,
    Sex,
    Stated,
)
from tcmchain.prescriptions.model.rules import RuleSet
from tcmchain.terms.herbs import HerbId

WELL = Patient(
    sex=Sex.FEMALE,
    months=40 * 12,
    pregnancy=Stated.NO,
    lactation=Stated.NO,
    allergies=Stated.NO,
    liver=Stated.NO,
    kidney=Stated.NO,
    takes_drugs=Stated.NO,
    excluded=("glaucoma", "heart", "hypertension", "bleeding", "menstruation", "athlete", "prostate", "diarrhoea"),
)
"""Everything stated, and nothing that a herb must heed."""


@cache
def rules() -> RuleSet:
    """What the tables of today give."""
    return RuleSet.from_terms(1)


def line(text: str, **given: Any) -> Line:
    """``fuzi 9 decoct-first`` as a line, under its official name."""
    herb, grams, *preparations = text.split()
    known = rules().herbs.get(HerbId(herb))
    fields: dict[str, Any] = {"name": known.name if known else "", "preparations": tuple(preparations), **given}
    return Line(HerbId(herb), grams=Decimal(grams), **fields)


def sheet(*lines: str | Line, patient: Patient = WELL, **given: Any) -> Prescription:
    """A sheet that lacks nothing but what a test leaves out."""
    fields: dict[str, Any] = {
        "diagnosis": Diagnosis(disease_words="感冒", syndrome_words="风寒束表证"),
        "usage": "水煎，分两次温服",
        "head": HEAD,
        **given,
    }
    written = tuple(one if isinstance(one, Line) else line(one) for one in lines)
    return Prescription(written, patient=patient, **fields)


def found(prescription: Prescription) -> set[str]:
    """The ids of all findings."""
    return {finding.id for finding in check(prescription, rules()).findings}


def who(**given: Any) -> Patient:
    """The well patient, but for some facts."""
    return replace(WELL, **given)

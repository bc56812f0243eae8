"""A prescription as canonical JSON, and back: strict, bounded, and the same bytes for the same content."""

import json
import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, Final, TypeVar, get_args

from tcmchain.prescriptions.model.findings import canonical
from tcmchain.prescriptions.model.prescription import (
    HEAD,
    Diagnosis,
    Follows,
    Line,
    Patient,
    Prescription,
    Route,
    Sex,
    Sheet,
    Stated,
)
from tcmchain.prescriptions.model.refusals import LineUnreadable
from tcmchain.terms.doses import DoseForm
from tcmchain.terms.herbs import HerbId
from tcmchain.terms.preparations import ROLES, preparations

LARGEST: Final = 64 * 1024
MOST_LINES: Final = 100
_MOST_WORDS: Final = 40
_LONGEST: Final = 200
_MOST: Final = 10_000
_FORMS: Final = get_args(DoseForm)
_GRAMS: Final = re.compile(r"[0-9]{1,5}(\.[0-9]{1,4})?")
_ID: Final = re.compile(r"[a-z0-9-]{0,60}")
_LINE: Final = frozenset({"herb", "name", "grams", "form", "preparations", "processing", "role"})
_PATIENT: Final = frozenset(Patient.__dataclass_fields__)
_SHEET: Final = frozenset(Prescription.__dataclass_fields__)

_Word = TypeVar("_Word", bound=StrEnum)


def write_prescription(prescription: Prescription) -> bytes:
    """The one spelling of a prescription: what its verdict's digest is of."""
    return canonical(document_of(prescription))


def document_of(one: Prescription) -> dict[str, Any]:
    """A prescription as JSON; grams and kilograms are texts, so that no digit is lost."""
    return {
        "lines": [_line_document(line) for line in one.lines],
        "sheet": one.sheet.value,
        "patient": _patient_document(one.patient),
        "diagnosis": {name: getattr(one.diagnosis, name) for name in Diagnosis.__dataclass_fields__},
        "doses": one.doses,
        "days": one.days,
        "times": one.times,
        "route": one.route.value,
        "usage": one.usage,
        "emergency": one.emergency,
        "valid_days": one.valid_days,
        "follows": None
        if one.follows is None
        else {"formula": one.follows.formula, "version": one.follows.version, "name": one.follows.name},
        "department": one.department,
        "fee": one.fee,
        "prescriber": one.prescriber,
        "head": sorted(set(one.head)),
    }


def _line_document(line: Line) -> dict[str, Any]:
    return {
        "herb": line.herb,
        "name": line.name,
        "grams": plain(line.grams),
        "form": line.form,
        "preparations": sorted(set(line.preparations)),
        "processing": line.processing,
        "role": line.role,
    }


def _patient_document(patient: Patient) -> dict[str, Any]:
    document: dict[str, Any] = {name: getattr(patient, name) for name in _PATIENT}
    document["weight"] = None if patient.weight is None else plain(patient.weight)
    for name in ("allergic_to", "allergens", "conditions", "excluded", "drugs"):
        document[name] = sorted(set(document[name]))
    return document


def plain(number: Decimal) -> str:
    """A decimal without exponent or zeros at its end."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def read_prescription(content: bytes) -> Prescription:
    """Read JSON, canonical or not; what is left out is unknown. Raises :class:`LineUnreadable` with the ``field``."""
    if len(content) > LARGEST:
        raise LineUnreadable(field="size")
    try:
        told = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise LineUnreadable(field="json") from error
    return prescription_of(told)


def prescription_of(told: object) -> Prescription:
    """A prescription from parsed JSON; raises :class:`LineUnreadable` with the ``field``."""
    sheet = _object(told, "prescription", _SHEET)
    lines = _list(sheet.get("lines"), "lines", MOST_LINES)
    follows = sheet.get("follows")
    return Prescription(
        lines=tuple(_line(line, f"lines.{at}") for at, line in enumerate(lines)),
        sheet=_word(Sheet, sheet.get("sheet", Sheet.PIECES.value), "sheet"),
        patient=_patient(sheet.get("patient", {})),
        diagnosis=_diagnosis(sheet.get("diagnosis", {})),
        doses=_number(sheet.get("doses", 7), "doses"),
        days=_number(sheet.get("days", 7), "days"),
        times=_number(sheet.get("times", 2), "times"),
        route=_word(Route, sheet.get("route", Route.ORAL.value), "route"),
        usage=_text(sheet.get("usage", ""), "usage"),
        emergency=_truth(sheet.get("emergency", False), "emergency"),
        valid_days=_number(sheet.get("valid_days", 1), "valid_days"),
        follows=None if follows is None else _follows(follows),
        department=_text(sheet.get("department", ""), "department"),
        fee=_text(sheet.get("fee", ""), "fee"),
        prescriber=_text(sheet.get("prescriber", ""), "prescriber"),
        head=_words(sheet.get("head", []), "head", lambda word: word in HEAD),
    )


def _line(told: object, place: str) -> Line:
    line = _object(told, place, _LINE)
    form, role = line.get("form", "decoction"), line.get("role") or ""
    if form not in _FORMS:
        raise LineUnreadable(field=f"{place}.form")
    if role and role not in ROLES:
        raise LineUnreadable(field=f"{place}.role")
    return Line(
        herb=HerbId(_id(line.get("herb") or "", f"{place}.herb")),
        name=_text(line.get("name", ""), f"{place}.name"),
        grams=_decimal(line.get("grams", "0"), f"{place}.grams"),
        form=form,
        preparations=_words(line.get("preparations", []), f"{place}.preparations", lambda id: id in preparations()),
        processing=_text(line.get("processing", ""), f"{place}.processing"),
        role=role,
    )


def _patient(told: object) -> Patient:
    given = _object(told, "patient", _PATIENT)
    months, weight = given.get("months"), given.get("weight")

    def fact(name: str) -> Stated:
        return _word(Stated, given.get(name, Stated.UNKNOWN.value), f"patient.{name}")

    return Patient(
        sex=_word(Sex, given.get("sex", Sex.UNKNOWN.value), "patient.sex"),
        months=None if months is None else _number(months, "patient.months"),
        weight=None if weight is None else _decimal(weight, "patient.weight"),
        pregnancy=fact("pregnancy"),
        lactation=fact("lactation"),
        allergies=fact("allergies"),
        liver=fact("liver"),
        kidney=fact("kidney"),
        takes_drugs=fact("takes_drugs"),
        allergic_to=tuple(HerbId(id) for id in _words(given.get("allergic_to", []), "patient.allergic_to", _is_id)),
        allergens=_words(given.get("allergens", []), "patient.allergens", _is_short),
        conditions=_words(given.get("conditions", []), "patient.conditions", _is_id),
        excluded=_words(given.get("excluded", []), "patient.excluded", _is_id),
        drugs=_words(given.get("drugs", []), "patient.drugs", _is_short),
    )


def _diagnosis(told: object) -> Diagnosis:
    given = _object(told, "diagnosis", frozenset(Diagnosis.__dataclass_fields__))
    return Diagnosis(**{name: _text(text, f"diagnosis.{name}") for name, text in given.items()})


def _follows(told: object) -> Follows:
    given = _object(told, "follows", frozenset({"formula", "version", "name"}))
    return Follows(
        _text(given.get("formula", ""), "follows.formula"),
        _number(given.get("version", 0), "follows.version"),
        _text(given.get("name", ""), "follows.name"),
    )


def _object(told: object, place: str, names: frozenset[str]) -> Mapping[str, Any]:
    if not isinstance(told, dict):
        raise LineUnreadable(field=place)
    for name in told:
        # A fact under a wrong name would be taken for not stated.
        if name not in names:
            raise LineUnreadable(field=f"{place}.{str(name)[:40]}")
    return told


def _list(told: object, place: str, most: int) -> list[Any]:
    if not isinstance(told, list | tuple) or len(told) > most:
        raise LineUnreadable(field=place)
    return list(told)


def _words(told: object, place: str, fits: Callable[[str], bool]) -> tuple[str, ...]:
    given = _list(told, place, _MOST_WORDS)
    if not all(isinstance(word, str) and fits(word) and _writable(word) for word in given):
        raise LineUnreadable(field=place)
    return tuple(sorted(set(given)))


def _word(kind: type[_Word], told: object, place: str) -> _Word:
    try:
        return kind(str(told))
    except ValueError as error:
        raise LineUnreadable(field=place) from error


def _text(told: object, place: str) -> str:
    if not isinstance(told, str) or len(told) > _LONGEST or not _writable(told):
        raise LineUnreadable(field=place)
    return told.strip()


def _writable(text: str) -> bool:
    """Half a surrogate pair is no text."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_short(text: str) -> bool:
    return 0 < len(text) <= _LONGEST


def _is_id(text: str) -> bool:
    return bool(text) and _ID.fullmatch(text) is not None


def _id(told: object, place: str) -> str:
    if not isinstance(told, str) or _ID.fullmatch(told) is None:
        raise LineUnreadable(field=place)
    return told


def _number(told: object, place: str) -> int:
    if not isinstance(told, int) or isinstance(told, bool) or not 0 <= told <= _MOST:
        raise LineUnreadable(field=place)
    return told


def _truth(told: object, place: str) -> bool:
    if not isinstance(told, bool):
        raise LineUnreadable(field=place)
    return told


def _decimal(told: object, place: str) -> Decimal:
    text = str(told) if isinstance(told, int | float) and not isinstance(told, bool) else told
    if not isinstance(text, str) or _GRAMS.fullmatch(text) is None:
        raise LineUnreadable(field=place)
    try:
        return Decimal(plain(Decimal(text)))
    except InvalidOperation as error:
        raise LineUnreadable(field=place) from error

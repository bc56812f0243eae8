"""What people fill in: the encounter form of Chinese medicine, vital signs, and the short forms beside them.

Each form checks itself and gives the small summary that a timeline shows; :mod:`tcmchain.records.model.fhir` writes it
as FHIR R4.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tcmchain.records.model.errors import ContentUnreadable

_LONGEST: Final = 4_000


@dataclass(frozen=True, slots=True)
class FourExaminations:
    """四诊: inspection with the tongue (望), listening (闻), inquiry (问), palpation with the pulse (切)."""

    inspection: str = ""
    tongue: str = ""
    listening: str = ""
    inquiry: str = ""
    palpation: str = ""
    pulse: str = ""


@dataclass(frozen=True, slots=True)
class Herb:
    """One line of a prescription: name, mass in grams, how it is to be prepared (such as 先煎)."""

    name: str
    grams: float
    note: str = ""

    def __post_init__(self) -> None:
        if not self.name or not 0 < self.grams <= 1_000:
            raise ContentUnreadable(field="prescription")


@dataclass(frozen=True, slots=True)
class EncounterForm:
    """An encounter: complaint, four examinations, disease and pattern (辨证), method (治法) and prescription."""

    complaint: str
    examinations: FourExaminations
    disease: str
    patterns: tuple[str, ...]
    method: str
    formula: str = ""
    herbs: tuple[Herb, ...] = ()
    doses: int = 0
    usage: str = ""
    advice: str = ""

    def __post_init__(self) -> None:
        texts = (self.complaint, self.disease, self.method, *self.patterns)
        if not (self.complaint and self.patterns) or any(len(text) > _LONGEST for text in texts):
            raise ContentUnreadable(field="encounter")
        if self.doses < 0 or (self.herbs and not self.doses):
            raise ContentUnreadable(field="doses")

    def summary(self) -> dict[str, Any]:
        """What a timeline shows."""
        return {
            "complaint": self.complaint[:100],
            "disease": self.disease,
            "patterns": list(self.patterns),
            "method": self.method[:100],
            "formula": self.formula,
            "doses": self.doses,
        }


_LIMITS: Final[Mapping[str, tuple[float, float]]] = {
    "height_cm": (20, 280),
    "weight_kg": (0.2, 650),
    "systolic": (30, 350),
    "diastolic": (10, 250),
    "pulse": (10, 350),
    "temperature_c": (20, 46),
    "spo2": (20, 100),
    "glucose_mmol_l": (0.3, 80),
}
"""Beyond these a value is a slip of the pen; they judge nobody's health."""


@dataclass(frozen=True, slots=True)
class Vitals:
    """Vital signs by the names and units of the facts' summary, such as ``systolic`` in mm[Hg]."""

    values: Mapping[str, float]

    def __post_init__(self) -> None:
        if not self.values:
            raise ContentUnreadable(field="vitals")
        for name, value in self.values.items():
            low, high = _LIMITS.get(name, (1, 0))
            if not isinstance(value, int | float) or isinstance(value, bool) or not low <= value <= high:
                raise ContentUnreadable(field=name[:40])

    def summary(self) -> dict[str, Any]:
        """What charts draw."""
        return dict(self.values)


@dataclass(frozen=True, slots=True)
class Profile:
    """Who a person is to medicine: no name. ``blood`` such as ``A+``; ``sex`` as FHIR's administrative gender."""

    birth_year: int | None = None
    sex: str = "unknown"
    blood: str = ""
    height_cm: float | None = None
    weight_kg: float | None = None

    def __post_init__(self) -> None:
        if self.sex not in ("male", "female", "other", "unknown"):
            raise ContentUnreadable(field="sex")
        if self.blood and (self.blood[:-1] not in ("A", "B", "AB", "O") or self.blood[-1] not in "+-"):
            raise ContentUnreadable(field="blood")
        if self.birth_year is not None and not 1880 <= self.birth_year <= 2200:
            raise ContentUnreadable(field="birth_year")

    def summary(self) -> dict[str, Any]:
        """What the profile's page shows."""
        told = {
            "birth_year": self.birth_year,
            "sex": self.sex,
            "blood_type": self.blood or None,
            "height_cm": self.height_cm,
            "weight_kg": self.weight_kg,
        }
        return {name: value for name, value in told.items() if value is not None}


@dataclass(frozen=True, slots=True)
class LabValue:
    """One value of a report, with its range."""

    name: str
    value: float
    unit: str
    low: float | None = None
    high: float | None = None

    @property
    def flag(self) -> str:
        """``H`` above the range, ``L`` below it, ``N`` within (HL7 v3 ObservationInterpretation)."""
        if self.high is not None and self.value > self.high:
            return "H"
        return "L" if self.low is not None and self.value < self.low else "N"


@dataclass(frozen=True, slots=True)
class LabReport:
    """A laboratory's report."""

    name: str
    values: tuple[LabValue, ...]
    conclusion: str = ""

    def __post_init__(self) -> None:
        if not self.name or not self.values:
            raise ContentUnreadable(field="values")

    def summary(self) -> dict[str, Any]:
        """What a timeline shows."""
        odd = [value.name for value in self.values if value.flag != "N"]
        return {"report": self.name, "values": len(self.values), "abnormal": odd[:20]}


@dataclass(frozen=True, slots=True)
class Statement:
    """A diagnosis, an allergy or a medicine taken: what it is, since when, and what more is to be said."""

    what: str
    since: str = ""
    detail: str = ""
    severe: bool = False

    def __post_init__(self) -> None:
        if not self.what or len(self.what) > _LONGEST or len(self.detail) > _LONGEST:
            raise ContentUnreadable(field="what")

    def summary(self) -> dict[str, Any]:
        """What a timeline shows."""
        told: dict[str, Any] = {"what": self.what[:200], "since": self.since, "detail": self.detail[:200]}
        return {**told, "severe": True} if self.severe else told


@dataclass(frozen=True, slots=True)
class Supply:
    """A drug handed out, with its mass, or a device used; ``lot`` leads to its certificate."""

    what: str
    lot: str = ""
    grams: float = 0
    place: str = ""
    details: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.what or self.grams < 0:
            raise ContentUnreadable(field="what")

    def summary(self) -> dict[str, Any]:
        """What a timeline shows."""
        return {"what": self.what, "lot": self.lot, "grams": self.grams, "place": self.place}

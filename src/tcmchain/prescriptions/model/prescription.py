"""A prescription as the check reads it: lines, facts of the patient, and what the sheet states; never a name.

The shape follows 中药处方格式及书写规范 (2010) and 处方管理办法 (2007).
"""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Final

from tcmchain.terms.doses import DoseForm
from tcmchain.terms.herbs import HerbId


class Sheet(StrEnum):
    """What one sheet holds: 饮片 and 中成药 stand apart."""

    PIECES = "pieces"
    PATENT = "patent"


class Stated(StrEnum):
    """A fact of the patient: what was not asked is unknown, never "no"."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Sex(StrEnum):
    """Sex as the sheet states it."""

    FEMALE = "female"
    MALE = "male"
    UNKNOWN = "unknown"


class Route(StrEnum):
    """Where the medicine goes: 内服 or 外用."""

    ORAL = "oral"
    EXTERNAL = "external"


HEAD: Final = ("institution", "name", "record", "department", "fee", "date", "prescriber")
"""What the head of a sheet states beside sex, age and diagnosis; the check only hears that it is there."""


@dataclass(frozen=True, slots=True)
class Line:
    """One herb of a prescription.

    ``herb`` is empty where the line is a proprietary medicine. ``name`` is the name as written. ``grams`` are those of
    one dose (剂), 0 while none is written. ``preparations`` are ids of terms, ``processing`` the words for origin or
    processing before the name, ``role`` one of 君臣佐使 or empty.
    """

    herb: HerbId
    name: str = ""
    grams: Decimal = Decimal(0)
    form: DoseForm = "decoction"
    preparations: tuple[str, ...] = ()
    processing: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class Patient:
    """Facts of the patient that findings need.

    ``months`` is the age in months and ``weight`` kilograms, none when not stated. ``allergic_to`` are herbs and
    ``allergens`` anything else in words; ``conditions`` and ``excluded`` are keys of ``terms.safety.WHOM`` that the
    patient has or surely has not. ``drugs`` are other medicines as written; ``takes_drugs`` tells whether that was
    asked.
    """

    sex: Sex = Sex.UNKNOWN
    months: int | None = None
    weight: Decimal | None = None
    pregnancy: Stated = Stated.UNKNOWN
    lactation: Stated = Stated.UNKNOWN
    allergies: Stated = Stated.UNKNOWN
    liver: Stated = Stated.UNKNOWN
    kidney: Stated = Stated.UNKNOWN
    takes_drugs: Stated = Stated.UNKNOWN
    allergic_to: tuple[HerbId, ...] = ()
    allergens: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    drugs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """病名 and 证候, by national code or in words."""

    disease: str = ""
    disease_words: str = ""
    syndrome: str = ""
    syndrome_words: str = ""


@dataclass(frozen=True, slots=True)
class Follows:
    """The version of a formula that a prescription follows; ``name`` is the formula's Chinese name."""

    formula: str
    version: int
    name: str


@dataclass(frozen=True, slots=True)
class Prescription:
    """What is to be checked.

    ``doses`` is how many (剂), ``days`` how long they last, ``times`` how often a day one takes, ``usage`` the words
    for how. ``valid_days`` is how long the sheet may be dispensed. ``head`` are the words of :data:`HEAD` that the
    sheet states; ``department``, ``fee`` and ``prescriber`` may be given as they are.
    """

    lines: tuple[Line, ...]
    sheet: Sheet = Sheet.PIECES
    patient: Patient = field(default_factory=Patient)
    diagnosis: Diagnosis = field(default_factory=Diagnosis)
    doses: int = 7
    days: int = 7
    times: int = 2
    route: Route = Route.ORAL
    usage: str = ""
    emergency: bool = False
    valid_days: int = 1
    follows: Follows | None = None
    department: str = ""
    fee: str = ""
    prescriber: str = ""
    head: tuple[str, ...] = ()

    @property
    def stated(self) -> frozenset[str]:
        """What the head of the sheet states."""
        given = {"department": self.department, "fee": self.fee, "prescriber": self.prescriber}
        return frozenset(self.head) | {word for word, text in given.items() if text}

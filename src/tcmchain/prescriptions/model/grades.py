"""How grave a finding is, by its rule: written once, and part of every rule set."""

from collections.abc import Mapping
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Final


class Grade(IntEnum):
    """What a finding asks for; the gravest one grades the prescription."""

    INFORM = 1
    EXPLAIN = 2
    TWO_SIGNATURES = 3
    HARD_STOP = 4

    @property
    def word(self) -> str:
        """As doors and documents spell it."""
        return self.name.lower().replace("_", "-")


GRADE_BY_WORD: Final[Mapping[str, Grade]] = MappingProxyType({grade.word: grade for grade in Grade})


class Kind(StrEnum):
    """What a finding is about."""

    CONTRADICTION = "contradiction"
    DOSE = "dose"
    PREGNANCY = "pregnancy"
    CAUTION = "caution"
    UNSTATED = "unstated"
    TOXIC = "toxic"
    PREPARATION = "preparation"
    RESTRICTED = "restricted"
    ALLERGY = "allergy"
    INTERACTION = "interaction"
    DUPLICATE = "duplicate"
    NORM = "norm"
    CANNOT_CHECK = "cannot-check"


class Rule(StrEnum):
    """Every rule by its word, which begins the id of each finding that it makes."""

    kind: Kind
    grade: Grade

    def __new__(cls, word: str, kind: Kind, grade: Grade) -> "Rule":
        """A rule with what it is about and the grade that this house gives it."""
        one = str.__new__(cls, word)
        one._value_ = word
        one.kind = kind
        one.grade = grade
        return one

    EIGHTEEN = "eighteen", Kind.CONTRADICTION, Grade.TWO_SIGNATURES
    EIGHTEEN_GREAT = "eighteen-great", Kind.CONTRADICTION, Grade.HARD_STOP
    NINETEEN = "nineteen", Kind.CONTRADICTION, Grade.TWO_SIGNATURES
    NINETEEN_GREAT = "nineteen-great", Kind.CONTRADICTION, Grade.HARD_STOP
    MONOGRAPH = "monograph", Kind.CONTRADICTION, Grade.TWO_SIGNATURES
    MONOGRAPH_GREAT = "monograph-great", Kind.CONTRADICTION, Grade.HARD_STOP

    DOSE_UNDER = "dose-under", Kind.DOSE, Grade.INFORM
    DOSE_OVER = "dose-over", Kind.DOSE, Grade.EXPLAIN
    DOSE_DOUBLE = "dose-double", Kind.DOSE, Grade.TWO_SIGNATURES
    DOSE_OVER_GREAT = "dose-over-great", Kind.DOSE, Grade.HARD_STOP
    DOSE_EDITIONS = "dose-editions", Kind.DOSE, Grade.INFORM

    PREGNANCY_FORBIDDEN = "pregnancy-forbidden", Kind.PREGNANCY, Grade.HARD_STOP
    PREGNANCY_AVOID = "pregnancy-avoid", Kind.PREGNANCY, Grade.TWO_SIGNATURES
    PREGNANCY_CAUTION = "pregnancy-caution", Kind.PREGNANCY, Grade.EXPLAIN

    CAUTION_FORBIDDEN = "caution-forbidden", Kind.CAUTION, Grade.HARD_STOP
    CAUTION_AVOID = "caution-avoid", Kind.CAUTION, Grade.TWO_SIGNATURES
    CAUTION_CAUTION = "caution-caution", Kind.CAUTION, Grade.EXPLAIN
    CAUTION_ASK = "caution-ask", Kind.CAUTION, Grade.INFORM
    ORGAN_GREAT = "organ-great", Kind.CAUTION, Grade.TWO_SIGNATURES
    ORGAN_TOXIC = "organ-toxic", Kind.CAUTION, Grade.EXPLAIN

    UNSTATED_HIGH = "unstated-high", Kind.UNSTATED, Grade.HARD_STOP
    UNSTATED = "unstated", Kind.UNSTATED, Grade.EXPLAIN

    TOXIC_GREAT = "toxic-great", Kind.TOXIC, Grade.EXPLAIN
    TOXIC = "toxic", Kind.TOXIC, Grade.INFORM
    TOXIC_SLIGHT = "toxic-slight", Kind.TOXIC, Grade.INFORM
    EXTERNAL_ONLY = "external-only", Kind.TOXIC, Grade.TWO_SIGNATURES
    EXTERNAL_ONLY_TOXIC = "external-only-toxic", Kind.TOXIC, Grade.HARD_STOP
    NOT_DECOCTED = "not-decocted", Kind.TOXIC, Grade.HARD_STOP

    PREPARATION = "preparation", Kind.PREPARATION, Grade.INFORM
    PREPARATION_TOXIC = "preparation-toxic", Kind.PREPARATION, Grade.TWO_SIGNATURES

    BANNED = "banned", Kind.RESTRICTED, Grade.HARD_STOP
    ORDER23 = "order23", Kind.RESTRICTED, Grade.TWO_SIGNATURES
    ORDER23_AMOUNT = "order23-amount", Kind.RESTRICTED, Grade.HARD_STOP
    OPIUM = "opium", Kind.RESTRICTED, Grade.INFORM
    OPIUM_DAYS = "opium-days", Kind.RESTRICTED, Grade.HARD_STOP

    ALLERGY = "allergy", Kind.ALLERGY, Grade.HARD_STOP
    ALLERGY_KIN = "allergy-kin", Kind.ALLERGY, Grade.HARD_STOP

    INTERACTION = "interaction", Kind.INTERACTION, Grade.HARD_STOP
    INTERACTION_ASK = "interaction-ask", Kind.INTERACTION, Grade.EXPLAIN

    DUPLICATE = "duplicate", Kind.DUPLICATE, Grade.EXPLAIN
    DUPLICATE_STATE = "duplicate-state", Kind.DUPLICATE, Grade.EXPLAIN

    NORM_EMPTY = "norm-empty", Kind.NORM, Grade.HARD_STOP
    NORM_GRAMS = "norm-grams", Kind.NORM, Grade.HARD_STOP
    NORM_COUNT = "norm-count", Kind.NORM, Grade.HARD_STOP
    NORM_MIXED = "norm-mixed", Kind.NORM, Grade.HARD_STOP
    NORM_PATENTS = "norm-patents", Kind.NORM, Grade.HARD_STOP
    NORM_VALID = "norm-valid", Kind.NORM, Grade.HARD_STOP
    NORM_DAYS = "norm-days", Kind.NORM, Grade.EXPLAIN
    NORM_SYNDROME = "norm-syndrome", Kind.NORM, Grade.EXPLAIN
    NORM_DISEASE = "norm-disease", Kind.NORM, Grade.INFORM
    NORM_SEX = "norm-sex", Kind.NORM, Grade.EXPLAIN
    NORM_AGE = "norm-age", Kind.NORM, Grade.EXPLAIN
    NORM_WEIGHT = "norm-weight", Kind.NORM, Grade.INFORM
    NORM_USAGE = "norm-usage", Kind.NORM, Grade.INFORM
    NORM_ORDER = "norm-order", Kind.NORM, Grade.INFORM
    NORM_NAME = "norm-name", Kind.NORM, Grade.INFORM
    NORM_HEAD = "norm-head", Kind.NORM, Grade.INFORM

    CANNOT_HERB = "cannot-herb", Kind.CANNOT_CHECK, Grade.HARD_STOP
    CANNOT_PRODUCT = "cannot-product", Kind.CANNOT_CHECK, Grade.EXPLAIN
    CANNOT_UNREAD = "cannot-unread", Kind.CANNOT_CHECK, Grade.EXPLAIN
    CANNOT_UNREAD_PREGNANT = "cannot-unread-pregnant", Kind.CANNOT_CHECK, Grade.TWO_SIGNATURES
    CANNOT_ALLERGY = "cannot-allergy", Kind.CANNOT_CHECK, Grade.EXPLAIN
    CANNOT_DOSE = "cannot-dose", Kind.CANNOT_CHECK, Grade.EXPLAIN
    CANNOT_DOSE_GREAT = "cannot-dose-great", Kind.CANNOT_CHECK, Grade.TWO_SIGNATURES
    CANNOT_EXTERNAL = "cannot-external", Kind.CANNOT_CHECK, Grade.INFORM
    CANNOT_DAYS = "cannot-days", Kind.CANNOT_CHECK, Grade.EXPLAIN
    CANNOT_ORDER23 = "cannot-order23", Kind.CANNOT_CHECK, Grade.TWO_SIGNATURES


GRADES: Final[Mapping[str, Grade]] = MappingProxyType({rule.value: rule.grade for rule in Rule})
"""The grade table that a new rule set is drafted with."""

RULE_BY_WORD: Final[Mapping[str, Rule]] = MappingProxyType({rule.value: rule for rule in Rule})

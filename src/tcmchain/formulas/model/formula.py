"""A formula: herbs with their doses, what it is for, and where it comes from."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum
from fractions import Fraction

from tcmchain.terms.herbs import HerbId
from tcmchain.terms.measures import Basis, GramRange, Measure, for_a_day, grams
from tcmchain.terms.preparations import Preparation, Role, preparations, roles
from tcmchain.values import Address, FormulaId, Hash32, UnixTime

__all__ = [
    "DosageForm",
    "Dosing",
    "Formula",
    "FormulaClass",
    "FormulaDocument",
    "FormulaSource",
    "FormulaVersion",
    "Indication",
    "Ingredient",
    "Parent",
    "Preparation",
    "Role",
]


class FormulaClass(IntEnum):
    """What a formula is; numbered as in the contract."""

    CLASSIC = 1
    LICENSED = 2
    FOLK = 3

    @property
    def word(self) -> str:
        """As documents and doors spell it."""
        return self.name.lower()


class DosageForm(StrEnum):
    """What is made of the herbs."""

    DECOCTION = "decoction"
    POWDER = "powder"
    PILL = "pill"
    PASTE = "paste"
    WINE = "wine"
    EXTERNAL = "external"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingredient:
    """One herb of a formula.

    ``name`` is the herb as written, ``words`` and ``convention`` its dose as written (none of both on a card);
    ``role`` and ``preparation`` are ids of ``terms``, none where nobody says; ``processing`` are words as written,
    such as 炙 and 去皮.
    """

    herb: HerbId
    name: str
    words: str | None
    convention: str | None
    role: str | None = None
    processing: tuple[str, ...] = ()
    preparation: str | None = None

    @property
    def role_term(self) -> Role | None:
        """The role by its names."""
        return roles()[self.role] if self.role else None

    @property
    def preparation_term(self) -> Preparation | None:
        """The preparation by its names."""
        return preparations()[self.preparation] if self.preparation else None

    def without_dose(self) -> "Ingredient":
        """As everybody may read it."""
        return replace(self, words=None, convention=None)


@dataclass(frozen=True, slots=True)
class Dosing:
    """What the doses are for: all of a batch of ``servings``, a day, or one taking; ``takings`` in a day."""

    basis: Basis
    servings: int | None = None
    takings: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Indication:
    """What a formula is for: codes of the national standards where they are known, symptoms, and free words."""

    disease: str | None = None
    syndrome: str | None = None
    symptoms: tuple[str, ...] = ()
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormulaSource:
    """Where a formula comes from: a book with clause and edition, or a person who gives it.

    ``sha256`` is the hash of the text that was read, none where there is none.
    """

    book: str = ""
    clause: str = ""
    edition: str = ""
    contributor: str = ""
    sha256: Hash32 | None = None


@dataclass(frozen=True, slots=True)
class Parent:
    """The version of which a formula says that it is a change."""

    formula: FormulaId
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FormulaDocument:
    """What a version says. ``dosing`` is none on the card of a folk formula, which has no doses."""

    kind: FormulaClass
    name: str
    ingredients: tuple[Ingredient, ...]
    dosing: Dosing | None
    pinyin: str = ""
    aliases: tuple[str, ...] = ()
    form: DosageForm = DosageForm.DECOCTION
    indications: tuple[Indication, ...] = ()
    source: FormulaSource = FormulaSource()
    method: str = ""
    note: str = ""
    parent: Parent | None = None

    @property
    def herbs(self) -> frozenset[HerbId]:
        """The herbs of it."""
        return frozenset(each.herb for each in self.ingredients)

    def measure(self, ingredient: Ingredient) -> Measure | None:
        """The dose of one of the ingredients as a measure; none on a card."""
        if self.dosing is None or ingredient.words is None or ingredient.convention is None:
            return None
        return Measure(ingredient.words, ingredient.convention, self.dosing.basis)

    def grams(self, ingredient: Ingredient) -> GramRange | None:
        """What the dose comes to on its own basis; none where it cannot be computed."""
        measure = self.measure(ingredient)
        return grams(measure, ingredient.herb) if measure else None

    def grams_a_day(self, ingredient: Ingredient) -> GramRange | None:
        """What is taken of it in a day; none where it cannot be computed."""
        measure = self.measure(ingredient)
        if measure is None or self.dosing is None:
            return None
        return for_a_day(measure, ingredient.herb, self.dosing.servings, self.dosing.takings)

    def middles(self) -> Iterator[tuple[HerbId, float | None]]:
        """Each herb with the middle of its range in grams, none where it cannot be computed."""
        for each in self.ingredients:
            found = self.grams(each)
            yield each.herb, float(Fraction(found.low + found.high) / 2) if found else None


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula as the chain has it; ``versions`` are numbered from 1."""

    id: FormulaId
    author: Address
    kind: FormulaClass
    withdrawn: bool
    rewarded: bool
    versions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FormulaVersion:
    """A version as the chain has it, with what it says.

    ``content`` is the SHA-256 of the document, ``doses`` that of the sealed doses of a folk formula; ``likeness`` to
    the ``nearest`` earlier formula is in millionths, none until a member compared it; ``approver`` signed it.
    """

    formula: FormulaId
    number: int
    author: Address
    shared: UnixTime
    content: Hash32
    doses: Hash32 | None
    likeness: int | None
    nearest: FormulaId | None
    approver: Address | None
    document: FormulaDocument

"""Where formulas of one name, or versions of one formula, differ: side by side, nothing overwritten."""

from collections.abc import Sequence
from dataclasses import dataclass

from tcmchain.formulas.model.formula import FormulaDocument, Ingredient
from tcmchain.terms.amounts import read_amount, units
from tcmchain.terms.herbs import HerbId, herb


@dataclass(frozen=True, slots=True)
class Conflict:
    """A raw herb on whose dose, or presence, sources do not agree: its words in each, none where it is not there."""

    herb: HerbId
    words: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A herb that came, went, or whose line changed."""

    herb: HerbId
    before: Ingredient | None
    after: Ingredient | None


def conflicts_of(documents: Sequence[FormulaDocument]) -> Sequence[Conflict]:
    """Raw herbs on which documents differ, in the order in which they come; cards without doses are left out.

    Words that come to the same grams by their conventions, such as 三兩 in clinical use and 9g, agree, and so do the
    same pieces, such as 二枚 and 2枚; so do the raw and the processed form of a herb, whose processing the documents
    tell themselves.
    """
    told = [document for document in documents if document.dosing is not None]
    lines = [{_raw(one.herb): one for one in document.ingredients} for document in told]
    found = []
    for id in dict.fromkeys(_raw(one.herb) for document in told for one in document.ingredients):
        sides = [(document, known.get(id)) for document, known in zip(told, lines, strict=True)]
        if not _agree(sides):
            found.append(Conflict(id, tuple(None if one is None else one.words for _, one in sides)))
    return found


def _agree(sides: Sequence[tuple[FormulaDocument, Ingredient | None]]) -> bool:
    """Whether all have the herb, in the same words or grams."""
    there = [(document, one) for document, one in sides if one is not None]
    if len(there) < len(sides):
        return False
    said = {(read_amount(one.words or ""), _counting(one)) for _, one in there}
    if len(said) == 1 and len({_basis(document) for document, _ in there}) == 1:
        return True
    amounts = {document.grams(one) for document, one in there}
    days = {document.grams_a_day(one) for document, one in there}
    return any(len(found) == 1 and None not in found for found in (amounts, days))


def _basis(document: FormulaDocument) -> str:
    """What the doses are for; a batch that is taken within a day is a day's dose."""
    dosing = document.dosing
    if dosing is None:
        return ""
    whole = dosing.basis == "per-batch" and dosing.servings is not None and dosing.servings == dosing.takings
    return "per-day" if whole else dosing.basis


def _counting(one: Ingredient) -> str | None:
    """The convention by which the words count; pieces are pieces by every one."""
    return None if units()[read_amount(one.words or "").unit].kind == "count" else one.convention


def _raw(id: HerbId) -> HerbId:
    return herb(id).base or id


def changes_of(before: FormulaDocument, after: FormulaDocument) -> Sequence[Change]:
    """What a later version changed in its herbs, in the order of the later one, those that went at the end."""
    old, new = ({one.herb: one for one in document.ingredients} for document in (before, after))
    order = dict.fromkeys((*new, *old))
    return [Change(id, old.get(id), new.get(id)) for id in order if old.get(id) != new.get(id)]


def changed_fields(before: FormulaDocument, after: FormulaDocument) -> Sequence[str]:
    """Names of what else a later version changed."""
    names = ("name", "aliases", "form", "dosing", "indications", "source", "method", "note")
    return [name for name in names if getattr(before, name) != getattr(after, name)]

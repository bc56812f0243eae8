"""Where formulas of one name, or versions of one formula, differ: side by side, nothing overwritten."""

from collections.abc import Sequence
from dataclasses import dataclass

from tcmchain.formulas.model.formula import FormulaDocument, Ingredient
from tcmchain.terms.herbs import HerbId


@dataclass(frozen=True, slots=True)
class Conflict:
    """A herb on whose dose, or presence, sources do not agree: its words in each, none where it is not there."""

    herb: HerbId
    words: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A herb that came, went, or whose line changed."""

    herb: HerbId
    before: Ingredient | None
    after: Ingredient | None


def conflicts_of(documents: Sequence[FormulaDocument]) -> Sequence[Conflict]:
    """Herbs whose words differ between documents, in the order in which they come; cards without doses are left out."""
    told = [document for document in documents if document.dosing is not None]
    lines = [{one.herb: one for one in document.ingredients} for document in told]
    herbs = dict.fromkeys(one.herb for document in told for one in document.ingredients)
    found = []
    for herb in herbs:
        words = tuple(known[herb].words if herb in known else None for known in lines)
        if len(set(words)) > 1:
            found.append(Conflict(herb, words))
    return found


def changes_of(before: FormulaDocument, after: FormulaDocument) -> Sequence[Change]:
    """What a later version changed in its herbs, in the order of the later one, those that went at the end."""
    old, new = ({one.herb: one for one in document.ingredients} for document in (before, after))
    order = dict.fromkeys((*new, *old))
    return [Change(herb, old.get(herb), new.get(herb)) for herb in order if old.get(herb) != new.get(herb)]


def changed_fields(before: FormulaDocument, after: FormulaDocument) -> Sequence[str]:
    """Names of what else a later version changed."""
    names = ("name", "aliases", "form", "dosing", "indications", "source", "method", "note")
    return [name for name in names if getattr(before, name) != getattr(after, name)]

"""What there is to learn of a formula: what is near it, and questions whose answers stand in the tables."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tcmchain.formulas.model.formula import FormulaDocument, FormulaSource, Ingredient
from tcmchain.formulas.model.query import Searchable
from tcmchain.terms.formulas import Change, changes_of, seeds_named
from tcmchain.terms.herbs import HerbId, herb
from tcmchain.terms.measures import GramRange
from tcmchain.values import FormulaId

CHOICES: Final = 4
_MOST_SYMPTOMS: Final = 5
_SOVEREIGN: Final = "sovereign"


class Asks(StrEnum):
    """What a question asks for."""

    SOVEREIGN = "sovereign"
    FORMULA = "formula"
    DOSE = "dose"
    STRANGER = "stranger"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its choices, of which ``answer`` is right as ``source`` says.

    ``about`` is what it is asked of: symptoms for :attr:`Asks.FORMULA`, the herb for a dose, and the name of the other
    formula for what is added to it.
    """

    asks: Asks
    about: tuple[str, ...]
    choices: tuple[str, ...]
    answer: int
    source: str


@dataclass(frozen=True, slots=True)
class Relative:
    """A formula that is near another: what it has more and less, by raw herbs, and the share that both have."""

    formula: Searchable
    more: tuple[HerbId, ...]
    less: tuple[HerbId, ...]
    share: float


@dataclass(frozen=True, slots=True)
class DoseGiven:
    """How much of a herb one formula takes: as written, in grams on its own basis, and in a day where this is known."""

    formula: FormulaId
    name: str
    source: FormulaSource
    words: str
    convention: str
    basis: str
    grams: GramRange | None
    a_day: GramRange | None


def doses_given(id: HerbId, documents: Iterable[tuple[FormulaId, FormulaDocument]]) -> list[DoseGiven]:
    """Every dose of a herb side by side, none left out and none corrected; cards have none."""
    found = []
    for formula, document in documents:
        for one in document.ingredients:
            if one.herb == id and one.words is not None and one.convention is not None and document.dosing is not None:
                amounts = (document.grams(one), document.grams_a_day(one))
                where = (formula, document.name, document.source, one.words, one.convention, document.dosing.basis)
                found.append(DoseGiven(*where, *amounts))
    return found


def span(doses: Sequence[DoseGiven]) -> GramRange | None:
    """From the least to the most that is taken of a herb in a day; none where nothing can be computed."""
    known = [dose.a_day for dose in doses if dose.a_day is not None]
    if not known:
        return None
    return GramRange(min(one.low for one in known), max(one.high for one in known))


def relatives(one: Searchable, others: Iterable[Searchable], most: int = 8) -> list[Relative]:
    """The formulas nearest by their raw herbs, one of the same name left out: that is another source of it."""
    mine = _raw(one.herbs)
    found = []
    for other in others:
        theirs = _raw(other.herbs)
        both = len(mine.keys() & theirs.keys())
        if other.formula != one.formula and other.name != one.name and both:
            more = tuple(id for id in theirs if id not in mine)
            less = tuple(id for id in mine if id not in theirs)
            found.append(Relative(other, more, less, both / len(mine.keys() | theirs.keys())))
    found.sort(key=lambda relative: (-relative.share, relative.formula.formula))
    # The same formula of another source would only say the same again.
    return list({relative.formula.name: relative for relative in reversed(found)}.values())[::-1][:most]


def changes_to(document: FormulaDocument) -> tuple[Change, ...]:
    """What books and collections add to a formula of this name and leave out of it, and when (加减)."""
    return tuple(
        change for id in dict.fromkeys(seed.id for seed in seeds_named(document.name)) for change in changes_of(id)
    )


def questions(document: FormulaDocument, near: Sequence[Relative], seed: str) -> tuple[Question, ...]:
    """Questions on a formula; the same seed gives the same ones, with their choices in the same order."""
    chance = random.Random(seed)  # noqa: S311 - shuffles choices, keeps no secret
    asked = (
        _sovereign(document, chance),
        _formula(document, near, chance),
        *(
            _dose(document, one, chance)
            for one in chance.sample(document.ingredients, min(2, len(document.ingredients)))
        ),
        _stranger(document, near, chance),
        *(_added(document, relative, chance) for relative in near[:2]),
    )
    return tuple(question for question in asked if question is not None)


def _sovereign(document: FormulaDocument, chance: random.Random) -> Question | None:
    leading = [one for one in document.ingredients if one.role == _SOVEREIGN]
    others = [_name(one.herb) for one in document.ingredients if one.role not in (None, _SOVEREIGN)]
    if len(leading) != 1:
        return None
    return _made(Asks.SOVEREIGN, (document.name,), _name(leading[0].herb), others, document, chance)


def _formula(document: FormulaDocument, near: Sequence[Relative], chance: random.Random) -> Question | None:
    told = tuple(dict.fromkeys(symptom for one in document.indications for symptom in one.symptoms))[:_MOST_SYMPTOMS]
    others = [one.formula.name for one in near if not set(told) <= set(one.formula.symptoms)]
    return _made(Asks.FORMULA, told, document.name, others, document, chance) if len(told) > 1 else None


def _dose(document: FormulaDocument, one: Ingredient, chance: random.Random) -> Question | None:
    if not one.words:
        return None
    others = [other.words for other in document.ingredients if other.words]
    others += [word for word in ("一两", "二两", "三两", "四两", "3g", "6g", "9g", "15g") if word[-1] == one.words[-1]]
    return _made(Asks.DOSE, (document.name, _name(one.herb)), one.words, others, document, chance)


def _stranger(document: FormulaDocument, near: Sequence[Relative], chance: random.Random) -> Question | None:
    strangers = [_name(id) for relative in near for id in relative.more]
    mine = [_name(one.herb) for one in document.ingredients]
    if not strangers or len(mine) < CHOICES - 1:
        return None
    return _made(Asks.STRANGER, (document.name,), chance.choice(strangers), mine, document, chance)


def _added(document: FormulaDocument, relative: Relative, chance: random.Random) -> Question | None:
    """What one formula has more than another that lies in it."""
    if relative.more or len(relative.less) != 1:
        return None
    added = [one for one in document.ingredients if (herb(one.herb).base or one.herb) == relative.less[0]]
    others = [_name(one.herb) for one in document.ingredients if one not in added]
    about = (document.name, relative.formula.name)
    return _made(Asks.ADDED, about, _name(added[0].herb), others, document, chance) if len(added) == 1 else None


def _made(
    asks: Asks,
    about: tuple[str, ...],
    right: str,
    others: Iterable[str],
    document: FormulaDocument,
    chance: random.Random,
) -> Question | None:
    """The right answer among others that are none; no question where there are too few."""
    wrong = [other for other in dict.fromkeys(others) if other != right]
    if len(wrong) < 2:
        return None
    choices = [right, *chance.sample(wrong, min(CHOICES - 1, len(wrong)))]
    chance.shuffle(choices)
    source = document.source
    said = " ".join(filter(None, (source.book, source.clause, source.contributor)))
    return Question(asks, about, tuple(choices), choices.index(right), said)


def _name(id: HerbId) -> str:
    return herb(id).zh


def _raw(ids: Iterable[HerbId]) -> dict[HerbId, None]:
    return dict.fromkeys(herb(id).base or id for id in ids)

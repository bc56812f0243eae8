"""Which formula a description asks for: several weak signs, weighed as the bench learned it.

The signs are BM25 over what is told of a formula, over single tellings, over the effects of its herbs, the same by
way of each herb, and what its relatives by composition score. The weights are those of a listwise logistic
regression, learned by ``bench/find_formula.py`` on its training and development parts; its test part is only counted.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tcmchain.formulas.service.finding_grams import grams, letters, translated
from tcmchain.formulas.service.finding_kin import Kinship
from tcmchain.formulas.service.finding_weights import Bm25, scaled
from tcmchain.terms.effects import effects

SIGNS: Final = (
    "letters",
    "told",
    "told-plain",
    "telling-plain",
    "telling",
    "effects",
    "herbs",
    "herbs-told",
    "leading-herb",
    "kin-telling",
    "kin-told",
    "kin-all",
    "tellings",
    "known",
    "letters-known",
    "size",
)
"""What each formula is judged by, in the order of :data:`WEIGHTS`."""

WEIGHTS: Final = (1.89, 1.07, -0.41, -0.22, 0.03, 0.53, 0.29, 0.52, -0.12, -0.25, 0.51, 0.13, 0.41, -1.07, -0.85, -0.56)


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of one formula: tellings (one text each), its effects, and its herbs by Chinese name, in order."""

    key: str
    tellings: tuple[str, ...]
    effects: str
    herbs: tuple[str, ...]


class Ranking:
    """All formulas that a description may mean."""

    def __init__(self, told: Sequence[Told]) -> None:
        self.told = tuple(told)
        self.kin = Kinship([one.herbs for one in told])
        self._tellings = [(at, text) for at, one in enumerate(told) for text in one.tellings]
        self._letters = Bm25([letters("，".join((*one.tellings, one.effects))) for one in told], 0.75)
        self._told_plain = Bm25([_all(one.tellings, plain=True) for one in told], 0.75)
        self._told = Bm25([_all(one.tellings) + translated(one.effects) for one in told], 0.75)
        self._telling_plain = Bm25([grams(text) for _, text in self._tellings], 0.6)
        self._telling = Bm25([translated(text) for _, text in self._tellings], 0.6)
        given = {herb: grams("，".join(effects().get(herb, ()))) for herb in self.kin.herbs}
        self.given = Bm25([given[herb] for herb in self.kin.herbs], 0.5)
        self._effects = Bm25([[gram for herb in one.herbs for gram in given[herb]] for one in told], 0.9)
        self._herbs_told = Bm25(self._of_herbs(), 1.0)
        self._numbers = [math.log(1 + len(one.tellings)) / 3 for one in told]
        self._sizes = [math.log1p(len(one.herbs)) / 3 for one in told]

    def _of_herbs(self) -> list[list[str]]:
        number = {herb: at for at, herb in enumerate(self.kin.herbs)}
        bags: list[list[str]] = [[] for _ in number]
        for one in self.told:
            for herb in set(one.herbs):
                bags[number[herb]] += _all(one.tellings)
        return bags

    def signs(self, text: str) -> list[tuple[float, ...]]:
        """The signs of every formula for a description, in the order of :data:`SIGNS`."""
        plain, asked = grams(text), translated(text)
        alike = scaled(self._letters.scores(letters(text)))
        told = scaled(self._told.scores(asked))
        telling = scaled(self._best(self._telling.scores(asked)))
        by_herb, by_herb_told = scaled(self.given.scores(asked)), scaled(self._herbs_told.scores(asked))
        kin_telling, _ = self.kin.beside(telling)
        kin_told, kin_all = self.kin.beside(told)
        known = [1.0 if one.tellings else 0.0 for one in self.told]
        columns = (
            alike,
            told,
            scaled(self._told_plain.scores(plain)),
            scaled(self._best(self._telling_plain.scores(plain))),
            telling,
            scaled(self._effects.scores(asked)),
            scaled(self.kin.mean(by_herb)),
            scaled(self.kin.mean(by_herb_told)),
            scaled(self.kin.best(by_herb)),
            kin_telling,
            kin_told,
            scaled(kin_all),
            self._numbers,
            known,
            [one * other for one, other in zip(known, alike, strict=True)],
            self._sizes,
        )
        return list(zip(*columns, strict=True))

    def _best(self, scores: Sequence[float]) -> list[float]:
        best = [0.0] * len(self.told)
        for (at, _), score in zip(self._tellings, scores, strict=True):
            best[at] = max(best[at], score)
        return best

    def scores(self, text: str, weights: Sequence[float] = WEIGHTS) -> list[float]:
        """How well every formula answers a description; only the order means something."""
        return [sum(a * b for a, b in zip(signs, weights, strict=True)) for signs in self.signs(text)]

    def shared(self, text: str, at: int) -> list[tuple[float, str]]:
        """The grams of a description that what is told of a formula holds too, the weightiest first."""
        return self._told.shared(translated(text), at)


def _all(tellings: Sequence[str], *, plain: bool = False) -> list[str]:
    cut = grams if plain else translated
    return [gram for text in tellings for gram in cut(text)]

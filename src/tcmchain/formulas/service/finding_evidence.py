"""On what grounds a formula was found from a description."""

from dataclasses import dataclass
from typing import Final

from tcmchain.formulas.service.finding_grams import translated
from tcmchain.formulas.service.finding_ranking import Ranking
from tcmchain.terms.characters import simplify
from tcmchain.terms.wordings import meanings

_MOST: Final = 6
_MOST_HERBS: Final = 4


@dataclass(frozen=True, slots=True)
class Evidence:
    """``same`` words stand in the formula's indications; ``meant`` are wordings with the terms that were looked for
    instead; ``herbs`` have effects that answer the description, each with the words that do."""

    same: tuple[str, ...]
    meant: tuple[tuple[str, tuple[str, ...]], ...]
    herbs: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def any(self) -> bool:
        """Whether there are grounds at all."""
        return bool(self.same or self.herbs)


def evidence(ranking: Ranking, text: str, at: int) -> Evidence:
    """The grounds for one formula of a ranking."""
    plain = simplify(text)
    shared = [gram for _, gram in ranking.shared(text, at)]
    same = _runs(plain, set(shared))
    by_way = set(shared)
    meant = tuple(
        (wording, answering)
        for wording, terms in meanings(plain).items()
        if (answering := tuple(term for term in terms if set(_pairs(term)) <= by_way))
    )
    asked = translated(text)
    herbs = []
    for number, _ in sorted(ranking.kin.parts(at).items(), key=lambda part: -part[1]):
        words = _longest([gram for _, gram in ranking.given.shared(asked, number)])
        if words:
            herbs.append((ranking.kin.herbs[number], words[:3]))
    return Evidence(same[:_MOST], meant[:_MOST], tuple(herbs[:_MOST_HERBS]))


def _runs(plain: str, shared: set[str]) -> tuple[str, ...]:
    """The longest stretches of a text whose every pair is shared, in their order."""
    runs, begun = [], -1
    for at in range(len(plain)):
        if plain[at : at + 2] in shared and len(plain) > at + 1:
            begun = at if begun < 0 else begun
        elif begun >= 0:
            runs.append(plain[begun : at + 1])
            begun = -1
    return tuple(dict.fromkeys(runs))


def _longest(grams: list[str]) -> tuple[str, ...]:
    """Pairs and triples, none that stands within another."""
    kept: list[str] = []
    for gram in sorted(dict.fromkeys(grams), key=lambda gram: -len(gram)):
        if len(gram) > 1 and not any(gram in other for other in kept):
            kept.append(gram)
    return tuple(sorted(kept, key=grams.index))


def _pairs(term: str) -> list[str]:
    return [term[at : at + 2] for at in range(len(term) - 1)] or [term]

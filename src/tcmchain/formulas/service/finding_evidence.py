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
    same = _longest([gram for gram in shared if gram in plain])
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


def _longest(grams: list[str]) -> tuple[str, ...]:
    """Pairs and triples, none that stands within another."""
    kept: list[str] = []
    for gram in sorted(dict.fromkeys(grams), key=lambda gram: -len(gram)):
        if len(gram) > 1 and not any(gram in other for other in kept):
            kept.append(gram)
    return tuple(sorted(kept, key=grams.index))


def _pairs(term: str) -> list[str]:
    return [term[at : at + 2] for at in range(len(term) - 1)] or [term]

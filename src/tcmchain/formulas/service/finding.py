"""Finding formulas: by a question as one types, and by a description of an illness."""

import asyncio
import logging
import sqlite3
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Protocol

from sqlalchemy.exc import SQLAlchemyError

from tcmchain.formulas.model.learning import Relative, relatives
from tcmchain.formulas.model.query import Asked, Found, Searchable
from tcmchain.formulas.model.shared import SharedFormula, SharedVersion
from tcmchain.formulas.readmodel.search import SearchIndex
from tcmchain.formulas.service.finding_evidence import Evidence, evidence
from tcmchain.formulas.service.finding_ranking import Ranking, Told
from tcmchain.formulas.service.shelf import document_in
from tcmchain.terms.effects import described_as
from tcmchain.terms.herbs import HerbId, herb
from tcmchain.terms.vocabulary import diseases, syndromes
from tcmchain.values import FormulaId

LONGEST_DESCRIPTION: Final = 600
_AT_ONCE: Final = 200
_RANKED: Final = 600
_SHORTLIST: Final = 150
_PAUSE: Final = 1.0
_KEPT_SECONDS: Final = 20.0
_FIRST_HERBS: Final = 4
_MOST_SUGGESTED: Final = 50


_log = logging.getLogger(__name__)


class Shared(Protocol):
    """Where formulas come from: the read model of the chain."""

    def changed(self, after: int, limit: int = ...) -> Sequence[SharedFormula]: ...
    def newest(self, formulas: Sequence[SharedFormula]) -> Mapping[FormulaId, SharedVersion]: ...
    def last_change(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A formula that a description may ask for, and on what grounds; ``also`` are the same in other sources."""

    formula: Searchable
    evidence: Evidence
    also: tuple[Searchable, ...] = ()


class Finding:
    """The search and the finding, kept level with the formulas on the chain."""

    def __init__(self, index: SearchIndex, shared: Shared) -> None:
        self._index = index
        self._shared = shared
        self._refreshing = threading.Lock()
        self._following: asyncio.Task[None] | None = None
        self._ending = asyncio.Event()
        self._ranked: _Ranked | None = None
        self._suggested = lru_cache(maxsize=256)(self._suggest)

    async def start(self) -> None:
        """Follow the read model."""
        self._ending.clear()
        self._following = asyncio.create_task(self._follow(), name="formulas-search")

    async def stop(self) -> None:
        """Follow no more, once what is being taken over has been, and give the file back."""
        self._ending.set()
        if self._following is not None:
            await self._following
        self._index.close()

    async def _follow(self) -> None:
        while not self._ending.is_set():
            try:
                await asyncio.to_thread(self.refresh)
            except (OSError, sqlite3.Error, SQLAlchemyError) as error:
                # A full disk or a locked database passes; what was not taken over is at the next time.
                _log.warning("the search of formulas waits: %s", type(error).__name__)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._ending.wait(), _PAUSE)

    def refresh(self) -> int:
        """Take over what changed since the last time; how many formulas that were."""
        with self._refreshing:
            if self._index.worn():
                # Somebody revises and revises: the file would grow, and every question pass over what is gone.
                self._index.clear()
            at = self._level()
            taken = 0
            while not self._ending.is_set() and (some := self._shared.changed(at, _AT_ONCE)):
                newest = self._shared.newest(some)
                kept, gone = [], []
                for formula in some:
                    read = None if formula.withdrawn else _read(newest.get(formula.id))
                    if read is None:
                        gone.append(formula.id)
                    else:
                        kept.append(read)
                at = some[-1].changed
                self._index.put(kept, gone, at=str(at), last=some[-1].id)
                taken += len(some)
            return taken

    def _level(self) -> int:
        """How far the search is; it begins anew when the chain has left what it knows behind."""
        at, last = int(self._index.state("at") or 0), self._index.state("last")
        if at:
            known = self._shared.changed(at - 1, 1)
            moved_on = self._shared.last_change() >= at
            if not moved_on or (known and known[0].changed == at and known[0].id != last):
                self._index.clear()
                return 0
        return at

    def ask(self, asked: Asked) -> Found:
        """Answer a question."""
        return self._index.ask(asked)

    def count(self) -> int:
        """How many formulas there are to find."""
        return self._index.count()

    def named(self, id: FormulaId) -> Searchable | None:
        """What the search keeps of a formula."""
        return self._index.named(id)

    def relatives(self, one: Searchable, most: int = 8) -> Sequence[Relative]:
        """The formulas nearest to one by their herbs, sought among those that share several of its first ones."""
        first = tuple(one.herbs[:_FIRST_HERBS])
        pairs: list[tuple[HerbId, ...]] = [(a, b) for at, a in enumerate(first) for b in first[at + 1 :]]
        others: dict[FormulaId, Searchable] = {}
        for pair in pairs or [first]:
            hits = self._index.ask(Asked(having=pair, limit=_AT_ONCE)).hits
            others |= {hit.formula.formula: hit.formula for hit in hits}
        return relatives(one, others.values(), most)

    def suggest(self, description: str, limit: int = 10) -> Sequence[Suggestion]:
        """The formulas that a description of disease, syndrome and symptoms may ask for, the likeliest first.

        Of many formulas those are weighed that share a word with the description. This proposes and decides nothing:
        the grounds stand beside each, and a physician judges.
        """
        text = description.strip()[:LONGEST_DESCRIPTION]
        return self._suggested(text, self._index.state("at"))[:limit] if text else ()

    def _suggest(self, text: str, at: str) -> Sequence[Suggestion]:
        if self._index.count() <= _RANKED:
            ranked = self._all_ranked(at)
            formulas, ranking = ranked.formulas, ranked.ranking
        else:
            formulas = tuple(self._index.some(text, _SHORTLIST))
            ranking = Ranking([told(one) for one in formulas])
        grounds = [evidence(ranking, text, number) for number in range(len(formulas))]
        scores = ranking.scores(text)
        order = [at for at in sorted(range(len(formulas)), key=lambda at: -scores[at]) if grounds[at].any]
        names: dict[str, list[int]] = {}
        for number in order:
            names.setdefault(formulas[number].name, []).append(number)
        return tuple(
            Suggestion(formulas[first], grounds[first], tuple(formulas[other] for other in others))
            for first, *others in list(names.values())[:_MOST_SUGGESTED]
        )

    def _all_ranked(self, at: str) -> "_Ranked":
        """All formulas, weighed anew after a change, yet not for every one of many changes."""
        known = self._ranked
        if known is None or (known.at != at and time.monotonic() - known.made > _KEPT_SECONDS):
            formulas = tuple(self._index.all(_RANKED))
            known = _Ranked(at, formulas, Ranking([told(one) for one in formulas]), time.monotonic())
            self._ranked = known
        return known


@dataclass(frozen=True, slots=True)
class _Ranked:
    at: str
    formulas: Sequence[Searchable]
    ranking: Ranking
    made: float


def told(one: Searchable) -> Told:
    """What the ranking is told of a formula."""
    named = [known[code].zh for known, codes in ((diseases(), one.diseases), (syndromes(), one.syndromes))
             for code in codes if code in known]  # fmt: skip
    tellings = (*one.words, "，".join(one.symptoms), "，".join(named))
    return Told(
        one.formula,
        tuple(text for text in tellings if text),
        "",
        tuple(dict.fromkeys(described_as(herb(id)) for id in one.herbs)),
    )


def _read(version: SharedVersion | None) -> Searchable | None:
    """A version as the search keeps it; none for what a stranger shared that is no formula."""
    if version is None:
        return None
    document = document_in(version)
    return None if document is None else Searchable.of(version.formula, version.number, document)

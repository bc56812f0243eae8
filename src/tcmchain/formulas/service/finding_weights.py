"""Okapi BM25 over bags of grams."""

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence


class Bm25:
    """Scores documents for a question; Robertson and Zaragoza 2009, with the idf of Lucene, which is never negative.

    ``fading`` is how fast a gram said again counts less, ``evening`` how far a long document is held against.
    """

    def __init__(self, documents: Sequence[Iterable[str]], evening: float, fading: float = 1.2) -> None:
        bags = [Counter(document) for document in documents]
        sizes = [sum(bag.values()) for bag in bags]
        usual = sum(sizes) / max(len(sizes), 1) or 1.0
        spread = Counter(gram for bag in bags for gram in bag)
        self._count = len(bags)
        self._entries: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for at, bag in enumerate(bags):
            short = fading * (1 - evening + evening * sizes[at] / usual)
            for gram, times in bag.items():
                rare = math.log(1 + (self._count - spread[gram] + 0.5) / (spread[gram] + 0.5))
                self._entries[gram].append((at, rare * times * (fading + 1) / (times + short)))

    def scores(self, question: Collection[str]) -> list[float]:
        """One score a document, 0 where it shares no gram with the question."""
        found = [0.0] * self._count
        for gram in set(question):
            for at, weight in self._entries.get(gram, ()):
                found[at] += weight
        return found

    def shared(self, question: Collection[str], at: int) -> list[tuple[float, str]]:
        """The grams that a document shares with the question, the weightiest first."""
        hits = [
            (weight, gram) for gram in set(question) for other, weight in self._entries.get(gram, ()) if other == at
        ]
        return sorted(hits, reverse=True)


def scaled(scores: Sequence[float]) -> list[float]:
    """The same scores as shares of the best."""
    best = max(scores, default=0.0)
    return [score / best for score in scores] if best > 0 else list(scores)

"""How long it takes to test a new formula against 100,000, and whether copies are found.

The 100,000 are made by a seeded generator: as many herbs as the formulas of the tables have, drawn by how often these
use them, each with a dose that one of them gives. The new formulas are half of the same making and half copies of one
of the 100,000: with other doses, with one herb more, without one, split in two, with herbs under other names.
"""

import random
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Final

from measured import keep, percentile
from tcmchain.formulas.model.novelty import COPY, Neighbours, profile
from tcmchain.formulas.model.seeds import seed_documents
from tcmchain.terms.herbs import HerbId, herbs
from tcmchain.values import FormulaId

SEED: Final = 20261124
FORMULAS: Final = 100_000
ASKED: Final = 500
TARGET_MS: Final = 50

Doses = list[tuple[HerbId, float | None]]


class Maker:
    """Makes formulas that look like those of the tables."""

    def __init__(self) -> None:
        self.random = random.Random(SEED)
        self.sizes: list[int] = []
        counted: Counter[HerbId] = Counter()
        self.doses: defaultdict[HerbId, list[float]] = defaultdict(list)
        for document in seed_documents():
            self.sizes.append(len(document.ingredients))
            for id, grams in document.middles():
                counted[id] += 1
                if grams:
                    self.doses[id].append(grams)
        rare = [each.id for each in herbs() if each.id not in counted]
        self.names = [*counted, *rare]
        self.weights = [*counted.values(), *([0.5] * len(rare))]

    def formula(self) -> Doses:
        size = max(2, self.random.choice(self.sizes))
        chosen: set[HerbId] = set()
        while len(chosen) < size:
            chosen.update(self.random.choices(self.names, self.weights, k=size - len(chosen)))
        return [(id, self.random.choice(self.doses[id] or [3.0, 6.0, 9.0, 12.0])) for id in sorted(chosen)]

    def other_doses(self, doses: Doses) -> Doses:
        return [(id, (grams or 9) * self.random.choice((0.5, 0.75, 1, 1.5, 2))) for id, grams in doses]

    def one_more(self, doses: Doses) -> Doses:
        free = [id for id in self.names if id not in dict(doses)]
        return [*doses, (self.random.choice(free), 3.0)]

    def one_less(self, doses: Doses) -> Doses:
        return self.random.sample(doses, len(doses) - 1)

    def half(self, doses: Doses) -> Doses:
        return self.random.sample(doses, (len(doses) + 1) // 2)

    def processed(self, doses: Doses) -> Doses:
        states = {each.base: each.id for each in herbs() if each.base}
        return [(states.get(id, id), grams) for id, grams in doses]


def main() -> None:
    maker = Maker()
    made = [maker.formula() for _ in range(FORMULAS)]
    begun = time.perf_counter()
    known = Neighbours()
    for at, doses in enumerate(made):
        known.add(FormulaId(f"0x{at:064x}"), profile(doses))
    filled = time.perf_counter() - begun
    spent: list[float] = []
    found: dict[str, list[bool]] = {}
    copies: dict[str, Callable[[Doses], Doses]] = {
        "other doses": maker.other_doses,
        "one herb more": maker.one_more,
        "one herb less": maker.one_less,
        "split in two": maker.half,
        "other names": maker.processed,
    }
    for kind, change in copies.items():
        found[kind] = []
        for _ in range(ASKED // 10):
            original = made[maker.random.randrange(FORMULAS)]
            while len(original) < 4:
                original = made[maker.random.randrange(FORMULAS)]
            found[kind].append(_asked(known, change(original), spent) >= COPY)
    fresh: dict[str, list[bool]] = {"2 to 4 herbs": [], "5 herbs": [], "6 and more": []}
    for _ in range(ASKED // 2):
        doses = maker.formula()
        size = "2 to 4 herbs" if len(doses) < 5 else "5 herbs" if len(doses) == 5 else "6 and more"
        fresh[size].append(_asked(known, doses, spent) >= COPY)
    adding = time.perf_counter()
    for at in range(ASKED):
        known.add(FormulaId(f"0x{FORMULAS + at:064x}"), profile(made[at]))
    added = (time.perf_counter() - adding) / ASKED
    p95 = percentile(spent, 0.95) * 1000
    keep(
        "novelty",
        formulas=FORMULAS,
        asked=len(spent),
        seed=SEED,
        median_ms=round(statistics.median(spent) * 1000, 2),
        p95_ms=round(p95, 2),
        most_ms=round(max(spent) * 1000, 2),
        target_ms=TARGET_MS,
        reached=p95 < TARGET_MS,
        filled_s=round(filled, 2),
        added_us=round(added * 1e6),
        copies_found={kind: f"{sum(hits)}/{len(hits)}" for kind, hits in found.items()},
        random_formulas_called_copies={size: f"{sum(hits)}/{len(hits)}" for size, hits in fresh.items()},
    )


def _asked(known: Neighbours, doses: Doses, spent: list[float]) -> float:
    begun = time.perf_counter()
    nearest = known.nearest(profile(doses))
    spent.append(time.perf_counter() - begun)
    return nearest.likeness if nearest else 0.0


if __name__ == "__main__":
    main()

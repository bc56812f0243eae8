"""Finding the formula from a description: misses in the first ten, against character BM25 in the same run.

``--learn`` fits the weights on the training and development parts, by cross-validation, and prints them; ``--dev``
counts misses by cross-validation on those parts; without either the test part is counted once with the weights that
the product has. The texts stand in the folder that ``--texts`` names.
"""

import argparse
import math
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from formula_pairs import SEED, SHARES, Pair, Texts, parts, read, told
from measured import keep, percentile
from tcmchain.formulas.service.finding_ranking import SIGNS, WEIGHTS, Ranking

TARGETS = {"fewer_misses_percent": 25}
FIRST = 10
FOLDS = 4
LETTERS = tuple(1.0 if sign == "letters" else 0.0 for sign in SIGNS)
"""Character BM25 alone, over all that is told of a formula."""

Groups = Sequence[Sequence[Pair]]
Case = tuple[list[tuple[float, ...]], int]


def flat(groups: Groups) -> list[Pair]:
    return [pair for group in groups for pair in group]


def folds(groups: Groups, seed: int) -> Iterator[tuple[list[Sequence[Pair]], list[Sequence[Pair]]]]:
    """Each fold held out once: the groups that may be known, and those asked for."""
    mixed = list(groups)
    random.Random(seed).shuffle(mixed)
    for fold in range(FOLDS):
        yield [group for at, group in enumerate(mixed) if at % FOLDS != fold], mixed[fold::FOLDS]


def cases(texts: Texts, known: Groups, asked: Groups) -> list[Case]:
    """The signs of every formula for every description asked, and which formula was given."""
    ranking = Ranking(told(texts, flat(known)))
    number = {one.key: at for at, one in enumerate(ranking.told)}
    return [(ranking.signs(pair.text), number[pair.formula]) for pair in flat(asked)]


def held_out(texts: Texts, groups: Groups, seed: int) -> list[Case]:
    """The signs of every description, seen by a ranking that does not know it."""
    return [case for known, asked in folds(groups, seed) for case in cases(texts, known, asked)]


def place(signs: Sequence[Sequence[float]], given: int, weights: Sequence[float]) -> int:
    """Where the given formula comes; what scores the same as it is counted before it."""
    scores = [sum(a * b for a, b in zip(row, weights, strict=True)) for row in signs]
    return sum(score >= scores[given] for score in scores)


def misses(found: Sequence[Case], weights: Sequence[float], first: int = FIRST) -> int:
    return sum(place(signs, given, weights) > first for signs, given in found)


def learn(found: Sequence[Case], rounds: int = 150, pull: float = 0.01, sharpness: float = 4.0) -> list[float]:
    """Listwise logistic regression: the given formula against all others; Adam, with weights pulled to zero."""
    size = len(SIGNS)
    weights, slope, spread = [0.0] * size, [0.0] * size, [0.0] * size
    for turn in range(1, rounds + 1):
        gradient = [pull * weight for weight in weights]
        for signs, given in found:
            scores = [sharpness * sum(map(float.__mul__, row, weights)) for row in signs]
            top = max(scores)
            likely = [math.exp(score - top) for score in scores]
            whole = sum(likely)
            for at in range(size):
                mean = sum(map(float.__mul__, likely, [row[at] for row in signs])) / whole
                gradient[at] -= sharpness * (signs[given][at] - mean) / len(found)
        for at, step in enumerate(gradient):
            slope[at] = 0.9 * slope[at] + 0.1 * step
            spread[at] = 0.99 * spread[at] + 0.01 * step * step
            moved = math.sqrt(spread[at] / (1 - 0.99**turn)) + 1e-8
            weights[at] -= 0.08 * slope[at] / (1 - 0.9**turn) / moved
    return weights


def develop(texts: Texts, groups: Groups) -> None:
    """Misses by cross-validation, the weights of each fold learned inside of it."""
    mine = plain = asked = 0
    for known, out in folds(groups, 1):
        weights = learn(held_out(texts, known, 2))
        found = cases(texts, known, out)
        asked, mine, plain = asked + len(found), mine + misses(found, weights), plain + misses(found, LETTERS)
        print(f"{asked} asked, {plain} missed by letters, {mine} missed by the ranking", flush=True)


def count(texts: Texts, split: tuple[Groups, ...]) -> None:
    """The test part, once."""
    known, asked = [*split[0], *split[1]], split[2]
    began = time.perf_counter()
    ranking = Ranking(told(texts, flat(known)))
    built = time.perf_counter() - began
    took = []
    for pair in flat(asked):
        began = time.perf_counter()
        ranking.scores(pair.text)
        took.append((time.perf_counter() - began) * 1000)
    found = cases(texts, known, asked)
    told_of = {pair.formula for pair in flat(known)}
    old = [case for case, pair in zip(found, flat(asked), strict=True) if pair.formula in told_of]
    plain, mine = misses(found, LETTERS), misses(found, WEIGHTS)
    keep(
        "find_formula",
        target=TARGETS,
        seed=SEED,
        shares=SHARES,
        pairs=len(texts.pairs),
        formulas=len(ranking.told),
        train=len(flat(split[0])),
        development=len(flat(split[1])),
        test=len(found),
        misses_first_ten_character_bm25=plain,
        misses_first_ten=mine,
        fewer_misses_percent=round(100 * (1 - mine / plain), 1),
        of_formulas_described_before={
            "test": len(old),
            "misses_character_bm25": misses(old, LETTERS),
            "misses": misses(old, WEIGHTS),
        },
        misses_first_one={"character_bm25": misses(found, LETTERS, 1), "ranking": misses(found, WEIGHTS, 1)},
        build_ms=round(built * 1000),
        ask_p95_ms=round(percentile(took, 0.95), 1),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=Path, help="folder of the open texts; they are no part of this repository")
    parser.add_argument("--learn", action="store_true")
    parser.add_argument("--dev", action="store_true")
    wanted = parser.parse_args()
    if wanted.texts is None:
        print("Not measured: the texts stand elsewhere; name their folder with --texts.")
        return
    texts = read(wanted.texts)
    split = parts(texts.pairs)
    if wanted.dev:
        develop(texts, [*split[0], *split[1]])
    elif wanted.learn:
        weights = learn(held_out(texts, [*split[0], *split[1]], 3))
        print(", ".join(f"{weight:.2f}" for weight in weights))
    else:
        count(texts, split)


if __name__ == "__main__":
    main()

"""Find contradictions within the rows of the tables of herbs, doses, warnings, codes and symptoms.

Works on plain rows, so that a test can put a fault into them and see it found.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from typing import Final, get_args

from tcmchain.terms.doses import NOT_DECOCTED, DoseBasis, DoseForm
from tcmchain.terms.safety import Grade, Kind, Rule, Whom, Wording
from tcmchain.terms.tables import Row, several

Tables = Mapping[str, Sequence[Row]]

HERBS_IN: Final = {
    "ambiguous_names": ("herbs",),
    "cautions": ("herb",),
    "doses": ("herb",),
    "forms": ("herb",),
    "handlings": ("herb",),
    "herbs": ("base",),
    "incompatibilities": ("left", "right"),
    "interactions": ("herbs",),
    "pregnancies": ("herb",),
    "readings": ("herb",),
    "restrictions": ("herb",),
    "toxicities": ("herb",),
    "unknown_doses": ("herb",),
}
"""The columns that hold herbs, by table."""

_ONCE: Final = {
    "ambiguous_names": ("name",),
    "cautions": ("herb", "whom"),
    "diseases": ("code",),
    "doses": ("herb", "form", "basis", "source"),
    "handlings": ("herb", "preparation"),
    "herbs": ("id",),
    "parts": ("id",),
    "pregnancies": ("herb",),
    "readings": ("herb",),
    "restrictions": ("herb",),
    "sources": ("id",),
    "symptoms": ("id",),
    "syndromes": ("code",),
    "therapies": ("code",),
    "toxicities": ("herb",),
    "unknown_doses": ("herb",),
    "variants": ("variant",),
}
_WORDS: Final = {
    ("cautions", "whom"): get_args(Whom),
    ("cautions", "wording"): get_args(Wording),
    ("doses", "basis"): get_args(DoseBasis),
    ("doses", "form"): get_args(DoseForm),
    ("incompatibilities", "rule"): get_args(Rule),
    ("pregnancies", "wording"): get_args(Wording),
    ("restrictions", "kind"): get_args(Kind),
    ("toxicities", "grade"): get_args(Grade),
}
TABLES: Final = tuple(sorted({*HERBS_IN, *_ONCE, "preparations"}))
"""The tables that :func:`faults` reads."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A fault of the tables: what is about, and what is wrong with it."""

    subject: str
    fault: str


def faults(tables: Tables) -> Iterator[Contradiction]:
    """Every contradiction within and between the tables given, which must be those of ``TABLES``."""
    for look in (_references, _repeats, _words, _states, _names, _doses, _warnings, _pairs, _restrictions, _vocabulary):
        yield from look(tables)


def _references(tables: Tables) -> Iterator[Contradiction]:
    known = {row["id"] for row in tables["herbs"]}
    for table, columns in HERBS_IN.items():
        for row in tables[table]:
            for id in {id for column in columns for id in several(row[column])} - known:
                yield Contradiction(id, f"stands in {table} and is no herb")
    works = {row["id"] for row in tables["sources"]}
    for table in TABLES:
        for work in {row["source"] for row in tables[table] if "source" in row} - works:
            yield Contradiction(work, f"stands in {table} and is no source")
    parts = {row["id"] for row in tables["parts"]}
    for row in tables["herbs"]:
        if row["part"] not in parts:
            yield Contradiction(row["id"], f"has no known part {row['part']!r}")
    ways = {row["id"] for row in tables["preparations"]} | {NOT_DECOCTED}
    for row in tables["handlings"]:
        if row["preparation"] not in ways:
            yield Contradiction(row["herb"], f"is handled in no known way {row['preparation']!r}")


def _repeats(tables: Tables) -> Iterator[Contradiction]:
    for table, columns in _ONCE.items():
        seen = Counter(tuple(row[column] for column in columns) for row in tables[table])
        for key, times in seen.items():
            if times > 1:
                yield Contradiction(" ".join(key), f"stands {times} times in {table}")


def _words(tables: Tables) -> Iterator[Contradiction]:
    for (table, column), allowed in _WORDS.items():
        for row in tables[table]:
            if row[column] not in allowed:
                yield Contradiction(row.get("herb", row.get("name", "")), f"has {column} {row[column]!r} in {table}")


def _states(tables: Tables) -> Iterator[Contradiction]:
    base = {row["id"]: row["base"] for row in tables["herbs"]}
    for id, of in base.items():
        if of and base.get(of):
            yield Contradiction(id, f"is a state of {of}, itself a state of {base[of]}")
        if of == id:
            yield Contradiction(id, "is a state of itself")


def _names(tables: Tables) -> Iterator[Contradiction]:
    owners: defaultdict[str, set[str]] = defaultdict(set)
    aliases: defaultdict[str, set[str]] = defaultdict(set)
    for row in tables["herbs"]:
        for name in (row["zh"], row["traditional"], *several(row["aliases"])):
            owners[name].add(row["id"])
        for name in several(row["aliases"]):
            aliases[name].add(row["id"])
    for name, ids in owners.items():
        if len(ids) > 1:
            yield Contradiction(name, f"names {', '.join(sorted(ids))}")
    shared = {row["name"] for row in tables["ambiguous_names"]}
    for name in shared & aliases.keys():
        yield Contradiction(name, f"is shared by several herbs and an alias of {', '.join(sorted(aliases[name]))}")
    for row in tables["ambiguous_names"]:
        if len(several(row["herbs"])) < 2:
            yield Contradiction(row["name"], "is called shared and means one herb")
    for row in tables["variants"]:
        if row["variant"] in owners or row["variant"] in shared:
            yield Contradiction(row["variant"], "is a variant and a name")
        if row["name"] not in owners or row["name"] in shared:
            yield Contradiction(row["variant"], f"is a variant of {row['name']}, which names no one herb")


def _doses(tables: Tables) -> Iterator[Contradiction]:
    for row in tables["doses"]:
        if not 0 < Decimal(row["low"]) <= Decimal(row["high"]):
            yield Contradiction(row["herb"], f"has the range {row['low']} to {row['high']} g")
    dosed = {row["herb"] for row in tables["doses"]}
    outside = {row["herb"] for row in tables["handlings"] if row["preparation"] == "externally"}
    unknown = {row["herb"] for row in tables["unknown_doses"]}
    for id in sorted({row["herb"] for row in tables["toxicities"]} - dosed - outside - unknown):
        yield Contradiction(id, "is poisonous, and its dose is neither given nor listed as unknown")
    for id in sorted(unknown & dosed):
        yield Contradiction(id, "has a dose and is listed as having none")
    for id in sorted(outside & dosed):
        yield Contradiction(id, "is for external use only and has a dose")


def _warnings(tables: Tables) -> Iterator[Contradiction]:
    read = {row["herb"] for row in tables["readings"]}
    for table in ("toxicities", "pregnancies", "cautions", "handlings"):
        for id in sorted({row["herb"] for row in tables[table]} - read):
            yield Contradiction(id, f"stands in {table}, but its entry is not listed as read")


def _pairs(tables: Tables) -> Iterator[Contradiction]:
    base = {row["id"]: row["base"] or row["id"] for row in tables["herbs"]}
    seen: dict[frozenset[str], str] = {}
    for row in tables["incompatibilities"]:
        for left, right in product(several(row["left"]), several(row["right"])):
            if base.get(left) == base.get(right):
                yield Contradiction(row["name"], f"pairs {left} with {right}, which is the same herb")
            if (first := seen.setdefault(frozenset((left, right)), row["name"])) != row["name"]:
                yield Contradiction(row["name"], f"pairs {left} with {right}, as {first} does")


def _restrictions(tables: Tables) -> Iterator[Contradiction]:
    for row in tables["restrictions"]:
        limits = (bool(row["days"]), bool(row["keep_years"]))
        if limits != ((False, False) if row["kind"] == "banned" else (True, True)):
            yield Contradiction(row["herb"], "is limited to days and banned, or neither")


def _vocabulary(tables: Tables) -> Iterator[Contradiction]:
    for table in ("diseases", "syndromes", "therapies"):
        owners: defaultdict[str, list[str]] = defaultdict(list)
        for row in tables[table]:
            for name in (row["zh"], *several(row["others"])):
                owners[name].append(row["code"])
        for name, found in owners.items():
            if len(found) > 1:
                yield Contradiction(name, f"names {', '.join(found)} in {table}")
    names = {row["zh"] for row in tables["symptoms"]}
    for row in tables["symptoms"]:
        for word in several(row["words"]):
            if word in names:
                yield Contradiction(word, f"is a symptom and a word for {row['zh']}")

"""Descriptions with the formula that was given for each, out of open texts, and their published split.

A pair is (a clause or a case, a formula that it gives). Of a clause everything is taken out that names an answer:
names of formulas, of herbs, doses, notes. Near copies (a clause told again in another chapter) stay in one part.
"""

import csv
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tcmchain.formulas.service.finding_ranking import Told
from tcmchain.terms.characters import simplify

SEED: Final = 20261124
SHARES: Final = (0.5, 0.2, 0.3)
COPY: Final = 0.6
_SAME: Final = {
    "三物小白散": "三物白散",
    "桂技甘草汤": "桂枝甘草汤",
    "真武汤方（附加减法）": "真武汤",
    "麻黄杏仁甘草石膏汤": "麻杏甘石汤",
    "麻杏石甘汤": "麻杏甘石汤",
    "柴胡加芒消汤": "柴胡加芒硝汤",
}
_NO_FORMULA: Final = {"猪胆汁", "土瓜根", "禹余粮方阙", "蜜煎导"}
_STEMS: Final = ("柴胡汤", "承气汤", "新加汤", "白虎", "青龙", "汤方", "丸药")
_NOTES: Final = re.compile(r"（[^）]*）|<j>.*?</j>|\*\*.*?\*\*|【[^】]*】", re.DOTALL)
_DOSES: Final = re.compile(r"[一二三四五六七八九十半]+[两升枚斤合铢分]")
_GIVEN_AFTER: Final = re.compile(r"主之|发之|下之|微发|小和|发汗|而通|以解外|和之|彻")
_GIVEN_BEFORE: Final = re.compile(r"[宜与属作以]$")
_REFUSED_BEFORE: Final = re.compile(r"(不可与|不中与|反与|不可更行)$")


@dataclass(frozen=True)
class Pair:
    """A description and the formula that was given for it."""

    id: str
    source: str
    formula: str
    text: str


@dataclass
class Texts:
    """What was read: the pairs, and of every formula its herbs, its effects."""

    pairs: list[Pair] = field(default_factory=list)
    herbs: dict[str, list[str]] = field(default_factory=dict)
    effects: dict[str, str] = field(default_factory=dict)


class _Blanker:
    """Takes out of a text whatever names an answer."""

    def __init__(self, names: Iterable[str], herbs: Iterable[str]) -> None:
        self._names = _any({*names, *_STEMS})
        self._herbs = _any({herb for herb in herbs if 2 <= len(herb) <= 5})

    def blanked(self, text: str) -> str:
        plain = simplify(_NOTES.sub("", text)).replace("胎", "苔")
        for pattern in (self._names, self._herbs, _DOSES):
            plain = pattern.sub("", plain)
        return re.sub(r"\s", "", plain)


def _any(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word)))))


def _name(name: str) -> str:
    plain = simplify(name)
    return _SAME.get(plain, plain)


def read(folder: Path) -> Texts:
    """Every pair of the clauses and the two sets of cases."""
    clauses = [json.loads(line) for line in (folder / "tao-shanghan/clauses.jsonl").read_text("utf-8").splitlines()]
    taught = json.loads((folder / "tcm-learning-assistant/formulas.json").read_text("utf-8"))["formulas"]
    cases = json.loads((folder / "qihuang/formulas.json").read_text("utf-8"))
    composed = _compositions(clauses, [*taught, *cases])
    names = {simplify(name) for clause in clauses for name in clause["formula_names"]}
    names |= {name for one in (*taught, *cases) for name in (one["name"], *one.get("alias", ()))}
    herbs = {herb for parts in composed.values() for herb in parts}
    blanker = _Blanker(names, herbs | {simplify(herb) for clause in clauses for herb in clause["herbs"]})
    texts = Texts(herbs=composed)
    for clause in clauses:
        texts.pairs += _of_clause(clause, blanker)
    for one in taught:
        texts.effects[_name(one["name"])] = f"{one['efficacy']}，{one['category'].replace('-', '，')}"
        texts.pairs.append(Pair(one["id"], "tcm-learning", _name(one["name"]), blanker.blanked(one["indications"])))
    for one in cases:
        told = dict.fromkeys((one["syndrome"], *one["indications"], *one["symptomTags"]))
        texts.pairs.append(Pair(one["id"], "qihuang", _name(one["name"]), blanker.blanked("，".join(told))))
    texts.pairs = [pair for pair in texts.pairs if len(pair.text) >= 4]
    return texts


def _compositions(clauses: Iterable[Any], others: Iterable[Any]) -> dict[str, list[str]]:
    composed: dict[str, dict[str, None]] = defaultdict(dict)
    for clause in clauses:
        for block in clause["formula_blocks"]:
            composed[_name(block["formula_name"])] |= dict.fromkeys(simplify(c["herb"]) for c in block["composition"])
    for one in others:
        composed[_name(one["name"])] |= dict.fromkeys(part["herb"] for part in one["composition"])
    return {name: list(herbs) for name, herbs in composed.items()}


def _of_clause(clause: Any, blanker: _Blanker) -> list[Pair]:
    text, found = clause["original_text"], {}
    for written in clause["formula_names"]:
        name = _name(written)
        if simplify(written) not in _NO_FORMULA and _given(simplify(_NOTES.sub("", text)), simplify(written)):
            found[name] = Pair(clause["clause_id"], "tao-shanghan", name, blanker.blanked(text))
    return list(found.values())


def _given(text: str, name: str) -> bool:
    """Whether the clause gives the formula: one that it only mentions, or warns of, is no answer."""
    for hit in re.finditer(re.escape(name), text):
        before = text[max(0, hit.start() - 4) : hit.start()]
        if _REFUSED_BEFORE.search(before):
            continue
        if _GIVEN_AFTER.match(text[hit.end() :]) or _GIVEN_BEFORE.search(before):
            return True
        if name.endswith("散") and re.search("[，。]服$", before):
            return True
    return False


def parts(pairs: Sequence[Pair]) -> tuple[list[list[Pair]], ...]:
    """Train, development and test, each as groups of near copies; the seed and the shares are fixed."""
    groups = sorted(_copies(pairs), key=lambda group: min((pair.id, pair.formula) for pair in group))
    random.Random(SEED).shuffle(groups)
    split: tuple[list[list[Pair]], ...] = ([], [], [])
    placed = 0
    for group in groups:
        share = placed / len(pairs)
        at = 0 if share < SHARES[0] else 1 if share < SHARES[0] + SHARES[1] else 2
        split[at].append(group)
        placed += len(group)
    return split


def _copies(pairs: Sequence[Pair]) -> list[list[Pair]]:
    leader = list(range(len(pairs)))

    def lead(at: int) -> int:
        while leader[at] != at:
            at = leader[at]
        return at

    bags = [_couples(pair.text) for pair in pairs]
    for at, bag in enumerate(bags):
        for other in range(at):
            least = min(len(bag), len(bags[other]))
            if least and len(bag & bags[other]) / least >= COPY:
                leader[lead(at)] = lead(other)
    groups: dict[int, list[Pair]] = defaultdict(list)
    for at, pair in enumerate(pairs):
        groups[lead(at)].append(pair)
    return list(groups.values())


def _couples(text: str) -> set[str]:
    plain = re.sub(r"\W", "", text)
    return {plain[at : at + 2] for at in range(len(plain) - 1)}


def told(texts: Texts, known: Iterable[Pair]) -> list[Told]:
    """All formulas, each with the descriptions that may be known of it."""
    tellings: dict[str, list[str]] = defaultdict(list)
    for pair in known:
        tellings[pair.formula].append(pair.text)
    official = _official_names()
    names = sorted({*texts.herbs, *(pair.formula for pair in texts.pairs)})
    return [
        Told(
            name,
            tuple(tellings.get(name, ())),
            texts.effects.get(name, ""),
            tuple(dict.fromkeys(filter(None, (official.get(herb, herb) for herb in texts.herbs.get(name, ()))))),
        )
        for name in names
    ]


def _official_names() -> dict[str, str]:
    with (Path(__file__).parent / "formula_herbs.csv").open(encoding="utf-8", newline="") as file:
        return {row["written"]: row["official"] for row in csv.DictReader(file)}

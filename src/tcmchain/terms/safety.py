"""What the sources say against a herb: poison, pregnancy, incompatibility, law, other drugs.

A herb whose source was not read is unknown, never harmless: :func:`read` tells the one from the other.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product
from types import MappingProxyType
from typing import Final, Literal, cast

from tcmchain.terms.herbs import HerbId, states_of
from tcmchain.terms.tables import Source, rows, several, sources

Grade = Literal["great", "toxic", "slight"]
Wording = Literal["forbidden", "caution", "avoid"]
Rule = Literal["eighteen", "nineteen", "monograph"]
Kind = Literal["order23", "opium", "banned"]
Whom = Literal[
    "lactation",
    "menstruation",
    "liver",
    "kidney",
    "child",
    "old-age",
    "heart",
    "hypertension",
    "glaucoma",
    "prostate",
    "bleeding",
    "allergy",
    "lacquer-allergy",
    "diarrhoea",
    "athlete",
]

GRADES: Final[Mapping[Grade, str]] = MappingProxyType({"great": "大毒", "toxic": "有毒", "slight": "小毒"})
WHOM: Final[Mapping[Whom, str]] = MappingProxyType(
    {
        "lactation": "哺乳期",
        "menstruation": "月经期",
        "liver": "肝功能不全",
        "kidney": "肾功能不全",
        "child": "儿童",
        "old-age": "老年人",
        "heart": "心脏病、心动过速",
        "hypertension": "高血压",
        "glaucoma": "青光眼",
        "prostate": "前列腺肥大",
        "bleeding": "出血",
        "allergy": "过敏体质",
        "lacquer-allergy": "漆过敏",
        "diarrhoea": "大便滑泻",
        "athlete": "运动员",
    }
)
WORDINGS: Final[Mapping[Wording, str]] = MappingProxyType({"forbidden": "禁用", "caution": "慎用", "avoid": "忌用"})


@dataclass(frozen=True, slots=True)
class Toxicity:
    """How poisonous the source calls a herb: 大毒 great, 有毒 toxic, 小毒 slight."""

    herb: HerbId
    grade: Grade
    source: Source


@dataclass(frozen=True, slots=True)
class Pregnancy:
    """The source's own wording for pregnant women: 禁用 forbidden, 慎用 caution, 忌用 avoid. Never inherited."""

    herb: HerbId
    wording: Wording
    source: Source


@dataclass(frozen=True, slots=True)
class Incompatibility:
    """Two herbs that do not go together; ``name`` is the rule in Chinese, such as 甘草反海藻."""

    rule: Rule
    name: str
    left: HerbId
    right: HerbId
    source: Source


@dataclass(frozen=True, slots=True)
class Restriction:
    """What the law says of a herb: at most so many days' supply, a prescription kept for years, or not at all."""

    herb: HerbId
    kind: Kind
    days: int | None
    keep_years: int | None
    source: Source


@dataclass(frozen=True, slots=True)
class Interaction:
    """A formula (by its Chinese name) or some herbs that do not go with a drug; ``drugs`` are names it is known by."""

    formula: str
    herbs: tuple[HerbId, ...]
    drug: str
    drugs: tuple[str, ...]
    source: Source


@dataclass(frozen=True, slots=True)
class Caution:
    """The source's own wording for people in a state other than pregnancy; ``whom`` is a key of ``WHOM``."""

    herb: HerbId
    whom: Whom
    wording: Wording
    source: Source


@cache
def _toxicities() -> dict[HerbId, Toxicity]:
    return {
        HerbId(r["herb"]): Toxicity(HerbId(r["herb"]), cast(Grade, r["grade"]), sources()[r["source"]])
        for r in rows("toxicities")
    }


def toxicities() -> tuple[Toxicity, ...]:
    """All herbs that a source calls poisonous."""
    return tuple(_toxicities().values())


def toxicity_of(herb_id: HerbId) -> Toxicity | None:
    """How poisonous a herb is; none is good news only where :func:`read` is true."""
    return _toxicities().get(herb_id)


@cache
def _pregnancies() -> dict[HerbId, Pregnancy]:
    return {
        HerbId(r["herb"]): Pregnancy(HerbId(r["herb"]), cast(Wording, r["wording"]), sources()[r["source"]])
        for r in rows("pregnancies")
    }


def pregnancies() -> tuple[Pregnancy, ...]:
    """All herbs of which a source warns pregnant women."""
    return tuple(_pregnancies().values())


def pregnancy_of(herb_id: HerbId) -> Pregnancy | None:
    """The wording for pregnancy; none is good news only where :func:`read` is true."""
    return _pregnancies().get(herb_id)


@cache
def _cautions() -> dict[HerbId, tuple[Caution, ...]]:
    found: defaultdict[HerbId, list[Caution]] = defaultdict(list)
    for row in rows("cautions"):
        id = HerbId(row["herb"])
        given = Caution(id, cast(Whom, row["whom"]), cast(Wording, row["wording"]), sources()[row["source"]])
        found[id].append(given)
    return {id: tuple(given) for id, given in found.items()}


def cautions_of(herb_id: HerbId) -> tuple[Caution, ...]:
    """Of which people else a source warns; empty is good news only where :func:`read` is true."""
    return _cautions().get(herb_id, ())


@cache
def _read() -> dict[HerbId, Source]:
    return {HerbId(r["herb"]): sources()[r["source"]] for r in rows("readings")}


def read(herb_id: HerbId) -> bool:
    """Whether a source's entry on this herb was read, so that silence about poison and pregnancy means something."""
    return herb_id in _read()


def reading_of(herb_id: HerbId) -> Source | None:
    """The source whose entry on this herb was read."""
    return _read().get(herb_id)


@cache
def incompatibilities() -> Mapping[frozenset[HerbId], Incompatibility]:
    """Every pair of herbs that do not go together, classes and processed states written out, by the two ids."""
    found: dict[frozenset[HerbId], Incompatibility] = {}
    for row in rows("incompatibilities"):
        rule, source = cast(Rule, row["rule"]), sources()[row["source"]]
        for left, right in product(_class(row["left"]), _class(row["right"])):
            pair = Incompatibility(rule, row["name"], left, right, source)
            found.setdefault(frozenset((left, right)), pair)
    return MappingProxyType(found)


def _class(cell: str) -> tuple[HerbId, ...]:
    """The herbs of a cell with the processed states of each."""
    return tuple(dict.fromkeys(state.id for id in several(cell) for state in states_of(HerbId(id))))


@cache
def _restrictions() -> dict[HerbId, Restriction]:
    return {
        HerbId(r["herb"]): Restriction(
            herb=HerbId(r["herb"]),
            kind=cast(Kind, r["kind"]),
            days=int(r["days"]) if r["days"] else None,
            keep_years=int(r["keep_years"]) if r["keep_years"] else None,
            source=sources()[r["source"]],
        )
        for r in rows("restrictions")
    }


def restrictions() -> tuple[Restriction, ...]:
    """All herbs that the law restricts."""
    return tuple(_restrictions().values())


def restriction_of(herb_id: HerbId) -> Restriction | None:
    """What the law says of a herb."""
    return _restrictions().get(herb_id)


@cache
def interactions() -> tuple[Interaction, ...]:
    """All formulas and herbs that are known not to go with a drug."""
    return tuple(
        Interaction(
            formula=row["formula"],
            herbs=tuple(HerbId(id) for id in several(row["herbs"])),
            drug=row["drug"],
            drugs=several(row["drugs"]),
            source=sources()[row["source"]],
        )
        for row in rows("interactions")
    )

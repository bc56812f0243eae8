"""What a new rule set is drafted from: the tables of terms, the grade table, and the limits of the law."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from tcmchain.prescriptions.model.grades import GRADES, Rule
from tcmchain.terms.doses import doses_of, handlings_of
from tcmchain.terms.herbs import Herb, herbs
from tcmchain.terms.safety import (
    cautions_of,
    incompatibilities,
    interactions,
    pregnancy_of,
    reading_of,
    restriction_of,
    toxicity_of,
)
from tcmchain.terms.tables import Source, sources

SCHEMA: Final = "tcmchain.rules.1"

LIMITS: Final[Mapping[str, int]] = MappingProxyType(
    {
        "days": 7,
        "days-emergency": 3,
        "valid-days": 3,
        "patents": 5,
        "child-months": 14 * 12,
        "old-months": 65 * 12,
    }
)
"""Days of supply and of validity and kinds of 中成药 by 处方管理办法 art. 6, 18, 19; ages are this house's."""

_ALIKE: Final = (
    ("decoct-first", "decoct-long"),
    ("infuse", "melt", "steep", "swallow", "take-drenched"),
)
"""Ways of which one does as well as the other when a source asks for one."""

_ORDER53: Final = "order53"
_NORM2010: Final = "norm2010"
HOUSE: Final = "house-check"

_OWN_SOURCES: Final[Mapping[str, Mapping[str, Any]]] = MappingProxyType(
    {
        _NORM2010: {
            "zh": "中药处方格式及书写规范 国中医药医政发〔2010〕57号",
            "en": "Form and writing norm of prescriptions of Chinese medicine, Guozhongyiyao [2010] No. 57",
            "year": 2010,
        },
        _ORDER53: {
            "zh": "处方管理办法 卫生部令第53号（2007）",
            "en": "Administration of prescriptions, Decree No. 53 of the Ministry of Health (2007)",
            "year": 2007,
        },
        HOUSE: {
            "zh": "本系统审方规则",
            "en": "rule of this house",
            "year": 0,
        },
    }
)

_NORMS: Final[Mapping[Rule, str]] = MappingProxyType(
    {
        Rule.NORM_PATENTS: _ORDER53,
        Rule.NORM_VALID: _ORDER53,
        Rule.NORM_DAYS: _ORDER53,
        Rule.NORM_AGE: _ORDER53,
        Rule.NORM_WEIGHT: _ORDER53,
        Rule.NORM_SEX: _ORDER53,
    }
)


def draft(version: int) -> dict[str, Any]:
    """The rule set of a number as JSON."""
    used: set[str] = set()
    facts = {herb.id: _facts(herb, used) for herb in herbs()}
    pairs = sorted(
        (min(p.left, p.right), max(p.left, p.right), p.rule, p.name, _use(p.source, used))
        for p in incompatibilities().values()
    )
    drugs = [
        {
            "formula": each.formula,
            "herbs": sorted(each.herbs),
            "drug": each.drug,
            "names": [each.drug, *each.drugs],
            "source": _use(each.source, used),
        }
        for each in interactions()
    ]
    known = {id: {"zh": each.zh, "en": each.en, "year": each.year} for id, each in sources().items() if id in used}
    return {
        "schema": SCHEMA,
        "version": version,
        "grades": {rule: grade.word for rule, grade in GRADES.items()},
        "norms": {rule.value: _NORMS.get(rule, _NORM2010) for rule in Rule if rule.value.startswith("norm-")},
        "limits": dict(LIMITS),
        "alike": [list(group) for group in _ALIKE],
        "herbs": facts,
        "pairs": [list(pair) for pair in pairs],
        "interactions": drugs,
        "sources": known | {id: dict(each) for id, each in _OWN_SOURCES.items()},
    }


def _facts(herb: Herb, used: set[str]) -> dict[str, Any]:
    """What is known of a herb; what is not known is left out."""
    toxicity, pregnancy, law = toxicity_of(herb.id), pregnancy_of(herb.id), restriction_of(herb.id)
    read, cautions, handlings = reading_of(herb.id), cautions_of(herb.id), handlings_of(herb.id)
    given: dict[str, Any] = {"name": herb.zh}
    if herb.base:
        given["base"] = herb.base
    if read:
        given["read"] = _use(read, used)
    if toxicity:
        given["toxicity"] = [toxicity.grade, _use(toxicity.source, used)]
    if pregnancy:
        given["pregnancy"] = [pregnancy.wording, _use(pregnancy.source, used)]
    if cautions:
        given["cautions"] = [[each.whom, each.wording, _use(each.source, used)] for each in cautions]
    if handlings:
        given["handlings"] = [[each.preparation, _use(each.source, used)] for each in handlings]
    if law:
        given["restricted"] = [law.kind, law.days or 0, law.keep_years or 0, _use(law.source, used)]
    if ranges := doses_of(herb.id):
        given["doses"] = [
            [d.form, d.basis, f"{d.low:f}", f"{d.high:f}", _use(d.source, used), _reported(d.source)] for d in ranges
        ]
    return given


def _reported(source: Source) -> bool:
    """Whether others told of the source, so that it decides nothing against one that was read."""
    return source.id.endswith("-reported")


def _use(source: Source, used: set[str]) -> str:
    used.add(source.id)
    return source.id

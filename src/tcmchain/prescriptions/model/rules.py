"""A rule set: every fact and grade that a check uses, as one document that a pharmacist signs.

What the tables of terms say today may change; a rule set does not. It is canonical JSON (sorted names, no blanks,
UTF-8), its digest is the SHA-256 of these bytes, and a verdict by the bytes of years ago comes out byte by byte the
same.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from tcmchain.prescriptions.model.drafting import SCHEMA, draft
from tcmchain.prescriptions.model.errors import RulesUnreadable
from tcmchain.prescriptions.model.findings import canonical, digest_of
from tcmchain.prescriptions.model.grades import GRADE_BY_WORD, RULE_BY_WORD, Grade, Rule
from tcmchain.terms.herbs import HerbId
from tcmchain.values import Hash32


@dataclass(frozen=True, slots=True)
class Range:
    """What a source allows of a herb: grams per day or per single dose; ``reported`` when the print was not read."""

    form: str
    basis: str
    low: Decimal
    high: Decimal
    source: str
    reported: bool


@dataclass(frozen=True, slots=True)
class Caution:
    """The source's wording (forbidden, avoid, caution) for people in a state."""

    whom: str
    wording: str
    source: str


@dataclass(frozen=True, slots=True)
class Handled:
    """How a source wants a herb to be put into the medicine."""

    preparation: str
    source: str


@dataclass(frozen=True, slots=True)
class Restricted:
    """What the law says of a herb."""

    kind: str
    days: int
    keep_years: int
    source: str


@dataclass(frozen=True, slots=True)
class HerbRules:
    """All that a rule set knows of one herb.

    ``read`` is the source whose entry was read, empty when none was. ``ranged`` holds the ranges that fit a form of
    medicine, for each basis those of all editions, the newest that was read first and reported ones last.
    """

    id: HerbId
    name: str
    base: HerbId
    read: str
    toxicity: str
    toxicity_source: str
    pregnancy: str
    pregnancy_source: str
    cautions: tuple[Caution, ...]
    handlings: tuple[Handled, ...]
    ranges: tuple[Range, ...]
    ranged: Mapping[str, tuple[tuple[Range, ...], ...]]
    restricted: Restricted | None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two herbs that do not go together."""

    rule: Rule
    name: str
    source: str


@dataclass(frozen=True, slots=True)
class Drug:
    """A formula or some herbs that do not go with a drug, which goes by several names."""

    formula: str
    herbs: frozenset[HerbId]
    drug: str
    names: tuple[str, ...]
    source: str


class RuleSet:
    """One rule set, ready to check by."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self.digest: Hash32 = digest_of(content)
        told = _parsed(content)
        try:
            self.version: int = int(told["version"])
            # A rule that this program knows and the document does not finds nothing, as when the document was signed;
            # one that only the document knows would be left out, so the document is refused.
            self.grades: Mapping[Rule, Grade] = {
                RULE_BY_WORD[word]: GRADE_BY_WORD[grade] for word, grade in told["grades"].items()
            }
            self.limits: Mapping[str, int] = {name: int(limit) for name, limit in told["limits"].items()}
            self.alike: tuple[frozenset[str], ...] = tuple(frozenset(group) for group in told["alike"])
            self.sources: Mapping[str, Mapping[str, Any]] = told["sources"]
            self.norms: Mapping[str, str] = told["norms"]
            self.herbs: Mapping[HerbId, HerbRules] = {HerbId(id): _herb(id, one) for id, one in told["herbs"].items()}
            self.against: Mapping[HerbId, Mapping[HerbId, Pair]] = _pairs(told["pairs"])
            self.drugs: tuple[Drug, ...] = tuple(_drug(one) for one in told["interactions"])
        except (KeyError, TypeError, ValueError, ArithmeticError, AttributeError) as error:
            raise RulesUnreadable(reason=type(error).__name__) from error

    @classmethod
    def from_terms(cls, version: int) -> "RuleSet":
        """What the tables of this program give as rule set ``version``."""
        return cls(canonical(draft(version)))

    @classmethod
    def read(cls, content: bytes) -> "RuleSet":
        """Read the bytes of a rule set; raises :class:`RulesUnreadable`."""
        return cls(content)

    def write(self) -> bytes:
        """The bytes that were signed."""
        return self._content

    def alike_to(self, preparation: str) -> frozenset[str]:
        """The ways that do as well as this one."""
        return next((group for group in self.alike if preparation in group), frozenset((preparation,)))


def _parsed(content: bytes) -> dict[str, Any]:
    try:
        told = json.loads(content)
        again = canonical(told) if isinstance(told, dict) else b""
    except (ValueError, RecursionError) as error:
        raise RulesUnreadable(reason="json") from error
    if not isinstance(told, dict) or told.get("schema") != SCHEMA:
        raise RulesUnreadable(reason="schema")
    if again != content:
        raise RulesUnreadable(reason="spelling")
    return told


_FITTING: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "decoction": ("decoction",),
        # 入丸散 is one range for both; that of the decoction is never taken in its place.
        "powder": ("powder", "pill"),
        "pill": ("pill", "powder"),
    }
)


def _fitting(ranges: Sequence[Range], form: str) -> Iterator[tuple[Range, ...]]:
    for basis in ("per-day", "per-dose"):
        for fitting in _FITTING[form]:
            given = [one for one in ranges if (one.form, one.basis) == (fitting, basis)]
            if given:
                yield tuple(sorted(given, key=lambda one: one.reported))
                break


def _herb(id: str, one: Mapping[str, Any]) -> HerbRules:
    toxicity, toxicity_source = one.get("toxicity", ("", ""))
    pregnancy, pregnancy_source = one.get("pregnancy", ("", ""))
    restricted = one.get("restricted")
    ranges = tuple(
        Range(form, basis, Decimal(low), Decimal(high), source, reported)
        for form, basis, low, high, source, reported in one.get("doses", ())
    )
    return HerbRules(
        id=HerbId(id),
        name=one["name"],
        base=HerbId(one.get("base", "")),
        read=one.get("read", ""),
        toxicity=toxicity,
        toxicity_source=toxicity_source,
        pregnancy=pregnancy,
        pregnancy_source=pregnancy_source,
        cautions=tuple(Caution(*given) for given in one.get("cautions", ())),
        handlings=tuple(Handled(*given) for given in one.get("handlings", ())),
        ranges=ranges,
        ranged={form: tuple(_fitting(ranges, form)) for form in _FITTING},
        restricted=None if restricted is None else Restricted(*restricted),
    )


def _pairs(told: list[tuple[str, str, str, str, str]]) -> dict[HerbId, dict[HerbId, Pair]]:
    found: dict[HerbId, dict[HerbId, Pair]] = {}
    for left, right, rule, name, source in told:
        pair = Pair(RULE_BY_WORD[rule], name, source)
        found.setdefault(HerbId(left), {})[HerbId(right)] = pair
        found.setdefault(HerbId(right), {})[HerbId(left)] = pair
    return found


def _drug(one: Mapping[str, Any]) -> Drug:
    herbs = frozenset(HerbId(id) for id in one["herbs"])
    return Drug(one["formula"], herbs, one["drug"], tuple(one["names"]), one["source"])

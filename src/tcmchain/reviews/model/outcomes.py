"""How much better it became, and what can be said of a formula from that.

Grades are those of 《中药新药临床研究指导原则》 (2002): with the reduction ``(before − after) / before`` from 95 % on
cured (临床痊愈), from 70 % on markedly effective (显效), from 30 % on effective (有效), below not effective (无效).
Formulas are ranked by the lower end of Wilson's score interval (Wilson 1927) for the share of effective outcomes, at
95 % confidence: three cures out of three do not stand above ninety out of a hundred.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from fractions import Fraction
from typing import Final

_Z: Final = 1.959963984540054
"""The normal distribution's 97.5 % point."""

_CURED: Final = Fraction(95, 100)
_MARKED: Final = Fraction(70, 100)
_EFFECTIVE: Final = Fraction(30, 100)


class Outcome(IntEnum):
    """Grades, the better the higher."""

    NOT_EFFECTIVE = 0
    EFFECTIVE = 1
    MARKED = 2
    CURED = 3

    @property
    def word(self) -> str:
        """The grade as doors spell it."""
        return self.name.lower().replace("_", "-")


def outcome_of(before: int, afterwards: int) -> Outcome:
    """The grade of a course; severities from 0 to 100, before it at least 1."""
    better = Fraction(before - afterwards, before)
    if better >= _CURED:
        return Outcome.CURED
    if better >= _MARKED:
        return Outcome.MARKED
    return Outcome.EFFECTIVE if better >= _EFFECTIVE else Outcome.NOT_EFFECTIVE


def lower_bound(successes: int, n: int) -> float:
    """The lower end of Wilson's interval for a share; 0 without any case."""
    if n == 0:
        return 0.0
    share, square = successes / n, _Z * _Z
    middle = share + square / (2 * n)
    spread = _Z * math.sqrt(share * (1 - share) / n + square / (4 * n * n))
    return max(0.0, (middle - spread) / (1 + square / n))


@dataclass(frozen=True, slots=True)
class Evidence:
    """Outcomes of a formula's reviews; ``n`` is always shown with them."""

    n: int = 0
    effective: int = 0
    marked: int = 0
    cured: int = 0

    @property
    def bound(self) -> float:
        """What the share of effective outcomes is at least, as far as ``n`` reviews can tell."""
        return lower_bound(self.effective, self.n)

    @property
    def marked_bound(self) -> float:
        """The same for outcomes that are markedly effective or better."""
        return lower_bound(self.marked, self.n)

    @classmethod
    def of(cls, outcomes: Iterable[Outcome]) -> "Evidence":
        """Count outcomes; each grade counts for those below it."""
        found = list(outcomes)
        at_least = [sum(one >= grade for one in found) for grade in (Outcome.EFFECTIVE, Outcome.MARKED, Outcome.CURED)]
        return cls(len(found), *at_least)


@dataclass(frozen=True, slots=True)
class HerbEffect:
    """What reviewers say that a herb did to them."""

    herb: str
    helped: int
    unsure: int
    harm: int

    @property
    def n(self) -> int:
        """How many said something of it."""
        return self.helped + self.unsure + self.harm

    @property
    def bound(self) -> float:
        """The lower bound on the share of those whom it helped."""
        return lower_bound(self.helped, self.n)

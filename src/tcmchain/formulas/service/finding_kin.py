"""How near formulas are by what they are made of, the rarer and the earlier named herbs counting more."""

import math
from collections import Counter
from collections.abc import Sequence

_FIRST = 0.25


class Kinship:
    """Formulas by their herbs; a herb named later counts less, for books name the leading one first."""

    def __init__(self, compositions: Sequence[Sequence[str]]) -> None:
        spread = Counter(herb for herbs in compositions for herb in set(herbs))
        self.herbs = sorted(spread)
        number = {herb: at for at, herb in enumerate(self.herbs)}
        rare = {herb: math.log(1 + len(compositions) / times) for herb, times in spread.items()}
        self._shares: list[dict[int, float]] = []
        self._directions: list[dict[int, float]] = []
        for herbs in compositions:
            weights: dict[int, float] = {}
            for place, herb in enumerate(herbs):
                weights.setdefault(number[herb], rare[herb] / (1 + _FIRST * place))
            whole, length = sum(weights.values()), math.sqrt(sum(weight * weight for weight in weights.values()))
            self._shares.append({herb: weight / whole for herb, weight in weights.items()})
            self._directions.append({herb: weight / length for herb, weight in weights.items()})

    def mean(self, scores: Sequence[float]) -> list[float]:
        """Every formula's mean over the scores of its herbs."""
        return [sum(share * scores[herb] for herb, share in shares.items()) for shares in self._shares]

    def best(self, scores: Sequence[float]) -> list[float]:
        """Every formula's best herb."""
        return [max((part * scores[herb] for herb, part in parts.items()), default=0.0) for parts in self._directions]

    def beside(self, scores: Sequence[float], most: int = 20) -> tuple[list[float], list[float]]:
        """What the relatives of a formula score: the best of them, and all together; it is not its own relative."""
        leading = sorted(range(len(scores)), key=lambda at: -scores[at])[:most]
        best, whole = [0.0] * len(scores), [0.0] * len(scores)
        for other in leading:
            for at in range(len(scores)):
                if at != other and scores[other] > 0:
                    near = self.likeness(at, other) * scores[other]
                    best[at] = max(best[at], near)
                    whole[at] += near
        return best, whole

    def likeness(self, one: int, other: int) -> float:
        """The cosine of two formulas: 1 for the same herbs in the same order, 0 for none in common."""
        mine, others = self._directions[one], self._directions[other]
        return sum(part * others[herb] for herb, part in mine.items() if herb in others)

    def parts(self, at: int) -> dict[int, float]:
        """The numbers of a formula's herbs with their shares."""
        return self._shares[at]

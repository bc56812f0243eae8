"""Prescriptions that look like real ones, by a published generator: the same seed gives the same sheets.

Herbs are drawn by rank as physicians draw them (a few are in every second sheet, most are rare; Zipf), grams around the
range of the newest edition, and every thirtieth line is out of it. One sheet in twelve brings a pair that does not go
together, one in ten a patient of whom nothing is stated.
"""

import random
from decimal import Decimal
from itertools import accumulate
from typing import Final

from tcmchain.prescriptions.model.prescription import HEAD, Diagnosis, Line, Patient, Prescription, Sex, Stated
from tcmchain.terms.doses import doses, handlings_of
from tcmchain.terms.herbs import HerbId, herb, herbs
from tcmchain.terms.preparations import preparations
from tcmchain.terms.safety import incompatibilities

_COMMON: Final = """
gancao huangqi danggui baizhu fuling chuanxiong baishao banxia chenpi dangshen huangqin chaihu
guizhi shengjiang dazao renshen maidong shengdihuang shudihuang danshen huanglian huangbai zhizi zhimu
mahuang xixin ganjiang fuzi dahuang mangxiao zhishi houpo xiangfu muxiang yujin taoren
honghua niuxi duzhong gouqizi suanzaoren yuanzhi longgu muli ejiao bohe juhua jinyinhua
lianqiao xingren
"""


def sheets(count: int, seed: int, herbs_each: int | None = None) -> list[Prescription]:
    """So many prescriptions; of a fixed number of herbs when one is asked for."""
    chance = random.Random(seed)
    known = {one.id for one in herbs()}
    ranked = [
        HerbId(id) for id in dict.fromkeys([*(id for id in _COMMON.split() if id in known), *doses(), *sorted(known)])
    ]
    weights = list(accumulate(1 / (rank + 5) for rank in range(len(ranked))))
    pairs = sorted(tuple(sorted(pair)) for pair in incompatibilities())
    return [_sheet(chance, ranked, weights, pairs, herbs_each) for _ in range(count)]


def _sheet(
    chance: random.Random,
    ranked: list[HerbId],
    weights: list[float],
    pairs: list[tuple[HerbId, ...]],
    herbs_each: int | None,
) -> Prescription:
    wanted = herbs_each or min(max(round(chance.gauss(13, 4)), 3), 30)
    drawn: dict[HerbId, None] = {}
    if chance.random() < 1 / 12:
        drawn |= dict.fromkeys(chance.choice(pairs))
    while len(drawn) < wanted:
        drawn |= dict.fromkeys(chance.choices(ranked, cum_weights=weights, k=1))
    days = chance.choice((3, 5, 7, 7, 7, 14))
    return Prescription(
        lines=tuple(_line(chance, id) for id in drawn),
        patient=_patient(chance),
        diagnosis=Diagnosis(syndrome_words="脾胃虚弱证", disease_words="胃痞病"),
        doses=days,
        days=days,
        usage="水煎，分两次温服",
        head=HEAD,
    )


def _line(chance: random.Random, id: HerbId) -> Line:
    range = next((dose for dose in doses().get(id, ()) if dose.form == "decoction"), None)
    low, high = (range.low, range.high) if range else (Decimal(3), Decimal(9))
    share = Decimal(chance.randrange(0, 101)) / 100
    grams = (low + (high - low) * share) * (3 if chance.random() < 1 / 30 else 1)
    ways = [one.preparation for one in handlings_of(id) if one.preparation in preparations()]
    written = tuple(ways[:1]) if chance.random() < 0.8 else ()
    return Line(id, herb(id).zh, grams.quantize(Decimal("0.1")) or Decimal("0.1"), preparations=written)


def _patient(chance: random.Random) -> Patient:
    if chance.random() < 0.1:
        return Patient()
    facts = [chance.choices((Stated.NO, Stated.YES, Stated.UNKNOWN), (90, 4, 6))[0] for _ in range(6)]
    return Patient(
        chance.choice((Sex.FEMALE, Sex.MALE)), chance.randrange(1, 90 * 12), Decimal(chance.randrange(3, 90)), *facts
    )

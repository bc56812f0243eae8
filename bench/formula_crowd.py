"""A hundred thousand formulas made by chance, from the herbs that the seed formulas use as often as they use them."""

import random
from collections import Counter
from collections.abc import Iterator
from itertools import accumulate

from tcmchain.formulas.model.formula import FormulaClass
from tcmchain.formulas.model.query import Searchable
from tcmchain.terms.herbs import HerbId, herb, herbs
from tcmchain.terms.vocabulary import diseases, symptoms, syndromes
from tcmchain.values import FormulaId

_ENDINGS = ("汤", "散", "丸", "饮", "膏", "方")
_WORDS = ("加减", "合", "化裁", "验方", "经验方", "新", "小", "大", "加味")


def crowd(count: int, seed: int, compositions: list[list[HerbId]]) -> Iterator[Searchable]:
    """``count`` formulas; ``compositions`` are those of real ones, from which the herbs' frequencies are taken."""
    chance = random.Random(seed)
    often = Counter(id for one in compositions for id in one)
    known = [one.id for one in herbs()]
    weights = list(accumulate(often[id] + 0.2 for id in known))
    told, named = [one.zh for one in symptoms()], (list(diseases()), list(syndromes()))
    sizes = [len(one) for one in compositions] or [6]
    for number in range(count):
        parts = tuple(dict.fromkeys(chance.choices(known, cum_weights=weights, k=chance.choice(sizes))))
        kind = chance.choices((FormulaClass.CLASSIC, FormulaClass.LICENSED, FormulaClass.FOLK), (1, 5, 4))[0]
        yield Searchable(
            formula=FormulaId(f"0x{number:064x}"),
            version=1,
            kind=kind,
            name=_name(parts, chance),
            aliases=(),
            herbs=parts,
            diseases=(chance.choice(named[0]),),
            syndromes=(chance.choice(named[1]),),
            symptoms=tuple(chance.sample(told, chance.randint(2, 7))) if told else (),
            words=("，".join(chance.sample(told, 4)),) if told else (),
            book="",
        )


def _name(parts: tuple[HerbId, ...], chance: random.Random) -> str:
    names = [herb(id).zh for id in parts[:2]]
    return "".join((chance.choice(("", *_WORDS)), *names, chance.choice(_ENDINGS)))

"""A description cut into what is compared: single letters, pairs and triples of the characters of today."""

import re
from typing import Final

from tcmchain.terms.characters import simplify
from tcmchain.terms.wordings import meanings

_JOINTS: Final = re.compile(r"主之|症见|其人|者|也|之|与|以|可|宜|方用前法|证(?=，)|，证")
"""Words that hold a sentence of the old books together and say nothing of the illness."""

_PAUSES: Final = re.compile(r"\W+")


def letters(text: str) -> list[str]:
    """Every letter, nothing left out."""
    return [letter for part in _PAUSES.split(simplify(text)) for letter in part]


def grams(text: str) -> list[str]:
    """Letters, pairs and triples; none goes over a pause, so that 不渴 stays apart from 渴."""
    found: list[str] = []
    for part in _PAUSES.split(_JOINTS.sub("，", simplify(text))):
        for length in (1, 2, 3):
            found += [part[at : at + length] for at in range(len(part) - length + 1)]
    return found


def translated(text: str) -> list[str]:
    """The grams of a text together with those of the terms that say the same today."""
    plain = simplify(text)
    terms = dict.fromkeys(term for meant in meanings(plain).values() for term in meant)
    return grams("，".join((plain, *terms)))

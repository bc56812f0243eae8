"""What is searched for in questions and answers: two letters at a time, words of other scripts, and symptoms.

Symptoms are recognised by their names and by everybody's words for them, the longest word first, and count for more
than letters do. Written in pinyin they are found as well.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from tcmchain.terms.characters import simplify
from tcmchain.terms.vocabulary import Symptom, symptom_words, symptoms

_HAN: Final = re.compile(r"[\u3400-\u9fff]+")
_WORD: Final = re.compile(r"[a-z0-9]{2,}")
_NOT: Final = frozenset("不无没未非")
_SYMPTOM: Final = "@"
_SYMPTOM_WEIGHT: Final = 3.0
_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a query asks for: terms with what each weighs, and the symptoms in it by their term."""

    weights: Mapping[str, float]
    symptoms: Mapping[str, str]


def terms_of(text: str) -> Counter[str]:
    """The terms of a text, with how often each stands in it."""
    plain = _folded(text)
    found: Counter[str] = Counter(_WORD.findall(plain))
    for run in _HAN.findall(plain):
        found.update(run[at : at + 2] for at in range(len(run) - 1))
        found.update(run)
    found.update(_SYMPTOM + symptom.id for symptom in symptoms_in(plain))
    return found


def wanted_in(query: str) -> Wanted:
    """What a query asks for; single letters only where it has nothing longer."""
    plain = _folded(query)
    meant = {_SYMPTOM + one.id: one.zh for one in (*symptoms_in(plain), *_by_pinyin(plain))}
    weights: dict[str, float] = dict.fromkeys(_WORD.findall(plain), 1.0)
    for run in _HAN.findall(plain):
        pairs = [run[at : at + 2] for at in range(len(run) - 1)]
        weights.update(dict.fromkeys(pairs or run, 1.0))
    weights = dict(list(weights.items())[:_MOST]) | dict.fromkeys(meant, _SYMPTOM_WEIGHT)
    return Wanted(weights, meant)


def symptoms_in(text: str) -> list[Symptom]:
    """Symptoms that a text names, the longest word first; what stands behind a "no" is none."""
    words, longest = symptom_words(), _longest()
    found: dict[str, Symptom] = {}
    at = 0
    while at < len(text):
        length = next((n for n in range(min(longest, len(text) - at), 0, -1) if text[at : at + n] in words), 0)
        if length and not (at and text[at - 1] in _NOT):
            found.update((one.id, one) for one in words[text[at : at + length]])
        at += length or 1
    return list(found.values())


@cache
def _longest() -> int:
    return max((len(word) for word in symptom_words()), default=0)


@cache
def _pinyin() -> Mapping[str, tuple[Symptom, ...]]:
    found: defaultdict[str, list[Symptom]] = defaultdict(list)
    for symptom in symptoms():
        found["".join(_WORD.findall(_folded(symptom.pinyin)))].append(symptom)
    return {spelled: tuple(meant) for spelled, meant in found.items() if len(spelled) > 2}


def _by_pinyin(plain: str) -> list[Symptom]:
    parts = _WORD.findall(plain)[:12]
    tried = {"".join(parts[at:end]) for at in range(len(parts)) for end in range(at + 1, min(at + 7, len(parts) + 1))}
    return [symptom for spelled in sorted(tried) for symptom in _pinyin().get(spelled, ())]


def _folded(text: str) -> str:
    """One spelling: simplified characters, half width, small letters, no tones."""
    decomposed = unicodedata.normalize("NFKD", simplify(text).casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))

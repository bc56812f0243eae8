"""The words that the search understands: names of herbs, diseases, syndromes and symptoms, in any spelling."""

import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from pypinyin import Style, lazy_pinyin, load_phrases_dict

from tcmchain.formulas.model.query import Field, Meaning
from tcmchain.terms.characters import simplify
from tcmchain.terms.herbs import Herb, herbs, shared_names, states_of
from tcmchain.terms.vocabulary import diseases, symptoms, syndromes

_MOST_MEANINGS: Final = 12
_LATIN_LEAST: Final = 4


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Every word with its meanings; ``longest`` is the longest Chinese one, ``spelled`` is in alphabetical order."""

    chinese: Mapping[str, tuple[Meaning, ...]]
    longest: int
    latin: Mapping[str, tuple[Meaning, ...]]
    spelled: tuple[str, ...]

    def spelled_so(self, start: str) -> tuple[Meaning, ...]:
        """What a word in Latin letters may mean: exactly this, and then what begins with it."""
        found = dict.fromkeys(self.latin.get(start, ()))
        at = bisect_left(self.spelled, start) if len(start) > 1 else len(self.spelled)
        while len(found) < _MOST_MEANINGS and at < len(self.spelled) and self.spelled[at].startswith(start):
            found |= dict.fromkeys(self.latin[self.spelled[at]])
            at += 1
        return tuple(found)[:_MOST_MEANINGS]


def fold(text: str) -> str:
    """One spelling for width, case, tones and traditional characters; what is no letter or number becomes a space."""
    flat = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    kept = (letter if letter.isalnum() else " " for letter in flat if not unicodedata.combining(letter))
    return simplify("".join(kept))


def together(text: str) -> str:
    """The same without spaces."""
    return fold(text).replace(" ", "")


def spell(text: str) -> tuple[str, str]:
    """The pinyin of a Chinese name without tones, written together, and its initials."""
    _teach()
    syllables = lazy_pinyin(text, style=Style.NORMAL, errors="ignore")
    return "".join(syllables), "".join(syllable[:1] for syllable in syllables)


def meanings_of(herb: Herb) -> tuple[Meaning, ...]:
    """A herb and what is made of it: who asks for 甘草 is shown 炙甘草 too."""
    return tuple(Meaning(Field.HERB, one.id, one.zh) for one in (states_of(herb.id) or (herb,)))


@cache
def vocabulary() -> Vocabulary:
    """All words, made of the tables once."""
    learning = _Learning()
    for herb in herbs():
        learning.herb(herb)
    for name, several in shared_names().items():
        learning.name(name, [meaning for herb in several for meaning in meanings_of(herb)])
    for symptom in symptoms():
        meant = [Meaning(Field.SYMPTOM, symptom.zh, symptom.zh)]
        for name in (symptom.zh, *symptom.words):
            learning.name(name, meant)
        learning.pinyin(symptom.pinyin, meant)
    for field, codes in ((Field.DISEASE, diseases()), (Field.SYNDROME, syndromes())):
        for code in codes.values():
            meant = [Meaning(field, code.code, code.zh)]
            for name in (code.zh, *code.others):
                learning.name(name, meant)
            for spelled in spell(code.zh):
                learning.latin(spelled, meant)
            learning.name(code.code, meant)
    return learning.done()


class _Learning:
    def __init__(self) -> None:
        self._chinese: dict[str, dict[Meaning, None]] = {}
        self._latin: dict[str, dict[Meaning, None]] = {}

    def herb(self, herb: Herb) -> None:
        meant = meanings_of(herb)
        for name in (herb.zh, herb.traditional, *herb.aliases):
            self.name(name, meant)
        for spelled in (herb.pinyin, *herb.alias_pinyin):
            self.pinyin(spelled, meant)
        for name in (herb.en, herb.latin):
            for word in (together(name), *fold(name).split()):
                if len(word) >= _LATIN_LEAST:
                    self.latin(word, meant)

    def name(self, name: str, meant: Iterable[Meaning]) -> None:
        key = together(name)
        words = self._latin if key.isascii() else self._chinese
        if key:
            words.setdefault(key, {}).update(dict.fromkeys(meant))

    def pinyin(self, spelled: str, meant: Iterable[Meaning]) -> None:
        """Syllables apart, so that initials can be taken."""
        self.latin(together(spelled), meant)
        self.latin("".join(syllable[:1] for syllable in fold(spelled).split()), meant)

    def latin(self, key: str, meant: Iterable[Meaning]) -> None:
        if len(key) > 1:
            self._latin.setdefault(key, {}).update(dict.fromkeys(meant))

    def done(self) -> Vocabulary:
        chinese = {word: tuple(meant) for word, meant in self._chinese.items()}
        latin = {word: tuple(meant) for word, meant in self._latin.items()}
        return Vocabulary(chinese, max(map(len, chinese), default=0), latin, tuple(sorted(latin)))


@cache
def _teach() -> None:
    """Herbs are read as their own table reads them (重楼 is chonglou)."""
    read = {herb.zh: [[syllable] for syllable in herb.pinyin.split()] for herb in herbs()}
    load_phrases_dict({name: syllables for name, syllables in read.items() if len(name) == len(syllables)})

"""Why a formula was found, and how much that weighs."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from tcmchain.formulas.model.query import Field, Hit, Phrase, Reason, Searchable, Word
from tcmchain.formulas.model.query_words import fold, spell, together
from tcmchain.formulas.readmodel.search_terms import meanings_answered
from tcmchain.terms.herbs import HerbId, herb, states_of
from tcmchain.terms.vocabulary import diseases, syndromes

_WEIGHTS: Final = {
    Field.NAME: 8.0,
    Field.DISEASE: 4.0,
    Field.SYNDROME: 4.0,
    Field.SYMPTOM: 3.0,
    Field.HERB: 3.0,
    Field.WORDS: 1.5,
}
_WHOLE_NAME: Final = 12.0
_BEGINNING: Final = 4.0


def reasons(phrases: Sequence[Phrase], one: Searchable, having: Sequence[HerbId] = ()) -> tuple[Reason, ...]:
    """The words that a formula answers, each with the term that answers it."""
    found: dict[tuple[str, Field], Reason] = {}
    for reason in (*_by_phrases(phrases, one), *_asked_for(having, one)):
        found.setdefault((reason.written or reason.term, reason.field), reason)
    return tuple(found.values())


def _asked_for(having: Sequence[HerbId], one: Searchable) -> Iterator[Reason]:
    wanted = {state.id for id in having for state in states_of(id)} | set(having)
    return (Reason("", Field.HERB, herb(id).zh) for id in one.herbs if id in wanted)


def _by_phrases(phrases: Sequence[Phrase], one: Searchable) -> Iterator[Reason]:
    for phrase in phrases:
        name = _name(phrase.plain, one)
        if name:
            yield Reason(phrase.plain, Field.NAME, name)
        for word in phrase.words:
            yield from _by_word(word, one)


def _by_word(word: Word, one: Searchable) -> Iterator[Reason]:
    known = [Reason(word.written, meaning.field, meaning.zh) for meaning in meanings_answered(word, one)]
    yield from known
    if known or word.pinyin:
        return
    for text in (*one.symptoms, *one.words):
        if word.plain in together(text):
            yield Reason(word.written, Field.WORDS, _around(text, word.plain))
            return
    for field, known_codes, codes in (
        (Field.DISEASE, diseases(), one.diseases),
        (Field.SYNDROME, syndromes(), one.syndromes),
    ):
        for code in codes:
            if code in known_codes and word.plain in known_codes[code].zh:
                yield Reason(word.written, field, known_codes[code].zh)
                return


def _around(text: str, plain: str) -> str:
    """The clause of a text in which a word stands."""
    for mark in "，。；、":
        text = text.replace(mark, "，")
    return next((part for part in text.split("，") if plain in together(part)), text[:40])[:40]


def _name(plain: str, one: Searchable) -> str:
    for name in (one.name, *one.aliases):
        if plain.isascii():
            if any(spelled.startswith(plain) for spelled in _spelled(name)):
                return name
        elif plain in _plain(name):
            return name
    return ""


@lru_cache(maxsize=20_000)
def _spelled(name: str) -> tuple[str, ...]:
    return (*spell(name), *fold(name).split())


@lru_cache(maxsize=20_000)
def _plain(name: str) -> str:
    return together(name)


def weight(hit: Hit) -> float:
    """What the reasons of a hit weigh together: every word once, by the best field that answers it."""
    best: dict[str, float] = {}
    for reason in hit.reasons:
        weighs = _WEIGHTS[reason.field]
        if reason.field is Field.NAME:
            weighs += _exactness(reason.written, hit.formula)
        best[reason.written] = max(best.get(reason.written, 0.0), weighs)
    return sum(best.values())


def _exactness(plain: str, one: Searchable) -> float:
    """More for a name that is exactly the phrase or begins with it; the formula's own before others it goes by."""
    own = _spelled(one.name) if plain.isascii() else (_plain(one.name),)
    if plain in own:
        return _WHOLE_NAME
    if any(name.startswith(plain) for name in own):
        return _BEGINNING
    return 0.0

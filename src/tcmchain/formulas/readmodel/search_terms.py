"""What the full text index holds of a formula, and the questions put to it, as words that cannot be mistaken.

Chinese text is cut before it is indexed: ``桂枝汤`` becomes ``桂枝 枝汤`` and, apart, ``桂 枝 汤``. Herbs, codes and
symptoms are one word each (``h_guizhi``). A question is built of such words only, each in quotes, so that nothing that
a person types is ever read as the index's own language.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from tcmchain.formulas.model.query import Asked, Field, Meaning, Phrase, Searchable, Word
from tcmchain.formulas.model.query_words import fold, spell, together
from tcmchain.terms.herbs import HerbId, states_of
from tcmchain.terms.vocabulary import diseases, syndromes

EVERYTHING: Final = "all"
_MARKS: Final = {Field.HERB: "h_", Field.DISEASE: "d_", Field.SYNDROME: "y_", Field.SYMPTOM: "s_"}


def columns(one: Searchable) -> tuple[str, str, str, str]:
    """The columns ``name``, ``pinyin``, ``terms`` and ``words`` of a formula."""
    names = (one.name, *one.aliases)
    texts = (*one.words, *one.symptoms, one.book, *_named(one))
    return (
        " / ".join(cut(name) for name in names),
        " ".join(spelled for name in names for spelled in spell(name) if spelled),
        " ".join(_terms(one)),
        " / ".join(cut(text) for text in texts),
    )


def cut(text: str) -> str:
    """Pairs in their order, then a bar, then single letters; words in Latin letters stay whole."""
    pairs: list[str] = []
    singles: list[str] = []
    for piece in fold(text).split():
        if piece.isascii():
            pairs.append(piece)
            continue
        pairs += [piece[at : at + 2] for at in range(len(piece) - 1)]
        singles += piece
    return " ".join((*pairs, "/", *singles))


def _terms(one: Searchable) -> Iterator[str]:
    yield EVERYTHING
    for herb in one.herbs:
        yield term(Field.HERB, herb)
    for field, codes in ((Field.DISEASE, one.diseases), (Field.SYNDROME, one.syndromes)):
        for above in dict.fromkeys(upper for code in codes for upper in _upwards(code)):
            yield term(field, above)
    for symptom in one.symptoms:
        yield term(Field.SYMPTOM, symptom)


def _upwards(code: str) -> Iterator[str]:
    """A code and all that it belongs to: A04.01.02 lies in A04.01."""
    parts = code.rstrip(".").split(".")
    for length in range(len(parts), 0, -1):
        yield ".".join(parts[:length])


def _named(one: Searchable) -> Iterator[str]:
    for known, codes in ((diseases(), one.diseases), (syndromes(), one.syndromes)):
        for code in codes:
            if code in known:
                yield known[code].zh


def term(field: Field, key: str) -> str:
    """The word of the column ``terms`` that stands for a herb, a code or a symptom."""
    plain = key.rstrip(".").casefold() if field in (Field.DISEASE, Field.SYNDROME) else together(key)
    return f"{_MARKS[field]}{plain}"


def by_name(phrases: Iterable[Phrase]) -> str:
    """Formulas whose names hold one of the phrases whole; empty when there is none."""
    return " OR ".join(filter(None, (_in_name(phrase) for phrase in phrases)))


def all_words(phrases: Iterable[Phrase], *, strictly: bool) -> str:
    """Formulas that answer every phrase by its name or by all of its words, ``strictly`` the unknown ones too."""
    return _joined(" AND ", (_answered(phrase, strictly=strictly) for phrase in phrases))


def any_words(phrases: Iterable[Phrase]) -> str:
    """Formulas that answer one word at least."""
    return _joined(" OR ", (_word(word) for phrase in phrases for word in phrase.words))


def narrowed(question: str, asked: Asked) -> str:
    """A question within the herbs that must and must not be there."""
    found = question or quoted("terms", EVERYTHING)
    for herb in asked.having:
        found = f"({found}) AND {_any_state(herb)}"
    for herb in asked.lacking:
        found = f"({found}) NOT {_any_state(herb)}"
    return found


def quoted(column: str, *words: str) -> str:
    """Words one after the other in a column."""
    text = " ".join(words).replace('"', "")
    return f'{column} : "{text}"'


def _any_state(herb: HerbId) -> str:
    """A herb or what is made of it: who leaves out 甘草 leaves out 炙甘草 too."""
    states = [one.id for one in states_of(herb)] or [herb]
    return f"({' OR '.join(quoted('terms', term(Field.HERB, state)) for state in states)})"


def _answered(phrase: Phrase, *, strictly: bool) -> str:
    wanted = [word for word in phrase.words if word.meanings]
    if strictly or not wanted:
        wanted = list(phrase.words)
    return _joined(" OR ", (_in_name(phrase), _joined(" AND ", map(_word, wanted))))


def _in_name(phrase: Phrase) -> str:
    if not phrase.plain.isascii():
        return _text("name", phrase.plain)
    return f"pinyin : {_beginning(phrase.plain)}"


def _word(word: Word) -> str:
    meant = [quoted("terms", term(meaning.field, meaning.key)) for meaning in word.meanings]
    if word.pinyin:
        # A single letter begins half of all names and says nothing.
        spelled = [f"pinyin : {_beginning(word.plain)}"] if len(word.plain) > 1 else []
        return _joined(" OR ", [*spelled, *meant, quoted("words", word.plain)])
    if any(meaning.field is Field.HERB for meaning in word.meanings):
        return _joined(" OR ", meant)
    return _joined(" OR ", [*meant, _text("words", word.plain), _text("name", word.plain)])


def _beginning(start: str) -> str:
    return f'"{start.replace(chr(34), "")}" *'


def _text(column: str, plain: str) -> str:
    letters = plain.replace(" ", "")
    if len(letters) < 2:
        return quoted(column, letters) if letters else ""
    return quoted(column, *(letters[at : at + 2] for at in range(len(letters) - 1)))


def _joined(joint: str, parts: Iterable[str]) -> str:
    kept = [part for part in parts if part]
    return kept[0] if len(kept) == 1 else f"({joint.join(kept)})" if kept else ""


def meanings_answered(word: Word, one: Searchable) -> Iterator[Meaning]:
    """The meanings of a word that a formula has."""
    for meaning in word.meanings:
        held = {
            Field.HERB: one.herbs,
            Field.DISEASE: one.diseases,
            Field.SYNDROME: one.syndromes,
            Field.SYMPTOM: one.symptoms,
        }.get(meaning.field, ())
        coded = meaning.field in (Field.DISEASE, Field.SYNDROME)
        if any(key == meaning.key or (coded and key.startswith(f"{meaning.key.rstrip('.')}.")) for key in held):
            yield meaning

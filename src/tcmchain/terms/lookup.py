"""Find a herb or a form by whatever a person types: id, name, alias, Latin, English, pinyin or its initials."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, TypeVar

from pypinyin import lazy_pinyin
from rapidfuzz import fuzz

from tcmchain.terms.characters import simplify
from tcmchain.terms.errors import TermAmbiguous, TermMisspelt, TermUnknown
from tcmchain.terms.forms import Form, forms, forms_of
from tcmchain.terms.herbs import Herb, herbs, shared_names
from tcmchain.terms.tables import rows
from tcmchain.values import FormId

_T = TypeVar("_T", bound=Herb | Form)

_MOST_FORMS: Final = 200
_LIKE: Final = 60
"""Of a hundred, from where on a name looks like another."""


@dataclass(frozen=True, slots=True)
class _Keys:
    """What a term answers to, the surest first; a surer match hides the less sure ones.

    ``spelled`` holds all names and sounds, each after the end of a line, to be searched at once.
    """

    names: frozenset[str]
    pinyin: frozenset[str]
    initials: frozenset[str]
    spelled: str

    def levels(self) -> Iterator[frozenset[str]]:
        yield from (self.names, self.pinyin, self.initials)


def find(query: str) -> Herb:
    """The one herb that ``query`` names, whole and exactly; nothing is taken for another because it looks alike.

    Raises :class:`TermUnknown`, :class:`TermMisspelt` with suggestions where names are like it, or
    :class:`TermAmbiguous` with the choices where the field uses it for several herbs or several answer equally well.
    """
    wanted = _folded(query)
    wanted = _variants().get(wanted, wanted)
    if (meant := _shared().get(wanted)) is not None:
        raise _ambiguous(query, meant)
    return _the_one("herb", query, wanted, _herb_index())


def find_form(query: str) -> Form:
    """The one form that ``query`` names; raises as :func:`find` does."""
    return _the_one("form", query, _folded(query), _form_index())


def called(term: Herb | Form) -> str:
    """The name under which :func:`find` gives just this term: its own, unless the field shares that with others."""
    if isinstance(term, Form) or _folded(term.zh) not in _shared():
        return term.zh
    return next((alias for alias in term.aliases if _folded(alias) not in _shared()), term.zh)


def suggestions(query: str, limit: int = 5) -> tuple[str, ...]:
    """Names that look or sound like ``query``, the likest first: for a person to choose from, never to be accepted."""
    wanted = _folded(query)
    if not wanted:
        return ()
    sound = _folded(" ".join(lazy_pinyin(query)))
    scored: list[tuple[float, Herb]] = []
    for herb, name, spoken in _spellings():
        score = (fuzz.ratio(wanted, name) + fuzz.ratio(sound, spoken)) / 2
        if score >= _LIKE:
            scored.append((score, herb))
    scored.sort(key=lambda pair: -pair[0])
    return tuple(dict.fromkeys(called(herb) for _, herb in scored))[:limit]


def search(query: str, limit: int = 20) -> list[Herb | Form]:
    """Herbs and forms that fit ``query``, the best first: exact, then beginning with it, then holding it."""
    wanted = _folded(query)
    if not wanted:
        return []
    scored: list[tuple[int, Herb | Form]] = []
    known: tuple[tuple[Herb | Form, _Keys], ...] = (*_herb_keys(), *_form_keys())
    for term, keys in known:
        score = _score(wanted, keys)
        if score is not None:
            scored.append((score, term))
    scored.sort(key=lambda pair: pair[0])
    return [term for _, term in scored[:limit]]


def _the_one(kind: str, query: str, wanted: str, index: Sequence[dict[str, tuple[_T, ...]]]) -> _T:
    for level in index:
        hits = level.get(wanted, ())
        if len(hits) == 1:
            return hits[0]
        if hits:
            raise _ambiguous(query, hits)
    near = suggestions(query) if kind == "herb" else ()
    refusal = TermMisspelt if near else TermUnknown
    raise refusal(f"no {kind} {query!r}", kind=kind, query=query, suggestions=near)


def _ambiguous(query: str, meant: Iterable[Herb | Form]) -> TermAmbiguous:
    choices = tuple(called(term) for term in meant)
    return TermAmbiguous(f"{query!r} may mean {', '.join(choices)}", query=query, choices=choices)


def _score(wanted: str, keys: _Keys) -> int | None:
    if wanted in keys.spelled:
        if wanted in keys.names:
            return 0
        if wanted in keys.pinyin:
            return 1
        if f"\n{wanted}" in keys.spelled:
            return 2
    if wanted in keys.initials:
        return 3
    return 4 if wanted in keys.spelled else None


@cache
def _herb_keys() -> tuple[tuple[Herb, _Keys], ...]:
    return tuple(
        (
            herb,
            _keys(
                (herb.zh, herb.traditional, herb.latin, herb.en, *herb.aliases),
                (herb.id, herb.pinyin, *herb.alias_pinyin),
                (herb.pinyin, *herb.alias_pinyin),
            ),
        )
        for herb in herbs()
    )


@cache
def _form_keys() -> tuple[tuple[Form, _Keys], ...]:
    return tuple(
        (
            form,
            _keys((form.id, form.zh, form.en), (form.pinyin,), (form.pinyin,)),
        )
        for form in forms()
    )


def _keys(names: Iterable[str], sounds: Iterable[str], spoken: Iterable[str]) -> _Keys:
    named, sounding = _fold_all(names), _fold_all(sounds)
    return _Keys(named, sounding, frozenset(map(_initials, spoken)), "\n" + "\n".join(named | sounding))


def _indexed(table: Iterable[tuple[_T, _Keys]]) -> tuple[dict[str, tuple[_T, ...]], ...]:
    """For names, pinyin and initials, the terms that answer to each."""
    found: tuple[dict[str, tuple[_T, ...]], ...] = ({}, {}, {})
    for term, keys in table:
        for place, words in enumerate(keys.levels()):
            for word in words:
                found[place][word] = (*found[place].get(word, ()), term)
    return found


@cache
def _herb_index() -> tuple[dict[str, tuple[Herb, ...]], ...]:
    return _indexed(_herb_keys())


@cache
def _form_index() -> tuple[dict[str, tuple[Form, ...]], ...]:
    return _indexed(_form_keys())


@cache
def _shared() -> dict[str, tuple[Herb, ...]]:
    """The names of several herbs; a shared sound also means every other herb that sounds so."""
    by_sound = _herb_index()[1]
    return {
        folded: tuple(dict.fromkeys((*meant, *by_sound.get(folded, ()))))
        for name, meant in shared_names().items()
        if (folded := _folded(name))
    }


@cache
def _variants() -> dict[str, str]:
    """Other writings of whole names, by the name meant."""
    return {_folded(row["variant"]): _folded(row["name"]) for row in rows("variants")}


@cache
def _spellings() -> tuple[tuple[Herb, str, str], ...]:
    """Every Chinese name of a herb, folded, with its sound."""
    return tuple(
        (herb, _folded(name), _folded(sound))
        for herb in herbs()
        for name, sound in zip((herb.zh, *herb.aliases), (herb.pinyin, *herb.alias_pinyin), strict=True)
    )


def _fold_all(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(_folded(text) for text in texts if text)


def _initials(pinyin: str) -> str:
    return "".join(_folded(syllable)[:1] for syllable in pinyin.split())


def _folded(text: str) -> str:
    """One spelling for what people write differently: width, case, tones, spaces, traditional characters."""
    decomposed = unicodedata.normalize("NFKD", simplify(text.casefold()))
    return "".join(letter for letter in decomposed if letter.isalnum())


def find_forms(text: str) -> list[FormId]:
    """The forms that a text means: a form's own name, or all forms of a herb; at most some two hundred."""
    found: dict[FormId, None] = {}
    for term in search(text, limit=len(herbs()) + len(forms())):
        if len(found) >= _MOST_FORMS:
            break
        for form in (term,) if isinstance(term, Form) else forms_of(term.id):
            found[form.id] = None
    return list(found)

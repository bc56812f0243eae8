"""Find a herb or a form by whatever a person types: id, name, alias, Latin, English, pinyin or its initials."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

from tcmchain.terms.errors import TermAmbiguous, TermUnknown
from tcmchain.terms.forms import Form, forms, forms_of
from tcmchain.terms.herbs import Herb, herbs, shared_names
from tcmchain.values import FormId

_T = TypeVar("_T", Herb, Form)


@dataclass(frozen=True, slots=True)
class _Keys:
    """What a term answers to, the surest first; a surer match hides the less sure ones."""

    names: frozenset[str]
    pinyin: frozenset[str]
    initials: frozenset[str]

    def levels(self) -> Iterator[frozenset[str]]:
        yield from (self.names, self.pinyin, self.initials)


def find(query: str) -> Herb:
    """The one herb that ``query`` names.

    Raises :class:`TermUnknown`, or :class:`TermAmbiguous` with the choices where several herbs answer equally well.
    """
    wanted = _folded(query)
    for name, meant in shared_names().items():
        if _folded(name) == wanted:
            raise _ambiguous(query, meant)
    return _the_one("herb", query, _herb_keys())


def find_form(query: str) -> Form:
    """The one form that ``query`` names; raises as :func:`find` does."""
    return _the_one("form", query, _form_keys())


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


def _the_one(kind: str, query: str, table: Sequence[tuple[_T, _Keys]]) -> _T:
    wanted = _folded(query)
    for level in range(3):
        hits = [term for term, keys in table if wanted in tuple(keys.levels())[level]]
        if len(hits) == 1:
            return hits[0]
        if hits:
            raise _ambiguous(query, hits)
    raise TermUnknown(f"no {kind} {query!r}", kind=kind, query=query)


def _ambiguous(query: str, meant: Iterable[Herb | Form]) -> TermAmbiguous:
    choices = tuple(term.zh for term in meant)
    return TermAmbiguous(f"{query!r} may mean {', '.join(choices)}", query=query, choices=choices)


def _score(wanted: str, keys: _Keys) -> int | None:
    if wanted in keys.names:
        return 0
    if wanted in keys.pinyin:
        return 1
    spelled = keys.names | keys.pinyin
    if any(key.startswith(wanted) for key in spelled):
        return 2
    if wanted in keys.initials:
        return 3
    if any(wanted in key for key in spelled):
        return 4
    return None


@cache
def _herb_keys() -> tuple[tuple[Herb, _Keys], ...]:
    return tuple(
        (
            herb,
            _Keys(
                names=_fold_all((herb.id, herb.zh, herb.traditional, herb.latin, herb.en, *herb.aliases)),
                pinyin=_fold_all((herb.pinyin, *herb.alias_pinyin)),
                initials=frozenset(_initials(text) for text in (herb.pinyin, *herb.alias_pinyin)),
            ),
        )
        for herb in herbs()
    )


@cache
def _form_keys() -> tuple[tuple[Form, _Keys], ...]:
    return tuple(
        (
            form,
            _Keys(
                names=_fold_all((form.id, form.zh, form.en)),
                pinyin=_fold_all((form.pinyin,)),
                initials=frozenset({_initials(form.pinyin)}),
            ),
        )
        for form in forms()
    )


def _fold_all(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(_folded(text) for text in texts if text)


def _initials(pinyin: str) -> str:
    return "".join(_folded(syllable)[:1] for syllable in pinyin.split())


def _folded(text: str) -> str:
    """One spelling for what people write differently: width, case, tones, spaces, traditional characters."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_simplified()))
    return "".join(letter for letter in decomposed if letter.isalnum())


@cache
def _simplified() -> dict[int, str]:
    return {
        ord(traditional): simple
        for herb in herbs()
        for traditional, simple in zip(herb.traditional, herb.zh, strict=True)
        if traditional != simple
    }


def find_forms(text: str) -> list[FormId]:
    """The forms that a text means: a form's own name, or all forms of a herb."""
    found: dict[FormId, None] = {}
    for term in search(text, limit=50):
        for form in (term,) if isinstance(term, Form) else forms_of(term.id):
            found[form.id] = None
    return list(found)

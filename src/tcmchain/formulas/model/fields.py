"""Read fields out of JSON that a stranger wrote."""

import json
import unicodedata
from collections.abc import Callable
from typing import Final, Never, TypeVar, cast

from tcmchain.formulas.model.errors import DocumentTooLarge, DocumentUnreadable
from tcmchain.values import Hash32, is_hash32

_T = TypeVar("_T")
_REFUSED: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


class Fields:
    """The fields of one JSON object, each to be taken once; ``where`` names it in errors."""

    def __init__(self, value: object, where: str) -> None:
        if not isinstance(value, dict):
            refuse(where, "no object")
        self._fields = dict(cast(dict[str, object], value))
        self._where = where

    def text(self, name: str, most: int, *, least: int = 0, lines: bool = False) -> str:
        """A text of so many letters, composed (NFC), trimmed, and without control characters."""
        value = self._take(name)
        if not isinstance(value, str):
            refuse(self._at(name), "no text")
        return check_text(value, self._at(name), most, least=least, lines=lines)

    def maybe_text(self, name: str, most: int) -> str | None:
        """A text, or null."""
        value = self._take(name)
        if value is None:
            return None
        if not isinstance(value, str):
            refuse(self._at(name), "no text")
        return check_text(value, self._at(name), most, least=1)

    def texts(self, name: str, most: int, letters: int) -> tuple[str, ...]:
        """Up to ``most`` texts, none of them empty, none twice."""
        found = self.objects(name, most)
        texts: list[str] = []
        for value in found:
            if not isinstance(value, str):
                refuse(self._at(name), "no text")
            texts.append(check_text(value, self._at(name), letters, least=1))
        if len(set(texts)) != len(texts):
            refuse(self._at(name), "stands twice")
        return tuple(texts)

    def objects(self, name: str, most: int, *, least: int = 0) -> list[object]:
        """A list with so many entries, unread."""
        value = self._take(name)
        if not isinstance(value, list):
            refuse(self._at(name), "no list")
        if not least <= len(value) <= most:
            refuse(self._at(name), f"from {least} to {most} entries")
        return cast(list[object], value)

    def maybe_number(self, name: str, least: int, most: int) -> int | None:
        """A whole number within bounds, or null."""
        value = self._take(name)
        if value is None:
            return None
        if type(value) is not int or not least <= value <= most:
            refuse(self._at(name), f"no whole number from {least} to {most}")
        return value

    def maybe_hash(self, name: str) -> Hash32 | None:
        """A hash in its one spelling, or null."""
        value = self._take(name)
        if value is None:
            return None
        if not isinstance(value, str) or not is_hash32(value):
            refuse(self._at(name), "no hash")
        return Hash32(value)

    def choice(self, name: str, choices: dict[str, _T]) -> _T:
        """One of a few words."""
        value = self._take(name)
        if not isinstance(value, str) or value not in choices:
            refuse(self._at(name), f"none of {', '.join(choices)}")
        return choices[value]

    def maybe(self, name: str, read: Callable[[object, str], _T]) -> _T | None:
        """Something that is read further, or null."""
        value = self._take(name)
        return None if value is None else read(value, self._at(name))

    def one(self, name: str, read: Callable[[object, str], _T]) -> _T:
        """Something that is read further."""
        return read(self._take(name), self._at(name))

    def end(self) -> None:
        """Refuse what was not taken."""
        if self._fields:
            refuse(self._at(next(iter(self._fields))[:40]), "unknown field")

    def _take(self, name: str) -> object:
        if name not in self._fields:
            refuse(self._at(name), "missing")
        return self._fields.pop(name)

    def _at(self, name: str) -> str:
        return f"{self._where}.{name}" if self._where else name


def parse(raw: bytes, most: int) -> object:
    """The JSON in ``raw``: UTF-8, whole numbers only, no name twice.

    Raises ``DocumentTooLarge``, ``DocumentUnreadable``.
    """
    if len(raw) > most:
        raise DocumentTooLarge(limit=most, given=len(raw))
    try:
        return json.loads(raw.decode(), object_pairs_hook=_pairs, parse_float=_refused, parse_constant=_refused)
    except (ValueError, RecursionError):
        refuse("", "no JSON")


def write(value: object) -> bytes:
    """JSON in its one spelling: names in order, no spaces, UTF-8."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def check_text(value: str, where: str, most: int, *, least: int = 0, lines: bool = False) -> str:
    """The same text where it is as documents have it; raises ``DocumentUnreadable``."""
    if not least <= len(value) <= most:
        refuse(where, f"from {least} to {most} letters")
    plain = value.replace("\n", "") if lines else value
    if not plain.isprintable() and any(unicodedata.category(letter) in _REFUSED for letter in plain):
        refuse(where, "a control character")
    if value != value.strip() or not unicodedata.is_normalized("NFC", value):
        refuse(where, "spaces around it, or letters that are not composed")
    return value


def refuse(where: str, reason: str) -> Never:
    """Raise ``DocumentUnreadable``."""
    raise DocumentUnreadable(where=where, reason=reason)


def _pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _refused(text: str) -> Never:
    raise ValueError(text)

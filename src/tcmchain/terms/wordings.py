"""Wordings of old books and of patients, each with the terms that say the same today."""

from collections.abc import Mapping
from functools import cache

from tcmchain.terms.tables import rows


@cache
def wordings() -> Mapping[str, tuple[str, ...]]:
    """The terms of every wording (不得眠: 失眠, 不寐), all in the characters of today."""
    return {row["wording"]: tuple(row["terms"].split("|")) for row in rows("wordings")}


def meanings(text: str) -> Mapping[str, tuple[str, ...]]:
    """The wordings that stand in ``text`` (in the characters of today), also one within another, with their terms."""
    found = {wording for at in range(len(text)) for wording in _starting(text, at)}
    return {wording: wordings()[wording] for wording in sorted(found, key=lambda one: (text.index(one), len(one)))}


def _starting(text: str, at: int) -> list[str]:
    return [wording for wording in _by_first().get(text[at], ()) if text.startswith(wording, at)]


@cache
def _by_first() -> Mapping[str, tuple[str, ...]]:
    first: dict[str, list[str]] = {}
    for wording in wordings():
        first.setdefault(wording[0], []).append(wording)
    return {letter: tuple(found) for letter, found in first.items()}

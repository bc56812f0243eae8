"""What lies in the store that can be erased: texts of reviews with their names, and reports of harm."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from tcmchain.reviews.model.errors import ReviewTextInvalid
from tcmchain.reviews.model.names import ShownName
from tcmchain.values import Hash32, is_hash32

REVIEW: Final = "tcmchain.review.1"
HARM: Final = "tcmchain.harm.1"
EFFECTS: Final = ("helped", "unsure", "harm")
LONGEST: Final = 2_000
_LONGEST_NAME: Final = 60
_MOST_HERBS: Final = 40
_HERB: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")


@dataclass(frozen=True, slots=True)
class ReviewText:
    """A name as the patient wants it shown, words, and what single herbs did."""

    name: ShownName
    words: str
    herbs: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class HarmText:
    """What happened, since when, and what was done."""

    words: str
    began: str
    done: str


def read_any(text: Mapping[str, Any]) -> ReviewText | HarmText:
    """A text of this slice; raises ``ReviewTextInvalid``."""
    return read_harm(text) if text.get("schema") == HARM else read_review(text)


def read_review(text: Mapping[str, Any]) -> ReviewText:
    """``{schema, salt, name, full, name_salt, name_other, words, herbs: [{herb, effect}]}``."""
    _exactly(text, {"schema", "salt", "name", "full", "name_salt", "name_other", "words", "herbs"})
    if text["schema"] != REVIEW:
        raise ReviewTextInvalid(field="schema")
    if not isinstance(text["full"], bool):
        raise ReviewTextInvalid(field="full")
    name = _words(text, "name", 1, _LONGEST_NAME)
    shown = ShownName(name, text["full"], _hash(text, "name_salt"), _hash(text, "name_other"))
    return ReviewText(shown, _words(text, "words", 0, LONGEST), _herbs(text["herbs"]))


def read_harm(text: Mapping[str, Any]) -> HarmText:
    """``{schema, salt, words, began, done}``; ``began`` is a day as YYYY-MM-DD or empty."""
    _exactly(text, {"schema", "salt", "words", "began", "done"})
    began = _words(text, "began", 0, 10)
    if began and re.fullmatch(r"\d{4}-\d{2}-\d{2}", began) is None:
        raise ReviewTextInvalid(field="began")
    return HarmText(_words(text, "words", 1, LONGEST), began, _words(text, "done", 0, LONGEST))


def write_review(name: ShownName, words: str, herbs: Mapping[str, str], salt: Hash32) -> dict[str, Any]:
    """The JSON of a review's text."""
    return {
        "schema": REVIEW,
        "salt": salt,
        "name": name.shown,
        "full": name.full,
        "name_salt": name.salt,
        "name_other": name.other,
        "words": words,
        "herbs": [{"herb": herb, "effect": effect} for herb, effect in sorted(herbs.items())],
    }


def write_harm(words: str, salt: Hash32, began: str = "", done: str = "") -> dict[str, Any]:
    """The JSON of a report of harm."""
    return {"schema": HARM, "salt": salt, "words": words, "began": began, "done": done}


def _herbs(found: Any) -> dict[str, str]:
    if not isinstance(found, list) or len(found) > _MOST_HERBS:
        raise ReviewTextInvalid(field="herbs")
    herbs: dict[str, str] = {}
    for one in found:
        if not isinstance(one, Mapping) or set(one) != {"herb", "effect"} or one["effect"] not in EFFECTS:
            raise ReviewTextInvalid(field="herbs")
        herb = one["herb"]
        if not isinstance(herb, str) or _HERB.fullmatch(herb) is None or herb in herbs:
            raise ReviewTextInvalid(field="herbs")
        herbs[herb] = one["effect"]
    return herbs


def _exactly(text: Mapping[str, Any], fields: set[str]) -> None:
    astray = sorted(set(text) ^ fields)
    if astray:
        raise ReviewTextInvalid(field=astray[0])


def _words(text: Mapping[str, Any], field: str, least: int, most: int) -> str:
    found = text[field]
    if not isinstance(found, str) or not least <= len(found.strip()) <= most or len(found) > most:
        raise ReviewTextInvalid(field=field)
    return found


def _hash(text: Mapping[str, Any], field: str) -> Hash32:
    found = text[field]
    if not isinstance(found, str) or not is_hash32(found):
        raise ReviewTextInvalid(field=field)
    return Hash32(found)

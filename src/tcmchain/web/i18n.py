"""Chinese first, English by a gettext catalogue whose message ids are the Chinese sentences.

Names of herbs, places and members are data in both languages and are not translated here.
"""

import gettext
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Literal

from starlette.requests import HTTPConnection

Language = Literal["zh", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("zh", "en")
COOKIE: Final = "tcmchain_lang"
LOCALE: Final = Path(__file__).parent / "locale"

Translate = Callable[..., str]
"""``_("第 %(n)s 页", n=2)``: the sentence in the reader's language with its values."""


def N_(msgid: str) -> str:  # noqa: N802
    """Mark a sentence for translation that is looked up later."""
    return msgid


def language_of(connection: HTTPConnection) -> Language:
    """The reader's language: ``?lang=``, else the cookie, else ``Accept-Language``, else Chinese."""
    for wanted in (connection.query_params.get("lang"), connection.cookies.get(COOKIE)):
        if wanted in LANGUAGES:
            return wanted
    return _accepted(connection.headers.get("accept-language", ""))


@lru_cache(maxsize=256)
def _accepted(header: str) -> Language:
    wishes: list[tuple[float, Language]] = []
    for part in header.split(",")[:20]:
        tag, _, quality = part.strip().partition(";q=")
        language = tag.lower().split("-")[0]
        if language in LANGUAGES:
            wishes.append((_weight(quality), language))
    best = max(wishes, key=lambda wish: wish[0], default=(1.0, LANGUAGES[0]))
    return best[1] if best[0] > 0 else LANGUAGES[0]


def _weight(quality: str) -> float:
    try:
        return float(quality or 1)
    except ValueError:
        return 0.0


@lru_cache(maxsize=len(LANGUAGES))
def translator(language: Language) -> Translate:
    """What turns a Chinese sentence into the language's own."""
    catalogue: gettext.NullTranslations = gettext.NullTranslations()
    if language != LANGUAGES[0]:
        catalogue = gettext.translation("tcmchain", LOCALE, [language], fallback=True)

    def translate(msgid: str, **values: Any) -> str:
        text = catalogue.gettext(msgid) if msgid else ""
        return text % values if values else text

    return translate

"""What a person is told when something goes wrong: one sentence a code, in both languages.

Each slice keeps its own in ``templates/sentences.json``: ``{code: {"zh": …, "en": …}}``. Places such as
``{held:mass}`` take the error's details; the word after the colon names a format given to :class:`Sentences`.
"""

import json
import string
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from tcmchain.errors import TcmChainError
from tcmchain.web.i18n import Language

Format = Callable[[Any], str]

FILE: Final = "sentences.json"


class Sentences:
    """All sentences of a node."""

    def __init__(self, folders: Iterable[Path], formats: Mapping[str, Format] | None = None) -> None:
        self._texts: dict[str, Mapping[str, str]] = {}
        for folder in folders:
            file = folder / FILE
            if file.exists():
                self._texts.update(json.loads(file.read_text(encoding="utf-8")))
        self._formatter = _Formatter(formats or {})

    def codes(self) -> set[str]:
        """Codes that have a sentence of their own."""
        return set(self._texts)

    def of(self, error: TcmChainError, language: Language) -> str:
        """The sentence of an error; that of its family when its code has none."""
        for kind in type(error).__mro__:
            code = getattr(kind, "code", None)
            if code in self._texts:
                return self.text(code, language, error.details)
        return self.text("error", language, {})

    def text(self, code: str, language: Language, details: Mapping[str, Any]) -> str:
        """The sentence of a code."""
        return self._formatter.vformat(self._texts[code][language], (), _Details(details))


class _Details(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "—"


class _Formatter(string.Formatter):
    def __init__(self, formats: Mapping[str, Format]) -> None:
        self._formats = formats

    def get_value(self, key: int | str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:  # noqa: ARG002
        return kwargs[str(key)]

    def format_field(self, value: Any, format_spec: str) -> str:
        chosen = self._formats.get(format_spec)
        if chosen is None or value == "—":
            return str(value)
        try:
            return chosen(value)
        except (ValueError, TypeError, KeyError):
            return str(value)

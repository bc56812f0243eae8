"""How a member presents itself: the JSON text that is voted on with its admission."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from tcmchain.gs1.check import is_gln

_LONGEST: Final = 4096


@dataclass(frozen=True, slots=True)
class Profile:
    """Names and place; ``place`` is a code of GB/T 2260, ``lon`` and ``lat`` are degrees of WGS 84.

    ``gln`` is the member's Global Location Number of GS1: thirteen digits, or empty.
    """

    name_zh: str
    name_en: str = ""
    place: str = ""
    address_zh: str = ""
    address_en: str = ""
    lon: float | None = None
    lat: float | None = None
    gln: str = ""

    def name(self, language: str) -> str:
        """The name in a language, the Chinese one when there is no other."""
        return self.name_en or self.name_zh if language.startswith("en") else self.name_zh

    def write(self) -> str:
        """The text as it goes on the chain: compact JSON with sorted keys, empty fields left out."""
        fields = {name: getattr(self, name) for name in self.__dataclass_fields__}
        kept = {name: value for name, value in fields.items() if value not in ("", None)}
        return json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def profile_of(fields: Mapping[str, Any]) -> Profile:
    """Read fields that may hold anything; what is no profile's is left out."""

    def text(name: str) -> str:
        value = fields.get(name, "")
        return _plain(value) if isinstance(value, str) else ""

    def degrees(name: str, most: float) -> float | None:
        value = fields.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        return float(value) if abs(value) <= most else None

    return Profile(
        name_zh=text("name_zh") or text("name_en"),
        name_en=text("name_en"),
        place=text("place"),
        address_zh=text("address_zh"),
        address_en=text("address_en"),
        lon=degrees("lon", 180),
        lat=degrees("lat", 90),
        gln=text("gln") if is_gln(text("gln")) else "",
    )


def read_profile(text: str) -> Profile:
    """Read what stands on the chain; text that is no JSON object is a name."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    return profile_of(found) if isinstance(found, dict) else Profile(_plain(text))


def _plain(text: str) -> str:
    """Text that every database takes: JSON may hold zeros and halves of characters."""
    return text.replace("\0", "").encode(errors="replace").decode().strip()[:_LONGEST]

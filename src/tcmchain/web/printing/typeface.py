"""The one typeface that is printed with, and what it has.

Noto Sans SC (SIL Open Font License 1.1), cut to GB 2312, Big5, Latin, Greek and Cyrillic, and what the term tables and
names of herbs need beyond them. A character that it lacks is refused by name, or spelled out where others wrote the
text: on paper a blank box would pass unseen.
"""

import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from tcmchain.errors import Invalid

FILE: Final = Path(__file__).parent / "fonts" / "noto-sans-sc.woff"


class GlyphMissing(Invalid):
    """The typeface has no such character: ``character``, ``number`` (``U+…``), ``text`` that it stands in."""

    code = "print-glyph-missing"


@cache
def covered() -> frozenset[int]:
    """Code points of the characters that can be printed."""
    # imported when something is printed: it is slow to load
    from fpdf import FPDF
    from fpdf.fonts import TTFFont

    reader = FPDF()
    reader.add_font("noto", "", FILE)
    font = reader.fonts["noto"]
    return frozenset(font.cmap) if isinstance(font, TTFFont) else frozenset()


@lru_cache(maxsize=4096)
def printable(text: str) -> str:
    """``text`` composed (NFC), with every kind of space as a plain one; raises :class:`GlyphMissing`."""
    found = _composed(text)
    glyphs = covered()
    for letter in found:
        if ord(letter) not in glyphs:
            raise GlyphMissing(character=letter, number=f"U+{ord(letter):04X}", text=text[:80])
    return found


@lru_cache(maxsize=4096)
def spelled_out(text: str) -> str:
    """The same, with the number of what the typeface lacks in its place, as ``[U+1F600]``."""
    glyphs = covered()
    return "".join(letter if ord(letter) in glyphs else f"[U+{ord(letter):04X}]" for letter in _composed(text))


def _composed(text: str) -> str:
    return "".join(" " if letter.isspace() else letter for letter in unicodedata.normalize("NFC", text))

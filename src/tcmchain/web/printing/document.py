"""A document for paper: text, rules, panels and QR codes at places in millimetres from the upper left corner."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

import segno

from tcmchain.web.i18n import Language
from tcmchain.web.printing.typeface import FILE, printable, spelled_out

Colour = tuple[int, int, int]

INK: Final[Colour] = (16, 36, 31)
FAINT: Final[Colour] = (92, 107, 102)
BRAND: Final[Colour] = (12, 92, 82)
LINE: Final[Colour] = (205, 214, 210)
TINT: Final[Colour] = (236, 244, 241)
ALARM: Final[Colour] = (163, 38, 28)

A4: Final = (210.0, 297.0)
QUIET: Final = 4
"""Modules of white around a QR code (ISO/IEC 18004, 9.1)."""

_FACE: Final = "noto"
_POINT: Final = 25.4 / 72
_WORDS: Final = re.compile(r"[!-~À-ɏ]+ ?|.")


class Document:
    """Pages of one size. Every text goes through :func:`printable`, so none can lack a character.

    With ``spell`` it is :func:`spelled_out`: nobody keeps a document from being printed by what he states in it.
    """

    def __init__(
        self, size: tuple[float, float], title: str, language: Language = "zh", *, spell: bool = False
    ) -> None:
        # the library takes a fifth of a command's start, and few commands print
        from tcmchain.web.printing.paper import Paper

        self.width, self.height = size
        self._shown = spelled_out if spell else printable
        self._footer: Callable[[int], None] | None = None
        self._pdf = Paper(size, self._end_page)
        self._pdf.set_auto_page_break(False)
        self._pdf.set_margin(0)
        self._pdf.c_margin = 0
        self._pdf.set_title(self._shown(title))
        self._pdf.set_lang("zh-CN" if language == "zh" else "en")
        self._pdf.set_creator("TCM Chain")
        self._pdf.set_creation_date(datetime.now(UTC))
        self._pdf.add_font(_FACE, "", FILE)
        self._widths: Mapping[int, float] = self._pdf.fonts[_FACE].cw  # type: ignore[assignment]

    def page(self) -> None:
        """Begin a page."""
        self._pdf.add_page()

    def each_page(self, draw: Callable[[int], None]) -> None:
        """Have ``draw`` called at the end of every page with the page's number."""
        self._footer = draw

    def _end_page(self) -> None:
        if self._footer is not None:
            self._footer(self._pdf.page_no())

    def text(self, x: float, y: float, text: str, size: float, colour: Colour = INK) -> None:
        """Write one line with its baseline at ``y``; ``size`` in points. Raises ``GlyphMissing``."""
        shown = self._shown(text).rstrip()
        if not shown:
            return
        self._pdf.set_font(_FACE, "", size)
        self._pdf.set_text_color(*colour)
        self._pdf.text(x, y, shown)

    def heavy(self, x: float, y: float, text: str, size: float, colour: Colour = INK) -> None:
        """Write one line in bold: the strokes of the one weight there is, outlined."""
        with self._pdf.local_context(text_mode="FILL_STROKE", line_width=size * _POINT / 32, draw_color=colour):
            self.text(x, y, text, size, colour)

    def measure(self, text: str, size: float) -> float:
        """How wide a line would be, in millimetres. Raises ``GlyphMissing``."""
        return sum(map(self._widths.__getitem__, map(ord, self._shown(text)))) * size * _POINT / 1000

    def broken(self, text: str, size: float, width: float) -> list[str]:
        """The lines that ``text`` takes within ``width``: between words, in Chinese anywhere."""
        lines = [""]
        for word in _WORDS.findall(self._shown(text)):
            if self.measure((lines[-1] + word).rstrip(), size) <= width:
                lines[-1] += word
                continue
            for piece in [word] if self.measure(word.rstrip(), size) <= width else word:
                fits = self.measure((lines[-1] + piece).rstrip(), size) <= width
                lines = [*lines[:-1], lines[-1] + piece] if fits and piece != word else [*lines, piece]
        return [line.strip() for line in lines if line.strip()]

    def paragraph(
        self, x: float, y: float, text: str, size: float, width: float, colour: Colour = INK, leading: float = 1.45
    ) -> float:
        """Write lines as they break, the first baseline at ``y``; gives the baseline after the last."""
        for line in self.broken(text, size, width):
            self.text(x, y, line, size, colour)
            y += size * _POINT * leading
        return y

    def rule(self, x: float, y: float, to_x: float, to_y: float, colour: Colour = LINE, width: float = 0.2) -> None:
        """Draw a line."""
        self._pdf.set_draw_color(*colour)
        self._pdf.set_line_width(width)
        self._pdf.line(x, y, to_x, to_y)

    def panel(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        fill: Colour | None = None,
        edge: Colour | None = LINE,
        dashed: bool = False,
    ) -> None:
        """Draw a box."""
        if fill is not None:
            self._pdf.set_fill_color(*fill)
        if edge is not None:
            self._pdf.set_draw_color(*edge)
            self._pdf.set_line_width(0.2)
        if dashed:
            self._pdf.set_dash_pattern(0.8, 0.8)
        style = ("F" if fill is not None else "") + ("D" if edge is not None else "")
        self._pdf.rect(x, y, width, height, style=style)
        if dashed:
            self._pdf.set_dash_pattern()

    def dot(self, x: float, y: float, radius: float, fill: Colour) -> None:
        """Draw a disc around a point."""
        self._pdf.set_fill_color(*fill)
        self._pdf.ellipse(x - radius, y - radius, 2 * radius, 2 * radius, style="F")

    def qr(self, x: float, y: float, side: float, text: str, error: str = "m") -> None:
        """Draw a QR code (ISO/IEC 18004) as one path, black on white, its quiet zone within ``side``."""
        self.panel(x, y, side, side, fill=(255, 255, 255), edge=None)
        count, path = _modules(text, error)
        # one unit is a module, the first row on top
        module = side / (count + 2 * QUIET) / _POINT
        left = x / _POINT + QUIET * module
        top = (self.height - y) / _POINT - QUIET * module
        self._pdf.raw(f"q {module:.5f} 0 0 {-module:.5f} {left:.4f} {top:.4f} cm 0 g {path} f Q")

    def bytes(self) -> bytes:
        """The finished file."""
        return bytes(self._pdf.output())


@lru_cache(maxsize=256)
def _modules(text: str, error: str) -> tuple[int, str]:
    """How many modules a side has, and a rectangle for every run of dark ones."""
    stem = text.rpartition("/")[0]
    code = segno.make(text, error=error, mask=_mask(stem, len(text) - len(stem), error), micro=False)
    parts: list[str] = []
    for y, row in enumerate(code.matrix):
        x = 0
        while x < len(row):
            start = x
            while x < len(row) and row[x]:
                x += 1
            if x > start:
                parts.append(f"{start} {y} {x - start} 1 re")
            x += 1
    return len(code.matrix), " ".join(parts)


@lru_cache(maxsize=64)
def _mask(stem: str, rest: int, error: str) -> int:
    """The data mask (ISO/IEC 18004, 7.8) that suits addresses with the same stem and length.

    To weigh all eight masks takes six times as long as all else; most of a series' symbols is their common stem.
    """
    sample = segno.make(stem + "/6Q8F2K7M91XD"[:rest].ljust(rest, "0"), error=error, micro=False)
    return int(sample.mask)

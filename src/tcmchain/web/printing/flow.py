"""Text that flows down the pages of a document, one block under the other."""

from collections.abc import Sequence
from typing import Final

from tcmchain.web.printing.document import ALARM, BRAND, FAINT, INK, LINE, TINT, Colour, Document

MARGIN: Final = 18.0
_FOOT: Final = 20.0
_POINT: Final = 25.4 / 72


class Flow:
    """A column between margins; whatever does not fit begins a page."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.left = MARGIN
        self.width = document.width - 2 * MARGIN
        document.page()
        self.y = MARGIN

    def need(self, height: float) -> None:
        """Begin a page when less than ``height`` is left of this one."""
        if self.y + height > self.document.height - _FOOT:
            self.document.page()
            self.y = MARGIN

    def gap(self, height: float) -> None:
        """Leave room."""
        self.y += height

    def heading(self, text: str, aside: str = "") -> None:
        """Begin a part of the document; its first lines stay with it."""
        self.need(24)
        self.gap(5)
        self.document.heavy(self.left, self.y + 4, text, 12.5, BRAND)
        if aside:
            width = self.document.measure(aside, 8.5)
            self.document.text(self.left + self.width - width, self.y + 4, aside, 8.5, FAINT)
        self.document.rule(self.left, self.y + 6.2, self.left + self.width, self.y + 6.2)
        self.gap(8)

    def paragraph(
        self, text: str, size: float = 9.5, colour: Colour = INK, indent: float = 0, width: float | None = None
    ) -> None:
        """Write a text, over pages if need be."""
        line = size * _POINT * 1.5
        for part in self.document.broken(text, size, (width or self.width) - indent):
            self.need(line)
            self.document.text(self.left + indent, self.y + size * _POINT, part, size, colour)
            self.gap(line)

    def note(self, text: str, alarm: bool = False) -> None:
        """Write a text in a box of its own."""
        colour = ALARM if alarm else INK
        lines = self.document.broken(text, 9.5, self.width - 8)
        height = len(lines) * 5.0 + 4
        self.need(height + 2)
        fill = (251, 236, 233) if alarm else TINT
        self.document.panel(self.left, self.y, self.width, height, fill=fill, edge=None)
        for number, line in enumerate(lines):
            self.document.text(self.left + 4, self.y + 5.4 + number * 5.0, line, 9.5, colour)
        self.gap(height + 2)

    def pairs(self, pairs: Sequence[tuple[str, str]], columns: int = 4, width: float | None = None) -> None:
        """Write names above their values, several beside each other."""
        cell = (width or self.width) / columns
        for first in range(0, len(pairs), columns):
            row = pairs[first : first + columns]
            values = [self.document.broken(value, 9.5, cell - 3) for _, value in row]
            height = 5 + 4.6 * max(map(len, values), default=0) + 2
            self.need(height)
            for column, ((name, _), lines) in enumerate(zip(row, values, strict=True)):
                x = self.left + column * cell
                self.document.text(x, self.y + 3, name, 7.5, FAINT)
                for number, line in enumerate(lines):
                    self.document.text(x, self.y + 7.4 + number * 4.6, line, 9.5)
            self.gap(height)

    def columns(self, cells: Sequence[str], shares: Sequence[float], size: float = 8.5, colour: Colour = INK) -> None:
        """Write a row of a table; ``shares`` of the width add up to one."""
        widths = [share * self.width for share in shares]
        broken = [self.document.broken(cell, size, w - 2) for cell, w in zip(cells, widths, strict=True)]
        line = size * _POINT * 1.4
        height = max(map(len, broken), default=1) * line + 1.6
        self.need(height)
        x = self.left
        for lines, width in zip(broken, widths, strict=True):
            for number, text in enumerate(lines):
                self.document.text(x, self.y + size * _POINT + 0.6 + number * line, text, size, colour)
            x += width
        self.gap(height)
        self.document.rule(self.left, self.y, self.left + self.width, self.y, LINE, 0.1)

"""Sheets and rolls of labels: each a QR code of an address, and the same in words for people."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tcmchain.errors import Invalid
from tcmchain.web.i18n import N_, Language
from tcmchain.web.printing.document import A4, FAINT, INK, LINE, Document

Told = Callable[[int], None]
"""Told how many labels are drawn."""

MOST_LABELS: Final = 100_000
_POINT: Final = 25.4 / 72
_EVERY: Final = 100
_LEAST: Final = 2.5


class NoLabels(Invalid):
    """There is nothing to print."""

    code = "print-no-labels"


class PaperUnknown(Invalid):
    """There are no labels of this kind: ``paper``, ``known``."""

    code = "print-paper-unknown"


class TooManyLabels(Invalid):
    """More labels than one file takes: ``limit``."""

    code = "print-too-many-labels"


@dataclass(frozen=True, slots=True)
class LabelPaper:
    """Paper with labels on it, in millimetres; a roll has one label a page."""

    id: str
    title: str
    page: tuple[float, float]
    label: tuple[float, float]
    columns: int = 1
    rows: int = 1
    corner: tuple[float, float] = (0, 0)
    gap: tuple[float, float] = (0, 0)

    @property
    def places(self) -> int:
        """Labels on a page."""
        return self.columns * self.rows

    def place(self, number: int) -> tuple[float, float]:
        """Upper left corner of a label on its page, row by row."""
        row, column = divmod(number % self.places, self.columns)
        return (
            self.corner[0] + column * (self.label[0] + self.gap[0]),
            self.corner[1] + row * (self.label[1] + self.gap[1]),
        )


PAPERS: Final[Mapping[str, LabelPaper]] = {
    paper.id: paper
    for paper in (
        LabelPaper("a4-24", N_("A4，3 × 8 枚，70 × 37 mm"), A4, (70, 37), 3, 8, (0, 0.5)),
        LabelPaper("a4-14", N_("A4，2 × 7 枚，99.1 × 38.1 mm"), A4, (99.1, 38.1), 2, 7, (4.65, 15.15), (2.5, 0)),
        LabelPaper("a4-40", N_("A4，4 × 10 枚，52.5 × 29.7 mm"), A4, (52.5, 29.7), 4, 10),
        LabelPaper("roll-100x70", N_("卷纸，100 × 70 mm"), (100, 70), (100, 70)),
        LabelPaper("roll-60x40", N_("卷纸，60 × 40 mm"), (60, 40), (60, 40)),
        LabelPaper("roll-50x30", N_("卷纸，50 × 30 mm"), (50, 30), (50, 30)),
    )
}


def paper_of(id: str) -> LabelPaper:
    """The paper with this id; raises :class:`PaperUnknown`."""
    found = PAPERS.get(id)
    if found is None:
        raise PaperUnknown(paper=id[:40], known=list(PAPERS))
    return found


@dataclass(frozen=True, slots=True)
class Label:
    """What stands on a label: ``link`` as a QR code, the rest as words; ``lines`` are (name, value).

    ``hidden`` is the code under the scratch panel, printed below everything else.
    """

    link: str
    title: str
    subtitle: str = ""
    lines: Sequence[tuple[str, str]] = ()
    hidden: str = ""
    hidden_name: str = ""


def draw_sheet(
    labels: Iterable[Label],
    paper: LabelPaper,
    title: str,
    language: Language = "zh",
    error: str = "m",
    told: Told | None = None,
) -> bytes:
    """Labels as a PDF file, one after the other as they come.

    Raises ``GlyphMissing`` for a character that cannot be printed, :class:`NoLabels` and :class:`TooManyLabels`.
    """
    document = Document(paper.page, title, language)
    drawer = _Drawer(document, paper, error)
    count = 0
    for count, label in enumerate(labels, 1):
        if count > MOST_LABELS:
            raise TooManyLabels(limit=MOST_LABELS)
        if (count - 1) % paper.places == 0:
            document.page()
        drawer.draw(label, *paper.place(count - 1))
        if told is not None and count % _EVERY == 0:
            told(count)
    if not count:
        raise NoLabels()
    if told is not None:
        told(count)
    return document.bytes()


class _Drawer:
    """Draws labels of one paper; of a series it sets the words as it set those before."""

    def __init__(self, document: Document, paper: LabelPaper, error: str) -> None:
        self._document = document
        self._error = error
        self._width, self._height = paper.label
        # what printers leave white at the edge of a sheet
        self._margin = min(4.0, 0.08 * self._height + 0.8)
        self._before: tuple[str, str, float] = ("", "", 0)

    def draw(self, label: Label, x: float, y: float) -> None:
        strip = 0.17 * self._height if label.hidden else 0.0
        room = self._height - 2 * self._margin - strip
        side = min(room, 0.44 * self._width)
        self._document.qr(x + self._width - self._margin - side, y + self._margin, side, label.link, self._error)
        self._words(label, x + self._margin, y + self._margin, self._width - 2 * self._margin - side - 1, room)
        if label.hidden:
            self._scratch(label, x + self._margin, y + self._height - self._margin - strip + 0.6, strip - 0.6)

    def _words(self, label: Label, x: float, y: float, width: float, room: float) -> None:
        size = min(9.0, self._height / 4.6)
        if self._before[:2] == (label.title, label.subtitle):
            size = self._before[2]
        while True:
            lines = self._set(label, size, width)
            tall = sum(points * _POINT * 1.3 for _, points, _ in lines)
            if tall <= room or size < _LEAST:
                break
            size *= 0.94
        self._before = (label.title, label.subtitle, size)
        for text, points, heavy in lines:
            y += points * _POINT * 1.05
            colour = INK if heavy is not None else FAINT
            (self._document.heavy if heavy else self._document.text)(x, y, text, points, colour)
            y += points * _POINT * 0.25

    def _set(self, label: Label, size: float, width: float) -> list[tuple[str, float, bool | None]]:
        """The lines at a size: text, points, and whether heavy (``None`` for faint)."""
        broken = self._document.broken
        lines: list[tuple[str, float, bool | None]] = [
            (text, size * 1.5, True) for text in broken(label.title, size * 1.5, width)
        ]
        lines += [(text, size * 0.95, None) for text in broken(label.subtitle, size * 0.95, width)]
        for name, value in label.lines:
            lines += [(text, size * 0.85, False) for text in broken(f"{name} {value}".strip(), size * 0.85, width)]
        return lines

    def _scratch(self, label: Label, x: float, y: float, height: float) -> None:
        width = self._width - 2 * self._margin
        self._document.panel(x, y, width, height, edge=LINE, dashed=True)
        size = min(height / _POINT * 0.6, 9.0)
        measure = self._document.measure
        size *= min(1.0, (width - 4) / (measure(label.hidden, size) + measure(label.hidden_name, 0.8 * size)))
        base = y + height / 2 + size * _POINT * 0.36
        self._document.text(x + 1.2, base, label.hidden_name, size * 0.8, FAINT)
        left = x + width - 1.2 - measure(label.hidden, size)
        self._document.text(left, base, label.hidden, size)

"""How lots came out of lots: boxes from left to right, joined by curves."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup, escape

from tcmchain.web.drawing.svg import svg

_BOX_WIDTH = 118
_BOX_HEIGHT = 66
_ACROSS = 44
_DOWN = 16
_LETTERS = 15
_NARROW = 5


@dataclass(frozen=True, slots=True)
class Box:
    """One lot: three lines of text; ``kind`` is ``origin``, ``step`` or ``this``."""

    id: str
    name: str
    detail: str
    amount: str
    kind: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Curve:
    """Goods of one lot that went into another."""

    parent: str
    child: str


@lru_cache(maxsize=512)
def lineage(boxes: tuple[Box, ...], curves: tuple[Curve, ...], label: str) -> Markup:
    """The graph of ``boxes``, each to the right of all that went into it; it must have no circle."""
    places, columns = _places(boxes, curves)
    width = columns * (_BOX_WIDTH + _ACROSS) - _ACROSS + 4
    height = max(y for _, y in places.values()) + _BOX_HEIGHT + 4 if places else 0
    role = "group" if any(box.href for box in boxes) else "img"
    size = "lineage wide" if columns > _NARROW else "lineage"
    drawn = [_curve(places[curve.parent], places[curve.child]) for curve in curves]
    drawn += [_box(box, places[box.id]) for box in boxes]
    return svg(
        [
            f'<svg class="{size}" width="{width}" height="{height:.0f}" viewBox="-2 -2 {width} {height:.0f}"'
            f' role="{role}" aria-label="{escape(label)}">{"".join(drawn)}</svg>'
        ]
    )


def _places(boxes: Sequence[Box], curves: Sequence[Curve]) -> tuple[Mapping[str, tuple[float, float]], int]:
    columns = defaultdict(list)
    for name, rank in _ranks(boxes, curves).items():
        columns[rank].append(name)
    tallest = max((len(names) for names in columns.values()), default=0)
    full = tallest * (_BOX_HEIGHT + _DOWN) - _DOWN
    places = {}
    for rank, names in columns.items():
        share = full / len(names)
        for row, name in enumerate(names):
            places[name] = (float(rank * (_BOX_WIDTH + _ACROSS)), share * (row + 0.5) - _BOX_HEIGHT / 2)
    return places, len(columns)


def _ranks(boxes: Sequence[Box], curves: Sequence[Curve]) -> Mapping[str, int]:
    parents = defaultdict(list)
    for curve in curves:
        parents[curve.child].append(curve.parent)
    ranks: dict[str, int] = {}
    for box in boxes:
        waiting = [box.id]
        while waiting:
            name = waiting[-1]
            before = [parent for parent in parents[name] if parent not in ranks]
            if before:
                waiting += before
                continue
            ranks[name] = max((ranks[parent] + 1 for parent in parents[name]), default=0)
            waiting.pop()
    return {box.id: ranks[box.id] for box in boxes}


def _curve(start: tuple[float, float], end: tuple[float, float]) -> str:
    x1, y1 = start[0] + _BOX_WIDTH, start[1] + _BOX_HEIGHT / 2
    x2, y2 = end[0], end[1] + _BOX_HEIGHT / 2
    middle = (x1 + x2) / 2
    return f'<path class="edge" d="M{x1:.1f} {y1:.1f}C{middle:.1f} {y1:.1f} {middle:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"/>'


def _box(box: Box, place: tuple[float, float]) -> str:
    x, y = place
    middle = x + _BOX_WIDTH / 2
    title = " · ".join((box.name, box.detail, box.amount))
    drawn = (
        f'<g class="box {escape(box.kind)}"><title>{escape(title)}</title>'
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{_BOX_WIDTH}" height="{_BOX_HEIGHT}" rx="9"/>'
        f'<text x="{middle:.1f}" y="{y + 21:.1f}">{escape(_short(box.name))}</text>'
        f'<text class="detail" x="{middle:.1f}" y="{y + 38:.1f}">{escape(_short(box.detail))}</text>'
        f'<text class="detail" x="{middle:.1f}" y="{y + 55:.1f}">{escape(_short(box.amount))}</text></g>'
    )
    return f'<a href="{escape(box.href)}">{drawn}</a>' if box.href else drawn


def _short(text: str) -> str:
    """As many letters as the box is wide; a Chinese one counts as nearly two."""
    room = float(_LETTERS)
    for at, letter in enumerate(text):
        room -= 1.8 if ord(letter) > 0x2E80 else 1
        if room < 0:
            return f"{text[:at]}…"
    return text

"""A map of the region that goods travelled through: province outlines, numbered stops and arcs between them."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise

import orjson
from markupsafe import Markup, escape

from tcmchain.web.drawing.svg import svg

WIDTH = 560
HEIGHT = 360
_LEAST_SPAN = 70.0
_MOST_SPAN = 430.0
_EARTH = 6371.0

_Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Stop:
    """A place on the way; ``number`` is what stands at its dot, such as ``1`` or ``3–5``."""

    lon: float
    lat: float
    name: str
    number: str


@lru_cache(maxsize=512)
def route_map(stops: tuple[Stop, ...], label: str) -> Markup:
    """The region around ``stops``, in their order; ``label`` tells in words what it shows.

    Never the whole country: the crop is bounded, and stops outside of it are left to the list beside the map.
    """
    if not stops:
        return svg(())
    points = [_project(stop.lon, stop.lat) for stop in stops]
    left, top, unit = _crop(points)
    placed = [((x - left) / unit, (y - top) / unit) for x, y in points]
    body = [_land(placed, left, top, unit), *_legs(placed), *_dots(stops, placed)]
    return svg(
        [
            f'<svg class="route-map" viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="xMidYMid slice" role="img"'
            f' aria-label="{escape(label)}">{"".join(body)}</svg>'
        ]
    )


def distance_km(stops: Sequence[Stop]) -> int:
    """Length of the way as the crow flies."""
    return round(sum(_great_circle(a, b) for a, b in pairwise(stops)))


def _great_circle(a: Stop, b: Stop) -> float:
    first, second = math.radians(a.lat), math.radians(b.lat)
    half = math.sin((second - first) / 2) ** 2
    half += math.cos(first) * math.cos(second) * math.sin(math.radians(b.lon - a.lon) / 2) ** 2
    return 2 * _EARTH * math.asin(math.sqrt(half))


# Albers' equal-area conic with the parallels that Chinese maps use
_N = (math.sin(math.radians(25)) + math.sin(math.radians(47))) / 2
_C = math.cos(math.radians(25)) ** 2 + 2 * _N * math.sin(math.radians(25))
_R0 = math.sqrt(_C - 2 * _N * math.sin(math.radians(36))) / _N


def _project(lon: float, lat: float) -> _Point:
    radius = math.sqrt(_C - 2 * _N * math.sin(math.radians(lat))) / _N
    turn = _N * math.radians(lon - 105)
    return 520 + 1000 * radius * math.sin(turn), 360 - 1000 * (_R0 - radius * math.cos(turn))


def _crop(points: Sequence[_Point]) -> tuple[float, float, float]:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    span = max(max(xs) - min(xs) + 120, (max(ys) - min(ys) + 70) * WIDTH / HEIGHT, _LEAST_SPAN)
    span = min(span, _MOST_SPAN)
    middle_x, middle_y = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
    return middle_x - span / 2, middle_y - span * HEIGHT / WIDTH / 2, span / WIDTH


@lru_cache(maxsize=1)
def _outlines() -> Mapping[str, tuple[tuple[_Point, ...], ...]]:
    source = orjson.loads(files(__package__).joinpath("provinces.json").read_bytes())
    grid: int = source["grid"]
    return {code: tuple(_ring(deltas, grid) for deltas in rings) for code, rings in source["outlines"].items()}


def _ring(deltas: Sequence[int], grid: int) -> tuple[_Point, ...]:
    points, x, y = [], 0, 0
    for at in range(0, len(deltas), 2):
        x, y = x + deltas[at], y + deltas[at + 1]
        points.append(_project(x / grid, y / grid))
    return tuple(points)


def _land(placed: Sequence[_Point], left: float, top: float, unit: float) -> str:
    paths = []
    for rings in _outlines().values():
        drawn = []
        passed = False
        for ring in rings:
            points = [((x - left) / unit, (y - top) / unit) for x, y in ring]
            if _outside(points):
                continue
            drawn.append("M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in points) + "z")
            passed = passed or any(_inside(point, points) for point in placed)
        if drawn:
            paths.append(f'<path class="{"land passed" if passed else "land"}" d="{"".join(drawn)}"/>')
    return "".join(paths)


def _outside(points: Sequence[_Point]) -> bool:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return max(xs) < 0 or min(xs) > WIDTH or max(ys) < 0 or min(ys) > HEIGHT


def _inside(point: _Point, ring: Sequence[_Point]) -> bool:
    x, y = point
    odd = False
    for (ax, ay), (bx, by) in zip(ring, (*ring[1:], ring[0]), strict=True):
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            odd = not odd
    return odd


def _legs(placed: Sequence[_Point]) -> list[str]:
    legs = []
    for (ax, ay), (bx, by) in pairwise(placed):
        bend_x, bend_y = (ax + bx) / 2 + (by - ay) * 0.16, (ay + by) / 2 - (bx - ax) * 0.16
        legs.append(f'<path class="leg" d="M{ax:.1f} {ay:.1f}Q{bend_x:.1f} {bend_y:.1f} {bx:.1f} {by:.1f}"/>')
    return legs


def _dots(stops: Sequence[Stop], placed: Sequence[_Point]) -> list[str]:
    labelled: list[_Point] = []
    dots = []
    for at, (stop, (x, y)) in enumerate(zip(stops, placed, strict=True)):
        kind = "stop last" if at == len(stops) - 1 else "stop"
        parts = [f'<g class="{kind}"><title>{escape(stop.number)} {escape(stop.name)}</title>']
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="6"/>')
        if all(abs(x - a) > 46 or abs(y - b) > 16 for a, b in labelled):
            to_left = x > WIDTH - 120 or any(abs(x - a) < 90 and abs(y - b) < 26 for a, b in labelled)
            anchor, shift = ("end", -11) if to_left else ("start", 11)
            parts.append(
                f'<text x="{x + shift:.1f}" y="{y + 4.5:.1f}" text-anchor="{anchor}">'
                f'<tspan class="number">{escape(stop.number)}</tspan> {escape(stop.name)}</text>'
            )
            labelled.append((x, y))
        dots.append("".join(parts) + "</g>")
    return dots

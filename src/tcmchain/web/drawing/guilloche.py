"""The rosette behind a certificate, different for every lot."""

import hashlib
import math
from functools import lru_cache

from markupsafe import Markup

from tcmchain.web.drawing.svg import svg

_STEPS = 720


@lru_cache(maxsize=512)
def guilloche(seed: str, rings: int = 4) -> Markup:
    """A rosette of interlaced curves whose shape follows from ``seed``; it only decorates."""
    noise = hashlib.sha256(seed.encode()).digest()
    paths = []
    for ring in range(rings):
        petals = 17 + noise[ring] % 14
        winds = 7 + noise[ring + 8] % 5
        while math.gcd(petals, winds) != 1:
            petals += 1
        middle = 40.0 + 46 * ring
        depth = 26.0 + noise[ring + 16] % 14
        paths.append(f'<path d="{_rosette(petals, winds, middle, depth)}"/>')
    return svg(
        [
            '<svg class="guilloche" viewBox="-200 -200 400 400" fill="none" stroke="currentColor" stroke-width=".7"'
            f' aria-hidden="true" focusable="false">{"".join(paths)}</svg>'
        ]
    )


def _rosette(petals: int, winds: int, middle: float, depth: float) -> str:
    points = []
    for step in range(_STEPS):
        turn = 2 * math.pi * winds * step / _STEPS
        radius = middle + depth * math.cos(turn * petals / winds)
        points.append(f"{radius * math.cos(turn):.0f} {radius * math.sin(turn):.0f}")
    return f"M{points[0]}L{' '.join(points[1:])}z"

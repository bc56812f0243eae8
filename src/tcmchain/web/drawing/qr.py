"""QR codes."""

from functools import lru_cache

import segno
from markupsafe import Markup, escape

from tcmchain.web.drawing.svg import svg


@lru_cache(maxsize=4096)
def qr(text: str, label: str, error: str = "m") -> Markup:
    """A QR code of ``text`` that fills its box; always dark on light, for scanners read no other.

    ``error`` is the share that may be damaged: ``l``, ``m``, ``q`` or ``h``.
    """
    code = segno.make(text, error=error, micro=False)
    size = code.symbol_size(border=0)[0]
    return svg(
        [
            f'<svg class="qr" viewBox="-4 -4 {size + 8} {size + 8}" role="img" aria-label="{escape(label)}"'
            f' shape-rendering="crispEdges"><path fill="#fff" d="M-4-4h{size + 8}v{size + 8}h-{size + 8}z"/>'
            f'<path fill="#10241f" d="{_modules(code)}"/></svg>'
        ]
    )


def _modules(code: segno.QRCode) -> str:
    """One path over all dark modules, a run of a row at a time."""
    parts: list[str] = []
    for y, row in enumerate(code.matrix):
        x = 0
        while x < len(row):
            if not row[x]:
                x += 1
                continue
            start = x
            while x < len(row) and row[x]:
                x += 1
            parts.append(f"M{start} {y}h{x - start}v1h-{x - start}z")
    return "".join(parts)

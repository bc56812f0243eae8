"""Small bars beside numbers."""

from functools import lru_cache

from markupsafe import Markup, escape

from tcmchain.web.drawing.svg import svg

_WIDTH = 60


@lru_cache(maxsize=2048)
def limit_bar(value: float, limit: float, at_most: bool, conforms: bool) -> Markup:
    """A reading against its limit; the numbers beside it say the same, so readers of screens skip it.

    A lower limit stands at half of the bar, an upper one at its end.
    """
    full = limit if at_most else limit * 2
    share = min(max(value / full, 0.0), 1.0) if full > 0 else 0.0
    mark = "" if at_most else f'<rect class="mark" x="{_WIDTH / 2:.1f}" width="1.6" height="8"/>'
    return svg(
        [
            f'<svg class="bar {"good" if conforms else "bad"}" viewBox="0 0 {_WIDTH} 8" aria-hidden="true">'
            f'<rect class="track" width="{_WIDTH}" height="8" rx="4"/>'
            f'<rect class="fill" width="{max(share * _WIDTH, 4):.1f}" height="8" rx="4"/>{mark}</svg>'
        ]
    )


@lru_cache(maxsize=512)
def share_bar(parts: tuple[tuple[str, int], ...], label: str) -> Markup:
    """One bar of ``parts`` (a CSS class and its amount) that together are the whole."""
    whole = sum(amount for _, amount in parts)
    drawn, x = [], 0.0
    for name, amount in parts:
        width = 100 * amount / whole if whole else 0.0
        if width > 0:
            drawn.append(f'<rect class="{escape(name)}" x="{x:.2f}" width="{width:.2f}" height="6"/>')
        x += width
    return svg(
        [
            '<svg class="share" viewBox="0 0 100 6" preserveAspectRatio="none" role="img"'
            f' aria-label="{escape(label)}">{"".join(drawn)}</svg>'
        ]
    )

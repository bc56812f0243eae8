"""Icons out of lucide (ISC licence), 24 units square, drawn in the colour of the text."""

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

import orjson
from markupsafe import Markup

from tcmchain.web.drawing.svg import svg


@lru_cache(maxsize=1)
def _shapes() -> Mapping[str, str]:
    shapes: dict[str, str] = orjson.loads(files(__package__).joinpath("icons.json").read_bytes())
    return shapes


@lru_cache(maxsize=1024)
def icon(name: str, size: int = 20) -> Markup:
    """An icon that only decorates; raises ``KeyError`` for a name that is not in ``frontend/icons.txt``."""
    return svg(
        [
            f'<svg class="icon" width="{size}" height="{size}" viewBox="0 0 24 24" fill="none" stroke="currentColor"'
            ' stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">'
            f"{_shapes()[name]}</svg>"
        ]
    )

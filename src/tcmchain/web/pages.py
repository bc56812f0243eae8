"""Server-drawn pages: templates of the kit and of every slice, with what all of them need."""

import json
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, StrictUndefined, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from tcmchain.web.drawing.icon import icon
from tcmchain.web.i18n import language_of, translator

_HERE: Final = Path(__file__).parent
TEMPLATES: Final = _HERE / "templates"
ASSETS: Final = _HERE / "assets"


class Pages:
    """Renders templates; a slice's own stand under its name (``provenance/desk.html``).

    ``facts`` are values that every page gets, such as what stands behind the ledger.
    """

    def __init__(self, folders: Mapping[str, Path], facts: Callable[[], Mapping[str, Any]] = dict) -> None:
        slices = PrefixLoader({name: FileSystemLoader(folder) for name, folder in folders.items()})
        self._environment = Environment(
            loader=ChoiceLoader([slices, FileSystemLoader(TEMPLATES)]),
            autoescape=select_autoescape(default=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._manifest: Mapping[str, str] = json.loads((ASSETS / "manifest.json").read_text(encoding="utf-8"))
        self._facts = facts
        self._environment.globals.update(icon=icon, asset=self.asset)

    def asset(self, name: str) -> str:
        """Address of a bundled file by its plain name (``app.js``)."""
        return f"/assets/{self._manifest[name]}"

    def render(self, request: Request, template: str, status: int = 200, /, **context: Any) -> HTMLResponse:
        """A page in the reader's language."""
        return HTMLResponse(self.text(request, template, **context), status, {"Cache-Control": "no-cache"})

    def text(self, request: Request, template: str, /, **context: Any) -> str:
        """The HTML of a template."""
        language = language_of(request)
        shared = {
            "_": translator(language),
            "lang": language,
            "request": request,
            "switched": partial(_switched, request),
            **self._facts(),
        }
        return self._environment.get_template(template).render({**shared, **context})


def _switched(request: Request, language: str) -> str:
    """The same page in another language."""
    url = request.url.include_query_params(lang=language)
    return f"{url.path}?{url.query}"


class HashedFiles(StaticFiles):
    """Bundled files; their names change with their content, so they may be kept for ever."""

    def file_response(self, full_path: Any, stat_result: Any, scope: Scope, status_code: int = 200) -> Any:
        answer = super().file_response(full_path, stat_result, scope, status_code)
        answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return answer

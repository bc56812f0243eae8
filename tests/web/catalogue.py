"""The English catalogue: what the pages say, taken out of templates and code, and its compiled form.

``python -m tests.web.catalogue`` adds sentences that are new, drops those that are gone and compiles the rest.
"""

import ast
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from tcmchain import RELEASE

PACKAGE: Final = Path(__file__).parents[2] / "src" / "tcmchain"
FOLDER: Final = PACKAGE / "web" / "locale" / "en" / "LC_MESSAGES"
PO: Final = FOLDER / "tcmchain.po"
MO: Final = FOLDER / "tcmchain.mo"

# A moment of its own for every run would change the file each time.
_STANDING: Final = datetime(2026, 11, 24, tzinfo=UTC)
_HAN: Final = re.compile(r"[\u4e00-\u9fff]")


def spoken() -> dict[str, list[str]]:
    """Every sentence with the files it stands in."""
    found: dict[str, list[str]] = {}
    for file in sorted(PACKAGE.rglob("*.html")):
        for text in _in_template(file):
            found.setdefault(text, []).append(file.relative_to(PACKAGE).as_posix())
    for file, text in _in_code():
        found.setdefault(text, []).append(file.relative_to(PACKAGE).as_posix())
    return found


def _in_template(file: Path) -> Iterator[str]:
    for _, _, message, _ in babel_extract(io.BytesIO(file.read_bytes()), ["_"], [], {"encoding": "utf-8"}):
        text = message if isinstance(message, str) else (message or ("",))[0]
        if text:
            yield text


def _in_code() -> Iterator[tuple[Path, str]]:
    # Tables of titles and labels are translated where they are shown, so every Chinese text of an edge counts.
    edges = ("web/*.py", "web/printing/*.py", "*/pages.py", "*/pages/*.py", "*/service/labels.py")
    for file in sorted({file for edge in edges for file in PACKAGE.glob(edge)}):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        silent = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        silent |= {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
        texts = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in silent)
        for node in texts:
            if isinstance(node.value, str) and _HAN.search(node.value) and "(?" not in node.value:
                yield file, node.value


def written() -> Catalog:
    """The catalogue as it stands."""
    with PO.open("rb") as file:
        return read_po(file, locale="en")


def compiled(catalogue: Catalog) -> bytes:
    """Its compiled form."""
    raw = io.BytesIO()
    write_mo(raw, catalogue)
    return raw.getvalue()


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    known = {m.id: m.string for m in written() if m.id} if PO.exists() else {}
    catalogue = Catalog(
        locale="en",
        header_comment="# English words of the pages; the message ids are the Chinese sentences.",
        project="tcmchain",
        version=RELEASE,
        msgid_bugs_address="-",
        creation_date=_STANDING,
        revision_date=_STANDING,
        last_translator="-",
        language_team="English",
        fuzzy=False,
    )
    for text, files in sorted(spoken().items(), key=lambda item: (item[1][0], item[0])):
        catalogue.add(text, known.get(text, ""), [(file, 0) for file in dict.fromkeys(files)])
    with PO.open("wb") as file:
        write_po(file, catalogue, width=110, omit_header=False, include_lineno=False)
    MO.write_bytes(compiled(written()))


if __name__ == "__main__":
    main()

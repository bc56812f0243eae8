"""Formulas as files: JSON as the doors answer it, CSV with one line a herb."""

import csv
import io
import json
from collections.abc import Sequence
from typing import Final

from tcmchain.formulas.api.views import EntryView
from tcmchain.formulas.service.shelf import Entry

_HEAD: Final = (
    "formula",
    "version",
    "class",
    "name",
    "book",
    "clause",
    "edition",
    "contributor",
    "herb",
    "herb_name",
    "as_written",
    "words",
    "convention",
    "grams_low",
    "grams_high",
    "basis",
    "role",
    "processing",
    "preparation",
)
_FORMULA_SIGNS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def as_json(entries: Sequence[Entry]) -> str:
    """A list of formulas."""
    shown = [EntryView.of(one).model_dump(mode="json", by_alias=True) for one in entries]
    return json.dumps(shown, ensure_ascii=False)


def as_csv(entries: Sequence[Entry]) -> str:
    """One line a herb, with a mark at the beginning by which spreadsheets know the encoding."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_HEAD)
    for entry in entries:
        shown = EntryView.of(entry)
        if shown.document is None:
            continue
        source, basis = shown.document.source, (shown.document.dosing or {}).get("basis", "")
        front = (shown.formula.id, shown.version.number, shown.formula.kind, shown.document.name)
        where = (source["book"], source["clause"], source["edition"], source["contributor"])
        for one in shown.document.ingredients:
            grams = ("", "") if one.grams is None else (one.grams.low, one.grams.high)
            said = (one.herb, one.zh, one.name, one.words or "", one.convention or "", *grams, basis)
            more = (one.role or "", " ".join(one.processing), one.preparation or "")
            writer.writerow([_plain(cell) for cell in (*front, *where, *said, *more)])
    return "\ufeff" + out.getvalue()


def _plain(cell: object) -> str:
    """A cell that no spreadsheet takes for a formula of its own."""
    text = str(cell)
    return f"'{text}" if text.startswith(_FORMULA_SIGNS) else text

"""Reviews as a table for programs that calculate."""

import csv
import io
from collections.abc import Iterable
from typing import Final

from tcmchain.reviews.service.reviews import Told

COLUMNS: Final = (
    "id", "formula", "version", "member", "reviewer", "happened", "rating", "before", "afterwards", "outcome",
    "name", "verified", "words", "herbs", "content", "tx",
)  # fmt: skip
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def write_table(reviews: Iterable[Told]) -> bytes:
    """CSV in UTF-8 with a byte order mark; words that a spreadsheet would calculate get an apostrophe in front."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(COLUMNS)
    for told in reviews:
        found, opinion, text = told.review, told.review.opinion, told.text
        herbs = "" if text is None else " ".join(f"{herb}:{effect}" for herb, effect in text.herbs.items())
        words = "" if text is None else text.words
        name = text.name.shown if text is not None and told.verified else ""
        where = found.nullifier, found.formula, found.version, found.member, found.reviewer, found.happened
        said = opinion.rating, opinion.before, opinion.afterwards, found.outcome.word
        rows.writerow((*where, *said, _plain(name), told.verified, _plain(words), herbs, opinion.content, found.tx))
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _plain(text: str) -> str:
    return "'" + text if text.startswith(_FORMULA) else text

"""What stands on the labels of lots and units."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from tcmchain.provenance.model.errors import CodesOffered, LinkInvalid, TableUnreadable
from tcmchain.provenance.model.gs1 import DigitalLink, build_link, is_lot_number, parse_link
from tcmchain.terms.errors import TermUnknown
from tcmchain.terms.forms import form
from tcmchain.values import FormId, UnixTime, day_of
from tcmchain.web.i18n import N_, Language, translator
from tcmchain.web.printing.sheets import Label

_HEADING: Final = ["serial", "hidden", "link"]
_GROUP: Final = 4


@dataclass(frozen=True, slots=True)
class Goods:
    """What is in the package. ``gtin`` has fourteen digits, or is empty for a lot that is not packed."""

    form: str = ""
    reference: str = ""
    gtin: str = ""
    expires: UnixTime | None = None
    maker: str = ""


def lot_labels(goods: Goods, link: str, code: str, copies: int, language: Language) -> Iterator[Label]:
    """The label of a lot, as often as wanted; ``link`` is the address of its certificate, ``code`` its short code."""
    _ = translator(language)
    label = _label(goods, link, [(_("追溯码"), code)], language)
    for _copy in range(copies):
        yield label


def unit_labels(goods: Goods, url: str, serials: Iterable[str], language: Language) -> Iterator[Label]:
    """Labels of units by their open codes; ``url`` is the node's address. Raises ``LinkInvalid``."""
    _ = translator(language)
    for serial in serials:
        path = build_link(DigitalLink(goods.gtin, goods.reference, serial))
        yield _label(goods, f"{url}{path}", [(_("序列号"), serial)], language)


def secret_labels(goods: Goods, rows: Iterable[tuple[str, str, str]], language: Language) -> Iterator[Label]:
    """Labels of (serial, hidden code, address) as ``units make`` wrote them, the hidden code under a scratch panel.

    What the address says of lot number and GTIN stands for what ``goods`` leaves out. Raises ``LinkInvalid``.
    """
    _ = translator(language)
    for serial, hidden, link in rows:
        told = parse_link(urlsplit(link).path)
        known = Goods(goods.form, goods.reference or told.lot, goods.gtin or told.gtin, goods.expires, goods.maker)
        if (told.gtin, told.lot, told.serial) != (known.gtin, known.reference, serial):
            raise LinkInvalid(path=link[:200], reason="parts")
        grouped = "-".join(hidden[at : at + _GROUP] for at in range(0, len(hidden), _GROUP))
        label = _label(known, link, [(_("序列号"), serial)], language)
        yield Label(label.link, label.title, label.subtitle, label.lines, grouped, _("刮开验真"))


def read_codes(lines: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """The rows of a ``codes.csv``, as they are read; raises ``TableUnreadable`` with row and column."""
    reader = csv.reader(lines)
    if next(reader, None) != _HEADING:
        raise TableUnreadable(reason="heading", row=1, column=",".join(_HEADING))
    for number, row in enumerate(reader, 2):
        if len(row) != len(_HEADING) or not all(row):
            raise TableUnreadable(reason="cells", row=number, column="link")
        yield row[0], row[1], row[2]


def open_codes(text: str) -> list[str]:
    """Serials as somebody typed them, one a line.

    Raises ``CodesOffered`` when hidden codes are among them, which no node may see, ``LinkInvalid`` for what is no
    serial.
    """
    found = [line.strip() for line in text.splitlines() if line.strip()]
    if any("," in line or line.lower().startswith(_HEADING[0]) for line in found):
        raise CodesOffered()
    for serial in found:
        if not is_lot_number(serial):
            raise LinkInvalid(path=serial[:40], reason="characters")
    return found


def _label(goods: Goods, link: str, last: Sequence[tuple[str, str]], language: Language) -> Label:
    _ = translator(language)
    title, subtitle = _names(goods.form, language)
    lines = [(_("批号"), goods.reference)] if goods.reference else []
    if goods.expires:
        lines.append((_("有效期至"), day_of(goods.expires).isoformat()))
    if goods.maker:
        lines.append((_("生产单位"), goods.maker))
    if goods.gtin:
        lines.append(("GTIN", goods.gtin))
    return Label(link, title or goods.reference, subtitle, (*lines, *last))


def _names(id: str, language: Language) -> tuple[str, str]:
    """Herb, and the form in both languages; what no table knows stands as it was stated."""
    try:
        found = form(FormId(id))
    except TermUnknown:
        return id, ""
    first, second = (found.zh, found.en) if language == "zh" else (found.en, found.zh)
    return found.herb.name(language), f"{first} · {second}"


TITLE: Final = N_("追溯标签")
"""What a file of labels is called."""

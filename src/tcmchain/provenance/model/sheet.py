"""Tables that people upload: which columns a kind of step takes, and rows out of CSV text."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest
from types import MappingProxyType
from typing import Any, Final

from tcmchain.errors import TcmChainError
from tcmchain.provenance.model.errors import TableUnreadable
from tcmchain.provenance.model.facts import FACTS

MOST_ROWS: Final = 20_000
_FEATURED = ("place", "picked", "grade", "temperature", "humidity", "waybill", "note")


class SheetKind(StrEnum):
    """Steps that may be taken in bulk."""

    COMMISSION = "commission"
    OBSERVE = "observe"
    SHIP = "ship"
    RECEIVE = "receive"
    DISPENSE = "dispense"
    RETIRE = "retire"


COLUMNS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "quota": "配额",
        "reference": "编号",
        "lot": "批号",
        "shipment": "运单",
        "to": "收货方",
        "quantity": "数量",
        "expires": "有效期至",
        "happened": "日期",
        "observation": "观察类别",
        "conforms": "合格",
        "reason": "去向",
        "commitment": "承诺",
    }
)
"""Names of columns, English and Chinese; both are read."""

REQUIRED: Final[Mapping[SheetKind, tuple[str, ...]]] = MappingProxyType(
    {
        SheetKind.COMMISSION: ("quota", "reference", "quantity", "happened"),
        SheetKind.OBSERVE: ("lot", "observation", "conforms", "happened"),
        SheetKind.SHIP: ("reference", "to", "lot", "quantity", "happened"),
        SheetKind.RECEIVE: ("shipment", "lot", "quantity", "happened"),
        SheetKind.DISPENSE: ("lot", "quantity", "commitment", "happened"),
        SheetKind.RETIRE: ("lot", "quantity", "reason", "happened"),
    }
)

OPTIONAL: Final[Mapping[SheetKind, tuple[str, ...]]] = MappingProxyType({SheetKind.COMMISSION: ("expires",)})

_KEYS: Final[Mapping[str, str]] = MappingProxyType(
    {**{zh: key for key, zh in COLUMNS.items()}, **{fact.zh: key for key, fact in FACTS.items()}}
)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row: its number in the file (the heading is row 1), its cells by column, and its facts."""

    number: int
    cells: Mapping[str, str]
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong in a row."""

    row: int
    column: str
    error: TcmChainError


def decode(raw: bytes) -> str:
    """Text of a CSV file in UTF-8 or GB18030, the two that Chinese office programs write.

    Raises ``TableUnreadable``.
    """
    if b"\0" in raw:
        raise TableUnreadable(reason="binary", row=0, column="")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise TableUnreadable(reason="encoding", row=0, column="")


def read_rows(kind: SheetKind, raw: bytes) -> Sequence[SheetRow]:
    """Rows of a CSV file; raises ``TableUnreadable`` when the file as a whole cannot be taken."""
    text = decode(raw)
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        heading = next(reader, [])
        columns = _columns(kind, heading)
        return list(_rows(reader, columns))
    except csv.Error as error:
        raise TableUnreadable(reason="csv", row=reader.line_num, column="") from error


def template(kind: SheetKind, chinese: bool) -> str:
    """Heading of an empty file for a kind of step, with the facts that are stated most."""
    keys = [*REQUIRED[kind], *OPTIONAL.get(kind, ())]
    named = [COLUMNS[key] if chinese else key for key in keys]
    named += [FACTS[key].zh if chinese else key for key in _FEATURED]
    return ",".join(named) + "\r\n"


def _columns(kind: SheetKind, heading: Sequence[str]) -> list[str]:
    columns = []
    for title in heading:
        plain = title.strip()
        key = _KEYS.get(plain, plain.lower())
        if key not in COLUMNS and key not in FACTS:
            raise TableUnreadable(reason="column-unknown", row=1, column=plain[:40])
        if key in columns:
            raise TableUnreadable(reason="column-twice", row=1, column=plain[:40])
        columns.append(key)
    for key in REQUIRED[kind]:
        if key not in columns:
            raise TableUnreadable(reason="column-missing", row=1, column=COLUMNS[key])
    return columns


def _rows(reader: Any, columns: Sequence[str]) -> Iterator[SheetRow]:
    for count, values in enumerate(reader, start=1):
        if count > MOST_ROWS:
            raise TableUnreadable(reason="too-many-rows", row=MOST_ROWS, column="")
        if not any(value.strip() for value in values):
            continue
        if len(values) > len(columns):
            raise TableUnreadable(reason="too-many-cells", row=reader.line_num, column="")
        cells = {key: value.strip() for key, value in zip_longest(columns, values, fillvalue="")}
        yield SheetRow(
            number=reader.line_num,
            cells={key: value for key, value in cells.items() if key in COLUMNS},
            facts={key: value for key, value in cells.items() if key in FACTS and value},
        )

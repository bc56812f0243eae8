"""Tables as office programs write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcmchain.provenance.model.errors import TableUnreadable
from tcmchain.provenance.model.sheet import MOST_ROWS, REQUIRED, SheetKind, read_rows, template

HEADING = "批号,数量,去向,日期,备注"


def _wrong(kind: SheetKind, raw: bytes) -> str:
    with pytest.raises(TableUnreadable) as refused:
        read_rows(kind, raw)
    return str(refused.value.details["reason"])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_read_rows__as_office_programs_write_them__are_the_same(encoding: str, delimiter: str, newline: str) -> None:
    lines = [HEADING, "A,1 g,取样,2026-01-01,阴凉", ",,,,", "B,2 g,变质,2026-01-02"]
    rows = read_rows(SheetKind.RETIRE, newline.join(lines).replace(",", delimiter).encode(encoding))
    assert [(row.number, row.cells["lot"], row.cells["quantity"]) for row in rows] == [(2, "A", "1 g"), (4, "B", "2 g")]
    assert [dict(row.facts) for row in rows] == [{"note": "阴凉"}, {}]


def test_read_rows__cells_left_out_at_the_end__are_empty() -> None:
    (row,) = read_rows(SheetKind.RETIRE, f"{HEADING}\nA".encode())
    assert row.cells == {"lot": "A", "quantity": "", "reason": "", "happened": ""}


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ("", "column-missing"),
        ("批号,数量,去向", "column-missing"),
        (f"{HEADING},患者", "column-unknown"),
        (f"{HEADING},lot", "column-twice"),
        (f"{HEADING}\nA,1 g,取样,2026-01-01,x,y", "too-many-cells"),
        (f'{HEADING}\n"A', "csv"),
        (f"{HEADING}\n\0", "binary"),
    ],
)
def test_read_table__unfit__says_why(table: str, reason: str) -> None:
    assert _wrong(SheetKind.RETIRE, table.encode()) == reason


def test_read_table__neither_encoding__is_refused() -> None:
    assert _wrong(SheetKind.RETIRE, b"\xff\xff\xff") == "encoding"


def test_read_table__too_many_rows__is_refused() -> None:
    raw = (HEADING + "\nA,1 g,取样,2026-01-01," * (MOST_ROWS + 1)).encode()
    assert _wrong(SheetKind.RETIRE, raw) == "too-many-rows"


@pytest.mark.parametrize("kind", SheetKind)
@pytest.mark.parametrize("chinese", [True, False])
def test_fill_template__of_any_kind__reads_back(kind: SheetKind, chinese: bool) -> None:
    (row,) = read_rows(kind, (template(kind, chinese) + "x" + "," * 5).encode())
    assert set(REQUIRED[kind]) <= row.cells.keys()


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: f"{HEADING}\n{text}".encode(errors="replace")))
def test_read_table__any_bytes__gives_rows_or_says_why(raw: bytes) -> None:
    try:
        rows = read_rows(SheetKind.RETIRE, raw)
    except TableUnreadable:
        return
    assert all(set(REQUIRED[SheetKind.RETIRE]) <= row.cells.keys() for row in rows)

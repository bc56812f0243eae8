"""Shelf against ledger: by tags that a reader saw, one emulated in software among them."""

import asyncio
import io
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from epcpy.epc_schemes import sgtin
from fastapi import FastAPI
from hypothesis import given, settings
from hypothesis import strategies as st
from llrpkit.emulator import EmulatedTag, LLRPEmulator
from starlette.testclient import TestClient
from tests.browser.ginseng import Roll
from tests.provenance.ledger_of_events import ACCOUNT, FACTORY, HOSPITAL, NOON, Replay, word
from typer.testing import CliRunner

from tcmchain.app import FORMATS
from tcmchain.cli import app as commands
from tcmchain.provenance.api import stocktakes as api
from tcmchain.provenance.cli import stocktakes as cli
from tcmchain.provenance.model.facts import read_facts
from tcmchain.provenance.model.lots import Lot, LotOrigin
from tcmchain.provenance.model.stock import Holding
from tcmchain.provenance.model.stocktake import (
    HasUnit,
    ReaderUnavailable,
    Stocktake,
    StrayKind,
    TooManyCodes,
    Unit,
    booked_units,
    compare,
)
from tcmchain.provenance.pages import stocktakes as pages
from tcmchain.provenance.pages.behind import Behind
from tcmchain.provenance.service.stocktakes import MOST_CODES, Stocktakes, codes_in, facts_of
from tcmchain.values import Address, FormId, LotId, MemberId, Milligrams, UnixTime
from tcmchain.web import errors
from tcmchain.web.pages import TEMPLATES, Pages
from tcmchain.web.sentences import Sentences
from tcmchain.web.session import Caller, signed_in

BEHIND = Behind(1, lambda: (Address("0x" + "12" * 20),), Address("0x" + "34" * 20), True, "http://localhost")
GTIN, OTHER_GTIN = "06901234567892", "06901234567915"
MINE, ALSO_MINE = LotId(word(1)), LotId(word(2))


def _tag(serial: str, item: str = "056789") -> str:
    """A tag as an independent library writes it: SGTIN-198 in hexadecimal digits."""
    epc = sgtin.SGTIN.from_epc_uri(f"urn:epc:id:sgtin:6901234.{item}.{serial}")
    scheme = sgtin.SGTIN.BinaryCodingScheme.SGTIN_198
    return str(epc.hex(binary_coding_scheme=scheme, filter_value=sgtin.SGTINFilterValue.UNIT_LOAD))


def _held(lot: LotId, units: int, left: int | None = None, gtin: str = GTIN, reference: str = "P-1") -> Holding:
    """A holding of ``left`` of a lot's units of 63 g."""
    made = Milligrams(63_000 * (units or 1))
    packed = Lot(
        lot, FormId("renshen.dried"), FACTORY, reference, made, UnixTime(0), LotOrigin.PACKED, UnixTime(NOON), None,
        gtin, units,
    )  # fmt: skip
    return Holding(packed, HOSPITAL, Milligrams(63_000 * (units if left is None else left)))


class Shelf:
    """A ledger that knows two trade items, of which somebody holds something."""

    def __init__(self, held: list[Holding]) -> None:
        self._held = held

    def holdings(self, member: MemberId) -> list[Holding]:
        return self._held

    def count(self, text: str) -> int:
        return 1 if text in (GTIN, OTHER_GTIN) else 0


def _blind(lot: LotId, serial: str) -> bool | None:
    return None


def _told(held: list[Holding], codes: list[str], has_unit: HasUnit = _blind) -> Stocktake:
    ledger: Any = Shelf(held)
    return Stocktakes(ledger, has_unit).take(HOSPITAL, codes)


def test_compare__every_unit_seen__agrees() -> None:
    found = _told([_held(MINE, 3)], [_tag(f"S{n}") for n in range(3)])
    assert found.agrees
    assert (found.booked, found.counted, found.missing) == (3, 3, 0)


def test_compare__units_dispensed_before__are_not_missed() -> None:
    found = _told([_held(MINE, 10, left=4)], [_tag(f"S{n}") for n in range(3)])
    assert (found.booked, found.counted, found.missing) == (4, 3, 1)
    assert facts_of(found.lines[0]) == {"units_booked": 4, "units_counted": 3}


def test_compare__tag_read_again__counts_once() -> None:
    found = _told([_held(MINE, 2)], [_tag("S1"), _tag("S1"), _tag("S2"), f"urn:epc:id:sgtin:6901234.056789.{'S2'}"])
    assert (found.counted, found.repeats, found.reads) == (2, 2, 4)
    assert found.agrees


def test_compare__more_than_booked__is_surplus() -> None:
    found = _told([_held(MINE, 1)], [_tag("S1"), _tag("S2")])
    assert (found.lines[0].surplus, found.missing) == (1, 0)
    assert not found.agrees


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (_tag("S1", "056791"), StrayKind.NOT_HELD),
        (_tag("S1", "099999"), StrayKind.UNKNOWN_ITEM),
        ("urn:epc:id:sscc:6901234.0000000001", StrayKind.NO_UNIT),
        (f"https://node.example/01/{GTIN}/10/P-1", StrayKind.NO_UNIT),
        ("E2000017010B016210000002", StrayKind.UNREADABLE),
        ("not a code", StrayKind.UNREADABLE),
    ],
)
def test_compare__code_of_something_else__is_a_stray(code: str, kind: StrayKind) -> None:
    found = _told([_held(MINE, 1)], [code])
    assert [(stray.code, stray.kind) for stray in found.strays] == [(code, kind)]
    assert found.counted == 0


def test_compare__every_spelling_of_a_unit__is_read() -> None:
    spellings = [
        _tag("S1"),
        "urn:epc:id:sgtin:6901234.056789.S2",
        "urn:epc:tag:sgtin-198:3.6901234.056789.S3",
        f"https://node.example/01/{GTIN}/10/P-1/21/S4",
        f"(01){GTIN}(10)P-1(21)S5",
    ]
    assert _told([_held(MINE, 5)], spellings).agrees


def test_compare__two_lots_of_an_item_without_codes__stand_together() -> None:
    found = _told([_held(MINE, 2), _held(ALSO_MINE, 3)], [_tag(f"S{n}") for n in range(4)])
    (line,) = found.lines
    assert [lot.id for lot in line.lots] == [MINE, ALSO_MINE]
    assert (line.booked, line.counted) == (5, 4)


def test_compare__lots_whose_codes_are_known__are_told_apart() -> None:
    codes = {MINE: {"A1", "A2"}, ALSO_MINE: {"B1"}}
    found = _told(
        [_held(MINE, 2), _held(ALSO_MINE, 1)],
        [_tag("A1"), _tag("B1"), _tag("X1")],
        lambda lot, serial: serial in codes[lot],
    )
    assert [(line.lots[0].id, line.booked, line.counted) for line in found.lines] == [(MINE, 2, 1), (ALSO_MINE, 1, 1)]
    assert [stray.kind for stray in found.strays] == [StrayKind.UNKNOWN_UNIT]


def test_compare__lots_in_bulk__are_left_to_the_scales() -> None:
    found = _told([_held(MINE, 0, gtin="")], [])
    assert (found.lines, found.uncounted) == ((), 1)


def test_compare__no_codes_at_all__misses_everything() -> None:
    found = compare([_held(MINE, 7)], [], lambda _: True, _blind)
    assert (found.missing, found.agrees) == (7, False)


def test_count_booked__opened_unit__is_not_a_whole_one() -> None:
    held = _held(MINE, 10)
    opened = Holding(held.lot, HOSPITAL, Milligrams(held.milligrams - 1))
    assert booked_units(opened) == 9


def test_take__more_codes_than_one_count_takes__is_refused() -> None:
    with pytest.raises(TooManyCodes):
        _told([], ["x"] * (MOST_CODES + 1))


def test_state__what_a_line_found__is_taken_as_facts() -> None:
    found = _told([_held(MINE, 2)], [_tag("S1")])
    assert read_facts(facts_of(found.lines[0])) == {"units_booked": 2, "units_counted": 1}


@settings(deadline=None)
@given(st.lists(st.text(max_size=60) | st.text("0123456789ABCDEF", max_size=60), max_size=20))
def test_take__whatever_was_read__is_counted_or_named(codes: list[str]) -> None:
    found = _told([_held(MINE, 1)], codes)
    assert found.reads == len(codes)
    assert found.counted + len(found.strays) + found.repeats == found.reads


def test_read_codes__table_of_a_reader__gives_its_first_column() -> None:
    urn = "urn:epc:id:sgtin:6901234.056789.A,B"
    text = f'\ufeffEPC,Antenna,RSSI\r\n{_tag("S1")},1,-52\r\n"{_tag("S2")}",2,-60\r\n\r\n{urn}\n'
    assert codes_in(text) == [_tag("S1"), _tag("S2"), urn]


def test_take__real_ledger__knows_whose_the_goods_are() -> None:
    from tests.browser.ginseng import PACKED, tell

    replay = Replay()
    tell(replay)
    stocktakes = Stocktakes(replay.ledger)
    held = {held.lot.id: held for held in replay.ledger.holdings(HOSPITAL)}[LotId(PACKED)]
    codes = [f"urn:epc:id:sgtin:6901234.056789.S{n}" for n in range(booked_units(held))]
    assert stocktakes.take(HOSPITAL, codes).agrees
    assert [s.kind for s in stocktakes.take(MemberId(word(0xFF)), codes[:1]).strays] == [StrayKind.NOT_HELD]


@pytest.fixture
def reader() -> Iterator[LLRPEmulator]:
    """A reader in software that speaks LLRP over TCP, with eleven tags before it."""
    tags = [EmulatedTag(bytes.fromhex(_tag(f"S{n}")), antennas=(1, 2)) for n in range(11)]
    emulator = LLRPEmulator(tags=tags, reads_per_sec=2000)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    asyncio.run_coroutine_threadsafe(emulator.start(), loop).result(10)
    yield emulator
    asyncio.run_coroutine_threadsafe(emulator.stop(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)


def test_sweep__emulated_reader__sees_every_tag_once(
    reader: LLRPEmulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    told: list[list[str]] = []

    def answer(codes: list[str], as_json: bool, account: str | None, node: str) -> None:
        told.append(codes)

    monkeypatch.setattr(cli, "_compare", answer)
    out = tmp_path / "read.txt"
    line = ["stocktake", "sweep", "--reader", "127.0.0.1", "--port", str(reader.port), "--seconds", "1.5"]
    ran = CliRunner().invoke(commands, [*line, "--out", str(out)])
    assert ran.exit_code == 0, ran.output
    assert sorted(told[0]) == sorted(_tag(f"S{n}").upper() for n in range(11))
    assert codes_in(out.read_text()) == told[0]
    assert _told([_held(MINE, 12)], told[0]).missing == 1


def test_sweep__no_reader_there__is_said_with_its_address(unused_tcp_port: int) -> None:
    ran = CliRunner().invoke(commands, ["stocktake", "sweep", "--reader", "127.0.0.1", "--port", str(unused_tcp_port)])
    assert isinstance(ran.exception, ReaderUnavailable)
    assert ran.exception.details["reader"] == f"127.0.0.1:{unused_tcp_port}"


def test_count__file_at_the_terminal__prints_what_the_node_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    line = {"lots": [{"reference": "P-1", "form": "renshen.dried"}], "booked": 3, "counted": 2}
    stray = {"kind": "not-held", "code": "urn:x"}
    answer = {"lines": [line], "strays": [stray], "agrees": False, "reads": 3, "repeats": 0}
    monkeypatch.setattr(cli, "at", lambda *_: answer)
    codes = tmp_path / "codes.txt"
    codes.write_text("urn:x\n")
    printed = CliRunner().invoke(commands, ["stocktake", "count", str(codes)])
    assert "-1" in printed.output
    assert "not-held  urn:x" in printed.output
    told = CliRunner().invoke(commands, ["stocktake", "count", str(codes), "--json"])
    assert json.load(io.StringIO(told.output)) == answer


def test_name__unit__is_gtin_and_serial() -> None:
    assert Unit(GTIN, "A") == Unit(GTIN, "A")
    assert Unit(GTIN, "A") != Unit(GTIN, "B")


@pytest.fixture
def client() -> Iterator[TestClient]:
    """The doors and pages over a small shelf, asked by the hospital."""
    roll: Any = Roll()
    shelf: Any = Shelf([_held(MINE, 3), _held(ALSO_MINE, 2, reference="P-2")])
    stocktakes = Stocktakes(shelf)
    app = FastAPI()
    folder = Path(pages.__file__).parents[1] / "templates"
    errors.install(
        app, Sentences([TEMPLATES, folder], FORMATS), Pages({"provenance": folder}, lambda: {"behind": None})
    )
    app.dependency_overrides[signed_in] = lambda: Caller(ACCOUNT, HOSPITAL, "Hospital")
    app.include_router(api.router(stocktakes))
    app.include_router(pages.router(stocktakes, roll, Pages({"provenance": folder}, lambda: {"behind": BEHIND})))
    with TestClient(app) as client:
        yield client


def test_ask__door__answers_lines_strays_and_facts(client: TestClient) -> None:
    answer = client.post("/api/provenance/stocktakes", json={"codes": [_tag("S1"), _tag("S1"), "zzz"]}).json()
    assert (answer["booked"], answer["counted"], answer["missing"], answer["repeats"]) == (5, 1, 4, 1)
    assert answer["lines"][0]["facts"] == {"units_booked": 5, "units_counted": 1}
    assert answer["strays"] == [{"code": "zzz", "kind": "unreadable"}]


@pytest.mark.parametrize("body", [{}, {"codes": [""]}, {"codes": "x"}, {"codes": [], "more": 1}])
def test_ask__door_with_a_wrong_body__is_refused(client: TestClient, body: dict[str, Any]) -> None:
    assert client.post("/api/provenance/stocktakes", json=body).status_code == 422


def test_count__page_with_a_file_and_typed_codes__takes_both(client: TestClient) -> None:
    file = ("read.csv", f"EPC,RSSI\n{_tag('S1')},-50\n".encode(), "text/csv")
    page = client.post("/provenance/stocktakes", data={"codes": _tag("S2")}, files={"file": file}).text
    assert "账实不符" in page
    assert "−3" in page
    assert f'value="{MINE}"' in page


def test_count__page_in_english__says_so(client: TestClient) -> None:
    codes = "\n".join(_tag(f"S{n}") for n in range(5))
    assert "Shelf and ledger agree" in client.post("/provenance/stocktakes?lang=en", data={"codes": codes}).text


def test_export__what_differs__is_a_table_with_strays(client: TestClient) -> None:
    table = client.post("/provenance/stocktakes/result.csv", data={"codes": "=cmd()\n" + _tag("S1")}).text
    assert "P-1、P-2" in table
    assert "'=cmd()" in table

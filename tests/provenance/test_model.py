"""Quantities, GS1 keys, codes, moments and facts as people write them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcmchain.provenance.model.codes import lot_code, lot_prefix
from tcmchain.provenance.model.errors import (
    FactsTooLong,
    FactsUnreadable,
    GtinInvalid,
    IdUnreadable,
    LinkInvalid,
    MomentUnreadable,
    QuantityUnreadable,
    ReferenceUnreadable,
)
from tcmchain.provenance.model.facts import FACTS, LIMIT, parse_facts, read_facts, write_facts
from tcmchain.provenance.model.gs1 import DigitalLink, build_link, check_digit, parse_gtin, parse_link
from tcmchain.provenance.model.moments import end_of_day, parse_moment
from tcmchain.provenance.model.quantity import format_mass, mass_in, parse_mass
from tcmchain.provenance.model.references import read_id, read_reference
from tcmchain.values import LotId, day_of


@pytest.mark.parametrize(
    ("text", "milligrams"),
    [
        ("12.5 kg", 12_500_000),
        ("１２．５ｋｇ", 12_500_000),
        ("500克", 500_000),
        ("1,250.5 kg", 1_250_500_000),
        ("3 斤", 1_500_000),
        ("2两", 100_000),
        ("1钱", 5_000),
        ("0.001 g", 1),
        ("1 吨", 1_000_000_000),
    ],
)
def test_read_mass__as_people_write_it__is_exact(text: str, milligrams: int) -> None:
    assert parse_mass(text) == milligrams


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "form"),
        ("很多", "form"),
        ("-1 kg", "form"),
        ("1e3 kg", "form"),
        ("1,25 kg", "form"),
        ("12", "unit-missing"),
        ("3 stone", "unit-unknown"),
        ("0.0001 g", "finer-than-milligram"),
        ("0 kg", "range"),
        ("9999999999999 t", "range"),
        ("1" * 50 + " kg", "form"),
    ],
)
def test_read_mass__no_mass__says_why(text: str, reason: str) -> None:
    with pytest.raises(QuantityUnreadable) as refused:
        parse_mass(text)
    assert refused.value.details["reason"] == reason


@given(st.integers(1, 2**53), st.sampled_from(["", "mg", "g", "kg"]))
def test_write_mass__any__reads_back_as_the_same(milligrams: int, unit: str) -> None:
    assert parse_mass(format_mass(milligrams, unit)) == milligrams


def test_write_mass__less_than_nothing__keeps_its_sign() -> None:
    assert (mass_in(-1_500, "g"), format_mass(-2_000_000)) == ("-1.5", "-2 kg")


@given(st.integers(0, 2**256 - 1))
def test_read_code__of_any_lot__finds_how_its_id_begins(number: int) -> None:
    lot = LotId(f"0x{number:064x}")
    code = lot_code(lot)
    assert lot_prefix(code) == lot[:17]
    assert lot_prefix(code.lower().replace("-", " ").replace("0", "o").replace("1", "l")) == lot[:17]


@pytest.mark.parametrize("text", ["", "ZZZZ", "UUUU-UUUU-UUUU", "ZZZZ-ZZZZ-ZZZZ-Z", "人参人参人参人参人参人参"])
def test_read_code__no_code__is_none(text: str) -> None:
    assert lot_prefix(text) is None


@given(st.sampled_from([7, 11, 12, 13]), st.data())
def test_read_gtin__any_length__fills_fourteen_digits_and_tells_a_wrong_one(length: int, data: st.DataObject) -> None:
    digits = data.draw(st.text("0123456789", min_size=length, max_size=length).filter(lambda text: int(text) > 0))
    right = check_digit(digits)
    assert parse_gtin(f" {digits}{right} ") == f"{digits}{right}".zfill(14)
    with pytest.raises(GtinInvalid):
        parse_gtin(f"{digits}{(right + 1) % 10}")


@pytest.mark.parametrize("text", ["", "0" * 14, "123", "952000001001x", "９５２００００１００１０"])
def test_read_gtin__none__is_refused(text: str) -> None:
    with pytest.raises(GtinInvalid):
        parse_gtin(text)


_SET_82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"


@given(st.text(_SET_82, min_size=1, max_size=20), st.text(_SET_82, max_size=20))
def test_read_link__any_that_was_built__is_the_same(lot: str, serial: str) -> None:
    link = DigitalLink("09520000010010", lot, serial)
    assert parse_link(build_link(link)) == link


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("/01/09520000010010", LinkInvalid),
        ("/01/09520000010010/21/A", LinkInvalid),
        ("/01/09520000010010/10/A/17/B", LinkInvalid),
        ("/01/09520000010010/10/%E4%BA%BA", LinkInvalid),
        ("/01/09520000010010/10/%FF", LinkInvalid),
        ("/01/09520000010010/10/" + "A" * 21, LinkInvalid),
        ("/01/09520000010011/10/A", GtinInvalid),
    ],
)
def test_read_link__malformed__is_refused(path: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        parse_link(path)


def test_build_link__lot_number_of_other_letters__is_refused() -> None:
    with pytest.raises(LinkInvalid):
        build_link(DigitalLink("09520000010010", "人参"))


def test_read_moment__without_offset__is_beijing_time() -> None:
    assert parse_moment("2025-09-18") == parse_moment("2025-09-17T16:00Z") == parse_moment("2025/09/18")
    assert parse_moment("2025-09-18T14:30") == parse_moment("2025-09-18T06:30:00+00:00")
    assert end_of_day("2025-09-18") == parse_moment("2025-09-19") - 1
    assert day_of(end_of_day("2025-09-18")).isoformat() == "2025-09-18"


@pytest.mark.parametrize("text", ["", "yesterday", "2025-02-30", "0001-01-01", "1969-12-31", "2025-09-18T25:00"])
def test_read_moment__none__is_refused(text: str) -> None:
    with pytest.raises(MomentUnreadable):
        parse_moment(text)


@pytest.mark.parametrize("text", ["", "  ", "人" * 11, "A" * 32, "a\nb", "a\0b", "\ud800"])
def test_read_reference__unfit__is_refused(text: str) -> None:
    with pytest.raises(ReferenceUnreadable):
        read_reference(text)


def test_read_id__upper_case__is_the_same_and_shorter_is_refused() -> None:
    assert read_id(" 0x" + "AB" * 32) == "0x" + "ab" * 32
    with pytest.raises(IdUnreadable):
        read_id("0x12")


@pytest.mark.parametrize(
    "facts",
    [
        {"patient": "anybody"},
        {"\ud800": 1},
        {"lon": 181},
        {"lat": "north"},
        {"temperature": float("nan")},
        {"temperature": True},
        {"temperature": 10**400},
        {"picked": "2025-13-01"},
        {"note": "x" * 201},
        {"note": "a\u0000b"},
        {"note": "\ud800"},
        {"report_sha256": "12"},
        {"tests": "all well"},
        {"tests": [{"item": "水分"}]},
        {"tests": [{"item": "水分", "value": 1, "ok": "yes"}]},
        {"tests": [{"item": "水分", "value": 1, "ok": True, "patient": "x"}]},
        {"tests": [{"item": "水分", "value": 1, "ok": True}] * 41},
    ],
)
def test_state_fact__unknown_or_malformed__is_refused_by_its_key(facts: dict) -> None:
    with pytest.raises(FactsUnreadable) as refused:
        read_facts(facts)
    assert refused.value.details["key"] == next(iter(facts))


def test_state_facts__empty_ones__are_left_out() -> None:
    assert read_facts({"note": "", "tests": [], "age": None, "lon": "127.5", "area": 2.0}) == {"lon": 127.5, "area": 2}


def test_state_facts__more_than_a_step_takes__are_refused() -> None:
    with pytest.raises(FactsTooLong):
        write_facts({"note": "x" * LIMIT})


_JSON = st.recursive(st.none() | st.integers() | st.text(max_size=9), lambda part: st.dictionaries(st.text(), part))
_KNOWN = st.dictionaries(st.sampled_from(list(FACTS)), _JSON)


@given(st.text(max_size=50) | _JSON.map(json.dumps) | _KNOWN.map(json.dumps))
def test_read_facts__whatever_another_wrote__never_fails(text: str) -> None:
    assert parse_facts(text).keys() <= FACTS.keys()


def test_read_facts__some_that_we_would_not_take__keeps_the_others() -> None:
    assert parse_facts('{"patient":"x","lon":999,"note":"阴凉"}') == {"note": "阴凉"}
    assert parse_facts("[1]") == parse_facts("{") == {}

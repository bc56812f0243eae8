"""Element strings: what is written is read again, as others read it, and what is wrong is told by place and rule."""

import pytest
from biip import ParseConfig
from biip.gs1_messages import GS1Message
from hypothesis import given
from hypothesis import strategies as st
from tests.gs1.vectors import SET_82, element_lists, table

from tcmchain.gs1.ais import identifiers, keys
from tcmchain.gs1.elements import (
    Element,
    build,
    build_bracketed,
    faults_together,
    parse,
    parse_bracketed,
    parse_scanned,
)
from tcmchain.gs1.errors import ElementRefused, Refused
from tcmchain.gs1.tables import rows

_CHINA_UDI = "(01)06901234567892(11)141231(17)150707(10)A213B1(21)1234"


def test_read__published_udi_of_china__says_all_five() -> None:
    assert parse(_CHINA_UDI) == (
        Element("01", "06901234567892"),
        Element("11", "141231"),
        Element("17", "150707"),
        Element("10", "A213B1"),
        Element("21", "1234"),
    )
    assert build_bracketed(parse(_CHINA_UDI)) == _CHINA_UDI


@given(element_lists())
def test_read__any_that_was_written__is_the_same(elements: list[Element]) -> None:
    assert set(parse_scanned(build(elements))) == set(elements)
    assert list(parse_bracketed(build_bracketed(elements))) == elements


@given(element_lists(("00", "01", "10", "11", "13", "17", "21", "22", "240", "30", "3103", "400", "8018")))
def test_read__any_that_was_written__is_what_another_reader_finds(elements: list[Element]) -> None:
    theirs = GS1Message.parse(build(elements), config=ParseConfig(gs1_element_strings_verify_date=False))
    assert {(one.ai.ai, one.value) for one in theirs.element_strings} == set(elements)


@given(st.text(SET_82 + "\x1d", max_size=60))
def test_read__any_text__is_read_or_refused_within_it(text: str) -> None:
    try:
        place = len(parse_scanned(text))
    except ElementRefused as refused:
        place = refused.place
    assert 1 <= place <= len(text) + 1


@given(st.text("()\\0123456789AB ", max_size=40))
def test_read__any_brackets__are_read_or_refused(text: str) -> None:
    try:
        found = parse_bracketed(text)
    except ElementRefused:
        return
    assert parse_bracketed(build_bracketed(found)) == found


@pytest.mark.parametrize("mark", ["]C1", "]e0", "]d2", "]Q3", "\x1d", "]d2\x1d"])
def test_read__mark_of_the_symbol_before_it__is_passed_over(mark: str) -> None:
    assert parse(f"{mark}0106901234567892") == (Element("01", "06901234567892"),)


@pytest.mark.parametrize(
    ("text", "place", "rule"),
    [
        ("", 1, "empty"),
        ("]C1", 1, "empty"),
        ("(01)06901234567893", 18, "check-digit"),
        ("(01)0690123456789", 18, "short"),
        ("(17)151332", 7, "date-day-open"),
        ("(17)150230", 7, "date-day-open"),
        ("(7006)150200", 9, "date"),
        ("(10)" + "A" * 21, 25, "long"),
        ("(10)人参", 5, "characters"),
        ("(21)", 5, "empty"),
        ("(05)1", 2, "unknown-ai"),
        ("0106901234567892XY", 17, "no-ai"),
        ("010690123456789205", 17, "unknown-ai"),
        ("0106901234567892" + "10" + "A" * 21 + "\x1d21B", 39, "no-separator"),
        ("(10)A(10)B", 6, "repeated"),
        ("(422)999", 6, "country"),
        ("(3912)0001", 7, "currency"),
        ("(8006)069012345678920302", 21, "piece-of-total"),
        ("(8003)10614141123452", 7, "zero"),
        ("(8013)1987654Ad4X4bL5ttr2310cXX", 30, "check-pair"),
        ("(8004)ABC", 7, "prefix"),
        ("(7003)2602302401", 9, "date"),
        ("(8007)GB82WEST12345698765433", 9, "iban"),
        ("(4309)18000000010000000000", 7, "latitude"),
        ("(4321)2", 7, "yes-no"),
        ("(7258)3/2", 7, "position"),
        ("(8011)0123", 7, "no-leading-zero"),
    ],
)
def test_read__wrong__says_where_and_why(text: str, place: int, rule: str) -> None:
    with pytest.raises(ElementRefused) as refused:
        parse(text)
    assert (refused.value.place, refused.value.rule) == (place, rule)


def test_read__bracket_within_data__is_written_so_that_it_is_read() -> None:
    elements = (Element("10", "A(21)B"), Element("21", "C"))
    assert build_bracketed(elements) == "(10)A\\(21)B(21)C"
    assert parse(build_bracketed(elements)) == elements


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        (_CHINA_UDI, []),
        ("(10)A", ["requires"]),
        ("(01)06901234567892(37)12", ["excludes", "requires"]),
        ("(01)06901234567892(3100)000001(3101)000001", ["excludes", "excludes"]),
        ("(02)06901234567892(37)12(00)106141412345678908", []),
    ],
)
def test_judge__what_stands_together__names_what_is_missing_or_must_not_meet(text: str, rules: list[str]) -> None:
    assert [fault.rule for fault in faults_together(parse(text))] == rules


def test_list__application_identifiers__are_complete_and_have_words_for_every_rule() -> None:
    words = {row["rule"] for row in rows("refusals")}
    assert len(identifiers()) == 541
    assert " ".join(keys()) == "00 01 253 255 401 402 414 415 417 8003 8004 8006 8010 8013 8017 8018"
    assert {rule for one in identifiers().values() for part in one.components for rule in part.rules} <= words


def test_judge__cases_of_the_syntax_engine__agree_on_element_strings() -> None:
    said = [row["elements"] for row in table("digital_links") if row["elements"] and not row["option"]]
    assert len(said) > 60
    for text in said:
        elements = parse_scanned(text.replace("^", "\x1d"))
        assert set(parse_scanned(build(elements))) == set(elements)


def test_write__no_elements_or_wrong_ones__is_refused() -> None:
    for elements in ([], [Element("01", "1")], [Element("10", "A"), Element("10", "B")]):
        with pytest.raises(Refused):
            build(elements)

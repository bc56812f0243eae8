"""EPCs and keys say the same, as the Tag Data Standard's own examples show."""

import pytest
from epcpy.utils.parsers import epc_pure_identity_to_gs1_element_string
from hypothesis import given
from hypothesis import strategies as st
from tests.gs1.vectors import SET_82, digits, table

from tcmchain.gs1 import digital_link
from tcmchain.gs1.elements import Element, bracketed, parse_bracketed
from tcmchain.gs1.epc import Epc, from_elements, parse, to_elements
from tcmchain.gs1.errors import EpcRefused, Refused


@pytest.mark.parametrize("row", table("epcs"), ids=lambda row: row["uri"])
def test_translate__published_example__goes_both_ways(row: dict[str, str]) -> None:
    found = parse(row["uri"])
    assert bracketed(to_elements(found)) == row["elements"]
    assert from_elements(parse_bracketed(row["elements"]), len(found.prefix)) == found
    assert found.uri == row["uri"]


@pytest.mark.parametrize("row", [row for row in table("epcs") if ":id:" in row["uri"]], ids=lambda row: row["uri"])
def test_translate__published_example__goes_through_a_digital_link(row: dict[str, str]) -> None:
    elements = parse_bracketed(row["elements"])
    link = digital_link.build(digital_link.from_elements(elements))
    assert digital_link.parse(link).elements == elements


@given(st.integers(6, 12), digits(13), st.text(SET_82, min_size=1, max_size=20))
def test_translate__any_serial__agrees_with_another_implementation(length: int, both: str, serial: str) -> None:
    found = Epc("sgtin", both[:length], both[length:], serial)
    assert parse(found.uri) == found
    assert from_elements(to_elements(found), length) == found
    # the other implementation takes no colon and no escape with a letter
    if not set(".:%") & set(found.uri.split(":", 4)[4].split(".", 2)[2]):
        assert epc_pure_identity_to_gs1_element_string(found.uri) == bracketed(to_elements(found)).replace("\\(", "(")


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("urn:epc:id:sgtin:0614141.112345", "parts"),
        ("urn:epc:id:sgtin:0614141.12345.400", "prefix-length"),
        ("urn:epc:id:sgtin:06141.4112345.400", "prefix-length"),
        ("urn:epc:id:sgtin:0614141.1123AB.400", "digits"),
        ("urn:epc:id:sgtin:0614141.112345.%zz", "percent"),
        ("urn:epc:id:sgtin:0614141.112345." + "9" * 21, "long"),
        ("urn:epc:id:gid:1.2.3", "scheme-unknown"),
        ("urn:epc:class:sgtin:0614141.112345.1", "scheme-unknown"),
        ("urn:epc:idpat:sgtin:0614141.112345.400", "pattern-serial"),
        ("urn:epc:id:cpi:0614141.abc.1", "characters"),
        ("urn:epc:id:itip:4012345.012345.4.04.7", "parts"),
        ("urn:epc:id:itip:4012345.012345.05.04.7", "piece-of-total"),
        ("urn:uuid:1", "urn"),
        ("", "urn"),
    ],
)
def test_read__wrong__says_why(text: str, rule: str) -> None:
    with pytest.raises(EpcRefused) as refused:
        parse(text)
    assert refused.value.rule == rule


@pytest.mark.parametrize(
    ("text", "length", "rule"),
    [
        ("(01)06901234567892(21)1", 5, "prefix-length"),
        ("(8004)ABCDEF", 7, "prefix"),
        ("(8004)0614141", 7, "prefix-length"),
        ("(8010)0614141AB", 7, "no-serial"),
        ("(10)A", 7, "no-epc"),
    ],
)
def test_make__elements_without_an_epc__says_why(text: str, length: int, rule: str) -> None:
    with pytest.raises(Refused) as refused:
        from_elements(parse_bracketed(text) if rule != "prefix" else _unchecked(text), length)
    assert refused.value.rule == rule


def _unchecked(text: str) -> list[Element]:
    ai, _, value = text[1:].partition(")")
    return [Element(ai, value)]


@given(st.text(max_size=60))
def test_read__any_text__is_read_or_refused(text: str) -> None:
    with pytest.raises(EpcRefused):
        parse(f"urn:epc:id:{text}?")

"""Tags of the newer kind hold what annex E.3 of the Tag Data Standard says, and nothing that they cannot hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.gs1.vectors import SET_82, digits, table, values

from tcmchain.gs1.check import with_check_digit
from tcmchain.gs1.elements import Element, bracketed, parse
from tcmchain.gs1.errors import TagRefused
from tcmchain.gs1.plus_tags import PLUS_SCHEMES, PlusTag, choose, decode, encode

_ROWS = table("plus_tags")


@pytest.mark.parametrize("row", _ROWS, ids=lambda row: row["scheme"])
def test_read__published_example__says_its_elements(row: dict[str, str]) -> None:
    found = decode(row["hex"])
    assert (found.scheme, bracketed(found.elements)) == (row["scheme"], row["elements"])


@pytest.mark.parametrize("row", _ROWS, ids=lambda row: row["scheme"])
def test_write__published_example__has_its_bits(row: dict[str, str]) -> None:
    written = choose(parse(row["elements"]), decode(row["hex"]).filter)
    assert written.scheme == row["scheme"]
    assert written.hex.rstrip("0") == row["hex"].rstrip("0")
    assert len(written.hex) % 4 == 0


def test_list__schemes__have_an_example_each() -> None:
    assert {row["scheme"] for row in _ROWS} == set(PLUS_SCHEMES)


def _text(most: int) -> st.SearchStrategy[str]:
    return st.one_of(
        st.text(alphabet, min_size=1, max_size=most) for alphabet in ("0123456789", "0123456789ABCDEF", SET_82)
    )


def _number() -> st.SearchStrategy[str]:
    return st.integers(1, 10**12 - 1).map(str)


@st.composite
def _identities(draw: st.DrawFn) -> list[Element]:
    ai = draw(st.sampled_from([scheme.ai for scheme in PLUS_SCHEMES.values()]))
    gtin, gln = draw(values("01")), draw(digits(12).map(with_check_digit))
    pieces = draw(st.integers(1, 99))
    made = {
        "01": [Element("01", gtin), Element("21", draw(_text(20)))],
        "414": [Element("414", gln), Element("254", draw(_text(20)))],
        "8003": [Element("8003", f"0{gln}{draw(_text(16))}")],
        "8004": [Element("8004", draw(digits(7)) + draw(_text(23)))],
        "253": [Element("253", gln + draw(_text(17)))],
        "255": [Element("255", gln + draw(st.text("0123456789", min_size=1, max_size=12)))],
        "8010": [Element("8010", draw(digits(7)) + draw(st.text("AZ09-/#", min_size=1, max_size=20)))],
        "8006": [Element("8006", f"{gtin}{pieces:02}99"), Element("21", draw(_text(20)))],
    }.get(ai) or [Element(ai, draw(values(ai)))]
    if ai == "8010":
        made.append(Element("8011", draw(_number())))
    if ai == "01" and draw(st.booleans()):
        made.append(Element(draw(st.sampled_from(["11", "13", "15", "16", "17"])), draw(values("17"))))
    return made


@given(_identities(), st.integers(0, 7))
def test_read__any_that_was_written__is_the_same(elements: list[Element], filter: int) -> None:
    tag = choose(elements, filter)
    assert decode(encode(tag)) == tag
    assert set(tag.elements) == set(elements)


@given(st.sampled_from([scheme.header for scheme in PLUS_SCHEMES.values()]), st.binary(min_size=6, max_size=40))
def test_read__any_bits__are_read_or_refused(header: int, rest: bytes) -> None:
    try:
        found = decode(f"{header:02X}{rest.hex()}")
    except TagRefused as refused:
        place = refused.place
        assert 1 <= place <= 8 * (len(rest) + 1) + 1
        return
    assert decode(found.hex).elements == found.elements


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("F7", "hex"),
        ("3074257BF7194E4000001A85", "header"),
        ("F7379521141123453C566CB0AFC4", "indicator"),
        ("F737952114112345345", "bits"),
        ("F7379521141123453A566CB0AFC4", "code-40"),
        ("F737952114112A4538566CB0AFC4", "field-range"),
        ("F7379521141123454856", "bits"),
        ("F73795211411234548566CB0AFC4", "check-digit"),
        ("FB372CDE795211411234538566CB0AFC4", "day-kind"),
        ("FB342C5E795211411234538566CB0AFC4", "date-day-open"),
        ("F90095201234567891235FFFF", "padding"),
        ("FA395211413 ", "bits"),
    ],
)
def test_read__wrong__says_why(text: str, rule: str) -> None:
    with pytest.raises(TagRefused) as refused:
        decode(text)
    assert refused.value.rule == rule


@pytest.mark.parametrize(
    ("tag", "rule"),
    [
        (PlusTag((Element("01", "79521141123453"),), "sgtin+"), "no-serial"),
        (PlusTag((Element("8003", "09521141123454"),), "grai+"), "no-serial"),
        (PlusTag((Element("00", "095201234567891235"),), "sscc+", 8), "filter"),
        (PlusTag((Element("00", "095201234567891234"),), "sscc+"), "check-digit"),
        (PlusTag((Element("01", "79521141123453"), Element("21", "1")), "dsgtin+"), "no-day"),
    ],
)
def test_write__what_a_tag_cannot_hold__says_why(tag: PlusTag, rule: str) -> None:
    with pytest.raises(TagRefused) as refused:
        encode(tag)
    assert refused.value.rule == rule

"""Digital Links agree with the cases that GS1 publishes, and are written so that everybody reads them alike."""

import pytest
from biip.gs1_digital_link_uris import GS1DigitalLinkURI
from hypothesis import given
from hypothesis import strategies as st
from tests.gs1.vectors import SET_82, element_lists, table, values

from tcmchain.gs1.digital_link import DigitalLink, build, canonical, from_elements, parse, parse_path
from tcmchain.gs1.elements import Element, parse_scanned
from tcmchain.gs1.errors import LinkRefused, Refused

_CASES = table("digital_links")
_GTIN = Element("01", "09520123456788")


@pytest.mark.parametrize("case", [row for row in _CASES if row["elements"] and row["option"] in ("", "short")], ids=str)
def test_read__published_case__says_the_same_elements(case: dict[str, str]) -> None:
    assert parse(case["uri"]).elements == parse_scanned(case["elements"].replace("^", "\x1d"))


@pytest.mark.parametrize("uri", [row["uri"] for row in _CASES if not row["elements"]])
def test_read__published_wrong_case__is_refused_at_a_place(uri: str) -> None:
    with pytest.raises(LinkRefused) as refused:
        parse(uri)
    assert 1 <= refused.value.place <= len(uri) + 1


@pytest.mark.parametrize("row", [row for row in _CASES if row["option"] in ("words", "unknown")], ids=str)
def test_read__what_the_standard_withdrew_or_does_not_know__is_refused_by_name(row: dict[str, str]) -> None:
    with pytest.raises(LinkRefused) as refused:
        parse(row["uri"])
    assert refused.value.rule == {"words": "withdrawn-word", "unknown": "unknown-ai"}[row["option"]]


@pytest.mark.parametrize(
    ("uri", "rule"),
    [
        ("https://id.gs1.org/AQnYUc1gmiuf", "compressed"),
        ("https://example.com/about/company", "no-key"),
        ("https://id.gs1.org/01/09520123456788/21/1/10/A", "order"),
        ("https://id.gs1.org/01/09520123456788/10/%E4%BA%BA", "characters"),
        ("https://id.gs1.org/01/09520123456788/10/%FF", "utf8"),
        ("https://id.gs1.org/01/09520123456788?21=A", "qualifier"),
        ("https://id.gs1.org/00/106141412345678908?21=A", "not-attribute"),
        ("https://id.gs1.org/01/09520123456788?17=251399", "date-day-open"),
        ("https://id.gs1.org/01/09520123456788?17=251301&17=251301", "date-day-open"),
        ("ftp://id.gs1.org/01/09520123456788", "scheme"),
        ("https://id.gs1.org/01/人参", "characters"),
    ],
)
def test_read__wrong__says_why(uri: str, rule: str) -> None:
    with pytest.raises(LinkRefused) as refused:
        parse(uri)
    assert refused.value.rule == rule


@st.composite
def _links(draw: st.DrawFn) -> DigitalLink:
    lot, serial = draw(values("10")), draw(values("21"))
    qualifiers = draw(st.sampled_from([(), (Element("10", lot),), (Element("10", lot), Element("21", serial))]))
    attributes = draw(element_lists(("11", "17", "240", "3103", "400")))
    other = draw(st.lists(st.tuples(st.text("abcXYZ_-人", min_size=1), st.text(SET_82 + " 人&="))))
    stem = draw(st.sampled_from(["https://id.gs1.org", "https://a.example:8443/x/01", "http://[::1]/00/abc"]))
    return DigitalLink(Element("01", draw(values("01"))), qualifiers, tuple(attributes), stem, tuple(other), "part")


@given(_links())
def test_read__any_that_was_built__is_the_same(link: DigitalLink) -> None:
    assert parse(build(link)) == link


@given(_links())
def test_write__canonical__keeps_the_elements_and_nothing_else(link: DigitalLink) -> None:
    found = parse(canonical(link))
    assert (found.identity, set(found.attributes)) == (link.identity, set(link.attributes))
    assert (found.stem, found.other, found.fragment) == ("https://id.gs1.org", (), "")
    assert canonical(found) == canonical(link)


@given(values("01"), values("10"), values("21"))
def test_write__lot_and_serial__is_read_alike_by_another_reader(gtin: str, lot: str, serial: str) -> None:
    link = DigitalLink(Element("01", gtin), (Element("10", lot), Element("21", serial)))
    theirs = GS1DigitalLinkURI.parse(build(link))
    assert [(one.ai.ai, one.value) for one in theirs.element_strings] == list(link.identity)


@given(st.text(max_size=80))
def test_read__any_path__is_read_or_refused(path: str) -> None:
    try:
        place = len(parse_path(f"/{path}").elements)
    except LinkRefused as refused:
        place = refused.place
    assert place >= 1


@pytest.mark.parametrize(
    ("elements", "written"),
    [
        (
            [_GTIN, Element("21", "7"), Element("10", "A"), Element("17", "270101")],
            "/01/09520123456788/10/A/21/7?17=270101",
        ),
        ([Element("10", "A"), Element("235", "T"), _GTIN], "/01/09520123456788/235/T?10=A"),
        ([Element("414", "9520123456788"), Element("254", "32a/b")], "/414/9520123456788/254/32a%2Fb"),
        ([Element("8004", "9520123.."), Element("7040", "1ABC")], "/8004/9520123../7040/1ABC"),
    ],
)
def test_arrange__elements_of_a_symbol__puts_each_in_its_place(elements: list[Element], written: str) -> None:
    assert build(from_elements(elements)) == f"https://id.gs1.org{written}"


@pytest.mark.parametrize("elements", [[Element("10", "A")], [_GTIN, Element("8011", "1")]])
def test_arrange__elements_that_make_no_link__is_refused(elements: list[Element]) -> None:
    with pytest.raises(Refused):
        from_elements(elements)


def test_write__data_of_dots_alone__survives_browsers() -> None:
    assert build(DigitalLink(_GTIN, (Element("10", ".."),))).endswith("/10/%2E%2E")

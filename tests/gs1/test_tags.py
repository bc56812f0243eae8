"""Tags hold what the Tag Data Standard's annex E.3 says, bit by bit, and nothing that they cannot hold."""

from collections.abc import Callable
from typing import Any

import pytest
from epcpy.epc_schemes import giai, grai, sgln, sgtin, sscc
from hypothesis import given
from hypothesis import strategies as st
from tests.gs1.vectors import SET_82, digits, table

from tcmchain.gs1.elements import bracketed
from tcmchain.gs1.epc import Epc, to_elements
from tcmchain.gs1.errors import TagRefused
from tcmchain.gs1.tags import TAG_SCHEMES, Tag, choose, decode, decode_bits, encode, parse_tag_uri

_ROWS = table("tags")
_PREFIX = st.integers(6, 12)


@pytest.mark.parametrize("row", _ROWS, ids=lambda row: row["uri"])
def test_read__published_example__says_its_tag_and_elements(row: dict[str, str]) -> None:
    found = decode(row["hex"])
    assert found.uri == row["uri"]
    assert bracketed(to_elements(found.epc)) == row["elements"]


@pytest.mark.parametrize("row", _ROWS, ids=lambda row: row["uri"])
def test_write__published_example__has_its_bits_and_zeros_to_the_word(row: dict[str, str]) -> None:
    written = encode(parse_tag_uri(row["uri"]))
    least = min(len(written), len(row["hex"]))
    assert written[:least] == row["hex"][:least]
    assert set(written[least:] + row["hex"][least:]) <= {"0"}
    assert len(written) % 4 == 0


def test_list__schemes__have_an_example_each() -> None:
    assert {parse_tag_uri(row["uri"]).scheme for row in _ROWS} == set(TAG_SCHEMES)


@st.composite
def _tags(draw: st.DrawFn) -> Tag:
    scheme = TAG_SCHEMES[draw(st.sampled_from(sorted(TAG_SCHEMES)))]
    total = {"sgtin": 13, "sscc": 17, "gsrn": 17, "gsrnp": 17, "giai": 12}.get(scheme.epc, 12)
    length = draw(_PREFIX)
    both = draw(digits(total))
    reference = both[length:]
    serial = ""
    if scheme.letters:
        most = {"grai-170": 16, "gdti-174": 17}.get(scheme.name, 20)
        serial = draw(st.text(SET_82, min_size=1, max_size=most))
    elif scheme.serial_bits:
        serial = str(draw(st.integers(0, 2**scheme.serial_bits - 1)))
    if scheme.name == "giai-96":
        reference = str(draw(st.integers(0, 2**42 - 1)))
    if scheme.name == "giai-202":
        reference = draw(st.text(SET_82, min_size=1, max_size=18))
    return Tag(Epc(scheme.epc, both[:length], reference, serial), scheme.name, draw(st.integers(0, 7)))


@given(_tags())
def test_read__any_that_was_written__is_the_same(tag: Tag) -> None:
    assert decode(encode(tag)) == tag
    assert parse_tag_uri(tag.uri) == tag


_THEIRS: dict[str, Callable[[str], Any]] = {
    "sgtin": sgtin.SGTIN,
    "sscc": sscc.SSCC,
    "sgln": sgln.SGLN,
    "grai": grai.GRAI,
    "giai": giai.GIAI,
}


# the other implementation loses colons, and takes no escape with a letter
@given(_tags().filter(lambda tag: tag.epc.scheme in _THEIRS and not set(":%") & set(tag.uri.split(":", 4)[4])))
def test_write__any__agrees_with_another_implementation(tag: Tag) -> None:
    theirs = _THEIRS[tag.epc.scheme](tag.epc.uri)
    scheme = next(one for one in theirs.BinaryCodingScheme if one.value == tag.scheme)
    ours = encode(tag)
    bits = theirs.binary(binary_coding_scheme=scheme, filter_value=_Filter(tag.filter))
    assert f"{int(ours, 16):0{len(ours) * 4}b}"[: len(bits)] == bits


class _Filter:
    """A filter value as the other implementation takes it."""

    def __init__(self, value: int) -> None:
        self.value = str(value)


@given(st.sampled_from(sorted(TAG_SCHEMES)), st.data())
def test_read__any_bits__are_read_and_written_alike_or_refused(name: str, data: st.DataObject) -> None:
    scheme = TAG_SCHEMES[name]
    rest = data.draw(st.binary(min_size=26, max_size=26))
    digits_ = f"{scheme.header:02X}{rest.hex().upper()}"
    length = scheme.bits + -scheme.bits % 16
    try:
        found = decode(digits_[: length // 4])
    except TagRefused:
        return
    assert encode(found) == digits_[: length // 4]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "hex"),
        ("30742", "bits"),
        ("xyz", "hex"),
        ("FF74257BF7194E4000001A85", "header"),
        ("307C257BF7194E4000001A85", "partition"),
        ("3030000000000000000000000", "bits"),
        ("3077FFFFFFFFFFFFFFFFFFFF", "field-range"),
        ("3174257BF4499602D2000001", "padding"),
        ("3674257BF6B400000000000000000000000000000000000000"[:52], "empty"),
    ],
)
def test_read__wrong__says_why(text: str, rule: str) -> None:
    with pytest.raises(TagRefused) as refused:
        decode(text)
    assert refused.value.rule == rule


@pytest.mark.parametrize(
    ("uri", "rule"),
    [
        ("urn:epc:tag:sgtin-96:3.0614141.812345.012", "serial-numeric"),
        ("urn:epc:tag:sgtin-96:3.0614141.812345.A", "serial-numeric"),
        ("urn:epc:tag:sgtin-96:3.0614141.812345.274877906944", "serial-range"),
        ("urn:epc:tag:giai-96:3.061414112345.4398046511104", "serial-range"),
    ],
)
def test_write__what_a_tag_cannot_hold__says_why(uri: str, rule: str) -> None:
    with pytest.raises(TagRefused) as refused:
        encode(parse_tag_uri(uri))
    assert refused.value.rule == rule


@given(_tags())
def test_read__bits_of_any_tag__are_the_tag(tag: Tag) -> None:
    assert len(tag.bits) == TAG_SCHEMES[tag.scheme].bits
    assert decode_bits(tag.bits) == tag


@pytest.mark.parametrize(
    ("uri", "name"),
    [
        ("urn:epc:tag:sgtin-96:1.0614141.812345.6789", "零售单元"),
        ("urn:epc:tag:sscc-96:6.0614141.1234567890", "整托单元"),
        ("urn:epc:tag:giai-96:3.0614141.5678", ""),
    ],
)
def test_name__filter_value__says_what_is_tagged(uri: str, name: str) -> None:
    assert parse_tag_uri(uri).filter_name("zh") == name


@pytest.mark.parametrize(
    ("serial", "scheme"),
    [("400", "sgtin-96"), ("0400", "sgtin-198"), ("274877906943", "sgtin-96"), ("274877906944", "sgtin-198")],
)
def test_choose__serial__takes_the_shortest_tag_that_holds_it(serial: str, scheme: str) -> None:
    assert choose(Epc("sgtin", "0614141", "112345", serial)).scheme == scheme


@pytest.mark.parametrize("epc", [Epc("sgtin", "0614141", "112345", "*", "idpat"), Epc("pgln", "1234567", "89012")])
def test_choose__what_no_tag_holds__is_refused(epc: Epc) -> None:
    with pytest.raises(TagRefused, match="no-tag"):
        choose(epc)

"""Any code tells what it is; what is no code is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from tcmchain.gs1 import cli, trace_code
from tcmchain.gs1.check import with_check_digit
from tcmchain.gs1.errors import EpcRefused, Refused, TagRefused, TraceCodeRefused, rule_en, rule_zh
from tcmchain.gs1.reading import Kind, read, tag_of

_TRACE = "81234567890123456789"


@pytest.mark.parametrize(
    ("text", "kind", "human"),
    [
        ("(01)06901234567892(10)A", Kind.ELEMENTS, "(01)06901234567892(10)A"),
        ("010690123456789210A\x1d21B", Kind.ELEMENTS, "(01)06901234567892(10)A(21)B"),
        ("010690123456789210A␝21B", Kind.ELEMENTS, "(01)06901234567892(10)A(21)B"),
        ("]d2010690123456789210A", Kind.ELEMENTS, "(01)06901234567892(10)A"),
        ("https://a.example/01/6901234567892/10/A?x=1", Kind.LINK, "(01)06901234567892(10)A"),
        ("urn:epc:id:sgtin:0614141.112345.400", Kind.EPC, "(01)10614141123459(21)400"),
        ("urn:epc:tag:sgtin-96:3.0614141.812345.6789", Kind.TAG_URI, "(01)80614141123458(21)6789"),
        ("3074257BF7194E4000001A85", Kind.TAG, "(01)80614141123458(21)6789"),
        ("0x3074257bf7194e4000001a85", Kind.TAG, "(01)80614141123458(21)6789"),
        (_TRACE, Kind.TRACE_CODE, "8123456 78901 23456 789"),
        ("８１２３４５６ 7890123456789", Kind.TRACE_CODE, "8123456 78901 23456 789"),
        ("6901234567892", Kind.KEY, "(01)06901234567892"),
        ("106141412345678908", Kind.KEY, "(00)106141412345678908"),
        ("00106141412345678908", Kind.ELEMENTS, "(00)106141412345678908"),
    ],
)
def test_read__each_kind_of_code__is_known(text: str, kind: Kind, human: str) -> None:
    found = read(text)
    assert (found.kind, found.human) == (kind, human)


@pytest.mark.parametrize("text", ["", "人参", "hello", "6901234567893", "urn:x", "https://a.example/", "0" * 3000])
def test_read__no_code__is_refused(text: str) -> None:
    with pytest.raises(Refused):
        read(text)


@given(st.text(max_size=60))
def test_read__any_text__is_read_or_refused(text: str) -> None:
    try:
        found = read(text)
    except Refused as refused:
        told = rule_zh(refused.rule), rule_en(refused.rule)
    else:
        told = found.kind.value, found.human
    assert all(told)


def test_read__key_with_the_length_of_its_prefix__has_an_epc() -> None:
    assert read("(01)06901234567892(21)7", 8).epc == "urn:epc:id:sgtin:69012345.06789.7"
    assert read("(01)06901234567892(21)7").epc == ""


def test_tag__lot_with_serial__holds_the_serial_and_comes_back() -> None:
    tag = tag_of("(01)06901234567892(21)7", 8, 1)
    assert read(tag.hex).human == "(01)06901234567892(21)7"


def test_tag__key_without_the_length_of_its_prefix__goes_into_a_newer_scheme() -> None:
    tag = tag_of("(01)06901234567892(17)281231(10)A(21)7")
    assert tag.scheme == "dsgtin+"
    assert read(tag.hex).human == "(01)06901234567892(21)7(17)281231"


@pytest.mark.parametrize(
    ("text", "error"), [(_TRACE, EpcRefused), ("(10)A", TagRefused), ("(01)06901234567892", TagRefused)]
)
def test_tag__code_that_no_tag_holds__is_refused(text: str, error: type[Refused]) -> None:
    with pytest.raises(error):
        tag_of(text)


def test_read__trace_code__is_a_drug_and_a_serial() -> None:
    found = trace_code.parse(" 8123456-7890123456789 ")
    assert (found.drug, found.serial) == ("8123456", "7890123456789")
    assert found.link("https://a.example/find") == f"https://a.example/find?q={_TRACE}"


@pytest.mark.parametrize(
    ("text", "rule"), [("8123", "trace-code"), ("8123456789012345678X", "digits"), ("", "trace-code")]
)
def test_read__no_trace_code__says_why(text: str, rule: str) -> None:
    with pytest.raises(TraceCodeRefused) as refused:
        trace_code.parse(text)
    assert refused.value.rule == rule


@given(st.text("0123456789", min_size=17, max_size=17))
def test_read__pallet_label_of_twenty_digits__is_never_a_trace_code(payload: str) -> None:
    assert read(f"00{with_check_digit(payload)}").kind is Kind.ELEMENTS


def test_run__command__prints_what_a_code_says_and_what_a_tag_holds() -> None:
    run = CliRunner().invoke
    told = run(cli.app, ["read", "(01)06901234567892(17)270101(37)1", "--prefix-length", "8"])
    assert "USE BY or EXPIRY" in told.output
    assert rule_zh("excludes") in told.output
    written = run(cli.app, ["tag", "encode", "urn:epc:id:sgtin:0614141.812345.6789", "--filter", "3"]).output.split()
    assert written == ["3074257BF7194E4000001A85", "urn:epc:tag:sgtin-96:3.0614141.812345.6789"]
    assert "(01)" in run(cli.app, ["tag", "decode", written[0]]).output
    assert trace_code.parse(_TRACE).drug in run(cli.app, ["read", _TRACE]).output

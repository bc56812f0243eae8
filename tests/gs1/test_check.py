"""Check digits are those of the General Specifications."""

import biip.checksums
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcmchain.gs1.check import check_digit, check_pair, is_checked, parse_gtin, with_check_digit
from tcmchain.gs1.errors import KeyRefused

_DIGITS = st.text("0123456789", min_size=7, max_size=17)


@given(_DIGITS)
def test_check__any_digits__agrees_with_another_implementation(payload: str) -> None:
    assert check_digit(payload) == biip.checksums.gs1_standard_check_digit(payload)
    assert is_checked(with_check_digit(payload))


@given(_DIGITS, st.data())
def test_check__one_digit_misread__is_told(payload: str, data: st.DataObject) -> None:
    key = with_check_digit(payload)
    at = data.draw(st.integers(0, len(key) - 1))
    wrong = data.draw(st.sampled_from("0123456789").filter(lambda digit: digit != key[at]))
    assert not is_checked(key[:at] + wrong + key[at + 1 :])


@pytest.mark.parametrize("gmn", ["1987654Ad4X4bL5ttr2310c2K"])
def test_check__published_model_number__has_its_pair(gmn: str) -> None:
    assert check_pair(gmn[:-2]) == gmn[-2:]


@pytest.mark.parametrize(
    ("text", "place", "rule"),
    [
        ("69012345678A2", 12, "digits"),
        ("690123456789", 12, "check-digit"),
        ("6901234567893", 13, "check-digit"),
        ("123", 3, "length"),
        ("00000000", 1, "not-zero"),
        ("", 1, "digits"),
    ],
)
def test_read_gtin__wrong__says_where_and_why(text: str, place: int, rule: str) -> None:
    with pytest.raises(KeyRefused) as refused:
        parse_gtin(text)
    assert (refused.value.place, refused.value.rule) == (place, rule)


def test_read_gtin__every_length__is_fourteen_digits() -> None:
    for length in (7, 11, 12, 13):
        assert len(parse_gtin(with_check_digit("6901234567890"[:length]))) == 14

"""Points as people write them, and whose they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcmchain.rewards.model import (
    HolderId,
    Place,
    PointsUnreadable,
    Purse,
    ReasonTooLong,
    format_points,
    parse_points,
    place_of,
    write_reason,
)
from tcmchain.values import Points

MEMBER = HolderId("0x" + "1a" * 32)


@given(st.integers(0, 10**18))
def test_parse__what_was_formatted__is_the_same_amount(amount: int) -> None:
    assert parse_points(format_points(amount)) == amount


@pytest.mark.parametrize(("text", "amount"), [("12.5", 12_500), ("1,000", 1_000_000), ("0.001", 1), (" 7 ", 7_000)])
def test_parse__as_people_write__is_thousandths(text: str, amount: int) -> None:
    assert parse_points(text) == amount


@pytest.mark.parametrize("text", ["", "-1", "1.0001", "1e3", "十", "1.", ".5", "9" * 17, "１２"])
def test_parse__what_is_no_number_of_points__is_refused(text: str) -> None:
    with pytest.raises(PointsUnreadable):
        parse_points(text)


@pytest.mark.parametrize(
    ("holder", "place"),
    [(None, Place.FOUNDING), (MEMBER, Place.MEMBERS), ("fund", Place.FUND), ("reserve", Place.RESERVE)],
)
def test_place__of_each_holder__is_one_of_five(holder: str | None, place: Place) -> None:
    assert place_of(holder) is place
    assert place_of("Guarantees") is Place.LOCKED


def test_purse__of_a_member__names_it() -> None:
    assert str(Purse(MEMBER, Points(1)).member) == MEMBER
    assert Purse(HolderId("fund"), Points(1)).member is None


def test_write_reason__too_long_or_unprintable__is_refused() -> None:
    assert write_reason(" 补发 ") == '{"note":"补发"}'
    assert write_reason("") == "{}"
    for text in ("长" * 201, "a\nb"):
        with pytest.raises(ReasonTooLong):
            write_reason(text)

"""Any of the needed shares give the secret, fewer give nothing."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcmchain.crypto.errors import SharesUnfit
from tcmchain.crypto.shares import combine, split

SECRET = bytes(range(32))


@given(st.binary(min_size=1, max_size=40), st.integers(2, 6), st.integers(0, 4))
def test_combine__needed_shares_in_any_order__give_the_secret(secret: bytes, needed: int, more: int) -> None:
    shares = split(secret, needed, needed + more)
    assert combine(shares[-needed:][::-1]) == secret
    assert combine(shares) == secret


def test_combine__every_choice_of_three_of_five__gives_the_secret() -> None:
    shares = split(SECRET, 3, 5)
    assert {combine(some) for some in combinations(shares, 3)} == {SECRET}


def test_combine__too_few_shares__give_something_else() -> None:
    assert combine(split(SECRET, 3, 5)[:2]) != SECRET


def test_combine__share_of_another_secret__gives_something_else() -> None:
    assert combine([split(SECRET, 2, 3)[0], split(bytes(32), 2, 3)[1]]) != SECRET


def test_split__one_share__tells_nothing_of_the_byte() -> None:
    seen = {split(b"\x2a", 2, 2)[0][0] for _ in range(4000)}
    assert len(seen) > 250


def test_split__layout__is_values_then_place() -> None:
    shares = split(SECRET, 2, 255)
    assert {len(share) for share in shares} == {33}
    assert {share[-1] for share in shares} == set(range(1, 256))


@pytest.mark.parametrize(
    "shares",
    [[], [b"ab"], [b"ab", b"ab"], [b"a\1", b"bc\2"], [b"a\0", b"b\1"], [b"\1", b"\2"], [b"", b"a\1"]],
    ids=["none", "one", "twice", "lengths", "place 0", "no bytes", "empty"],
)
def test_combine__shares_that_cannot_be__are_refused(shares: list[bytes]) -> None:
    with pytest.raises(SharesUnfit):
        combine(shares)


@pytest.mark.parametrize(("needed", "total"), [(1, 3), (0, 0), (4, 3), (2, 256)])
def test_split__numbers_that_cannot_be__are_refused(needed: int, total: int) -> None:
    with pytest.raises(SharesUnfit):
        split(SECRET, needed, total)


def test_split__empty_secret__is_refused() -> None:
    with pytest.raises(SharesUnfit):
        split(b"", 2, 3)

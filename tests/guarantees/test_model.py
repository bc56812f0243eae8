"""What a bond costs and what a claim is worth."""

from hypothesis import given
from hypothesis import strategies as st

from tcmchain.guarantees.model.pledges import discount_steps, share_of


def test_discount__every_five_clean_lots__is_one_step_up_to_five() -> None:
    assert [discount_steps(n) for n in (0, 4, 5, 9, 24, 25, 99)] == [0, 0, 1, 1, 4, 5, 5]


@given(st.integers(0, 10**12), st.lists(st.integers(1, 10**12), min_size=1, max_size=12))
def test_share__of_every_claim_in_turn__leaves_nothing_behind(pot: int, weights: list[int]) -> None:
    left, weight = pot, sum(weights)
    for claim in weights:
        share = share_of(left, claim, weight)
        left, weight = left - share, weight - claim
    assert (left, weight) == (0, 0)


def test_share__of_nobody__is_nothing() -> None:
    assert share_of(100, 0, 0) == 0

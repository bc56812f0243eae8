"""A share a minute: counted by name, forgotten with the minute."""

from tcmchain.web.allowance import Allowance


def test_spend__within_the_share__waits_for_nothing() -> None:
    allowance = Allowance(2)
    assert [allowance.spend("here", 100), allowance.spend("here", 101)] == [0, 0]


def test_spend__beyond_the_share__tells_the_seconds_of_the_minute_that_are_left() -> None:
    allowance = Allowance(1)
    allowance.spend("here", 100)
    assert allowance.spend("here", 100) == 20
    assert allowance.spend("there", 100) == 0


def test_spend__in_the_next_minute__begins_anew() -> None:
    allowance = Allowance(1)
    allowance.spend("here", 119)
    assert allowance.spend("here", 119) == 1
    assert allowance.spend("here", 120) == 0


def test_spend__by_very_many_names__forgets_the_quietest() -> None:
    allowance = Allowance(1)
    allowance.spend("first", 100)
    for number in range(10_000):
        allowance.spend(f"{number}", 100)
    assert allowance.spend("first", 100) == 0

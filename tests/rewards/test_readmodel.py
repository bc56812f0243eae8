"""Points as a replay of moves."""

from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tcmchain.chain.contracts import Contracts
from tcmchain.chain.events import Event
from tcmchain.index.engine import open_engine
from tcmchain.rewards.contract import RewardTokenCalls
from tcmchain.rewards.model import HolderId, Place
from tcmchain.rewards.readmodel import RewardsProjection, RewardsRecords
from tcmchain.rewards.service import Rewards
from tcmchain.values import ZERO_ADDRESS, ZERO_HASH, BlockNumber, Hash32, UnixTime, short_text

GROWER, HOSPITAL = "0x" + "1a" * 32, "0x" + "2b" * 31 + "00"
HOLDERS = (GROWER, HOSPITAL, short_text("fund"), short_text("reserve"), short_text("Guarantees"))
MOVES = st.lists(
    st.tuples(
        st.sampled_from(HOLDERS), st.sampled_from(HOLDERS), st.integers(1, 10**12), st.sampled_from(("fee", "bond"))
    ),
    max_size=30,
)


def _event(index: int, sender: str, receiver: str, amount: int, why: str) -> Event:
    args = {"from": sender, "to": receiver, "why": short_text(why), "amount": amount, "about": ZERO_HASH}
    tx = Hash32("0x" + f"{index:064x}")
    return Event("care", "RewardToken", "Moved", args, ZERO_ADDRESS, BlockNumber(7), UnixTime(1), tx, index)


def _replayed(folder: Path, events: list[Event], cut: int) -> Rewards:
    engine = open_engine(f"sqlite:///{folder / 'index.db'}")
    projection = RewardsProjection()
    with engine.begin() as connection:
        projection.metadata.create_all(connection)
        projection.clear(connection, "care")
        projection.apply(connection, events[:cut])
        projection.apply(connection, events[cut:])
    return Rewards(RewardTokenCalls(Contracts()), RewardsRecords(engine))


@settings(deadline=None, max_examples=60)
@given(moves=MOVES, cut=st.integers(0, 40))
def test_replay__any_moves__keep_supply_and_purses(
    tmp_path_factory: pytest.TempPathFactory, moves: list[tuple[str, str, int, str]], cut: int
) -> None:
    folder = tmp_path_factory.mktemp("points")
    founding = [_event(i, ZERO_HASH, holder, 10**15, "founding") for i, holder in enumerate(HOLDERS)]
    events = [*founding, *(_event(len(HOLDERS) + i, *move) for i, move in enumerate(moves))]
    rewards = _replayed(folder, events, cut)
    has: dict[str, int] = defaultdict(lambda: 10**15)
    for sender, receiver, amount, _ in moves:
        has[sender] -= amount
        has[receiver] += amount
    supply = rewards.supply()
    assert supply.closes
    assert supply.total == len(HOLDERS) * 10**15
    assert rewards.purse(HolderId(GROWER)).amount == has[GROWER]
    assert rewards.purse(HolderId(HOSPITAL)).amount == has[HOSPITAL]
    assert supply.locked == has[short_text("Guarantees")]
    fees = sum(flow.amount for flow in rewards.flows() if flow.why == "fee")
    assert fees == sum(amount for _, _, amount, why in moves if why == "fee")


def test_moves__of_one_holder__come_in_pages_newest_first(tmp_path: Path) -> None:
    founding = [_event(0, ZERO_HASH, GROWER, 1_000, "founding")]
    fees = [_event(i, GROWER, short_text("fund"), 1, "fee") for i in range(1, 30)]
    rewards = _replayed(tmp_path, [*founding, *fees], 12)
    first = rewards.moves(HolderId("fund"), 20)
    rest = rewards.moves(HolderId("fund"), 20, first[-1].step)
    assert [move.step for move in (*first, *rest)] == sorted((m.step for m in (*first, *rest)), reverse=True)
    assert len(first) + len(rest) == 29
    assert rewards.moves(limit=50)[-1].sender is None
    assert [purse.holder for purse in rewards.purses()] == [GROWER, "fund"]
    assert rewards.flows()[0].source is Place.FOUNDING

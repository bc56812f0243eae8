"""The index against a chain that grows, takes back blocks and puts other contracts in force."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, Connection, Engine, MetaData, String, Table, create_engine, insert, select, text
from tests.index.fake_chain import ELSEWHERE, MEMBERS, FakeChain, admitted, installed, suspended, word

from tcmchain.chain.contracts import Contracts
from tcmchain.chain.events import Event
from tcmchain.index.engine import open_engine
from tcmchain.index.indexing import Index, NotIndexed
from tcmchain.members.readmodel.projection import MembersProjection
from tcmchain.members.readmodel.records import MembersRecords
from tcmchain.values import ChainName, MemberId


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "sqlite":
        found = open_engine(f"sqlite:///{tmp_path / 'index.db'}")
        yield found
        found.dispose()
        return
    server = create_engine(request.getfixturevalue("postgres_url"), isolation_level="AUTOCOMMIT")
    name = f"index_{uuid.uuid4().hex}"
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    found = open_engine(str(server.url.set(database=name)))
    yield found
    found.dispose()
    server.dispose()


def _index(engine: Engine, chain: FakeChain, **more: Any) -> Index:
    projections = more.pop("projections", [MembersProjection()])
    return Index(engine, {"care": chain.client()}, projections, Contracts({("care", "Members"): MEMBERS}), **more)


def _names(engine: Engine) -> list[str]:
    return sorted(member.profile.name_zh for member in MembersRecords(engine).search().members)


class Broken(MembersProjection):
    """Fails once, in the middle of a stretch."""

    def __init__(self) -> None:
        self.fails = True

    def apply(self, connection: Connection, events: Sequence[Event]) -> None:
        super().apply(connection, events)
        if self.fails:
            self.fails = False
            raise RuntimeError("the disk is full")


class Names:
    """A projection that keeps the names of events."""

    contract = "Members"
    chains: tuple[ChainName, ...] = ("care",)

    def __init__(self, *more: str) -> None:
        self.metadata = MetaData()
        columns = [Column(name, String(20)) for name in more]
        self.table = Table("test_name", self.metadata, Column("name", String(20)), *columns)

    def apply(self, connection: Connection, events: Sequence[Event]) -> None:
        connection.execute(insert(self.table), [{"name": event.name} for event in events])

    def clear(self, connection: Connection, chain: ChainName) -> None:
        assert chain == "care"
        connection.execute(self.table.delete())

    def read(self, engine: Engine) -> list[str]:
        with engine.connect() as connection:
            return sorted(row.name for row in connection.execute(select(self.table)))


async def test_catch__empty_database__has_every_event(engine: Engine) -> None:
    chain = FakeChain()
    for number in range(1, 40):
        chain.add(admitted(number))
        chain.add()
    index = _index(engine, chain)
    told: list[tuple[str, int, int]] = []
    await index.catch_up(lambda *step: told.append(step))
    assert len(_names(engine)) == 39
    assert index.head("care") == 78
    assert index.lag("care") == 0
    assert told[-1] == ("care", 78, 78)


async def test_catch__nothing_new__reads_no_logs(engine: Engine) -> None:
    chain = FakeChain()
    chain.add(admitted(1))
    index = _index(engine, chain)
    await index.catch_up()
    asked = chain.asked
    await index.catch_up()
    assert chain.asked == asked + 1


async def test_start__index_of_an_earlier_run__goes_on_where_it_stopped(engine: Engine) -> None:
    chain = FakeChain()
    chain.add(admitted(1))
    await _index(engine, chain).catch_up()
    chain.add(admitted(2))
    again = _index(engine, chain)
    await again.prepare()
    assert again.head("care") == 1
    await again.catch_up()
    assert _names(engine) == ["成员1", "成员2"]


async def test_catch__blocks_taken_back__follows_the_other_fork(engine: Engine) -> None:
    chain = FakeChain()
    for number in range(1, 10):
        chain.add(admitted(number))
    index = _index(engine, chain)
    await index.catch_up()
    chain.take_back(5, "b")
    chain.add(admitted(70), suspended(2))
    await index.catch_up()
    assert _names(engine) == ["成员1", "成员2", "成员3", "成员4", "成员70"]
    assert index.head("care") == 5
    found = MembersRecords(engine).member(MemberId(word(2)))
    assert found is not None
    assert found.standing.word == "Suspended"


async def test_catch__another_chain_altogether__begins_anew(engine: Engine) -> None:
    chain = FakeChain()
    chain.add(admitted(1))
    await _index(engine, chain).catch_up()
    other = FakeChain(fork="b")
    other.add(admitted(5))
    await _index(engine, other).catch_up()
    assert _names(engine) == ["成员5"]


async def test_catch__confirmations__leaves_the_newest_blocks(engine: Engine) -> None:
    chain = FakeChain()
    for number in range(1, 6):
        chain.add(admitted(number))
    index = _index(engine, chain, confirmations=2)
    await index.catch_up()
    assert index.head("care") == 3
    assert len(_names(engine)) == 3


async def test_catch__fewer_blocks_than_confirmations__waits(engine: Engine) -> None:
    chain = FakeChain()
    index = _index(engine, chain, confirmations=5)
    await index.catch_up()
    assert index.head("care") == -1


async def test_catch__network_that_answers_few_blocks_at_once__asks_for_fewer(engine: Engine) -> None:
    chain = FakeChain(refuse_above=7)
    for number in range(1, 100):
        chain.add(admitted(number))
    await _index(engine, chain).catch_up()
    assert MembersRecords(engine).search().total == 99


async def test_catch__entry_of_an_unknown_address__is_left_out(engine: Engine) -> None:
    chain = FakeChain()
    chain.add(admitted(1), admitted(2, ELSEWHERE))
    await _index(engine, chain).catch_up()
    assert _names(engine) == ["成员1"]


async def test_catch__contract_installed_within_a_stretch__counts_from_there(engine: Engine) -> None:
    chain = FakeChain()
    chain.add(admitted(1), admitted(2, ELSEWHERE))
    chain.add(installed("Members", ELSEWHERE), admitted(3, ELSEWHERE), admitted(4))
    contracts = Contracts({("care", "Members"): MEMBERS})
    await Index(engine, {"care": chain.client()}, [MembersProjection()], contracts).catch_up()
    assert _names(engine) == ["成员1", "成员3"]
    assert contracts.address("care", "Members") == ELSEWHERE


async def test_start__contract_installed_in_an_earlier_run__is_known(engine: Engine) -> None:
    chain = FakeChain()
    chain.add(installed("Practitioners", ELSEWHERE))
    await _index(engine, chain).catch_up()
    contracts = Contracts({("care", "Members"): MEMBERS})
    await Index(engine, {"care": chain.client()}, [MembersProjection()], contracts).prepare()
    assert contracts.address("care", "Practitioners") == ELSEWHERE


async def test_catch__projection_fails_midway__nothing_of_the_stretch_is_kept(engine: Engine) -> None:
    chain = FakeChain()
    chain.add(admitted(1))
    index = _index(engine, chain, projections=[Broken()])
    with pytest.raises(RuntimeError):
        await index.catch_up()
    assert _names(engine) == []
    await index.catch_up()
    assert _names(engine) == ["成员1"]


async def test_rebuild__tables_tampered_with__are_as_the_chain_says(engine: Engine) -> None:
    chain = FakeChain()
    chain.add(admitted(1))
    chain.add(admitted(2))
    index = _index(engine, chain)
    await index.catch_up()
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM members_member"))
    await index.rebuild()
    assert _names(engine) == ["成员1", "成员2"]


async def test_start__new_projection__replays_the_kept_events_without_the_chain(engine: Engine) -> None:
    chain = FakeChain()
    chain.add(admitted(1), suspended(1))
    await _index(engine, chain).catch_up()
    asked, names = chain.asked, Names()
    await _index(engine, chain, projections=[MembersProjection(), names]).prepare()
    assert names.read(engine) == ["Admitted", "Suspended"]
    assert chain.asked == asked


async def test_start__projection_with_another_table__is_replayed(engine: Engine) -> None:
    chain = FakeChain()
    chain.add(admitted(1))
    await _index(engine, chain, projections=[Names()]).catch_up()
    changed = Names("place")
    await _index(engine, chain, projections=[changed]).prepare()
    assert changed.read(engine) == ["Admitted"]
    await _index(engine, chain, projections=[changed]).prepare()
    assert changed.read(engine) == ["Admitted"]


async def test_wait__new_head_announced__is_indexed_at_once(engine: Engine) -> None:
    chain = FakeChain()
    heads: asyncio.Queue[int] = asyncio.Queue()

    async def wake() -> AsyncIterator[object]:
        while True:
            yield await heads.get()

    index = _index(engine, chain, wakes={"care": wake})
    await index.start()
    try:
        await index.wait("care", 0, timeout=5)
        block = chain.add(admitted(1))
        heads.put_nowait(block)
        await index.wait("care", block, timeout=1)
        assert _names(engine) == ["成员1"]
    finally:
        await index.stop()


async def test_wait__block_that_does_not_come__says_how_far_the_index_is(engine: Engine) -> None:
    index = _index(engine, FakeChain())
    await index.start()
    try:
        with pytest.raises(NotIndexed) as caught:
            await index.wait("care", 5, timeout=0.3)
        assert caught.value.details == {"chain": "care", "block": 5, "indexed": 0}
    finally:
        await index.stop()


async def test_follow__chain_in_trouble__is_told_and_overcome(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tcmchain.index.indexing._PAUSE_AFTER_TROUBLE", 0.02)
    chain = FakeChain()
    chain.add(admitted(1))
    index = _index(engine, chain, projections=[Broken()])
    await index.start()
    try:
        await index.wait("care", 1, timeout=5)
        assert _names(engine) == ["成员1"]
    finally:
        await index.stop()


async def test_stop__amid_a_write__leaves_a_whole_stretch(engine: Engine) -> None:
    chain = FakeChain()
    for number in range(1, 400):
        chain.add(admitted(number))
    for patience in (0.0, 0.005, 0.02, 0.05):
        index = _index(engine, chain)
        await index.start()
        with suppress(NotIndexed):
            await index.wait("care", 399, timeout=patience)
        await index.stop()
        with engine.connect() as connection:
            block = connection.execute(text("SELECT block FROM index_checkpoint")).scalar() or 0
        assert MembersRecords(engine).search().total == max(0, block)
    await _index(engine, chain).catch_up()
    assert MembersRecords(engine).search().total == 399

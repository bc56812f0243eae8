"""Entries that contradict what stands already: nobody can stop an index with them."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import BigInteger, Column, Engine, MetaData, String, Table, insert, literal, select
from tests.index.fake_chain import ELSEWHERE, MEMBERS, FakeChain, admitted, installed

from tcmchain.chain.contracts import Contracts
from tcmchain.index.engine import open_engine
from tcmchain.index.indexing import Index
from tcmchain.values import ChainName


class Once:
    """A projection that may see each member once only."""

    contract = "Members"
    chains: tuple[ChainName, ...] = ("care",)

    def __init__(self) -> None:
        self.metadata = MetaData()
        self.table = Table("test_once", self.metadata, Column("member", String(66), primary_key=True))

    def apply(self, connection: Any, events: Any) -> None:
        rows = [{"member": event.args["member"]} for event in events if event.name == "Admitted"]
        if rows:
            connection.execute(insert(self.table), rows)

    def clear(self, connection: Any, _: str) -> None:
        connection.execute(self.table.delete())

    def read(self, engine: Engine) -> list[str]:
        with engine.connect() as connection:
            return sorted(connection.execute(select(self.table.c.member)).scalars())


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return open_engine(f"sqlite:///{tmp_path / 'index.db'}")


async def _caught_up(engine: Engine, chain: FakeChain) -> tuple[Index, list[str]]:
    once = Once()
    index = Index(engine, {"care": chain.client()}, [once], Contracts({("care", "Members"): MEMBERS}))
    await index.catch_up()
    return index, once.read(engine)


async def test_catch__entry_that_contradicts_another__is_left_out_and_told(
    engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    chain = FakeChain()
    chain.add(admitted(1), admitted(2))
    chain.add(admitted(2), admitted(3))
    index, found = await _caught_up(engine, chain)
    assert len(found) == 3
    assert index.head("care") == 2
    assert "Admitted in block 2 contradicts what stands already" in caplog.text
    await index.rebuild()
    assert (await _caught_up(engine, chain))[1] == found


class Counted(Once):
    """A projection that keeps a number of each entry; that of the second fits into no column."""

    def apply(self, connection: Any, events: Any) -> None:
        for event in events:
            connection.execute(select(literal(1 << 64 if event.index == 1 else 1, BigInteger())))
        super().apply(connection, events)


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
async def test_catch__entry_whose_number_fits_no_column__is_left_out_and_told(
    engine: Engine, database: str, request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> None:
    if database == "postgresql":
        engine = open_engine(request.getfixturevalue("postgres_url"))
    chain = FakeChain()
    chain.add(admitted(1), admitted(2), admitted(3))
    counted = Counted()
    index = Index(engine, {"care": chain.client()}, [counted], Contracts({("care", "Members"): MEMBERS}))
    await index.catch_up()
    assert len(counted.read(engine)) == 2
    assert "Admitted in block 1 has no place in a table" in caplog.text


async def test_install__contract_put_in_force_later__leaves_the_earlier_known(engine: Engine) -> None:
    chain = FakeChain()
    chain.add(admitted(1))
    chain.add(installed("Members", ELSEWHERE), admitted(1, ELSEWHERE), admitted(2, ELSEWHERE))
    for _ in range(2):
        contracts = Contracts({("care", "Members"): MEMBERS})
        index = Index(engine, {"care": chain.client()}, [Once()], contracts)
        await index.catch_up()
        assert contracts.ever("care", "Members") == (MEMBERS, ELSEWHERE)
        assert contracts.address("care", "Members") == ELSEWHERE
    assert contracts.ever("care", "Provenance") == ()

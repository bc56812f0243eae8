"""A custodian's process: killed at any moment it loses nothing that it acknowledged; stopped in order it ends well."""

import asyncio
import json
import random
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing, suppress
from typing import Any

import httpx
import pytest
import pytest_asyncio
from tests.custodians.world import Custodian, File, Grant, World, reader, wish, world_at
from tests.operations.serving import serving

from tcmchain.chain.signers import LocalSigner
from tcmchain.crypto.keys import Relation
from tcmchain.custodians.client.http import signed_headers

pytestmark = [pytest.mark.engine, pytest.mark.asyncio(loop_scope="module")]

ATTENDING = reader(0)
KILLS = 5


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def own(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[World, Grant, File, Any]]:
    """A world of its own, whose node may be stopped too; a grant and a file."""
    folder = tmp_path_factory.mktemp("process")
    with serving(folder / "node", folder / "node.log") as (url, node):
        async with world_at(url, folder, ("hospital", "riverside", "certifier"), RATE="10000") as world:
            grant = await world.grant(ATTENDING)
            await world.delegate(grant, ATTENDING)
            yield world, grant, await world.append(), node


async def _keep_asking(
    world: World, custodian: Custodian, whom: Relation, grant: Grant, file: File, told: list[int]
) -> None:
    with suppress(httpx.HTTPError):
        while True:
            answer = await world.reencrypt(custodian, whom, grant, file)
            if answer.status_code == 200:
                told.append(answer.json()["receipt"]["number"])


def _numbers(custodian: Custodian) -> list[int]:
    with closing(sqlite3.connect(custodian.home / "custodian.db")) as database:
        return [row[0] for row in database.execute("SELECT number FROM receipt ORDER BY number")]


async def test_kill__at_random_moments__loses_nothing_acknowledged(own: tuple[World, Grant, File, Any]) -> None:
    world, grant, file, _ = own
    custodian, told, chance = world.custodians[0], list[int](), random.Random(8)
    for _ in range(KILLS):
        asking = [asyncio.create_task(_keep_asking(world, custodian, ATTENDING, grant, file, told)) for _ in range(6)]
        await asyncio.sleep(chance.uniform(0.2, 0.9))
        custodian.kill()
        await asyncio.gather(*asking)
        await asyncio.to_thread(custodian.start)
    kept = _numbers(custodian)
    assert len(told) == len(set(told)) > KILLS
    assert kept == list(range(1, len(kept) + 1))
    assert set(told) <= set(kept)


async def test_kill__between_root_and_chain__anchors_each_receipt_once(own: tuple[World, Grant, File, Any]) -> None:
    world, grant, file, _ = own
    custodian = world.custodians[1]
    for _ in range(3):
        await world.reencrypt(custodian, ATTENDING, grant, file)
        await asyncio.sleep(0.5)
        custodian.kill()
        await asyncio.to_thread(custodian.start)
    for _ in range(60):
        with closing(sqlite3.connect(custodian.home / "custodian.db")) as database:
            rows = database.execute("SELECT number, first, last, tx FROM batch ORDER BY number").fetchall()
        if rows and rows[-1][2] == len(_numbers(custodian)) and all(row[3] for row in rows):
            break
        await asyncio.sleep(0.1)
    assert [row[0] for row in rows] == list(range(1, len(rows) + 1))
    assert [row[1] for row in rows] == [1, *(row[2] + 1 for row in rows[:-1])]
    (last,) = await world.contracts.ask(world.client, "Custodians", "lastBatch", custodian.account)
    assert last == rows[-1][0]


async def test_ask__replayed_after_a_kill__is_refused(own: tuple[World, Grant, File, Any]) -> None:
    world, grant, file, _ = own
    custodian, body = world.custodians[0], json.dumps(wish(grant, file)).encode()
    headers = signed_headers(LocalSigner(ATTENDING.account_key), custodian.account, "POST", "/reencryptions", body)
    first = await world.http.post(f"{custodian.url}/reencryptions", content=body, headers=headers)
    custodian.kill()
    await asyncio.to_thread(custodian.start)
    again = await world.http.post(f"{custodian.url}/reencryptions", content=body, headers=headers)
    assert (first.status_code, again.json()["code"]) == (200, "asking-used")


async def test_keep__fragments_and_keys__stand_sealed_on_the_disk(own: tuple[World, Grant, File, Any]) -> None:
    world, *_ = own
    custodian = world.custodians[2]
    with closing(sqlite3.connect(custodian.home / "custodian.db")) as database:
        sealed = [row[0] for row in database.execute("SELECT sealed FROM fragment")]
    assert sealed
    # A key fragment has 310 bytes; sealed, the key's encapsulation and a tag come on top.
    assert all(len(one) == 310 + 48 for one in sealed)
    assert all((file.stat().st_mode & 0o077) == 0 for file in (custodian.home / "keystore").iterdir())
    assert (custodian.home / "custodian.db").stat().st_mode & 0o077 == 0


async def test_ask__account_asks_too_often__is_told_to_wait(own: tuple[World, Grant, File, Any]) -> None:
    world, grant, file, _ = own
    custodian = world.custodians[2]
    await asyncio.to_thread(custodian.stop)
    custodian.settings = {"RATE": "0.1"}
    await asyncio.to_thread(custodian.start)
    answers = [await world.reencrypt(custodian, ATTENDING, grant, file) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 429]
    assert answers[1].json()["code"] == "custodians-asked-too-often"


async def test_ask__node_is_down__is_refused_and_served_again_later(own: tuple[World, Grant, File, Any]) -> None:
    world, grant, file, node = own
    custodian = world.custodians[1]
    before = len(_numbers(custodian))
    node.kill()
    node.wait()
    answer = await world.reencrypt(custodian, ATTENDING, grant, file)
    assert (answer.status_code, answer.json()["code"]) == (503, "custodians-chain-unsure")
    assert len(_numbers(custodian)) == before
    health = await world.http.get(f"{custodian.url}/healthz")
    assert (health.status_code, health.json()["trouble"]) == (503, "custodians-chain-unsure")


async def test_stop__in_order__ends_with_zero(own: tuple[World, Grant, File, Any]) -> None:
    world, *_ = own
    assert await asyncio.to_thread(world.custodians[1].stop) == 0

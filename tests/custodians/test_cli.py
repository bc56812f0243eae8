"""``tcmchain custodians`` against a node and its custodians."""

import asyncio
import json
from pathlib import Path

import pytest
from tests.custodians.world import World, reader
from typer.testing import CliRunner, Result

from tcmchain.chain.keystore import open_keystore
from tcmchain.cli import app
from tcmchain.custodians.model.errors import ReceiptForged

pytestmark = [pytest.mark.engine, pytest.mark.asyncio(loop_scope="module")]

ATTENDING = reader(0)


async def _run(*words: str) -> Result:
    return await asyncio.to_thread(CliRunner().invoke, app, ["custodians", *words])


async def test_list__custodians__shows_each(world: World) -> None:
    found = await _run("list", "--node", world.url)
    assert found.exit_code == 0
    assert all(custodian.account[:12] in found.stdout for custodian in world.custodians)


async def test_verify__receipts_that_were_saved__are_true_until_altered(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TCMCHAIN_HOME", str(tmp_path))
    open_keystore(tmp_path).take_in("patient", world.patient.account_key)
    grant = await world.grant(ATTENDING)
    await world.delegate(grant, ATTENDING)
    await world.reencrypt(world.custodians[0], ATTENDING, grant, await world.append())
    await asyncio.sleep(3)

    file, account = tmp_path / "receipts.json", world.custodians[0].account
    asked = await _run(
        *("receipts", account, world.patient.account, "--save", str(file), "-a", "patient", "--node", world.url)
    )
    assert asked.exit_code == 0
    assert "served" in asked.stdout
    true = await _run("verify", str(file), "--node", world.url)
    assert true.exit_code == 0

    altered = json.loads(file.read_text())
    altered[0]["receipt"]["reader"] = world.patient.account
    file.write_text(json.dumps(altered))
    false = await _run("verify", str(file), "--node", world.url)
    assert isinstance(false.exception, ReceiptForged)

"""The embedded chain after a stop, a crash, or damage to its files."""

import asyncio
import os
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.chain.shelf import Account, build, mined, put, running, send, stored

from tcmchain.chain.embedded import ledger
from tcmchain.chain.embedded.journal import Journal, Record
from tcmchain.chain.embedded.process import Process, _started
from tcmchain.errors import Unavailable
from tcmchain.settings import Settings
from tcmchain.values import Address

pytestmark = pytest.mark.engine


@pytest.fixture(autouse=True)
def _checkpoint_at_every_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "_DUE_WHEN_IDLE", 1)


async def _filled(home: Path, account: Account) -> Address:
    """A chain of six blocks, stopped twice, so that two checkpoints are kept."""
    async with running(home) as engine:
        shelf = await build(engine, account)
        for value in range(1, 4):
            await mined(engine, await send(engine, account.sign(shelf, put(value, value))))
    async with running(home) as engine:
        for value in range(4, 6):
            await mined(engine, await send(engine, account.sign(shelf, put(value, value))))
    return shelf


async def _goes_on(home: Path, account: Account, shelf: Address, height: int = 6) -> None:
    """The chain stands at its height with all its state, and takes the next transaction."""
    async with running(home) as engine:
        assert (engine.halted, engine.head.number) == (None, height)
        assert [await stored(engine, shelf, key) for key in range(1, 7)] == [1, 2, 3, 4, 5, 0]
        receipt = await mined(engine, await send(engine, account.sign(shelf, put(6, 6))))
        assert receipt["status"] == "0x1"
        assert await stored(engine, shelf, 6) == 6


def _checkpoints(home: Path) -> list[Path]:
    return sorted((home / "checkpoints").iterdir())


async def test_start__after_a_stop__goes_on(tmp_path: Path) -> None:
    account = Account()
    shelf = await _filled(tmp_path, account)
    assert [file.name for file in _checkpoints(tmp_path)] == ["000000000004.checkpoint", "000000000006.checkpoint"]
    await _goes_on(tmp_path, account, shelf)


async def test_start__from_a_checkpoint_or_from_the_log__makes_the_same_next_block(tmp_path: Path) -> None:
    account = Account()
    shelf = await _filled(tmp_path / "one", account)
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    shutil.rmtree(tmp_path / "two" / "checkpoints")
    raw, transactions, receipts = account.sign(shelf, put(9, 9)), [], []
    for name in ("one", "two"):
        async with running(tmp_path / name) as engine:
            receipt = await mined(engine, await send(engine, raw))
            block = await engine.request("eth_getBlockByNumber", ["latest", False])
            transactions.append(
                (block["parentHash"], block["transactionsRoot"], block["receiptsRoot"], block["mixHash"])
            )
            receipts.append(receipt["gasUsed"])
    assert transactions[0] == transactions[1]
    assert receipts[0] == receipts[1]


@pytest.mark.parametrize("damaged", [1, 2])
@pytest.mark.parametrize("damage", ["empty", "cut", "changed", "part"])
async def test_start__checkpoint_torn__uses_an_older_one_or_the_log(tmp_path: Path, damaged: int, damage: str) -> None:
    account = Account()
    shelf = await _filled(tmp_path, account)
    for file in _checkpoints(tmp_path)[-damaged:]:
        whole = file.read_bytes()
        if damage == "part":
            file.rename(file.with_suffix(".part"))
            continue
        file.write_bytes({"empty": b"", "cut": whole[:-10], "changed": whole[:-1] + bytes([whole[-1] ^ 1])}[damage])
    await _goes_on(tmp_path, account, shelf)


@pytest.mark.parametrize("damage", ["gone", "garbage"])
async def test_start__stored_blocks_lost__are_built_anew(tmp_path: Path, damage: str) -> None:
    account = Account()
    shelf = await _filled(tmp_path, account)
    async with running(tmp_path) as engine:
        before = [await engine.request("eth_getBlockReceipts", [hex(number)]) for number in range(7)]
    if damage == "gone":
        (tmp_path / "blocks.db").unlink()
    else:
        (tmp_path / "blocks.db").write_bytes(b"no database" * 1000)
    async with running(tmp_path) as engine:
        assert [await engine.request("eth_getBlockReceipts", [hex(number)]) for number in range(7)] == before
    await _goes_on(tmp_path, account, shelf)


async def test_start__record_logged_but_not_executed__is_executed(tmp_path: Path) -> None:
    account = Account()
    shelf = await _filled(tmp_path, account)
    async with running(tmp_path) as engine:
        head = engine.head
    raw = account.sign(shelf, put(7, 70))
    _append(tmp_path, Record(7, head.timestamp, head.hash, (bytes.fromhex(raw[2:]),)))
    async with running(tmp_path) as engine:
        assert await stored(engine, shelf, 7) == 70
    await _goes_on(tmp_path, account, shelf, height=7)


async def test_start__last_record_torn__is_cut_off(tmp_path: Path) -> None:
    account = Account()
    shelf = await _filled(tmp_path, account)
    async with running(tmp_path) as engine:
        head = engine.head
    raw = bytes.fromhex(account.sign(shelf, put(7, 70), nonce=account.nonce)[2:])
    _append(tmp_path, Record(7, head.timestamp, head.hash, (raw,)))
    _change(tmp_path / "log.db", "UPDATE record SET transactions = substr(transactions, 1, 50) WHERE number = 7")
    await _goes_on(tmp_path, account, shelf)


@pytest.mark.parametrize(
    ("number", "change"),
    [
        (6, "UPDATE record SET transactions = x'00' WHERE number = 6"),
        (3, "UPDATE record SET timestamp = timestamp + 1 WHERE number = 3"),
        (3, "DELETE FROM record WHERE number = 3"),
        (6, "DELETE FROM record WHERE number = 6"),
    ],
)
async def test_start__executed_record_changed__halts_and_still_reads(tmp_path: Path, number: int, change: str) -> None:
    account = Account()
    shelf = await _filled(tmp_path, account)
    shutil.rmtree(tmp_path / "checkpoints")
    _change(tmp_path / "log.db", change)
    async with running(tmp_path) as engine:
        assert engine.halted is not None
        assert str(number) in engine.halted
        assert engine.head.number == 6
        assert (await engine.request("eth_getBlockByNumber", ["0x5", False]))["number"] == "0x5"
        for method, params in (
            ("eth_sendRawTransaction", [account.sign(shelf, put(1, 1))]),
            ("eth_getCode", [shelf, "latest"]),
        ):
            with pytest.raises(Unavailable, match="halted"):
                await engine.request(method, params)


async def test_start__record_forged_with_its_checksum__halts(tmp_path: Path) -> None:
    account = Account()
    shelf = await _filled(tmp_path, account)
    shutil.rmtree(tmp_path / "checkpoints")
    journal = Journal(tmp_path / "log.db")
    record = next(journal.read(3))
    journal.close()
    _change(tmp_path / "log.db", "DELETE FROM record WHERE number = 3")
    other = bytes.fromhex(account.sign(shelf, put(2, 99), nonce=2)[2:])
    _append(tmp_path, Record(3, record.timestamp, record.parent, (other,)))
    async with running(tmp_path) as engine:
        assert engine.halted is not None
        assert "block 3 executes to" in engine.halted


async def test_start__executor_left_behind__is_ended(tmp_path: Path) -> None:
    account = Account()
    shelf = await _filled(tmp_path, account)
    orphan = _left_behind()
    (tmp_path / "executor.pid").write_text(f"{orphan.pid} {_started(orphan.pid)}\n", encoding="ascii")
    ended = asyncio.create_task(asyncio.to_thread(orphan.wait, 20))
    await _goes_on(tmp_path, account, shelf)
    assert await ended == -signal.SIGKILL


async def test_start__pid_now_of_another_process__is_left_alone(tmp_path: Path) -> None:
    account = Account()
    shelf = await _filled(tmp_path, account)
    (tmp_path / "executor.pid").write_text(f"{os.getpid()} 1\n", encoding="ascii")
    await _goes_on(tmp_path, account, shelf)


@pytest.mark.parametrize("victim", ["executor.pid", "empty-ledger.pid"])
async def test_run__executor_killed__loses_nothing_and_answers(tmp_path: Path, victim: str) -> None:
    account = Account()
    async with running(tmp_path) as engine:
        shelf = await build(engine, account)
        hashes = []
        for turn in range(1, 6):
            raws = [account.sign(shelf, put(turn * 100 + i, turn)) for i in range(40)]
            sending = [asyncio.create_task(send(engine, raw)) for raw in raws]
            await asyncio.sleep(0.004 * turn)
            await _kill(tmp_path / victim)
            assert await stored(engine, shelf, 0) == 0
            hashes += await asyncio.gather(*sending)
        for tx in hashes:
            assert (await mined(engine, tx))["status"] == "0x1"
        assert engine.halted is None
        assert await stored(engine, shelf, 539) == 5
    async with running(tmp_path) as engine:
        assert engine.halted is None
        assert await stored(engine, shelf, 539) == 5


async def test_start__empty_ledger_killed_before_the_executor_has_forked__starts_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start, victims = Process.start, ["empty-ledger.pid"]

    async def interrupted(program: Path, arguments: Sequence[str], pid_file: Path) -> Process:
        if pid_file.name == "executor.pid" and victims:
            await _kill(tmp_path / victims.pop())
        return await start(program, arguments, pid_file)

    monkeypatch.setattr(Process, "start", interrupted)
    account = Account()
    async with running(tmp_path) as engine:
        assert victims == []
        assert engine.halted is None
        await build(engine, account)


def _pid(file: Path) -> int:
    return int(file.read_text(encoding="ascii").split()[0])


async def _kill(file: Path) -> None:
    """Kill the process whose pid a file holds, as soon as the one of before has been replaced."""
    for _ in range(500):
        try:
            os.kill(_pid(file), signal.SIGKILL)
        except (ProcessLookupError, FileNotFoundError, IndexError):
            await asyncio.sleep(0.01)
        else:
            return
    raise TimeoutError(file.name)


def _left_behind() -> "subprocess.Popen[bytes]":
    return subprocess.Popen([Settings().executor, "--port", "0", "--quiet"], stdout=subprocess.DEVNULL)


def _append(home: Path, record: Record) -> None:
    journal = Journal(home / "log.db")
    journal.append(record)
    journal.close()


def _change(file: Path, statement: str) -> None:
    with sqlite3.connect(file) as database:
        assert database.execute(statement).rowcount == 1
    database.close()

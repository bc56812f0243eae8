"""The example's custodians: started beside the node, started again when one dies, ended with whoever started them."""

import asyncio
import os
import sys
from pathlib import Path

import httpx
import pytest
from tests.operations.serving import free_port, serving

from tcmchain.operating.supervising import Supervisor

pytestmark = pytest.mark.engine

_PATIENCE = 90


async def _account(http: httpx.AsyncClient, url: str) -> str:
    for _ in range(_PATIENCE * 5):
        try:
            return str((await http.get(f"{url}/card")).raise_for_status().json()["account"])
        except httpx.HTTPError:
            await asyncio.sleep(0.2)
    raise AssertionError(url)


async def test_supervise__one_dies__is_back_as_the_same_and_all_end(tmp_path: Path) -> None:
    with serving(tmp_path / "node", tmp_path / "log") as (node, _):
        supervisor = Supervisor(tmp_path / "custodians", node, free_port(), ("hospital", "riverside"))
        supervisor.start()
        async with httpx.AsyncClient() as http:
            before = {key: await _account(http, url) for key, url in supervisor.urls.items()}
            killed = supervisor.processes["hospital"]
            killed.kill()
            await killed.wait()
            after = {key: await _account(http, url) for key, url in supervisor.urls.items()}
        assert after == before
        assert supervisor.processes["hospital"] is not killed
        await supervisor.stop()
        assert [process.returncode for process in supervisor.processes.values()] == [0, 0]
        again = Supervisor(tmp_path / "custodians", node, free_port(), ("hospital", "riverside"))
        assert again.urls == supervisor.urls


async def test_run__tied_and_whoever_started_it_is_gone__ends(tmp_path: Path) -> None:
    with serving(tmp_path / "node", tmp_path / "log") as (node, _):
        port = free_port()
        told = {"HOME": str(tmp_path / "own"), "PORT": str(port), "NODE": node}
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "tcmchain", "custodian", "run", "--tied"),
            env={**os.environ, **{f"TCMCHAIN_CUSTODIAN_{name}": value for name, value in told.items()}},
            stdin=asyncio.subprocess.PIPE,
        )
        try:
            async with httpx.AsyncClient() as http:
                await _account(http, f"http://127.0.0.1:{port}")
            assert process.stdin is not None
            process.stdin.close()
            async with asyncio.timeout(30):
                assert await process.wait() == 0
        finally:
            if process.returncode is None:
                process.kill()

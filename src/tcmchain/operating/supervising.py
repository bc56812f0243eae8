"""The example's custodians: processes of their own, started again when they die, stopped with the node."""

import asyncio
import os
import socket
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

_FIRST_PAUSE: Final = 0.5
_LONGEST_PAUSE: Final = 30.0
_STOP_SECONDS: Final = 8.0


class Supervisor:
    """Keeps one custodian running for each of ``members``.

    ``home`` holds a folder a member; a custodian keeps the port that it got at first, as its address is on the chain.
    """

    def __init__(
        self, home: Path, node: str, first_port: int, members: Sequence[str], more: Mapping[str, str] | None = None
    ) -> None:
        self._home = home
        self._node = node
        self._more = dict(more or {})
        self._ports = {key: self._port(key, first_port + place) for place, key in enumerate(members)}
        self._tasks: list[asyncio.Task[None]] = []
        self.processes: dict[str, asyncio.subprocess.Process] = {}

    @property
    def urls(self) -> dict[str, str]:
        """Where each member's custodian listens."""
        return {key: f"http://127.0.0.1:{port}" for key, port in self._ports.items()}

    def start(self) -> None:
        """Start all of them, on the running loop."""
        self._tasks = [asyncio.create_task(self._keep(key), name=f"custodian-{key}") for key in self._ports]

    async def stop(self) -> None:
        """Stop all of them in order; one that does not stop is killed, and loses nothing by it."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(_end(process) for process in self.processes.values()))

    async def _keep(self, key: str) -> None:
        pause = _FIRST_PAUSE
        while True:
            loop = asyncio.get_running_loop()
            began = loop.time()
            process = self.processes[key] = await self._launched(key)
            await process.wait()
            # One that ran for a while is started again at once, one that falls over again and again ever later.
            pause = _FIRST_PAUSE if loop.time() - began > _LONGEST_PAUSE else min(2 * pause, _LONGEST_PAUSE)
            await asyncio.sleep(pause)

    async def _launched(self, key: str) -> asyncio.subprocess.Process:
        folder, port = self._home / key, self._ports[key]
        settings = {
            "HOME": str(folder),
            "PORT": str(port),
            "PUBLIC_URL": f"http://127.0.0.1:{port}",
            "NODE": self._node,
            **self._more,
        }
        told = {f"TCMCHAIN_CUSTODIAN_{name}": value for name, value in settings.items()}
        with (folder / "log").open("ab") as log:
            return await asyncio.create_subprocess_exec(
                sys.executable,
                *("-m", "tcmchain.operating.custodian", "run", "--tied"),
                env={**os.environ, **told},
                stdin=asyncio.subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _port(self, key: str, wanted: int) -> int:
        kept = self._home / key / "port"
        if not kept.exists():
            kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            kept.write_text(str(_free(wanted)))
        return int(kept.read_text())


def _free(wanted: int) -> int:
    for port in (wanted, 0):
        with socket.socket() as found, suppress(OSError):
            found.bind(("127.0.0.1", port))
            return int(found.getsockname()[1])
    return wanted


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(_STOP_SECONDS):
            await process.wait()
    except TimeoutError:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()

"""The executor's processes: they listen on this machine only and never outlive the node that started them."""

import asyncio
import contextlib
import ctypes
import os
import signal
import socket
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tcmchain.chain.embedded.errors import ExecutorLost, ExecutorMissing
from tcmchain.chain.embedded.pipe import Pipe

_SET_PARENT_DEATH_SIGNAL: Final = 1
_LIBC: Final = ctypes.CDLL(None, use_errno=True)
_ATTEMPTS: Final = 5
_START_SECONDS: Final = 20
_PAUSE: Final = 0.01


class Process:
    """One running executor. Its number is kept in a file, so that the next start finds it if it was left behind."""

    def __init__(self, process: asyncio.subprocess.Process, port: int, pid_file: Path) -> None:
        self._process = process
        self.port = port
        self._pid_file = pid_file

    @classmethod
    async def start(cls, program: Path, arguments: Sequence[str], pid_file: Path) -> "Process":
        """Start a program on a free port and wait until it listens; raises :class:`ExecutorMissing`."""
        end_orphan(pid_file)
        for _ in range(_ATTEMPTS):
            port = _free_port()
            process = await _spawn(program, [*arguments, "--port", str(port)], pid_file.with_suffix(".out"))
            started = cls(process, port, pid_file)
            started._note()
            if await started._listens():
                return started
            await started.kill()
        reason = _last_words(pid_file.with_suffix(".out"))
        raise ExecutorMissing(f"{program.name} does not start: {reason}", path=str(program), reason=reason)

    def _note(self) -> None:
        self._pid_file.write_text(f"{self.pid} {_started(self.pid)}\n", encoding="ascii")

    async def _listens(self) -> bool:
        deadline = time.monotonic() + _START_SECONDS
        while self.alive and time.monotonic() < deadline:
            try:
                pipe = await Pipe.connect(self.port)
            except OSError:
                await asyncio.sleep(_PAUSE)
                continue
            with contextlib.suppress(ExecutorLost):
                await pipe.request("eth_chainId", [])
                # Another program may have taken the port first, in which case ours has ended by now.
                return self.alive
            pipe.close()
        return False

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process.returncode is None and _started(self._process.pid) is not None

    @property
    def pid(self) -> int:
        """Number of the process."""
        return self._process.pid

    async def ended(self) -> None:
        """Wait until the process has ended."""
        await self._process.wait()

    async def kill(self) -> None:
        """End the process and wait until it has ended."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
        self._pid_file.unlink(missing_ok=True)


async def _spawn(program: Path, arguments: Sequence[str], output: Path) -> asyncio.subprocess.Process:
    parent = os.getpid()

    def die_with_parent() -> None:
        _LIBC.prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)

    try:
        with output.open("wb") as file:
            return await asyncio.create_subprocess_exec(
                program,
                *arguments,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                preexec_fn=die_with_parent,
                start_new_session=True,
            )
    except OSError as error:
        reason = error.strerror or str(error)
        raise ExecutorMissing(f"{program} does not start: {reason}", path=str(program), reason=reason) from error


def end_orphan(pid_file: Path) -> None:
    """End the process that an earlier node left behind, if it is still that one."""
    try:
        pid, started = pid_file.read_text(encoding="ascii").split()
    except (OSError, ValueError):
        return
    if _started(int(pid)) == started:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(int(pid), signal.SIGKILL)
    while _started(int(pid)) == started:
        time.sleep(_PAUSE)
    pid_file.unlink(missing_ok=True)


def _started(pid: int) -> str | None:
    """When a process started, in the kernel's ticks: with the pid it names a process for ever."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else fields[19]


def _last_words(output: Path) -> str:
    return output.read_text(encoding="utf-8", errors="replace")[-500:].strip()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

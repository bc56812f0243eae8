"""Real Kubos in a private swarm, for the tests marked ``kubo``."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from tests.conftest import KUBO

from tcmchain.ipfs.swarm import close_repository

_PATIENCE = 60


class RunningKubo:
    """One Kubo on this machine, which nobody but the swarm's own can reach."""

    def __init__(self, folder: Path, key: Path) -> None:
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "IPFS_PATH": str(folder / "repository"),
            "LIBP2P_FORCE_PNET": "1",
            "IPFS_TELEMETRY": "off",
        }
        self.url = f"http://127.0.0.1:{_free_port()}"
        self.swarm = _free_port()
        self._daemon: subprocess.Popen[bytes] | None = None
        self._log = folder / "log"
        folder.mkdir()
        self.run("init", "--empty-repo", "--profile=unixfs-v1-2025")
        close_repository(folder / "repository", key)
        port = self.url.rsplit(":", 1)[1]
        self.run("config", "Addresses.API", f"/ip4/127.0.0.1/tcp/{port}")
        self.run("config", "--json", "Addresses.Gateway", "[]")
        self.run("config", "--json", "Addresses.Swarm", f'["/ip4/127.0.0.1/tcp/{self.swarm}"]')

    def run(self, *arguments: str, content: bytes | None = None) -> bytes:
        done = subprocess.run(
            [KUBO, *arguments], env=self._environment, input=content, check=True, stdout=subprocess.PIPE, timeout=120
        )
        return done.stdout

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._daemon = subprocess.Popen([KUBO, "daemon"], env=self._environment, stdout=log, stderr=log)
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            try:
                if httpx.post(f"{self.url}/api/v0/version").is_success:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
        raise AssertionError(self._log.read_text())

    def stop(self) -> None:
        if self._daemon is not None:
            self._daemon.terminate()
            self._daemon.wait(_PATIENCE)
            self._daemon = None

    def connect(self, other: "RunningKubo") -> None:
        peer = other.run("config", "Identity.PeerID").decode().strip()
        answer = httpx.post(
            f"{self.url}/api/v0/swarm/connect",
            params={"arg": f"/ip4/127.0.0.1/tcp/{other.swarm}/p2p/{peer}"},
            timeout=30,
        )
        answer.raise_for_status()


@contextmanager
def swarm(folder: Path, key: Path, count: int) -> Iterator[list[RunningKubo]]:
    kubos = [RunningKubo(folder / str(number), key) for number in range(count)]
    try:
        for kubo in kubos:
            kubo.start()
        for kubo in kubos[1:]:
            kubos[0].connect(kubo)
        yield kubos
    finally:
        for kubo in kubos:
            kubo.stop()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port

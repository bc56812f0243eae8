"""How long a node takes to start again when each of its three logs holds 100,000 transactions.

Three chains are filled, their engines stopped, and a whole node (chains, index) started on the folder until
``/healthz`` answers well. The limit beside it is the start of a node whose logs hold the example story only.
"""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Final

from measured import example_node, free_port, keep
from tcmchain.chain.chains import CHAIN_IDS
from tcmchain.chain.embedded import Engine
from tcmchain.chain.signers import LocalSigner
from tcmchain.settings import Settings
from tcmchain.values import CHAINS, Address, ChainName

TRANSACTIONS: Final = 100_000
BATCH: Final = 2_000
TARGET: Final = 10.0
_TO: Final = Address("0x00000000000000000000000000000000000000F1")


async def _fill(home: Path, chain: ChainName) -> None:
    engine = Engine(chain, CHAIN_IDS[chain], home / "chains" / chain, Settings().executor)
    await engine.start()
    signer = LocalSigner(b"\2" * 32)
    for first in range(0, TRANSACTIONS, BATCH):
        raws = [signer.sign_transaction(CHAIN_IDS[chain], n, _TO, b"", 21_000) for n in range(first, first + BATCH)]
        await asyncio.gather(*(engine.request("eth_sendRawTransaction", ["0x" + raw.hex()]) for raw in raws))
    await engine.stop()


def _start(home: Path, kill: bool) -> float:
    """Seconds until a node on a folder answers that all is well."""
    port = free_port()
    environment = {**os.environ, "TCMCHAIN_HOME": str(home), "TCMCHAIN_PORT": str(port)}
    started = time.perf_counter()
    node = subprocess.Popen([sys.executable, "-m", "tcmchain", "run"], env=environment, stdout=subprocess.DEVNULL)
    try:
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
                    if answer.status == 200:
                        return time.perf_counter() - started
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.05)
    finally:
        node.send_signal(signal.SIGKILL if kill else signal.SIGTERM)
        node.wait(60)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        with example_node(home):
            pass
        small = Path(folder) / "small"
        shutil.copytree(home, small)
        for chain in CHAINS:
            asyncio.run(_fill(home, chain))
        _start(home, kill=False)  # the index catches up once
        stopped = _start(home, kill=True)
        killed = _start(home, kill=False)
        limit = _start(small, kill=False)
    keep(
        "restart",
        transactions_in_each_log=TRANSACTIONS,
        seconds_after_a_stop=round(stopped, 2),
        seconds_after_a_kill=round(killed, 2),
        seconds_with_short_logs=round(limit, 2),
        ratio_to_short_logs=round(stopped / limit, 2),
        target_seconds=TARGET,
        reached=max(stopped, killed) <= TARGET,
    )


if __name__ == "__main__":
    main()

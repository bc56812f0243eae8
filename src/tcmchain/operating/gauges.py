"""What a node knows of itself, as Prometheus reads it: chains, index, log, accounts, sessions, disk."""

import asyncio
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric, SummaryMetricFamily
from prometheus_client.registry import Collector

from tcmchain.node import Node
from tcmchain.values import CHAINS, ChainName

_CHAIN: Final = ("chain",)


@dataclass(frozen=True, slots=True, eq=False)
class Told(Collector):
    """Figures looked at already, handed to Prometheus as they are."""

    figures: Sequence[Metric]

    def collect(self) -> Iterator[Metric]:
        yield from self.figures


async def gauges(node: Node) -> list[Collector]:
    """Look at a running node."""
    health = await node.health()
    chains = _Chains()
    for chain in CHAINS:
        told = health["chains"][chain]
        chains.follow(chain, told["ok"], told["head"], told["indexed"], told["lag"])
    local = await asyncio.to_thread(_local, node, chains)
    return [Told([*chains.figures(), *local])]


def _local(node: Node, chains: "_Chains") -> list[Metric]:
    """What needs the disk; called in a thread."""
    for chain, engine in node.engines.items():
        written = engine.written
        file = node.home / "chains" / chain / "log.db"
        size = sum(part.stat().st_size for part in (file, file.with_name("log.db-wal")) if part.exists())
        chains.write(chain, written.records, written.transactions, written.seconds, size)
    return [
        _one("tcmchain_keystore_accounts", "Accounts in the keystore.", len(node.keystore.names())),
        _one("tcmchain_sessions", "Sessions that stand.", node.sessions.count()),
        _one("tcmchain_disk_free_bytes", "Room left where the home folder is.", shutil.disk_usage(node.home).free),
        _one("tcmchain_home_bytes", "Size of the home folder.", _size(node.home)),
    ]


class _Chains:
    def __init__(self) -> None:
        self._ok = GaugeMetricFamily("tcmchain_chain_ok", "1 while the chain goes on and is followed.", labels=_CHAIN)
        self._head = GaugeMetricFamily("tcmchain_chain_head_block", "Newest block.", labels=_CHAIN)
        self._indexed = GaugeMetricFamily("tcmchain_index_block", "Block that the index is at.", labels=_CHAIN)
        self._lag = GaugeMetricFamily("tcmchain_index_lag_blocks", "Blocks that the index is behind.", labels=_CHAIN)
        self._sealed = CounterMetricFamily(
            "tcmchain_chain_transactions_sealed", "Transactions logged since the start.", labels=_CHAIN
        )
        self._size = GaugeMetricFamily("tcmchain_chain_log_bytes", "Size of the chain's log.", labels=_CHAIN)
        self._written = SummaryMetricFamily(
            "tcmchain_chain_log_write_seconds", "Time until a record is on the disk.", labels=_CHAIN
        )

    def follow(self, chain: ChainName, ok: bool, head: int | None, indexed: int, lag: int | None) -> None:
        self._ok.add_metric((chain,), float(ok))
        self._indexed.add_metric((chain,), indexed)
        if head is not None and lag is not None:
            self._head.add_metric((chain,), head)
            self._lag.add_metric((chain,), lag)

    def write(self, chain: ChainName, records: int, transactions: int, seconds: float, size: int) -> None:
        self._sealed.add_metric((chain,), transactions)
        self._written.add_metric((chain,), records, seconds)
        self._size.add_metric((chain,), size)

    def figures(self) -> tuple[Metric, ...]:
        return self._ok, self._head, self._indexed, self._lag, self._sealed, self._size, self._written


def _one(name: str, meaning: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, meaning, value)


def _size(home: Path) -> int:
    total = 0
    for file in home.rglob("*"):
        try:
            total += file.stat().st_size if file.is_file() else 0
        except FileNotFoundError:
            continue
    return total

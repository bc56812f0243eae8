"""Runs the checks one after the other and tells what each found."""

import random
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from tcmchain.chain.client import ChainClient
from tcmchain.chain.rpc import HttpRpc
from tcmchain.errors import TcmChainError
from tcmchain.operating.checks import CHECKS, Check
from tcmchain.operating.examined import Examined, Fault, Finding, NotApplicable, Outcome
from tcmchain.values import CHAINS, ChainName
from tcmchain.web.http import NodeHttp

_HERE: Final = frozenset({"localhost", "127.0.0.1", "::1"})

Told = Callable[[Finding], None]


@asynccontextmanager
async def examining(url: str, peers: Sequence[str], home: Path | None, sample: int) -> AsyncIterator[Examined]:
    """A node's doors, and its peers'; ``home`` is looked into only when the node is on this machine."""
    async with AsyncExitStack() as stack:
        api = await stack.enter_async_context(NodeHttp(url))
        yield Examined(
            url=url.rstrip("/"),
            api=api,
            clients=_clients(url, stack),
            peers={peer: _clients(peer, stack) for peer in peers},
            home=home if urlsplit(url).hostname in _HERE else None,
            sample=sample,
            dice=random.Random(),  # noqa: S311
        )


def _clients(url: str, stack: AsyncExitStack) -> dict[ChainName, ChainClient]:
    found = dict[ChainName, ChainClient]()
    for chain in CHAINS:
        rpc = HttpRpc(f"{url.rstrip('/')}/rpc/{chain}")
        stack.push_async_callback(rpc.aclose)
        found[chain] = ChainClient(chain, rpc)
    return found


async def examine(at: Examined, told: Told = lambda _: None) -> list[Finding]:
    """Run every check; ``told`` hears of each finding as it comes."""
    findings = []
    for name, check in CHECKS.items():
        finding = await run(name, check, at)
        told(finding)
        findings.append(finding)
    return findings


async def run(name: str, check: Check, at: Examined) -> Finding:
    """Run one check. What it cannot read is a fault too: a node that answers nonsense is not sound."""
    began = time.perf_counter()
    try:
        faults = tuple(await check(at))
        outcome = Outcome.FAILED if faults else Outcome.PASSED
    except NotApplicable as found:
        outcome, faults = Outcome.NOT_APPLICABLE, (found.fault,)
    except TcmChainError as error:
        outcome, faults = Outcome.FAILED, (Fault("check-not-run", {"reason": f"{error.code}: {error}"[:300]}),)
    except (KeyError, ValueError, TypeError, IndexError) as error:
        reason = f"{type(error).__name__}: {error}"[:300]
        outcome, faults = Outcome.FAILED, (Fault("check-not-run", {"reason": reason}),)
    return Finding(name, outcome, faults, time.perf_counter() - began)


def sound(findings: Sequence[Finding]) -> bool:
    """Whether no check failed."""
    return all(finding.outcome is not Outcome.FAILED for finding in findings)

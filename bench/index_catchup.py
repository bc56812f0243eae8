"""How fast an empty index catches up with a chain that holds many events.

A consortium is founded on an embedded chain, a grower commissions lots and a merchant is sent them, fifty steps a
transaction; then indexes are built from nothing. The limit beside it is how fast the same chain gives out the same
log entries when nothing is done with them.
"""

import argparse
import asyncio
import json
import os
import platform
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from eth_utils.crypto import keccak

from tcmchain.chain.calls import Call
from tcmchain.chain.chains import CHAIN_IDS
from tcmchain.chain.client import ChainClient
from tcmchain.chain.contracts import Contracts
from tcmchain.chain.embedded.engine import Engine
from tcmchain.chain.failures import Failures
from tcmchain.chain.reverts import Reverts
from tcmchain.chain.sender import Sender
from tcmchain.chain.signers import LocalSigner
from tcmchain.index.engine import open_engine
from tcmchain.index.indexing import Index
from tcmchain.members.contract import REVERTS as MEMBERS_REVERTS
from tcmchain.members.contract import MembersCalls, founding_addresses, founding_deployments
from tcmchain.members.model.agreements import Agreement
from tcmchain.members.model.genesis import Founder, Genesis, member_id
from tcmchain.members.model.membership import Kind
from tcmchain.members.model.profile import Profile
from tcmchain.members.readmodel.projection import MembersProjection
from tcmchain.provenance.contract import REVERTS, Deed, Portion, ProvenanceCalls
from tcmchain.provenance.readmodel.projection import ProvenanceProjection
from tcmchain.settings import Settings
from tcmchain.values import FormId, Hash32, LotId, MemberId, Milligrams, QuotaId, UnixTime, short_text

TARGET: Final = 10_000
RESULT: Final = Path(__file__).parent / "results" / "index_catchup.json"
FORM: Final = FormId("renshen.fresh")
MANY: Final = Milligrams(10**15)
STEPS: Final = 50
FACTS: Final = {"weather": "晴", "place": "220621"}


def _key(role: str) -> LocalSigner:
    return LocalSigner(role.encode().rjust(32, b"\x01"))


def _member(role: str) -> MemberId:
    return member_id(role)


KINDS: Final = {"certifier": Kind.CERTIFIER, "grower": Kind.GROWER, "merchant": Kind.MERCHANT}
GENESIS: Final = Genesis(
    Hash32("0x" + "c0" * 32),
    "联盟协议",
    Hash32("0x" + "a9" * 32),
    tuple(Founder(_member(role), kind, True, _key(role).address, Profile(role)) for role, kind in KINDS.items()),
)


def _lot(reference: str) -> LotId:
    """The contract's ``lotId`` of the grower's own number."""
    return LotId("0x" + keccak(hexstr=_member("grower") + short_text(reference)[2:]).hex())


async def _send(sender: Sender, calls: list[Call], role: str) -> None:
    hashes = await sender.send(calls, _key(role))
    await sender.wait("care", hashes[-1])


async def _found(sender: Sender) -> Contracts:
    deployer = _key("deployer")
    deployments = [d for d in founding_deployments(GENESIS, deployer.address) if d.chain == "care"]
    await sender.deploy(deployer, deployments)
    addresses = {key: at for key, at in founding_addresses(deployer.address).items() if key[0] == "care"}
    contracts = Contracts(addresses)
    calls = MembersCalls(contracts, GENESIS.consortium)
    agreement = Agreement(1, GENESIS.agreement_digest, UnixTime(0), GENESIS.agreement_title)
    for role in KINDS:
        signature = _key(role).sign_typed_data(calls.agreement_signed(_member(role), agreement))
        await _send(sender, [calls.sign_agreement("care", _member(role), 1, signature)], "deployer")
    return contracts


def _deed() -> Deed:
    return Deed(UnixTime(int(time.time()) - 60), FACTS)


def _work(calls: ProvenanceCalls, quota: QuotaId, events: int) -> Iterator[Call]:
    """Transactions of fifty steps, half of them new lots and half shipments of them."""
    for first in range(0, events // 2, STEPS // 2):
        names = [f"L-{number}" for number in range(first, first + STEPS // 2)]
        steps = [calls.commission(quota, name, Milligrams(500_000), UnixTime(0), _deed()) for name in names]
        for name in names:
            portion = Portion(_lot(name), Milligrams(200_000))
            steps.append(calls.ship(f"S-{name}", _member("merchant"), [portion], _deed()))
        yield calls.together(steps)


async def _populate(client: ChainClient, events: int) -> Contracts:
    clients = {client.name: client}
    contracts = await _found(Sender(clients))
    sender = Sender(clients, Failures(clients, contracts, Reverts({**REVERTS, **MEMBERS_REVERTS})))
    calls = ProvenanceCalls(contracts)
    rules = [
        calls.declare_form(FORM, 1, {}),
        calls.certify_quota("Q-1", _member("grower"), FORM, MANY, UnixTime(1 << 40), {}),
    ]
    await _send(sender, rules, "certifier")
    (quota,) = await contracts.ask(client, "Provenance", "quotaId", _member("certifier"), short_text("Q-1"))
    await _send(sender, list(_work(calls, quota, events)), "grower")
    return contracts


async def _catch_up(client: ChainClient, contracts: Contracts, url: str) -> float:
    engine = open_engine(url)
    index = Index(engine, {"care": client}, [MembersProjection(), ProvenanceProjection()], contracts)
    await index.prepare()
    begun = time.perf_counter()
    await index.catch_up()
    took = time.perf_counter() - begun
    engine.dispose()
    return took


async def _read_only(client: ChainClient) -> tuple[float, int]:
    head = (await client.head()).number
    begun = time.perf_counter()
    logs = 0
    for first in range(0, head + 1, 16):
        logs += len(await client.logs(first, min(first + 15, head)))
    return time.perf_counter() - begun, logs


async def measure(events: int, runs: int) -> dict[str, Any]:
    """Populate one chain and index it several times over."""
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine("care", CHAIN_IDS["care"], Path(folder) / "care", Settings().executor)
        await engine.start()
        try:
            client = ChainClient("care", engine)
            contracts = await _populate(client, events)
            reading, logs = await _read_only(client)
            times = [await _catch_up(client, contracts, f"sqlite:///{folder}/index-{run}.db") for run in range(runs)]
        finally:
            await engine.stop()
    rates = sorted(logs / took for took in times)
    median = rates[len(rates) // 2]
    return {
        "measured": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}",
        "database": "SQLite",
        "events": logs,
        "runs": runs,
        "events_per_second": round(median),
        "slowest_run": round(rates[0]),
        "reading_only_per_second": round(logs / reading),
        "share_of_reading_only": round(median / (logs / reading), 3),
        "target": TARGET,
        "reached": median >= TARGET,
    }


def main() -> None:
    """Measure, print and keep the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=50_000)
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    result = asyncio.run(measure(given.events, given.runs))
    print(json.dumps(result, indent=2))
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()

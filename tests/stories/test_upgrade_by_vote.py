"""Members put another Provenance in force by vote: what stays, what begins anew, and what nobody can move any more."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.operations.serving import serving

from tcmchain.chain.chains import CHAIN_IDS
from tcmchain.chain.client import ChainClient
from tcmchain.chain.deployments import deployment
from tcmchain.chain.rpc import HttpRpc
from tcmchain.chain.sender import Sender
from tcmchain.chain.signers import LocalSigner
from tcmchain.errors import TcmChainError
from tcmchain.example import cast
from tcmchain.example.story import Story
from tcmchain.operating.checking import examine, examining, run
from tcmchain.operating.checks import CHECKS
from tcmchain.operating.examined import Examined, Outcome
from tcmchain.sdk import TcmChain
from tcmchain.values import Address

pytestmark = [pytest.mark.engine, pytest.mark.timeout(600)]

DAY = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()
LATER = (datetime.now(UTC) + timedelta(days=300)).date().isoformat()
DEPLOYER = LocalSigner(b"\x31" * 32)
FORM = "renshen.fresh"


@dataclass(frozen=True, slots=True)
class Before:
    """What stood on the earlier ledger."""

    ledger: Address
    lots: dict[str, dict[str, Any]]
    certificate: dict[str, Any]
    lot: str


async def _directory(url: str) -> Address:
    async with TcmChain(url) as anybody:
        told = await anybody.http.get("/api/directory")
    return Address(next(e["address"] for e in told if (e["chain"], e["contract"]) == ("care", "Provenance")))


async def _before(url: str) -> Before:
    async with TcmChain(url) as anybody:
        lots = (await anybody.http.get("/api/provenance/lots", limit=200))["lots"]
        packed = lots[0]["id"]
        certificate = await anybody.http.get(f"/api/provenance/lots/{packed}/certificate")
    return Before(await _directory(url), {lot["id"]: lot for lot in lots}, certificate, packed)


@asynccontextmanager
async def _sender(url: str) -> AsyncIterator[Sender]:
    rpc = HttpRpc(f"{url}/rpc/care")
    try:
        yield Sender({"care": ChainClient("care", rpc)})
    finally:
        await rpc.aclose()


async def _deploy(url: str) -> Address:
    """Anybody may put a contract on the chain; only a vote puts it in force."""
    async with TcmChain(url) as anybody, _sender(url) as sender:
        told = await anybody.http.get("/api/directory")
        members = next(e["address"] for e in told if (e["chain"], e["contract"]) == ("care", "Members"))
        placed = await sender.deploy(DEPLOYER, [deployment("care", "Provenance", (members,))])
    return placed["care", "Provenance"]


async def _vote(url: str, address: Address) -> None:
    fields = {"matter": "install", "contract": "Provenance", "address": address, "chain_id": CHAIN_IDS["care"]}
    async with TcmChain(url, cast.officer("regulator")) as regulator:
        ballot = await regulator.members.propose(**fields, reason="溯源合约新版")
        with pytest.raises(TcmChainError) as early:
            await regulator.members.carry(ballot.id)
        assert early.value.code == "members-not-carried"
    for voter in ("regulator", "hospital", "lab"):
        async with TcmChain(url, cast.officer(voter)) as officer:
            ballot = await officer.members.vote(ballot.id)
    assert ballot.decided
    async with TcmChain(url, cast.officer("regulator")) as regulator:
        carried = await regulator.members.carry(ballot.id)
    assert set(carried.carried) == {"care", "pharmacy", "resources"}


async def _post(url: str, key: str, path: str, body: dict[str, Any]) -> str:
    """Take a step through the HTTP door; answers the address that its call goes to."""
    async with TcmChain(url, cast.officer(key)) as actor:
        answer = await actor.http.post(path, body)
        await actor.http.wait(await actor.http.submit(answer))
    return str(answer["calls"][-1]["to"])


async def _lay_down_rules(url: str, reference: str) -> str:
    """The newer ledger knows no forms, yields or quotas: they are laid down again."""
    async with TcmChain(url, cast.officer("regulator")) as regulator:
        await regulator.provenance.declare_terms()
    quota = {
        "reference": reference, "grower": cast.member("grower"), "form": FORM,
        "quantity": "100 kg", "not_after": LATER, "facts": {},
    }  # fmt: skip
    await _post(url, "certifier", "/api/provenance/quotas", quota)
    async with TcmChain(url) as anybody:
        found = await anybody.http.get("/api/provenance/quotas", grower=cast.member("grower"))
    return str(next(q["id"] for q in found if q["reference"] == reference))


async def _harvest(url: str, quota: str, reference: str) -> tuple[str, str]:
    """A lot on the ledger in force; answers its id and the address that the call went to."""
    body = {
        "quota": quota, "reference": reference, "quantity": "20 kg",
        "happened": DAY, "facts": {"plot": "FS-A12"},
    }  # fmt: skip
    to = await _post(url, "grower", "/api/provenance/lots", body)
    async with TcmChain(url) as anybody:
        found = await anybody.http.get("/api/provenance/lots", q=reference)
    return next(lot["id"] for lot in found["lots"] if lot["reference"] == reference), to


async def _check_all(url: str, home: Path) -> None:
    async with examining(url, (), home, 80) as at:
        findings = await examine(at)
    assert [finding for finding in findings if finding.outcome is Outcome.FAILED] == []


async def _stands_as_before(url: str, before: Before) -> None:
    async with TcmChain(url) as anybody:
        lots = (await anybody.http.get("/api/provenance/lots", limit=200))["lots"]
        now = await anybody.http.get(f"/api/provenance/lots/{before.lot}/certificate")
    assert {lot["id"]: lot for lot in lots if lot["id"] in before.lots} == before.lots
    same = ("lot", "lots", "edges", "steps", "holdings", "balance", "complete")
    assert {part: now[part] for part in same} == {part: before.certificate[part] for part in same}
    page = await _page(f"{url}{before.lots[before.lot]['path']}")
    assert before.ledger in page, "the browser is not told of the ledger that the steps stand on"


async def _page(address: str) -> str:
    async with httpx.AsyncClient(timeout=30) as client:
        answer = await client.get(address)
    assert answer.status_code == 200
    return answer.text


async def _verifies(url: str, lot: str) -> None:
    """What the certificate's page recomputes: each step is an entry of a ledger that was in force, in its block."""
    async with examining(url, (), None, 200) as at:
        certificate = await at.api.get(f"/api/provenance/lots/{lot}/certificate")
        ever = {address.lower() for address in await at.ever_installed("care", "Provenance")}
        for step in certificate["steps"]:
            logs = await at.clients["care"].logs(step["block"], step["block"])
            entry = next(log for log in logs if log.index == step["log_index"])
            assert (entry.tx, entry.address.lower() in ever) == (step["tx"], True)


async def _old_lot_cannot_move(url: str, before: Before) -> None:
    holding = next(h for h in before.certificate["holdings"] if h["milligrams"] > 0)
    holder = next(a.key for a in cast.ACTORS if cast.member(a.key) == holding["holder"])
    body = {"lot": holding["lot"]["id"], "quantity": "1 mg", "reason": "loss", "happened": DAY, "facts": {}}
    with pytest.raises(TcmChainError) as refused:
        await _post(url, holder, "/api/provenance/retirements", body)
    assert refused.value.code in {"provenance-unknown-lot", "provenance-insufficient", "provenance-lot-unknown"}


async def _used_again(url: str, quota: str, before: Before) -> None:
    """An old lot number used again names the old id; the index goes on, and keeps what the old ledger had."""
    old = next(lot for lot in before.lots.values() if lot["maker"] == cast.member("grower") and lot["quota"])
    was = await _certificate(url, old["id"])
    await _harvest(url, quota, old["reference"])
    now = await _certificate(url, old["id"])
    assert (now["balance"], now["holdings"]) == (was["balance"], was["holdings"])
    assert '"ok":true' in await _page(f"{url}/healthz")


async def _certificate(url: str, lot: str) -> dict[str, Any]:
    async with TcmChain(url) as anybody:
        found: dict[str, Any] = await anybody.http.get(f"/api/provenance/lots/{lot}/certificate")
    return found


def test_upgrade_by_vote__new_provenance__keeps_the_old_ledger_readable_and_counts_anew(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with serving(home, tmp_path / "log") as (url, process):
        before, address, quota, lot = asyncio.run(_upgraded(url, home))
        process.terminate()
        assert process.wait(30) == 0
    # A node that starts again reads the address from the Directory's events, not from what it was founded with.
    with serving(home, tmp_path / "log") as (url, process):
        asyncio.run(_after_a_restart(url, home, before, address, quota, lot))
        process.terminate()
        assert process.wait(30) == 0
    command = [sys.executable, "-m", "tcmchain", "index", "rebuild"]
    setting = {**os.environ, "TCMCHAIN_HOME": str(home)}
    rebuilt = subprocess.run(command, env=setting, capture_output=True, check=False)
    assert rebuilt.returncode == 0, rebuilt.stderr.decode()[-2000:]
    with serving(home, tmp_path / "log") as (url, _):
        asyncio.run(_stands_as_before(url, before))
        asyncio.run(_verifies(url, lot))


async def _upgraded(url: str, home: Path) -> tuple[Before, Address, str, str]:
    await Story(url, home / "example.json").tell(lambda *_: None)
    before = await _before(url)
    await _check_all(url, home)

    address = await _deploy(url)
    assert await _directory(url) == before.ledger, "deploying alone puts nothing in force"
    await _vote(url, address)
    assert await _directory(url) == address

    await _stands_as_before(url, before)
    await _verifies(url, before.lot)
    await _old_lot_cannot_move(url, before)
    quota = await _lay_down_rules(url, "Q-NEW-1")
    lot, to = await _harvest(url, quota, "NEW-1")
    assert to.lower() == address.lower()
    await _verifies(url, lot)
    await _check_all(url, home)
    return before, address, quota, lot


async def _after_a_restart(url: str, home: Path, before: Before, address: Address, quota: str, lot: str) -> None:
    assert await _directory(url) == address
    await _stands_as_before(url, before)
    await _verifies(url, lot)
    _, to = await _harvest(url, quota, "NEW-2")
    assert to.lower() == address.lower()
    path = (await _certificate(url, lot))["lot"]["path"]
    assert address in await _page(f"{url}{path}")
    await _check_all(url, home)
    await _used_again(url, quota, before)
    assert await _finding(url, home, "mass-conserved") is Outcome.PASSED


async def _finding(url: str, home: Path, name: str) -> Outcome:
    async def look(at: Examined) -> Outcome:
        return (await run(name, CHECKS[name], at)).outcome

    async with examining(url, (), home, 50) as at:
        return await look(at)

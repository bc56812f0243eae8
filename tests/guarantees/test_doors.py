"""Bonds and points through HTTP, the command line and the pages, on a real chain."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from eth_account.hdaccount import key_from_seed, seed_from_mnemonic
from tests.running import signed_in
from typer.testing import CliRunner

from tcmchain.app import create_app
from tcmchain.chain.keystore import open_keystore
from tcmchain.example import cast
from tcmchain.guarantees import cli as guarantees_cli
from tcmchain.guarantees.model.errors import (
    NotGrower,
    NotLocked,
    RelatedParty,
    TooEarly,
    UnknownBond,
    UnknownCase,
    Unrelated,
    WrongKind,
)
from tcmchain.node import Node
from tcmchain.provenance.client import Quantity
from tcmchain.provenance.model.recalls import recall_id
from tcmchain.rewards import cli as rewards_cli
from tcmchain.rewards.model import FUND, RESERVE, NotRegulator, OwnPurse, PointsUnreadable
from tcmchain.sdk import TcmChain
from tcmchain.settings import Settings
from tcmchain.values import CaseId, Hash32, LotId, QuotaId, ShipmentId

pytestmark = pytest.mark.engine
ROLES = ("regulator", "certifier", "lab", "grower", "neighbour", "merchant", "hospital")
REPORT = Hash32("0x" + "7e" * 32)
NOBODY = Hash32("0x" + "00" * 31 + "01")
TODAY = time.strftime("%Y-%m-%d")


@dataclass
class Market:
    """A node that listens, and its members."""

    url: str
    members: dict[str, TcmChain] = field(default_factory=dict)

    def acting(self, key: str) -> TcmChain:
        if key not in self.members:
            self.members[key] = TcmChain(self.url, cast.officer(key))
        return self.members[key]

    async def harvest(self, key: str, number: str, quantity: str) -> LotId:
        quotas = await self.acting(key).provenance.quotas(cast.member(key))
        await self.acting(key).provenance.commission(QuotaId(quotas[0]["id"]), number, quantity, TODAY, {})
        found = await self.acting(key).provenance.find(number, cast.member(key))
        assert found is not None
        return found

    async def deliver(self, sender: str, to: str, lot: LotId, quantity: str) -> None:
        number = f"S-{to}-{lot[2:8]}"
        lines = [Quantity(lot, quantity)]
        await self.acting(sender).provenance.ship(number, cast.member(to), lines, TODAY, {})
        coming = await self.acting(to).provenance.shipments(incoming=True)
        shipment = next(ShipmentId(one["id"]) for one in coming if one["reference"] == number)
        await self.acting(to).provenance.receive(shipment, TODAY, {}, ())

    async def recall(self, number: str, lot: LotId) -> Any:
        body = {"reference": number, "seeds": [lot], "drill": False, "happened": TODAY, "facts": {}}
        await self.acting("regulator").http.write("/api/provenance/recalls", body)
        return recall_id(cast.member("regulator"), number)

    async def page(self, path: str, key: str | None = None) -> str:
        """A page's text as an actor sees it."""
        headers = {"accept": "text/html"}
        if key is not None:
            token = await asyncio.to_thread(signed_in, self.url, cast.officer(key))
            headers["authorization"] = f"Bearer {token}"
        async with httpx.AsyncClient(base_url=self.url) as http:
            answer = await http.get(path, headers=headers)
        assert answer.status_code == 200, answer.text[:400]
        return answer.text


@pytest.fixture
async def market(tmp_path: Path) -> AsyncIterator[Market]:
    node = Node(Settings(home=tmp_path / "home"), cast.genesis())
    server = uvicorn.Server(uvicorn.Config(create_app(node), port=0, log_level="warning"))
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - the server tells it in no other way
        await asyncio.sleep(0.01)
    found = Market(f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}")
    for key in ROLES:
        await found.acting(key).members.sign_agreement()
    await found.acting("regulator").provenance.declare_terms()
    for key in ("grower", "neighbour"):
        certifier = found.acting("certifier").provenance
        await certifier.certify_quota(f"Q-{key}", cast.member(key), "renshen.fresh", "900 kg", "2099-01-01", {})
    yield found
    for member in found.members.values():
        await member.http.close()
    server.should_exit = True
    await serving


async def _tariff(market: Market, term: int, window: int) -> None:
    regulator = market.acting("regulator").guarantees
    await regulator.set_tariff("1", "10", "2", "5", 3, term, window, {"cause": "试行"})


async def _accused(market: Market, number: str) -> tuple[LotId, CaseId]:
    lot = await market.harvest("grower", number, "100 kg")
    for key, quantity in (("merchant", "10 kg"), ("neighbour", "10 kg")):
        await market.deliver("grower", key, lot, quantity)
    return lot, await market.acting("lab").guarantees.accuse(lot, REPORT, {"cause": "镉超标"})


async def test_settle__pot_larger_than_what_is_due__leaves_the_rest_to_the_fund(market: Market) -> None:
    await _tariff(market, 3600, 8)
    lot, case = await _accused(market, "BAD-1")
    regulator, merchant, neighbour = (market.acting(key) for key in ("regulator", "merchant", "neighbour"))
    assert "提出指控" not in await market.page(f"/guarantees/bonds/{lot}", "lab")
    assert "请先由监管机构" in await market.page(f"/guarantees/cases/{case}", "regulator")
    recall = await market.recall("ZH-1", lot)
    assert "核对并签名" in await market.page(f"/guarantees/cases/{case}", "regulator")
    await regulator.guarantees.confirm(case, recall, {"cause": "复检不合格"})
    assert [one["lot"] for one in await merchant.guarantees.claimable()] == [lot]
    assert "全部申领" in await market.page(f"/guarantees/cases/{case}", "merchant")
    await merchant.guarantees.claim(case)
    await neighbour.guarantees.claim(case, [lot])
    with pytest.raises(Unrelated):
        await merchant.guarantees.strike(case, cast.member("neighbour"))
    await regulator.guarantees.relate(cast.member("grower"), cast.member("neighbour"), True, {"cause": "堂兄弟"})
    assert "剔除" in await market.page(f"/guarantees/cases/{case}", "merchant")
    await merchant.guarantees.strike(case, cast.member("neighbour"))
    with pytest.raises(TooEarly):
        await merchant.guarantees.settle(case)
    until = (await merchant.guarantees.case(case))["case"]["until"]
    await asyncio.sleep(max(0.0, until + 1.5 - time.time()))
    fund = await merchant.rewards.purse(FUND)
    await merchant.guarantees.settle(case)
    with pytest.raises(RelatedParty):
        await neighbour.guarantees.collect(case)
    before = await merchant.rewards.purse(cast.member("merchant"))
    assert "领取" in await market.page("/guarantees", "merchant")
    await merchant.guarantees.collect(case)
    report = await merchant.guarantees.case(case)
    assert (report["case"]["pot"], report["case"]["to_fund"]) == (50_000, 160_000)
    assert await merchant.rewards.purse(FUND) == fund + 160_000
    assert await merchant.rewards.purse(cast.member("merchant")) == before + 50_000
    assert [(s["struck"], s["collected"]) for s in report["shares"]] == [(False, 50_000), (True, 0)]
    assert (await merchant.rewards.supply()).closes
    for path in ("/guarantees?lang=en", f"/guarantees/cases/{case}", f"/guarantees/growers/{cast.member('grower')}"):
        assert "关联方" in await market.page(path) or "lang=en" in path or "药农档案" in await market.page(path)
    assert "为 100 kg 锁定 210 分" in await market.page(f"/provenance/lots/{lot}")


async def test_release__after_the_term__returns_the_bond_and_counts_as_clean(market: Market) -> None:
    await _tariff(market, 6, 5)
    lot = await market.harvest("grower", "GOOD-1", "50 kg")
    grower, hospital = market.acting("grower").guarantees, market.acting("hospital").guarantees
    before = await market.acting("grower").rewards.purse(cast.member("grower"))
    bond = await grower.bond(lot)
    assert (bond["fee"], bond["amount"], bond["state"]) == (1_000, 110_000, "locked")
    with pytest.raises(TooEarly):
        await hospital.release(lot)
    await asyncio.sleep(max(0.0, bond["until"] + 1.5 - time.time()))
    assert "退回保证金" in await market.page(f"/guarantees/bonds/{lot}", "hospital")
    await hospital.release(lot)
    with pytest.raises(NotLocked):
        await hospital.release(lot)
    assert await market.acting("grower").rewards.purse(cast.member("grower")) == before + 110_000
    record = await grower.grower(cast.member("grower"))
    assert (record["history"]["returned"], record["history"]["clean"], record["lots"]) == (1, 1, 1)


async def test_dismiss__by_a_regulator__locks_the_bond_again(market: Market) -> None:
    await _tariff(market, 3600, 5)
    lot, case = await _accused(market, "BAD-2")
    with pytest.raises(WrongKind):
        await market.acting("lab").guarantees.dismiss(case)
    await market.acting("regulator").guarantees.dismiss(case, {"cause": "复检合格"})
    assert (await market.acting("lab").guarantees.bond(lot))["state"] == "locked"
    assert (await market.acting("lab").guarantees.totals())["verdicts"] == 0


async def test_read__what_is_unknown__says_so(market: Market) -> None:
    reader = TcmChain(market.url)
    with pytest.raises(UnknownBond):
        await reader.guarantees.bond(LotId(NOBODY))
    with pytest.raises(UnknownCase):
        await reader.guarantees.case(CaseId(NOBODY))
    with pytest.raises(NotGrower):
        await reader.guarantees.grower(cast.member("hospital"))
    assert await reader.guarantees.tariff() is None
    assert "还没有定费率" in await market.page("/guarantees")
    await reader.http.close()


async def test_allot__by_a_regulator__comes_out_of_the_reserve(market: Market) -> None:
    regulator = market.acting("regulator").rewards
    reserve = await regulator.purse(RESERVE)
    await regulator.allot(cast.member("lab"), "12.5", "检测奖励")
    assert await regulator.purse(cast.member("lab")) == 12_500
    assert await regulator.purse(RESERVE) == reserve - 12_500
    with pytest.raises(OwnPurse):
        await regulator.allot(cast.member("regulator"), "1", "自用")
    with pytest.raises(NotRegulator):
        await market.acting("grower").rewards.allot(cast.member("grower"), "1", "自用")
    with pytest.raises(PointsUnreadable):
        await regulator.allot(cast.member("lab"), "many", "")
    assert (await regulator.moves(cast.member("lab")))[0]["why"] == "allotment"
    shown = await market.page("/rewards", "regulator")
    assert "从储备中发放" in shown
    assert "监管机构发放" in shown
    assert "Allotted by a regulator" in await market.page("/rewards?lang=en")


async def test_commands__read_and_write__as_the_doors_do(
    market: Market, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TCMCHAIN_HOME", str(tmp_path / "keys"))
    monkeypatch.setenv("TCMCHAIN_NODE", market.url)
    monkeypatch.setenv("COLUMNS", "300")
    keys = open_keystore(tmp_path / "keys")
    for key in ("regulator", "lab"):
        number = [actor.key for actor in cast.ACTORS].index(key)
        keys.take_in(key, key_from_seed(seed_from_mnemonic(cast.MNEMONIC, ""), f"m/44'/60'/0'/0/{number}"))

    async def run(app: Any, *arguments: str) -> str:
        result = await asyncio.to_thread(CliRunner().invoke, app, arguments)
        assert result.exit_code == 0, result.output + str(result.exception)
        return result.output

    told: Callable[..., Any] = run
    terms = ("--fee", "1", "--bond", "10", "--bond-rate", "2", "--compensation", "5", "--term", "90")
    await told(guarantees_cli.app, "set-tariff", *terms, "--account", "regulator")
    lot = await market.harvest("grower", "BAD-3", "10 kg")
    assert "90" in await told(guarantees_cli.app, "tariff")
    assert lot in await told(guarantees_cli.app, "bonds", "--grower", cast.member("grower"))
    report = tmp_path / "report.pdf"
    report.write_bytes(b"cadmium")
    case = (await told(guarantees_cli.app, "accuse", lot, "--report", str(report), "--account", "lab")).strip()
    assert case in await told(guarantees_cli.app, "cases", "--state", "open")
    await told(guarantees_cli.app, "dismiss", case, "--cause", "复检合格", "--account", "regulator")
    assert "10 kg" in await told(guarantees_cli.app, "grower", cast.member("grower"))
    await told(rewards_cli.app, "allot", cast.member("lab"), "3", "--account", "regulator")
    assert "1,113,000" not in await told(rewards_cli.app, "supply")
    assert "fee" in await told(rewards_cli.app, "flows")
    assert cast.member("lab") in await told(rewards_cli.app, "purses")

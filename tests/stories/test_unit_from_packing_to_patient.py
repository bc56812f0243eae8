"""One package: its code is made, anchored, scanned, dispensed, opened, and turns up a second time."""

import asyncio
import csv
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import httpx
import pytest

from tcmchain.errors import NotSignedIn
from tcmchain.example import units as story
from tcmchain.example.stage import Stage, commitment
from tcmchain.provenance.client import Quantity
from tcmchain.sdk import TcmChain
from tcmchain.units.client.peers import PeerTrees
from tcmchain.units.model.codes import Code, read_serial
from tcmchain.units.model.errors import (
    HiddenUnreadable,
    NotProven,
    OpenedAlready,
    PlaceUnknown,
    SerialUnreadable,
    TreeMissing,
    TreeTorn,
    UnknownUnit,
    WithoutCodes,
)
from tcmchain.units.model.opening import Purpose
from tcmchain.units.readmodel.trees import TreeStore
from tcmchain.units.service.making import Wanted, make
from tcmchain.units.service.trees import Trees
from tcmchain.values import Hash32, LotId

pytestmark = pytest.mark.engine
STRANGE = "ZZZZZZZZZZZZ"


@pytest.fixture
async def stage(node: str, began: datetime) -> AsyncIterator[Stage]:
    found = Stage(node, began)
    yield found
    await found.close()


@pytest.fixture
async def bags(stage: Stage) -> LotId:
    return await stage.lot("factory", story.packed_number(stage))


async def _grounds(chain: TcmChain, lot: LotId, serial: str) -> tuple[str, list[str]]:
    found = await chain.units.verdict(lot, serial)
    return found["grade"], [one["code"] for one in found["evidence"]]


async def _packed(stage: Stage, folder: Path, number: str) -> tuple[LotId, list[Code], Hash32]:
    """A lot of the story's sliced ginseng, packed with twenty codes made for it."""
    codes, tree = folder / f"{number}.csv", folder / f"{number}.tree"
    wanted = Wanted(20, story.GTIN, number, stage.url)
    root = await asyncio.to_thread(make, wanted, codes, tree, None, 1)
    factory = stage.acting("factory")
    assert await factory.units.hand_in(tree) == {"root": root, "units": 20}
    lot = await stage.lot("factory", stage.number("HP", 52))
    facts = {"channel": "130000", "trace_codes": ["84012345678901234500-84012345678901234519"]}
    await factory.provenance.pack(lot, "200 g", number, 20, story.GTIN, stage.day(30), facts, root)
    with codes.open() as rows:
        made = [Code(read_serial(row["serial"]), row["serial"], row["hidden"]) for row in csv.DictReader(rows)]
    return await stage.lot("factory", number), made, root


async def test_unit_of_the_example__each__says_what_happened_to_it(stage: Stage, bags: LotId) -> None:
    chain = stage.acting("hospital")
    assert await _grounds(chain, bags, story.code(story.FRESH).serial) == ("fine", ["proven"])
    assert await _grounds(chain, bags, story.code(story.DISPENSED).serial) == ("fine", ["proven", "dispensed"])
    assert await _grounds(chain, bags, story.code(story.OPENED).serial) == ("notice", ["opened-before", "proven"])
    grade, grounds = await _grounds(chain, bags, story.code(story.TWICE).serial)
    assert (grade, grounds[0]) == ("suspected", "second-dispensing")
    assert await _grounds(chain, bags, STRANGE) == ("suspected", ["unknown-code"])


async def test_unit__from_making_to_opening__is_opened_once(stage: Stage, tmp_path: Path) -> None:
    lot, made, root = await _packed(stage, tmp_path, "U-ONCE")
    anybody = TcmChain(stage.url)
    fresh, other = made[0], made[1]
    with pytest.raises(NotProven):
        await anybody.units.open(lot, other.serial, fresh.hidden)
    with pytest.raises(HiddenUnreadable):
        await anybody.units.open(lot, fresh.serial, "0000")
    with pytest.raises(PlaceUnknown):
        await anybody.units.open(lot, fresh.serial, fresh.hidden, Purpose.GIFT, "999999")
    state = await anybody.units.open(lot, fresh.serial.lower(), fresh.hidden.lower(), Purpose.GIFT, "310000")
    assert state["state"] == "indexed"
    with pytest.raises(OpenedAlready):
        await anybody.units.open(lot, fresh.serial, fresh.hidden)
    found = await anybody.units.verdict(lot, fresh.serial)
    opened = found["evidence"][0]
    assert (opened["code"], opened["place"], len(opened["tx"])) == ("opened-before", "310000", 66)
    unit = await anybody.http.get("/api/units/unit", lot=lot, serial=fresh.serial)
    assert (unit["root"], unit["opened"], unit["units"]) == (root, True, 20)
    await anybody.http.close()


async def test_unit__two_open_it_at_once__one_does(stage: Stage, tmp_path: Path) -> None:
    lot, made, _ = await _packed(stage, tmp_path, "U-RACE")
    anybody = TcmChain(stage.url)
    tries = (anybody.units.open(lot, made[0].serial, made[0].hidden) for _ in range(3))
    answers = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(answer, dict) for answer in answers) == 1
    assert all(isinstance(answer, dict | OpenedAlready) for answer in answers)
    await anybody.http.close()


async def test_unit__dispensed_and_traded_again__is_suspected(stage: Stage, tmp_path: Path) -> None:
    lot, made, _ = await _packed(stage, tmp_path, "U-AGAIN")
    serial = made[0].serial
    await stage.send("factory", "pharmacy", "U-AGAIN-1", [Quantity(lot, "100 g")], (20, 18), {})
    pharmacy = stage.acting("pharmacy")
    facts = {"units": [serial]}
    await pharmacy.provenance.dispense([Quantity(lot, "10 g")], commitment("u-again"), stage.day(3), facts)
    assert await _grounds(pharmacy, lot, serial) == ("fine", ["proven", "dispensed"])
    assert await pharmacy.units.scan(lot, serial)
    assert not await pharmacy.units.scan(lot, serial)
    grade, grounds = await _grounds(pharmacy, lot, serial)
    assert grade == "suspected"
    assert grounds == ["trade-after-dispensing", "other-channel", "proven", "dispensed"]


async def test_look__by_one_reader_many_times__is_counted_once(stage: Stage, bags: LotId) -> None:
    anybody = TcmChain(stage.url)
    body = {"lot": bags, "serial": story.code(40).serial, "viewer": "a reader", "place": "440000"}
    first, second = [await anybody.http.post("/api/units/scans", body) for _ in range(2)]
    assert (first["counted"], second["counted"]) == (True, False)
    assert (await anybody.http.post("/api/units/scans", {**body, "viewer": "another"}))["counted"]
    with pytest.raises(UnknownUnit):
        await anybody.http.post("/api/units/scans", {**body, "serial": STRANGE})
    with pytest.raises(SerialUnreadable):
        await anybody.http.post("/api/units/scans", {**body, "serial": "no"})
    with pytest.raises(NotSignedIn):
        await anybody.http.post("/api/units/scans", {**body, "kind": "trade"})
    await anybody.http.close()


async def test_tree__torn_or_by_nobody__is_refused(stage: Stage, tmp_path: Path) -> None:
    codes, tree = tmp_path / "c.csv", tmp_path / "t.tree"
    await asyncio.to_thread(make, Wanted(50, story.GTIN, "U-TORN", stage.url), codes, tree, None, 1)
    raw = tree.read_bytes()
    with pytest.raises(TreeTorn):
        await stage.acting("factory").units.hand_in(raw[:-1])
    async with httpx.AsyncClient(base_url=stage.url) as http:
        answer = await http.put("/api/units/trees", content=raw)
    assert answer.status_code == 401


async def test_tree__of_another_node__is_fetched_and_proven(stage: Stage, bags: LotId, tmp_path: Path) -> None:
    serial = read_serial(story.code(7).serial)
    root = Hash32(
        (await stage.acting("factory").http.get("/api/units/unit", lot=bags, serial=story.code(7).serial))["root"]
    )
    mine = Trees(TreeStore(tmp_path / "units", 1 << 24), [PeerTrees(stage.url)], 1 << 20)
    assert await asyncio.to_thread(mine.proof, root, serial) is not None
    with pytest.raises(TreeMissing):
        await asyncio.to_thread(mine.proof, Hash32("0x" + "11" * 32), serial)


async def test_lot_without_codes__any_serial__says_so(stage: Stage) -> None:
    lot = await stage.lot("factory", stage.number("HS", 48))
    with pytest.raises(WithoutCodes):
        await stage.acting("factory").units.verdict(lot, STRANGE)


async def test_look_up__by_serial_link_or_trace_code__leads_to_the_unit(stage: Stage, tmp_path: Path) -> None:
    lot, made, _ = await _packed(stage, tmp_path, "U-FIND")
    path = f"/01/0{story.GTIN}/10/U-FIND/21/{made[0].serial}"
    async with httpx.AsyncClient(base_url=stage.url) as http:
        for text in (made[0].serial, made[0].serial.lower(), stage.url + path):
            assert (await http.get("/units", params={"q": text})).headers["location"] == path
        page = await http.get("/units", params={"q": "84012345678901234507"})
        assert "U-FIND" in page.text
        assert "不能证明真伪" in page.text
        assert "U-FIND" in (await http.get("/provenance", params={"q": "84012345678901234507"})).text
        assert (await http.get("/units", params={"q": STRANGE})).status_code == 404
        assert (await http.get("/units", params={"q": "http://["})).status_code == 404
        assert lot in (await http.get("/api/units/trace-codes/84012345678901234507")).json()
        shown = (await http.get(path)).text
        assert "未见异常" in shown
        assert "疑似" in (await http.get(path[:-12] + STRANGE)).text
        assert "各有编号" in (await http.get(path.split("/21/")[0])).text

"""A bad harvest is found in four houses, frozen, put aside and accounted for; a drill holds nothing up."""

from datetime import UTC, datetime, timedelta

import pytest

from tcmchain.example import cast
from tcmchain.provenance.client import NewLot, Quantity
from tcmchain.provenance.model.errors import FrozenLot, NotMaker, NotRecaller
from tcmchain.sdk import TcmChain
from tcmchain.values import Hash32, LotId, QuotaId

pytestmark = pytest.mark.engine

YESTERDAY = (datetime.now(UTC) - timedelta(days=1)).date()
DAY = YESTERDAY.isoformat()
SEASON = (YESTERDAY + timedelta(days=200)).isoformat()
FORM = "renshen.fresh"


async def _send(sender: TcmChain, to: TcmChain, key: str, number: str, lot: LotId, quantity: str) -> None:
    await sender.provenance.ship(number, cast.member(key), [Quantity(lot, quantity)], DAY, {})
    (shipment,) = [s for s in await to.provenance.shipments(True, "underway") if s["reference"] == number]
    await to.provenance.receive(shipment["id"], DAY, {})


async def _harvested(node: str, number: str) -> tuple[LotId, list[LotId]]:
    """A harvest of 10 kg: half steamed in the factory and packed twice, of which the hospital and clinic have some."""
    async with (
        TcmChain(node, cast.officer("certifier")) as certifier,
        TcmChain(node, cast.officer("grower")) as grower,
        TcmChain(node, cast.officer("factory")) as factory,
        TcmChain(node, cast.officer("hospital")) as hospital,
        TcmChain(node, cast.officer("clinic")) as clinic,
    ):
        await certifier.provenance.certify_quota(f"Q-{number}", cast.member("grower"), FORM, "10 kg", SEASON, {})
        quota = next(
            q for q in await grower.provenance.quotas(cast.member("grower")) if q["reference"] == f"Q-{number}"
        )
        await grower.provenance.commission(QuotaId(quota["id"]), number, "10 kg", DAY, {})
        field = await _lot(grower, number, "grower")
        await _send(grower, factory, "factory", f"S1-{number}", field, "6 kg")
        made = [NewLot(f"R-{number}", "1.5 kg", "renshen.red")]
        await factory.provenance.process("steaming", [Quantity(field, "5 kg")], made, DAY, {})
        red = await _lot(factory, f"R-{number}", "factory")
        await factory.provenance.pack(red, "500 g", f"P1-{number}", 50, "", DAY, {})
        await factory.provenance.pack(red, "400 g", f"P2-{number}", 40, "", DAY, {})
        packs = [await _lot(factory, f"P{n}-{number}", "factory") for n in (1, 2)]
        await _send(factory, hospital, "hospital", f"S2-{number}", packs[0], "500 g")
        await hospital.provenance.dispense([Quantity(packs[0], "30 g")], Hash32("0x" + "5a" * 32), DAY, {})
        await _send(hospital, clinic, "clinic", f"S3-{number}", packs[0], "70 g")
        return field, [red, *packs]


async def _lot(acting: TcmChain, number: str, maker: str) -> LotId:
    found = await acting.provenance.find(number, cast.member(maker))
    assert found is not None
    return found


async def test_recall__bad_harvest__reaches_freezes_and_accounts_for_all(node: str) -> None:
    field, offspring = await _harvested(node, "BAD-1")
    async with (
        TcmChain(node, cast.officer("regulator")) as regulator,
        TcmChain(node, cast.officer("hospital")) as hospital,
        TcmChain(node, cast.officer("factory")) as factory,
    ):
        reach = await regulator.provenance.reach([field])
        assert {entry["lot"]["id"] for entry in reach["lots"]} == {field, *offspring}
        kilogram = 1_000_000
        assert reach["reconciliation"] == {
            "entered": 10 * kilogram,
            "dispensed": 30_000,
            "held": 10 * kilogram - 30_000 - 3_500_000,
            "in_transit": 0,
            "retired": 0,
            "lost": 0,
            "processing_loss": 3_500_000,
            "unexplained": 0,
        }
        assert sum(units["units"] for units in reach["units"]) == 90
        assert {holder["holder"] for holder in reach["holders"]} == {
            cast.member(key) for key in ("grower", "factory", "hospital", "clinic")
        }

        with pytest.raises(NotMaker):
            await hospital.provenance.open_recall("ZH-HOSPITAL", [field], DAY, {})
        recall = await regulator.provenance.open_recall("ZH-1", [field], DAY, {"cause": "农残超标"})

        report = await regulator.provenance.recall(recall)
        assert report["score"]["lots_frozen"] == 4
        assert report["score"]["frozen_after"] is not None
        with pytest.raises(FrozenLot):
            await hospital.provenance.dispense([Quantity(offspring[1], "1 g")], Hash32("0x" + "5b" * 32), DAY, {})
        with pytest.raises(FrozenLot):
            await factory.provenance.pack(offspring[0], "10 g", "P3-BAD-1", 1, "", DAY, {})

        for key in ("grower", "factory", "hospital", "clinic"):
            async with TcmChain(node, cast.officer(key)) as holder:
                (notice,) = [n for n in await holder.provenance.notices() if n["recall"]["id"] == recall]
                lines = [Quantity(LotId(h["lot"]["id"]), f"{h['milligrams']} mg") for h in notice["lots"]]
                await holder.provenance.secure(recall, lines, DAY, {})
        score = (await regulator.provenance.recall(recall))["score"]
        assert (score["holders"], score["holders_answered"], score["completeness"]) == (4, 4, 1.0)
        assert score["answered_after"] is not None

        with pytest.raises(NotRecaller):
            await hospital.provenance.release(recall, [offspring[2]], DAY, {})
        await regulator.provenance.release(recall, [offspring[2]], DAY, {"cause": "复检合格"})
        await regulator.provenance.close_recall(recall, DAY, {})
        await factory.provenance.retire(offspring[2], "1 g", "sampling", DAY, {})
        assert not [n for n in await hospital.provenance.notices() if n["recall"]["id"] == recall]


async def test_drill__own_lot__is_scored_and_holds_nothing_up(node: str) -> None:
    _, offspring = await _harvested(node, "DRILL-1")
    async with TcmChain(node, cast.officer("factory")) as factory:
        drill = await factory.provenance.open_recall("YL-1", [offspring[0]], DAY, {"cause": "年度演练"}, drill=True)
        score = (await factory.provenance.recall(drill))["score"]
        assert (score["lots"], score["lots_frozen"]) == (3, 3)
        await factory.provenance.pack(offspring[0], "10 g", "P3-DRILL-1", 1, "", DAY, {})
        assert (await factory.provenance.recall(drill))["score"]["lots"] == 4
        assert await factory.provenance.freeze(drill) == 1
        assert (await factory.provenance.recall(drill))["score"]["lots_frozen"] == 4

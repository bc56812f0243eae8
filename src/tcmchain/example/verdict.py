"""Fifth part: a lab finds cadmium in one harvest; its bond waits for those who hold it."""

import hashlib
from typing import Final

from tcmchain.errors import Conflict
from tcmchain.example import cast
from tcmchain.example.stage import Scene, Stage, again, where
from tcmchain.provenance.client import Quantity
from tcmchain.values import CaseId, Hash32, LotId

BAD: Final = "LX-fangfeng-05"
_REPORT: Final = "JC-2207"


async def sell_bad_harvest(stage: Stage) -> None:
    lot = await stage.lot("western", BAD)
    for key, quantity in (("distributor", "40 kg"), ("merchant", "25 kg")):
        reference = stage.number(f"LX-{key[:2].upper()}", 60)
        await stage.send("western", key, reference, [Quantity(lot, quantity)], (60, 58), {"carrier": "货车"})


async def accuse(stage: Stage) -> None:
    lot, lab = await stage.lot("western", BAD), stage.acting("lab")
    test = {"item": "镉", "value": 1.8, "unit": "mg/kg", "limit": 1, "at_most": True, "ok": False}
    facts = {**where("lab"), "report": _REPORT, "standard": "《中国药典》2025年版", "tests": [test]}
    await lab.provenance.observe(lot, "inspection", False, stage.day(3, "10:00"), facts)
    findings = Hash32("0x" + hashlib.sha256(_REPORT.encode()).hexdigest())
    if not await _cases(stage, lot):
        await lab.guarantees.accuse(lot, findings, {"report": _REPORT, "cause": "镉超标"})


async def uphold(stage: Stage) -> None:
    lot, regulator = await stage.lot("western", BAD), stage.acting("regulator")
    reference = stage.number("ZH", 1)
    recalls = await regulator.http.get("/api/provenance/recalls")
    found = next((one["id"] for one in recalls if one["reference"] == reference), None)
    facts = {"cause": "镉超标"}
    recall = found or await regulator.provenance.open_recall(reference, [lot], stage.day(1, "09:00"), facts)
    for case in await _cases(stage, lot, "open"):
        await regulator.guarantees.confirm(case, recall, {"cause": "复检仍超标"})


async def claim(stage: Stage) -> None:
    lot = await stage.lot("western", BAD)
    for case in await _cases(stage, lot, "confirmed"):
        try:
            await again(stage.acting("distributor").guarantees.claim(case))
        except Conflict as error:
            if error.code != "guarantees-nothing":
                raise


async def _cases(stage: Stage, lot: LotId, state: str | None = None) -> list[CaseId]:
    found = await stage.acting("lab").guarantees.cases(cast.member("western"), state)
    return [CaseId(case["id"]) for case in found if case["lot"] == lot]


SCENES: tuple[Scene, ...] = (
    ("售出一批防风", sell_bad_harvest),
    ("检出镉超标，提出指控", accuse),
    ("召回并判定成立", uphold),
    ("持有者申领", claim),
)

"""Ninth part: rules, a prescription with its check and two signatures, its dispensing elsewhere, and what comes of it.

The story's days are counted back from today, while blocks bear today's time. The pharmacy's node gives a voucher that
opens when the course is over, counted from the block; as nobody waits a week for an example, the pharmacy signs the
same voucher again with the day on which the story dispensed.
"""

import asyncio
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from tcmchain.chain.chains import CHAIN_IDS
from tcmchain.example import cast
from tcmchain.example.care import physician
from tcmchain.example.pharmacy import COLLEAGUE, LICENSED, PHARMACIST, PHYSICIAN, shared
from tcmchain.example.stage import Scene, Stage
from tcmchain.prescriptions.client import Draft
from tcmchain.prescriptions.model.document import Followed
from tcmchain.prescriptions.model.slip import Slip
from tcmchain.reviews.client.keys import ReviewKeys
from tcmchain.reviews.contract import typed_voucher
from tcmchain.reviews.model.vouchers import Voucher
from tcmchain.sdk import TcmChain
from tcmchain.values import (
    BEIJING,
    Address,
    FormulaId,
    Hash32,
    MemberId,
    PrescriptionId,
    UnixTime,
)

NAME: Final = "王秀英"
"""The patient's name as the example's papers have it; it is invented, and stands sealed."""

RECORD: Final = "示例病历-0417"
COURSE: Final = 7
DISPENSED_AGO: Final = 9
_DAY: Final = 86_400
_PATIENCE: Final = 40.0

SHEET: Final[Mapping[str, Any]] = {
    "lines": [
        {"herb": herb, "name": name, "grams": grams, "form": "decoction", "role": role}
        for herb, name, grams, role in (
            ("huangqi", "黄芪", "120", "sovereign"),
            ("danggui", "当归", "6", "minister"),
            ("danshen", "丹参", "10", "minister"),
            ("chuanxiong", "川芎", "3", "assistant"),
            ("baizhu", "白术", "10", "assistant"),
            ("gancao", "甘草", "3", "envoy"),
        )
    ],
    "patient": {
        "sex": "female",
        "months": 68 * 12,
        "pregnancy": "no",
        "lactation": "no",
        "allergies": "yes",
        "allergens": ["青霉素"],
        "liver": "no",
        "kidney": "no",
        "takes_drugs": "no",
    },
    "diagnosis": {"disease_words": "中风后遗症", "syndrome_words": "气虚血瘀证"},
    "doses": 7,
    "days": 7,
    "times": 2,
    "usage": "水煎服，日一剂，早晚分服",
    "department": "中医内科",
    "fee": "自费",
    "head": ["institution", "name", "record", "date", "prescriber"],
}
"""Six traced herbs; the first is given at four times the printed dose, as the formula wants it."""

REASON: Final = "中风恢复期气虚显著，重用黄芪，自小量起已递增两周，血压平稳。"


async def publish_rules(stage: Stage) -> None:
    """A pharmacist signs the first rule set."""
    chain = physician(stage, PHARMACIST)
    if not await chain.prescriptions.rules():
        await chain.prescriptions.publish_rules(cast.PERSONS[PHARMACIST].zh, "第一版")


async def prescribe_and_dispense(stage: Stage) -> None:
    """The check asks for two signatures; another member's pharmacy dispenses out of traced lots."""
    doctor = physician(stage, PHYSICIAN)
    if await _dispensed(doctor) is not None:
        return
    formula = await _formula(doctor)
    sheet = {**SHEET, "follows": {"formula": formula, "version": 1, "name": LICENSED.name}}
    checked = await doctor.prescriptions.check(sheet)
    reasons = {one["id"]: REASON for one in checked["findings"] if one["needs_reason"]}
    draft = Draft(
        patient=NAME,
        prescriber=cast.PERSONS[PHYSICIAN].zh,
        prescription=sheet,
        reasons=reasons,
        record=RECORD,
        formula=Followed(formula, 1),
        course=COURSE,
        hours=72,
    )
    slip = await doctor.prescriptions.issue(draft)
    await physician(stage, COLLEAGUE).prescriptions.countersign(slip.id)
    keys = _keys(slip.id)
    presented = Slip(slip.id, slip.secret, keys.commitment)
    pharmacist = physician(stage, PHARMACIST)
    await pharmacist.reviews.leave_note(Hash32(slip.id), formula, 1, COURSE, NAME)
    await pharmacist.prescriptions.fulfil(presented, happened=_moment(stage, DISPENSED_AGO))


async def review(stage: Stage) -> None:
    """After the course the patient reviews under a pseudonym, with the name masked."""
    doctor = physician(stage, PHYSICIAN)
    prescription, formula = await _dispensed(doctor), await _formula(doctor)
    assert prescription is not None
    keys = _keys(prescription)
    patient = stage.signing(keys.signer)
    if (await patient.reviews.reviews(formula))["reviews"]:
        return
    await _tallied(patient)
    voucher = await patient.reviews.ask_voucher(keys, NAME)
    opened = await _opened(stage, patient, voucher)
    herbs = {"huangqi": "helped", "danggui": "unsure"}
    words = "服完七剂，腿上有劲了些，走路拖步减轻，说话比以前清楚。头两天略有口干。"
    await patient.reviews.write(keys, opened, NAME, 4, 70, 45, words, herbs)


async def report_harm(stage: Stage) -> None:
    """A physician reports what was seen; a regulator answers."""
    doctor = physician(stage, COLLEAGUE)
    formula = await _formula(physician(stage, PHYSICIAN))
    if not await doctor.reviews.harms(formula):
        words = "一位患者自行加倍服用后口干、夜间兴奋难眠，减回原量两日后消失。"
        await doctor.reviews.report_harm_seen(formula, 1, "mild", words, stage.date(3), "减回原量")
    regulator = stage.acting("regulator")
    for harm in await regulator.reviews.harms(formula, answered=False):
        await regulator.reviews.answer_harm(Hash32(harm["id"]), "已知悉：提醒各药房发药时写明日服一剂，不得自行加倍。")


def _keys(prescription: PrescriptionId) -> ReviewKeys:
    return ReviewKeys(cast.PERSONS["patient"].seed, Hash32(prescription))


async def _formula(doctor: TcmChain) -> FormulaId:
    found = await shared(doctor, LICENSED)
    if found is None:
        raise LookupError(f"the story has no formula {LICENSED.name}")
    return found


async def _dispensed(doctor: TcmChain) -> PrescriptionId | None:
    """The story's prescription, once it was dispensed."""
    account = doctor.http.key().address
    found = await doctor.prescriptions.prescriptions(prescriber=account, state="dispensed")
    return PrescriptionId(found[-1]["id"]) if found else None


async def _tallied(chain: TcmChain) -> None:
    """Wait until members have carried the count of the pharmacy's dispensings over; their nodes do it by themselves."""
    member, last = cast.member(cast.DISPENSER), time.monotonic() + _PATIENCE
    while not any(one["member"] == member and one["tallied"] for one in await chain.reviews.standings()):
        if time.monotonic() > last:
            raise LookupError("the story's dispensings are not counted")
        await asyncio.sleep(0.3)


async def _opened(stage: Stage, chain: TcmChain, given: Mapping[str, Any]) -> dict[str, Any]:
    """The same voucher, signed by the pharmacy with the day of the story's own dispensing."""
    opens = UnixTime(_moment(stage, DISPENSED_AGO) + COURSE * _DAY)
    closes = UnixTime(opens + given["closes"] - given["opens"])
    who = FormulaId(given["formula"]), given["version"], Hash32(given["nullifier"]), Address(given["reviewer"])
    known = Voucher(*who, Hash32(given["name"]), MemberId(given["member"]), opens, closes)
    stands = next(one for one in await chain.http.get("/api/directory") if one["contract"] == "Reviews")
    typed = typed_voucher(known, CHAIN_IDS["pharmacy"], Address(stands["address"]))
    signature = cast.operator(cast.DISPENSER).sign_typed_data(typed)
    return {**given, "opens": opens, "closes": closes, "signature": signature}


def _moment(stage: Stage, ago: int) -> UnixTime:
    return UnixTime(int(datetime.fromisoformat(stage.day(ago, "10:30")).replace(tzinfo=BEIJING).timestamp()))


SCENES: tuple[Scene, ...] = (
    ("药师签发第一版审方规则", publish_rules),
    ("开方、审方、双签，另一家药房发药", prescribe_and_dispense),
    ("疗程之后，患者评价", review),
    ("不良反应报告与答复", report_harm),
)

"""Sixth part: two years of a patient's history at one hospital, sealed as it is written."""

import asyncio
from typing import Any, Final

from tcmchain.consent.model.terms import Rights
from tcmchain.crypto.categories import Category
from tcmchain.example import cast
from tcmchain.example.care import (
    AT_HOSPITAL,
    READ_AND_APPEND,
    Given,
    Wish,
    device,
    give,
    physician,
    publish_keys,
    register,
    relation,
    send_card,
)
from tcmchain.example.pages_of_paper import report_pdf
from tcmchain.example.stage import Scene, Stage
from tcmchain.records.model.fhir import Resource, Writer, bundle, write
from tcmchain.records.model.forms import (
    EncounterForm,
    FourExaminations,
    Herb,
    LabReport,
    LabValue,
    Profile,
    Statement,
    Vitals,
)

KEPT: Final = (Category.DISEASE, Category.VITALS, Category.MEDICATION, Category.IMAGING, Category.INSURANCE)
"""Categories that the hospital reads and appends to."""

_PHYSICIAN: Final = "attending_physician"
_SEASON: Final = 91
_FIRST: Final = 724

# Days between seasons apart: complaint, tongue, pulse, pattern, method, formula, herbs, pressure, weight, HbA1c.
_SEASONS: Final = (
    ("口渴多饮三月", "舌红少津", "脉细数", "阴虚热盛证", "养阴清热", "玉女煎",
     (("知母", 12), ("麦冬", 12), ("生地黄", 15)), (142, 90), 74.0, 8.1),
    ("口渴减轻，乏力", "舌淡红苔薄", "脉细", "气阴两虚证", "益气养阴", "生脉散",
     (("党参", 15), ("麦冬", 10), ("五味子", 6)), (138, 88), 73.2, 7.6),
    ("乏力，大便溏", "舌淡边有齿痕", "脉缓弱", "脾气虚证", "健脾益气", "参苓白术散",
     (("党参", 15), ("白术", 12), ("茯苓", 15)), (136, 86), 72.4, 7.2),
    ("手足不温，畏寒", "舌淡胖", "脉沉细", "脾肾阳虚证", "温补脾肾", "附子理中丸",
     (("党参", 12), ("白术", 12), ("干姜", 6)), (134, 84), 71.9, 7.0),
    ("头晕，眠差", "舌红苔薄黄", "脉弦", "肝阳上亢证", "平肝潜阳", "天麻钩藤饮",
     (("天麻", 10), ("钩藤", 12), ("黄芩", 10)), (146, 92), 71.5, 6.9),
    ("头晕已平，腰酸", "舌淡红", "脉沉", "肾阴虚证", "滋补肾阴", "六味地黄丸",
     (("熟地黄", 15), ("山药", 12), ("泽泻", 10)), (132, 82), 71.0, 6.8),
    ("肢体麻木", "舌暗有瘀点", "脉涩", "气虚血瘀证", "益气活血", "补阳还五汤",
     (("黄芪", 30), ("当归", 10), ("川芎", 10)), (130, 82), 70.6, 6.7),
    ("麻木减轻，复诊", "舌淡红苔薄白", "脉缓", "气虚血瘀证", "益气活血", "补阳还五汤",
     (("黄芪", 30), ("当归", 10), ("丹参", 12)), (128, 80), 70.2, 6.6),
)  # fmt: skip


async def publish_readers(stage: Stage) -> None:
    await asyncio.gather(*(publish_keys(stage, person) for person in cast.PERSONS if person != "patient"))


async def register_at_hospital(stage: Stage) -> None:
    await register(stage, AT_HOSPITAL)
    given = await _granted(stage)
    await send_card(stage, AT_HOSPITAL, "hospital", given.values())


async def write_history(stage: Stage) -> None:
    given = await _granted(stage)
    pen = Pen(stage, given)
    if await pen.count() >= len(_SEASONS):
        return
    await pen.profile(_FIRST)
    for season in range(len(_SEASONS)):
        await pen.season(season, _FIRST - _SEASON * season)


async def _granted(stage: Stage) -> dict[Category, Given]:
    wishes = (Wish(_PHYSICIAN, category, READ_AND_APPEND, days=730) for category in KEPT)
    return {wish.category: await give(stage, AT_HOSPITAL, wish) for wish in wishes}


class Pen:
    """Writes for the hospital, whose node seals what is written."""

    def __init__(self, stage: Stage, given: dict[Category, Given]) -> None:
        self._stage = stage
        self._given = given
        self._chain = physician(stage, _PHYSICIAN)
        self._patient = relation("patient", AT_HOSPITAL).account

    async def count(self) -> int:
        """How many entries the folder has."""
        return len(await device(self._stage, relation("patient", AT_HOSPITAL)).records.entries(self._patient))

    async def profile(self, ago: int) -> None:
        """Height, blood group, an allergy and a diagnosis, as taken down at the first visit."""
        person = Profile(1958, "female", "A+", 162, 74)
        allergy = Statement("青霉素", detail="皮疹", severe=True)
        diagnosis = Statement("2 型糖尿病", detail="空腹血糖 9.2 mmol/L")
        writer = self._writer(ago)
        await self._seal("profile", "基本情况", ago, Category.VITALS, writer.profile(person), person.summary())
        await self._seal("allergy", "青霉素过敏", ago, Category.DISEASE, writer.allergy(allergy), {"allergy": "青霉素"})
        await self._seal(
            "condition", "2 型糖尿病", ago, Category.DISEASE, writer.condition(diagnosis), {"disease": "2 型糖尿病"}
        )
        await self._seal("document", "门诊医保结算单", ago, Category.INSURANCE, media="text/plain", body=_SETTLEMENT)

    async def season(self, number: int, ago: int) -> None:
        """One visit: encounter, prescription, vital signs, laboratory, and once a year a picture."""
        complaint, tongue, pulse, pattern, method, formula, herbs, pressure, weight, sugar = _SEASONS[number]
        form = EncounterForm(
            complaint,
            FourExaminations(tongue=tongue, pulse=pulse, inspection="神清，面色少华", inquiry="纳可，夜尿一次"),
            "消渴病",
            (pattern,),
            method,
            formula,
            tuple(Herb(name, grams) for name, grams in herbs),
            14,
            "水煎服，日一剂，早晚分服",
        )
        signs = Vitals({"systolic": pressure[0], "diastolic": pressure[1], "pulse": 76, "weight_kg": weight})
        report = LabReport("糖化血红蛋白", (LabValue("HbA1c", sugar, "%", 4.0, 6.0),), "较前好转" if number else "升高")
        writer = self._writer(ago)
        await self._seal("encounter", f"门诊：{pattern}", ago, Category.DISEASE, writer.encounter(form), form.summary())
        await self._seal(
            "prescription", f"处方：{formula} 14 剂", ago, Category.MEDICATION, writer.prescription(form), _told(form)
        )
        await self._seal("vitals", "门诊体征", ago, Category.VITALS, writer.vitals(signs), signs.summary())
        lab = writer.lab(report)
        await self._seal("lab", "糖化血红蛋白", ago, Category.DISEASE, lab, {"HbA1c": f"{sugar} %"})
        if number % 4 == 1:
            scan = report_pdf("Fundus photography", f"No diabetic retinopathy. HbA1c {sugar} %.")
            await self._seal("imaging", "眼底照相报告", ago, Category.IMAGING, media="application/pdf", body=scan)

    def _writer(self, ago: int) -> Writer:
        return Writer(self._patient, f"{self._stage.day(ago, '09:30:00')}+08:00", cast.PERSONS[_PHYSICIAN].zh)

    async def _seal(
        self,
        kind: str,
        title: str,
        ago: int,
        category: Category,
        content: Resource | None = None,
        summary: dict[str, Any] | None = None,
        media: str = "application/fhir+json",
        body: bytes = b"",
    ) -> None:
        given = self._given[category]
        head = {
            "patient": self._patient,
            "type": kind,
            "title": title,
            "happened": f"{self._stage.day(ago, '09:30:00')}+08:00",
            "categories": [category.value],
            "media": media,
            "summary": summary or {},
            "grant": given.grant,
            "salt": given.opening.salt,
            "labels": {category.value: given.opening.label},
            "writer": cast.PERSONS[_PHYSICIAN].zh,
        }
        await self._chain.records.seal(head, body if content is None else write(_bundled(content)))


_SETTLEMENT: Final = "门诊结算单（示例）\n合计 318.60 元，统筹支付 223.00 元，个人支付 95.60 元\n".encode()


def _bundled(content: Resource) -> Resource:
    return content if content["resourceType"] == "Bundle" else bundle([content])


def _told(form: EncounterForm) -> dict[str, Any]:
    return {"formula": form.formula, "herbs": [f"{herb.name} {herb.grams:g} g" for herb in form.herbs]}


async def grant_to_insurer(stage: Stage) -> None:
    await give(stage, AT_HOSPITAL, Wish("claims_officer", Category.INSURANCE, Rights.READ, "claim", 30))


SCENES: tuple[Scene, ...] = (
    ("医师与家人公布阅读公钥", publish_readers),
    ("患者在京西中医医院登记", register_at_hospital),
    ("两年病历，逐份加密写入", write_history),
    ("把医保类授权给保险公司", grant_to_insurer),
)

"""Second part: two growers' ginseng becomes sliced red ginseng and reaches a patient over nine hands."""

from typing import Any, Final

from tcmchain.example import cast
from tcmchain.example.stage import Scene, Stage, again, commitment, gtin, together, where
from tcmchain.provenance.client import NewLot, Quantity
from tcmchain.values import QuotaId

GTIN: Final = gtin(1)
PATIENT_CODE: Final = "7K2M9-QXR4T-0HSN8-BD1VE-W3PAC-6"
"""What the patient of the example keeps; whoever knows it can show that the dispensing was theirs."""

_FIELDS: Final = {"grower": ("FS-A12", "600 kg", "480 kg"), "neighbour": ("FS-B07", "400 kg", "310 kg")}
_PICKED: Final = 75


def packed_number(stage: Stage) -> str:
    """The lot number on the boxes."""
    return stage.number("HS", 48)


async def certify_quotas(stage: Stage) -> None:
    certifier = stage.acting("certifier").provenance
    for key, (plot, quota, _) in _FIELDS.items():
        facts = {
            **where(key),
            "plot": plot,
            "area": 6_670 if key == "grower" else 4_000,
            "altitude": 760 if key == "grower" else 820,
            "seed": "大马牙" if key == "grower" else "二马牙",
            "cultivation": "林下仿野生",
            "planted": stage.date(6 * 365),
            "standard": "中药材GAP 2022",
        }
        reference = f"{plot}-{stage.now.year}"
        await again(
            certifier.certify_quota(reference, cast.member(key), "renshen.fresh", quota, stage.date(-365), facts)
        )


async def _quota(stage: Stage, key: str) -> QuotaId:
    found = await stage.acting(key).provenance.quotas(cast.member(key))
    return QuotaId(next(quota["id"] for quota in found if quota["form"] == "renshen.fresh"))


async def tend_fields(stage: Stage) -> None:
    works: list[tuple[int, dict[str, Any]]] = [
        (210, {"work": "春季松土、除草", "weather": "晴", "temperature": 14, "fertiliser": "腐熟鹿粪 0.8 kg/m²"}),
        (150, {"work": "搭棚遮阴，检查病害", "weather": "多云", "temperature": 24, "pesticide": "未使用"}),
        (100, {"work": "采收前停用任何药剂，取土样", "weather": "晴", "temperature": 19, "pesticide": "未使用"}),
    ]
    for key in _FIELDS:
        quota = await _quota(stage, key)
        for ago, facts in works:
            grower = stage.acting(key).provenance
            await grower.observe(quota, "field-work", True, stage.day(ago, "07:30"), {**where(key), **facts})


async def harvest(stage: Stage) -> None:
    for key, (plot, _, picked) in _FIELDS.items():
        facts = {
            **where(key),
            "plot": plot,
            "picked": stage.date(_PICKED),
            "age": 6,
            "grade": "一等",
            "weather": "晴，霜降前",
        }
        quota, number = await _quota(stage, key), stage.number(f"{plot}-", _PICKED)
        grower = stage.acting(key).provenance
        await again(grower.commission(quota, number, picked, stage.day(_PICKED, "15:00"), facts))


async def sell_to_merchant(stage: Stage) -> None:
    for key, (plot, _, picked) in _FIELDS.items():
        lot = await stage.lot(key, stage.number(f"{plot}-", _PICKED))
        arrived = [Quantity(lot, "478.5 kg")] if key == "grower" else None
        facts = {"carrier": "保温货车", "temperature": 4, "note": "泥鲜参，苔藓保湿"}
        reference = stage.number(f"{plot}-YD", 74)
        await stage.send(key, "merchant", reference, [Quantity(lot, picked)], (74, 73), facts, arrived)


async def pool_lots(stage: Stage) -> None:
    first, second = [await stage.lot(key, stage.number(f"{plot}-", _PICKED)) for key, (plot, _, _) in _FIELDS.items()]
    lines = [Quantity(first, "470 kg"), Quantity(second, "310 kg")]
    merchant = stage.acting("merchant").provenance
    facts = {**where("merchant"), "grade": "一等", "warehouse": "一号冷库", "temperature": 2, "humidity": 88}
    await again(merchant.merge(lines, stage.number("CB", 72), stage.day(72), facts))


async def sell_to_factory(stage: Stage) -> None:
    lot = await stage.lot("merchant", stage.number("CB", 72))
    facts = {"carrier": "冷藏车", "temperature": 3, "waybill": "JL-2217"}
    lines = [Quantity(lot, "760 kg")]
    arrived = [Quantity(lot, "758.2 kg")]
    await stage.send("merchant", "factory", stage.number("CB-YD", 71), lines, (71, 68), facts, arrived)


async def inspect_raw(stage: Stage) -> None:
    lot = await stage.lot("merchant", stage.number("CB", 72))
    factory, lab = stage.acting("factory").provenance, stage.acting("lab").provenance
    await factory.retire(lot, "500 g", "sampling", stage.day(67), {**where("factory"), "note": "送检样品"})
    tests = [
        {"item": "水分", "value": 71.3, "unit": "%", "ok": True},
        {"item": "人参皂苷 Rg1+Re（干品计）", "value": 0.42, "unit": "%", "limit": 0.30, "at_most": False, "ok": True},
        {"item": "五氯硝基苯", "value": 0.02, "unit": "mg/kg", "limit": 0.1, "ok": True},
        {"item": "六氯苯", "value": 0.01, "unit": "mg/kg", "limit": 0.1, "ok": True},
    ]
    facts = {**where("lab"), "report": stage.number("HB-", 64), "standard": "中国药典 2020 一部", "tests": tests}
    await lab.observe(lot, "inspection", True, stage.day(64, "10:00"), facts)


async def steam(stage: Stage) -> None:
    lot = await stage.lot("merchant", stage.number("CB", 72))
    factory = stage.acting("factory").provenance
    facts = {
        **where("factory"),
        "started": stage.date(62),
        "finished": stage.date(58),
        "hours": 3,
        "temperature": 100,
        "equipment": "蒸参柜 ZS-2",
        "note": "洗净，蒸制三小时，55 °C 烘干",
    }
    made = [NewLot(stage.number("HG", 58), "255 kg", "renshen.red", stage.date(-1_000))]
    await again(factory.process("steaming", [Quantity(lot, "750 kg")], made, stage.day(58, "17:00"), facts))


async def cut(stage: Stage) -> None:
    lot = await stage.lot("factory", stage.number("HG", 58))
    factory = stage.acting("factory").provenance
    facts = {**where("factory"), "equipment": "切片机 QP-300", "moisture": 9.6, "note": "润软，切薄片 1–2 mm"}
    made = [NewLot(stage.number("HP", 52), "246 kg", "renshen.red-sliced", stage.date(-1_000))]
    await again(factory.process("cutting", [Quantity(lot, "250 kg")], made, stage.day(52), facts))


async def pack(stage: Stage) -> None:
    lot = await stage.lot("factory", stage.number("HP", 52))
    facts = {
        **where("factory"),
        "packaging": "铝箔袋装 10 g，外盒",
        "standard": "中国药典 2020 一部",
        "storage": "阴凉干燥处，防蛀",
    }
    factory = stage.acting("factory").provenance
    await again(factory.pack(lot, "240 kg", packed_number(stage), 24_000, GTIN, stage.day(48), facts))


async def inspect_packed(stage: Stage) -> None:
    lot = await stage.lot("factory", packed_number(stage))
    await stage.acting("factory").provenance.retire(lot, "200 g", "sampling", stage.day(47), where("factory"))
    tests = [
        {"item": "水分", "value": 9.2, "unit": "%", "limit": 12, "ok": True},
        {"item": "总灰分", "value": 3.6, "unit": "%", "limit": 5, "ok": True},
        {"item": "人参皂苷 Rg1+Re", "value": 0.38, "unit": "%", "limit": 0.25, "at_most": False, "ok": True},
        {"item": "人参皂苷 Rb1", "value": 0.31, "unit": "%", "limit": 0.20, "at_most": False, "ok": True},
        {"item": "铅", "value": 0.6, "unit": "mg/kg", "limit": 5, "ok": True},
        {"item": "镉", "value": 0.11, "unit": "mg/kg", "limit": 1, "ok": True},
        {"item": "砷", "value": 0.2, "unit": "mg/kg", "limit": 2, "ok": True},
        {"item": "汞", "value": 0.02, "unit": "mg/kg", "limit": 0.2, "ok": True},
        {"item": "铜", "value": 6.4, "unit": "mg/kg", "limit": 20, "ok": True},
        {"item": "五氯硝基苯", "value": 0.01, "unit": "mg/kg", "limit": 0.1, "ok": True},
    ]
    facts = {**where("lab"), "report": stage.number("HB-", 44), "standard": "中国药典 2020 一部", "tests": tests}
    await stage.acting("lab").provenance.observe(lot, "inspection", True, stage.day(44, "14:00"), facts)


async def distribute(stage: Stage) -> None:
    lot = await stage.lot("factory", packed_number(stage))
    facts = {"carrier": "阴凉车", "temperature": 16, "waybill": "AG-80412"}
    await stage.send("factory", "distributor", stage.number("AG", 40), [Quantity(lot, "120 kg")], (40, 38), facts)
    reading = {**where("distributor"), "warehouse": "阴凉库 B 区", "temperature": 17.4, "humidity": 52}
    await stage.acting("distributor").provenance.observe(lot, "storage", True, stage.day(32), reading)
    facts = {"carrier": "城配车", "temperature": 18}
    await stage.send("distributor", "hospital", stage.number("JJ-H", 25), [Quantity(lot, "20 kg")], (25, 24), facts)
    await stage.send("distributor", "pharmacy", stage.number("JJ-P", 25), [Quantity(lot, "8 kg")], (25, 24), facts)


async def reach_clinic(stage: Stage) -> None:
    lot = await stage.lot("factory", packed_number(stage))
    reading = {**where("hospital"), "warehouse": "中药库", "temperature": 18.1, "humidity": 49}
    await stage.acting("hospital").provenance.observe(lot, "storage", True, stage.day(18), reading)
    facts = {"note": "院际调拨至社区"}
    await stage.send("hospital", "clinic", stage.number("JX", 10), [Quantity(lot, "1.5 kg")], (10, 9), facts)


async def dispense(stage: Stage) -> None:
    lot = await stage.lot("factory", packed_number(stage))
    clinic, hospital = stage.acting("clinic").provenance, stage.acting("hospital").provenance
    bound, another = commitment(PATIENT_CODE), commitment("4D1V0-HSN8B-2KQM7-XR9TE-C5WPA-3")
    await together(
        clinic.dispense([Quantity(lot, "60 g")], bound, stage.day(2, "10:15"), where("clinic")),
        hospital.dispense([Quantity(lot, "30 g")], another, stage.day(5, "11:05"), where("hospital")),
    )


SCENES: tuple[Scene, ...] = (
    ("认证种植配额", certify_quotas),
    ("田间管理记录", tend_fields),
    ("采收鲜人参", harvest),
    ("卖给参茸商行", sell_to_merchant),
    ("合并批次入冷库", pool_lots),
    ("卖给饮片厂", sell_to_factory),
    ("原料送检", inspect_raw),
    ("蒸制红参", steam),
    ("切制饮片", cut),
    ("包装赋码", pack),
    ("成品检验", inspect_packed),
    ("分销到医院与药房", distribute),
    ("调拨到社区中医馆", reach_clinic),
    ("发药给患者", dispense),
)

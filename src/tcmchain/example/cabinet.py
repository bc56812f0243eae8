"""Third part: a dozen everyday herbs by table, so that pharmacies have stock to look at."""

import random
from typing import Final

from tcmchain.example import cast
from tcmchain.example.stage import Scene, Stage, again, commitment, together, where
from tcmchain.provenance.client import NewLot, Quantity
from tcmchain.provenance.model.quantity import format_mass
from tcmchain.provenance.model.sheet import SheetKind
from tcmchain.terms.forms import form, products_of
from tcmchain.values import LotId

HERBS: Final = (
    "huangqi", "danggui", "dangshen", "gancao", "baishao", "chuanxiong",
    "baizhu", "danshen", "huangqin", "chaihu", "jiegeng", "fangfeng",
)  # fmt: skip
_KILOGRAM: Final = 1_000_000
_LOTS: Final = 5
_SEED: Final = 20


async def certify_quotas(stage: Stage) -> None:
    certifier = stage.acting("certifier").provenance
    for herb in HERBS:
        facts = {**where("western"), "plot": f"LX-{herb}", "cultivation": "大田栽培", "planted": stage.date(2 * 365)}
        reference = f"LX-{herb}-{stage.now.year}"
        western = cast.member("western")
        await again(certifier.certify_quota(reference, western, f"{herb}.fresh", "3000 kg", stage.date(-365), facts))


async def commission_by_table(stage: Stage) -> None:
    rows = ["配额,编号,数量,日期,采摘日期,等级,地点"]
    for herb in HERBS:
        for lot in range(1, _LOTS + 1):
            ago = 130 + 3 * lot
            day = stage.date(ago)
            number = f"LX-{herb}-{lot:02d}"
            rows.append(f"LX-{herb}-{stage.now.year},{number},{80 + 10 * lot} kg,{day},{day},统货,甘肃陇西")
    table = "\r\n".join(rows).encode("gb18030")
    await again(stage.acting("western").provenance.load_table(SheetKind.COMMISSION, table))


async def dry(stage: Stage) -> None:
    western = stage.acting("western").provenance
    for herb in HERBS:
        rule = next(rule for rule in products_of(f"{herb}.fresh") if rule.product.endswith(".dried"))
        lots = [await stage.lot("western", f"LX-{herb}-{lot:02d}") for lot in range(1, 4)]
        taken = 80 * _KILOGRAM
        made = format_mass(len(lots) * taken * rule.ppm // 1_000_000 * 97 // 100)
        inputs = [Quantity(lot, format_mass(taken)) for lot in lots]
        outputs = [NewLot(f"LX-{herb}-G", made, rule.product, stage.date(-700))]
        facts = {**where("western"), "moisture": 11}
        await again(western.process(rule.method.id, inputs, outputs, stage.day(120), facts))


async def send_to_factory(stage: Stage) -> None:
    lines = [Quantity(await stage.lot("western", f"LX-{herb}-G"), "60 kg") for herb in HERBS]
    await stage.send("western", "factory", stage.number("LX", 115), lines, (115, 112), {"carrier": "货车"})


async def cut(stage: Stage) -> None:
    factory = stage.acting("factory").provenance
    for herb in HERBS:
        lot = await stage.lot("western", f"LX-{herb}-G")
        outputs = [
            NewLot(f"AG-{herb}-P", "57 kg", form(f"{herb}.sliced").id, stage.date(-30 if herb == "danggui" else -650))
        ]
        facts = {**where("factory"), "equipment": "切药机"}
        await again(factory.process("cutting", [Quantity(lot, "60 kg")], outputs, stage.day(105), facts))


async def send_to_pharmacies(stage: Stage) -> None:
    pieces = [await stage.lot("factory", f"AG-{herb}-P") for herb in HERBS]
    hospital = [Quantity(lot, "24 kg") for lot in pieces]
    pharmacy = [Quantity(lot, "12 kg") for lot in pieces]
    await stage.send("factory", "hospital", stage.number("AG-H", 98), hospital, (98, 96), {"carrier": "城配车"})
    await stage.send("factory", "pharmacy", stage.number("AG-P", 98), pharmacy, (98, 96), {"carrier": "城配车"})


async def dispense_by_table(stage: Stage) -> None:
    pieces = [await stage.lot("factory", f"AG-{herb}-P") for herb in HERBS]
    await together(
        *(
            stage.acting(key).provenance.load_table(SheetKind.DISPENSE, _dispensings(stage, key, pieces, grams))
            for key, grams in (("hospital", 240), ("pharmacy", 130))
        )
    )


def _dispensings(stage: Stage, key: str, pieces: list[LotId], grams: int) -> bytes:
    chance = random.Random(_SEED)  # noqa: S311 - example data must be the same every time
    rows = ["批号,数量,承诺,日期"]
    for visit in range(90):
        bound = commitment(f"{key}-{visit}")
        day = stage.date(90 - visit)
        for lot in chance.sample(pieces, 2):
            rows.append(f"{lot},{chance.randrange(grams // 2, grams * 2)} g,{bound},{day}")
    return "\r\n".join(rows).encode()


SCENES: tuple[Scene, ...] = (
    ("认证十二种药材的配额", certify_quotas),
    ("用表格登记六十批采收", commission_by_table),
    ("产地干燥", dry),
    ("发往饮片厂", send_to_factory),
    ("切制十二种饮片", cut),
    ("发往医院与药房", send_to_pharmacies),
    ("用表格登记发药", dispense_by_table),
)

"""Fourth part: two hundred bags with codes of their own; one is opened, one dispensed, one turns up twice."""

import hashlib
from typing import Final

from tcmchain.example.stage import Scene, Stage, again, commitment, gtin, where
from tcmchain.provenance.client import Quantity
from tcmchain.provenance.model.gs1 import DigitalLink, build_link, parse_gtin
from tcmchain.units.model.codes import RANDOM_BYTES, Code, code_of
from tcmchain.units.model.opening import Purpose
from tcmchain.units.service.making import tree_of

GTIN: Final = gtin(2)
UNITS: Final = 200
OPENED, DISPENSED, TWICE, FRESH = range(4)
"""Which of the codes the story uses, and one that it leaves alone."""

_BAG: Final = "10 g"
_BEIJING: Final = "110000"


def packed_number(stage: Stage) -> str:
    """The lot number on the bags."""
    return stage.number("DJ", 49)


def code(unit: int) -> Code:
    """Codes that anybody can compute: they guard nothing."""
    return code_of(hashlib.sha256(b"tcmchain-example-unit-%d" % unit).digest()[:RANDOM_BYTES])


def unit_path(stage: Stage, unit: int) -> str:
    """Where the page of a unit stands."""
    return build_link(DigitalLink(GTIN, packed_number(stage), code(unit).serial))


async def pack_with_codes(stage: Stage) -> None:
    number, factory = packed_number(stage), stage.acting("factory")
    root, tree = tree_of((code(unit) for unit in range(UNITS)), parse_gtin(GTIN), number)
    await factory.units.hand_in(tree)
    lot = await stage.lot("factory", stage.number("HP", 52))
    facts = {**where("factory"), "packaging": "铝箔袋装 10 g，逐袋赋码", "channel": [_BEIJING, "120000", "130000"]}
    await again(factory.provenance.pack(lot, "2 kg", number, UNITS, GTIN, stage.day(49), facts, root))


async def send_units(stage: Stage) -> None:
    lot = await stage.lot("factory", packed_number(stage))
    lines = [Quantity(lot, "1 kg")]
    await stage.send("factory", "pharmacy", stage.number("DJ-P", 30), lines, (30, 28), {"carrier": "城配车"})
    await stage.send("factory", "hospital", stage.number("DJ-H", 30), [Quantity(lot, "500 g")], (30, 28), {})
    await stage.acting("pharmacy").units.scan(lot, code(FRESH).serial)


async def use_units(stage: Stage) -> None:
    lot = await stage.lot("factory", packed_number(stage))
    for key, unit, ago in (("pharmacy", DISPENSED, 12), ("pharmacy", TWICE, 11), ("hospital", TWICE, 4)):
        facts = {**where(key), "units": [code(unit).serial]}
        bound = commitment(f"unit-{unit}-{key}")
        await stage.acting(key).provenance.dispense([Quantity(lot, _BAG)], bound, stage.day(ago, "10:40"), facts)
    opened = code(OPENED)
    await again(stage.acting("pharmacy").units.open(lot, opened.serial, opened.hidden, Purpose.TAKE, _BEIJING))


SCENES: tuple[Scene, ...] = (
    ("逐袋赋码包装", pack_with_codes),
    ("发往药房与医院", send_units),
    ("逐袋发药与开启", use_units),
)

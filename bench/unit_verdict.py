"""How long a verdict takes: a tree of a million units, a million scans, a hundred thousand openings and dispensings."""

import argparse
import random
import sqlite3
import tempfile
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from measured import keep, percentile
from tcmchain.index.engine import open_engine
from tcmchain.index.rows import insert_rows
from tcmchain.provenance.model.lots import Lot, LotOrigin
from tcmchain.units.model import trees
from tcmchain.units.model.codes import SERIALS, Serial, write_serial
from tcmchain.units.model.verdict import Grade, Thresholds
from tcmchain.units.readmodel import projection as t
from tcmchain.units.readmodel.records import UnitsRecords
from tcmchain.units.readmodel.scans import ScanLog
from tcmchain.units.readmodel.trees import TreeStore
from tcmchain.units.service.making import address_of
from tcmchain.units.service.trees import Trees
from tcmchain.units.service.verdicts import Verdicts
from tcmchain.values import FormId, Hash32, LotId, MemberId, Milligrams, UnixTime

TARGETS = {"verdict_p95_ms": 10}
NOW = 1_800_000_000
MEMBERS = [f"0x{number:064x}" for number in range(1, 400)]
PLACES = [110000, 310000, 440000, 510000, 130683, 220621]
LOT = Lot(
    LotId("0x" + "07" * 32), FormId("renshen.red-sliced"), MemberId(MEMBERS[0]), "HS1", Milligrams(10**9),
    UnixTime(0), LotOrigin.PACKED, UnixTime(NOW - 10**7), gtin="09520000010010", units=1_000_000,
)  # fmt: skip


class Nobody:
    """A consortium in which nothing was recalled and nobody is known; both are measured on their own."""

    def holding_up(self, lots: Any) -> dict[LotId, tuple[()]]:  # noqa: ARG002
        return {}

    def members(self, ids: Any) -> dict[MemberId, Any]:  # noqa: ARG002
        return {}


def planted(store: TreeStore, units: int, chance: random.Random) -> tuple[Hash32, list[Serial]]:
    """A tree of random serials; the keys' addresses do not matter here, so a thousand are used over and over."""
    addresses = [address_of(chance.randbytes(32)) for _ in range(1000)]
    serials = sorted({Serial(chance.randrange(SERIALS)) for _ in range(units)})
    with store.draft() as draft:
        draft.write(trees.header(len(serials)))
        draft.writelines(trees.entry(serial, addresses[i % 1000]) for i, serial in enumerate(serials))
        return store.keep(draft)[0], serials


def scanned(file: Path, serials: list[Serial], scans: int, chance: random.Random) -> None:
    """Looks and trade scans, a few units having very many."""
    ScanLog(file).close()
    lot, popular = bytes.fromhex(LOT.id[2:]), serials[::1000]
    rows = (
        (
            lot,
            chance.choice(popular if at % 10 == 0 else serials),
            NOW - chance.randrange(10**7),
            at % 3 == 0,
            chance.choice((0, *PLACES)),
            chance.choice(MEMBERS) if at % 3 == 0 else None,
        )
        for at in range(scans)
    )
    with sqlite3.connect(file) as database:
        database.executemany("INSERT INTO units_scan (lot, serial, at, kind, place, member) VALUES (?,?,?,?,?,?)", rows)
    database.close()


def told(engine: Engine, root: Hash32, serials: list[Serial], steps: int, chance: random.Random) -> None:
    """The index: the packing, openings and dispensings."""
    openings, goods = t.OpeningsProjection(), t.GoodsProjection()
    tx = "0x" + "05" * 32
    with engine.begin() as connection:
        openings.metadata.create_all(connection)
        goods.metadata.create_all(connection)
        insert_rows(connection, t.packs, [{"lot": LOT.id, "root": root, "units": len(serials), "tx": tx}])
        insert_rows(connection, t.channels, [{"lot": LOT.id, "channel": 110000}])
        opened = [
            {"lot": LOT.id, "serial": serial, "purpose": 0, "happened": NOW, "place": 110000, "recorded": NOW,
             "block": 1, "tx": tx}
            for serial in chance.sample(serials, min(steps, len(serials)))
        ]  # fmt: skip
        insert_rows(connection, t.openings, opened)
        dispensed = [
            {"serial": chance.choice(serials), "lot": LOT.id, "happened": NOW, "member": MEMBERS[at % 399], "tx": tx}
            for at in range(steps)
        ]
        insert_rows(connection, t.dispensings, dispensed)


def measure(units: int, scans: int, rounds: int) -> None:
    """Populate, ask, keep the figures."""
    chance = random.Random(11)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = TreeStore(folder / "units", 1 << 34)
        root, serials = planted(store, units, chance)
        scanned(folder / "units.db", serials, scans, chance)
        engine = open_engine(f"sqlite:///{folder / 'index.db'}")
        told(engine, root, serials, units // 10, chance)
        log, nobody = ScanLog(folder / "units.db"), Nobody()
        trees_here = Trees(store, [], 1 << 30)
        verdicts = Verdicts(
            UnitsRecords(engine), log, trees_here, nobody, nobody, Thresholds(), 10, lambda: NOW  # type: ignore[arg-type]
        )  # fmt: skip
        asked = [*chance.choices(serials, k=rounds), *chance.choices(serials[::1000], k=rounds // 10)]
        chance.shuffle(asked)
        times, grades = [], {grade.word: 0 for grade in Grade}
        for serial in asked:
            text = write_serial(serial)
            begun = time.perf_counter()
            found = verdicts.verdict(LOT, text)
            times.append(1000 * (time.perf_counter() - begun))
            grades[found.grade.word] += 1
        counted = log.count()
        log.close()
        engine.dispose()
    figures = {"verdict_p95_ms": round(percentile(times, 0.95), 2)}
    keep(
        "unit_verdict",
        database="SQLite",
        units=len(serials),
        scans=counted,
        openings=units // 10,
        verdicts=len(times),
        **figures,
        verdict_median_ms=round(percentile(times, 0.5), 2),
        verdict_p99_ms=round(percentile(times, 0.99), 2),
        grades=grades,
        targets=TARGETS,
        reached=all(figures[name] <= target for name, target in TARGETS.items()),
    )


def main() -> None:
    """Measure as asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=1_000_000)
    parser.add_argument("--scans", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5_000)
    given = parser.parse_args()
    measure(given.units, given.scans, given.rounds)


if __name__ == "__main__":
    main()

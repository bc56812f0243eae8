"""How long it takes to trace a unit back and to find all that a recall reaches, in a ledger of a million edges.

The ledger is replayed from events, as the index replays those of a chain: families of lots, each a harvest processed
with a neighbour's, divided, packed, shipped and in part dispensed. The peer beside it, in the same run on the same
tables, is the plain way: one query for each lot, walked in the program.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine, func, select

from measured import keep, percentile
from tcmchain.chain.contracts import Contracts
from tcmchain.chain.events import Event
from tcmchain.index.engine import open_engine
from tcmchain.provenance.contract import ProvenanceCalls
from tcmchain.provenance.readmodel import tables as t
from tcmchain.provenance.readmodel.accounts import ProvenanceAccounts
from tcmchain.provenance.readmodel.projection import ProvenanceProjection
from tcmchain.provenance.readmodel.reach import ReachRecords
from tcmchain.provenance.readmodel.records import ProvenanceRecords
from tcmchain.provenance.service.ledger import Ledger
from tcmchain.provenance.service.recalls import Recalls
from tcmchain.values import Address, BlockNumber, Hash32, LotId, MemberId, UnixTime, short_text

TARGETS: Final = {"trace_p95_ms": 10, "recall_p95_ms": 100}
NOON: Final = 1_758_000_000
ACCOUNT: Final = Address("0x00000000000000000000000000000000000000A1")
FRESH, RED = short_text("renshen.fresh"), short_text("renshen.red")
PARTS, PACKS = 48, 31
FAMILY: Final = 1 + PARTS * (1 + PACKS)
HOSPITALS: Final = 200
_AT_ONCE: Final = 400


def word(kind: int, number: int) -> str:
    """A spread-out identifier, as hashes are."""
    return f"0x{random.Random(kind << 40 | number).getrandbits(256):064x}"


GROWER, FACTORY = MemberId(word(1, 1)), MemberId(word(1, 2))


class Story:
    """Writes the events of families, one block an event."""

    def __init__(self) -> None:
        self._block = 0
        self._lots = 0
        self.edges = 0

    def lot(self) -> str:
        self._lots += 1
        return word(2, self._lots)

    def event(self, name: str, **args: Any) -> Event:
        self._block += 1
        moment = UnixTime(NOON + self._block)
        given = {"happened": moment, "account": ACCOUNT, "facts": '{"place":"220621"}', **args}
        tx = Hash32(word(3, self._block))
        return Event("care", "Provenance", name, given, ACCOUNT, BlockNumber(self._block), moment, tx, 0)

    def family(self) -> Iterator[Event]:
        field, neighbour, red = self.lot(), self.lot(), self.lot()
        for lot in (field, neighbour):
            yield self.event(
                "Commissioned", lot=lot, holder=GROWER, quota=word(4, 1), form=FRESH, ref=short_text(lot[2:20]),
                milligrams=10**9, expires=0,
            )  # fmt: skip
        yield from self._send(GROWER, FACTORY, [(field, 10**9), (neighbour, 10**9)])
        yield self.event(
            "Processed", run=word(5, self._block), holder=FACTORY, method=short_text("steaming"),
            inputs=((field, 10**9), (neighbour, 10**9)), outputs=((red, short_text(red[2:20]), RED, 6 * 10**8, 0),),
        )  # fmt: skip
        parts = [self.lot() for _ in range(PARTS)]
        for at in range(0, PARTS, 16):
            made = tuple((part, short_text(part[2:20]), RED, 10**7, 0) for part in parts[at : at + 16])
            yield self.event("Split", lot=red, holder=FACTORY, parts=made)
        self.edges += 2 + PARTS * (1 + PACKS)
        for number, part in enumerate(parts):
            yield from self._portion(part, MemberId(word(1, 10 + (self._block + number) % HOSPITALS)))

    def _portion(self, part: str, hospital: MemberId) -> Iterator[Event]:
        packs = [self.lot() for _ in range(PACKS)]
        for pack in packs:
            yield self.event(
                "Packed", lot=pack, holder=FACTORY, **{"from": part}, units=100, gtin=9520000010010,
                unitsRoot=word(9, 9), packed=(pack, short_text(pack[2:20]), RED, 300_000, 0),
            )  # fmt: skip
        yield from self._send(FACTORY, hospital, [(pack, 300_000) for pack in packs])
        for pack in packs[:3]:
            yield self.event("Dispensed", lot=pack, holder=hospital, commitment=word(6, 1), milligrams=100_000)

    def _send(self, sender: MemberId, to: MemberId, portions: list[tuple[str, int]]) -> Iterator[Event]:
        shipment = word(7, self._block)
        number = short_text(shipment[2:20])
        yield self.event(
            "Shipped", shipment=shipment, **{"from": sender}, to=to, ref=number, portions=portions, terms="0x0",
        )  # fmt: skip
        yield self.event(
            "Received", shipment=shipment, **{"from": sender}, to=to, portions=portions, lost=[0] * len(portions)
        )


def populate(engine: Engine, edges: int) -> tuple[int, list[str]]:
    """Replay families until there are as many edges; answers how many, and the harvests."""
    projection, story = ProvenanceProjection(), Story()
    projection.metadata.create_all(engine)
    harvests, waiting = [], []
    while story.edges < edges:
        family = list(story.family())
        harvests.append(str(family[0].args["lot"]))
        waiting += family
        if len(waiting) >= _AT_ONCE * 100:
            with engine.begin() as connection:
                projection.apply(connection, waiting)
            waiting = []
    with engine.begin() as connection:
        projection.apply(connection, waiting)
    return story.edges, harvests


def harvested(engine: Engine) -> tuple[int, list[str]]:
    """How many edges a ledger populated before has, and the first harvest of each family."""
    query = select(t.lots.c.lot).where(t.lots.c.origin == "commissioned").order_by(t.lots.c.step)
    with engine.connect() as connection:
        count = connection.execute(select(func.count()).select_from(t.edges)).scalar_one()
        return count, [row.lot for row in connection.execute(query)][::2]


def timed(work: Callable[[], object]) -> float:
    """Milliseconds that it takes."""
    begun = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - begun)


def walked(engine: Engine, seed: str) -> set[str]:
    """The plain way: one query a lot, for its offspring and for what is where of it."""
    reached, waiting = {seed}, [seed]
    with engine.connect() as connection:
        while waiting:
            lot = waiting.pop()
            connection.execute(select(t.movements).where(t.movements.c.lot == lot)).all()
            connection.execute(select(t.holdings).where(t.holdings.c.lot == lot)).all()
            for row in connection.execute(select(t.edges.c.child).where(t.edges.c.parent == lot)):
                if row.child not in reached:
                    reached.add(row.child)
                    waiting.append(row.child)
    return reached


def measure(edges: int, rounds: int, kept: Path | None) -> None:
    """Populate a ledger, or take one kept from before; ask it, keep the figures."""
    with tempfile.TemporaryDirectory() as folder:
        file = kept or Path(folder) / "index.db"
        ready = file.exists()
        engine = open_engine(f"sqlite:///{file}")
        begun = time.perf_counter()
        count, harvests = harvested(engine) if ready else populate(engine, edges)
        populated = None if ready else round(time.perf_counter() - begun)
        records = ProvenanceRecords(engine)
        calls = ProvenanceCalls(Contracts())
        recalls = Recalls(calls, records, ReachRecords(engine), lambda: BlockNumber(1))
        ledger = Ledger(
            records, ProvenanceAccounts(engine), lambda _: [], lambda _: [], lambda: BlockNumber(1)
        )  # fmt: skip
        chosen = random.Random(7)
        found = recalls.reach([LotId(harvests[0])])
        assert found.reconciliation.unexplained == 0
        packed = [reached.lot.id for reached in found.lots if reached.lot.units]
        recall = [timed(partial(recalls.reach, [LotId(chosen.choice(harvests))])) for _ in range(rounds)]
        trace = [timed(partial(ledger.certificate, chosen.choice(packed))) for _ in range(rounds * 4)]
        plain = [timed(partial(walked, engine, chosen.choice(harvests))) for _ in range(max(3, rounds // 10))]
        engine.dispose()
    figures = {
        "trace_p95_ms": round(percentile(trace, 0.95), 2),
        "recall_p95_ms": round(percentile(recall, 0.95), 1),
    }
    keep(
        "reach",
        database="SQLite",
        edges=count,
        lots_reached=len(found.lots),
        holders_reached=len(found.holders),
        populated_seconds=populated,
        **figures,
        trace_median_ms=round(percentile(trace, 0.5), 2),
        recall_median_ms=round(percentile(recall, 0.5), 1),
        walked_lot_by_lot_median_ms=round(percentile(plain, 0.5), 1),
        targets=TARGETS,
        reached=all(figures[name] <= target for name, target in TARGETS.items()),
    )


def main() -> None:
    """Measure as asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--edges", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--ledger", type=Path, help="a file to keep the ledger in, or one kept from before")
    given = parser.parse_args()
    measure(given.edges, given.rounds, given.ledger)


if __name__ == "__main__":
    main()

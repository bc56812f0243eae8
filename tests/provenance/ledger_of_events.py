"""A ledger replayed from events written by hand."""

from collections.abc import Iterator
from itertools import count
from typing import Any

from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import StaticPool

from tcmchain.chain.events import Event
from tcmchain.provenance.readmodel.accounts import ProvenanceAccounts
from tcmchain.provenance.readmodel.projection import ProvenanceProjection
from tcmchain.provenance.readmodel.records import ProvenanceRecords
from tcmchain.provenance.service.ledger import Ledger
from tcmchain.values import Address, BlockNumber, FormId, Hash32, MemberId, UnixTime, short_text

ACCOUNT = Address("0x00000000000000000000000000000000000000A1")
DAY = 86_400
NOON = 1_758_000_000


def word(number: int) -> str:
    return f"0x{number:064x}"


GROWER, MERCHANT, FACTORY, HOSPITAL, LAB = (MemberId(word(0xA0 + n)) for n in range(5))
QUOTA = word(0x9001)


class Replay:
    """Feeds events to the projection, one block each, a day apart."""

    def __init__(self, engine: Engine | None = None) -> None:
        self.engine: Engine = engine or create_engine(
            "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}
        )
        self.projection = ProvenanceProjection()
        self.projection.metadata.create_all(self.engine)
        self.now = float(NOON + 400 * DAY)
        self._blocks: Iterator[int] = count(1)
        self.block = 0
        self.records = ProvenanceRecords(self.engine)
        self.ledger = Ledger(
            self.records,
            ProvenanceAccounts(self.engine),
            find_forms=lambda text: [FormId("renshen.fresh")] if text == "人参" else [],
            find_members=lambda text: [GROWER] if text == "grower" else [],
            indexed=lambda: BlockNumber(self.block),
            now=lambda: self.now,
        )

    def event(self, name: str, **args: Any) -> Event:
        self.block = next(self._blocks)
        moment = NOON + self.block * DAY
        args.setdefault("happened", moment)
        args.setdefault("account", ACCOUNT)
        args.setdefault("facts", "{}")
        return Event(
            "care", "Provenance", name, args, ACCOUNT, BlockNumber(self.block), UnixTime(moment),
            Hash32(word(0x7000 + self.block)), 0,
        )  # fmt: skip

    def apply(self, name: str, **args: Any) -> Event:
        event = self.event(name, **args)
        with self.engine.begin() as connection:
            self.projection.apply(connection, [event])
        return event

    def certify(self, total: int = 10_000_000) -> None:
        self.apply(
            "QuotaCertified", quota=QUOTA, grower=GROWER, form=short_text("renshen.fresh"), certifier=word(0xC0),
            ref=short_text("Q-1"), milligrams=total, notAfter=NOON + 900 * DAY,
        )  # fmt: skip

    def commission(self, lot: str, milligrams: int, reference: str = "F-1", expires: int = 0) -> None:
        self.apply(
            "Commissioned", lot=lot, holder=GROWER, quota=QUOTA, form=short_text("renshen.fresh"),
            ref=short_text(reference), milligrams=milligrams, expires=expires,
        )  # fmt: skip

    def ship(self, shipment: str, sender: str, to: str, *portions: tuple[str, int]) -> None:
        self.apply(
            "Shipped", shipment=shipment, **{"from": sender}, to=to, ref=short_text("S-1"),
            portions=portions, terms=word(0),
        )  # fmt: skip

    def receive(self, shipment: str, sender: str, to: str, *lines: tuple[str, int, int]) -> None:
        self.apply(
            "Received", shipment=shipment, **{"from": sender}, to=to,
            portions=tuple((lot, amount) for lot, amount, _ in lines), lost=tuple(lost for *_, lost in lines),
        )  # fmt: skip

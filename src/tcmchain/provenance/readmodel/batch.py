"""Rows that a run of events makes, gathered to be written together."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Table

from tcmchain.chain.events import Event
from tcmchain.provenance.model.errors import GtinInvalid
from tcmchain.provenance.model.gs1 import parse_gtin
from tcmchain.provenance.model.lots import LotOrigin, ShipmentState
from tcmchain.provenance.model.steps import Flow, StepKind
from tcmchain.provenance.readmodel import tables

LOGS_IN_BLOCK: Final = 1 << 20
_LAST_MOMENT: Final = 1 << 53

Row = dict[str, Any]


def step_id(event: Event) -> int:
    """Number that orders steps as the chain does, and is the same in every replay."""
    return event.block * LOGS_IN_BLOCK + event.index


def readable(word: str) -> str:
    """Short text out of a ``bytes32``; what is no text stays hex."""
    try:
        found = bytes.fromhex(word[2:]).rstrip(b"\0").decode()
    except UnicodeDecodeError:
        return word
    return found if found.isprintable() else word


def moment(value: int) -> int:
    return min(value, _LAST_MOMENT)


def gtin(number: int) -> str:
    try:
        return parse_gtin(str(number).zfill(14))
    except GtinInvalid:
        return ""


def facts_of(event: Event) -> str:
    found: str = event.args.get("facts", "")
    return found.replace("\0", "")


@dataclass(slots=True)
class Batch:
    """Rows of a run of events, written together."""

    inserts: dict[Table, list[Row]] = field(default_factory=lambda: defaultdict(list))
    held: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    drawn: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    withdrawn: list[str] = field(default_factory=list)
    closed: dict[str, ShipmentState] = field(default_factory=dict)
    received: list[Row] = field(default_factory=list)
    yields: dict[tuple[str, str], Row] = field(default_factory=dict)
    released: list[Row] = field(default_factory=list)
    ended: list[Row] = field(default_factory=list)
    secured: list[Row] = field(default_factory=list)

    def step(self, event: Event, kind: StepKind, member: str, **more: Any) -> None:
        row: Row = {
            "step": step_id(event),
            "kind": kind.value,
            "tx": event.tx,
            "recorded": event.timestamp,
            "happened": moment(event.args["happened"]),
            "member": member,
            "account": event.args["account"],
            "other": None,
            "shipment": None,
            "reference": "",
            "method": "",
            "observation": None,
            "conforms": None,
            "reason": None,
            "digest": None,
            "subject": None,
            "facts": facts_of(event),
        }
        row.update(more)
        self.inserts[tables.steps].append(row)

    def move(self, event: Event, line: int, lot: str, holder: str, flow: Flow, delta: int, amount: int) -> None:
        self.inserts[tables.movements].append(
            {
                "step": step_id(event),
                "line": line,
                "lot": lot,
                "holder": holder,
                "flow": flow.value,
                "delta": delta,
                "amount": amount,
                "happened": moment(event.args["happened"]),
            }
        )
        if delta:
            self.held[holder, lot] += delta

    def lot(self, event: Event, maker: str, created: Sequence[Any], origin: LotOrigin, **more: Any) -> None:
        row: Row = {
            "lot": created[0],
            "form": readable(created[2]),
            "maker": maker,
            "reference": readable(created[1]),
            "made": created[3],
            "expires": moment(created[4]),
            "origin": origin.value,
            "happened": moment(event.args["happened"]),
            "step": step_id(event),
            "quota": None,
            "gtin": "",
            "units": 0,
            "units_root": None,
        }
        row.update(more)
        self.inserts[tables.lots].append(row)

    def edge(self, event: Event, parent: str, child: str, milligrams: int) -> None:
        self.inserts[tables.edges].append(
            {"parent": parent, "child": child, "step": step_id(event), "milligrams": milligrams}
        )

"""Events of the contract into rows."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import Connection, insert, select, update

from tcmchain.chain.events import Event
from tcmchain.guarantees.model.pledges import BondState, CaseState
from tcmchain.guarantees.readmodel import tables as t
from tcmchain.values import ChainName

LOGS_IN_BLOCK: Final = 1 << 20
_MOST: Final = (1 << 63) - 1


class GuaranteesProjection:
    """The slice's read model, fed by the index."""

    contract = "Guarantees"
    chains: tuple[ChainName, ...] = ("care",)
    metadata = t.metadata

    def apply(self, connection: Connection, events: Sequence[Event]) -> None:
        """Write the rows of events that follow those applied before."""
        for event in events:
            handler = HANDLERS.get(event.name)
            if handler is not None:
                handler(connection, event)

    def clear(self, connection: Connection, chain: ChainName) -> None:
        """Remove all rows."""
        if chain in self.chains:
            for table in reversed(t.metadata.sorted_tables):
                connection.execute(table.delete())


def _tariff_set(connection: Connection, event: Event) -> None:
    names = ("fee", "bond", "bond_rate", "compensation", "cover", "term", "claim_window")
    row = dict(zip(names, event.args["tariff"], strict=True))
    row |= {"step": _step(event), "by": event.args["by"], "happened": event.timestamp, "facts": _facts(event)}
    connection.execute(insert(t.tariffs), row)


def _posted(connection: Connection, event: Event) -> None:
    row = {name: event.args[name] for name in ("lot", "grower", "milligrams", "fee", "amount", "until")}
    step = _step(event)
    row |= {"state": BondState.LOCKED.value, "posted": event.timestamp, "closed": 0, "changed": step, "step": step}
    connection.execute(insert(t.bonds), row)


def _returned(connection: Connection, event: Event) -> None:
    _bond(connection, event, BondState.RETURNED, closed=event.timestamp)


def _accused(connection: Connection, event: Event) -> None:
    args = event.args
    grower = connection.execute(select(t.bonds.c.grower).where(t.bonds.c.lot == args["lot"])).scalar_one()
    row: dict[str, Any] = dict.fromkeys(
        ("decided", "weight", "pot", "due", "from_fund", "to_fund", "settled"),
        0,
    )
    row |= {name: args[name] for name in ("lot", "lab", "findings", "until")}
    row |= {"case": args["id"], "grower": grower, "facts": _facts(event), "state": CaseState.OPEN.value}
    row |= {"opened": event.timestamp, "reason": "", "step": _step(event)}
    connection.execute(insert(t.cases), row)
    _bond(connection, event, BondState.ACCUSED)


def _dismissed(connection: Connection, event: Event) -> None:
    decided = {"regulator": event.args["regulator"], "decided": event.timestamp, "reason": _facts(event)}
    _case(connection, event, state=CaseState.DISMISSED.value, **decided)
    _bond(connection, event, BondState.LOCKED)


def _lapsed(connection: Connection, event: Event) -> None:
    _case(connection, event, state=CaseState.LAPSED.value, decided=event.timestamp)
    _bond(connection, event, BondState.LOCKED)


def _confirmed(connection: Connection, event: Event) -> None:
    args = event.args
    values = {name: args[name] for name in ("regulator", "recall", "pot", "until")}
    values |= {"decided": event.timestamp, "reason": _facts(event)}
    _case(connection, event, state=CaseState.CONFIRMED.value, **values)
    _bond(connection, event, BondState.TAKEN, closed=event.timestamp)


def _claimed(connection: Connection, event: Event) -> None:
    args = event.args
    row = {name: args[name] for name in ("member", "lot", "milligrams")}
    row |= {"step": _step(event), "case": args["id"], "happened": event.timestamp}
    connection.execute(insert(t.claims), row)
    _case(connection, event, weight=t.cases.c.weight + args["milligrams"])


def _struck(connection: Connection, event: Event) -> None:
    settled = connection.execute(select(t.cases.c.settled).where(t.cases.c["case"] == event.args["id"])).scalar_one()
    _share(connection, event, collected=0, struck=True)
    if not settled:
        _case(connection, event, weight=t.cases.c.weight - event.args["milligrams"])


def _settled(connection: Connection, event: Event) -> None:
    args = event.args
    values = {"weight": args["weight"], "due": min(args["due"], _MOST), "pot": args["pot"]}
    values |= {"from_fund": args["fromFund"], "to_fund": args["toFund"], "settled": event.timestamp}
    _case(connection, event, state=CaseState.SETTLED.value, **values)
    connection.execute(update(t.bonds).where(t.bonds.c.lot == args["lot"]).values(changed=_step(event)))


def _collected(connection: Connection, event: Event) -> None:
    _share(connection, event, collected=event.args["amount"], struck=False)


def _related(connection: Connection, event: Event) -> None:
    row = {name: event.args[name] for name in ("a", "b", "related", "by")}
    row |= {"step": _step(event), "happened": event.timestamp, "facts": _facts(event)}
    connection.execute(insert(t.relations), row)


def _case(connection: Connection, event: Event, **values: Any) -> None:
    connection.execute(update(t.cases).where(t.cases.c["case"] == event.args["id"]).values(**values))


def _bond(connection: Connection, event: Event, state: BondState, closed: int = 0) -> None:
    changed = update(t.bonds).where(t.bonds.c.lot == event.args["lot"])
    connection.execute(changed.values(state=state.value, closed=closed, changed=_step(event)))


def _share(connection: Connection, event: Event, **values: Any) -> None:
    row = {"case": event.args["id"], "member": event.args["member"], "step": _step(event), **values}
    key = (t.shares.c["case"] == row["case"]) & (t.shares.c.member == row["member"])
    connection.execute(t.shares.delete().where(key))
    connection.execute(insert(t.shares), row)


def _step(event: Event) -> int:
    return event.block * LOGS_IN_BLOCK + event.index


def _facts(event: Event) -> str:
    found: str = event.args.get("facts", "")
    return found.replace("\0", "")


HANDLERS: Final[Mapping[str, Callable[[Connection, Event], None]]] = MappingProxyType(
    {
        "TariffSet": _tariff_set,
        "Posted": _posted,
        "Returned": _returned,
        "Accused": _accused,
        "Dismissed": _dismissed,
        "Lapsed": _lapsed,
        "Confirmed": _confirmed,
        "Claimed": _claimed,
        "Struck": _struck,
        "Settled": _settled,
        "Collected": _collected,
        "Related": _related,
    }
)

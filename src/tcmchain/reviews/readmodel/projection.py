"""Events of the contracts Reviews and Prescriptions into rows."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, delete, insert, select, update

from tcmchain.chain.events import Event
from tcmchain.index.rows import insert_rows
from tcmchain.reviews.model.outcomes import outcome_of
from tcmchain.reviews.readmodel import tables as t
from tcmchain.values import ZERO_HASH, ChainName

_LOGS_IN_BLOCK: Final = 1 << 20
_THOUSAND: Final = 1_000


class ReviewsProjection:
    """Reviews, reports of harm and counts, fed by the events of the contract Reviews."""

    contract = "Reviews"
    chains: tuple[ChainName, ...] = ("pharmacy",)
    metadata = t.metadata

    def apply(self, connection: Connection, events: Sequence[Event]) -> None:
        """Write the rows of events that follow those applied before."""
        made = [event for event in events if event.name == "Reviewed"]
        if made:
            insert_rows(connection, t.reviews, [_review(event) for event in made])
            insert_rows(connection, t.sayings, [_saying(event) for event in made])
        for event in events:
            if event.name in ("Withdrawn", "Erased"):
                _take_back(connection, event)
            elif event.name == "HarmReported":
                connection.execute(insert(t.harms), _harm(event))
                connection.execute(insert(t.sayings), _saying(event))
            elif event.name == "HarmAnswered":
                connection.execute(insert(t.answers), _answer(event))
                answered = update(t.harms).where(t.harms.c.id == event.args["id"]).values(answered=True)
                connection.execute(answered)
            elif event.name == "Tallied":
                _tallied(connection, event)

    def clear(self, connection: Connection, chain: ChainName) -> None:
        """Remove all rows."""
        if chain in self.chains:
            for table in t.metadata.sorted_tables:
                connection.execute(table.delete())


class VouchersProjection:
    """Dispensings under prescriptions, fed by the events of the contract Prescriptions."""

    contract = "Prescriptions"
    chains: tuple[ChainName, ...] = ("care",)
    metadata = t.care_metadata

    def apply(self, connection: Connection, events: Sequence[Event]) -> None:
        """Write the rows of events that follow those applied before."""
        issued = [_issued(event) for event in events if event.name == "Issued"]
        fulfilled = [_fulfilled(event) for event in events if event.name == "Fulfilled"]
        if issued:
            insert_rows(connection, t.prescribers, issued)
        if fulfilled:
            insert_rows(connection, t.dispensings, fulfilled)

    def clear(self, connection: Connection, chain: ChainName) -> None:
        """Remove all rows."""
        if chain in self.chains:
            for table in t.care_metadata.sorted_tables:
                connection.execute(table.delete())


def step_of(event: Event) -> int:
    """A number that orders events as the chain does."""
    return event.block * _LOGS_IN_BLOCK + event.index


def _review(event: Event) -> dict[str, Any]:
    args = event.args
    copied = ("nullifier", "formula", "version", "reviewer", "member", "name", "rating", "before", "afterwards")
    return {
        **{name: args[name] for name in copied},
        "outcome": int(outcome_of(args["before"], args["afterwards"])),
        "better": (args["before"] - args["afterwards"]) * _THOUSAND // args["before"],
        "content": args["content"],
        "happened": event.timestamp,
        "step": step_of(event),
        "block": event.block,
        "tx": event.tx,
        "withdrawn": False,
        "erased": False,
    }


def _saying(event: Event) -> dict[str, Any]:
    source = event.args["nullifier" if event.name == "Reviewed" else "id"]
    return {"step": step_of(event), "digest": event.args["content"], "source": source, "erased": False}


def _take_back(connection: Connection, event: Event) -> None:
    """Note that a review counts no more, or that its text is to be deleted; withdrawing means both."""
    which = t.reviews.c.nullifier == event.args["nullifier"]
    values = {"erased": True, **({"withdrawn": True} if event.name == "Withdrawn" else {})}
    connection.execute(update(t.reviews).where(which).values(**values))
    digest = connection.execute(select(t.reviews.c.content).where(which)).scalar_one()
    said = {"step": step_of(event), "digest": digest, "source": event.args["nullifier"], "erased": True}
    connection.execute(insert(t.sayings), said)


def _harm(event: Event) -> dict[str, Any]:
    args = event.args
    return {
        **{name: args[name] for name in ("id", "formula", "version", "by", "severity", "content")},
        "member": None if args["member"] == ZERO_HASH else args["member"],
        "happened": event.timestamp,
        "step": step_of(event),
        "tx": event.tx,
        "answered": False,
    }


def _answer(event: Event) -> dict[str, Any]:
    args = event.args
    row = {"step": step_of(event), "harm": args["id"], "member": args["member"], "statement": args["statement"]}
    return {**row, "at": event.timestamp, "tx": event.tx}


def _tallied(connection: Connection, event: Event) -> None:
    connection.execute(delete(t.tallies).where(t.tallies.c.member == event.args["member"]))
    connection.execute(insert(t.tallies), {"member": event.args["member"], "count": event.args["count"]})


def _issued(event: Event) -> dict[str, Any]:
    return {"prescription": event.args["id"], "prescriber": event.args["prescriber"]}


def _fulfilled(event: Event) -> dict[str, Any]:
    args = event.args
    return {
        "prescription": args["id"],
        "member": args["member"],
        "voucher": None if args["voucher"] == ZERO_HASH else args["voucher"],
        "count": args["count"],
        "account": args["account"],
        "happened": event.timestamp,
        "tx": event.tx,
    }

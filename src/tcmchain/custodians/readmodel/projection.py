"""Events of the contract Custodians, as tables."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import BigInteger, Column, Connection, Integer, LargeBinary, MetaData, String, Table, delete, update

from tcmchain.chain.events import Event
from tcmchain.index.rows import insert_rows
from tcmchain.values import ChainName

_metadata: Final = MetaData()
_ID = String(66)
_ADDRESS = String(42)

custodians: Final = Table(
    "custodians_custodian",
    _metadata,
    Column("account", _ADDRESS, primary_key=True),
    Column("member", _ID, nullable=False),
    Column("inbox", LargeBinary, nullable=False),
    Column("url", String(200), nullable=False),
    Column("enrolled", BigInteger, nullable=False),
    Column("tx", _ID, nullable=False),
    Column("retired", BigInteger, nullable=True),
)
roots: Final = Table(
    "custodians_root",
    _metadata,
    Column("custodian", _ADDRESS, primary_key=True),
    Column("batch", BigInteger, primary_key=True, autoincrement=False),
    Column("root", _ID, nullable=False),
    Column("count", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("block", BigInteger, nullable=False),
    Column("tx", _ID, nullable=False),
)


class CustodiansProjection:
    """Custodians in service and out of it, and their roots."""

    contract = "Custodians"
    chains: tuple[ChainName, ...] = ("care",)
    metadata = _metadata

    def apply(self, connection: Connection, events: Sequence[Event]) -> None:
        """Write the rows of events that follow those applied before."""
        anchored: list[dict[str, Any]] = []
        for event in events:
            if event.name == "Enrolled":
                connection.execute(custodians.insert(), _enrolled(event))
            elif event.name == "Retired":
                wanted = custodians.c.account == event.args["custodian"]
                connection.execute(update(custodians).where(wanted).values(retired=event.timestamp))
            elif event.name == "ReceiptsAnchored":
                anchored.append(_anchored(event))
        if anchored:
            insert_rows(connection, roots, anchored)

    def clear(self, connection: Connection, chain: ChainName) -> None:  # noqa: ARG002
        """Remove all rows."""
        connection.execute(delete(roots))
        connection.execute(delete(custodians))


def _enrolled(event: Event) -> dict[str, Any]:
    args = event.args
    return {
        "account": args["custodian"],
        "member": args["member"],
        "inbox": bytes.fromhex(args["inbox"][2:]),
        "url": args["url"],
        "enrolled": event.timestamp,
        "tx": event.tx,
    }


def _anchored(event: Event) -> dict[str, Any]:
    args = event.args
    return {
        "custodian": args["custodian"],
        "batch": args["batch"],
        "root": args["root"],
        "count": args["count"],
        "at": event.timestamp,
        "block": event.block,
        "tx": event.tx,
    }

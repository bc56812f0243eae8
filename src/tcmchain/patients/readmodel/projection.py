"""Patients, their keys, proxies, guardians and recoveries, and readers, as the chain tells them."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    delete,
    insert,
    update,
)

from tcmchain.chain.events import Event
from tcmchain.values import ZERO_ADDRESS, ChainName

metadata: Final = MetaData()
_ID = String(66)
_ACCOUNT = String(42)

patients: Final = Table(
    "patients_patient",
    metadata,
    Column("account", _ACCOUNT, primary_key=True),
    Column("controller", _ACCOUNT, nullable=False),
    Column("commitment", _ID, nullable=False),
    Column("inbox", LargeBinary, nullable=False),
    Column("controller_inbox", LargeBinary, nullable=False, default=b""),
    Column("registered", BigInteger, nullable=False),
    Column("needed", Integer, nullable=False, default=0),
    Column("delay", BigInteger, nullable=False, default=0),
    Column("backup", _ID, nullable=False, default=""),
    Column("round", BigInteger, nullable=False, default=0),
    Column("proposed", _ACCOUNT, nullable=False, default=ZERO_ADDRESS),
    Column("proposed_inbox", LargeBinary, nullable=False, default=b""),
    Column("ready", BigInteger, nullable=False, default=0),
    Index("patients_patient_by_controller", "controller"),
    Index("patients_patient_by_proposed", "proposed"),
)
keys: Final = Table(
    "patients_key",
    metadata,
    Column("patient", _ACCOUNT, primary_key=True),
    Column("label", _ID, primary_key=True),
    Column("epoch", BigInteger, primary_key=True, autoincrement=False),
    Column("key", LargeBinary, nullable=False),
    Column("by", _ACCOUNT, nullable=False),
    Column("at", BigInteger, nullable=False),
)
proxies: Final = Table(
    "patients_proxy",
    metadata,
    Column("patient", _ACCOUNT, primary_key=True),
    Column("proxy", _ACCOUNT, primary_key=True),
    Column("until", BigInteger, nullable=False),
    Index("patients_proxy_by_proxy", "proxy"),
)
guardians: Final = Table(
    "patients_guardian",
    metadata,
    Column("patient", _ACCOUNT, primary_key=True),
    Column("guardian", _ACCOUNT, primary_key=True),
    Column("place", Integer, nullable=False),
    Index("patients_guardian_by_guardian", "guardian"),
)
supports: Final = Table(
    "patients_support",
    metadata,
    Column("patient", _ACCOUNT, primary_key=True),
    Column("guardian", _ACCOUNT, primary_key=True),
    Column("place", Integer, nullable=False),
)
readers: Final = Table(
    "patients_reader",
    metadata,
    Column("account", _ACCOUNT, primary_key=True),
    Column("reading_key", LargeBinary, nullable=False),
    Column("inbox", LargeBinary, nullable=False),
    Column("published", BigInteger, nullable=False),
)
_NO_RECOVERY: Final = {"proposed": ZERO_ADDRESS, "proposed_inbox": b"", "ready": 0}
_FAR: Final = 1 << 53


class PatientsProjection:
    """The slice's read model, fed by the index."""

    contract = "Patients"
    chains: tuple[ChainName, ...] = ("care",)
    metadata = metadata

    def apply(self, connection: Connection, events: Sequence[Event]) -> None:
        """Write the rows of events that follow those applied before."""
        for event in events:
            apply = _APPLY.get(event.name)
            if apply is not None:
                apply(connection, event, event.args)

    def clear(self, connection: Connection, chain: ChainName) -> None:  # noqa: ARG002
        """Remove all rows."""
        for table in reversed(metadata.sorted_tables):
            connection.execute(delete(table))


def _registered(connection: Connection, event: Event, args: Any) -> None:
    row = {
        "account": args["patient"],
        "controller": args["patient"],
        "commitment": args["commitment"],
        "inbox": _raw(args["inbox"]),
        "registered": event.timestamp,
    }
    connection.execute(insert(patients), row)


def _key_set(connection: Connection, event: Event, args: Any) -> None:
    row = {name: args[name] for name in ("patient", "label", "epoch", "by")}
    connection.execute(insert(keys), row | {"key": _raw(args["key"]), "at": event.timestamp})


def _inbox_set(connection: Connection, _: Event, args: Any) -> None:
    _change(connection, args, inbox=_raw(args["inbox"]))


def _proxy_appointed(connection: Connection, event: Event, args: Any) -> None:
    _proxy_dismissed(connection, event, args)
    row = {"patient": args["patient"], "proxy": args["proxy"], "until": min(args["until"], _FAR)}
    connection.execute(insert(proxies), row)


def _proxy_dismissed(connection: Connection, _: Event, args: Any) -> None:
    which = (proxies.c.patient == args["patient"]) & (proxies.c.proxy == args["proxy"])
    connection.execute(delete(proxies).where(which))


def _guardians_set(connection: Connection, _: Event, args: Any) -> None:
    patient = args["patient"]
    _end_recovery(connection, args)
    connection.execute(delete(guardians).where(guardians.c.patient == patient))
    rows = [{"patient": patient, "guardian": who, "place": place} for place, who in enumerate(args["guardians"])]
    connection.execute(insert(guardians), rows)
    _change(connection, args, needed=args["needed"], delay=args["delay"], backup=args["backup"])


def _proposed(connection: Connection, _: Event, args: Any) -> None:
    _end_recovery(connection, args)
    _change(connection, args, round=args["round"], proposed=args["account"], proposed_inbox=_raw(args["inbox"]))


def _supported(connection: Connection, _: Event, args: Any) -> None:
    row = {"patient": args["patient"], "guardian": args["guardian"], "place": args["supporters"]}
    connection.execute(insert(supports), row)
    _change(connection, args, ready=args["ready"])


def _objected(connection: Connection, _: Event, args: Any) -> None:
    _end_recovery(connection, args)


def _recovered(connection: Connection, _: Event, args: Any) -> None:
    _change(connection, args, controller=args["account"], controller_inbox=patients.c.proposed_inbox)
    _end_recovery(connection, args)


def _reader_published(connection: Connection, event: Event, args: Any) -> None:
    connection.execute(delete(readers).where(readers.c.account == args["account"]))
    row = {
        "account": args["account"],
        "reading_key": _raw(args["readingKey"]),
        "inbox": _raw(args["inbox"]),
        "published": event.timestamp,
    }
    connection.execute(insert(readers), row)


_APPLY: Final = {
    "Registered": _registered,
    "KeySet": _key_set,
    "InboxSet": _inbox_set,
    "ProxyAppointed": _proxy_appointed,
    "ProxyDismissed": _proxy_dismissed,
    "GuardiansSet": _guardians_set,
    "RecoveryProposed": _proposed,
    "RecoverySupported": _supported,
    "RecoveryObjected": _objected,
    "Recovered": _recovered,
    "ReaderPublished": _reader_published,
}


def _end_recovery(connection: Connection, args: Any) -> None:
    connection.execute(delete(supports).where(supports.c.patient == args["patient"]))
    _change(connection, args, **_NO_RECOVERY)


def _change(connection: Connection, args: Any, **values: Any) -> None:
    connection.execute(update(patients).where(patients.c.account == args["patient"]).values(**values))


def _raw(value: Any) -> bytes:
    return bytes.fromhex(value.removeprefix("0x")) if isinstance(value, str) else bytes(value)

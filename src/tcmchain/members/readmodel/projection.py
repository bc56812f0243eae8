"""Events of the contract into rows; they are few, so they are written one by one."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType
from typing import Any, Final

from pypinyin import Style, lazy_pinyin
from sqlalchemy import Connection, Table, delete, insert, update

from tcmchain.chain.events import Event
from tcmchain.members.model.membership import Role, Standing, Turn
from tcmchain.members.model.profile import Profile, read_profile
from tcmchain.members.readmodel import tables
from tcmchain.values import CHAINS, ZERO_ADDRESS, ChainName, from_short_text

Write = Callable[[Connection, Event], None]


class MembersProjection:
    """The slice's read model, fed by the index."""

    contract = "Members"
    chains: tuple[ChainName, ...] = CHAINS
    metadata = tables.metadata

    def apply(self, connection: Connection, events: Sequence[Event]) -> None:
        """Write the rows of events that follow those applied before."""
        for event in events:
            write = _WRITES.get(event.name)
            if write is not None:
                write(connection, event)

    def clear(self, connection: Connection, chain: ChainName) -> None:
        """Remove all rows of a chain."""
        for table in tables.metadata.sorted_tables:
            connection.execute(delete(table).where(table.c.chain == chain))


def words_of(profile: Profile) -> str:
    """What a member is found by: its names and addresses, the Chinese ones also in pinyin and initials."""
    chinese = [text for text in (profile.name_zh, profile.address_zh) if text]
    spelled = ["".join(lazy_pinyin(text)) for text in chinese]
    initials = ["".join(lazy_pinyin(text, style=Style.FIRST_LETTER)) for text in chinese]
    return " ".join(
        [*chinese, profile.name_en, profile.address_en, profile.place, profile.gln, *spelled, *initials]
    ).lower()


def _admitted(connection: Connection, event: Event) -> None:
    args = event.args
    profile = read_profile(args["profile"])
    row = {
        "chain": event.chain,
        "member": args["member"],
        "kind": args["kind"],
        "standing": int(Standing.ACTIVE),
        "voting": args["voting"],
        "officer": args["officer"],
        "agreement": 0,
        "appointments": 0,
        "words": words_of(profile),
        "since": event.timestamp,
        **{name: getattr(profile, name) for name in Profile.__dataclass_fields__},
    }
    connection.execute(insert(tables.members), row)
    _account(connection, event, args["officer"], args["member"], Role.OFFICER)
    _history(connection, event, Turn.ADMITTED)


def _standing(standing: Standing, turn: Turn) -> Write:
    def write(connection: Connection, event: Event) -> None:
        _set(connection, event, standing=int(standing))
        _history(connection, event, turn)

    return write


def _officer_replaced(connection: Connection, event: Event) -> None:
    args = event.args
    _set(connection, event, officer=args["to"])
    _remove(connection, tables.accounts, event, account=args["from"])
    _account(connection, event, args["to"], args["member"], Role.OFFICER)
    _history(connection, event, Turn.OFFICER_REPLACED)


def _appointed(connection: Connection, event: Event) -> None:
    _set(connection, event, appointments=event.args["serial"])
    _account(connection, event, event.args["account"], event.args["member"], Role.OPERATOR)


def _dismissed(connection: Connection, event: Event) -> None:
    _set(connection, event, appointments=event.args["serial"])
    _remove(connection, tables.accounts, event, account=event.args["account"])


def _published(connection: Connection, event: Event) -> None:
    args = event.args
    row = {"version": args["version"], "digest": args["digest"], "starts": _moment(args["from"])}
    connection.execute(insert(tables.agreements), {"chain": event.chain, "title": _plain(args["title"]), **row})


def _signed(connection: Connection, event: Event) -> None:
    key = {"version": event.args["version"], "member": event.args["member"]}
    _remove(connection, tables.signatures, event, **key)
    connection.execute(insert(tables.signatures), {"chain": event.chain, **key, "at": event.timestamp, "tx": event.tx})
    _set(connection, event, agreement=event.args["version"])


def _installed(connection: Connection, event: Event) -> None:
    name: str = event.args["name"]
    with suppress(UnicodeDecodeError):
        name = from_short_text(name)
    _remove(connection, tables.contracts, event, name=name)
    row = {"name": name, "address": event.args["current"], "previous": event.args.get("previous", ZERO_ADDRESS)}
    connection.execute(insert(tables.contracts), {"chain": event.chain, **row, "at": event.timestamp, "tx": event.tx})


def _carried(connection: Connection, event: Event) -> None:
    row = {"serial": event.args["serial"], "matter": event.args["matter"], "motion": event.args["motion"]}
    votes = ",".join(event.args["votes"])
    connection.execute(
        insert(tables.motions), {"chain": event.chain, **row, "votes": votes, "at": event.timestamp, "tx": event.tx}
    )


def _set(connection: Connection, event: Event, **values: Any) -> None:
    table = tables.members
    which = (table.c.chain == event.chain) & (table.c.member == event.args["member"])
    connection.execute(update(table).where(which).values(**values))


def _remove(connection: Connection, table: Table, event: Event, **key: Any) -> None:
    wanted = delete(table).where(table.c.chain == event.chain)
    for name, value in key.items():
        wanted = wanted.where(table.c[name] == value)
    connection.execute(wanted)


def _account(connection: Connection, event: Event, account: str, member: str, role: Role) -> None:
    _remove(connection, tables.accounts, event, account=account)
    row = {"account": account, "member": member, "role": role.value, "since": event.timestamp}
    connection.execute(insert(tables.accounts), {"chain": event.chain, **row})


def _history(connection: Connection, event: Event, turn: Turn) -> None:
    row = {
        "chain": event.chain,
        "block": event.block,
        "log": event.index,
        "member": event.args["member"],
        "turn": turn.value,
        "reason": _plain(event.args.get("reason", "")),
        "digest": event.args.get("digest"),
        "at": event.timestamp,
        "tx": event.tx,
    }
    connection.execute(insert(tables.history), row)


def _moment(value: int) -> int:
    return min(value, 1 << 53)


def _plain(text: str) -> str:
    return text.replace("\0", "")


_WRITES: Final[Mapping[str, Write]] = MappingProxyType(
    {
        "Admitted": _admitted,
        "Suspended": _standing(Standing.SUSPENDED, Turn.SUSPENDED),
        "Reinstated": _standing(Standing.ACTIVE, Turn.REINSTATED),
        "Expelled": _standing(Standing.EXPELLED, Turn.EXPELLED),
        "OfficerReplaced": _officer_replaced,
        "OperatorAppointed": _appointed,
        "OperatorDismissed": _dismissed,
        "AgreementPublished": _published,
        "AgreementSigned": _signed,
        "Installed": _installed,
        "MotionCarried": _carried,
    }
)

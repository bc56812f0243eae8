"""Named queries and who is told of their results."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Engine, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from tcmchain.epcis.model.refusals import QueryKnownAlready
from tcmchain.epcis.readmodel import tables
from tcmchain.epcis.readmodel.writing import writing
from tcmchain.values import MemberId


@dataclass(frozen=True, slots=True)
class NamedQuery:
    """A question under a name; ``definition`` holds its parameters as given."""

    name: str
    member: MemberId
    created: int
    definition: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Subscription:
    """Who is told; ``told`` is the last event told of, ``due`` when the next attempt is, moments in milliseconds."""

    id: str
    query: str
    member: MemberId
    created: int
    definition: Mapping[str, Any]
    told: int
    notified: int | None
    due: int | None
    attempts: int


class QueryStore:
    """Reads and writes of named queries and subscriptions."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add_query(self, query: NamedQuery) -> None:
        """Keep a query; raises ``QueryKnownAlready``."""
        row = {
            "name": query.name,
            "member": query.member,
            "created": query.created,
            "definition": orjson.dumps(query.definition),
        }
        try:
            with writing(self._engine) as connection:
                connection.execute(insert(tables.queries), row)
        except IntegrityError as error:
            raise QueryKnownAlready(name=query.name) from error

    def query(self, name: str) -> NamedQuery | None:
        """A query by its name."""
        with self._engine.connect() as connection:
            row = connection.execute(select(tables.queries).where(tables.queries.c.name == name)).first()
        return None if row is None else _query(row)

    def queries(self, after: str, limit: int) -> list[NamedQuery]:
        """Queries by name."""
        kept = tables.queries.c
        wanted = select(tables.queries).where(kept.name > after).order_by(kept.name).limit(limit)
        with self._engine.connect() as connection:
            return [_query(row) for row in connection.execute(wanted)]

    def forget_query(self, name: str) -> None:
        """End a query and all its subscriptions."""
        with writing(self._engine) as connection:
            connection.execute(delete(tables.subscriptions).where(tables.subscriptions.c.query == name))
            connection.execute(delete(tables.queries).where(tables.queries.c.name == name))

    def add_subscription(self, subscription: Subscription) -> None:
        """Keep a subscription."""
        row = {
            "id": subscription.id,
            "query": subscription.query,
            "member": subscription.member,
            "created": subscription.created,
            "definition": orjson.dumps(subscription.definition),
            "told": subscription.told,
            "notified": subscription.notified,
            "due": subscription.due,
            "attempts": subscription.attempts,
        }
        with writing(self._engine) as connection:
            connection.execute(insert(tables.subscriptions), row)

    def subscription(self, name: str) -> Subscription | None:
        """A subscription by its id."""
        kept = tables.subscriptions
        with self._engine.connect() as connection:
            row = connection.execute(select(kept).where(kept.c.id == name)).first()
        return None if row is None else _subscription(row)

    def subscriptions(self, query: str | None = None, after: str = "", limit: int = 10_000) -> list[Subscription]:
        """Subscriptions of a query, or all."""
        kept = tables.subscriptions
        wanted = select(kept).where(kept.c.id > after).order_by(kept.c.id).limit(limit)
        if query is not None:
            wanted = wanted.where(kept.c.query == query)
        with self._engine.connect() as connection:
            return [_subscription(row) for row in connection.execute(wanted)]

    def count_of(self, member: MemberId) -> int:
        """How many subscriptions a member has."""
        kept = tables.subscriptions.c
        with self._engine.connect() as connection:
            wanted = select(func.count()).select_from(tables.subscriptions).where(kept.member == member)
            return int(connection.execute(wanted).scalar_one())

    def forget_subscription(self, name: str) -> None:
        """End a subscription."""
        with writing(self._engine) as connection:
            connection.execute(delete(tables.subscriptions).where(tables.subscriptions.c.id == name))

    def note(self, name: str, told: int, notified: int | None, due: int | None, attempts: int) -> None:
        """Keep how far a subscriber was told, and when the next attempt is."""
        values: dict[str, Any] = {"told": told, "due": due, "attempts": attempts}
        if notified is not None:
            values["notified"] = notified
        with writing(self._engine) as connection:
            connection.execute(update(tables.subscriptions).where(tables.subscriptions.c.id == name).values(**values))


def _query(row: Any) -> NamedQuery:
    return NamedQuery(row.name, MemberId(row.member), row.created, orjson.loads(row.definition))


def _subscription(row: Any) -> Subscription:
    return Subscription(
        row.id,
        row.query,
        MemberId(row.member),
        row.created,
        orjson.loads(row.definition),
        row.told,
        row.notified,
        row.due,
        row.attempts,
    )

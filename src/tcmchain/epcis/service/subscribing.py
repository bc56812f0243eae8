"""Subscriptions: results of named queries told on capture or by a schedule, until the subscriber has taken them."""

import asyncio
import logging
import secrets
from collections.abc import AsyncGenerator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from tcmchain.epcis.model.questions import Question, read_moment
from tcmchain.epcis.model.refusals import (
    NotQueryOwner,
    ParameterWrong,
    SubscriptionUnknown,
    SubscriptionWrong,
    TooManySubscriptions,
)
from tcmchain.epcis.model.schedules import Schedule, read_schedule
from tcmchain.epcis.readmodel.queries import QueryStore, Subscription
from tcmchain.epcis.service.asking import Asking, question_of
from tcmchain.epcis.service.clock import Clock
from tcmchain.epcis.service.documents import result_document
from tcmchain.epcis.service.sending import Post, signature
from tcmchain.errors import TcmChainError
from tcmchain.values import MemberId

_MOST_A_MEMBER: Final = 100
_MOST_A_DELIVERY: Final = 1_000
_FIRST_PAUSE: Final = 2_000
_LONGEST_PAUSE: Final = 3_600_000
_IDLE: Final = 30.0
_TURN: Final = 20.0
_FIELDS: Final = frozenset(
    {"dest", "signatureToken", "stream", "schedule", "reportIfEmpty", "initialRecordTime", "minRecordTime", "epcFormat"}
)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Controls:
    """When a subscriber is told, and of what."""

    stream: bool
    schedule: Schedule | None
    report_if_empty: bool
    from_record: int | None


class Subscriptions:
    """Keeps subscriptions and tells subscribers; whatever was not taken is told again, also after a restart."""

    def __init__(self, queries: QueryStore, asking: Asking, post: Post, clock: Clock) -> None:
        self._queries = queries
        self._asking = asking
        self._post = post
        self._clock = clock
        self._wake = asyncio.Event()
        self._listeners: set[asyncio.Event] = set()
        self._work: asyncio.Task[None] | None = None

    def told(self) -> None:
        """Something was captured."""
        self._wake.set()
        for listener in self._listeners:
            listener.set()

    async def start(self) -> None:
        """Begin to tell subscribers."""
        self._work = asyncio.create_task(self._carry_on(), name="epcis-subscriptions")

    async def stop(self) -> None:
        """Stop; what was not told is told at the next start."""
        if self._work is not None:
            self._work.cancel()
            with suppress(asyncio.CancelledError):
                await self._work
            self._work = None
        await self._post.close()

    def subscribe(self, query: str, definition: Mapping[str, Any], member: MemberId) -> Subscription:
        """Subscribe an address to a named query.

        Raises ``SubscriptionWrong``, ``DestinationForbidden``, ``QueryUnknown`` or ``TooManySubscriptions``.
        """
        self._asking.query(query)
        unknown = sorted(set(definition) - _FIELDS)
        if unknown:
            raise SubscriptionWrong(reason=unknown[0][:100])
        controls = read_controls(definition)
        dest, secret = definition.get("dest"), definition.get("signatureToken")
        if not isinstance(dest, str):
            raise SubscriptionWrong(reason="dest")
        if secret is not None and (not isinstance(secret, str) or not 8 <= len(secret) <= 500):
            raise SubscriptionWrong(reason="signatureToken")
        self._post.check(dest)
        if self._queries.count_of(member) >= _MOST_A_MEMBER:
            raise TooManySubscriptions(limit=_MOST_A_MEMBER)
        now = self._clock.moment()
        told = 0 if controls.from_record is not None else self._asking.newest()
        due = None if controls.schedule is None else _due(controls.schedule, now)
        made = Subscription(secrets.token_hex(16), query, member, now, definition, told, None, due, 0)
        self._queries.add_subscription(made)
        self._wake.set()
        return made

    def subscription(self, query: str, name: str) -> Subscription:
        """A subscription of a query; raises ``QueryUnknown`` or ``SubscriptionUnknown``."""
        self._asking.query(query)
        found = self._queries.subscription(name)
        if found is None or found.query != query:
            raise SubscriptionUnknown(id=name[:64])
        return found

    def subscriptions(self, query: str, after: str, limit: int) -> list[Subscription]:
        """Subscriptions of a query; raises ``QueryUnknown``."""
        self._asking.query(query)
        return self._queries.subscriptions(query, after, limit)

    def unsubscribe(self, query: str, name: str, member: MemberId) -> None:
        """End a subscription; by the member that made it."""
        if self.subscription(query, name).member != member:
            raise NotQueryOwner(name=name[:64])
        self._queries.forget_subscription(name)

    async def listen(self, query: str, definition: Mapping[str, Any]) -> AsyncGenerator[bytes, None]:
        """Results for somebody who stays connected, as documents; raises as :meth:`subscribe`."""
        named = await asyncio.to_thread(self._asking.query, query)
        controls, question = read_controls(definition), question_of(named.definition)
        name = secrets.token_hex(8)
        told = 0 if controls.from_record is not None else await asyncio.to_thread(self._asking.newest)
        news = asyncio.Event()
        self._listeners.add(news)
        try:
            while True:
                last = await asyncio.to_thread(self._asking.newest)
                document, told = await asyncio.to_thread(self._results, query, name, question, controls, told, last)
                if document is not None:
                    yield document
                if told >= last:
                    await self._next_moment(controls, news)
        finally:
            self._listeners.discard(news)

    async def _next_moment(self, controls: Controls, news: asyncio.Event) -> None:
        if controls.schedule is None:
            await news.wait()
            news.clear()
            return
        now = self._clock.moment()
        await asyncio.sleep(max(0.0, ((_due(controls.schedule, now) or now + _LONGEST_PAUSE) - now) / 1000))

    async def _carry_on(self) -> None:
        while True:
            self._wake.clear()
            try:
                pause = await self.tell_all()
            except Exception:
                # One subscriber's trouble is not to keep the others from being told.
                _log.exception("subscriptions cannot go on, trying again")
                pause = _IDLE
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._wake.wait()

    async def tell_all(self) -> float:
        """Tell every subscriber that is due; answers the seconds until the next is."""
        last = await asyncio.to_thread(self._asking.newest)
        now = self._clock.moment()
        due = [s for s in await asyncio.to_thread(self._queries.subscriptions) if _is_due(s, now, last)]
        await asyncio.gather(*(self._tell(subscription, last) for subscription in due))
        now = self._clock.moment()
        moments = [s.due for s in await asyncio.to_thread(self._queries.subscriptions) if s.due is not None]
        return min([_IDLE, *(max(0.05, (moment - now) / 1000) for moment in moments)])

    async def _tell(self, subscription: Subscription, last: int) -> None:
        told, taken = subscription.told, True
        controls = read_controls(subscription.definition)
        notified: int | None = None
        # Whoever takes long to take much is not to keep the others waiting: the rest is told at the next turn.
        until = asyncio.get_running_loop().time() + _TURN
        reached = told
        try:
            named = await asyncio.to_thread(self._asking.query, subscription.query)
            question = question_of(named.definition)
            while taken:
                document, reached = await asyncio.to_thread(
                    self._results, subscription.query, subscription.id, question, controls, told, last
                )
                if document is not None:
                    taken = await self._post.send(
                        subscription.definition["dest"], document, _headers(subscription, document)
                    )
                    notified = self._clock.moment() if taken else notified
                if taken:
                    told = reached
                if reached >= last or asyncio.get_running_loop().time() > until:
                    break
        except TcmChainError as error:
            _log.warning("subscription %s: %s", subscription.id, error)
            taken = False
        except Exception:
            # What nobody foresaw with one subscriber must not be met again before all others are told.
            _log.exception("subscription %s failed", subscription.id)
            taken = False
        now = self._clock.moment()
        attempts = 0 if taken else subscription.attempts + 1
        due: int | None
        if taken and reached < last:
            due = now
        elif taken:
            due = None if controls.schedule is None else _due(controls.schedule, now)
        else:
            due = now + min(_FIRST_PAUSE * 2 ** min(attempts - 1, 20), _LONGEST_PAUSE)
        await asyncio.to_thread(self._queries.note, subscription.id, told, notified, due, attempts)

    def _results(
        self, query: str, name: str, question: Question, controls: Controls, told: int, last: int
    ) -> tuple[bytes | None, int]:
        """What a subscriber is to be told next, if anything, and the event that it reaches to."""
        if controls.from_record is not None:
            question = question.recorded(controls.from_record, 1 << 62)
        events, reached = self._asking.since(question, told, last, _MOST_A_DELIVERY) if told < last else ([], last)
        if not events and not controls.report_if_empty:
            return None, reached
        return result_document(events, query, name, self._clock.moment()), reached


def read_controls(definition: Mapping[str, Any]) -> Controls:
    """When and of what to tell; raises ``SubscriptionWrong``."""
    stream, schedule = definition.get("stream", False), definition.get("schedule")
    if not isinstance(stream, bool) or stream is (schedule is not None):
        raise SubscriptionWrong(reason="stream ∨ schedule")
    if schedule is not None and not (
        isinstance(schedule, Mapping) and all(isinstance(value, str) for value in schedule.values())
    ):
        raise SubscriptionWrong(reason="schedule")
    empty = definition.get("reportIfEmpty", False)
    if not isinstance(empty, bool):
        raise SubscriptionWrong(reason="reportIfEmpty")
    given = definition.get("initialRecordTime", definition.get("minRecordTime"))
    try:
        first = None if given is None else read_moment("initialRecordTime", given)
    except ParameterWrong as error:
        raise SubscriptionWrong(reason="initialRecordTime") from error
    return Controls(stream, None if schedule is None else read_schedule(schedule), empty, first)


def _is_due(subscription: Subscription, now: int, last: int) -> bool:
    if subscription.due is not None:
        return subscription.due <= now
    return bool(subscription.definition.get("stream")) and subscription.told < last


def _due(schedule: Schedule, now: int) -> int | None:
    found = schedule.after(now / 1000)
    return None if found is None else int(found * 1000)


def _headers(subscription: Subscription, document: bytes) -> dict[str, str]:
    headers = {"Content-Type": "application/json", "GS1-EPCIS-Version": "2.0", "GS1-CBV-Version": "2.0"}
    secret = subscription.definition.get("signatureToken")
    if secret is not None:
        headers["GS1-Signature"] = signature(secret, document)
    return headers

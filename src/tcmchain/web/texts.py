"""Texts that can be erased: kept at the nodes under their hash, while a chain has the hash alone.

A text is a JSON object with a random ``salt`` (``0x`` and 64 hex digits); its name is the SHA-256 of its canonical form
(keys sorted, no spaces, UTF-8), so nobody can find it by trying. Whoever writes hands the text in first and then names
it on the chain. What no chain names within a day is deleted; what is named is fetched from other nodes where it is
missing; what the chain calls erased is deleted here and never taken again.
"""

import asyncio
import hashlib
import logging
import re
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, Protocol

import orjson

from tcmchain.errors import Gone, Invalid, NotFound, TooLarge
from tcmchain.values import Hash32
from tcmchain.web.text_store import TextStore

LONGEST: Final = 16_384
"""Bytes of the longest text in its canonical form."""

DAY: Final = 86_400
_SALT: Final = re.compile(r"0x[0-9a-f]{64}")
_KEY: Final = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_AT_ONCE: Final = 200
_FETCHING: Final = 20.0
"""Seconds spent on fetching between two looks at the chain, so that slow peers never keep what was erased here long."""
_SWEEP_EVERY: Final = 60
_PAUSE: Final = 1.0
_FIRST_PAUSE: Final = 5.0
_LONGEST_PAUSE: Final = 3600.0
_MOST_WANTED: Final = 10_000
_DEEPEST: Final = 6

_log = logging.getLogger(__name__)


class TextMissing(NotFound):
    """Neither this node nor its peers have the text: ``digest``."""

    code = "text-missing"


class TextErased(Gone):
    """The text was deleted for good: ``digest``."""

    code = "text-erased"


class TextMalformed(Invalid):
    """The text is not what it has to be: ``reason``."""

    code = "text-malformed"


class TextTooLong(TooLarge):
    """The text is longer than it may be: ``most``, ``given`` bytes."""

    code = "text-too-long"


class Standing(Enum):
    """What a chain says of a text."""

    UNKNOWN = "unknown"
    NAMED = "named"
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Change:
    """The chain named a text, or called it erased; ``step`` orders changes as the chain does."""

    step: int
    digest: Hash32
    standing: Standing


class Names(Protocol):
    """What a slice's read model knows of its texts."""

    def standing(self, digest: Hash32) -> Standing:
        """What the chain says of a text; erased as soon as one that named it had it erased."""
        ...

    def changes(self, after: int, limit: int) -> Sequence[Change]:
        """What the chain said after a step, in the chain's order."""
        ...


class Shelf(Protocol):
    """Where a slice keeps words of named texts to search in; both may come again for the same text."""

    def put(self, digest: Hash32, text: Mapping[str, Any]) -> None: ...

    def drop(self, digest: Hash32) -> None: ...


Peer = Callable[[Hash32], Awaitable[bytes]]
"""Another node's text by its hash; raises ``TextMissing``, also when the node does not answer. It is not trusted."""


def write_text(text: Mapping[str, Any]) -> bytes:
    """The canonical form of a text; raises :class:`TextMalformed` and :class:`TextTooLong`."""
    salt = text.get("salt")
    if not isinstance(salt, str) or _SALT.fullmatch(salt) is None:
        raise TextMalformed(reason="salt")
    _check(text, 0)
    try:
        raw = orjson.dumps(text, option=orjson.OPT_SORT_KEYS)
    except (TypeError, ValueError) as error:
        raise TextMalformed(reason="value") from error
    if len(raw) > LONGEST:
        raise TextTooLong(most=LONGEST, given=len(raw))
    return raw


def read_text(raw: bytes) -> Mapping[str, Any]:
    """A text out of any JSON form of it; raises as :func:`write_text`."""
    if len(raw) > 2 * LONGEST:
        raise TextTooLong(most=LONGEST, given=len(raw))
    try:
        text = orjson.loads(raw)
    except ValueError as error:
        raise TextMalformed(reason="json") from error
    if not isinstance(text, dict):
        raise TextMalformed(reason="json")
    write_text(text)
    return text


def digest_of(text: Mapping[str, Any]) -> Hash32:
    """The name of a text: SHA-256 of its canonical form; raises as :func:`write_text`."""
    return _name(write_text(text))


class Texts:
    """The texts of one slice at one node.

    ``read`` refuses what is no text of the slice. ``names`` tells what the chain says, ``shelf`` is told what to search
    in. A text is here as long as the chain names it; one that it does not name is given to nobody.
    """

    def __init__(
        self,
        store: TextStore,
        names: Names,
        read: Callable[[Mapping[str, Any]], object],
        peers: Sequence[Peer] = (),
        shelf: Shelf | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._names = names
        self._read = read
        self._peers = tuple(peers)
        self._shelf = shelf
        self._now = now
        self._step = -1
        self._wanted: dict[Hash32, tuple[float, float]] = {}
        self._swept = 0.0
        self._begun = now()
        self._task: asyncio.Task[None] | None = None

    def put(self, text: Mapping[str, Any]) -> Hash32:
        """Keep a text until the chain names it, for a day; answers its name. The same again changes nothing.

        Raises as :func:`write_text`, what ``read`` raises, and :class:`TextErased`.
        """
        raw = write_text(text)
        self._read(text)
        digest = _name(raw)
        standing = self._names.standing(digest)
        if standing is Standing.ERASED:
            raise TextErased(digest=digest)
        self._store.put(digest, raw, int(self._now()))
        if standing is Standing.NAMED:
            self._name_it(digest, raw)
        return digest

    def here(self, digest: Hash32) -> bytes:
        """The canonical form of a named text that this node has; raises :class:`TextMissing`, :class:`TextErased`."""
        standing = self._names.standing(digest)
        if standing is Standing.ERASED:
            self._erase(digest)
            raise TextErased(digest=digest)
        raw = self._store.get(digest) if standing is Standing.NAMED else None
        if raw is None:
            raise TextMissing(digest=digest)
        return raw

    def find(self, digest: Hash32) -> Mapping[str, Any] | None:
        """A named text that this node has; ``None`` when it is not here, or erased."""
        try:
            found: Mapping[str, Any] = orjson.loads(self.here(digest))
        except NotFound:
            return None
        return found

    async def get(self, digest: Hash32) -> Mapping[str, Any]:
        """A named text, from here or the first peer that has it; raises :class:`TextMissing`, :class:`TextErased`."""
        try:
            raw = await asyncio.to_thread(self.here, digest)
        except TextErased:
            raise
        except TextMissing:
            if self._names.standing(digest) is not Standing.NAMED:
                raise
            raw = await self._fetch(digest)
            await asyncio.to_thread(self._keep, digest, raw)
        found: Mapping[str, Any] = orjson.loads(raw)
        return found

    async def start(self) -> None:
        """Begin to follow what the chain says of texts."""
        self._task = asyncio.create_task(self._follow())

    async def stop(self) -> None:
        """Stop following."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        self._store.close()

    async def level(self) -> None:
        """Go through what the chain said since last time: keep, fetch or delete; then delete what nobody named."""
        while changes := await asyncio.to_thread(self._names.changes, self._step, _AT_ONCE):
            await asyncio.to_thread(self._take, changes)
            self._step = changes[-1].step
        await self._fetch_wanted()
        now = self._now()
        if now - self._swept >= _SWEEP_EVERY:
            self._swept = now
            await asyncio.to_thread(self.sweep)
        if now - self._begun >= DAY:
            # A chain that went another way may have named a text at an earlier step.
            self._begun, self._step = now, -1

    def sweep(self) -> int:
        """Delete texts that nobody named for a day; answers how many."""
        stale = self._store.unnamed(int(self._now()) - DAY)
        gone = [digest for digest in stale if self._names.standing(digest) is not Standing.NAMED]
        self._store.delete(gone)
        return len(gone)

    async def _follow(self) -> None:
        while True:
            try:
                await self.level()
            except Exception:
                # Texts that are shown are looked up on the chain's index each time; following may try again.
                _log.exception("texts cannot be followed, trying again")
            await asyncio.sleep(_PAUSE)

    def _take(self, changes: Sequence[Change]) -> None:
        erased = []
        for change in changes:
            if self._names.standing(change.digest) is Standing.ERASED:
                erased.append(change.digest)
                continue
            raw = self._store.get(change.digest)
            if raw is not None:
                self._name_it(change.digest, raw)
            elif self._peers and change.digest not in self._wanted:
                if len(self._wanted) >= _MOST_WANTED:
                    # Whoever names texts that nobody has must not keep others from being fetched.
                    self._wanted.pop(next(iter(self._wanted)))
                self._wanted[change.digest] = (0.0, _FIRST_PAUSE)
        for digest in erased:
            self._erase(digest)

    def _keep(self, digest: Hash32, raw: bytes) -> None:
        if self._names.standing(digest) is Standing.NAMED:
            self._store.put(digest, raw, int(self._now()))
            self._name_it(digest, raw)

    def _name_it(self, digest: Hash32, raw: bytes) -> None:
        if self._store.is_named(digest):
            return
        if self._shelf is not None:
            self._shelf.put(digest, orjson.loads(raw))
        self._store.name(digest)

    def _erase(self, digest: Hash32) -> None:
        self._wanted.pop(digest, None)
        if self._shelf is not None:
            self._shelf.drop(digest)
        self._store.delete([digest])

    async def _fetch_wanted(self) -> None:
        now = self._now()
        due = [digest for digest, (at, _) in self._wanted.items() if at <= now][:_AT_ONCE]
        last = time.monotonic() + _FETCHING
        for digest in due:
            if time.monotonic() > last:
                break
            _, pause = self._wanted[digest]
            try:
                await self.get(digest)
            except NotFound:
                self._wanted[digest] = (now + pause, min(2 * pause, _LONGEST_PAUSE))
            else:
                self._wanted.pop(digest, None)

    async def _fetch(self, digest: Hash32) -> bytes:
        for peer in self._peers:
            try:
                raw = await peer(digest)
                if _name(raw) != digest:
                    continue
                self._read(read_text(raw))
            except (TextMissing, Invalid):
                continue
            return raw
        raise TextMissing(digest=digest)


def _name(raw: bytes) -> Hash32:
    return Hash32("0x" + hashlib.sha256(raw).hexdigest())


def _check(value: object, depth: int) -> None:
    """Only what has one canonical form in every language: plain keys, no fractions, no depth without end."""
    if depth > _DEEPEST:
        raise TextMalformed(reason="depth")
    if isinstance(value, Mapping):
        for key, one in value.items():
            if not isinstance(key, str) or _KEY.fullmatch(key) is None:
                raise TextMalformed(reason="key")
            _check(one, depth + 1)
    elif isinstance(value, list | tuple):
        for one in value:
            _check(one, depth + 1)
    elif not (value is None or isinstance(value, str | bool) or (isinstance(value, int) and abs(value) < 2**53)):
        raise TextMalformed(reason="value")

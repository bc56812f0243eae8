"""One writer at a time: SQLite lets those that come too soon sleep, and asks them again only now and then."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine

_TURNS: Final[WeakKeyDictionary[Engine, threading.Lock]] = WeakKeyDictionary()
_MAKING: Final = threading.Lock()


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that waits its turn; what it wrote is on the disk when it ends."""
    if engine.dialect.name != "sqlite":
        with engine.begin() as connection:
            yield connection
        return
    with _MAKING:
        turn = _TURNS.setdefault(engine, threading.Lock())
    with turn, engine.begin() as connection:
        yield connection

"""How a slice turns events into tables."""

from collections.abc import Sequence
from typing import Protocol

from sqlalchemy import Connection, MetaData

from tcmchain.chain.events import Event
from tcmchain.values import ChainName


class Projection(Protocol):
    """A slice's read model, fed by the index in chain order inside the index's own transaction.

    ``contract`` is the name in the Directory, ``chains`` those on which it stands. ``apply`` gets events of one
    chain and of this contract only; ``clear`` removes every row of one chain, before a replay.
    """

    contract: str
    chains: tuple[ChainName, ...]
    metadata: MetaData

    def apply(self, connection: Connection, events: Sequence[Event]) -> None: ...

    def clear(self, connection: Connection, chain: ChainName) -> None: ...

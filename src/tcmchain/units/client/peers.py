"""Trees from other members' nodes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import httpx

from tcmchain.units.model.errors import TreeMissing
from tcmchain.values import Hash32

TREES: Final = "/api/units/trees"
_SECONDS: Final = 10


class PeerTrees:
    """One peer by its address."""

    def __init__(self, url: str, transport: httpx.BaseTransport | None = None) -> None:
        self._url = url.rstrip("/")
        self._transport = transport

    @contextmanager
    def __call__(self, root: Hash32) -> Iterator[Iterator[bytes]]:
        """Stream the tree of a root; raises ``TreeMissing``, also when the peer does not answer."""
        try:
            with (
                httpx.Client(timeout=_SECONDS, transport=self._transport) as client,
                client.stream("GET", f"{self._url}{TREES}/{root}") as answer,
            ):
                if answer.status_code != 200:
                    raise TreeMissing(root=root)
                yield answer.iter_bytes()
        except httpx.HTTPError as error:
            raise TreeMissing(str(error), root=root) from error

"""How a door hands calls to whoever signs them."""

from collections.abc import Awaitable, Sequence
from typing import Any, Protocol

from tcmchain.chain.calls import Call
from tcmchain.values import Address


class HandOver(Protocol):
    """Calls as JSON, with the chain's id; ``rehearse`` asks the chain first whether it would take them.

    Raises the slice's error of a refusal.
    """

    def __call__(self, calls: Sequence[Call], account: Address, rehearse: bool = True) -> Awaitable[dict[str, Any]]: ...

"""What kind of ledger stands behind a certificate; the browser needs it to check for itself."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tcmchain.values import Address


@dataclass(frozen=True, slots=True)
class Behind:
    """The chain of lots as pages tell of it.

    ``ledgers`` tells the contracts that members have put in force, the present one last. ``embedded`` says that one
    operator runs the chain. ``peers`` are addresses of other members' nodes. ``url`` is the address that people reach
    this node at, without a slash at the end.
    """

    chain_id: int
    ledgers: Callable[[], Sequence[Address]]
    members: Address
    embedded: bool
    url: str
    peers: tuple[str, ...] = ()
    rpc: str = "/rpc/care"

    @property
    def provenance(self) -> Address:
        """The contract in force."""
        return self.ledgers()[-1]

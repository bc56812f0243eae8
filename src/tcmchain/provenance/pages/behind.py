"""What kind of ledger stands behind a certificate; the browser needs it to check for itself."""

from dataclasses import dataclass

from tcmchain.values import Address


@dataclass(frozen=True, slots=True)
class Behind:
    """The chain of lots as pages tell of it.

    ``embedded`` says that one operator runs it. ``peers`` are addresses of other members' nodes. ``url`` is the
    address that people reach this node at, without a slash at the end.
    """

    chain_id: int
    provenance: Address
    members: Address
    embedded: bool
    url: str
    peers: tuple[str, ...] = ()
    rpc: str = "/rpc/care"

"""What the story is played on: the doors of a node for every actor, days counted back from today, places."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from tcmchain.chain.signers import LocalSigner
from tcmchain.errors import Conflict
from tcmchain.example import cast
from tcmchain.provenance.client import Quantity
from tcmchain.provenance.model.gs1 import check_digit
from tcmchain.sdk import TcmChain
from tcmchain.values import BEIJING, Hash32, LotId, ShipmentId

GTIN_PREFIX: Final = "952000001"
"""GS1 keeps 952 for demonstrations."""

# A step that a broken run had taken before it could note so answers one of these the second time.
_DONE_BEFORE: Final = (
    "provenance-form-known-already",
    "provenance-quota-known-already",
    "provenance-lot-known-already",
    "provenance-shipment-known-already",
    "provenance-shipment-not-underway",
    "members-known-already",
    "members-carried-already",
    "members-settled-already",
    "members-account-taken",
    "practitioners-known-already",
    "units-opened-already",
    "custodians-known-already",
)


class Stage:
    """One client for each actor at one node."""

    def __init__(self, url: str, now: datetime | None = None, custodians: Mapping[str, str] | None = None) -> None:
        self.url = url
        self.custodians = dict(custodians or {})
        self.now = now or datetime.now(BEIJING)
        self._open: dict[str, TcmChain] = {}

    async def close(self) -> None:
        """Give all connections back."""
        for chain in self._open.values():
            await chain.http.close()

    def acting(self, key: str) -> TcmChain:
        """The node's doors as an actor's officer."""
        if key not in self._open:
            self._open[key] = TcmChain(self.url, cast.officer(key))
        return self._open[key]

    def signing(self, signer: LocalSigner) -> TcmChain:
        """The node's doors as any account."""
        if signer.address not in self._open:
            self._open[signer.address] = TcmChain(self.url, signer)
        return self._open[signer.address]

    def day(self, ago: int, clock: str = "09:00") -> str:
        """A moment so many days ago."""
        then = (self.now - timedelta(days=ago)).date()
        return f"{then.isoformat()}T{clock}"

    def date(self, ago: int) -> str:
        """A day so many days ago; negative for days to come."""
        return (self.now - timedelta(days=ago)).date().isoformat()

    def number(self, prefix: str, ago: int) -> str:
        """A lot number with the day in it."""
        then = (self.now - timedelta(days=ago)).date()
        return f"{prefix}{then:%y%m%d}"

    async def lot(self, maker: str, reference: str) -> LotId:
        """The lot that an actor made under a number."""
        found = await self.acting(maker).provenance.find(reference, cast.member(maker))
        if found is None:
            raise LookupError(f"the story has no lot {reference}")
        return found

    async def coming(self, to: str, reference: str) -> ShipmentId:
        """The shipment under this number on its way to an actor."""
        for shipment in await self.acting(to).provenance.shipments(incoming=True):
            if shipment["reference"] == reference:
                return ShipmentId(shipment["id"])
        raise LookupError(f"the story has no shipment {reference}")

    async def send(
        self, seller: str, buyer: str, reference: str, lines: list[Quantity], ago: tuple[int, int],
        facts: dict[str, Any], arrived: list[Quantity] | None = None,
    ) -> None:  # fmt: skip
        """Sell, send and receive; ``ago`` are the days of leaving and arriving."""
        left, came = ago
        await again(
            self.acting(seller).provenance.ship(
                reference, cast.member(buyer), lines, self.day(left, "08:20"), {**where(seller), **facts}
            )
        )
        shipment = await self.coming(buyer, reference)
        await again(
            self.acting(buyer).provenance.receive(shipment, self.day(came, "16:40"), where(buyer), arrived or ())
        )


def where(key: str) -> dict[str, Any]:
    """The facts of an actor's place."""
    profile = cast.profile(key)
    return {"place": profile["address_zh"], "lon": profile["lon"], "lat": profile["lat"]}


def gtin(item: int) -> str:
    """A demonstration GTIN-13."""
    digits = f"{GTIN_PREFIX}{item:03d}"
    return f"{digits}{check_digit(digits)}"


def commitment(code: str) -> Hash32:
    """What binds a dispensing to the code that the patient keeps."""
    return Hash32("0x" + hashlib.sha256(code.encode()).hexdigest())


async def again(step: Awaitable[object]) -> None:
    """Take a step that may have been taken by an earlier, broken run."""
    try:
        await step
    except Conflict as error:
        if error.code not in _DONE_BEFORE:
            raise


async def together(*steps: Awaitable[object]) -> None:
    """Take steps of different actors side by side."""
    await asyncio.gather(*(again(step) for step in steps))


Scene = tuple[str, Callable[[Stage], Awaitable[None]]]
"""What happens, in words, and how."""

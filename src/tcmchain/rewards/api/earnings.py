"""HTTP doors of what is earned: reading, bearing witness, claiming, taking back."""

import time
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel, Field

from tcmchain.chain.abi import checksum
from tcmchain.chain.handover import HandOver
from tcmchain.errors import TooMany
from tcmchain.rewards.model.earnings import Account, Earning, Wish
from tcmchain.rewards.service.earnings import Earnings
from tcmchain.values import Address, Hash32, Points, UnixTime
from tcmchain.web.allowance import Allowance
from tcmchain.web.bodies import Body
from tcmchain.web.calls import CallsView
from tcmchain.web.session import Caller, signed_in

SignedIn = Annotated[Caller, Depends(signed_in)]
AccountPath = Annotated[str, Path(pattern="^0x[0-9a-fA-F]{40}$", description="address of the account")]
EarningPath = Annotated[str, Path(pattern="^0x[0-9a-f]{64}$", description="id of the earning")]

_CLAIMS_A_MINUTE: Final = 20


class ClaimsTooMany(TooMany):
    """This place asked for its share of claims: ``seconds`` to wait."""

    code = "rewards-claims-too-many"


class EarningView(BaseModel):
    """What a deed earned, in thousandths; ``state`` is vesting, vested, capped, cancelled or clawed-back."""

    id: str
    account: str
    deed: str
    amount: int
    vests: int
    about: str
    happened: int
    state: str
    votes: int
    tx: str

    @classmethod
    def of(cls, found: Earning, now: int) -> "EarningView":
        copied = ("id", "account", "amount", "vests", "about", "happened", "votes", "tx")
        values = {name: getattr(found, name) for name in copied}
        return cls(**values, deed=found.deed.word, state=found.state(now).value)


class AccountView(BaseModel):
    """What an account has earned, in thousandths, and its newest earnings."""

    account: str
    vested: int
    vesting: int
    clawed_back: int
    paid: int
    claimable: int
    earnings: list[EarningView]

    @classmethod
    def of(cls, account: Address, found: Account, earnings: list[EarningView]) -> "AccountView":
        names = ("vested", "vesting", "clawed_back", "paid", "claimable")
        return cls(account=account, earnings=earnings, **{name: getattr(found, name) for name in names})


class WishView(BaseModel):
    """A member that wants an earning back; ``reason`` is the SHA-256 of why."""

    member: str
    reason: str
    at: int
    tx: str

    @classmethod
    def of(cls, found: Wish) -> "WishView":
        return cls(member=found.member, reason=found.reason, at=found.at, tx=found.tx)


class WitnessView(BaseModel):
    """Signatures of this node's members, 0x hex of 65 bytes each."""

    signatures: list[str]


class TransactionsView(BaseModel):
    """Transactions on their way, to be followed at ``/api/receipts/care/{tx}``."""

    txs: list[str]


class ReasonBody(Body):
    reason: Annotated[str, Field(min_length=1, max_length=2_000, description="why; its SHA-256 goes on the chain")]


def router(earnings: Earnings, hand_over: HandOver) -> APIRouter:
    """``/api/rewards/earnings`` and ``/api/rewards/claims``."""
    found = APIRouter(prefix="/api/rewards", tags=["rewards"])
    _reading(found, earnings)
    _claiming(found, earnings)

    @found.post("/earnings/{earning}/claw-back", response_model=CallsView)
    async def claw_back(earning: EarningPath, body: ReasonBody, caller: SignedIn) -> Any:
        """Want an earning back, as a member that votes; the majority takes it."""
        return await hand_over(earnings.claw_back(Hash32(earning), body.reason), caller.address)

    return found


def _reading(found: APIRouter, earnings: Earnings) -> None:
    @found.get("/earnings")
    def list_earnings(
        limit: Annotated[int, Query(ge=1, le=200)] = 50, offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0
    ) -> list[EarningView]:
        """All earnings, newest first."""
        now = earnings.now()
        return [EarningView.of(one, now) for one in earnings.earnings(None, limit, offset)]

    @found.get("/earnings/{account}")
    def read_account(
        account: AccountPath,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    ) -> AccountView:
        """What an account has earned."""
        whose, now = checksum(account.lower()), earnings.now()
        listed = [EarningView.of(one, now) for one in earnings.earnings([whose], limit, offset)]
        return AccountView.of(whose, earnings.account(whose), listed)

    @found.get("/earnings/{earning}/wishes")
    def list_wishes(earning: EarningPath) -> list[WishView]:
        """Which members want an earning back."""
        return [WishView.of(one) for one in earnings.wishes(Hash32(earning))]


def _claiming(found: APIRouter, earnings: Earnings) -> None:
    allowance = Allowance(_CLAIMS_A_MINUTE)

    @found.get("/claims/{account}")
    async def bear_witness(
        account: AccountPath,
        source: Annotated[str, Query(pattern="^0x[0-9a-fA-F]{40}$", description="the contract Rewards")],
        total: Annotated[int, Query(gt=0, lt=1 << 62, description="thousandths of a point since the beginning")],
        not_after: Annotated[int, Query(ge=0, lt=1 << 53)],
    ) -> WitnessView:
        """Signatures of this node's voting members, if its own index says that as much has vested."""
        where = checksum(source.lower()), checksum(account.lower())
        witnesses = await earnings.witness(*where, Points(total), UnixTime(not_after))
        return WitnessView(signatures=[one.signature for one in witnesses])

    @found.post("/claims/{account}", status_code=202)
    async def claim(account: AccountPath, request: Request) -> TransactionsView:
        """Have what vested paid to the account's purse on ``care``; anybody may ask, it is paid to nobody else."""
        place = "unknown" if request.client is None else request.client.host
        waits = allowance.spend(place, time.time())
        if waits:
            raise ClaimsTooMany(seconds=waits)
        return TransactionsView(txs=list(await earnings.claim(checksum(account.lower()))))

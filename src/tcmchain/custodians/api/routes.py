"""A node's doors to custodians: who they are, their roots, and the way to them."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response

from tcmchain.chain.handover import HandOver
from tcmchain.custodians.api import bodies as b
from tcmchain.custodians.model.errors import AskingTooLarge
from tcmchain.custodians.service.register import Register
from tcmchain.values import Address
from tcmchain.web.calls import CallsView
from tcmchain.web.session import Caller, signed_in

SignedIn = Annotated[Caller, Depends(signed_in)]
Account = Annotated[b.Account, Path()]
Before = Annotated[int | None, Query(ge=1, lt=1 << 53)]
Limit = Annotated[int, Query(ge=1, le=500)]

_LARGEST: Final = 128 << 10


def router(register: Register, hand_over: HandOver) -> APIRouter:
    """``/api/custodians``."""
    found = APIRouter(prefix="/api/custodians", tags=["custodians"])
    _reading(found, register)
    _writing(found, register, hand_over)
    _relaying(found, register)
    return found


def _reading(found: APIRouter, register: Register) -> None:
    @found.get("")
    def list_custodians(retired: bool = False) -> list[b.CustodianView]:
        """Custodians in service, or with ``retired`` all there were."""
        chosen = register.all() if retired else register.in_service()
        return [b.CustodianView.of(one) for one in chosen]

    @found.get("/health")
    async def read_health() -> list[b.HealthView]:
        """How each custodian in service answers now; ``trouble`` is null when it serves."""
        return [b.HealthView.of(one) for one in await register.health()]

    @found.get("/{account}/roots")
    def list_roots(account: Account, before: Before = None, limit: Limit = 100) -> list[b.RootView]:
        """Roots that a custodian anchored, the newest first."""
        return [b.RootView.of(one) for one in register.roots(Address(account), before, limit)]


def _writing(found: APIRouter, register: Register, hand_over: HandOver) -> None:
    @found.post("/enrol", response_model=CallsView)
    async def enrol(body: b.EnrolBody, caller: SignedIn) -> Any:
        """Enrol a custodian of the caller's member."""
        call = register.enrol(Address(body.custodian), bytes.fromhex(body.inbox[2:]), body.url)
        return await hand_over([call], caller.address)

    @found.post("/{account}/retire", response_model=CallsView)
    async def retire(account: Account, caller: SignedIn) -> Any:
        """Take a custodian of the caller's member out of service."""
        return await hand_over([register.retire(Address(account))], caller.address)


def _relaying(found: APIRouter, register: Register) -> None:
    @found.get("/{account}/{door:path}")
    async def ask(account: Account, door: str, request: Request) -> Response:
        """Ask a custodian: its card, its health, or a patient's receipts (signed)."""
        return await _pass(register, account, door, request)

    @found.post("/{account}/{door:path}")
    async def hand_to(account: Account, door: str, request: Request) -> Response:
        """Hand a custodian a fragment or an asking; what goes through is signed for it, or sealed."""
        return await _pass(register, account, door, request)


async def _pass(register: Register, account: str, door: str, request: Request) -> Response:
    body = await request.body()
    if len(body) > _LARGEST:
        raise AskingTooLarge(limit=_LARGEST)
    query = request.scope.get("query_string", b"").decode("latin-1")
    passed = await register.ask(Address(account), request.method, door, query, body, dict(request.headers))
    return Response(passed.content, passed.status, media_type=passed.kind, headers={"Cache-Control": "no-store"})

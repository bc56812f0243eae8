"""The doors of a custodian's own process."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.responses import JSONResponse, Response

from tcmchain.chain.door.quota import AskedTooMuch, Bucket
from tcmchain.custodians.api import bodies as b
from tcmchain.custodians.model.errors import AskedTooOften
from tcmchain.custodians.service.custody import Custody
from tcmchain.values import Address, Hash32
from tcmchain.web.askings import Asking, asking

_ACCOUNTS_KEPT: Final = 10_000
_BURST_SECONDS: Final = 10
_MOST_RECEIPTS: Final = 500

Signed = Annotated[Asking, Depends(asking)]
Health = Callable[[], Awaitable[dict[str, Any]]]


class Shares:
    """What each account may ask a second; those who were away longest are forgotten first."""

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._buckets: OrderedDict[Address, Bucket] = OrderedDict()

    def take(self, account: Address) -> None:
        """Count an asking; raises :class:`AskedTooOften`."""
        bucket = self._buckets.get(account)
        if bucket is None:
            bucket = self._buckets[account] = Bucket(self._rate, self._rate * _BURST_SECONDS)
            if len(self._buckets) > _ACCOUNTS_KEPT:
                self._buckets.popitem(last=False)
        self._buckets.move_to_end(account)
        try:
            bucket.take(1)
        except AskedTooMuch as error:
            raise AskedTooOften(limit=self._rate, seconds=error.details["seconds"]) from error


def _read(raw: bytes) -> b.ReencryptionBody:
    try:
        return b.ReencryptionBody.model_validate_json(raw)
    except ValidationError as error:
        raise RequestValidationError([{**fault, "loc": ("body", *fault["loc"])} for fault in error.errors()]) from error


def router(custody: Custody, card: Callable[[], b.CardView], health: Health, rate: float) -> APIRouter:
    """Card, fragments, re-encryptions, emergencies and receipts."""
    found, shares = APIRouter(), Shares(rate)

    @found.get("/card")
    def read_card() -> b.CardView:
        """Who this custodian is."""
        return card()

    @found.get("/healthz")
    async def read_health() -> JSONResponse:
        """Whether this custodian can serve."""
        state = await health()
        return JSONResponse(state, 200 if state["ok"] else 503)

    @found.post("/fragments", status_code=204)
    async def hand_in(body: b.FragmentBody, asker: Signed) -> None:
        """Hand a sealed fragment in, as the patient or a proxy."""
        shares.take(asker.account)
        await custody.hand_in(asker.account, body.given())

    @found.post("/reencryptions")
    async def reencrypt(request: Request) -> Response:
        """Re-encrypt for the grantee who asks."""
        # Read by hand: resolving parameters would take a third of the time that an answer takes.
        raw, asker = await request.body(), await asking(request)
        shares.take(asker.account)
        wish = _read(raw).wish()
        answer = orjson.dumps(b.reencrypted_json(await custody.reencrypt(asker.account, wish)))
        return Response(answer, media_type="application/json")

    @found.post("/emergencies/{glass}/shares")
    async def release(glass: Annotated[b.Identifier, Path()], body: b.EmergencyBody, asker: Signed) -> JSONResponse:
        """Release the share of a file of the emergency category to the practitioner who broke the glass."""
        shares.take(asker.account)
        return JSONResponse(b.released_json(await custody.release(asker.account, body.wish(Hash32(glass)))))

    @found.get("/receipts")
    async def read_receipts(
        asker: Signed,
        patient: Annotated[b.Account, Query()],
        after: Annotated[int, Query(ge=0, lt=1 << 53)] = 0,
        limit: Annotated[int, Query(ge=1, le=_MOST_RECEIPTS)] = 100,
    ) -> JSONResponse:
        """A patient's receipts with their proofs, served and refused, for who may act for the patient."""
        shares.take(asker.account)
        proven = await custody.receipts(asker.account, Address(patient), after, limit)
        last = proven[-1].signed.receipt.number if len(proven) == limit else None
        return JSONResponse({"receipts": [b.proven_json(one) for one in proven], "next": last})

    return found

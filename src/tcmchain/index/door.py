"""The door at which people follow their writes."""

from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from tcmchain.index.tracker import State, Tracker
from tcmchain.values import ChainName, Hash32


class WriteView(BaseModel):
    """What became of a transaction."""

    state: State = Field(description="submitted, confirmed (in a block), indexed (seen by reads), failed or unknown")
    block: int | None
    code: str | None = Field(description="why it failed, as a stable code")
    message: str | None
    details: dict[str, Any]


def router(tracker: Tracker) -> APIRouter:
    """``GET /api/receipts/{chain}/{tx}``."""
    routes = APIRouter(prefix="/api", tags=["receipts"])

    @routes.get("/receipts/{chain}/{tx}", summary="How far a transaction is")
    async def receipt(
        chain: ChainName, tx: Annotated[str, Path(pattern="^0x[0-9a-f]{64}$", description="the transaction's hash")]
    ) -> WriteView:
        found = await tracker.state(chain, Hash32(tx))
        return WriteView(
            state=found.state,
            block=found.block,
            code=found.code,
            message=found.message,
            details=dict(found.details),
        )

    return routes

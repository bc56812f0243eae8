"""The consortium's HTTP doors in this process, with the real sessions and the real way to the chains."""

from pathlib import Path

import httpx
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from tests.members.consortium import Consortium

from tcmchain.chain.door import Limits
from tcmchain.chain.door import router as rpc_door
from tcmchain.chain.failures import Failures
from tcmchain.chain.handover import HandOver
from tcmchain.chain.reverts import Reverts
from tcmchain.chain.signers import Signer
from tcmchain.errors import Conflict, Invalid, NotFound, NotPermitted, NotSignedIn, TcmChainError
from tcmchain.index import door
from tcmchain.index.tracker import Tracker
from tcmchain.members import api
from tcmchain.members.contract import REVERTS
from tcmchain.practitioners import api as practitioners_api
from tcmchain.practitioners.contract import REVERTS as PRACTITIONERS_REVERTS
from tcmchain.web import session
from tcmchain.web.http import NodeHttp

_STATUS = ((NotFound, 404), (NotSignedIn, 401), (NotPermitted, 403), (Conflict, 409), (Invalid, 422))


def application(union: Consortium, folder: Path, limits: Limits | None = None) -> FastAPI:
    """An application with all doors of both slices."""
    reverts = Reverts({**REVERTS, **PRACTITIONERS_REVERTS})
    hand_over = HandOver(union.clients, reverts)
    app = FastAPI()
    app.state.sessions = session.Sessions(folder / "sessions.db", union.roll.caller_of)
    app.include_router(session.router(app.state.sessions))
    app.include_router(api.router(union.roll, union.motions, union.signing, hand_over))
    app.include_router(practitioners_api.router(union.practitioners, hand_over))
    failures = Failures(union.clients, union.contracts, reverts)
    app.include_router(door.router(Tracker(union.clients, union.index, failures)))

    @app.exception_handler(TcmChainError)
    def tell(_: Request, error: TcmChainError) -> JSONResponse:
        status = next(status for family, status in _STATUS if isinstance(error, family))
        return JSONResponse({"code": error.code, "message": str(error), "details": error.details}, status)

    app.include_router(rpc_door({chain: client.rpc for chain, client in union.clients.items()}, limits=limits))
    return app


def node(app: FastAPI, signer: Signer | None = None) -> NodeHttp:
    """The node as seen by somebody who holds a key."""
    return NodeHttp("http://localhost", signer, transport=httpx.ASGITransport(app))

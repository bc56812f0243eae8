"""A small application with the kit around it: what the tests of the web's edge ask."""

from pathlib import Path

from fastapi import FastAPI, Request
from pydantic import BaseModel, Field
from starlette.testclient import TestClient

from tcmchain.chain.signers import LocalSigner
from tcmchain.errors import Conflict, Invalid, NotFound
from tcmchain.values import Address, MemberId
from tcmchain.web import errors
from tcmchain.web.guard import Guard
from tcmchain.web.pages import TEMPLATES, Pages
from tcmchain.web.sentences import Sentences
from tcmchain.web.session import Sessions, caller, router

ORIGIN = "http://localhost"
GROWER = LocalSigner(b"\x11" * 32)
STRANGER = LocalSigner(b"\x22" * 32)
FARM = MemberId("0x" + "ab" * 32)
LIMIT = 1_000
TABLE_LIMIT = 5_000


class Herb(BaseModel):
    name: str = Field(min_length=1)


class Behind:
    """What the footer tells."""

    embedded = True


class Clock:
    def __init__(self) -> None:
        self.now = 1_760_000_000.0

    def __call__(self) -> float:
        return self.now


def member_of(account: Address) -> tuple[MemberId, str] | None:
    return (FARM, "Grower") if account == GROWER.address else None


def front(home: Path, clock: Clock | None = None) -> FastAPI:
    app = FastAPI()
    sessions = Sessions(home / "private.db", member_of, clock or Clock())
    app.state.sessions = sessions
    errors.install(app, Sentences([TEMPLATES]), Pages({}, lambda: {"behind": Behind()}))
    app.add_middleware(Guard, hosts=("localhost",), peers=("https://peer",), limit=LIMIT, table_limit=TABLE_LIMIT)
    app.include_router(router(sessions))

    @app.post("/api/herbs")
    def keep(herb: Herb) -> str:
        return herb.name

    @app.post("/api/provenance/bulk/harvest")
    async def take_table(request: Request) -> int:
        return len(await request.body())

    @app.get("/api/whoami")
    def whoami(request: Request) -> str | None:
        found = caller(request)
        return found and found.address

    @app.get("/api/trouble/{kind}")
    @app.get("/trouble/{kind}")
    def trouble(kind: str) -> None:
        raise {
            "gone": NotFound(),
            "taken": Conflict(by="<script>"),
            "bug": RuntimeError("secret"),
            "broken": Invalid(text="\ud800人参"),
        }[kind]

    return app


def browser(app: FastAPI) -> TestClient:
    return TestClient(app, base_url=ORIGIN, raise_server_exceptions=False)


def sign_in(client: TestClient, signer: LocalSigner) -> str:
    message = client.get("/api/session/nonce", params={"address": signer.address}).json()["message"]
    answer = client.post("/api/session", json={"message": message, "signature": signer.sign_message(message)})
    token: str = answer.json()["token"]
    return token

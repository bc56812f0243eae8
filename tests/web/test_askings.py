"""Requests that an account signs by itself."""

import base64
import json
import time
from pathlib import Path
from typing import Annotated, Any

import httpx
import pytest
from fastapi import Depends, FastAPI
from starlette.testclient import TestClient
from tests.web.front import GROWER, ORIGIN, STRANGER, Clock, front, sign_in
from tests.web.front import browser as anyone

from tcmchain.chain.signers import LocalSigner
from tcmchain.settings import Settings
from tcmchain.values import Address
from tcmchain.web.askings import (
    HEADER,
    SECONDS,
    Asked,
    Asking,
    AskingAuth,
    Askings,
    AskingUsed,
    asking,
    asking_account,
    sign_asking,
)
from tcmchain.web.nonces import NonceStore

CUSTODIAN = STRANGER.address


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def door(tmp_path: Path, clock: Clock) -> FastAPI:
    app = front(tmp_path, clock)
    app.state.askings = Askings([ORIGIN], NonceStore(tmp_path / "askings.db"), clock)

    @app.post("/api/fragments")
    async def take(who: Annotated[Asking, Depends(asking)]) -> str:
        return who.account

    @app.get("/api/blocks")
    async def give(account: Annotated[Address, Depends(asking_account)]) -> str:
        return account

    return app


def _header(clock: Clock, signer: LocalSigner = GROWER, body: bytes = b"{}", **other: Any) -> str:
    asked = Asked.of(
        other.get("audience", ORIGIN), other.get("method", "POST"), other.get("target", "/api/fragments"), body
    )
    return sign_asking(signer, asked, other.get("at", int(clock.now)))


def _ask(door: FastAPI, header: str, body: bytes = b"{}", path: str = "/api/fragments") -> tuple[int, Any]:
    answer = anyone(door).post(path, content=body, headers={HEADER: header})
    found = answer.json()
    return answer.status_code, found["code"] if isinstance(found, dict) else found


def test_ask__signed_now__is_the_account(door: FastAPI, clock: Clock) -> None:
    assert _ask(door, _header(clock)) == (200, GROWER.address)


def test_ask__text__is_what_other_programs_sign(clock: Clock) -> None:
    content = json.loads(base64.b64decode(_header(clock, body=b"")))
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    text = f"tcmchain asking\n{ORIGIN}\nPOST /api/fragments\n{empty}\n{GROWER.address}\n1760000000\n{content['nonce']}"
    assert content["signature"] == GROWER.sign_message(text)
    assert list(content) == ["account", "at", "nonce", "signature"]


def test_ask__unsigned__is_refused(door: FastAPI) -> None:
    answer = anyone(door).post("/api/fragments", content=b"{}")
    assert (answer.status_code, answer.json()["code"]) == (401, "asking-missing")


def test_ask__twice__counts_once(door: FastAPI, clock: Clock) -> None:
    header = _header(clock)
    assert _ask(door, header)[0] == 200
    assert _ask(door, header) == (401, "asking-used")


def test_ask__twice_over_a_restart__counts_once(tmp_path: Path, clock: Clock) -> None:
    header, asked = _header(clock), Asked.of(ORIGIN, "POST", "/api/fragments", b"{}")
    first = NonceStore(tmp_path / "used.db", durable=True)
    Askings([ORIGIN], first, clock).check(header, asked)
    first.close()
    with pytest.raises(AskingUsed):
        Askings([ORIGIN], NonceStore(tmp_path / "used.db"), clock).check(header, asked)


@pytest.mark.parametrize("seconds", [-SECONDS - 1, SECONDS + 1])
def test_ask__another_time__is_refused(door: FastAPI, clock: Clock, seconds: int) -> None:
    assert _ask(door, _header(clock, at=int(clock.now) + seconds)) == (401, "asking-stale")


@pytest.mark.parametrize("seconds", [-SECONDS, SECONDS])
def test_ask__clock_a_little_off__is_taken_once_until_it_is_stale(door: FastAPI, clock: Clock, seconds: int) -> None:
    header = _header(clock, at=int(clock.now) + seconds)
    assert _ask(door, header)[0] == 200
    for later in range(0, 2 * SECONDS + 2, 40):
        clock.now = 1_760_000_000.0 + later
        assert _ask(door, header)[0] == 401


@pytest.mark.parametrize(
    "other",
    [
        {"audience": "http://elsewhere"},
        {"audience": CUSTODIAN},
        {"method": "PUT"},
        {"target": "/api/receipts"},
        {"target": "/api/fragments?all=1"},
        {"body": b'{"grant":1}'},
    ],
)
def test_ask__signed_for_something_else__is_refused(door: FastAPI, clock: Clock, other: dict[str, Any]) -> None:
    assert _ask(door, _header(clock, **other)) == (401, "asking-for-other")


def test_ask__in_the_name_of_another__is_refused(door: FastAPI, clock: Clock) -> None:
    content = json.loads(base64.b64decode(_header(clock, STRANGER)))
    content["account"] = GROWER.address
    forged = base64.b64encode(json.dumps(content).encode()).decode()
    assert _ask(door, forged) == (401, "asking-for-other")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("account", GROWER.address.lower()),
        ("account", 7),
        ("at", "1760000000"),
        ("at", True),
        ("nonce", "0x12"),
        ("nonce", None),
        ("signature", None),
    ],
)
def test_ask__wrong_field__is_malformed(door: FastAPI, clock: Clock, field: str, value: object) -> None:
    content = json.loads(base64.b64decode(_header(clock))) | {field: value}
    assert _ask(door, base64.b64encode(json.dumps(content).encode()).decode()) == (422, "asking-malformed")


@pytest.mark.parametrize(
    "header", ["", "{}", "bm90", "W10=", "MQ==", "A" * 2000, base64.b64encode(b"[" * 700).decode()]
)
def test_ask__garbage__is_malformed(door: FastAPI, header: str) -> None:
    assert _ask(door, header) == (422, "asking-malformed")


def test_ask__query__is_signed_as_it_stands_on_the_wire(door: FastAPI, clock: Clock) -> None:
    target = "/api/fragments?a=%E4%BA%BA&b=1+2"
    assert _ask(door, _header(clock, target=target), path=target) == (200, GROWER.address)


def test_ask__number_of_another_account__cannot_be_used_up(door: FastAPI, clock: Clock) -> None:
    header = _header(clock)
    nonce = json.loads(base64.b64decode(header))["nonce"]
    text = Asked.of(ORIGIN, "POST", "/api/fragments", b"{}").text(
        Asking(STRANGER.address, int(clock.now), nonce)  # type: ignore[arg-type]
    )
    spoilt = {"account": STRANGER.address, "at": int(clock.now), "nonce": nonce}
    spoilt["signature"] = STRANGER.sign_message(text)
    assert _ask(door, base64.b64encode(json.dumps(spoilt).encode()).decode())[0] == 200
    assert _ask(door, header)[0] == 200


def test_ask__session_or_asking__either_opens(door: FastAPI, clock: Clock) -> None:
    assert anyone(door).get("/api/blocks").status_code == 401
    signed = {HEADER: _header(clock, method="GET", target="/api/blocks", body=b"")}
    assert anyone(door).get("/api/blocks", headers=signed).json() == GROWER.address
    person = anyone(door)
    sign_in(person, STRANGER)
    assert person.get("/api/blocks").json() == STRANGER.address


async def test_sign__client_of_another_program__signs_each_request(door: FastAPI, clock: Clock) -> None:
    clock.now = time.time()
    transport = httpx.ASGITransport(door)
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN, auth=AskingAuth(GROWER, ORIGIN)) as client:
        for _ in range(2):
            answer = await client.post("/api/fragments", params={"name": "人参 a"}, json={"grant": 1})
            assert answer.json() == GROWER.address


@pytest.mark.parametrize("host", ["node.example", "localhost:8000", "127.0.0.1:8000", "clinic.example:8000"])
def test_ask__node_under_any_of_its_names__is_signed_for_that_name(tmp_path: Path, clock: Clock, host: str) -> None:
    settings = Settings(public_url="https://node.example/", allowed_hosts=("clinic.example",))
    scheme = "https" if host == "node.example" else "http"
    assert f"{scheme}://{host}" in settings.origins
    assert settings.origins[0] == "https://node.example"
    app = FastAPI()
    app.state.askings = Askings(settings.origins, NonceStore(tmp_path / "askings.db"), clock)

    @app.get("/who")
    async def who(found: Annotated[Asking, Depends(asking)]) -> str:
        return found.account

    client = TestClient(app, base_url=f"{scheme}://{host}")
    asked = Asked.of(f"{scheme}://{host}", "GET", "/who")
    assert client.get("/who", headers={HEADER: sign_asking(GROWER, asked, int(clock.now))}).json() == GROWER.address

"""Sign-in by EIP-4361 and the sessions that follow."""

import os
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.web.front import FARM, GROWER, STRANGER, Clock, browser, front, sign_in


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(tmp_path: Path, clock: Clock) -> TestClient:
    return browser(front(tmp_path, clock))


def _message(client: TestClient) -> str:
    return str(client.get("/api/session/nonce", params={"address": GROWER.address}).json()["message"])


def _hand_in(client: TestClient, message: str, signature: str) -> tuple[int, str]:
    answer = client.post("/api/session", json={"message": message, "signature": signature})
    return answer.status_code, answer.json().get("code", "")


def test_compose__account__names_host_account_and_nonce(client: TestClient) -> None:
    first, second = _message(client), _message(client)
    lines = first.split("\n")
    assert lines[0] == "localhost wants you to sign in with your Ethereum account:"
    assert lines[1] == GROWER.address
    assert "URI: http://localhost" in lines
    assert first != second


def test_sign_in__operator__is_known_with_its_member(client: TestClient) -> None:
    sign_in(client, GROWER)
    found = client.get("/api/session").json()
    assert found == {"address": GROWER.address, "member": FARM, "kind": "Grower"}


def test_sign_in__stranger__has_no_member(client: TestClient) -> None:
    sign_in(client, STRANGER)
    assert client.get("/api/session").json() == {"address": STRANGER.address, "member": None, "kind": None}


def test_sign_in__cookie__is_out_of_reach_of_scripts_and_other_sites(client: TestClient) -> None:
    message = _message(client)
    answer = client.post("/api/session", json={"message": message, "signature": GROWER.sign_message(message)})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


def test_sign_in__bearer_token__serves_programs(tmp_path: Path) -> None:
    app = front(tmp_path)
    token = sign_in(browser(app), GROWER)
    answer = browser(app).get("/api/whoami", headers={"Authorization": f"Bearer {token}"})
    assert answer.json() == GROWER.address


def test_sign_in__message_used_twice__is_refused(client: TestClient) -> None:
    message = _message(client)
    assert _hand_in(client, message, GROWER.sign_message(message))[0] == 200
    assert _hand_in(client, message, GROWER.sign_message(message)) == (401, "session-stale")


@pytest.mark.parametrize("change", [("localhost", "elsewhere"), ("Version: 1", "Version: 1 "), ("\n", "\r\n")])
def test_sign_in__message_changed__is_refused(client: TestClient, change: tuple[str, str]) -> None:
    message = _message(client).replace(*change)
    assert _hand_in(client, message, GROWER.sign_message(message)) == (401, "session-stale")


def test_sign_in__signed_by_another__is_refused(client: TestClient) -> None:
    message = _message(client)
    assert _hand_in(client, message, STRANGER.sign_message(message)) == (401, "session-signed-by-other")


def test_sign_in__too_late__is_refused(client: TestClient, clock: Clock) -> None:
    message = _message(client)
    clock.now += 601
    assert _hand_in(client, message, GROWER.sign_message(message)) == (401, "session-stale")


def test_sign_in__no_signature__is_refused(client: TestClient) -> None:
    assert _hand_in(client, _message(client), "0x" + "00" * 65)[0] == 422


def test_read_session__day_later__is_over(client: TestClient, clock: Clock) -> None:
    sign_in(client, GROWER)
    clock.now += 13 * 3600
    assert client.get("/api/session").status_code == 401


def test_sign_out__session__ends_for_its_token_too(tmp_path: Path) -> None:
    app = front(tmp_path)
    client = browser(app)
    token = sign_in(client, GROWER)
    assert client.delete("/api/session").status_code == 204
    assert browser(app).get("/api/session", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_keep__sessions__are_the_owners_alone_and_hold_no_token(tmp_path: Path) -> None:
    token = sign_in(browser(front(tmp_path)), GROWER)
    assert os.stat(tmp_path / "private.db").st_mode & 0o077 == 0
    kept = b"".join(file.read_bytes() for file in tmp_path.glob("private.db*"))
    assert token.encode() not in kept


def test_compose__many_messages__only_newest_stand(client: TestClient, clock: Clock) -> None:
    first = _message(client)
    for _ in range(16):
        clock.now += 1
        last = _message(client)
    assert _hand_in(client, first, GROWER.sign_message(first)) == (401, "session-stale")
    assert _hand_in(client, last, GROWER.sign_message(last))[0] == 200

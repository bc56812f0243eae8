"""A node with its doors of EPCIS, and callers signed in as the example's members."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from eth_account.hdaccount import key_from_seed, seed_from_mnemonic
from fastapi.testclient import TestClient
from httpx import Response

from tcmchain.app import create_app
from tcmchain.example import cast
from tcmchain.node import Node
from tcmchain.settings import Settings

_SIGNERS = ("certifier", "factory", "grower", "hospital")
JSON = {"Content-Type": "application/json"}


def service_key(key: str) -> bytes:
    """The published key of an actor's officer."""
    place = [actor.key for actor in cast.ACTORS].index(key)
    return key_from_seed(seed_from_mnemonic(cast.MNEMONIC, ""), f"m/44'/60'/0'/0/{place}")


@contextmanager
def open_door(home: Path, served: tuple[str, ...] = (), **settings: Any) -> Iterator[tuple[Node, TestClient]]:
    """A node whose keystore holds the accounts of some members, and a client that nobody is signed in at."""
    choices = {"epcis_anchor_seconds": 0.3, "epcis_processes": 0, **settings}
    node = Node(Settings(home=home, **choices), cast.genesis())
    for key in served:
        if f"service-{key}" not in node.keystore.names():
            node.keystore.take_in(f"service-{key}", service_key(key))
    with TestClient(create_app(node), base_url="http://localhost") as client:
        assert client.portal is not None
        for key in _SIGNERS:
            client.portal.call(_sign_agreement, node, key)
        yield node, client


async def _sign_agreement(node: Node, key: str) -> None:
    member, signer = cast.member(key), cast.officer(key)
    await node.index.wait("care", (await node.clients["care"].head()).number)
    if node.roll.may_act(node.roll.member(member)):
        return
    signature = signer.sign_typed_data(node.signing.agreement(member))
    for call in node.signing.sign_agreement(member, 1, signature):
        (tx,) = await node.sender.send([call], signer)
        receipt = await node.sender.wait(call.chain, tx)
        await node.index.wait(call.chain, receipt.block)


def signed(client: TestClient, key: str) -> dict[str, str]:
    """Headers of a session that an actor's officer opens."""
    signer = cast.officer(key)
    message = client.get("/api/session/nonce", params={"address": signer.address}).json()["message"]
    body = {"message": message, "signature": signer.sign_message(message)}
    token = client.post("/api/session", json=body).json()["token"]
    client.cookies.clear()
    return {"Authorization": f"Bearer {token}"}


def captured(
    client: TestClient, headers: dict[str, str], document: bytes, behaviour: str = "rollback"
) -> dict[str, Any]:
    """Hand a document in and wait for its job."""
    asked = {**JSON, **headers, "GS1-Capture-Error-Behaviour": behaviour}
    answer = client.post("/epcis/capture", content=document, headers=asked)
    assert answer.status_code == 202, answer.text
    return finished(client, headers, answer.headers["Location"])


def finished(client: TestClient, headers: dict[str, str], place: str) -> dict[str, Any]:
    deadline = time.monotonic() + 30
    while (job := client.get(place, headers=headers).json())["running"]:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    found: dict[str, Any] = job
    return found


def asked(client: TestClient, headers: dict[str, str], **parameters: Any) -> list[dict[str, Any]]:
    """The events that answer a question."""
    return events_of(client.get("/epcis/events", params=parameters, headers=headers))


def events_of(answer: Response) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    return found


def path_of(event_id: str) -> str:
    return f"/epcis/events/{quote(event_id, safe='')}"

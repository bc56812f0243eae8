"""A node with a hospital's desk, and a patient whose device is this process."""

import json
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient
from httpx import Response
from tests.epcis.door import open_door, signed

from tcmchain.chain.calls import Call
from tcmchain.chain.signers import LocalSigner
from tcmchain.consent.contract import grant_id
from tcmchain.consent.model.terms import Opening, Rights, new_salt
from tcmchain.crypto.categories import Category
from tcmchain.crypto.delegation import public_bytes
from tcmchain.crypto.keys import Relation, Vault
from tcmchain.crypto.letters import inbox_of, seal_letter
from tcmchain.example import cast
from tcmchain.node import Node
from tcmchain.patients.model.registered import NewKey, Registration
from tcmchain.records.api.bodies import RECORD_HEADER
from tcmchain.values import UnixTime
from tcmchain.web.askings import HEADER, Asked, sign_asking

WORDS = "legal winner thank year wave sausage worth useful legal winner thank yellow"
ORIGIN = "http://localhost:8000"


@dataclass
class Care:
    """The doors of one node, in which the hospital's service account is kept."""

    node: Node
    client: TestClient

    def run(self, work: Any, *arguments: Any) -> Any:
        assert self.client.portal is not None
        return self.client.portal.call(work, *arguments)

    def take(self, signer: LocalSigner, calls: list[Call]) -> None:
        """Send calls as an account and wait until they are indexed; raises the contract's refusal."""
        self.run(self._take, signer, calls)

    async def _take(self, signer: LocalSigner, calls: list[Call]) -> None:
        for call in calls:
            await self.node.sender.check([call], signer.address)
            (tx,) = await self.node.sender.send([call], signer)
            receipt = await self.node.sender.wait(call.chain, tx)
            await self.node.index.wait(call.chain, receipt.block)

    def register(self, relation: Relation) -> LocalSigner:
        """Register a patient with the first key of every category."""
        signer = LocalSigner(relation.account_key)
        keys = tuple(
            NewKey(relation.label(category), 1, public_bytes(relation.category_key(category, 1)))
            for category in Category
        )
        made = Registration(relation.identity("11010519491231002X"), inbox_of(relation.inbox), keys)
        self.take(signer, self.node.patients.register(signer.address, made))
        return signer

    def grant_append(
        self, relation: Relation, key: str = "hospital", seconds: int = 3600, category: Category = Category.DISEASE
    ) -> dict[str, Any]:
        """Let a member append; answers grant and opening as a letter has them."""
        signer, member = LocalSigner(relation.account_key), cast.member(key)
        desk = self.node.records.desks.desk(member)
        until = UnixTime(int(time.time()) + seconds)
        opening = Opening(
            new_salt(), desk.account, desk.reading, relation.label(category), Rights.APPEND, "建档", until
        )
        grant = opening.grant(signer.address, member)
        calls = self.node.grants._calls
        typed = self.run(calls.typed, grant)
        self.take(signer, [calls.grant(grant, signer.sign_typed_data(typed))])
        return {"grant": grant_id(grant), "opening": opening.as_json()}

    def send_card(self, relation: Relation, grants: list[dict[str, Any]], key: str = "hospital", **more: Any) -> None:
        """Leave the relation card with a member's desk, and have it read."""
        labels = {category.value: {"label": relation.label(category)} for category in Category}
        content = {
            "kind": "relation-card",
            "patient": LocalSigner(relation.account_key).address,
            "labels": labels,
            "vaultKey": b64encode(relation.vault_key).decode(),
            "grants": grants,
            **more,
        }
        desk = self.node.records.desks.desk(cast.member(key))
        self.run(self.node.records.desks.publish)
        head = self.run(self.node.clients["care"].head)
        self.run(self.node.index.wait, "care", head.number)
        self.node.letters.put(desk.account, seal_letter(inbox_of(desk.inbox), json.dumps(content).encode()))
        self.run(self.node.records.desks.collect, UnixTime(int(time.time())))

    def ready(self, number: int = 1) -> Relation:
        """A registered patient whose card the hospital has, with a grant to append."""
        relation = Vault.from_words(WORDS).relation(number)
        self.register(relation)
        self.send_card(relation, [self.grant_append(relation)])
        return relation

    def seal(self, relation: Relation, body: Any, key: str = "hospital", **head: Any) -> Response:
        """Have the hospital's own systems post a clear body."""
        told = {
            "patient": LocalSigner(relation.account_key).address,
            "type": "lab",
            "title": "血常规",
            "happened": "2026-11-20T09:30:00+08:00",
            "categories": ["disease"],
            **head,
        }
        headers = {**signed(self.client, key), RECORD_HEADER: b64encode(json.dumps(told).encode()).decode()}
        return self.client.post("/api/records/seal", content=body, headers=headers)

    def ask(self, signer: LocalSigner, method: str, path: str, body: Any = None, **headers: str) -> Response:
        """Ask a door as an account, by a signed asking; JSON, or bytes as they are."""
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        kind = "application/offset+octet-stream" if isinstance(body, bytes) else "application/json"
        header = sign_asking(signer, Asked.of(ORIGIN, method, path, content))
        sent = {HEADER: header, "Content-Type": kind, **{name.replace("_", "-"): v for name, v in headers.items()}}
        return self.client.request(method, path, content=content, headers=sent)

    def sign_calls(self, signer: LocalSigner, answer: dict[str, Any]) -> None:
        """Sign the calls that a door answered."""
        calls = [
            Call(c["chain"], c["contract"], c["function"], (), c["to"], c["data"], c["gas"]) for c in answer["calls"]
        ]
        self.take(signer, calls)


@contextmanager
def open_care(home: Path, served: tuple[str, ...] = ("hospital",), **settings: Any) -> Iterator[Care]:
    """A node whose keystore holds the service accounts of some members."""
    with open_door(home, served, **settings) as (node, client):
        yield Care(node, client)


def file_path(patient: str, file: str, version: int, part: str) -> str:
    return f"/api/records/{patient}/files/{file}/versions/{version}/{part}"

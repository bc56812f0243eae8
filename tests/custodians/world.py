"""A served node, custodians, a patient with a sealed file, and grantees: everything real but the distance."""

import asyncio
import hashlib
import json
import os
import secrets
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import httpx
from tests.operations.serving import free_port

from tcmchain.chain.calls import Call
from tcmchain.chain.client import ChainClient
from tcmchain.chain.contracts import Contracts
from tcmchain.chain.failures import Failures
from tcmchain.chain.reverts import Reverts
from tcmchain.chain.rpc import HttpRpc
from tcmchain.chain.sender import Sender
from tcmchain.chain.signers import LocalSigner
from tcmchain.consent.contract import REVERTS as CONSENT_REVERTS
from tcmchain.consent.contract import typed_grant
from tcmchain.consent.model.terms import Opening, Rights, new_salt
from tcmchain.crypto.categories import Category
from tcmchain.crypto.delegation import Holder, Reader, Reencryption, public_bytes
from tcmchain.crypto.digest import sha256
from tcmchain.crypto.keys import Relation, Vault
from tcmchain.crypto.letters import inbox_of
from tcmchain.crypto.lock import CategoryKey, Lock, make_lock
from tcmchain.crypto.seal import Place, new_data_key, pad_facts, seal_body, seal_facts
from tcmchain.custodians.client.http import CustodiansClient, signed_headers
from tcmchain.custodians.contract import REVERTS
from tcmchain.example import cast
from tcmchain.records.client.sealing import Draft, Keys, new_file, seal_whole
from tcmchain.records.model.facts import Author, RecordType
from tcmchain.sdk import TcmChain
from tcmchain.values import Address, Hash32, UnixTime
from tcmchain.web.askings import AskingAuth

WORDS = "legal winner thank year wave sausage worth useful legal winner thank yellow"
DAY = 86_400
_GAS = 3_000_000


@dataclass
class Custodian:
    """A custodian's process, which can be killed and started again in its folder."""

    home: Path
    node: str
    port: int
    settings: dict[str, str] = field(default_factory=dict)
    prefix: tuple[str, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    account: str = ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start, and wait until it answers."""
        told = {
            "HOME": str(self.home), "PORT": str(self.port), "PUBLIC_URL": self.url, "NODE": self.node,
            "ANCHOR_SECONDS": "0.5", **self.settings,
        }  # fmt: skip
        self.home.mkdir(parents=True, exist_ok=True)
        with (self.home / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [*self.prefix, sys.executable, "-m", "tcmchain.operating.custodian", "run"],
                env={**os.environ, **{f"TCMCHAIN_CUSTODIAN_{name}": value for name, value in told.items()}},
                stdout=log, stderr=log,
            )  # fmt: skip
        self._wait()
        self.account = self.card()["account"]

    def card(self) -> dict[str, Any]:
        return dict(httpx.get(f"{self.url}/card").raise_for_status().json())

    def kill(self) -> None:
        """As a loss of power, but for the disk."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """Stop in order; answers the exit status."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(15)

    def _wait(self) -> None:
        for _ in range(300):
            assert self.process is not None
            assert self.process.poll() is None, (self.home / "log").read_text()[-2000:]
            try:
                if httpx.get(f"{self.url}/card").status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.05)
        raise AssertionError((self.home / "log").read_text()[-2000:])


@dataclass(frozen=True)
class File:
    """A version of a patient's file as it was sealed."""

    file: Hash32
    version: int
    lock: Lock
    raw: bytes
    body: bytes
    sealed: bytes
    envelope: bytes


@dataclass(frozen=True)
class Grant:
    """A grant on the chain."""

    id: Hash32
    opening: Opening


class World:
    """What tests and measurements do to chain and custodians."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.folder = folder
        self.rpc = HttpRpc(f"{url}/rpc/care")
        self.client = ChainClient("care", self.rpc)
        self.contracts = Contracts()
        self.failures = Failures({"care": self.client}, self.contracts, Reverts({**REVERTS, **CONSENT_REVERTS}))
        self.sender = Sender({"care": self.client}, self.failures)
        self.http = httpx.AsyncClient(timeout=30)
        self.patient: Relation = Vault.from_words(WORDS).relation(1)
        self.signer = LocalSigner(self.patient.account_key)
        self.custodians: list[Custodian] = []
        self.acting: dict[str, TcmChain] = {}

    async def open(self, members: tuple[str, ...], **settings: str) -> Self:
        """Learn the contracts, let members sign, start and enrol a custodian at each, and register the patient."""
        for one in (await self.http.get(f"{self.url}/api/directory")).json():
            if one["chain"] == "care":
                self.contracts.install("care", one["contract"], Address(one["address"]))
        for key in members:
            chain = self.acting[key] = TcmChain(self.url, cast.officer(key))
            await chain.members.sign_agreement()
            custodian = Custodian(self.folder / key, self.url, free_port(), dict(settings))
            await asyncio.to_thread(custodian.start)
            self.custodians.append(custodian)
            card = custodian.card()
            await CustodiansClient(chain.http).enrol(card["account"], card["inbox"], card["url"])
        relation = self.patient
        await self.send("Patients", "register", sha256(b"somebody"), inbox_of(relation.inbox))
        categories = (Category.DISEASE, Category.INSURANCE, Category.EMERGENCY)
        keys = [public_bytes(relation.category_key(category, 1)) for category in categories]
        labels = [relation.label(category) for category in categories]
        await self.send("Patients", "setKeys", relation.account, labels, [1] * len(labels), keys)
        return self

    async def close(self) -> None:
        for custodian in self.custodians:
            await asyncio.to_thread(custodian.stop)
        for chain in self.acting.values():
            await chain.http.close()
        await self.http.aclose()
        await self.rpc.aclose()

    async def send(self, contract: str, function: str, *args: Any, signer: LocalSigner | None = None) -> None:
        """Send a call as the patient, or as somebody else, and wait for its block; raises the contract's refusal."""
        await self.hand_in([self.contracts.call("care", contract, function, *args)], signer or self.signer)

    async def hand_in(self, calls: list[Call], signer: LocalSigner) -> None:
        await self.sender.check(calls, signer.address)
        for tx in await self.sender.send(calls, signer):
            await self.sender.wait("care", tx)

    async def append(
        self, category: Category = Category.DISEASE, body: bytes = b"{}", lock: Lock | None = None, key: bytes = b""
    ) -> File:
        """Seal a file and append it to the folder as the patient."""
        relation, file, data_key = self.patient, Hash32("0x" + secrets.token_hex(32)), key or new_data_key()
        place = Place(relation.account, file, 1)
        if lock is None:
            emergency = {}
            if category is Category.EMERGENCY:
                emergency = {holder.account: holder.inbox for holder in self.holders()}
            public = public_bytes(relation.category_key(category, 1))
            lock = make_lock(
                data_key, 1, [CategoryKey(relation.label(category), 1, public)], (), emergency, place.bound
            )
        raw = lock.write()
        sealed = seal_body(body, data_key, place.body_context)
        padded = pad_facts(json.dumps({"title": "x", "sha256": hashlib.sha256(body).hexdigest()}).encode())
        envelope = b64encode(seal_facts(padded, data_key, place))
        entry = (relation.account, file, 1, sha256(envelope), sha256(raw), sha256(padded))
        await self.send("Records", "append", entry, Hash32("0x" + "00" * 32), Hash32("0x" + "00" * 32))
        return File(file, 1, lock, raw, body, sealed, envelope)

    async def store(self, body: bytes, categories: tuple[Category, ...] = (Category.DISEASE,)) -> Place:
        """Seal a file on the patient's device, upload it through the node's doors and append it."""
        relation = self.patient
        place = Place(relation.account, new_file(), 1)
        keys = tuple(
            CategoryKey(relation.label(one), 1, public_bytes(relation.category_key(one, 1))) for one in categories
        )
        draft = Draft(RecordType.CONDITION, "示例", "2026-11-20T09:00:00+08:00", categories[0], self_supplied=True)
        author = Author(relation.account, None, "示例")
        sealed, sealing = seal_whole(place, draft, author, Keys(keys, len(keys)), body)
        made = sealing.envelope(await self._upload(sealed))
        answer = await self.http.post(
            f"{self.url}/api/records/append",
            json={"envelope": b64encode(made.envelope).decode(), "facts": made.entry.facts},
            auth=AskingAuth(self.signer, self.url),
        )
        call = answer.raise_for_status().json()["calls"][0]
        to, data, gas = Address(call["to"]), call["data"], call["gas"]
        await self.hand_in([Call("care", "Records", "append", (), to, data, gas)], self.signer)
        return place

    async def _upload(self, sealed: bytes) -> str:
        auth = AskingAuth(self.signer, self.url)
        headers = {"Upload-Length": str(len(sealed)), "Tus-Resumable": "1.0.0"}
        opened = await self.http.post(f"{self.url}/api/records/uploads", headers=headers, auth=auth)
        place = self.url + opened.raise_for_status().headers["location"]
        at = 0
        while True:
            piece = sealed[at : at + (512 << 10)]
            moved = {"Upload-Offset": str(at), "content-type": "application/offset+octet-stream"}
            answer = await self.http.patch(place, content=piece, headers=moved, auth=auth)
            at += len(piece)
            if (body := answer.raise_for_status().headers.get("x-tcmchain-body")) is not None:
                return str(body)

    def holders(self) -> list[Holder]:
        """The custodians as those to whom something is sealed."""
        cards = [custodian.card() for custodian in self.custodians]
        return [Holder(Address(card["account"]), bytes.fromhex(card["inbox"][2:])) for card in cards]

    async def grant(
        self, reader: Relation, category: Category = Category.DISEASE, until: int | None = None,
        rights: Rights = Rights.READ, purpose: str = "会诊",
    ) -> Grant:  # fmt: skip
        """Grant a category to a reader."""
        relation, end = self.patient, UnixTime(until or int(time.time()) + 30 * DAY)
        opening = Opening(
            new_salt(), reader.account, public_bytes(reader.reading), relation.label(category), rights, purpose, end
        )
        given = opening.grant(relation.account)
        chain_id = await self.client.chain_id()
        typed = typed_grant(given, chain_id, self.contracts.address("care", "Consent"))
        signature = bytes.fromhex(self.signer.sign_typed_data(typed)[2:])
        values = (given.patient, given.terms, given.writer, given.passer, given.until)
        await self.send("Consent", "grant", values, signature)
        return Grant(Hash32("0x" + typed.struct_hash().hex()), opening)

    def fragments(
        self, grant: Grant, reader: Relation, category: Category = Category.DISEASE
    ) -> dict[str, dict[str, Any]]:
        """What the patient's device hands to each custodian, by the custodian's account."""
        delegation = Reencryption.of_patient(self.patient.fragment_signer, self.holders())
        secret = self.patient.category_key(category, 1)
        whom = Reader(reader.account, inbox_of(reader.inbox), public_bytes(reader.reading))
        handed = delegation.delegate(secret.to_be_bytes(), whom)
        return {
            one.holder: {
                "grant": grant.id,
                "opening": grant.opening.as_json(),
                "epoch": 1,
                "sealed": b64encode(one.sealed).decode(),
                "verifyingKey": "0x" + delegation.verifying.hex(),
                "delegatingKey": "0x" + public_bytes(secret).hex(),
            }
            for one in handed
        }

    async def delegate(self, grant: Grant, reader: Relation, category: Category = Category.DISEASE) -> None:
        """Hand the fragments of a grant to all custodians."""
        for account, body in self.fragments(grant, reader, category).items():
            answer = await self.ask(self.of(account), self.signer, "POST", "/fragments", body)
            assert answer.status_code == 204, answer.text

    def of(self, account: str) -> Custodian:
        return next(one for one in self.custodians if one.account == account)

    async def ask(
        self, custodian: Custodian, signer: LocalSigner, method: str, target: str, body: Any = None, audience: str = ""
    ) -> httpx.Response:
        """Ask a custodian, signed for it or for another ``audience``."""
        raw = b"" if body is None else json.dumps(body).encode()
        headers = signed_headers(signer, audience or custodian.account, method, target, raw)
        return await self.http.request(method, custodian.url + target, content=raw, headers=headers)

    async def reencrypt(
        self, custodian: Custodian, reader: Relation, grant: Grant, file: File, **changed: Any
    ) -> httpx.Response:
        """Ask a custodian for a re-encryption as a reader."""
        body = {**wish(grant, file), **changed}
        return await self.ask(custodian, LocalSigner(reader.account_key), "POST", "/reencryptions", body)


def wish(grant: Grant, file: File) -> dict[str, Any]:
    """The body of an asking."""
    lock = b64encode(file.raw).decode()
    opening = grant.opening.as_json()
    return {"grant": grant.id, "opening": opening, "file": file.file, "version": file.version, "lock": lock}


def reader(number: int) -> Relation:
    """Somebody who reads."""
    return Vault.from_words(cast.MNEMONIC).relation(1000 + number)


@asynccontextmanager
async def world_at(url: str, folder: Path, members: tuple[str, ...], **settings: str) -> AsyncIterator[World]:
    """A world at a node, closed at the end."""
    world = World(url, folder)
    try:
        yield await world.open(members, **settings)
    finally:
        await world.close()

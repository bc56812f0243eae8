"""A running node and the people at its doors, each with an own device."""

import asyncio
import socket
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar

import httpx
import uvicorn
from fastapi import FastAPI
from tests.running import RunningNode

from tcmchain.app import create_app
from tcmchain.chain.signers import LocalSigner
from tcmchain.consent.client import ConsentClient
from tcmchain.crypto.keys import Relation, Vault
from tcmchain.example import cast
from tcmchain.members.client import MembersClient
from tcmchain.patients.service.device import Device
from tcmchain.practitioners.client import PractitionersClient
from tcmchain.values import Hash32, UnixTime
from tcmchain.web.askings import Askings
from tcmchain.web.http import NodeHttp
from tcmchain.web.nonces import NonceStore

T = TypeVar("T")
URL = "http://localhost:8000"

PATIENT_WORDS = "legal winner thank year wave sausage worth useful legal winner thank yellow"
"""Published by BIP-39 as an example; guards nothing."""
HOLDER_WORDS = (
    "letter advice cage absurd amount doctor acoustic avoid letter advice cage above",
    "zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo wrong",
    "jelly better achieve collect unaware mountain thought cargo oxygen act hood bridge",
    "ozone drill grab fiber curtain grace pudding thank cruise elder eight picnic",
    "cat swing flag economy stadium alone churn speed unique patch report train",
)
"""Published test vectors too: practitioners, guardians, family."""
YEAR = 365 * 86_400


@dataclass
class World:
    """A node's doors, asked without a network."""

    running: RunningNode
    app: FastAPI = field(init=False)
    relations: int = 0

    def __post_init__(self) -> None:
        self.app = create_app(self.running.node)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Wait for work on the node's loop."""
        return self.running.run(work)

    def http(self, signer: LocalSigner | None = None) -> NodeHttp:
        return NodeHttp(URL, signer, transport=httpx.ASGITransport(self.app))

    def device(self, relation: Relation) -> Device:
        return Device(relation, self.http(LocalSigner(relation.account_key)))

    def fresh(self, words: str = PATIENT_WORDS) -> Device:
        """A device of a relation that nobody used yet."""
        self.relations += 1
        return self.device(Vault.from_words(words).relation(self.relations))

    def patient(self, words: str = PATIENT_WORDS) -> Device:
        """A registered patient."""
        device = self.fresh(words)
        self.run(device.register("110101199003078515"))
        return device

    def reader(self, words: str = HOLDER_WORDS[0]) -> Device:
        """A device whose account published its keys."""
        device = self.fresh(words)
        self.run(device.publish())
        return device

    def practitioner(self, member: str, number: str) -> Device:
        """A reader with a physician's licence in force, who acts for a member."""
        device = self.reader()
        self.run(self._license(device, member, number))
        return device

    def consent(self, device: Device) -> ConsentClient:
        return ConsentClient(device.http)

    def officer(self, member: str) -> NodeHttp:
        return self.http(cast.officer(member))

    @contextmanager
    def served(self, folder: Path) -> Iterator[str]:
        """The same doors over a socket, for commands."""
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        before, self.app.state.askings = self.app.state.askings, Askings([url], NonceStore(folder / "askings.db"))
        try:
            with self.serving(self.app, port, "off"):
                yield url
        finally:
            self.app.state.askings = before

    @contextmanager
    def serving(self, app: FastAPI, port: int, lifespan: Literal["on", "off"] = "on") -> Iterator[None]:
        """An application on a port of this machine, on the node's loop."""
        config = uvicorn.Config(app, "127.0.0.1", port, lifespan=lifespan, log_level="warning")
        server = uvicorn.Server(config)
        serving = asyncio.run_coroutine_threadsafe(server.serve(), self.running._loop)
        while not server.started:
            assert not serving.done()
            time.sleep(0.02)
        try:
            yield
        finally:
            server.should_exit = True
            serving.result(20)

    async def _license(self, device: Device, member: str, number: str) -> None:
        now, digest = UnixTime(await self.now() - 60), Hash32("0x" + "11" * 32)
        licences = PractitionersClient(self.officer("certifier"))
        await licences.issue(number, device.account, "physician", now, UnixTime(now + YEAR), digest)
        await MembersClient(self.officer(member)).appoint(device.account)

    async def now(self) -> int:
        """The moment of the newest block."""
        return (await self.running.node.clients["care"].head()).timestamp


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])

"""The composition root of a custodian: a process of its own at a member."""

import asyncio
import logging
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
import orjson
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from fastapi import FastAPI

from tcmchain import RELEASE
from tcmchain.chain.abi import checksum
from tcmchain.chain.client import ChainClient
from tcmchain.chain.contracts import Contracts
from tcmchain.chain.failures import Failures
from tcmchain.chain.grouped import GroupedRpc
from tcmchain.chain.keystore import open_keystore
from tcmchain.chain.reverts import Reverts
from tcmchain.chain.rpc import ChainSilent
from tcmchain.chain.sender import Sender
from tcmchain.custodians.api.bodies import CardView
from tcmchain.custodians.api.own import router
from tcmchain.custodians.contract import REVERTS, CustodiansCalls
from tcmchain.custodians.model.receipts import Decision, Receipt, Signed
from tcmchain.custodians.model.signing import receipt_digest
from tcmchain.custodians.readmodel.journal import Journal
from tcmchain.custodians.service.anchoring import Anchoring
from tcmchain.custodians.service.custody import Custody
from tcmchain.custodians.service.opened import Secret
from tcmchain.custodians.service.questions import Questions
from tcmchain.errors import TcmChainError
from tcmchain.settings import CustodianSettings
from tcmchain.values import Address, ChainName
from tcmchain.web import errors
from tcmchain.web.askings import Askings
from tcmchain.web.guard import Guard
from tcmchain.web.metrics import Metrics
from tcmchain.web.pages import TEMPLATES, Pages
from tcmchain.web.sentences import Sentences
from tcmchain.web.watch import Streams, Watch

_PACKAGE: Final = Path(__file__).parent
_ACCOUNT: Final = "custodian"
_INBOX: Final = "inbox"
_LARGEST: Final = 128 << 10
_EVERY: Final = 60.0
_CARE: Final[ChainName] = "care"

_log = logging.getLogger(__name__)


class CustodianNode:
    """One custodian. Built at once, started and stopped by its application's lifespan."""

    def __init__(self, settings: CustodianSettings) -> None:
        self.settings = settings
        self.home = settings.home.resolve()
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        passphrase = settings.keystore_passphrase
        keystore = open_keystore(self.home, None if passphrase is None else passphrase.get_secret_value())
        self._signer = keystore.ensure(_ACCOUNT)
        if _INBOX not in keystore.names():
            keystore.take_in(_INBOX, secrets.token_bytes(32))
        self.secret = Secret(self._signer.address, X25519PrivateKey.from_private_bytes(keystore.secret(_INBOX)))
        self._directory = self.home / "directory.json"
        self.contracts = Contracts(self._known_contracts())
        self._rpc = GroupedRpc(f"{settings.node.rstrip('/')}/rpc/{_CARE}")
        self._client = ChainClient(_CARE, self._rpc)
        self.questions = Questions(self._client, self.contracts)
        self.chain_id = 0
        self.journal = Journal(self.home / "custodian.db", self.secret.account, self._sign)
        failures = Failures({_CARE: self._client}, self.contracts, Reverts(REVERTS))
        sender = Sender({_CARE: self._client}, failures)
        calls = CustodiansCalls(self.contracts)
        self.anchoring = Anchoring(calls, self.questions, self.journal, sender, self._signer, settings.anchor_seconds)
        self.custody = Custody(self.secret, self.journal, self.questions, self.anchoring)
        self._upkeep: asyncio.Task[None] | None = None

    @property
    def card(self) -> CardView:
        """Who this custodian is."""
        return CardView(
            account=self.secret.account,
            inbox="0x" + self.secret.public.hex(),
            url=self.settings.url,
            chainId=self.chain_id,
            contract=self.contracts.address(_CARE, "Custodians"),
        )

    async def start(self) -> None:
        """Begin to anchor and to look after things; raises ``ChainSilent`` at the first start without a chain."""
        if not self._directory.exists():
            await self._follow_directory()
        await self._know_chain()
        await self.anchoring.start()
        self._upkeep = asyncio.create_task(self._look_after(), name="custodian-upkeep")

    async def stop(self) -> None:
        """Stop anchoring and close; what is not anchored is at the next start."""
        await self.anchoring.stop()
        if self._upkeep is not None:
            self._upkeep.cancel()
            with suppress(asyncio.CancelledError):
                await self._upkeep
        await self._rpc.aclose()
        await asyncio.to_thread(self.journal.close)

    async def health(self) -> dict[str, Any]:
        """Whether the chain answers, whether the custodian is enrolled, and how much it keeps."""
        fragments, receipts = await asyncio.to_thread(self.journal.counts)
        state: dict[str, Any] = {"account": self.secret.account, "fragments": fragments, "receipts": receipts}
        try:
            head = await self.questions.head()
            member = await self.questions.member_of(self.secret.account)
        except TcmChainError as error:
            return {"ok": False, **state, "block": None, "member": None, "trouble": error.code}
        return {"ok": member is not None, **state, "block": head.number, "member": member, "trouble": None}

    def _sign(self, number: int, decision: Decision) -> Signed:
        receipt = Receipt(self.secret.account, number, decision)
        digest = receipt_digest(receipt, self.chain_id, self.contracts.address(_CARE, "Custodians"))
        return Signed(receipt, digest, self._signer.sign_digest(digest))

    def _known_contracts(self) -> dict[tuple[ChainName, str], Address]:
        if not self._directory.exists():
            return {}
        return {(_CARE, name): Address(found) for name, found in orjson.loads(self._directory.read_bytes()).items()}

    async def _know_chain(self) -> None:
        # Receipts are signed for one chain for good, so its number is asked once and kept.
        kept = self.home / "chain-id"
        if not kept.exists():
            kept.write_text(str(await self._client.chain_id()))
        self.chain_id = int(kept.read_text())

    async def _look_after(self) -> None:
        while True:
            try:
                await self._follow_directory()
                await self.journal.drop_expired(int(time.time()))
            except TcmChainError as error:
                _log.warning("upkeep waits: %s", error)
            except OSError as error:
                # A full disk passes.
                _log.warning("upkeep waits: %s", type(error).__name__)
            await asyncio.sleep(_EVERY)

    async def _follow_directory(self) -> None:
        """Take over where the contracts stand now; raises ``ChainSilent`` when the member's node does not answer."""
        url = f"{self.settings.node.rstrip('/')}/api/directory"
        try:
            async with httpx.AsyncClient(timeout=5) as http:
                found = (await http.get(url)).raise_for_status().json()
            addresses = {one["contract"]: checksum(one["address"]) for one in found if one["chain"] == _CARE}
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            raise ChainSilent(f"{url} does not answer", url=url) from error
        for name, address in addresses.items():
            self.contracts.install(_CARE, name, address)
        draft = self._directory.with_suffix(".draft")
        draft.write_bytes(orjson.dumps(addresses))
        draft.replace(self._directory)


def create_custodian_app(node: CustodianNode) -> FastAPI:
    """The doors of a custodian, whose lifespan starts and stops it."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await node.start()
        try:
            yield
        finally:
            await node.stop()

    app = FastAPI(
        title="中医链世界托管节点 TCM Chain custodian",
        version=RELEASE,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    app.state.askings = Askings([node.secret.account], node.journal)
    folders = (TEMPLATES, *(_PACKAGE / name / "templates" for name in ("custodians", "crypto")))
    errors.install(app, Sentences(folders), Pages({}))
    public = urlsplit(node.settings.url).hostname or ""
    app.add_middleware(Guard, hosts=("localhost", "127.0.0.1", "::1", node.settings.host, public), limit=_LARGEST)
    app.state.streams = Streams()
    app.add_middleware(Watch, metrics=Metrics(), streams=app.state.streams)
    app.include_router(router(node.custody, lambda: node.card, node.health, node.settings.rate))
    return app

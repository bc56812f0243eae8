"""Blocks in Kubo, over its RPC, in a swarm of the members' own; copies at further Kubos.

A block is acknowledged when the node's own Kubo has it pinned. What a Kubo with copies missed while it was down is
noted on disk and made up for later.
"""

import asyncio
import contextlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import httpx

from tcmchain.errors import TcmChainError
from tcmchain.ipfs.cid import Codec, check_block, raw_cid, read_cid
from tcmchain.ipfs.errors import (
    BlockErased,
    BlockMissing,
    BlockTooLarge,
    BlockWrong,
    KuboRefused,
    KuboUnavailable,
    SwarmPublic,
)
from tcmchain.ipfs.store import BLOCK_LIMIT, Status
from tcmchain.ipfs.tombstones import Tombstones
from tcmchain.values import Cid

_API: Final = "/api/v0"
_SECONDS: Final = 30
_CATCH_UP_SECONDS: Final = 30
_LOOK_SECONDS: Final = "5s"
_CODECS: Final[Mapping[Codec, str]] = {Codec.RAW: "raw", Codec.DAG_PB: "dag-pb"}
_NOT_FOUND: Final = ("not found", "could not find", "not pinned", "deadline exceeded", "timeout")


class Kubo:
    """The RPC of one Kubo; ``token`` is sent as a bearer token."""

    def __init__(self, url: str, token: str | None = None, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self.url = url.rstrip("/")
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        self._http = httpx.AsyncClient(base_url=self.url, timeout=_SECONDS, headers=headers, transport=transport)

    async def put(self, cid: Cid, block: bytes) -> None:
        """Keep a block and pin it; raises :class:`KuboRefused` when Kubo gives it another CID."""
        codec = _CODECS[read_cid(cid).codec]
        answer = await self._ask(
            "block/put", files={"file": block}, mhtype="sha2-256", pin="true", **{"cid-codec": codec}
        )
        if answer.json().get("Key") != cid:
            raise KuboRefused(url=self.url, reason=f"CID {answer.json().get('Key')}")

    async def get(self, cid: Cid, offline: bool = False) -> bytes:
        """A block, of its own or through the swarm, held against its CID; raises ``BlockMissing``, ``BlockWrong``."""
        more = {"offline": "true"} if offline else {"timeout": _LOOK_SECONDS}
        block = (await self._find("block/get", cid, **more)).content
        check_block(cid, block)
        return block

    async def has(self, cid: Cid) -> bool:
        """Whether the block is in this Kubo's own store."""
        try:
            await self._find("block/stat", cid, offline="true")
        except BlockMissing:
            return False
        return True

    async def delete(self, cid: Cid) -> None:
        """Unpin a block and take it out of the store."""
        with contextlib.suppress(BlockMissing):
            await self._find("pin/rm", cid, recursive="true")
        told = (await self._ask("block/rm", arg=cid, force="true")).text
        # Kubo answers 200 and names in the body what it would not take out.
        for line in filter(None, told.splitlines()):
            if reason := json.loads(line).get("Error"):
                raise KuboRefused(url=self.url, reason=str(reason)[:300])

    async def check_private(self) -> None:
        """Make sure that it would not speak to strangers; raises :class:`SwarmPublic`.

        No bootstrap peer may be set, no automatic configuration be on and no public routing be used. The swarm key
        itself is not told over the RPC; Kubo started with ``LIBP2P_FORCE_PNET=1`` refuses to run without one.
        """
        config = (await self._ask("config/show")).json()
        if config.get("Bootstrap"):
            raise SwarmPublic(url=self.url, reason="Bootstrap")
        if config.get("AutoConf", {}).get("Enabled", True):
            raise SwarmPublic(url=self.url, reason="AutoConf.Enabled")
        if config.get("Routing", {}).get("Type") != "none":
            raise SwarmPublic(url=self.url, reason="Routing.Type")

    async def version(self) -> str:
        """Kubo's version."""
        return str((await self._ask("version")).json()["Version"])

    async def close(self) -> None:
        """Give the connections back."""
        await self._http.aclose()

    async def _find(self, command: str, cid: Cid, **params: str) -> httpx.Response:
        try:
            return await self._ask(command, arg=cid, **params)
        except KuboRefused as error:
            reason = str(error.details["reason"]).lower()
            if any(word in reason for word in _NOT_FOUND):
                raise BlockMissing(cid=cid, asked=1) from error
            raise

    async def _ask(self, command: str, files: Any = None, **params: str) -> httpx.Response:
        try:
            answer = await self._http.post(f"{_API}/{command}", params=params, files=files)
        except httpx.HTTPError as error:
            raise KuboUnavailable(str(error), url=self.url) from error
        if answer.is_error:
            raise KuboRefused(url=self.url, reason=_reason(answer))
        return answer


class KuboBlocks:
    """A node's own Kubo, with copies at others. ``folder`` keeps what was erased and which copies are still to do."""

    def __init__(self, own: Kubo, copies: Sequence[Kubo], folder: Path) -> None:
        self._own = own
        self._copies = tuple(copies)
        self._erased = Tombstones(folder / "erased")
        # The same kind of notes as for what is erased: a block's name for each Kubo that missed it.
        self._missed = {kubo: Tombstones(folder / "missed" / _folder(kubo.url)) for kubo in self._copies}
        self._catching_up: asyncio.Task[None] | None = None

    async def put(self, block: bytes, cid: Cid | None = None) -> Cid:
        """Keep a block and its copies; raises ``BlockTooLarge``, ``KuboUnavailable`` and ``KuboRefused``."""
        if len(block) > BLOCK_LIMIT:
            raise BlockTooLarge(limit=BLOCK_LIMIT)
        name = raw_cid(block) if cid is None else cid
        await self._own.put(name, block)
        self._erased.lift(name)
        for copy in self._copies:
            await self._copy(copy, name, block)
        return name

    async def get(self, cid: Cid) -> bytes:
        """A block from the own Kubo, else from one with copies; raises ``BlockMissing`` and ``BlockErased``."""
        if self._erased.stands(cid):
            raise BlockErased(cid=cid)
        for kubo in (self._own, *self._copies):
            try:
                block = await kubo.get(cid, offline=kubo is not self._own)
            except (BlockMissing, BlockWrong, KuboUnavailable, KuboRefused):
                continue
            if kubo is not self._own:
                await self._heal(cid, block)
            return block
        raise BlockMissing(cid=cid, asked=1 + len(self._copies))

    async def has(self, cid: Cid) -> bool:
        """Whether the own Kubo has the block in its store."""
        return await self._own.has(cid)

    def erased(self, cid: Cid) -> bool:
        """Whether the block was erased here."""
        return self._erased.stands(cid)

    async def delete(self, cid: Cid) -> None:
        """Erase a block here and at the copies, those that are down when they are back."""
        self._erased.set(cid)
        await self._own.delete(cid)
        for copy in self._copies:
            await self._copy(copy, cid, None)

    async def catch_up(self) -> int:
        """Make up for what the copies missed; answers how much is still to do."""
        left = 0
        for copy, missed in self._missed.items():
            for cid in missed:
                try:
                    block = None if self._erased.stands(cid) else await self._own.get(cid, offline=True)
                except (BlockMissing, BlockWrong):
                    left += 1
                    continue
                left += not await self._copy(copy, cid, block)
        return left

    def status(self) -> Status:
        """How many blocks each Kubo with copies still misses, by its address."""
        return Status("kubo", missed={kubo.url: len(list(notes)) for kubo, notes in self._missed.items()})

    async def start(self) -> None:
        """Make sure that no Kubo behind this node would speak to strangers, and catch up from time to time.

        Raises ``SwarmPublic`` and ``KuboUnavailable``.
        """
        await self._own.check_private()
        for copy in self._copies:
            with contextlib.suppress(KuboUnavailable):
                await copy.check_private()
        if self._copies:
            self._catching_up = asyncio.create_task(self._keep_up())

    async def _keep_up(self) -> None:
        while True:
            with contextlib.suppress(TcmChainError):
                await self.catch_up()
            await asyncio.sleep(_CATCH_UP_SECONDS)

    async def close(self) -> None:
        """Give the connections back."""
        if self._catching_up is not None:
            self._catching_up.cancel()
            await asyncio.gather(self._catching_up, return_exceptions=True)
        for kubo in (self._own, *self._copies):
            await kubo.close()

    async def _copy(self, kubo: Kubo, cid: Cid, block: bytes | None) -> bool:
        """Put a block, or take it out when there is none; what fails is noted."""
        notes = self._missed[kubo]
        try:
            await (kubo.delete(cid) if block is None else kubo.put(cid, block))
        except (KuboUnavailable, KuboRefused):
            notes.set(cid)
            return False
        notes.lift(cid)
        return True

    async def _heal(self, cid: Cid, block: bytes) -> None:
        try:
            await self._own.put(cid, block)
        except TcmChainError:
            # It is read all the same; the next reader tries again.
            return


def _reason(answer: httpx.Response) -> str:
    try:
        found = answer.json()
    except ValueError:
        found = {}
    return str(found.get("Message") or answer.text or answer.status_code)[:300]


def _folder(url: str) -> str:
    return "".join(character if character.isalnum() else "-" for character in url)

"""The door's WebSocket: the same questions, and new blocks and logs as they come."""

import asyncio
import contextlib
import logging
import secrets
from collections.abc import AsyncIterator, Mapping
from typing import Any, Final, Protocol, runtime_checkable

import orjson
from starlette.websockets import WebSocket, WebSocketDisconnect

from tcmchain.chain.door.answering import Answer, Answering, Caller, Question, error, failure, parse
from tcmchain.chain.rpc import INVALID_PARAMS, LIMIT_EXCEEDED, Rpc, RpcError
from tcmchain.errors import TcmChainError, Unavailable

SERVICE_RESTART: Final = 1012
TOO_BIG: Final = 1009
_LOG: Final = logging.getLogger(__name__)
_IN_FLIGHT: Final = 64
_POLL_SECONDS: Final = 1.0


@runtime_checkable
class TellsHeads(Protocol):
    """A chain that tells of new blocks by itself."""

    def subscribe(self) -> AsyncIterator[Mapping[str, Any]]: ...


def follow(rpc: Rpc) -> AsyncIterator[Mapping[str, Any]]:
    """Headers of a chain's new blocks, asked for every second when it does not tell of them."""
    return rpc.subscribe() if isinstance(rpc, TellsHeads) else _poll(rpc)


async def _poll(rpc: Rpc) -> AsyncIterator[Mapping[str, Any]]:
    known = int(await rpc.request("eth_blockNumber", []), 16)
    while True:
        await asyncio.sleep(_POLL_SECONDS)
        with contextlib.suppress(Unavailable):
            newest = int(await rpc.request("eth_blockNumber", []), 16)
            while known < newest:
                header = await rpc.request("eth_getBlockByNumber", [hex(known + 1), False])
                if header is None:
                    break
                yield header
                known += 1


class Socket:
    """One WebSocket connection."""

    def __init__(self, websocket: WebSocket, rpc: Rpc, caller: Caller, answering: Answering) -> None:
        self._websocket = websocket
        self._rpc = rpc
        self._caller = caller
        self._answering = answering
        self._subscriptions: dict[str, asyncio.Task[None]] = {}
        self._answers: set[asyncio.Task[None]] = set()
        self._room = asyncio.Semaphore(_IN_FLIGHT)

    async def run(self) -> None:
        """Answer until the other side, or the chain, goes away."""
        try:
            while (body := await self._next()) is not None:
                if len(body) > self._answering.limits.body:
                    await self._websocket.close(TOO_BIG, "the message is too large")
                    return
                await self._room.acquire()
                task = asyncio.create_task(self._answer(body))
                self._answers.add(task)
                task.add_done_callback(self._answered)
        finally:
            for task in [*self._answers, *self._subscriptions.values()]:
                task.cancel()

    async def _next(self) -> bytes | None:
        """The next message, which tools send as text or as bytes; ``None`` when the other side is gone."""
        message = await self._websocket.receive()
        if message["type"] == "websocket.disconnect":
            return None
        text: str | None = message.get("text")
        return message.get("bytes") or b"" if text is None else text.encode()

    def _answered(self, task: "asyncio.Task[None]") -> None:
        self._answers.discard(task)
        if not task.cancelled() and isinstance(failed := task.exception(), Exception):
            _LOG.debug("an answer found nobody to hear it: %s", failed)
        self._room.release()

    async def _answer(self, body: bytes) -> None:
        asked = parse(body, self._answering.limits)
        try:
            self._answering.quotas.ask(self._caller.address, len(asked) if isinstance(asked, list) else 1)
        except TcmChainError as refused:
            identity = asked.id if isinstance(asked, Question) else None
            await self._send(failure(identity, refused))
            return
        if isinstance(asked, list):
            await self._send(await self._answering.batch(self._rpc, self._caller, asked))
        elif isinstance(asked, Question):
            await self._one(asked)
        else:
            await self._send(asked)

    async def _one(self, asked: Question) -> None:
        if asked.method == "eth_subscribe":
            await self._subscribe(asked)
        elif asked.method == "eth_unsubscribe":
            task = self._subscriptions.pop(str(asked.params[0]) if asked.params else "", None)
            if task is not None:
                task.cancel()
            await self._send({"jsonrpc": "2.0", "id": asked.id, "result": task is not None})
        else:
            await self._send(await self._answering.answer(self._rpc, self._caller, asked))

    async def _subscribe(self, asked: Question) -> None:
        kind = asked.params[0] if asked.params else None
        wanted = asked.params[1] if len(asked.params) > 1 else {}
        if kind not in ("newHeads", "logs") or not isinstance(wanted, Mapping):
            await self._send(error(asked.id, INVALID_PARAMS, "only newHeads and logs can be subscribed to"))
            return
        if len(self._subscriptions) >= self._answering.limits.subscriptions:
            most = self._answering.limits.subscriptions
            await self._send(error(asked.id, LIMIT_EXCEEDED, f"at most {most} subscriptions a connection"))
            return
        identity = "0x" + secrets.token_hex(16)
        heads = follow(self._rpc)
        await self._send({"jsonrpc": "2.0", "id": asked.id, "result": identity})
        self._subscriptions[identity] = asyncio.create_task(
            self._tell(identity, heads, None if kind == "newHeads" else wanted)
        )

    async def _tell(
        self, identity: str, heads: AsyncIterator[Mapping[str, Any]], wanted: Mapping[str, Any] | None
    ) -> None:
        with contextlib.suppress(WebSocketDisconnect, RuntimeError, Unavailable, RpcError):
            async for header in heads:
                for told in [header] if wanted is None else await self._logs(header, wanted):
                    params = {"subscription": identity, "result": told}
                    await self._send({"jsonrpc": "2.0", "method": "eth_subscription", "params": params})
        # A chain that stopped, or a listener too slow: closed, so that the other side subscribes anew.
        with contextlib.suppress(RuntimeError):
            await self._websocket.close(SERVICE_RESTART, "the chain stopped telling; connect again")

    async def _logs(self, header: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[Any]:
        asked = {name: wanted[name] for name in ("address", "topics") if name in wanted}
        found: list[Any] = await self._rpc.request("eth_getLogs", [{**asked, "blockHash": header["hash"]}])
        return found

    async def _send(self, answer: "Answer | list[Answer]") -> None:
        await self._websocket.send_text(orjson.dumps(answer).decode())

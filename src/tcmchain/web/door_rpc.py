"""A node's door ``/rpc/<chain>`` as the one question every chain answers."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final

import orjson

from tcmchain.chain.rpc import RpcError
from tcmchain.errors import TcmChainError, TooMany, Unavailable
from tcmchain.values import ChainName

Post = Callable[[str, bytes], Awaitable[Any]]
"""Sends JSON to a path and answers the JSON that came back, whatever its status."""

_SEND: Final = "eth_sendRawTransaction"
_MOST_IN_BATCH: Final = 64
_MOST_BYTES: Final = 900_000
_PATIENCE: Final = 300.0
_WAIT: Final = 1.0


class DoorBusy(TooMany):
    """The node's door went on refusing, as too much was asked of it: ``chain``."""

    code = "door-busy"


class DoorAnswers(Unavailable):
    """The node's door answered something that is not JSON-RPC: ``chain``."""

    code = "door-answers"


class DoorRpc:
    """Transactions made at one time go in one batch, which keeps their order; a busy door is asked again later."""

    def __init__(self, chain: ChainName, post: Post) -> None:
        self._chain = chain
        self._post = post
        self._waiting: deque[tuple[dict[str, Any], asyncio.Future[Any]]] = deque()
        self._sending: asyncio.Task[None] | None = None

    async def request(self, method: str, params: Sequence[Any]) -> Any:
        """Ask one question."""
        asked = {"jsonrpc": "2.0", "id": 1, "method": method, "params": list(params)}
        if method == _SEND:
            return await self._queue(asked)
        waited = 0.0
        while True:
            answer = await self._ask(orjson.dumps(asked))
            pause = _pause(answer)
            if pause is None:
                return self._result(answer)
            waited = await self._rest(pause, waited)

    async def _queue(self, asked: dict[str, Any]) -> Any:
        answered: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.append((asked, answered))
        if self._sending is None or self._sending.done():
            self._sending = asyncio.create_task(self._send_all())
        return await answered

    async def _send_all(self) -> None:
        waited = 0.0
        while self._waiting:
            part = self._next_part()
            try:
                pause = await self._send_part(part)
                waited = 0.0 if pause is None else await self._rest(pause, waited)
            except TcmChainError as error:
                # Whoever waits for an answer gets the trouble in its place.
                for _, answered in [*part, *self._waiting]:
                    if not answered.done():
                        answered.set_exception(error)
                self._waiting.clear()

    def _next_part(self) -> list[tuple[dict[str, Any], asyncio.Future[Any]]]:
        part: list[tuple[dict[str, Any], asyncio.Future[Any]]] = []
        size = 0
        while self._waiting and len(part) < _MOST_IN_BATCH:
            size += len(self._waiting[0][0]["params"][0]) + 100
            if part and size > _MOST_BYTES:
                break
            part.append(self._waiting.popleft())
        return part

    async def _send_part(self, part: Sequence[tuple[dict[str, Any], asyncio.Future[Any]]]) -> float | None:
        """Send a batch and tell its answers; seconds to wait when the door took only some of it."""
        answers = await self._ask(orjson.dumps([{**asked, "id": i} for i, (asked, _) in enumerate(part)]))
        told = answers if isinstance(answers, list) else [answers] * len(part)
        for place, ((_, answered), answer) in enumerate(zip(part, told, strict=True)):
            pause = _pause(answer)
            if pause is not None:
                self._waiting.extendleft(reversed(part[place:]))
                return pause
            if answered.done():
                continue
            try:
                answered.set_result(self._result(answer))
            except (RpcError, DoorAnswers) as error:
                answered.set_exception(error)
        return None

    async def _rest(self, pause: float, waited: float) -> float:
        if waited + pause > _PATIENCE:
            raise DoorBusy(chain=self._chain)
        await asyncio.sleep(pause)
        return waited + pause

    async def _ask(self, body: bytes) -> Any:
        return await self._post(f"/rpc/{self._chain}", body)

    def _result(self, answer: Any) -> Any:
        if isinstance(answer, Mapping) and isinstance(error := answer.get("error"), Mapping):
            raise RpcError(int(error["code"]), str(error["message"]), error.get("data"))
        if not isinstance(answer, Mapping) or "result" not in answer:
            raise DoorAnswers(chain=self._chain)
        return answer["result"]


def _pause(answer: Any) -> float | None:
    """Seconds after which the door wants to be asked again; ``None`` when it has answered."""
    if not isinstance(answer, Mapping) or not isinstance(error := answer.get("error"), Mapping):
        return None
    data = error.get("data")
    if not isinstance(data, Mapping) or data.get("code") != "asked-too-much":
        return None
    return float(data.get("seconds", _WAIT))

"""A chain's door for many who ask at once: what waits meanwhile goes together in the next request."""

import asyncio
from collections.abc import Sequence
from typing import Any, Final

import httpx
import orjson

from tcmchain.chain.rpc import REFUSED, ChainBusy, ChainSilent, RpcError
from tcmchain.errors import TcmChainError

_MOST_IN_BATCH: Final = 48
_AT_ONCE: Final = 2

_Question = tuple[str, bytes]


class GroupedRpc:
    """Each question is put to the chain after it was asked here, never answered from memory.

    Questions that wait for the same request and are the same are put once. At most two requests are under way, of
    at most 48 questions each, so a chain that answers slowly is asked in larger groups.
    """

    def __init__(self, url: str, seconds: float = 5) -> None:
        self.url = url
        self._http = httpx.AsyncClient(timeout=seconds, limits=httpx.Limits(max_keepalive_connections=_AT_ONCE))
        self._waiting: dict[_Question, asyncio.Future[Any]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def request(self, method: str, params: Sequence[Any]) -> Any:
        """Ask one question; raises as :class:`tcmchain.chain.rpc.Rpc` says."""
        question = method, orjson.dumps(list(params))
        answered = self._waiting.get(question)
        if answered is None:
            answered = self._waiting[question] = asyncio.get_running_loop().create_future()
            if len(self._tasks) < _AT_ONCE:
                task = asyncio.create_task(self._ask_all())
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
        return await asyncio.shield(answered)

    async def aclose(self) -> None:
        """Close the connections."""
        for task in list(self._tasks):
            task.cancel()
        await self._http.aclose()

    async def _ask_all(self) -> None:
        # Those who ask in the same turn of the loop go together.
        await asyncio.sleep(0)
        while self._waiting:
            questions = list(self._waiting)[:_MOST_IN_BATCH]
            part = [(question, self._waiting.pop(question)) for question in questions]
            try:
                answers = await self._post([question for question, _ in part])
            except TcmChainError as error:
                for _, answered in part:
                    _settle(answered, error)
                continue
            for (_, answered), answer in zip(part, answers, strict=True):
                _settle(answered, answer)

    async def _post(self, questions: Sequence[_Question]) -> list[Any]:
        body = b",".join(
            b'{"jsonrpc":"2.0","id":%d,"method":%s,"params":%s}' % (number, orjson.dumps(method), params)
            for number, (method, params) in enumerate(questions)
        )
        try:
            response = await self._http.post(
                self.url, content=b"[" + body + b"]", headers={"content-type": "application/json"}
            )
            found = orjson.loads(response.content)
        except (httpx.HTTPError, orjson.JSONDecodeError) as error:
            raise ChainSilent(f"{self.url} does not answer", url=self.url) from error
        if response.status_code == httpx.codes.TOO_MANY_REQUESTS:
            raise ChainBusy(f"{self.url} is asked too often", url=self.url)
        if not isinstance(found, list) or len(found) != len(questions):
            raise ChainSilent(f"{self.url} answered {response.status_code} without results", url=self.url)
        by_number = {answer.get("id"): answer for answer in found if isinstance(answer, dict)}
        return [self._told(by_number.get(number)) for number in range(len(questions))]

    def _told(self, answer: Any) -> Any:
        if isinstance(answer, dict) and isinstance(error := answer.get("error"), dict):
            return RpcError(int(error.get("code", REFUSED)), str(error.get("message", "refused")), error.get("data"))
        if not isinstance(answer, dict) or "result" not in answer:
            return ChainSilent(f"{self.url} left a question out", url=self.url)
        return answer["result"]


def _settle(answered: asyncio.Future[Any], answer: Any) -> None:
    if answered.done():
        return
    if isinstance(answer, TcmChainError):
        answered.set_exception(answer)
        # Whoever asked may have gone away meanwhile.
        answered.exception()
    else:
        answered.set_result(answer)

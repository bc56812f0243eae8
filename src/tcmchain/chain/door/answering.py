"""JSON-RPC at the door: questions read, judged, passed on, answered."""

import asyncio
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from tcmchain.chain.door import rules
from tcmchain.chain.door.quota import Limits, Quotas
from tcmchain.chain.rpc import INTERNAL_ERROR, INVALID_PARAMS, LIMIT_EXCEEDED, METHOD_NOT_FOUND, Rpc, RpcError
from tcmchain.errors import TcmChainError, TooMany, Unavailable

PARSE_ERROR: Final = -32700
INVALID_REQUEST: Final = -32600
UNAVAILABLE: Final = -32002

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: its network address, and whether a page of another site asks for it, which may only read."""

    address: str
    foreign: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """One JSON-RPC request."""

    id: Any
    method: str
    params: Sequence[Any]


def error(identity: Any, code: int, message: str, data: Any = None) -> Answer:
    """A refusal."""
    told: dict[str, Any] = {"code": code, "message": message}
    if data is not None:
        told["data"] = data
    return {"jsonrpc": "2.0", "id": identity, "error": told}


def failure(identity: Any, failed: Exception) -> Answer:
    """The refusal that an error means."""
    if isinstance(failed, RpcError):
        return error(identity, failed.rpc_code, failed.message, failed.data)
    if isinstance(failed, TooMany):
        return error(identity, LIMIT_EXCEEDED, str(failed), {"code": failed.code, **failed.details})
    if isinstance(failed, Unavailable):
        return error(identity, UNAVAILABLE, str(failed), {"code": failed.code})
    code = INVALID_PARAMS if isinstance(failed, TcmChainError) else INTERNAL_ERROR
    return error(identity, code, str(failed) if isinstance(failed, TcmChainError) else "the node failed")


def parse(body: bytes, limits: Limits) -> list[Question | Answer] | Question | Answer:
    """Read a body: one question, a batch, or for what is no question its refusal."""
    try:
        told = orjson.loads(body)
    except orjson.JSONDecodeError:
        return error(None, PARSE_ERROR, "the body is not JSON")
    if not isinstance(told, list):
        return _question(told)
    if not told:
        return error(None, INVALID_REQUEST, "the batch is empty")
    if len(told) > limits.batch:
        return error(None, LIMIT_EXCEEDED, f"a batch of {len(told)} questions: at most {limits.batch}")
    return [_question(one) for one in told]


def _question(told: Any) -> Question | Answer:
    if not isinstance(told, dict):
        return error(None, INVALID_REQUEST, "a question is a JSON object")
    identity, method, params = told.get("id"), told.get("method"), told.get("params")
    if isinstance(identity, dict | list | bool):
        return error(None, INVALID_REQUEST, "an id is a number or text")
    if not isinstance(method, str):
        return error(identity, INVALID_REQUEST, "the method is missing")
    if params is not None and not isinstance(params, list):
        return error(identity, INVALID_PARAMS, "parameters are a list")
    return Question(identity, method, params or [])


class Answering:
    """Passes on what the rules and the caller's quota allow."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.quotas = Quotas(limits)

    async def answer(self, rpc: Rpc, caller: Caller, question: Question) -> Answer:
        """Answer one question."""
        try:
            return {"jsonrpc": "2.0", "id": question.id, "result": await self._ask(rpc, caller, question)}
        except TcmChainError as failed:
            return failure(question.id, failed)

    async def _ask(self, rpc: Rpc, caller: Caller, question: Question) -> Any:
        method = question.method
        params = rules.checked(method, question.params, self.limits)
        if caller.foreign and method == rules.SEND:
            raise RpcError(METHOD_NOT_FOUND, "a page of another site may only read here")
        if gas := rules.gas_of(method, params):
            self.quotas.burn(caller.address, gas)
        if method != rules.LOGS:
            return await rpc.request(method, params)
        head = int(await rpc.request("eth_blockNumber", []), 16)
        if rules.wide(params, head, self.limits):
            raise RpcError(LIMIT_EXCEEDED, f"at most {self.limits.log_blocks} blocks at once")
        found = await rpc.request(method, params)
        if len(found) > self.limits.logs:
            raise RpcError(LIMIT_EXCEEDED, f"more than {self.limits.logs} logs: ask for fewer blocks")
        return found

    async def batch(self, rpc: Rpc, caller: Caller, asked: Sequence[Question | Answer]) -> list[Answer]:
        """Answer a batch in its order; transactions that follow each other go into the log together."""
        answers: list[Answer] = []
        for sending, part in itertools.groupby(
            asked, lambda one: isinstance(one, Question) and one.method == rules.SEND
        ):
            waits = [_settled(one) if isinstance(one, dict) else self.answer(rpc, caller, one) for one in part]
            if sending:
                # Tasks begin in the order of their making, and a chain takes transactions in the order of asking.
                answers += await asyncio.gather(*waits)
            else:
                answers += [await wait for wait in waits]
        return answers


async def _settled(answer: Answer) -> Answer:
    return answer

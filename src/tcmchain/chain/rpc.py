"""The one question every chain answers: JSON-RPC, whichever engine or network stands behind it."""

import itertools
from collections.abc import Sequence
from typing import Any, ClassVar, Final, Protocol

import httpx
import orjson

from tcmchain.errors import Conflict, TooMany, Unavailable

METHOD_NOT_FOUND: Final = -32601
INVALID_PARAMS: Final = -32602
INTERNAL_ERROR: Final = -32603
REFUSED: Final = -32000
RESOURCE_NOT_FOUND: Final = -32001
LIMIT_EXCEEDED: Final = -32005


class RpcError(Conflict):
    """The chain answered with a JSON-RPC error: ``rpc_code``, ``message`` and, for a revert, ``data``."""

    code: ClassVar[str] = "chain-refused"

    def __init__(self, rpc_code: int, message: str, data: Any = None) -> None:
        super().__init__(message, rpc_code=rpc_code, data=data)
        self.rpc_code = rpc_code
        self.message = message
        self.data = data


class ChainSilent(Unavailable):
    """A chain's door does not answer, or not in JSON-RPC: ``url``."""

    code: ClassVar[str] = "chain-silent"


class ChainBusy(TooMany):
    """A chain's door refuses for now, as it is asked too often: ``url``."""

    code: ClassVar[str] = "chain-busy"


class Rpc(Protocol):
    """A door to one chain."""

    async def request(self, method: str, params: Sequence[Any]) -> Any:
        """Ask one question.

        Raises :class:`RpcError` when the chain refuses and
        :class:`tcmchain.errors.Unavailable` when it does not answer.
        """
        ...


class HttpRpc:
    """A chain's door on HTTP, with connections kept open."""

    def __init__(self, url: str, seconds: float = 30) -> None:
        self.url = url
        self._ids = itertools.count(1)
        self._http = httpx.AsyncClient(
            timeout=seconds, limits=httpx.Limits(max_connections=64, max_keepalive_connections=64)
        )

    async def request(self, method: str, params: Sequence[Any]) -> Any:
        """Ask one question."""
        asked = {"jsonrpc": "2.0", "id": next(self._ids), "method": method, "params": list(params)}
        try:
            response = await self._http.post(
                self.url, content=orjson.dumps(asked), headers={"content-type": "application/json"}
            )
        except httpx.HTTPError as error:
            raise ChainSilent(f"{self.url} does not answer", url=self.url) from error
        return self._result(response)

    def _result(self, response: httpx.Response) -> Any:
        try:
            answer = orjson.loads(response.content)
        except orjson.JSONDecodeError:
            answer = None
        if response.status_code == httpx.codes.TOO_MANY_REQUESTS:
            raise ChainBusy(f"{self.url} is asked too often", url=self.url)
        refused = response.status_code < httpx.codes.INTERNAL_SERVER_ERROR
        if refused and isinstance(answer, dict) and isinstance(error := answer.get("error"), dict):
            raise RpcError(int(error.get("code", REFUSED)), str(error.get("message", "refused")), error.get("data"))
        if not isinstance(answer, dict) or "result" not in answer:
            raise ChainSilent(f"{self.url} answered {response.status_code} without a result", url=self.url)
        return answer["result"]

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()


async def asked_chain_id(url: str) -> int:
    """EIP-155 chain id that an endpoint tells; raises what its transport raises."""
    rpc = HttpRpc(url)
    try:
        return int(await rpc.request("eth_chainId", []), 16)
    finally:
        await rpc.aclose()

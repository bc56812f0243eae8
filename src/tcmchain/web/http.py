"""A node's doors from outside: what the command line and the SDK talk through."""

import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import httpx

from tcmchain.chain.calls import Call
from tcmchain.chain.chains import CHAIN_IDS
from tcmchain.chain.client import ChainClient
from tcmchain.chain.keystore import open_keystore
from tcmchain.chain.sender import NotInBlock, Sender
from tcmchain.chain.signers import Signer
from tcmchain.errors import (
    Conflict,
    Gone,
    Invalid,
    NotFound,
    NotPermitted,
    NotSignedIn,
    TcmChainError,
    TooLarge,
    TooMany,
    Unavailable,
)
from tcmchain.values import CHAINS, Address, ChainName, Hash32
from tcmchain.web.askings import HEADER, Asked, sign_asking
from tcmchain.web.door_rpc import DoorRpc

_FAMILIES: Final[Mapping[int, type[TcmChainError]]] = {
    401: NotSignedIn,
    403: NotPermitted,
    404: NotFound,
    409: Conflict,
    410: Gone,
    413: TooLarge,
    422: Invalid,
    429: TooMany,
}
_TOLD: Final = "node"
_MEMBERS: Final = frozenset({"type", "title", "status", "detail", "instance", "code", "message", "details"})
_FIRST_PAUSE: Final = 0.01
_LONGEST_PAUSE: Final = 0.5


class NodeDoesNotAnswer(Unavailable):
    """The node cannot be reached: ``url``."""

    code = "node-does-not-answer"


class NoKey(NotSignedIn):
    """Something is to be signed and no key was given."""

    code = "no-key"


class OtherChain(Conflict):
    """The node wants a signature for another chain than the one it stands for: ``chain``, ``given``."""

    code = "other-chain"


@dataclass(frozen=True, slots=True)
class Sent:
    """A transaction that a chain has taken in."""

    chain: ChainName
    tx: Hash32


class NodeHttp:
    """One node over HTTP, signed in as an account when a signer is given.

    Every method raises the error that the node tells, as the slice's own class where this process knows it, and
    :class:`NodeDoesNotAnswer`.
    """

    def __init__(
        self,
        url: str,
        signer: Signer | None = None,
        timeout: float = 60,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.url = url.rstrip("/")
        self.signer = signer
        self._http = httpx.AsyncClient(base_url=self.url, timeout=timeout, transport=transport)
        self._token: str | None = None
        self._signing_in = asyncio.Lock()
        self._sender = Sender({chain: ChainClient(chain, DoorRpc(chain, self._post)) for chain in CHAINS})

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Give the connections back."""
        await self._http.aclose()

    async def sign_in(self) -> Address:
        """Sign the node's message by EIP-4361; raises :class:`NoKey`."""
        signer = self.key()
        self._token = None
        asked = await self._ask("GET", "/api/session/nonce", params={"address": signer.address})
        message = asked.json()["message"]
        body = {"message": message, "signature": signer.sign_message(message)}
        self._token = (await self._ask("POST", "/api/session", json=body)).json()["token"]
        return signer.address

    async def sign_out(self) -> None:
        """End the session."""
        await self._request("DELETE", "/api/session")
        self._token = None
        self._http.cookies.clear()

    async def get(self, path: str, **params: Any) -> Any:
        """What the node answers; parameters that are ``None`` are left out."""
        return (await self._request("GET", path, params=_given(params))).json()

    async def post(self, path: str, body: Any = None, **params: Any) -> Any:
        """Send JSON."""
        return _json(await self._request("POST", path, json=body, params=_given(params)))

    async def delete(self, path: str) -> Any:
        """Remove what stands at a path."""
        return _json(await self._request("DELETE", path))

    async def upload(self, path: str, file: Path | bytes, name: str | None = None, **fields: Any) -> Any:
        """Send a file as a form's ``file`` with further fields."""
        content = file if isinstance(file, bytes) else await asyncio.to_thread(file.read_bytes)
        title = name or (file.name if isinstance(file, Path) else "file")
        return _json(await self._request("POST", path, files={"file": (title, content)}, data=_given(fields)))

    async def put(self, path: str, file: Path | bytes) -> Any:
        """Send a file as the whole body."""
        content = file if isinstance(file, bytes) else await asyncio.to_thread(file.read_bytes)
        more = {"content": content, "headers": {"Content-Type": "application/octet-stream"}}
        return _json(await self._request("PUT", path, **more))

    async def exchange(self, method: str, path: str, **more: Any) -> httpx.Response:
        """The whole answer of a door whose headers matter; ``more`` is what httpx takes."""
        return await self._request(method, path, **more)

    async def ask_as(
        self, method: str, path: str, body: Any = None, signer: Signer | None = None, audience: str | None = None
    ) -> httpx.Response:
        """Send a request that an account signs by itself, without a session; ``body`` becomes JSON.

        The signer is this node's own by default, the audience this node; raises :class:`NoKey`.
        """
        content = b"" if body is None else json.dumps(body, separators=(",", ":")).encode()
        asked = Asked.of(audience or self.url, method, path, content)
        headers = {HEADER: sign_asking(signer or self.key(), asked)}
        if content:
            headers["Content-Type"] = "application/json"
        return await self._ask(method, path, content=content, headers=headers)

    async def submit(self, answer: Mapping[str, Any]) -> list[Sent]:
        """Sign the calls of a write's answer here and hand them in, in order.

        Raises :class:`NoKey` and :class:`OtherChain`; a contract's refusal shows in :meth:`wait`.
        """
        signer = self.key()
        calls = [await self._call(item) for item in answer["calls"]]
        hashes = await self._sender.send(calls, signer)
        return [Sent(call.chain, tx) for call, tx in zip(calls, hashes, strict=True)]

    async def wait(self, sent: Sequence[Sent], timeout: float = 60) -> list[dict[str, Any]]:  # noqa: ASYNC109
        """Follow transactions until the node's index has them; answers their states as the node tells them.

        Raises the contract's refusal of the first that failed, and ``NotInBlock`` after ``timeout`` seconds.
        """
        deadline = time.monotonic() + timeout
        return [await self._follow(item, deadline) for item in sent]

    async def write(self, path: str, body: Any = None) -> list[dict[str, Any]]:
        """Ask for calls at a path, sign, hand in and follow them until they are indexed."""
        return await self.wait(await self.submit(await self.post(path, body)))

    def key(self) -> Signer:
        """The signer that was given; raises :class:`NoKey`."""
        if self.signer is None:
            raise NoKey
        return self.signer

    async def _follow(self, sent: Sent, deadline: float) -> dict[str, Any]:
        pause = _FIRST_PAUSE
        while True:
            state: dict[str, Any] = await self.get(f"/api/receipts/{sent.chain}/{sent.tx}")
            if state["state"] == "indexed":
                return state
            if state["state"] == "failed":
                raise _told(409, state)
            if time.monotonic() > deadline:
                raise NotInBlock(chain=sent.chain, tx=sent.tx)
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, _LONGEST_PAUSE)

    async def _call(self, item: Mapping[str, Any]) -> Call:
        chain: ChainName = item["chain"]
        stands_for = await self._sender.chain_id(chain)
        # The embedded ledgers' ids are known, so a node cannot have a transaction signed for another network.
        if item["chainId"] != stands_for or (stands_for in CHAIN_IDS.values() and CHAIN_IDS[chain] != stands_for):
            raise OtherChain(chain=chain, given=item["chainId"])
        return Call(chain, item["contract"], item["function"], (), Address(item["to"]), item["data"], item["gas"])

    async def _request(self, method: str, path: str, **more: Any) -> httpx.Response:
        held = self._token
        try:
            if held is not None or self.signer is None:
                return await self._ask(method, path, **more)
        except NotSignedIn:
            if self.signer is None:
                raise
        async with self._signing_in:
            if self._token in (None, held):
                await self.sign_in()
        return await self._ask(method, path, **more)

    async def _ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        answer = await self._send(method, path, **more)
        if answer.is_error:
            raise _told(answer.status_code, _problem(answer))
        return answer

    async def _post(self, path: str, body: bytes) -> Any:
        answer = await self._send("POST", path, content=body, headers={"Content-Type": "application/json"})
        try:
            return answer.json()
        except ValueError as error:
            raise _told(answer.status_code, _problem(answer)) from error

    async def _send(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, **more: Any
    ) -> httpx.Response:
        sent = {"Accept": "application/json", **(headers or {})}
        # What an account signs by itself tells of no other account's session.
        if self._token is not None and HEADER not in sent:
            sent["Authorization"] = f"Bearer {self._token}"
        try:
            return await self._http.request(method, path, headers=sent, **more)
        except httpx.TransportError as error:
            raise NodeDoesNotAnswer(str(error), url=self.url) from error


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _json(answer: httpx.Response) -> Any:
    return answer.json() if answer.content else None


def _problem(answer: httpx.Response) -> Mapping[str, Any]:
    try:
        found = answer.json()
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {"message": answer.text[:200]}


def _told(status: int, problem: Mapping[str, Any]) -> TcmChainError:
    """The error that a node told, as the class that has its code."""
    code = str(problem.get("code") or "")
    message = str(problem.get("message") or problem.get("detail") or f"status {status}")
    details = problem.get("details") or _beside(problem)
    known = _class_of(code, TcmChainError) if code else None
    if known is None:
        family = _FAMILIES.get(status, Unavailable if status >= 500 else Invalid)
        known = type("ToldByNode", (family,), {"code": code or family.code, "__module__": _TOLD})
    # Some classes have arguments of their own; what a node tells is already the whole of an error.
    error = known.__new__(known)
    TcmChainError.__init__(error, message, **details)
    return error


def _beside(problem: Mapping[str, Any]) -> Mapping[str, Any]:
    """A problem of RFC 7807 has its details beside the members that the standard names."""
    return {name: value for name, value in problem.items() if name not in _MEMBERS} if "type" in problem else {}


def _class_of(code: str, tree: type[TcmChainError]) -> type[TcmChainError] | None:
    if tree.code == code and tree.__module__ != _TOLD:
        return tree
    return next((found for kind in tree.__subclasses__() if (found := _class_of(code, kind))), None)


def open_node(
    url: str, account: str | None, home: Path, passphrase: str | None = None, timeout: float = 60
) -> NodeHttp:
    """A node as an account of the keystore in ``home``; without an account, for reading only."""
    signer = None if account is None else open_keystore(home, passphrase).signer(account)
    return NodeHttp(url, signer, timeout)

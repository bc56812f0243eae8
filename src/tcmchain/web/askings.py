"""Signed askings: a request that an account signs by itself, without a session.

The header ``X-Tcmchain-Asking`` holds base64 of ``{"account", "at", "nonce", "signature"}``. The signature (EIP-191,
version E) stands over the whole request: whom it is for, method, path with query, digest of the body, account, moment
and a one-time number. So it is worth nothing at another node, for another path or body, later, or twice.
"""

import base64
import binascii
import hashlib
import json
import re
import secrets
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import httpx
from eth_utils.crypto import keccak
from fastapi import Request

from tcmchain.chain.abi import checksum
from tcmchain.chain.signers import Signer
from tcmchain.chain.typed_data import recover
from tcmchain.errors import Invalid, NotSignedIn
from tcmchain.values import Address, Hash32, UnixTime, is_hash32
from tcmchain.web.nonces import Nonces
from tcmchain.web.session import caller

HEADER: Final = "X-Tcmchain-Asking"
SECONDS: Final = 120
"""How far the moment of an asking may be from ours, either way."""

_LONGEST: Final = 1024
_ADDRESS: Final = re.compile(r"0x[0-9a-fA-F]{40}")


class AskingMissing(NotSignedIn):
    """This door takes only what an account signed."""

    code = "asking-missing"


class AskingMalformed(Invalid):
    """The header is no asking: ``reason``."""

    code = "asking-malformed"


class AskingStale(NotSignedIn):
    """The asking was signed too long ago, or by a clock that is ahead: ``at``, ``now``."""

    code = "asking-stale"


class AskingUsed(NotSignedIn):
    """The asking was used before."""

    code = "asking-used"


class AskingForOther(NotSignedIn):
    """The signature is not this account's over this request: ``account``, ``signer``, ``audience``."""

    code = "asking-for-other"


@dataclass(frozen=True, slots=True)
class Asking:
    """Who signed a request, and when."""

    account: Address
    at: UnixTime
    nonce: Hash32


@dataclass(frozen=True, slots=True)
class Asked:
    """What is signed: whom a request is for, its method, path with query, and the body's SHA-256 as hex."""

    audience: str
    method: str
    target: str
    body: str

    @classmethod
    def of(cls, audience: str, method: str, target: str, body: bytes = b"") -> "Asked":
        """A request with its body."""
        return cls(audience, method.upper(), target, hashlib.sha256(body).hexdigest())

    def text(self, asking: Asking) -> str:
        """The text under the signature."""
        return (
            f"tcmchain asking\n{self.audience}\n{self.method} {self.target}\n{self.body}\n"
            f"{asking.account}\n{asking.at}\n{asking.nonce}"
        )


class Askings:
    """Checks askings for one door.

    ``audiences`` are the names the door answers to: a node's origins (scheme, host and port), a custodian's account.
    A request that comes under one of them must be signed for it, any other for the first.
    """

    def __init__(self, audiences: Sequence[str], nonces: Nonces, now: Callable[[], float] = time.time) -> None:
        self._audiences = tuple(audiences)
        self._nonces = nonces
        self._now = now

    async def of(self, request: Request) -> Asking:
        """Who signed a request, whose body is read for it.

        Raises :class:`AskingMissing`, :class:`AskingMalformed`, :class:`AskingStale`, :class:`AskingUsed`,
        :class:`AskingForOther` and ``SignatureInvalid``.
        """
        header = request.headers.get(HEADER)
        if header is None:
            raise AskingMissing
        origin = f"{request.url.scheme}://{request.url.netloc}"
        audience = origin if origin in self._audiences else self._audiences[0]
        return self.check(header, Asked.of(audience, request.method, target_of(request), await request.body()))

    def check(self, header: str, asked: Asked) -> Asking:
        """Who signed ``asked``; raises as :meth:`of`. The number counts as used only under a true signature."""
        asking, signature = _read(header)
        now = int(self._now())
        if abs(now - asking.at) > SECONDS:
            raise AskingStale(at=asking.at, now=now)
        raw = asked.text(asking).encode()
        signer = recover(keccak(b"\x19Ethereum Signed Message:\n%d" % len(raw) + raw), signature)
        if signer != asking.account:
            raise AskingForOther(account=asking.account, signer=signer, audience=asked.audience)
        # Bound to the account, so that nobody can use another's number up.
        number = hashlib.sha256(f"{asking.account}{asking.nonce}".encode()).digest()
        if not self._nonces.use(number, asking.at + SECONDS, now):
            raise AskingUsed
        return asking


def sign_asking(signer: Signer, asked: Asked, at: int | None = None) -> str:
    """The header's value for a request that ``signer`` makes now."""
    moment = UnixTime(int(time.time()) if at is None else at)
    asking = Asking(signer.address, moment, Hash32("0x" + secrets.token_hex(32)))
    content = {
        "account": asking.account,
        "at": asking.at,
        "nonce": asking.nonce,
        "signature": signer.sign_message(asked.text(asking)),
    }
    return base64.b64encode(json.dumps(content, separators=(",", ":")).encode()).decode()


class AskingAuth(httpx.Auth):
    """Signs each request of an httpx client: ``client.get(url, auth=AskingAuth(signer, audience))``.

    ``signer`` may be looked for at each request; without one a request goes unsigned.
    """

    requires_request_body = True

    def __init__(self, signer: Signer | Callable[[], Signer | None], audience: str) -> None:
        self._signer = signer
        self._audience = audience.rstrip("/")

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Set the header."""
        signer = self._signer() if callable(self._signer) else self._signer
        if signer is not None:
            asked = Asked.of(self._audience, request.method, request.url.raw_path.decode("ascii"), request.content)
            request.headers[HEADER] = sign_asking(signer, asked)
        yield request


async def asking(request: Request) -> Asking:
    """FastAPI's dependency: who signed the request; the application holds ``Askings`` as ``state.askings``.

    Answers the same for the same request however often it is asked.
    """
    found: Asking | None = getattr(request.state, "asking", None)
    if found is None:
        askings: Askings = request.app.state.askings
        found = request.state.asking = await askings.of(request)
    return found


async def asking_account(request: Request) -> Address:
    """FastAPI's dependency: the account of an asking, or of the session that stands; raises ``NotSignedIn``."""
    if HEADER not in request.headers:
        signed_in = caller(request)
        if signed_in is not None:
            return signed_in.address
    return (await asking(request)).account


def target_of(request: Request) -> str:
    """Path and query of a request as they came over the wire."""
    scope = request.scope
    path = scope.get("raw_path") or scope["path"].encode()
    query: bytes = scope.get("query_string", b"")
    raw: bytes = path.split(b"?", 1)[0] + (b"?" + query if query else b"")
    return raw.decode("latin-1")


def _read(header: str) -> tuple[Asking, str]:
    if len(header) > _LONGEST:
        raise AskingMalformed(reason="length")
    try:
        content: Any = json.loads(base64.b64decode(header, validate=True))
        account, at, nonce, signature = (content[name] for name in ("account", "at", "nonce", "signature"))
    except (binascii.Error, ValueError, TypeError, KeyError, RecursionError) as error:
        raise AskingMalformed(reason="encoding") from error
    if not isinstance(account, str) or _ADDRESS.fullmatch(account) is None or checksum(account.lower()) != account:
        raise AskingMalformed(reason="account")
    if type(at) is not int:
        raise AskingMalformed(reason="at")
    if not isinstance(nonce, str) or not is_hash32(nonce) or not isinstance(signature, str):
        raise AskingMalformed(reason="nonce")
    return Asking(Address(account), UnixTime(at), Hash32(nonce)), signature

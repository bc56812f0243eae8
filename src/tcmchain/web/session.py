"""Who is calling: sign-in with Ethereum (EIP-4361) and the sessions that follow from it.

The server composes the whole message, so nothing in it can be chosen by whoever signs; a message opens one session
at most. Sessions stand in the node's own database: as a cookie for people, as a bearer token for programs.
"""

import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from eth_utils.crypto import keccak
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from tcmchain.chain.abi import checksum
from tcmchain.chain.chains import CHAIN_IDS
from tcmchain.chain.typed_data import recover
from tcmchain.errors import NotSignedIn
from tcmchain.values import Address, MemberId, UnixTime
from tcmchain.web.private_store import PrivateStore

COOKIE: Final = "tcmchain_session"
_STATEMENT: Final = "Sign in to this node of TCM Chain."
_MESSAGE_SECONDS: Final = 600
_SESSION_SECONDS: Final = 12 * 3600

MemberLookup = Callable[[Address], tuple[MemberId, str] | None]
"""Answers the member that an account acts for, with the word of its kind, if any."""


class SignInStale(NotSignedIn):
    """The signed message was not composed by this node, is too old or was used before."""

    code = "session-stale"


class SignedByOther(NotSignedIn):
    """Another account signed than the message names: ``expected``, ``signer``."""

    code = "session-signed-by-other"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks; ``kind`` is the word of its member's kind, such as ``Grower``."""

    address: Address
    member: MemberId | None
    kind: str | None


@dataclass(frozen=True, slots=True)
class Opened:
    """A session just opened; ``token`` is told once and kept nowhere."""

    token: str
    address: Address
    expires: UnixTime


class Sessions:
    """Messages to sign and sessions opened by them."""

    def __init__(self, file: Path, lookup: MemberLookup, now: Callable[[], float] = time.time) -> None:
        self._store = PrivateStore(file)
        self._lookup = lookup
        self._now = now

    def compose(self, address: Address, origin: str) -> str:
        """The message that ``address`` signs to sign in at ``origin`` (scheme and host)."""
        issued = int(self._now())
        message = _message(address, origin, secrets.token_hex(16), issued)
        self._store.keep_message(_digest(message), address, issued, issued + _MESSAGE_SECONDS)
        return message

    def open(self, message: str, signature: str) -> Opened:
        """Open a session with a signed message.

        Raises :class:`SignInStale`, :class:`SignedByOther` or ``SignatureInvalid``.
        """
        raw = message.encode()
        signer = recover(keccak(b"\x19Ethereum Signed Message:\n%d" % len(raw) + raw), signature)
        now = int(self._now())
        address = self._store.use_message(_digest(message), now)
        if address is None:
            raise SignInStale
        if signer != address:
            raise SignedByOther(expected=address, signer=signer)
        opened = Opened(secrets.token_urlsafe(32), address, UnixTime(now + _SESSION_SECONDS))
        self._store.keep_session(_digest(opened.token), address, now, opened.expires)
        return opened

    def find(self, token: str) -> Caller | None:
        """Whose session a token is, if it still stands."""
        address = self._store.session(_digest(token), int(self._now()))
        if address is None:
            return None
        member, kind = self._lookup(address) or (None, None)
        return Caller(address, member, kind)

    def count(self) -> int:
        """How many sessions stand."""
        return self._store.sessions(int(self._now()))

    def close(self, token: str) -> None:
        """End a session."""
        self._store.forget_session(_digest(token))


def caller(request: Request) -> Caller | None:
    """Who asks, ``None`` when nobody is signed in; the application holds ``Sessions`` as ``state.sessions``."""
    if not hasattr(request.state, "caller"):
        token = _token(request)
        sessions: Sessions | None = getattr(request.app.state, "sessions", None)
        request.state.caller = sessions.find(token) if sessions is not None and token else None
    found: Caller | None = request.state.caller
    return found


def signed_in(request: Request) -> Caller:
    """Who asks; raises ``NotSignedIn``."""
    found = caller(request)
    if found is None:
        raise NotSignedIn
    return found


class MessageView(BaseModel):
    message: str = Field(description="the whole EIP-4361 message, to be signed as it stands")


class SignInBody(BaseModel):
    message: Annotated[str, Field(max_length=2000)]
    signature: Annotated[str, Field(pattern="^0x[0-9a-fA-F]{130}$", description="EIP-191 signature of 65 bytes")]


class SessionView(BaseModel):
    address: str
    member: str | None
    kind: str | None


class OpenedView(SessionView):
    """``token`` serves as ``Authorization: Bearer``; browsers hold it as a cookie."""

    token: str
    expires: int


def router(sessions: Sessions) -> APIRouter:
    """``/api/session``: ask for a message, sign in, ask who is signed in, sign out."""
    found = APIRouter(prefix="/api/session", tags=["session"])

    @found.get("/nonce")
    def compose_message(request: Request, address: Annotated[str, Query(pattern="^0x[0-9a-fA-F]{40}$")]) -> MessageView:
        """A message with a one-time nonce for an account to sign."""
        origin = f"{request.url.scheme}://{request.url.netloc}"
        return MessageView(message=sessions.compose(checksum(address.lower()), origin))

    @found.post("")
    def sign_in(body: SignInBody, request: Request, response: Response) -> OpenedView:
        """Open a session with the signed message."""
        opened = sessions.open(body.message, body.signature)
        response.set_cookie(COOKIE, opened.token, max_age=_SESSION_SECONDS, **_cookie_rules(request))
        return OpenedView(token=opened.token, expires=opened.expires, **_shown(sessions.find(opened.token)))

    @found.get("")
    def read_session(request: Request) -> SessionView:
        """Who is signed in."""
        return SessionView(**_shown(signed_in(request)))

    @found.delete("", status_code=204)
    def sign_out(request: Request, response: Response) -> None:
        """End the session, whether one stands or not."""
        token = _token(request)
        if token:
            sessions.close(token)
        response.delete_cookie(COOKIE, **_cookie_rules(request))

    return found


def _shown(found: Caller | None) -> dict[str, Any]:
    assert found is not None
    return {"address": found.address, "member": found.member, "kind": found.kind}


def _cookie_rules(request: Request) -> dict[str, Any]:
    return {"httponly": True, "samesite": "strict", "secure": request.url.scheme == "https", "path": "/"}


def _token(request: Request) -> str | None:
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and given:
        return given.strip()
    return request.cookies.get(COOKIE)


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def _message(address: Address, origin: str, nonce: str, issued: int) -> str:
    return (
        f"{urlsplit(origin).netloc} wants you to sign in with your Ethereum account:\n{address}\n\n{_STATEMENT}\n\n"
        f"URI: {origin}\nVersion: 1\nChain ID: {CHAIN_IDS['care']}\nNonce: {nonce}\n"
        f"Issued At: {_moment(issued)}\nExpiration Time: {_moment(issued + _MESSAGE_SECONDS)}"
    )


def _moment(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

"""Letters through a node's doors: sealed and opened here."""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from tcmchain.chain.signers import Signer
from tcmchain.crypto.errors import SealBroken
from tcmchain.crypto.letters import open_letter, seal_letter
from tcmchain.values import Address, Hash32, UnixTime
from tcmchain.web.http import NodeHttp

_PADDED_TO: Final = 1024


@dataclass(frozen=True, slots=True)
class OpenedLetter:
    """A letter that was opened; ``content`` says its ``kind`` and whom it claims to be ``from``."""

    id: Hash32
    content: Mapping[str, Any]
    arrived: UnixTime

    @property
    def kind(self) -> str:
        """What it is: ``request``, ``answer``, ``granted``, ``guardian-share``, ``notice`` …"""
        return str(self.content.get("kind", ""))


class LettersClient:
    """Each request for one's own letters is signed by itself, so no session says who reads when."""

    def __init__(self, http: NodeHttp) -> None:
        self._http = http

    async def send(
        self, recipient: Address, inbox: bytes, content: Mapping[str, Any], sender: Signer | None = None
    ) -> Hash32:
        """Seal a letter to an inbox and leave it; with ``sender`` the node knows who does. Raises as the door does."""
        path = f"/api/letters/{recipient}"
        body = {"sealed": b64encode(seal_letter(inbox, pad(content))).decode()}
        if sender is None:
            answer = await self._http.exchange("POST", path, json=body)
        else:
            answer = await self._http.ask_as("POST", path, body, sender)
        return Hash32(answer.json()["id"])

    async def fetch(self, inbox: X25519PrivateKey, signer: Signer | None = None) -> list[OpenedLetter]:
        """Letters that wait for the signer's account and that the inbox key opens, the oldest first.

        What it does not open, or what is no letter inside, is left out: anybody may leave rubbish.
        """
        path = f"/api/letters/{self._who(signer).address}"
        found = (await self._http.ask_as("GET", path, signer=signer)).json()["letters"]
        return [letter for entry in found if (letter := _opened(entry, inbox)) is not None]

    async def remove(self, letter: Hash32, signer: Signer | None = None) -> None:
        """Remove a letter that was read; raises ``LetterUnknown``."""
        await self._http.ask_as("DELETE", f"/api/letters/{self._who(signer).address}/{letter}", signer=signer)

    def _who(self, signer: Signer | None) -> Signer:
        return signer or self._http.key()


def pad(content: Mapping[str, Any]) -> bytes:
    """A letter's JSON, filled up with spaces, so that its length says little."""
    raw = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return raw + b" " * (-len(raw) % _PADDED_TO)


def _opened(entry: Mapping[str, Any], inbox: X25519PrivateKey) -> OpenedLetter | None:
    try:
        content = json.loads(open_letter(inbox, b64decode(entry["sealed"])))
    except (SealBroken, ValueError, RecursionError):
        return None
    if not isinstance(content, dict):
        return None
    return OpenedLetter(Hash32(entry["id"]), content, UnixTime(entry["arrived"]))

"""The envelope of a file's version: one raw block with the lock, the sealed facts, and where the sealed body is.

The chain keeps the SHA-256 of the envelope, of the lock in it, and of the padded facts before sealing.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from tcmchain.crypto.digest import sha256
from tcmchain.crypto.errors import EnvelopeUnfit
from tcmchain.crypto.lock import Lock
from tcmchain.crypto.seal import Place, open_facts
from tcmchain.values import Hash32

SCHEMA: Final = "tcmchain.envelope.1"
LONGEST: Final = 256 * 1024
"""No envelope is longer than this many bytes."""

Bound = Literal["file", "vault"]
"""Whether a body belongs to one version of one file, or to all of the patient's files that hold the same."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """One version of one file, sealed; ``body`` is the CID of the sealed body and ``size`` its length in bytes."""

    place: Place
    lock: bytes
    facts: bytes
    body: str | None
    size: int
    bound: Bound = "file"

    def write(self) -> bytes:
        """The block's bytes; their SHA-256 is what the chain keeps."""
        content: dict[str, Any] = {
            "schema": SCHEMA,
            "patient": self.place.patient,
            "file": self.place.file,
            "version": self.place.version,
            "lock": b64encode(self.lock).decode(),
            "facts": b64encode(self.facts).decode(),
            "body": self.body,
            "size": self.size,
            "bound": self.bound,
        }
        return json.dumps(content, separators=(",", ":")).encode()

    @classmethod
    def read(cls, raw: bytes, place: Place) -> "Envelope":
        """Read the envelope of a place; raises :class:`EnvelopeUnfit`."""
        if len(raw) > LONGEST:
            raise EnvelopeUnfit(reason="shape")
        try:
            content: Mapping[str, Any] = json.loads(raw)
            body, size, bound = content["body"], content["size"], content["bound"]
            lock, facts = (b64decode(content[name], validate=True) for name in ("lock", "facts"))
            placed = (content["patient"], content["file"], content["version"])
            known = content["schema"] == SCHEMA and bound in ("file", "vault")
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise EnvelopeUnfit(reason="shape") from error
        if not known or type(size) is not int or size < 0 or not (body is None or isinstance(body, str)):
            raise EnvelopeUnfit(reason="shape")
        if placed != (place.patient, place.file, place.version):
            raise EnvelopeUnfit(reason="place")
        return cls(place, lock, facts, body, size, bound)

    @property
    def lock_hash(self) -> Hash32:
        """What the chain keeps of the lock."""
        return sha256(self.lock)

    def opened_lock(self) -> Lock:
        """The lock; raises :class:`tcmchain.crypto.errors.LockUnreadable`."""
        return Lock.read(self.lock)

    def opened_facts(self, data_key: bytes, commitment: Hash32 | None = None) -> dict[str, Any]:
        """The facts; raises ``SealBroken``, and :class:`EnvelopeUnfit` when they are not those committed to."""
        padded = open_facts(self.facts, data_key, self.place)
        if commitment is not None and sha256(padded) != commitment:
            raise EnvelopeUnfit(reason="facts")
        try:
            found = json.loads(padded)
        except ValueError as error:
            raise EnvelopeUnfit(reason="facts") from error
        if not isinstance(found, dict):
            raise EnvelopeUnfit(reason="facts")
        return found

    def body_seal(self, data_key: bytes, facts: Mapping[str, Any]) -> tuple[bytes, bytes]:
        """Key and context that open the body; raises :class:`EnvelopeUnfit` when the facts hold no body key."""
        if self.bound == "file":
            return data_key, self.place.body_context
        try:
            return b64decode(facts["bodyKey"], validate=True), self.place.vault_context
        except (KeyError, ValueError, TypeError) as error:
            raise EnvelopeUnfit(reason="facts") from error

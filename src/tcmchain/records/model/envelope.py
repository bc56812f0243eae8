"""The envelope of a version: one block that holds lock, sealed facts and the address of the sealed body.

The block's SHA-256 stands on the chain, so its CID follows from the chain. All that is in it is public or sealed.
"""

import binascii
import json
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Any, Final, Literal

from tcmchain.records.model.errors import EnvelopeUnreadable
from tcmchain.values import Address, Hash32, is_hash32

SCHEMA: Final = "tcmchain.envelope.1"
LONGEST: Final = 1 << 20
"""No envelope is longer than this many bytes."""

_ADDRESS: Final = 42

Bound = Literal["file", "vault"]


@dataclass(frozen=True, slots=True)
class Envelope:
    """``size`` is the length of the sealed body in bytes; ``body`` its CID, ``None`` without one."""

    patient: Address
    file: Hash32
    version: int
    lock: bytes
    facts: bytes
    body: str | None
    size: int
    bound: Bound = "file"

    def write(self) -> bytes:
        """The block."""
        content = {
            "schema": SCHEMA,
            "patient": self.patient,
            "file": self.file,
            "version": self.version,
            "lock": b64encode(self.lock).decode(),
            "facts": b64encode(self.facts).decode(),
            "body": self.body,
            "size": self.size,
            "bound": self.bound,
        }
        return json.dumps(content, separators=(",", ":")).encode()

    @classmethod
    def read(cls, raw: bytes) -> "Envelope":
        """Read a block; raises :class:`EnvelopeUnreadable`."""
        if len(raw) > LONGEST:
            raise EnvelopeUnreadable(reason="length")
        try:
            content: dict[str, Any] = json.loads(raw)
            found = cls(
                patient=Address(content["patient"]),
                file=Hash32(content["file"]),
                version=content["version"],
                lock=b64decode(content["lock"], validate=True),
                facts=b64decode(content["facts"], validate=True),
                body=content["body"],
                size=content["size"],
                bound=content["bound"],
            )
            schema = content["schema"]
        except (ValueError, KeyError, TypeError, RecursionError, binascii.Error) as error:
            raise EnvelopeUnreadable(reason="shape") from error
        if schema != SCHEMA or not found._sound():
            raise EnvelopeUnreadable(reason="value")
        return found

    def _sound(self) -> bool:
        return (
            isinstance(self.patient, str)
            and len(self.patient) == _ADDRESS
            and isinstance(self.file, str)
            and is_hash32(self.file)
            and type(self.version) is int
            and 0 < self.version < 1 << 32
            and type(self.size) is int
            and self.size >= 0
            and (self.body is None or (isinstance(self.body, str) and 0 < len(self.body) <= 100))
            and self.bound in ("file", "vault")
        )

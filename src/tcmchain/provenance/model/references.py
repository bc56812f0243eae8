"""The numbers that members give their lots, quotas and shipments."""

from typing import Final

from tcmchain.provenance.model.errors import IdUnreadable, ReferenceUnreadable
from tcmchain.values import Hash32, is_hash32

_BYTES: Final = 31


def read_reference(text: str) -> str:
    """A reference as it goes on the chain: printable, at most 31 bytes; raises ``ReferenceUnreadable``."""
    plain = text.strip()
    if not plain or not plain.isprintable() or len(plain.encode()) > _BYTES:
        raise ReferenceUnreadable(reference=plain[:40], limit=_BYTES)
    return plain


def read_id(text: str) -> Hash32:
    """A 32-byte identifier, upper or lower case; raises ``IdUnreadable``."""
    plain = text.strip().lower()
    if not is_hash32(plain):
        raise IdUnreadable(text=text[:80])
    return Hash32(plain)

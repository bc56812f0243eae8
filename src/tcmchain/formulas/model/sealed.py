"""Sealed doses of a folk formula: one block that only desks of caring members open, each by its own key.

The block is JSON: ``{"schema", "nonce", "sealed", "keys": [{"account", "sealed"}]}``, bytes in base64 (RFC 4648).
``sealed`` is AES-256-GCM of the sheet of doses, padded with blanks, under a key of this block alone, which ``keys``
hold for each desk by HPKE. Both are bound to the author and to the card (:func:`bound`), so that doses cannot be moved
to another card.
"""

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any, Final

from tcmchain.formulas.model.refusals import DosesTorn
from tcmchain.values import Address, Hash32

SCHEMA: Final = "tcmchain.doses.1"
LARGEST: Final = 64 << 10
MOST_KEYS: Final = 200
NONCE: Final = 12
PADDED_TO: Final = 512
_TAG: Final = 16
_LETTER: Final = 32 + 32 + _TAG


@dataclass(frozen=True, slots=True)
class SealedDoses:
    """Sealed doses, and the data key for each desk by its account."""

    nonce: bytes
    sealed: bytes
    keys: tuple[tuple[Address, bytes], ...]


def bound(author: Address, content: Hash32) -> bytes:
    """What doses belong to: the author's address (20 bytes), then the card's SHA-256 (32 bytes)."""
    return bytes.fromhex(author[2:]) + bytes.fromhex(content[2:])


def write_sealed(doses: SealedDoses) -> bytes:
    """The block, with its names in order and without blanks."""
    keys = [{"account": account, "sealed": _text(sealed)} for account, sealed in sorted(doses.keys)]
    found = {"keys": keys, "nonce": _text(doses.nonce), "schema": SCHEMA, "sealed": _text(doses.sealed)}
    return json.dumps(found, separators=(",", ":"), sort_keys=True).encode()


def read_sealed(block: bytes) -> SealedDoses:
    """Read a block that anybody may have made; raises :class:`DosesTorn`."""
    if len(block) > LARGEST:
        raise DosesTorn(reason="size")
    try:
        found = json.loads(block)
        if not isinstance(found, dict) or set(found) != {"keys", "nonce", "schema", "sealed"}:
            raise DosesTorn(reason="fields")
        if found["schema"] != SCHEMA or not 1 <= len(found["keys"]) <= MOST_KEYS:
            raise DosesTorn(reason="schema")
        keys = tuple((_account(one["account"]), _bytes(one["sealed"])) for one in found["keys"])
        doses = SealedDoses(_bytes(found["nonce"]), _bytes(found["sealed"]), keys)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DosesTorn(reason="json") from error
    if len(doses.nonce) != NONCE or any(len(sealed) != _LETTER for _, sealed in keys):
        raise DosesTorn(reason="lengths")
    if len(doses.sealed) <= _TAG or (len(doses.sealed) - _TAG) % PADDED_TO:
        raise DosesTorn(reason="padding")
    return doses


def _account(text: Any) -> Address:
    if not isinstance(text, str) or len(text) != 42 or not text.startswith("0x"):
        raise ValueError(text)
    int(text[2:], 16)
    return Address(text)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _bytes(text: Any) -> bytes:
    if not isinstance(text, str):
        raise TypeError(text)
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from error

"""Verified names that can be shown masked or full, and are checked either way against what the pharmacy signed.

The commitment has two leaves: ``SHA-256(left ‖ right)`` with ``left = SHA-256(mask salt ‖ masked name)`` and
``right = SHA-256(full salt ‖ full name)``. Whoever shows the masked name gives its salt and the other leaf; the full
name then stays unknown and cannot be found by trying, as its salt has 32 random bytes.
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from tcmchain.reviews.model.errors import NameInvalid
from tcmchain.values import Hash32

_LONGEST: Final = 60
_HAN: Final = re.compile(r"[㐀-鿿豈-﫿𠀀-𲎯]")


@dataclass(frozen=True, slots=True)
class ShownName:
    """A name as a review shows it: masked or full, with what proves it."""

    shown: str
    full: bool
    salt: Hash32
    other: Hash32

    def commitment(self) -> Hash32:
        """What the voucher must say for this name to be a verified one."""
        mine, other = _leaf(bytes.fromhex(self.salt[2:]), self.shown), bytes.fromhex(self.other[2:])
        return _node(other, mine) if self.full else _node(mine, other)


def plain_name(name: str) -> str:
    """One spelling of a person's name (NFKC, single spaces; none between Han characters); raises ``NameInvalid``."""
    text = " ".join(unicodedata.normalize("NFKC", name).replace("•", "·").replace("・", "·").split())
    if _HAN.search(text):
        text = text.replace(" ", "")
    if not 0 < len(text) <= _LONGEST or not all(c.isalpha() or c in "·'-. " or unicodedata.combining(c) for c in text):
        raise NameInvalid
    return text


def mask(name: str) -> str:
    """The first character and as many stars as there are others: 张三 becomes 张*; of Latin names the initial."""
    text = plain_name(name)
    return text[0] + "*" * (len(text) - 1 if _HAN.match(text) else 2)


def commit(name: str, salt: bytes) -> Hash32:
    """The commitment to a name under the patient's salt (32 bytes)."""
    return show(name, salt, full=False).commitment()


def show(name: str, salt: bytes, *, full: bool) -> ShownName:
    """A name masked or full with its proof."""
    text = plain_name(name)
    masked_salt, full_salt = _salt(salt, b"masked"), _salt(salt, b"full")
    left, right = _leaf(masked_salt, mask(text)), _leaf(full_salt, text)
    mine, other = (full_salt, left) if full else (masked_salt, right)
    return ShownName(text if full else mask(text), full, _hex(mine), _hex(other))


def name_digest(name: str, salt: bytes) -> Hash32:
    """What the pharmacist's note keeps of a name read from papers: SHA-256 of the note's salt and the name."""
    return _hex(_leaf(salt, plain_name(name)))


def _salt(salt: bytes, which: bytes) -> bytes:
    return hashlib.sha256(b"tcmchain.name." + which + salt).digest()


def _leaf(salt: bytes, name: str) -> bytes:
    return hashlib.sha256(salt + name.encode()).digest()


def _node(left: bytes, right: bytes) -> Hash32:
    return _hex(hashlib.sha256(left + right).digest())


def _hex(raw: bytes) -> Hash32:
    return Hash32("0x" + raw.hex())

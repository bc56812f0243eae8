"""Content identifiers: CIDv1 in base32 over SHA-256, of raw bytes or of a dag-pb node, as multiformats specify them."""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import Final

from tcmchain.ipfs.errors import BlockWrong, CidInvalid
from tcmchain.values import Cid, Hash32

_VERSION: Final = 1
_SHA2_256: Final = 0x12
_DIGEST: Final = 32
_LENGTH: Final = 59
_LONGEST_SHOWN: Final = 100


class Codec(IntEnum):
    """How a block's bytes are read (multicodec)."""

    RAW = 0x55
    DAG_PB = 0x70


@dataclass(frozen=True, slots=True)
class Parts:
    """What a CID says."""

    codec: Codec
    digest: bytes


def raw_cid(block: bytes) -> Cid:
    """The CID of a block of raw bytes."""
    return make_cid(Codec.RAW, hashlib.sha256(block).digest())


def node_cid(block: bytes) -> Cid:
    """The CID of a dag-pb node."""
    return make_cid(Codec.DAG_PB, hashlib.sha256(block).digest())


def make_cid(codec: Codec, digest: bytes) -> Cid:
    """The CID of a SHA-256 digest (32 bytes)."""
    raw = cid_bytes(codec, digest)
    return Cid("b" + base64.b32encode(raw).decode("ascii").rstrip("=").lower())


def cid_bytes(codec: Codec, digest: bytes) -> bytes:
    """A CID as bytes: version, codec, hash function, length, digest."""
    return bytes((_VERSION, codec, _SHA2_256, _DIGEST)) + digest


@lru_cache(maxsize=4096)
def read_cid(text: str) -> Parts:
    """Take a CID apart; raises :class:`CidInvalid` for any other spelling than the one that :func:`make_cid` writes."""
    if len(text) == _LENGTH and text[0] == "b" and text.islower() and text.isascii():
        try:
            parts = read_cid_bytes(base64.b32decode(text[1:].upper() + "=" * 6))
        except (binascii.Error, ValueError) as error:
            raise CidInvalid(cid=text) from error
        if make_cid(parts.codec, parts.digest) == text:
            return parts
    raise CidInvalid(cid=text[:_LONGEST_SHOWN])


def read_cid_bytes(raw: bytes) -> Parts:
    """Take a CID in bytes apart; raises ``ValueError``."""
    if len(raw) != 4 + _DIGEST or raw[0] != _VERSION or raw[2] != _SHA2_256 or raw[3] != _DIGEST:
        raise ValueError("not a CIDv1 of SHA-256")
    return Parts(Codec(raw[1]), raw[4:])


def digest_of(cid: Cid) -> Hash32:
    """The SHA-256 of a CID's block; raises :class:`CidInvalid`."""
    return Hash32("0x" + read_cid(cid).digest.hex())


def cid_of_digest(digest: Hash32) -> Cid:
    """The CID of a raw block whose SHA-256 is known."""
    return make_cid(Codec.RAW, bytes.fromhex(digest[2:]))


def check_block(cid: Cid, block: bytes) -> None:
    """Hold a block against its CID; raises :class:`BlockWrong` and :class:`CidInvalid`."""
    if hashlib.sha256(block).digest() != read_cid(cid).digest:
        raise BlockWrong(cid=cid)

"""Names that stay while what they point at changes: signed records of IPNS, version 2, with Ed25519 keys.

Made and judged as the specification "IPNS Record and Protocol" of 2023-10-03 says. A record of version 1 only is
refused; fields of version 1 beside the signed data must say the same.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NewType

import libipld
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from tcmchain.ipfs.errors import NameInvalid, RecordExpired, RecordInvalid, RecordOlder
from tcmchain.ipfs.protobuf import fields, text
from tcmchain.values import UnixTime

IpnsName = NewType("IpnsName", str)
"""CIDv1 of the public key itself (libp2p-key, identity), in base36: ``k51…``."""

LARGEST: Final = 10 << 10
MEDIA: Final = "application/vnd.ipfs.ipns-record"
_ALPHABET: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
_PREFIX: Final = b"ipns-signature:"
_KEY_PREFIX: Final = bytes((0x01, 0x72, 0x00, 0x24, 0x08, 0x01, 0x12, 0x20))
"""CIDv1, libp2p-key, identity hash of 36 bytes: a public key of type Ed25519 with 32 bytes."""

_LONGEST_SHOWN: Final = 100
_NANO: Final = 10**9
_MOMENT: Final = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)")
_COPIES: Final[Mapping[int, str]] = {1: "Value", 3: "ValidityType", 4: "Validity", 5: "Sequence", 6: "TTL"}


@dataclass(frozen=True, slots=True)
class Record:
    """What a name points at, as its key's holder signed it; ``ttl`` is how many seconds it may be kept unasked."""

    value: str
    sequence: int
    until: datetime
    ttl: float


def name_of(key: Ed25519PublicKey) -> IpnsName:
    """The name that a key signs for."""
    left, digits = int.from_bytes(_KEY_PREFIX + key.public_bytes_raw()), ""
    while left:
        left, digit = divmod(left, 36)
        digits = _ALPHABET[digit] + digits
    return IpnsName("k" + digits)


def key_of(name: str) -> Ed25519PublicKey:
    """The key within a name; raises :class:`NameInvalid`."""
    try:
        if not name.startswith("k") or len(name) > _LONGEST_SHOWN or set(name) - set(_ALPHABET):
            raise ValueError("not base36")
        raw = int(name[1:], 36).to_bytes(len(_KEY_PREFIX) + 32)
        if not raw.startswith(_KEY_PREFIX):
            raise ValueError("not an Ed25519 key")
        key = Ed25519PublicKey.from_public_bytes(raw[len(_KEY_PREFIX) :])
    except (ValueError, OverflowError) as error:
        raise NameInvalid(name=name[:_LONGEST_SHOWN]) from error
    if name_of(key) != name:
        raise NameInvalid(name=name[:_LONGEST_SHOWN])
    return key


def sign_record(key: Ed25519PrivateKey, value: str, sequence: int, until: UnixTime, ttl: int = 60) -> bytes:
    """A record that points a key's name at ``value``, such as ``/ipfs/{cid}``; ``ttl`` in seconds."""
    moment = datetime.fromtimestamp(until, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    signed = {
        "TTL": ttl * _NANO,
        "Value": value.encode(),
        "Sequence": sequence,
        "Validity": moment.encode(),
        "ValidityType": 0,
    }
    data = libipld.encode_dag_cbor(signed)
    return text(8, key.sign(_PREFIX + data)) + text(9, data)


def read_record(name: str, raw: bytes, now: datetime) -> Record:
    """Judge a record by its name; raises :class:`NameInvalid`, :class:`RecordInvalid` and :class:`RecordExpired`."""
    key = key_of(name)
    if len(raw) > LARGEST:
        raise RecordInvalid(reason="length")
    entry = _entry(raw)
    signature, data = entry.get(8), entry.get(9)
    if not isinstance(signature, bytes) or not isinstance(data, bytes) or not signature or not data:
        raise RecordInvalid(reason="signatureV2")
    embedded = entry.get(7)
    if embedded is not None and embedded != _KEY_PREFIX[4:] + key.public_bytes_raw():
        raise RecordInvalid(reason="pubKey")
    try:
        key.verify(signature, _PREFIX + data)
    except InvalidSignature as error:
        raise RecordInvalid(reason="signatureV2") from error
    signed = _signed(data)
    if 1 in entry or 2 in entry:
        _compare(entry, signed)
    record = _record(signed)
    if record.until <= now:
        raise RecordExpired(reason="validity", until=record.until.isoformat())
    return record


def newer(known: Record | None, found: Record) -> Record:
    """The record to go on with; raises :class:`RecordOlder` when ``found`` goes back behind ``known``."""
    if known is not None and (found.sequence, found.until) < (known.sequence, known.until):
        raise RecordOlder(sequence=found.sequence, known=known.sequence)
    return found


def _entry(raw: bytes) -> dict[int, int | bytes]:
    try:
        return dict(fields(raw))
    except ValueError as error:
        raise RecordInvalid(reason="protobuf") from error


def _signed(data: bytes) -> dict[str, Any]:
    try:
        found = libipld.decode_dag_cbor(data)
        if libipld.encode_dag_cbor(found) != data:
            raise ValueError("not in its one spelling")
    except (ValueError, TypeError, RecursionError) as error:
        raise RecordInvalid(reason="data") from error
    if not isinstance(found, dict):
        raise RecordInvalid(reason="data")
    return found


def _compare(entry: Mapping[int, int | bytes], signed: Mapping[str, Any]) -> None:
    for place, field in _COPIES.items():
        told = entry.get(place, 0 if place in (3, 5, 6) else b"")
        if told != signed.get(field):
            raise RecordInvalid(reason=field)


def _record(signed: Mapping[str, Any]) -> Record:
    value, validity = signed.get("Value"), signed.get("Validity")
    sequence, ttl = signed.get("Sequence"), signed.get("TTL")
    if not isinstance(value, bytes) or not isinstance(validity, bytes):
        raise RecordInvalid(reason="Value")
    if type(sequence) is not int or type(ttl) is not int or sequence < 0 or ttl < 0:
        raise RecordInvalid(reason="Sequence")
    if signed.get("ValidityType") != 0:
        raise RecordInvalid(reason="ValidityType")
    try:
        return Record(value.decode("ascii"), sequence, _moment(validity.decode("ascii")), ttl / _NANO)
    except (UnicodeDecodeError, ValueError, OverflowError) as error:
        raise RecordInvalid(reason="Validity") from error


def _moment(written: str) -> datetime:
    """A moment of RFC 3339, whose nanoseconds are cut to microseconds."""
    found = _MOMENT.fullmatch(written)
    if found is None:
        raise ValueError("not RFC 3339")
    whole = datetime.fromisoformat(found[1] + ("+00:00" if found[3] == "Z" else found[3]))
    return whole + timedelta(microseconds=int((found[2] or "").ljust(9, "0")[:6]))

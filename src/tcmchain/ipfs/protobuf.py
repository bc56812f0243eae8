"""The few pieces of the Protocol Buffers wire format that IPFS blocks and records are made of."""

from collections.abc import Iterator

_MOST = 10


def varint(value: int) -> bytes:
    """A number of at least zero, seven bits a byte, lowest first."""
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    found.append(value)
    return bytes(found)


def number(field: int, value: int) -> bytes:
    """A field with a number."""
    return varint(field << 3) + varint(value)


def text(field: int, value: bytes) -> bytes:
    """A field with bytes."""
    return varint(field << 3 | 2) + varint(len(value)) + value


def fields(raw: bytes) -> Iterator[tuple[int, int | bytes]]:
    """The fields of a message, in order: numbers and bytes; raises ``ValueError``."""
    at = 0
    while at < len(raw):
        key, at = _varint(raw, at)
        kind = key & 7
        if kind == 0:
            value, at = _varint(raw, at)
            yield key >> 3, value
        elif kind == 2:
            length, at = _varint(raw, at)
            if at + length > len(raw):
                raise ValueError("the message ends within a field")
            yield key >> 3, raw[at : at + length]
            at += length
        else:
            raise ValueError(f"wire type {kind} is not used here")


def _varint(raw: bytes, at: int) -> tuple[int, int]:
    found = 0
    for place in range(_MOST):
        if at + place >= len(raw):
            raise ValueError("the message ends within a number")
        byte = raw[at + place]
        found |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            if found >= 1 << 64:
                raise ValueError("the number is too large")
            return found, at + place + 1
    raise ValueError("the number is too long")

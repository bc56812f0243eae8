"""Reading and writing values in the Ethereum contract ABI.

Reading works on the hex text as a node sends it, so that ``bytes32`` values are plain slices; a reader for
each type is built once. Values are spelled as in :class:`tcmchain.chain.events.Event`.
Follows https://docs.soliditylang.org/en/latest/abi-spec.html
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from eth_abi.abi import encode as encode_values
from eth_abi.exceptions import EncodingError
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from tcmchain.errors import Invalid
from tcmchain.values import Address

Read = Callable[[str, int, int], Any]
"""Reads a value from (hex text, start of the enclosing tuple, place of the head)."""

WORD: Final = 64
_ARRAY = re.compile(r"(.+)\[(\d*)\]")


class MalformedData(Invalid):
    """Data that does not follow the ABI it is read with."""

    code = "abi-malformed"


@lru_cache(maxsize=65536)
def checksum(address: str) -> Address:
    """Spell an address by EIP-55."""
    return Address(to_checksum_address(address))


@lru_cache(maxsize=4096)
def selector(signature: str) -> str:
    """The first four bytes of a signature's Keccak hash, as 8 hex digits without ``0x``."""
    return keccak(text=signature)[:4].hex()


def canonical(parameter: Mapping[str, Any]) -> str:
    """The type of an ABI parameter as signatures spell it, tuples written out."""
    kind: str = parameter["type"]
    if not kind.startswith("tuple"):
        return kind
    return f"({','.join(canonical(part) for part in parameter['components'])}){kind[5:]}"


@dataclass(frozen=True, slots=True)
class Reader:
    """How to read one type: ``size`` is the width of its head in hex digits."""

    size: int
    dynamic: bool
    read: Read


def _read_uint(text: str, _: int, at: int) -> int:
    return int(text[at : at + WORD], 16)


def _read_int(text: str, _: int, at: int) -> int:
    value = int(text[at : at + WORD], 16)
    return value - (1 << 256) if value >> 255 else value


def _read_bool(text: str, _: int, at: int) -> bool:
    return text[at + WORD - 1] == "1"


def _read_address(text: str, _: int, at: int) -> str:
    return checksum("0x" + text[at + 24 : at + WORD])


def _read_fixed_bytes(width: int) -> Read:
    return lambda text, _, at: "0x" + text[at : at + width]


def _tail(text: str, start: int, at: int) -> tuple[int, int]:
    place = start + 2 * int(text[at : at + WORD], 16)
    length = int(text[place : place + WORD], 16)
    if length > len(text):
        raise MalformedData("a length goes beyond the data")
    return place + WORD, length


def _read_bytes(text: str, start: int, at: int) -> str:
    place, length = _tail(text, start, at)
    return "0x" + text[place : place + 2 * length]


def _read_string(text: str, start: int, at: int) -> str:
    place, length = _tail(text, start, at)
    return bytes.fromhex(text[place : place + 2 * length]).decode(errors="replace")


def _read_list(item: Reader) -> Read:
    read, size = item.read, item.size

    def read_list(text: str, start: int, at: int) -> tuple[Any, ...]:
        place, length = _tail(text, start, at)
        return tuple([read(text, place, place + i * size) for i in range(length)])

    return read_list


def sequence_reader(items: Sequence[Reader]) -> Read:
    """Read values that stand one after another, beginning at ``start``."""
    parts: list[tuple[Read, int]] = []
    offset = 0
    for item in items:
        parts.append((item.read, offset))
        offset += item.size

    def read_all(text: str, start: int, at: int) -> tuple[Any, ...]:
        return tuple([read(text, start, at + offset) for read, offset in parts])

    return read_all


def _tuple_reader(items: Sequence[Reader]) -> Reader:
    read = sequence_reader(items)
    if not any(item.dynamic for item in items):
        return Reader(sum(item.size for item in items), False, read)

    def read_tail(text: str, start: int, at: int) -> Any:
        place = start + 2 * int(text[at : at + WORD], 16)
        return read(text, place, place)

    return Reader(WORD, True, read_tail)


def reader(parameter: Mapping[str, Any]) -> Reader:
    """Build the reader of an ABI parameter."""
    kind: str = parameter["type"]
    array = _ARRAY.fullmatch(kind)
    if array is not None:
        item = reader({**parameter, "type": array[1]})
        return _tuple_reader([item] * int(array[2])) if array[2] else Reader(WORD, True, _read_list(item))
    if kind == "tuple":
        return _tuple_reader([reader(part) for part in parameter["components"]])
    if kind in ("string", "bytes"):
        return Reader(WORD, True, _read_string if kind == "string" else _read_bytes)
    return Reader(WORD, False, _word_read(kind))


def _word_read(kind: str) -> Read:
    if kind.startswith("bytes"):
        return _read_fixed_bytes(2 * int(kind[5:]))
    if kind.startswith("uint"):
        return _read_uint
    if kind.startswith("int"):
        return _read_int
    return {"bool": _read_bool, "address": _read_address}[kind]


def decode(read: Read, text: str) -> tuple[Any, ...]:
    """Read a sequence of values from hex text without ``0x``; raises :class:`MalformedData`."""
    try:
        values: tuple[Any, ...] = read(text, 0, 0)
    except (ValueError, IndexError) as error:
        raise MalformedData(str(error)) from error
    return values


def encode(types: Sequence[str], values: Sequence[Any]) -> bytes:
    """Write values, bytes given as ``bytes`` or ``0x`` hex text; raises :class:`tcmchain.errors.Invalid`."""
    try:
        return encode_values(types, [_plain(kind, value) for kind, value in zip(types, values, strict=True)])
    except (EncodingError, ValueError, TypeError) as error:
        raise MalformedData(str(error)) from error


def _plain(kind: str, value: Any) -> Any:
    if isinstance(value, str):
        return bytes.fromhex(value.removeprefix("0x")) if kind.startswith("bytes") else value
    if isinstance(value, (list, tuple)):
        array = _ARRAY.fullmatch(kind)
        if array is not None:
            return [_plain(array[1], item) for item in value]
        return tuple(_plain(part, item) for part, item in zip(_parts(kind), value, strict=True))
    return value


@lru_cache(maxsize=1024)
def _parts(kind: str) -> tuple[str, ...]:
    parts, depth, start = [], 0, 1
    for place, letter in enumerate(kind):
        depth += (letter in "([") - (letter in ")]")
        if (letter == "," and depth == 1) or (letter == ")" and depth == 0):
            parts.append(kind[start:place])
            start = place + 1
    return tuple(parts)

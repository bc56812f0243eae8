"""The rolling head of a folder, as the contract reckons it, for whoever checks a folder as a whole."""

from collections.abc import Iterable
from typing import Final

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from tcmchain.records.model.entries import Appended, Entry
from tcmchain.records.model.errors import OriginFalse
from tcmchain.values import ZERO_HASH, Address, Hash32

_ENTRY: Final = "(address,bytes32,uint32,bytes32,bytes32,bytes32)"


def next_head(head: Hash32, entry: Entry, number: int, author: Address) -> Hash32:
    """keccak256(abi.encode(head, entry, number, author))."""
    values = (
        entry.patient,
        _raw(entry.file),
        entry.version,
        _raw(entry.envelope),
        _raw(entry.lock),
        _raw(entry.facts),
    )
    raw = encode(("bytes32", _ENTRY, "uint64", "address"), (_raw(head), values, number, author))
    return Hash32("0x" + keccak(raw).hex())


def head_of(entries: Iterable[Appended], head: Hash32 = ZERO_HASH, number: int = 0) -> Hash32:
    """The head after some entries in order, beginning behind ``number``; raises :class:`OriginFalse` at a gap."""
    for appended in entries:
        number += 1
        if appended.number != number:
            raise OriginFalse(reason="number")
        head = next_head(head, appended.entry, number, appended.author)
        if head != appended.head:
            raise OriginFalse(reason="head")
    return head


def _raw(value: Hash32) -> bytes:
    return bytes.fromhex(value[2:])

"""A patient's own copy: every block of a folder, fetched by its name and held against its CID."""

from collections.abc import Callable
from dataclasses import dataclass

import orjson

from tcmchain.errors import NotFound
from tcmchain.ipfs.errors import NotUnixFs, RecordInvalid
from tcmchain.ipfs.heads import Heads, cid_of_value, read_list
from tcmchain.ipfs.sources import Blocks
from tcmchain.ipfs.store import blocks_of
from tcmchain.values import Address, Cid

Told = Callable[[int, int], None]
"""Hears how many envelopes of how many are done."""


@dataclass(frozen=True, slots=True)
class Mirrored:
    """What a mirroring brought: files, blocks that are here now, those fetched just now, and what nobody had."""

    patient: Address
    count: int
    files: int
    blocks: int
    fetched: int
    missing: tuple[Cid, ...]


async def mirror(
    blocks: Blocks, heads: Heads, patient: Address, name: str, raw: bytes, told: Told = lambda _, __: None
) -> Mirrored:
    """Bring all blocks of a folder here. What is here already is not fetched again, so a break costs nothing.

    Raises ``RecordInvalid``, also for a list of another patient, ``RecordExpired``, ``RecordOlder`` and
    ``BlockMissing`` when the list itself is not to be had.
    """
    record = heads.take(name, raw)
    listed = await read_list(blocks, cid_of_value(record.value))
    if listed.patient != patient:
        raise RecordInvalid(reason="patient")
    seen: set[Cid] = set()
    missing: list[Cid] = []
    fetched = 0
    for number, envelope in enumerate(listed.envelopes):
        try:
            fetched += await _bring(blocks, envelope, seen)
            body = _body_of(await blocks.get(envelope))
            if body is not None:
                async for leaf in blocks_of(blocks, body):
                    fetched += await _bring(blocks, leaf, seen)
        except (NotFound, NotUnixFs):
            missing.append(envelope)
        told(number + 1, len(listed.envelopes))
    return Mirrored(patient, listed.count, len(listed.envelopes), len(seen), fetched, tuple(missing))


async def _bring(blocks: Blocks, cid: Cid, seen: set[Cid]) -> int:
    if cid in seen:
        return 0
    new = not await blocks.has(cid)
    await blocks.get(cid)
    seen.add(cid)
    return int(new)


def _body_of(envelope: bytes) -> Cid | None:
    """The CID of the body, as an envelope has it in the clear."""
    try:
        body = orjson.loads(envelope)["body"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return None
    return None if body is None else Cid(str(body))

"""What a patient's folder holds now, as a file under a name of IPNS that a node signs.

Each folder has a key of its own, derived from one secret of the node, so that names of two folders show nothing in
common. The file lists the envelopes in force; who follows the name gets every block of a folder, and can hold the
list against the chain's head.
"""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tcmchain.errors import NotFound
from tcmchain.ipfs.cid import read_cid
from tcmchain.ipfs.errors import CidInvalid, NameUnknown, RecordInvalid
from tcmchain.ipfs.ipns import IpnsName, Record, key_of, name_of, newer, read_record, sign_record
from tcmchain.ipfs.store import BlockStore, add_stream, delete_tree, read_stream
from tcmchain.values import Address, Cid, Hash32, UnixTime

SCHEMA: Final = "tcmchain.folder.1"
_LIFETIME: Final = 48 * 3600
_RENEW_BEFORE: Final = 24 * 3600
_KEY_FILE: Final = "names.key"
_FOLDER: Final = "names"
_PATH: Final = "/ipfs/"
_LARGEST_LIST: Final = 64 << 20


@dataclass(frozen=True, slots=True)
class FolderHead:
    """A folder as the chain has it: how many entries, their rolling head, and the envelopes that are in force."""

    patient: Address
    count: int
    head: Hash32
    envelopes: tuple[Cid, ...]


@dataclass(frozen=True, slots=True)
class Published:
    """A name with the record that stands for it."""

    name: IpnsName
    record: bytes


FindFolder = Callable[[Address], FolderHead | None]
"""Answers a patient's folder as indexed, ``None`` when there is none."""


class Heads:
    """The names that a node publishes, and those of other nodes that it has seen."""

    def __init__(
        self, folder: Path, blocks: BlockStore, find: FindFolder, now: Callable[[], float] = time.time
    ) -> None:
        self._secret_file = folder / _KEY_FILE
        self._names = folder / _FOLDER
        self._names.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._blocks = blocks
        self._find = find
        self._now = now

    def name(self, patient: Address) -> IpnsName:
        """The name under which this node publishes a folder."""
        return name_of(self._key(patient).public_key())

    async def publish(self, patient: Address) -> Published:
        """The folder's record, signed anew if the folder changed or the old one runs out soon.

        Raises :class:`NameUnknown` for a patient without a folder.
        """
        name = self.name(patient)
        folder = await asyncio.to_thread(self._find, patient)
        if folder is None:
            raise NameUnknown(name=name)
        known = self._known(name)
        held = _list_of(folder)
        value = _PATH + await add_stream(self._blocks, _once(held))
        if known is not None:
            record = self._read(name, known)
            if record is not None and record.value == value and self._lasts(record):
                return Published(name, known)
            await self._forget(record, value)
        sequence = self._sequence(name, value)
        until = UnixTime(int(self._now()) + _LIFETIME)
        raw = sign_record(self._key(patient), value, sequence, until)
        self._keep(name, raw, sequence, value, patient)
        return Published(name, raw)

    async def record(self, name: str) -> bytes:
        """The record of a name, signed anew where it is this node's; raises :class:`NameUnknown`, ``NameInvalid``."""
        key_of(name)
        note = self._note(name)
        if note is None:
            raise NameUnknown(name=name)
        if note.get("patient"):
            return (await self.publish(Address(note["patient"]))).record
        return bytes.fromhex(note["record"])

    def take(self, name: str, raw: bytes) -> Record:
        """Judge another node's record and keep it if it is not older than the one known.

        Raises ``NameInvalid``, ``RecordInvalid``, ``RecordExpired`` and ``RecordOlder``.
        """
        found = read_record(name, raw, self._moment())
        note = self._note(name)
        # A record that ran out still tells what is older than it.
        before = datetime.min.replace(tzinfo=UTC)
        known = None if note is None else read_record(name, bytes.fromhex(note["record"]), before)
        newer(known, found)
        if note is None or not note.get("patient"):
            self._keep(IpnsName(name), raw, found.sequence, found.value, None)
        return found

    def _sequence(self, name: IpnsName, value: str) -> int:
        note = self._note(name)
        if note is None:
            return 0
        return int(note["sequence"]) + int(note["value"] != value)

    async def _forget(self, record: Record | None, value: str) -> None:
        """Take the list away that no name points at any more."""
        if record is None or record.value == value:
            return
        try:
            await delete_tree(self._blocks, cid_of_value(record.value))
        except NotFound:
            return

    def _lasts(self, record: Record) -> bool:
        return record.until.timestamp() > self._now() + _RENEW_BEFORE

    def _read(self, name: IpnsName, raw: bytes) -> Record | None:
        try:
            return read_record(name, raw, self._moment())
        except RecordInvalid:
            return None

    def _moment(self) -> datetime:
        return datetime.fromtimestamp(self._now(), UTC)

    def _key(self, patient: Address) -> Ed25519PrivateKey:
        derived = HKDF(SHA256(), 32, b"tcmchain.names.1", patient.lower().encode()).derive(self._secret())
        return Ed25519PrivateKey.from_private_bytes(derived)

    def _secret(self) -> bytes:
        try:
            return self._secret_file.read_bytes()
        except FileNotFoundError:
            draft = self._secret_file.with_suffix(".draft")
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as out:
                out.write(os.urandom(32))
                out.flush()
                os.fsync(out.fileno())
            draft.replace(self._secret_file)
            return self._secret_file.read_bytes()

    def _known(self, name: IpnsName) -> bytes | None:
        note = self._note(name)
        return None if note is None else bytes.fromhex(note["record"])

    def _note(self, name: str) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = orjson.loads((self._names / name).read_bytes())
        except FileNotFoundError:
            return None
        return found

    def _keep(self, name: IpnsName, raw: bytes, sequence: int, value: str, patient: Address | None) -> None:
        note = {"record": raw.hex(), "sequence": sequence, "value": value, "patient": patient}
        draft = self._names / f"{name}.draft"
        draft.write_bytes(orjson.dumps(note))
        draft.replace(self._names / name)


def cid_of_value(value: str) -> Cid:
    """The CID that a record points at; raises ``RecordInvalid`` when it points at anything else."""
    cid = value.removeprefix(_PATH)
    try:
        read_cid(cid)
    except CidInvalid as error:
        raise RecordInvalid(reason="Value") from error
    return Cid(cid)


async def read_list(blocks: BlockStore, cid: Cid) -> FolderHead:
    """The list that a name points at; raises ``RecordInvalid``, ``BlockMissing`` and ``NotUnixFs``."""
    held = bytearray()
    async for part in read_stream(blocks, cid):
        held += part
        if len(held) > _LARGEST_LIST:
            raise RecordInvalid(reason="length")
    try:
        told = orjson.loads(held)
        envelopes = tuple(Cid(str(name)) for name in told["envelopes"])
        for name in envelopes:
            read_cid(name)
        if told["schema"] != SCHEMA:
            raise ValueError("another schema")
        return FolderHead(Address(str(told["patient"])), int(told["count"]), Hash32(str(told["head"])), envelopes)
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, CidInvalid) as error:
        raise RecordInvalid(reason="list") from error


def _list_of(folder: FolderHead) -> bytes:
    told = {
        "schema": SCHEMA,
        "patient": folder.patient,
        "count": folder.count,
        "head": folder.head,
        "envelopes": list(folder.envelopes),
    }
    return orjson.dumps(told)


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content

"""What the doors of records answer."""

from base64 import b64encode
from typing import Literal

from pydantic import BaseModel, Field

from tcmchain.ipfs.cid import cid_of_digest
from tcmchain.records.model.entries import Appended, Entry, Folder, Tombstone
from tcmchain.records.readmodel.uploads import Upload
from tcmchain.records.service.authoring import Written
from tcmchain.records.service.folders import Line, Origin
from tcmchain.values import Cid
from tcmchain.web.calls import CallView


class EntryView(BaseModel):
    """An entry as it stands on the chain; ``member`` is null when the patient supplied it."""

    number: int
    file: str
    version: int
    envelope: str = Field(description="SHA-256 of the envelope")
    cid: str = Field(description="the envelope's content address")
    lock: str = Field(description="SHA-256 of the lock")
    facts: str = Field(description="SHA-256 of the padded facts")
    head: str
    author: str
    member: str | None
    block: int
    at: int
    tx: str

    @classmethod
    def of(cls, found: Appended) -> "EntryView":
        entry = found.entry
        return cls(
            number=found.number,
            file=entry.file,
            version=entry.version,
            envelope=entry.envelope,
            cid=cid_of_digest(entry.envelope),
            lock=entry.lock,
            facts=entry.facts,
            head=found.head,
            author=found.author,
            member=found.member,
            block=found.block,
            at=found.at,
            tx=found.tx,
        )


class FolderView(BaseModel):
    """A folder: how many entries, its rolling head, and a part of the entries in order."""

    patient: str
    count: int
    head: str
    entries: list[EntryView]

    @classmethod
    def of(cls, folder: Folder, entries: list[Appended]) -> "FolderView":
        views = [EntryView.of(entry) for entry in entries]
        return cls(patient=folder.patient, count=folder.count, head=folder.head, entries=views)


class LineView(BaseModel):
    """An entry with its envelope as base64, for the device that can open it."""

    entry: EntryView
    envelope: str | None
    state: Literal["sealed", "erased", "missing"]
    newest: bool

    @classmethod
    def of(cls, line: Line) -> "LineView":
        sealed = None if line.envelope is None else b64encode(line.envelope).decode()
        state: Literal["sealed", "erased", "missing"] = (
            "erased" if line.erased else "missing" if sealed is None else "sealed"
        )
        return cls(entry=EntryView.of(line.appended), envelope=sealed, state=state, newest=line.newest)


class TimelineView(BaseModel):
    """A page, newest first; ``before`` of the next page, null when there is none."""

    count: int
    lines: list[LineView]
    before: int | None

    @classmethod
    def of(cls, folder: Folder, lines: list[Line], limit: int) -> "TimelineView":
        last = lines[-1].appended.number if len(lines) == limit else None
        return cls(count=folder.count, lines=[LineView.of(line) for line in lines], before=last)


class VersionView(EntryView):
    """A version, with the hash of its block."""

    blockHash: str  # noqa: N815


class TombstoneView(BaseModel):
    """What remains of an erased file."""

    versions: int
    by: str
    block: int
    at: int
    tx: str

    @classmethod
    def of(cls, found: Tombstone) -> "TombstoneView":
        return cls(versions=found.versions, by=found.by, block=found.block, at=found.at, tx=found.tx)


class OriginView(BaseModel):
    """Where a file comes from: every version, and its tombstone if it was erased."""

    patient: str
    file: str
    versions: list[VersionView]
    tombstone: TombstoneView | None

    @classmethod
    def of(cls, patient: str, file: str, found: Origin) -> "OriginView":
        versions = [
            VersionView(**EntryView.of(version.appended).model_dump(), blockHash=version.block_hash)
            for version in found.versions
        ]
        stone = None if found.tombstone is None else TombstoneView.of(found.tombstone)
        return cls(patient=patient, file=file, versions=versions, tombstone=stone)


class PlacedView(BaseModel):
    """An entry that is to be signed as a transaction, and its calls."""

    file: str
    version: int
    envelope: str
    cid: str
    calls: list[CallView]

    @classmethod
    def of(cls, entry: Entry, calls: list[CallView]) -> "PlacedView":
        return cls(
            file=entry.file,
            version=entry.version,
            envelope=entry.envelope,
            cid=cid_of_digest(entry.envelope),
            calls=calls,
        )


class WrittenView(BaseModel):
    """An entry that the member's node appended."""

    patient: str
    file: str
    version: int
    envelope: str
    cid: str
    body: str
    size: int
    sha256: str
    tx: str
    block: int

    @classmethod
    def of(cls, found: Written) -> "WrittenView":
        entry = found.entry
        return cls(
            patient=entry.patient,
            file=entry.file,
            version=entry.version,
            envelope=entry.envelope,
            cid=cid_of_digest(entry.envelope),
            body=found.body,
            size=found.size,
            sha256=found.sha256,
            tx=found.tx,
            block=found.block,
        )


class UploadView(BaseModel):
    """Where an upload stands; ``body`` is the CID once it is whole, at once when the vault has an equal body."""

    upload: str | None
    offset: int
    size: int
    body: str | None

    @classmethod
    def of(cls, found: Upload | Cid, size: int) -> "UploadView":
        if isinstance(found, Upload):
            return cls(upload=found.id, offset=found.offset, size=found.size, body=found.body)
        return cls(upload=None, offset=size, size=size, body=found)


class DeskView(BaseModel):
    """A member's desk at this node: patients send their relation card to this account's inbox."""

    member: str
    account: str
    inbox: str


class PatientsView(BaseModel):
    """Pseudonyms of those who sent a member their card, the newest first."""

    patients: list[str]

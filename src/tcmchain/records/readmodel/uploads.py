"""Sealed bodies on their way from a device: what arrived stands in a file, where it stands in the database."""

import os
import secrets
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tcmchain.records.model.errors import UploadUnknown
from tcmchain.records.readmodel.private import PrivateRecords
from tcmchain.values import Address, Cid, Hash32, UnixTime

_PIECE: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Upload:
    """``offset`` bytes of ``size`` have come; ``body`` is the CID once all have."""

    id: str
    account: Address
    patient: Address
    size: int
    tag: Hash32 | None
    offset: int
    at: UnixTime
    body: Cid | None


class UploadStore:
    """Unfinished uploads in a folder, and finished ones until an entry uses them."""

    def __init__(self, private: PrivateRecords, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._private = private
        self._folder = folder

    def open(self, account: Address, patient: Address, size: int, tag: Hash32 | None, at: UnixTime) -> Upload:
        """Begin an upload."""
        upload = secrets.token_hex(16)
        self._file(upload).touch(mode=0o600)
        values = (upload, account, patient, size, tag, 0, at)
        self._private.change("INSERT INTO records_upload VALUES (?, ?, ?, ?, ?, ?, ?, NULL)", values)
        return Upload(upload, account, patient, size, tag, 0, at, None)

    def upload(self, upload: str) -> Upload | None:
        """An upload, if it waits here."""
        row = self._private.one("SELECT * FROM records_upload WHERE upload = ?", (upload,))
        if row is None:
            return None
        name, account, patient, size, tag, reached, at, body = row
        return Upload(
            name,
            Address(account),
            Address(patient),
            size,
            None if tag is None else Hash32(tag),
            reached,
            UnixTime(at),
            None if body is None else Cid(body),
        )

    def add(self, upload: Upload, piece: bytes, at: UnixTime) -> int:
        """Write a piece behind what is there, durably; answers the new offset. Raises ``UploadUnknown``."""
        with self._file(upload.id).open("r+b") as file:
            if file.seek(0, os.SEEK_END) < upload.offset:
                raise UploadUnknown(upload=upload.id)
            # A piece that was cut off when the machine stopped was never acknowledged: it is written over.
            file.seek(upload.offset)
            file.write(piece)
            file.truncate()
            file.flush()
            os.fsync(file.fileno())
        reached = upload.offset + len(piece)
        self._private.change("UPDATE records_upload SET reached = ?, at = ? WHERE upload = ?", (reached, at, upload.id))
        return reached

    async def pieces(self, upload: str) -> AsyncIterator[bytes]:
        """What has come, piece by piece."""
        with self._file(upload).open("rb") as file:
            while piece := file.read(_PIECE):
                yield piece

    def finish(self, upload: str, body: Cid, at: UnixTime) -> None:
        """Note the body of an upload that is whole, and let its file go."""
        self._private.change("UPDATE records_upload SET body = ?, at = ? WHERE upload = ?", (body, at, upload))
        self._file(upload).unlink(missing_ok=True)

    def used(self, body: Cid) -> None:
        """An envelope names the body: it is kept from now on."""
        self._private.change("DELETE FROM records_upload WHERE body = ?", (body,))

    def forget(self, upload: str) -> None:
        """Give an upload up."""
        self._private.change("DELETE FROM records_upload WHERE upload = ?", (upload,))
        self._file(upload).unlink(missing_ok=True)

    def waiting(self, account: Address) -> int:
        """How many uploads of an account are unfinished, or named by no entry yet."""
        row = self._private.one("SELECT count(*) FROM records_upload WHERE account = ?", (account,))
        return 0 if row is None else int(row[0])

    def room(self) -> int:
        """Bytes that are free on the disk."""
        return shutil.disk_usage(self._folder).free

    def stale(self, before: UnixTime) -> list[Upload]:
        """Uploads that nothing came for since a moment."""
        rows = self._private.all("SELECT upload FROM records_upload WHERE at < ?", (before,))
        found = (self.upload(row[0]) for row in rows)
        return [upload for upload in found if upload is not None]

    def _file(self, upload: str) -> Path:
        return self._folder / upload

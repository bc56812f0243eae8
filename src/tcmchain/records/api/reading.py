"""Doors that read folders. Entries are public as on the chain; envelopes and bodies go to those who may look."""

from collections.abc import AsyncIterator
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import Response, StreamingResponse
from pydantic import Field

from tcmchain.errors import TcmChainError
from tcmchain.ipfs.store import read_stream
from tcmchain.records.api import bodies as b
from tcmchain.records.api import views as v
from tcmchain.records.model.envelope import Envelope
from tcmchain.records.model.errors import EnvelopeMissing, FileUnknown, MayNotLook
from tcmchain.records.service.building import Records
from tcmchain.values import Address, Cid, Hash32, MemberId
from tcmchain.web.askings import asking_account

MOST: Final = 200
_LAST: Final = 1 << 53
_SEALED: Final = {"Cache-Control": "private, max-age=31536000, immutable", "Content-Encoding": "identity"}
"""What is sealed does not get smaller by compressing."""

Signed = Annotated[Address, Depends(asking_account)]
Patient = Annotated[b.Account, Path()]
File = Annotated[b.Identifier, Path()]
Version = Annotated[int, Path(ge=1, lt=1 << 32)]
Number = Annotated[int, Field(ge=1, le=_LAST)]
Limit = Annotated[int, Query(ge=1, le=MOST)]


def looker(records: Records, account: Address) -> None:
    """Let patients, proxies, published readers and members' accounts pass; raises ``MayNotLook``."""
    if records.roll.member_of(account) is not None:
        return
    if not records.patients.takes_letters(account) and not records.patients.entrusted_to(account):
        raise MayNotLook(account=account)


def install(found: APIRouter, records: Records) -> None:
    """Add the doors."""
    _sealed(found, records)

    @found.get("/{patient}")
    def read_folder(
        patient: Patient, first: Annotated[int, Query(alias="from", ge=1, le=_LAST)] = 1, limit: Limit = 100
    ) -> v.FolderView:
        """Count, head and entries of a folder from a number on, in order."""
        account = b.account(patient)
        return v.FolderView.of(records.folders.folder(account), records.folders.entries(account, first, limit))

    @found.get("/{patient}/files/{file}")
    async def read_origin(patient: Patient, file: File) -> v.OriginView:
        """Where a file comes from: who wrote each version, when, in which block; its tombstone if it was erased."""
        account = b.account(patient)
        origin = await records.folders.origin(account, Hash32(file))
        return v.OriginView.of(account, file, origin)


def _sealed(found: APIRouter, records: Records) -> None:
    @found.get("/{patient}/timeline")
    async def read_timeline(
        patient: Patient,
        account: Signed,
        before: Annotated[int | None, Query(ge=1, le=_LAST)] = None,
        limit: Limit = 50,
        member: Annotated[b.Identifier | None, Query()] = None,
        own: bool = False,
    ) -> v.TimelineView:
        """A page of entries with their envelopes, newest first. What kind a file is only the device sees."""
        looker(records, account)
        whose = b.account(patient)
        author = None if member is None else MemberId(member)
        lines = await records.folders.timeline(whose, before, limit, author, own)
        return v.TimelineView.of(records.folders.folder(whose), lines, limit)

    @found.get("/{patient}/envelopes")
    async def read_envelopes(
        patient: Patient, account: Signed, number: Annotated[list[Number], Query(min_length=1, max_length=MOST)]
    ) -> list[v.LineView]:
        """Envelopes of entries by their numbers, many in one answer."""
        looker(records, account)
        return [v.LineView.of(line) for line in await records.folders.envelopes(b.account(patient), number)]

    @found.get("/{patient}/files/{file}/versions/{version}/envelope", response_class=Response)
    async def read_envelope(patient: Patient, file: File, version: Version, account: Signed) -> Response:
        """The envelope of a version, byte for byte; its SHA-256 stands on the chain."""
        looker(records, account)
        _, block = await records.folders.envelope(b.account(patient), Hash32(file), version)
        return Response(block, media_type="application/json", headers=_SEALED)

    @found.get("/{patient}/files/{file}/versions/{version}/body", response_class=StreamingResponse)
    async def read_body(
        patient: Patient,
        file: File,
        version: Version,
        account: Signed,
        offset: Annotated[int, Query(ge=0, le=_LAST)] = 0,
    ) -> StreamingResponse:
        """The sealed body of a version from an offset on, each block held against its content address."""
        looker(records, account)
        _, block = await records.folders.envelope(b.account(patient), Hash32(file), version)
        envelope = Envelope.read(block)
        if envelope.body is None:
            raise FileUnknown(file=file)
        pieces = read_stream(records.folders.blocks, Cid(envelope.body), offset)
        first = await _first(pieces, file)
        return StreamingResponse(_rest(first, pieces), media_type="application/octet-stream", headers=_SEALED)


async def _first(pieces: AsyncIterator[bytes], file: str) -> bytes:
    """The first piece, so that a body that cannot be had is told as an error and not as a short answer."""
    try:
        return await anext(pieces, b"")
    except TcmChainError as error:
        raise EnvelopeMissing(file=file) from error


async def _rest(first: bytes, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for piece in pieces:
        yield piece

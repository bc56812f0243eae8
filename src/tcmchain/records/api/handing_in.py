"""Doors for devices that seal by themselves: uploads, envelopes, erasure."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Header, Path, Request, Response

from tcmchain.chain.handover import HandOver
from tcmchain.records.api import bodies as b
from tcmchain.records.api import views as v
from tcmchain.records.api.reading import looker
from tcmchain.records.service.building import Records
from tcmchain.values import Address, Hash32
from tcmchain.web.askings import asking_account
from tcmchain.web.calls import CallsView, CallView

_BINARY: Final = {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
Signed = Annotated[Address, Depends(asking_account)]
UploadId = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]


def install(found: APIRouter, records: Records, hand_over: HandOver) -> None:
    """Add the doors."""
    _uploads(found, records)

    @found.post("/append")
    async def append(body: b.AppendBody, account: Signed) -> v.PlacedView:
        """Keep an envelope that the account may append, and answer the call that it signs."""
        entry, calls = await records.handing_in.append(
            account, body.block(), Hash32(body.facts), Hash32(body.grant), Hash32(body.salt)
        )
        written = (await hand_over(calls, account, rehearse=False))["calls"]
        return v.PlacedView.of(entry, [CallView(**call) for call in written])

    @found.post("/erase")
    async def erase(body: b.EraseBody, account: Signed) -> CallsView:
        """The call by which a patient or a proxy leaves a tombstone in place of a file."""
        calls = await records.handing_in.erase(b.account(body.patient), Hash32(body.file), account)
        return CallsView(**await hand_over(calls, account, rehearse=False))


def _uploads(found: APIRouter, records: Records) -> None:
    @found.post("/uploads", status_code=201)
    async def open_upload(body: b.UploadBody, account: Signed) -> v.UploadView:
        """Begin to upload a sealed body; answers its CID at once when the patient's vault has an equal one."""
        looker(records, account)
        tag = None if body.tag is None else Hash32(body.tag)
        opened = await records.uploads.open(account, b.account(body.patient), body.size, tag)
        return v.UploadView.of(opened, body.size)

    @found.get("/uploads/{upload}")
    async def read_upload(upload: UploadId, account: Signed) -> v.UploadView:
        """How far an upload has come: where to go on after a break."""
        standing = await records.uploads.upload(upload, account)
        return v.UploadView.of(standing, standing.size)

    @found.patch("/uploads/{upload}", openapi_extra={"requestBody": {"required": True, **_BINARY}})
    async def add_piece(
        upload: UploadId,
        request: Request,
        response: Response,
        account: Signed,
        offset: Annotated[int, Header(alias="Upload-Offset", ge=0)],
    ) -> v.UploadView:
        """The next piece at an offset, as in tus 1.0; the last one answers the body's CID."""
        standing = await records.uploads.add(upload, account, offset, await request.body())
        response.headers["Upload-Offset"] = str(standing.offset)
        return v.UploadView.of(standing, standing.size)

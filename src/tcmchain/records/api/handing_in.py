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

BODY_HEADER: Final = "X-Tcmchain-Body"
_TUS: Final = {"Tus-Resumable": "1.0.0"}
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
    @found.options("/uploads", status_code=204)
    def tell_protocol(response: Response) -> None:
        """What this door speaks: tus 1.0.0 with creation."""
        response.headers.update(
            {
                **_TUS,
                "Tus-Version": "1.0.0",
                "Tus-Extension": "creation,expiration",
                "Tus-Max-Size": str(records.uploads.limit),
            }
        )

    @found.post("/uploads", status_code=201)
    async def open_upload(
        response: Response,
        account: Signed,
        length: Annotated[int, Header(alias="Upload-Length", ge=1, le=1 << 43)],
        metadata: Annotated[str, Header(alias="Upload-Metadata", max_length=1000)] = "",
    ) -> v.UploadView:
        """Begin to upload a sealed body (tus 1.0); ``patient`` and ``tag`` may stand in the metadata.

        When the patient's vault has an equal body, its CID is the answer, and nothing is to be sent.
        """
        looker(records, account)
        told = b.read_metadata(metadata)
        patient = b.account(told["patient"]) if "patient" in told else account
        tag = Hash32(told["tag"]) if "tag" in told else None
        opened = v.UploadView.of(await records.uploads.open(account, patient, length, tag), length)
        response.headers.update(_headers(opened))
        if opened.upload is not None:
            response.headers["Location"] = f"/api/records/uploads/{opened.upload}"
        return opened

    @found.head("/uploads/{upload}", status_code=204)
    async def ask_offset(upload: UploadId, response: Response, account: Signed) -> None:
        """How far an upload has come: where to go on after a break."""
        standing = await records.uploads.upload(upload, account)
        response.headers.update({**_headers(v.UploadView.of(standing, standing.size)), "Cache-Control": "no-store"})

    @found.get("/uploads/{upload}")
    async def read_upload(upload: UploadId, account: Signed) -> v.UploadView:
        """The same as JSON."""
        standing = await records.uploads.upload(upload, account)
        return v.UploadView.of(standing, standing.size)

    @found.patch("/uploads/{upload}", status_code=204, openapi_extra={"requestBody": {"required": True, **_BINARY}})
    async def add_piece(
        upload: UploadId,
        request: Request,
        response: Response,
        account: Signed,
        offset: Annotated[int, Header(alias="Upload-Offset", ge=0, le=1 << 53)],
    ) -> None:
        """The next piece at an offset; after the last one ``X-Tcmchain-Body`` has the body's CID."""
        standing = await records.uploads.add(upload, account, offset, await request.body())
        response.headers.update(_headers(v.UploadView.of(standing, standing.size)))


def _headers(found: v.UploadView) -> dict[str, str]:
    headers = {**_TUS, "Upload-Offset": str(found.offset), "Upload-Length": str(found.size)}
    return headers if found.body is None else {**headers, BODY_HEADER: found.body}

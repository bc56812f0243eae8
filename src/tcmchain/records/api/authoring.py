"""Doors for a member's own systems."""

from collections.abc import AsyncIterator
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Request

from tcmchain.crypto.letters import inbox_of
from tcmchain.records.api import bodies as b
from tcmchain.records.api import views as v
from tcmchain.records.model.errors import LengthMissing, NotOwnMember, UploadTooLong
from tcmchain.records.service.building import Records
from tcmchain.values import Address, MemberId
from tcmchain.web.askings import HEADER, asking
from tcmchain.web.session import caller, signed_in

_SIGNED_BODY: Final = 8 << 20
_BINARY: Final = {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
_HEAD_PARAMETER: Final[dict[str, Any]] = {
    "name": b.RECORD_HEADER,
    "in": "header",
    "required": True,
    "description": "base64 of JSON: patient, type, title, happened, categories and what else tells of the record",
    "schema": {"type": "string"},
}


def install(found: APIRouter, records: Records) -> None:
    """Add the doors."""

    @found.get("/desks")
    def list_desks() -> list[v.DeskView]:
        """The desks of this node; a patient sends its relation card to the one of its institution."""
        return [
            v.DeskView(member=desk.member, account=desk.account, inbox="0x" + inbox_of(desk.inbox).hex())
            for desk in records.desks.all()
        ]

    @found.get("/desks/{member}/patients")
    def list_patients(
        member: Annotated[b.Identifier, Path()], account: Annotated[Address, Depends(_writer)]
    ) -> v.PatientsView:
        """Whose cards a member has; for its own accounts."""
        own = _member_of(records, account)
        if own != member:
            raise NotOwnMember(account=account)
        return v.PatientsView(patients=list(records.desks.patients(records.desks.desk(own))))

    @found.post(
        "/seal",
        status_code=201,
        openapi_extra={"requestBody": {"required": True, **_BINARY}, "parameters": [_HEAD_PARAMETER]},
    )
    async def seal(request: Request, account: Annotated[Address, Depends(_writer)]) -> v.WrittenView:
        """Seal a clear body for a patient in this node's memory, keep it and append it, as the member.

        The body streams and needs its length told; with ``sha256`` told, an equal body in the patient's vault is
        kept once.
        """
        member = _member_of(records, account)
        order = b.read_head(request.headers.get(b.RECORD_HEADER)).order()
        size = _length(request)
        if size > records.uploads.limit:
            raise UploadTooLong(limit=records.uploads.limit)
        written = await records.authoring.write(member, order, _body(request), size)
        return v.WrittenView.of(written)


async def _writer(request: Request) -> Address:
    """Who has records written: a session, or an asking over a body that is small enough to be signed as a whole."""
    if HEADER not in request.headers or caller(request) is not None:
        return signed_in(request).address
    if _length(request) > _SIGNED_BODY:
        raise UploadTooLong(limit=_SIGNED_BODY)
    return (await asking(request)).account


def _member_of(records: Records, account: Address) -> MemberId:
    member = records.roll.member_of(account)
    if member is None:
        raise NotOwnMember(account=account)
    return member.id


def _length(request: Request) -> int:
    text = request.headers.get("content-length", "0" if request.method == "GET" else "")
    if not (text.isascii() and text.isdigit()):
        raise LengthMissing
    return int(text)


async def _body(request: Request) -> AsyncIterator[bytes]:
    async for piece in request.stream():
        if piece:
            yield piece

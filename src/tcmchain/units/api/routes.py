"""``/api/units``."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request
from fastapi import Path as PathPart
from fastapi.responses import StreamingResponse

from tcmchain.members.model.errors import AccountUnknown
from tcmchain.provenance.service.ledger import Ledger
from tcmchain.units.api import bodies as b
from tcmchain.units.model.codes import read_serial, write_serial
from tcmchain.units.model.errors import UnknownUnit, WithoutCodes
from tcmchain.units.service.opening import Openings
from tcmchain.units.service.trees import Trees
from tcmchain.units.service.verdicts import Verdicts
from tcmchain.values import Hash32, LotId, MemberId
from tcmchain.web.session import Caller, caller, signed_in

SignedIn = Annotated[Caller, Depends(signed_in)]
LotQuery = Annotated[b.Identifier, Query()]
SerialQuery = Annotated[b.SerialText, Query()]

_AT_ONCE: Final = 1 << 16
_BINARY: Final = {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}


def router(ledger: Ledger, trees: Trees, verdicts: Verdicts, openings: Openings) -> APIRouter:
    """Trees, verdicts and proofs, openings, scans, drug trace codes."""
    found = APIRouter(prefix="/api/units", tags=["units"])
    _trees(found, trees)
    _judging(found, ledger, trees, verdicts, openings)
    _opening(found, openings)
    _scanning(found, verdicts)
    return found


def _trees(found: APIRouter, trees: Trees) -> None:
    @found.put("/trees", openapi_extra={"requestBody": {"required": True, **_BINARY}})
    async def hand_in(request: Request, caller: SignedIn) -> b.TreeView:
        """Hand in a tree file; the node computes its root. Handing in the same again changes nothing."""
        _member(caller)
        root, units = await trees.receive(request.stream())
        return b.TreeView(root=root, units=units)

    @found.get("/trees/{root}", response_class=StreamingResponse, responses={200: _BINARY})
    def read_tree(root: Annotated[b.Identifier, PathPart()]) -> StreamingResponse:
        """A tree file as its maker sent it; there is no secret in it."""
        file, length = trees.entries(Hash32(root))
        headers = {"Content-Length": str(length), "Cache-Control": "public, max-age=31536000, immutable"}
        return StreamingResponse(_parts(file, length), media_type="application/octet-stream", headers=headers)


def _judging(found: APIRouter, ledger: Ledger, trees: Trees, verdicts: Verdicts, openings: Openings) -> None:
    @found.get("/verdict")
    def judge(lot: LotQuery, serial: SerialQuery) -> b.VerdictView:
        """What is known of a unit and what it amounts to: fine, notice or suspected."""
        return b.VerdictView.of(verdicts.verdict(ledger.lot(LotId(lot)), serial))

    @found.get("/unit")
    def read_unit(lot: LotQuery, serial: SerialQuery) -> b.UnitView:
        """A unit with its proof, for whoever checks it against the root on the chain."""
        packed, known = verdicts.packed(LotId(lot)), ledger.lot(LotId(lot))
        if packed is None or packed.root is None:
            raise WithoutCodes(lot=lot)
        number = read_serial(serial)
        proof = trees.proof(packed.root, number)
        if proof is None:
            raise UnknownUnit(lot=lot, serial=serial)
        return b.UnitView(
            lot=lot,
            serial=write_serial(number),
            gtin=known.gtin,
            number=known.reference,
            root=packed.root,
            units=packed.units,
            key="0x" + proof.address.hex(),
            proof=["0x" + sibling.hex() for sibling in proof.siblings],
            opened=openings.opened(packed.lot, number),
        )

    @found.get("/trace-codes/{code}")
    def find_trace_code(code: Annotated[str, PathPart(pattern="^[0-9]{20}$")]) -> list[str]:
        """Lots whose packing names a drug trace code (药品追溯码). Such a code is a serial, not a proof."""
        return list(verdicts.by_trace_code(code))


def _opening(found: APIRouter, openings: Openings) -> None:
    @found.post("/open/typed")
    def opening_to_sign(body: b.OpeningBody) -> b.TypedView:
        """What the key under the scratch panel signs to open a unit."""
        return b.TypedView(typed=openings.typed(body.opening()).as_json())

    @found.post("/open", status_code=202)
    async def open_unit(body: b.SignedOpeningBody) -> b.SentView:
        """Bring a signed opening to the chain, for people without an account. A unit is opened once."""
        return b.SentView(tx=await openings.relay(body.opening(), body.signature))


def _scanning(found: APIRouter, verdicts: Verdicts) -> None:
    @found.post("/scans")
    def note_scan(body: b.ScanBody, request: Request) -> b.CountedView:
        """Count a look, or a trade scan of the member that is signed in, at its seat."""
        lot = LotId(body.lot)
        if body.kind == "trade":
            counted = verdicts.trade(lot, body.serial, _member(signed_in(request)))
        else:
            who = caller(request)
            viewer = who.address if who is not None else body.viewer
            counted = verdicts.look(lot, body.serial, viewer, body.place)
        return b.CountedView(counted=counted)


def _member(caller: Caller) -> MemberId:
    if caller.member is None:
        raise AccountUnknown(account=caller.address)
    return caller.member


def _parts(file: Path, length: int) -> Iterator[bytes]:
    with file.open("rb") as opened:
        while length > 0 and (part := opened.read(min(_AT_ONCE, length))):
            length -= len(part)
            yield part

"""Doors for tables: steps by CSV, templates to fill, stock and steps to take away."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from starlette.datastructures import UploadFile

from tcmchain.chain.handover import HandOver
from tcmchain.provenance.api.reading import member_of
from tcmchain.provenance.api.views import BulkView, RowErrorView
from tcmchain.provenance.model.errors import TableUnreadable
from tcmchain.provenance.model.quantity import mass_in
from tcmchain.provenance.model.sheet import RowError, SheetKind, template
from tcmchain.provenance.service.bulk import Bulk
from tcmchain.provenance.service.ledger import Ledger
from tcmchain.web.errors import sentence_of
from tcmchain.web.session import Caller, signed_in

SignedIn = Annotated[Caller, Depends(signed_in)]
_SHOWN_ERRORS = 200
_BOM = "\ufeff"
_CSV_BODY = {"requestBody": {"content": {"text/csv": {"schema": {"type": "string"}}}}}


def router(ledger: Ledger, bulk: Bulk, hand_over: HandOver) -> APIRouter:
    """Tables in and out."""
    found = APIRouter()

    @found.get("/bulk/{kind}/template", response_class=Response)
    def take_template(kind: SheetKind, lang: Annotated[str, Query(pattern="zh|en")] = "zh") -> Response:
        """An empty CSV file with the columns of a kind of step."""
        return _csv(_BOM + template(kind, lang == "zh"), f"{kind.value}.csv")

    @found.post("/bulk/{kind}", openapi_extra=_CSV_BODY)
    async def take_table(
        kind: SheetKind, request: Request, caller: SignedIn, dry_run: Annotated[bool, Query()] = True
    ) -> BulkView:
        """Read a CSV table (UTF-8 or GB18030): every wrong row in a dry run, else the calls to sign."""
        raw = await _table_of(request)
        plan = await run_in_threadpool(bulk.plan, kind, raw, member_of(caller))
        calls: Sequence[Any] = ()
        if not dry_run:
            calls = (await hand_over(bulk.calls(plan), caller.address, rehearse=False))["calls"]
        return BulkView(
            kind=kind.value,
            rows=plan.rows,
            transactions=len(plan.calls),
            errors=[_wrong(request, error) for error in plan.errors[:_SHOWN_ERRORS]],
            calls=list(calls),
        )

    @found.get("/stock.csv", response_class=Response)
    def take_stock(caller: SignedIn) -> Response:
        """The caller's stock as CSV, in grams."""
        rows = [
            (line.form, *(mass_in(m, "g") for m in (a.opening, a.came_in, a.stored, a.went_out, a.left)))
            for line in ledger.stock(member_of(caller))
            for a in (line.account,)
        ]
        heading = ("form", "opening_g", "came_in_g", "stored_g", "went_out_g", "left_g")
        return _csv(_table(heading, rows), "stock.csv")

    return found


async def _table_of(request: Request) -> bytes:
    """The file: the body itself, or the field ``file`` of a form."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return await request.body()
    async with request.form(max_files=1, max_fields=8) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise TableUnreadable(reason="missing", row=0, column="")
        return await file.read()


def _wrong(request: Request, error: RowError) -> RowErrorView:
    return RowErrorView(
        row=error.row,
        column=error.column,
        code=error.error.code,
        message=sentence_of(request, error.error),
        details=error.error.details,
    )


def _table(heading: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(heading)
    writer.writerows(rows)
    return _BOM + text.getvalue()


def _csv(text: str, name: str) -> Response:
    return Response(
        text, media_type="text/csv; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )

"""``/api/formulas``: reading is for everybody; writing answers calls for the caller to sign."""

import time
from collections.abc import Sequence
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi import Path as PathPart
from fastapi.concurrency import run_in_threadpool

from tcmchain.chain.calls import Call
from tcmchain.chain.handover import HandOver
from tcmchain.errors import TooLarge
from tcmchain.formulas.api import bodies as b
from tcmchain.formulas.api import views as v
from tcmchain.formulas.api.reading import reading
from tcmchain.formulas.model.document import digest
from tcmchain.formulas.model.drafts import LineFault
from tcmchain.formulas.model.refusals import NoDesks, TooManyDrafts
from tcmchain.formulas.model.sealed import LARGEST
from tcmchain.formulas.service.building import Formulas
from tcmchain.formulas.service.writing import Written, written
from tcmchain.values import Address, FormulaId
from tcmchain.web.allowance import Allowance
from tcmchain.web.askings import asking_account
from tcmchain.web.calls import CallsView
from tcmchain.web.errors import sentence_of
from tcmchain.web.session import Caller, signed_in

SignedIn = Annotated[Caller, Depends(signed_in)]
Signed = Annotated[Address, Depends(asking_account)]
FormulaPath = Annotated[b.Identifier, PathPart()]
NumberPath = Annotated[b.Number, PathPart()]
DRAFTS_A_MINUTE: Final = 180
_BINARY: Final = {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}


def router(formulas: Formulas, hand_over: HandOver) -> APIRouter:
    """All doors but those that find."""
    found = APIRouter(prefix="/api/formulas", tags=["formulas"])

    async def answer(calls: Sequence[Call], caller: Caller) -> Any:
        return await hand_over(calls, caller.address)

    _writing(found, formulas)
    _sealing(found, formulas)
    reading(found, formulas)
    _sharing(found, formulas, answer)
    _judging(found, formulas, answer)
    return found


def _writing(found: APIRouter, formulas: Formulas) -> None:
    allowance = Allowance(DRAFTS_A_MINUTE)

    @found.post("/documents")
    async def write_document(
        body: b.DraftBody,
        request: Request,
        but: Annotated[b.Identifier | None, Query(description="a formula of which this is the next version")] = None,
    ) -> v.WrittenView:
        """Write a draft as the document that goes on the chain, with grams computed; nothing of it is kept.

        Lines at fault come back all at once. Leave the doses of a folk formula out: they are sealed where you are.
        """
        place = "unknown" if request.client is None else request.client.host
        if allowance.spend(place, time.time()):
            raise TooManyDrafts(limit=DRAFTS_A_MINUTE)
        made = await run_in_threadpool(written, body.draft())
        document = made.whole
        itself = None if but is None else FormulaId(but)
        found = None if document is None else await formulas.assessing.nearest(document, itself)
        return v.WrittenView(
            document=made.raw.decode(),
            content=digest(made.raw) if made.raw else "",
            faults=[_fault(request, fault) for fault in made.faults],
            lines=_lines(made, len(body.ingredients)),
            shown=None if document is None else v.DocumentView.of(document),
            nearest=None if found is None else v.NearestView.of(found),
        )


def _lines(made: Written, count: int) -> list[v.IngredientView | None]:
    wrong = {fault.line for fault in made.faults}
    document = made.document
    sound = iter(() if document is None else [v.IngredientView.of(document, one) for one in document.ingredients])
    return [None if at in wrong else next(sound, None) for at in range(count)]


def _fault(request: Request, fault: LineFault) -> v.FaultView:
    error = fault.error
    message = sentence_of(request, error)
    return v.FaultView(line=fault.line, code=error.code, message=message, choices=_choices(error.details))


def _choices(details: dict[str, object]) -> list[str]:
    found = details.get("choices") or details.get("suggestions") or ()
    return [str(one) for one in found] if isinstance(found, tuple | list) else []


def _sealing(found: APIRouter, formulas: Formulas) -> None:
    @found.get("/desks")
    def list_desks() -> list[v.DeskView]:
        """Desks that the doses of a folk formula are sealed to, of this node and of its peers."""
        desks = formulas.doses.desks()
        if not desks:
            raise NoDesks
        return [v.DeskView.of(one) for one in desks]

    @found.post("/doses", status_code=201, openapi_extra={"requestBody": {"required": True, **_BINARY}})
    async def hand_in_doses(request: Request, account: Signed) -> v.SealedView:
        """Hand in sealed doses, 64 KiB at most; what no formula names within a day is dropped."""
        block = bytearray()
        async for part in request.stream():
            block += part
            if len(block) > LARGEST:
                raise TooLarge(limit=LARGEST)
        place = "unknown" if request.client is None else request.client.host
        return v.SealedView(doses=await formulas.doses.take_in(bytes(block), account, place))

    @found.get("/{formula}/versions/{number}/doses")
    async def read_doses(
        formula: FormulaPath, number: NumberPath, account: Signed, response: Response
    ) -> v.DocumentView:
        """A version with its doses, for accounts with a licence in force; opened for this answer and kept nowhere."""
        response.headers["Cache-Control"] = "no-store"
        document = await formulas.shelf.whole(FormulaId(formula), number, account)
        return v.DocumentView.of(document)


def _sharing(found: APIRouter, formulas: Formulas, answer: Any) -> None:
    @found.post("", response_model=CallsView)
    async def share(body: b.ShareBody, caller: SignedIn) -> Any:
        """Share a formula: anyone a folk one, a licensed physician one of his own, a physician or member a classic."""
        calls = await run_in_threadpool(formulas.sharing.share, body.raw, body.sealed, caller.address)
        return await answer(calls, caller)

    @found.post("/{formula}/versions", response_model=CallsView)
    async def revise(formula: FormulaPath, body: b.ShareBody, caller: SignedIn) -> Any:
        """Share the next version, as the author."""
        given = (FormulaId(formula), body.raw, body.sealed, caller.address)
        return await answer(await run_in_threadpool(formulas.sharing.revise, *given), caller)

    @found.post("/{formula}/withdraw", response_model=CallsView)
    async def withdraw(formula: FormulaPath, caller: SignedIn) -> Any:
        """Take a formula back, as the author; it stays readable and is dispensed no more."""
        calls = await run_in_threadpool(formulas.sharing.withdraw, FormulaId(formula), caller.address)
        return await answer(calls, caller)


def _judging(found: APIRouter, formulas: Formulas, answer: Any) -> None:
    @found.post("/{formula}/versions/{number}/approve", response_model=CallsView)
    async def approve(formula: FormulaPath, number: NumberPath, body: b.StatementBody, caller: SignedIn) -> Any:
        """Sign a version, as a licensed physician other than the author."""
        given = (FormulaId(formula), number, body.statement, caller.address)
        return await answer(await run_in_threadpool(formulas.sharing.approve, *given), caller)

    @found.post("/{formula}/versions/{number}/reject", response_model=CallsView)
    async def reject(formula: FormulaPath, number: NumberPath, body: b.StatementBody, caller: SignedIn) -> Any:
        """Say why a version is not signed, as a licensed physician other than the author."""
        given = (FormulaId(formula), number, body.statement, caller.address)
        return await answer(await run_in_threadpool(formulas.sharing.reject, *given), caller)

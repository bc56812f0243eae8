"""All steps, forms, yields and quotas: what a regulator looks through; it is public, as the ledger is."""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from tcmchain.errors import Invalid
from tcmchain.members.service.roll import Roll
from tcmchain.provenance.model.quantity import format_mass
from tcmchain.provenance.model.references import read_id
from tcmchain.provenance.model.steps import Step, StepKind
from tcmchain.provenance.pages.names import Names
from tcmchain.provenance.pages.stages import TITLES, day_text, stage_of
from tcmchain.provenance.pages.tables import stages_table
from tcmchain.provenance.service.ledger import Ledger
from tcmchain.values import MemberId
from tcmchain.web.i18n import language_of, translator
from tcmchain.web.pages import Pages

_PAGE: Final = 30
_EXPORTED: Final = 2_000
Text = Annotated[str, Query(max_length=100)]
Before = Annotated[int | None, Query(ge=0, le=2**62)]


@dataclass(frozen=True, slots=True)
class Filters:
    """Which steps to show; what cannot be read filters nothing."""

    member: MemberId | None
    kind: StepKind | None
    before: int | None


class Overview:
    """Reads steps for the list and the table."""

    def __init__(self, ledger: Ledger, roll: Roll) -> None:
        self._ledger = ledger
        self._roll = roll

    def read(self, member: str, kind: str, before: int | None) -> Filters:
        """A member by id or by a name that fits one alone."""
        wanted: MemberId | None = None
        if member.strip():
            try:
                wanted = MemberId(read_id(member))
            except Invalid:
                fitting = self._roll.find(member)
                wanted = fitting[0] if fitting else MemberId("0x")
        return Filters(wanted, next((step for step in StepKind if step.value == kind), None), before)

    def steps(self, by: Filters, limit: int) -> list[Step]:
        """Steps, newest first."""
        return list(self._ledger.steps(member=by.member, kind=by.kind, before=by.before, limit=limit))


def router(ledger: Ledger, roll: Roll, pages: Pages) -> APIRouter:
    """``/provenance/steps`` and ``/provenance/rules``."""
    found = APIRouter(prefix="/provenance", include_in_schema=False)
    overview = Overview(ledger, roll)

    @found.get("/steps")
    def list_steps(request: Request, member: Text = "", kind: Text = "", before: Before = None) -> Response:
        """All steps, newest first, with filters."""
        names = Names(roll, language_of(request))
        steps = overview.steps(overview.read(member, kind, before), _PAGE)
        names.read({step.member for step in steps})
        _ = translator(names.language)
        return pages.render(
            request,
            "provenance/steps.html",
            member=member,
            kind=kind,
            kinds=[(step_kind.value, _(title)) for step_kind, title in TITLES.items()],
            stages=[stage_of(step, names, {}) for step in steps],
            lots={step.id: next((m.lot for m in step.movements), "") for step in steps},
            more=steps[-1].id if len(steps) == _PAGE else None,
        )

    @found.get("/steps.csv")
    def export(request: Request, member: Text = "", kind: Text = "") -> Response:
        """The steps that the filters leave, as CSV."""
        names = Names(roll, language_of(request))
        steps = overview.steps(overview.read(member, kind, None), _EXPORTED)
        return stages_table((stage_of(step, names, {}) for step in steps), names)

    @found.get("/rules")
    def list_rules(request: Request) -> Response:
        """Forms, yields and quotas."""
        names = Names(roll, language_of(request))
        quotas = ledger.quotas()
        names.read({q.grower for q in quotas} | {q.certifier for q in quotas})
        return pages.render(
            request,
            "provenance/rules.html",
            forms=[(form, names.herb(form.id)) for form in ledger.forms()],
            yields=[(rule, names.form(rule.source), names.form(rule.target)) for rule in ledger.yields()],
            quotas=[
                (q, names.form(q.form), names.party(q.grower), names.party(q.certifier),
                 format_mass(q.drawn), format_mass(q.total), day_text(q.not_after))
                for q in quotas
            ],
        )  # fmt: skip

    return found

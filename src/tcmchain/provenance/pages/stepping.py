"""The pages on which steps are taken, one a step, and the page for tables."""

import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from tcmchain.errors import Invalid
from tcmchain.members.model.membership import Member
from tcmchain.members.service.roll import Roll
from tcmchain.provenance.model.errors import UnknownLot, UnknownShipment, WrongKind
from tcmchain.provenance.model.facts import FACTS, Fact
from tcmchain.provenance.model.quantity import format_mass, parse_mass
from tcmchain.provenance.model.references import read_id
from tcmchain.provenance.model.sheet import SheetKind
from tcmchain.provenance.pages.choices import Choices
from tcmchain.provenance.pages.desk import acting
from tcmchain.provenance.pages.forms import STEP_FORMS, StepForm
from tcmchain.provenance.pages.names import Names
from tcmchain.provenance.pages.search import found_of
from tcmchain.provenance.service.ledger import Ledger
from tcmchain.values import BEIJING, FormId, MemberId, QuotaId, ShipmentId
from tcmchain.web.i18n import N_, language_of
from tcmchain.web.pages import Pages
from tcmchain.web.session import Caller, signed_in

SignedIn = Annotated[Caller, Depends(signed_in)]
_SHEETS: Final[Mapping[SheetKind, str]] = {
    SheetKind.COMMISSION: N_("采收入链"),
    SheetKind.OBSERVE: N_("观察与检验"),
    SheetKind.SHIP: N_("发货"),
    SheetKind.RECEIVE: N_("收货"),
    SheetKind.DISPENSE: N_("调剂发药"),
    SheetKind.RETIRE: N_("核减"),
}
_DAYS: Final = frozenset({"planted", "picked", "started", "finished"})
_NUMBERS: Final = frozenset({"lon", "lat", "altitude", "area", "age", "temperature", "humidity", "moisture", "hours"})
_FOUND: Final = 12
_NOTHING: Final[Mapping[str, Any]] = {
    "shipment": None,
    "quota": None,
    "subject": None,
    "results": (),
    "q": "",
    "short": "",
    "wanted": "",
}


class StepPage:
    """Gathers what the page of a step needs."""

    def __init__(self, ledger: Ledger, roll: Roll) -> None:
        self._ledger = ledger
        self._roll = roll

    def show(self, form: StepForm, member: Member, names: Names, query: Mapping[str, str]) -> dict[str, Any]:
        """The page's parts, with what the address chose already filled in."""
        choices = Choices(self._ledger, self._roll, names, member.id)
        wanted = {field.kind for field in form.fields} | {"lot"} if form.rows else {f.kind for f in form.fields}
        if "outputs" in form.rows:
            wanted |= {"form"}
        shown = {
            "form": form,
            "party": names.party(member.id),
            "choices": {kind: choices.of(kind) for kind in sorted(wanted) if kind in choices},
            "facts": [(FACTS[key], _control(FACTS[key])) for key in form.facts],
            "chosen": dict(query),
            "now": datetime.now(BEIJING).strftime("%Y-%m-%dT%H:%M"),
            "endpoint": form.endpoint,
            "number": f"{datetime.now(BEIJING):%y%m%d}-{secrets.token_hex(2).upper()}",
            "lines": [],
            **_NOTHING,
        }
        return shown | self._special(form, member.id, names, query)

    def _special(self, form: StepForm, member: MemberId, names: Names, query: Mapping[str, str]) -> dict[str, Any]:
        if "{shipment}" in form.endpoint:
            return self._shipment(form, names, query.get("shipment", ""))
        if "{quota}" in form.endpoint:
            return self._quota(form, names, query.get("quota", ""))
        if form.slug == "inspection":
            return self._subject(names, query)
        if form.slug == "dispense":
            return self._proposal(member, query)
        return {}

    def _shipment(self, form: StepForm, names: Names, id: str) -> dict[str, Any]:
        try:
            shipment = self._ledger.shipment(ShipmentId(read_id(id)))
        except Invalid as error:
            raise UnknownShipment(shipment=id[:80]) from error
        lots = self._ledger.lots([line.lot for line in shipment.lines])
        lines = [
            {"lot": lots[line.lot], "name": names.form(lots[line.lot].form), "quantity": format_mass(line.shipped)}
            for line in shipment.lines
        ]
        return {
            "endpoint": form.endpoint.format(shipment=shipment.id),
            "shipment": shipment,
            "sender": names.party(shipment.sender),
            "consignee": names.party(shipment.consignee),
            "lines": lines,
        }

    def _quota(self, form: StepForm, names: Names, id: str) -> dict[str, Any]:
        quota = self._ledger.quota(QuotaId(read_id(id)))
        told = {"name": names.form(quota.form), "left": format_mass(quota.left), "grower": names.party(quota.grower)}
        return {"endpoint": form.endpoint.format(quota=quota.id), "quota": quota, "told": told}

    def _subject(self, names: Names, query: Mapping[str, str]) -> dict[str, Any]:
        """The lot to inspect: the one chosen, else those that the words find."""
        text = query.get("q", "")
        subject = None
        with suppress(UnknownLot):
            subject = found_of([self._ledger.by_code(query.get("lot", ""))], names)[0]
        results = [] if subject or not text else found_of(self._ledger.search(text, _FOUND, 0), names)
        return {"subject": subject, "q": text, "results": results}

    def _proposal(self, member: MemberId, query: Mapping[str, str]) -> dict[str, Any]:
        """Which lots to dispense from, first expired first out."""
        held = dict.fromkeys(holding.lot.form for holding in self._ledger.holdings(member))
        shown: dict[str, Any] = {"held_forms": list(held), "wanted": query.get("form", "")}
        try:
            asked = parse_mass(query.get("quantity", ""), "g")
        except Invalid:
            return shown
        picks = self._ledger.propose(member, FormId(query.get("form", "")), asked)
        short = asked - sum(pick.milligrams for pick in picks)
        lines = [{"lot": pick.lot, "quantity": format_mass(pick.milligrams)} for pick in picks]
        return shown | {"lines": lines, "short": format_mass(short) if short > 0 else ""}


def _control(fact: Fact) -> str:
    if fact.key in _DAYS:
        return "day"
    return "number" if fact.key in _NUMBERS else "text"


def router(ledger: Ledger, roll: Roll, pages: Pages) -> APIRouter:
    """``/provenance/desk/{step}`` and ``/provenance/desk/bulk/{kind}``."""
    found = APIRouter(prefix="/provenance/desk", include_in_schema=False)
    page = StepPage(ledger, roll)

    @found.get("/bulk")
    def show_tables(request: Request, caller: SignedIn, kind: Annotated[str, Query(max_length=20)] = "") -> Response:
        """Steps out of a CSV table."""
        member = acting(caller, roll)
        chosen = next((sheet for sheet in SheetKind if sheet.value == kind), SheetKind.COMMISSION)
        party = Names(roll, language_of(request)).party(member.id)
        return pages.render(request, "provenance/desk/bulk.html", sheets=_SHEETS, chosen=chosen, party=party)

    @found.get("/{step}")
    def show_step(request: Request, step: str, caller: SignedIn) -> Response:
        """The page on which a step is taken; raises ``WrongKind``."""
        member = acting(caller, roll)
        form = STEP_FORMS.get(step)
        if form is None or member.kind not in form.kinds:
            raise WrongKind(member=member.id)
        names = Names(roll, language_of(request))
        query = {key: value[:200] for key, value in request.query_params.items()}
        shown = page.show(form, member, names, query)
        shown["form_names"] = _form_names(shown.get("held_forms", ()), names)
        return pages.render(request, "provenance/desk/step.html", **shown)

    return found


def _form_names(ids: Sequence[FormId], names: Names) -> list[tuple[FormId, str]]:
    return [(id, names.form(id)) for id in ids]

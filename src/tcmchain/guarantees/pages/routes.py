"""The pages, put together."""

from collections.abc import Sequence
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from tcmchain.guarantees.model.pledges import Bond, BondState, Case, CaseState
from tcmchain.guarantees.pages import record
from tcmchain.guarantees.pages.rows import (
    bond_rows,
    case_rows,
    claimable_rows,
    relation_rows,
    share_rows,
    tariff_rows,
)
from tcmchain.guarantees.pages.wording import BOND_STATES, Names
from tcmchain.guarantees.service.cases import Guarantees
from tcmchain.guarantees.service.growers import Growers
from tcmchain.members.model.membership import Kind
from tcmchain.members.service.roll import Roll
from tcmchain.provenance.model.recalls import Recall
from tcmchain.provenance.model.references import read_id
from tcmchain.provenance.service.ledger import Ledger
from tcmchain.provenance.service.recalls import Recalls
from tcmchain.rewards.model import format_points
from tcmchain.values import CaseId, LotId
from tcmchain.web.i18n import language_of, translator
from tcmchain.web.pages import Pages
from tcmchain.web.session import Caller, caller

_PAGE: Final = 30
_MOST_CHOICES: Final = 500
Before = Annotated[int | None, Query(ge=0, le=2**62)]


class GuaranteePages:
    """Gathers what the pages show."""

    def __init__(self, guarantees: Guarantees, ledger: Ledger, recalls: Recalls, roll: Roll) -> None:
        self._guarantees = guarantees
        self._ledger = ledger
        self._recalls = recalls
        self._roll = roll

    def names(self, request: Request) -> Names:
        """What members and lots are called for this reader."""
        return Names(self._roll, self._ledger, language_of(request))

    def home(self, request: Request, state: str, before: int | None) -> dict[str, Any]:
        """Totals, tariff, bonds, cases, relations, and what concerns the reader."""
        guarantees, names, reader = self._guarantees, self.names(request), caller(request)
        _ = translator(names.language)
        wanted = next((one for one in BondState if one.value == state), None)
        bonds = guarantees.bonds(_PAGE, before, state=wanted)
        tariff = guarantees.tariff()
        totals = guarantees.totals()
        regulates = reader is not None and reader.kind == Kind.REGULATOR.word
        return {
            "totals": totals,
            "sums": {
                name: format_points(getattr(totals, name)) for name in ("locked", "fees", "in_pots", "compensated")
            },
            "tariff": tariff_rows(tariff, _) if tariff else [],
            "tariff_by": names.member(tariff.by) if tariff else "",
            "bonds": bond_rows(bonds, names, _),
            "cases": case_rows(guarantees.cases(_PAGE), names, _),
            "relations": relation_rows(guarantees.relations(), names),
            "more": bonds[-1].step if len(bonds) == _PAGE else None,
            "state": state,
            "states": [(one.value, _(words)) for one, (words, _tone) in BOND_STATES.items()],
            "regulates": regulates,
            "members": self._choices(names) if regulates else [],
            **self._mine(reader, names),
        }

    def _mine(self, reader: Caller | None, names: Names) -> dict[str, Any]:
        if reader is None or reader.member is None:
            return {"claimable": [], "waiting": []}
        waiting = self._guarantees.waiting(reader.member)
        return {
            "claimable": claimable_rows(self._guarantees.claimable(reader.member), names),
            "waiting": [
                (case, names.lot(case.lot), names.member(case.grower), format_points(share.waiting))
                for case, share in waiting
            ],
        }

    def bond(self, request: Request, bond: Bond) -> dict[str, Any]:
        """A bond, its cases, and what the reader may do about it."""
        names, reader = self.names(request), caller(request)
        _ = translator(names.language)
        locked = bond.state is BondState.LOCKED
        return {
            "row": bond_rows([bond], names, _)[0],
            "cases": case_rows(self._guarantees.cases(lot=bond.lot), names, _),
            "accuses": locked and reader is not None and reader.kind == Kind.LAB.word,
            "releases": locked and reader is not None and self._guarantees.now() > bond.until,
        }

    def case(self, request: Request, case: Case) -> dict[str, Any]:
        """A case, its shares, and what the reader may do about it."""
        guarantees, names, reader = self._guarantees, self.names(request), caller(request)
        _ = translator(names.language)
        now, shares = guarantees.now(), guarantees.shares(case)
        member = None if reader is None else reader.member
        judges = case.state is CaseState.OPEN and reader is not None and reader.kind == Kind.REGULATOR.word
        mine = [share for share in shares if share.member == member]
        return {
            "row": case_rows([case], names, _)[0],
            "shares": share_rows(shares, names),
            "struck": [
                share.member for share in shares if not share.done and guarantees.related(case.grower, share.member)
            ],
            "judges": judges,
            "recalls": self._fitting(case) if judges else [],
            "lapses": case.state is CaseState.OPEN and reader is not None and now > case.until,
            "claimable": claimable_rows(guarantees.claimable(member, case.id), names) if member else [],
            "settles": reader is not None and case.may_settle(now),
            "collects": format_points(mine[0].waiting) if mine and mine[0].waiting else "",
            "reader": reader,
        }

    def _fitting(self, case: Case) -> list[Recall]:
        """The recalls with which the case can be confirmed."""
        holding: Sequence[Recall] = self._recalls.holding_up([case.lot]).get(case.lot, ())
        opened = [recall for recall in holding if recall.by != case.grower]
        return [recall for recall in opened if case.lot in self._recalls.report(recall.id)[1].seeds]

    def _choices(self, names: Names) -> list[tuple[str, str]]:
        members = self._roll.search("", limit=_MOST_CHOICES).members
        return [(member.id, member.profile.name(names.language)) for member in members]


def router(
    guarantees: Guarantees, growers: Growers, ledger: Ledger, recalls: Recalls, roll: Roll, pages: Pages
) -> APIRouter:
    """``/guarantees`` and what stands under it."""
    found = APIRouter(prefix="/guarantees", include_in_schema=False)
    page = GuaranteePages(guarantees, ledger, recalls, roll)

    @found.get("")
    def show(request: Request, state: Annotated[str, Query(max_length=12)] = "", before: Before = None) -> Response:
        """Bonds, cases, what the reader may claim, and the tariff."""
        return pages.render(request, "guarantees/home.html", **page.home(request, state, before))

    @found.get("/bonds/{lot}")
    def show_bond(request: Request, lot: str) -> Response:
        """A lot's bond; raises ``UnknownBond``."""
        bond = guarantees.bond(LotId(read_id(lot)))
        return pages.render(request, "guarantees/bond.html", **page.bond(request, bond))

    @found.get("/cases/{case}")
    def show_case(request: Request, case: str) -> Response:
        """A case; raises ``UnknownCase``."""
        known = guarantees.case(CaseId(read_id(case)))
        return pages.render(request, "guarantees/case.html", **page.case(request, known))

    found.include_router(record.router(growers, page.names, pages))
    return found

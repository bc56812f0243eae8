"""A grower's public record."""

from collections.abc import Callable
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from tcmchain.guarantees.model.growers import GrowerRecord
from tcmchain.guarantees.pages.rows import bond_rows, case_rows
from tcmchain.guarantees.pages.wording import Names, moment_text
from tcmchain.guarantees.service.growers import Growers
from tcmchain.provenance.model.quantity import format_mass
from tcmchain.provenance.model.references import read_id
from tcmchain.rewards.model import format_points
from tcmchain.values import LotId, MemberId
from tcmchain.web.drawing.bars import share_bar
from tcmchain.web.i18n import Translate, translator
from tcmchain.web.pages import Pages

_SHOWN: Final = 12


def router(growers: Growers, names_for: Callable[[Request], Names], pages: Pages) -> APIRouter:
    """``/guarantees/growers/{member}``."""
    found = APIRouter(prefix="/growers")

    @found.get("/{member}")
    def show(request: Request, member: str) -> Response:
        """A grower's record, computed from events alone; raises ``MemberUnknown``, ``NotGrower``."""
        record = growers.record(MemberId(read_id(member)))
        return pages.render(request, "guarantees/grower.html", **_told(record, names_for(request)))

    return found


def _told(record: GrowerRecord, names: Names) -> dict[str, Any]:
    _ = translator(names.language)
    sums = record.history
    lots = {lot.id for lot in record.lots}
    names.read({inspection.step.member for inspection in record.inspections}, lots)
    return {
        "record": record,
        "name": names.member(record.member),
        "mass": format_mass(record.milligrams),
        "sums": {name: format_points(getattr(sums, name)) for name in ("fees", "locked", "taken")},
        "bar": _inspected(record, _),
        "lots": [
            (lot, names.form(lot), format_mass(lot.made), moment_text(lot.happened)) for lot in record.lots[:_SHOWN]
        ],
        "inspections": [
            (
                inspection,
                names.lot(LotId(inspection.subject)) if inspection.subject in lots else _("地块"),
                names.member(inspection.step.member),
                moment_text(inspection.step.happened),
            )
            for inspection in record.inspections[:_SHOWN]
        ],
        "cases": case_rows(record.cases, names, _),
        "bonds": bond_rows(record.bonds[:_SHOWN], names, _),
        "recalls": [(recall, names.lot(lot)) for lot, recall in record.recalls[:_SHOWN]],
    }


def _inspected(record: GrowerRecord, translate: Translate) -> Any:
    label = translate("检验合格 %(passed)s 次，不合格 %(failed)s 次", passed=record.passed, failed=record.failed)
    return share_bar((("dispensed", record.passed), ("lost", record.failed)), label)

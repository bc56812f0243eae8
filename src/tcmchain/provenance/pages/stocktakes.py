"""Stocktakes as people see them: hand in what a reader saw, see what is missing, and state it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Request, UploadFile
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from tcmchain.members.model.membership import Member
from tcmchain.members.service.roll import Roll
from tcmchain.provenance.model.stocktake import Line, Stocktake, StrayKind
from tcmchain.provenance.pages.desk import acting
from tcmchain.provenance.pages.names import Names
from tcmchain.provenance.pages.tables import table_file
from tcmchain.provenance.service.stocktakes import Stocktakes, codes_in, facts_of
from tcmchain.values import BEIJING
from tcmchain.web.i18n import N_, language_of, translator
from tcmchain.web.pages import Pages
from tcmchain.web.session import Caller, signed_in

SignedIn = Annotated[Caller, Depends(signed_in)]
Codes = Annotated[str, Form(max_length=5_000_000)]
_SHOWN: Final = 100
_KINDS: Final = {
    StrayKind.UNREADABLE: N_("读不懂的编码"),
    StrayKind.NO_UNIT: N_("不是单件的标签"),
    StrayKind.UNKNOWN_ITEM: N_("账本上没有的商品"),
    StrayKind.NOT_HELD: N_("他方的货：贵方账上没有"),
    StrayKind.UNKNOWN_UNIT: N_("批次里没有的单件"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the result; ``facts`` are what its observation would state."""

    line: Line
    name: str
    numbers: str
    facts: Sequence[tuple[str, object]]


def rows_of(found: Stocktake, names: Names) -> list[Row]:
    """Name the lines, those that disagree first."""
    lines = sorted(found.lines, key=lambda line: (line.agrees, line.lots[0].expires))
    return [
        Row(
            line,
            names.form(line.lots[0].form),
            "、".join(lot.reference for lot in line.lots),
            tuple(facts_of(line).items()),
        )
        for line in lines
    ]


class StocktakePages:
    """Draws a stocktake."""

    def __init__(self, stocktakes: Stocktakes, roll: Roll, pages: Pages) -> None:
        self._stocktakes = stocktakes
        self._roll = roll
        self._pages = pages

    def start(self, request: Request, member: Member) -> Response:
        """The page on which codes are handed in."""
        party = Names(self._roll, language_of(request)).party(member.id)
        return self._pages.render(request, "provenance/stocktake.html", party=party)

    def show(self, request: Request, member: Member, text: str) -> Response:
        """What came of it."""
        names = Names(self._roll, language_of(request))
        _ = translator(names.language)
        codes = codes_in(text)
        found = self._stocktakes.take(member.id, codes)
        return self._pages.render(
            request,
            "provenance/stocktake_result.html",
            party=names.party(member.id),
            found=found,
            rows=rows_of(found, names),
            strays=[(stray.code, _(_KINDS[stray.kind])) for stray in found.strays[:_SHOWN]],
            codes="\n".join(codes),
            now=datetime.now(BEIJING).strftime("%Y-%m-%dT%H:%M"),
        )

    def table(self, request: Request, member: Member, text: str) -> Response:
        """All of it as CSV: lines, then strays."""
        names = Names(self._roll, language_of(request))
        _ = translator(names.language)
        found = self._stocktakes.take(member.id, codes_in(text))
        heading = (_("形态"), _("批号"), "GTIN", _("账面件数"), _("读到"), _("缺少"), _("多出"), _("说明"))
        lines = [
            (
                row.name,
                row.numbers,
                row.line.lots[0].gtin,
                *map(str, (row.line.booked, row.line.counted, row.line.missing, row.line.surplus)),
                "",
            )
            for row in rows_of(found, names)
        ]
        strays = [("", stray.code, "", "", "", "", "", _(_KINDS[stray.kind])) for stray in found.strays]
        return table_file("stocktake.csv", heading, [*lines, *strays])


def router(stocktakes: Stocktakes, roll: Roll, pages: Pages) -> APIRouter:
    """``/provenance/stocktakes``."""
    found = APIRouter(prefix="/provenance/stocktakes", include_in_schema=False)
    shown = StocktakePages(stocktakes, roll, pages)

    @found.get("")
    def start(request: Request, caller: SignedIn) -> Response:
        """The page on which codes are handed in."""
        return shown.start(request, acting(caller, roll))

    @found.post("")
    async def take(request: Request, caller: SignedIn, codes: Codes = "", file: UploadFile | None = None) -> Response:
        """Count, and show what came of it."""
        member = acting(caller, roll)
        text = codes if file is None else f"{codes}\n{(await file.read()).decode('utf-8', 'replace')}"
        return await run_in_threadpool(shown.show, request, member, text)

    @found.post("/result.csv")
    def export(request: Request, caller: SignedIn, codes: Codes = "") -> Response:
        """What came of it, as CSV."""
        return shown.table(request, acting(caller, roll), codes)

    return found

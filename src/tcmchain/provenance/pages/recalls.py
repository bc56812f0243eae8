"""Recalls as people see them: what a lot would reach, how a recall stands, and what each may do about it."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from tcmchain.members.model.membership import Kind
from tcmchain.members.service.roll import Roll
from tcmchain.provenance.model.errors import NotMaker, UnknownLot
from tcmchain.provenance.model.lots import Lot
from tcmchain.provenance.model.quantity import format_mass
from tcmchain.provenance.model.recalls import HolderReach, LotReach, Reach, Recall, Reconciliation, Score
from tcmchain.provenance.model.references import read_id
from tcmchain.provenance.pages.desk import acting
from tcmchain.provenance.pages.names import Names, Party
from tcmchain.provenance.pages.stages import moment_text
from tcmchain.provenance.pages.tables import table_file
from tcmchain.provenance.service.ledger import Ledger
from tcmchain.provenance.service.recalls import Recalls
from tcmchain.values import BEIJING, LotId, MemberId, RecallId, UnixTime
from tcmchain.web.drawing.bars import share_bar
from tcmchain.web.i18n import N_, Translate, language_of, translator
from tcmchain.web.pages import Pages
from tcmchain.web.session import Caller, caller, signed_in

SignedIn = Annotated[Caller, Depends(signed_in)]
Before = Annotated[int | None, Query(ge=0, le=2**62)]
_PAGE: Final = 30
_SHOWN: Final = 100
_PARTS: Final = (
    ("held", N_("在各方库存")),
    ("in_transit", N_("在途")),
    ("dispensed", N_("已发药")),
    ("retired", N_("已核减")),
    ("lost", N_("途中损失")),
    ("processing_loss", N_("加工损耗")),
)
_COLOURS: Final = {"processing_loss": "used"}


@dataclass(frozen=True, slots=True)
class Row:
    """A recall in the list."""

    recall: Recall
    by: Party
    when: str
    cause: str


@dataclass(frozen=True, slots=True)
class HolderRow:
    """A holder within reach; quantities are texts."""

    reach: HolderReach
    party: Party
    held: str
    coming: str
    dispensed: str
    secured: str
    answered: str


@dataclass(frozen=True, slots=True)
class LotRow:
    """A lot within reach."""

    reach: LotReach
    name: str
    maker: Party
    made: str
    held: str


class RecallPages:
    """Gathers what the pages show."""

    def __init__(self, ledger: Ledger, recalls: Recalls, roll: Roll) -> None:
        self._ledger = ledger
        self._recalls = recalls
        self._roll = roll

    def rows(self, found: Sequence[tuple[int, Recall]], names: Names) -> list[Row]:
        """Recalls as a list tells them."""
        names.read({recall.by for _, recall in found})
        return [
            Row(recall, names.party(recall.by), moment_text(recall.opened), str(recall.facts.get("cause", "")))
            for _, recall in found
        ]

    def lot(self, text: str) -> Lot:
        """The lot that an address chose, by id or short code; raises ``UnknownLot``."""
        if not text.strip():
            raise UnknownLot(lot="")
        return self._ledger.by_code(text)

    def reach(self, reach: Reach, names: Names) -> dict[str, Any]:
        """The parts of a reach: holders, lots, units, and where all of it is."""
        _ = translator(names.language)
        names.read({found.holder for found in reach.holders} | {found.lot.maker for found in reach.lots})
        return {
            "reach": reach,
            "holders": [self._holder(found, names) for found in reach.holders],
            "lots": [self._lot(found, names) for found in reach.lots[:_SHOWN]],
            "sources": [(lot, names.form(lot.form), names.party(lot.maker)) for lot in reach.sources[:_SHOWN]],
            "units": sum(found.units for found in reach.units),
            "flows": _flows(reach.reconciliation, _),
            "entered": format_mass(reach.reconciliation.entered),
            "bar": _bar(reach.reconciliation, _),
        }

    def _holder(self, found: HolderReach, names: Names) -> HolderRow:
        return HolderRow(
            reach=found,
            party=names.party(found.holder),
            held=format_mass(found.held),
            coming=format_mass(found.coming),
            dispensed=format_mass(found.dispensed),
            secured=format_mass(found.secured),
            answered=moment_text(found.answered) if found.answered else "",
        )

    def _lot(self, found: LotReach, names: Names) -> LotRow:
        lot = found.lot
        return LotRow(
            reach=found,
            name=names.form(lot.form),
            maker=names.party(lot.maker),
            made=format_mass(lot.made),
            held=format_mass(found.balance.held),
        )

    def mine(self, reach: Reach, member: MemberId | None) -> list[tuple[Lot, str]]:
        """What the reader's member has of frozen lots, for it to put aside."""
        if member is None:
            return []
        frozen = {found.lot.id for found in reach.lots if found.reached is not None and not found.reached.released}
        held = [holding for holding in self._ledger.holdings(member) if holding.lot.id in frozen]
        return [(holding.lot, format_mass(holding.milligrams)) for holding in held]

    def may_lead(self, recall: Recall, reader: Caller | None) -> bool:
        """Whether the reader may release lots and end the recall."""
        return reader is not None and (reader.member == recall.by or reader.kind == Kind.REGULATOR.word)


def _flows(found: Reconciliation, translate: Translate) -> list[tuple[str, str, str]]:
    return [
        (_COLOURS.get(part, part), translate(name), format_mass(getattr(found, part)))
        for part, name in _PARTS
        if getattr(found, part)
    ]


def _bar(found: Reconciliation, translate: Translate) -> Any:
    told = "，".join(f"{name} {amount}" for _, name, amount in _flows(found, translate))
    parts = tuple((_COLOURS.get(part, part), int(getattr(found, part))) for part, _ in _PARTS)
    return share_bar(parts, translate("去向：%(told)s", told=told))


def duration_text(seconds: int | None, translate: Translate) -> str:
    """Seconds as a person says them; a dash while something is missing."""
    if seconds is None:
        return "—"
    if seconds < 120:
        return translate("%(n)s 秒", n=seconds)
    if seconds < 7200:
        return translate("%(n)s 分钟", n=round(seconds / 60))
    return translate("%(n)s 小时", n=round(seconds / 3600))


def _score(score: Score, translate: Translate) -> dict[str, str]:
    return {
        "completeness": f"{100 * score.completeness:.1f}%",
        "secured": f"{100 * score.secured_share:.1f}%",
        "frozen_after": duration_text(score.frozen_after, translate),
        "answered_after": duration_text(score.answered_after, translate),
    }


def router(ledger: Ledger, recalls: Recalls, roll: Roll, pages: Pages) -> APIRouter:
    """``/provenance/recalls`` and what stands under it."""
    found = APIRouter(prefix="/provenance/recalls", include_in_schema=False)
    page = RecallPages(ledger, recalls, roll)
    _listing(found, recalls, page, roll, pages)
    _opening(found, recalls, page, roll, pages)
    _showing(found, recalls, page, roll, pages)
    return found


def _listing(found: APIRouter, recalls: Recalls, page: RecallPages, roll: Roll, pages: Pages) -> None:
    @found.get("")
    def list_recalls(request: Request, before: Before = None) -> Response:
        """Recalls and drills, newest first, and what concerns the reader's member."""
        names = Names(roll, language_of(request))
        reader = caller(request)
        rows = recalls.recalls(_PAGE, before)
        notices = recalls.notices(reader.member) if reader is not None and reader.member is not None else []
        return pages.render(
            request,
            "provenance/recalls/list.html",
            rows=page.rows(rows, names),
            more=rows[-1][0] if len(rows) == _PAGE else None,
            notices=[
                (notice, [(lot, names.form(lot.form), format_mass(amount)) for lot, amount in notice.lots])
                for notice in notices
            ],
        )


def _opening(found: APIRouter, recalls: Recalls, page: RecallPages, roll: Roll, pages: Pages) -> None:
    @found.get("/new")
    def begin(request: Request, reader: SignedIn, lot: Annotated[str, Query(max_length=80)] = "") -> Response:
        """What calling a lot back would reach, and the form that does it; raises ``NotMaker``, ``UnknownLot``."""
        member = acting(reader, roll)
        names = Names(roll, language_of(request))
        if not lot.strip():
            return pages.render(request, "provenance/recalls/choose.html", party=names.party(member.id))
        seed = page.lot(lot)
        if member.kind is not Kind.REGULATOR and seed.maker != member.id:
            raise NotMaker(lot=seed.id, member=member.id)
        now = datetime.now(BEIJING)
        return pages.render(
            request,
            "provenance/recalls/opening.html",
            seed=seed,
            name=names.form(seed.form),
            maker=names.party(seed.maker),
            now=now.strftime("%Y-%m-%dT%H:%M"),
            number=f"ZH{now:%y%m%d}-{secrets.token_hex(2).upper()}",
            **page.reach(recalls.reach([LotId(seed.id)]), names),
        )


def _showing(found: APIRouter, recalls: Recalls, page: RecallPages, roll: Roll, pages: Pages) -> None:
    @found.get("/{recall}")
    def show(request: Request, recall: str) -> Response:
        """How a recall stands; raises ``UnknownRecall``."""
        names = Names(roll, language_of(request))
        opened, reach, score = recalls.report(RecallId(read_id(recall)))
        reader = caller(request)
        return pages.render(
            request,
            "provenance/recalls/show.html",
            row=page.rows([(0, opened)], names)[0],
            score=score,
            told=_score(score, translator(names.language)),
            mine=page.mine(reach, None if reader is None else reader.member),
            leads=page.may_lead(opened, reader),
            reader=reader,
            now=datetime.now(BEIJING).strftime("%Y-%m-%dT%H:%M"),
            closed=moment_text(UnixTime(opened.closed)) if opened.closed else "",
            **page.reach(reach, names),
        )

    @found.get("/{recall}/holders.csv")
    def export_holders(request: Request, recall: str) -> Response:
        """Whom to notify, as CSV, in milligrams."""
        names = Names(roll, language_of(request))
        _ = translator(names.language)
        _opened, reach, _score = recalls.report(RecallId(read_id(recall)))
        names.read({holder.holder for holder in reach.holders})
        heading = (_("成员"), *(f"{_(name)} (mg)" for name in ("库存", "在途", "已发药", "已核减", "封存量")), "id")
        rows = [
            (names.party(h.holder).name, *map(str, (h.held, h.coming, h.dispensed, h.retired, h.secured)), h.holder)
            for h in reach.holders
        ]
        return table_file("recall-holders.csv", heading, rows)

    @found.get("/{recall}/lots.csv")
    def export_lots(request: Request, recall: str) -> Response:
        """Every lot reached, as CSV, in milligrams."""
        names = Names(roll, language_of(request))
        _ = translator(names.language)
        _opened, reach, _score = recalls.report(RecallId(read_id(recall)))
        names.read({found.lot.maker for found in reach.lots})
        heading = (_("追溯码"), _("形态"), _("生产单位"), _("批号"), *(f"{_(n)} (mg)" for n in ("数量", "库存", "在途", "已发药")), _("件数"), _("冻结时间"), "id")  # fmt: skip  # noqa: E501
        rows = [
            (
                found.lot.code,
                names.form(found.lot.form),
                names.party(found.lot.maker).name,
                found.lot.reference,
                *map(str, (found.balance.made, found.balance.held, found.balance.in_transit, found.balance.dispensed)),
                str(found.lot.units or ""),
                moment_text(found.reached.frozen) if found.reached else "",
                found.lot.id,
            )
            for found in reach.lots
        ]
        return table_file("recall-lots.csv", heading, rows)

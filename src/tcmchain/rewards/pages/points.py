"""The page of points: their supply, sources and sinks, and who has them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from markupsafe import Markup
from starlette.responses import Response

from tcmchain.members.model.membership import Kind
from tcmchain.members.service.roll import Roll
from tcmchain.rewards.model import Flow, HolderId, Move, Place, Purse, Supply, Why, format_points, person_of, place_of
from tcmchain.rewards.service import Rewards
from tcmchain.values import BEIJING, MemberId
from tcmchain.web.drawing.bars import share_bar
from tcmchain.web.i18n import N_, Language, Translate, language_of, translator
from tcmchain.web.pages import Pages
from tcmchain.web.session import caller

_PAGE: Final = 30
_PURSES: Final = 100
_MOST_CHOICES: Final = 500
_PERSON: Final = N_("个人 {account}")

PLACES: Final[Mapping[Place, tuple[str, str]]] = {
    Place.MEMBERS: ("held", N_("成员和个人的积分袋")),
    Place.FUND: ("dispensed", N_("互助金")),
    Place.RESERVE: ("used", N_("储备")),
    Place.LOCKED: ("in_transit", N_("锁定的保证金与赔付池")),
    Place.FOUNDING: ("", N_("创世发行")),
}
REASONS: Final[Mapping[str, str]] = {
    Why.FOUNDING: N_("创世分配"),
    Why.ALLOTMENT: N_("监管机构发放"),
    Why.FEE: N_("入账费"),
    Why.BOND: N_("锁定保证金"),
    Why.RETURN: N_("退回保证金"),
    Why.COMPENSATION: N_("赔付持有者"),
    Why.COVER: N_("互助金补足"),
    Why.LEFT: N_("赔付余额"),
    Why.STRUCK: N_("剔除关联方"),
    Why.TRANSFER: N_("合约之间转移"),
    Why.REWARD: N_("分享与评价的奖励"),
}


@dataclass(frozen=True, slots=True)
class FlowRow:
    """A source or sink as the page tells it."""

    source: str
    sink: str
    why: str
    amount: str
    moves: int
    bar: Markup


@dataclass(frozen=True, slots=True)
class MoveRow:
    """A move as the page tells it; ``about`` is a lot or case."""

    move: Move
    sender: str
    receiver: str
    why: str
    amount: str
    when: str


class Names:
    """What holders are called for one reader."""

    def __init__(self, roll: Roll, language: Language, holders: Collection[str | None]) -> None:
        known = (holder for holder in holders if holder is not None and person_of(holder) is None)
        members = [MemberId(holder) for holder in known if holder.startswith("0x")]
        self._members = roll.members(members) if members else {}
        self._language: Language = language
        self._translate = translator(language)

    def holder(self, holder: str | None) -> str:
        """A member's name, or the words for one of the other places."""
        place = place_of(holder)
        if holder is None or place is not Place.MEMBERS:
            return self._translate(PLACES[place][1])
        person = person_of(holder)
        if person is not None:
            return self._translate(_PERSON).format(account=f"{person[:8]}…{person[-4:]}")
        member = self._members.get(MemberId(holder))
        return f"{holder[:10]}…" if member is None else member.profile.name(self._language)


def router(rewards: Rewards, roll: Roll, pages: Pages) -> APIRouter:
    """``/rewards``."""
    found = APIRouter(prefix="/rewards", include_in_schema=False)

    @found.get("")
    def show(
        request: Request,
        holder: Annotated[str, Query(max_length=66)] = "",
        before: Annotated[int | None, Query(ge=0, le=2**62)] = None,
    ) -> Response:
        """Supply, sources and sinks, purses, and moves of one holder or all."""
        language = language_of(request)
        _ = translator(language)
        supply, purses = rewards.supply(), rewards.purses(_PURSES)
        moves = rewards.moves(HolderId(holder) if holder else None, _PAGE, before)
        ends = {move.sender for move in moves} | {move.receiver for move in moves}
        names = Names(roll, language, ends | {purse.holder for purse in purses} | {holder or None})
        reader = caller(request)
        mine = None if reader is None or reader.member is None else rewards.purse(HolderId(reader.member))
        return pages.render(
            request,
            "rewards/points.html",
            supply=supply,
            total=format_points(supply.total),
            parts=_places(supply, _),
            bar=_bar(supply, _),
            flows=_flows(rewards.flows(), supply, _),
            purses=_purses(purses, names),
            moves=[_move(move, names, _) for move in moves],
            more=moves[-1].step if len(moves) == _PAGE else None,
            holder=holder,
            holder_name=names.holder(holder) if holder else "",
            mine=None if mine is None else format_points(mine.amount),
            allots=_choices(roll, language) if reader is not None and reader.kind == Kind.REGULATOR.word else [],
        )

    return found


def _amounts(supply: Supply) -> list[tuple[Place, int]]:
    return [
        (Place.MEMBERS, supply.members),
        (Place.FUND, supply.fund),
        (Place.RESERVE, supply.reserve),
        (Place.LOCKED, supply.locked),
    ]


def _places(supply: Supply, translate: Translate) -> list[tuple[str, str, str]]:
    return [(PLACES[place][0], translate(PLACES[place][1]), format_points(n)) for place, n in _amounts(supply)]


def _bar(supply: Supply, translate: Translate) -> Markup:
    told = "，".join(f"{name} {amount}" for _, name, amount in _places(supply, translate))
    return share_bar(tuple((PLACES[place][0], int(n)) for place, n in _amounts(supply)), told)


def _flows(flows: Sequence[Flow], supply: Supply, translate: Translate) -> list[FlowRow]:
    largest = max((flow.amount for flow in flows if flow.source is not Place.FOUNDING), default=supply.total)
    rows = []
    for flow in flows:
        why = translate(REASONS[flow.why]) if flow.why in REASONS else flow.why
        filled = min(int(flow.amount), int(largest))
        parts = ((PLACES[flow.sink][0], filled), ("rest", int(largest) - filled))
        amount = format_points(flow.amount)
        source, sink = translate(PLACES[flow.source][1]), translate(PLACES[flow.sink][1])
        rows.append(FlowRow(source, sink, why, amount, flow.moves, share_bar(parts, f"{why} {amount}")))
    return rows


def _purses(purses: Sequence[Purse], names: Names) -> list[tuple[Purse, str, str]]:
    return [(purse, names.holder(purse.holder), format_points(purse.amount)) for purse in purses]


def _move(move: Move, names: Names, translate: Translate) -> MoveRow:
    return MoveRow(
        move,
        names.holder(move.sender),
        names.holder(move.receiver),
        translate(REASONS[move.why]) if move.why in REASONS else move.why,
        format_points(move.amount),
        datetime.fromtimestamp(move.happened, BEIJING).strftime("%Y-%m-%d %H:%M"),
    )


def _choices(roll: Roll, language: Language) -> list[tuple[str, Any]]:
    members = roll.search("", limit=_MOST_CHOICES).members
    return [(member.id, member.profile.name(language)) for member in members]

"""``/rewards/earnings``: what sharing and reviewing earn, the rules in words, claims, and taking back by vote."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from tcmchain.chain.abi import checksum
from tcmchain.members.service.roll import Roll
from tcmchain.rewards.model import format_points, holder_of
from tcmchain.rewards.model.earnings import RULES, Deed, Earning, EarningState
from tcmchain.rewards.service.earnings import Earnings
from tcmchain.rewards.service.points import Rewards
from tcmchain.values import BEIJING, Address, FormulaId
from tcmchain.web.i18n import N_, Translate, language_of, translator
from tcmchain.web.pages import Pages
from tcmchain.web.session import caller

_PAGE: Final = 30
_DAY: Final = 86_400
STATES: Final = {
    EarningState.VESTING: (N_("待归属"), "warn"),
    EarningState.VESTED: (N_("已归属"), "ok"),
    EarningState.CAPPED: (N_("超过上限，不计"), ""),
    EarningState.CANCELLED: (N_("已放弃"), ""),
    EarningState.CLAWED_BACK: (N_("已追回"), "bad"),
}
DEEDS: Final = {Deed.SHARING: N_("分享方剂"), Deed.REVIEWING: N_("评价")}

NameFormula = Callable[[FormulaId], str]


@dataclass(frozen=True, slots=True)
class EarningRow:
    """An earning as the page tells it; ``path`` leads to what it is about."""

    earning: Earning
    deed: str
    about: str
    path: str
    amount: str
    vests: str
    when: str
    state: tuple[str, str]
    wanted: Sequence[str]
    open: bool


def router(earnings: Earnings, rewards: Rewards, roll: Roll, name_formula: NameFormula, pages: Pages) -> APIRouter:
    """The page of earnings."""
    found = APIRouter(prefix="/rewards", include_in_schema=False)

    @found.get("/earnings")
    def show(
        request: Request,
        account: Annotated[str, Query(pattern="^(0x[0-9a-fA-F]{40})?$")] = "",
        wanted: bool = False,
        page: Annotated[int, Query(ge=1, le=50_000)] = 1,
    ) -> Response:
        """All earnings, or one account's with what it can claim."""
        _ = translator(language_of(request))
        whose = checksum(account.lower()) if account else None
        reader = caller(request)
        member = None if reader is None or reader.member is None else roll.member(reader.member)
        listed = _listed(earnings, whose, wanted, page)
        return pages.render(
            request,
            "rewards/earnings.html",
            rows=[_row(one, earnings, roll, name_formula, _, language_of(request)) for one in listed],
            rules=RULES,
            points=format_points,
            days=lambda seconds: seconds // _DAY,
            account=whose or "",
            mine=None if whose is None else _account(earnings, rewards, whose),
            votes=member is not None and member.voting,
            wanted=wanted,
            page=page,
            more=len(listed) == _PAGE,
        )

    return found


def _listed(earnings: Earnings, whose: Address | None, wanted: bool, page: int) -> Sequence[Earning]:
    if wanted:
        return earnings.wanted(_PAGE)
    return earnings.earnings(None if whose is None else [whose], _PAGE, (page - 1) * _PAGE)


def _account(earnings: Earnings, rewards: Rewards, whose: Address) -> dict[str, Any]:
    found = earnings.account(whose)
    names = ("vested", "vesting", "clawed_back", "paid", "claimable")
    told: dict[str, Any] = {name: format_points(getattr(found, name)) for name in names}
    return {**told, "can": found.claimable > 0, "purse": format_points(rewards.purse(holder_of(whose)).amount)}


def _row(
    found: Earning, earnings: Earnings, roll: Roll, name_formula: NameFormula, translate: Translate, language: str
) -> EarningRow:
    state = found.state(earnings.now())
    sharing = found.deed is Deed.SHARING
    name = name_formula(FormulaId(found.about)) if sharing else ""
    wishes = earnings.wishes(found.id) if found.votes else ()
    members = roll.members([wish.member for wish in wishes])
    word, tone = STATES[state]
    return EarningRow(
        found,
        translate(DEEDS[found.deed]),
        name or f"{found.about[:10]}…",
        f"/formulas/{found.about}" if sharing else f"/reviews/{found.about}",
        format_points(found.amount),
        _moment(found.vests),
        _moment(found.happened),
        (translate(word), tone),
        [members[one.member].profile.name(language) for one in wishes if one.member in members],
        state in (EarningState.VESTING, EarningState.VESTED),
    )


def _moment(at: int) -> str:
    return datetime.fromtimestamp(at, BEIJING).strftime("%Y-%m-%d")

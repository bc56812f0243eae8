"""Pages of membership: the roll, a member, motions and votes, the agreement, the directory of contracts."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from tcmchain.members.model.membership import Standing, Turn
from tcmchain.members.model.motions import Matter
from tcmchain.members.model.profile import read_profile
from tcmchain.members.service.motions import Motions
from tcmchain.members.service.roll import Roll
from tcmchain.values import MemberId, day_of
from tcmchain.web.i18n import N_
from tcmchain.web.pages import Pages

_PAGE: Final = 30

STANDINGS: Final = {
    Standing.ACTIVE: (N_("在册"), "ok"),
    Standing.SUSPENDED: (N_("暂停"), "warn"),
    Standing.EXPELLED: (N_("除名"), "bad"),
}
TURNS: Final = {
    Turn.ADMITTED: N_("接纳"),
    Turn.SUSPENDED: N_("暂停"),
    Turn.REINSTATED: N_("恢复"),
    Turn.EXPELLED: N_("除名"),
    Turn.OFFICER_REPLACED: N_("更换负责人账户"),
}
MATTERS: Final = {
    Matter.ADMIT: N_("接纳成员"),
    Matter.SUSPEND: N_("暂停成员"),
    Matter.REINSTATE: N_("恢复成员"),
    Matter.EXPEL: N_("除名成员"),
    Matter.REPLACE_OFFICER: N_("更换负责人账户"),
    Matter.PUBLISH_AGREEMENT: N_("发布协议"),
    Matter.INSTALL: N_("登记合约地址"),
}


def router(roll: Roll, motions: Motions, pages: Pages) -> APIRouter:
    """Everything under ``/members``."""
    found = APIRouter(prefix="/members", include_in_schema=False)
    shared = {"standings": STANDINGS, "turns": TURNS, "matters": MATTERS, "day": day_of}

    @found.get("")
    def show_roll(
        request: Request,
        q: Annotated[str, Query(max_length=100)] = "",
        page: Annotated[int, Query(ge=1, le=10_000)] = 1,
    ) -> Response:
        """The roll, searched by name, pinyin, place or id."""
        members = roll.search(q, offset=(page - 1) * _PAGE, limit=_PAGE)
        last = max(1, -(-members.total // _PAGE))
        return pages.render(request, "members/roll.html", members=members, q=q, page=page, last=last, **shared)

    @found.get("/motions")
    def show_motions(request: Request) -> Response:
        """Motions proposed here, and those that were carried."""
        proposals, carried = motions.proposals(), motions.carried()
        names = roll.members([MemberId(proposal.motion.decision.subject) for proposal in proposals])
        return pages.render(
            request,
            "members/motions.html",
            proposals=proposals,
            carried=carried,
            names=names,
            read_profile=read_profile,
            **shared,
        )

    @found.get("/agreement")
    def show_agreement(request: Request) -> Response:
        """The agreement's versions, who signed, and the form to sign it."""
        versions = [(found, roll.signatures(found.version)) for found in roll.agreements()]
        names = roll.members([signature.member for _, signed in versions for signature in signed])
        return pages.render(request, "members/agreement.html", versions=versions, names=names, **shared)

    @found.get("/directory")
    def show_directory(request: Request) -> Response:
        """The contracts in force."""
        return pages.render(request, "members/directory.html", directory=roll.directory(), **shared)

    @found.get("/{member}")
    def show_member(request: Request, member: Annotated[str, Path(pattern="^0x[0-9a-f]{64}$")]) -> Response:
        """One member, its accounts and what was decided about it."""
        known = roll.member(MemberId(member))
        return pages.render(
            request,
            "members/member.html",
            member=known,
            accounts=roll.accounts(known.id),
            history=roll.history(known.id),
            may_act=roll.may_act(known),
            **shared,
        )

    return found

"""Doors that read."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from tcmchain.members.api.bodies import Identifier, KindText
from tcmchain.members.api.views import (
    AccountView,
    ActingView,
    AgreementView,
    ContractView,
    HistoryView,
    MemberDetailView,
    MembersView,
    MemberView,
    SignatureView,
)
from tcmchain.members.model.genesis import read_account
from tcmchain.members.model.membership import kind_of, standing_of
from tcmchain.members.service.roll import Roll
from tcmchain.values import Address, MemberId
from tcmchain.web.session import Caller, signed_in

SignedIn = Annotated[Caller, Depends(signed_in)]


def router(roll: Roll) -> APIRouter:
    """Members, agreements and contracts in force, for everybody."""
    found = APIRouter()
    _members(found, roll)
    _agreements(found, roll)
    return found


def _members(found: APIRouter, roll: Roll) -> None:
    @found.get("/members")
    def search_members(
        q: Annotated[str, Query(max_length=100, description="name, pinyin, initials, place or id")] = "",
        kind: Annotated[list[KindText] | None, Query()] = None,
        standing: Annotated[str | None, Query(max_length=20, description="Active, Suspended or Expelled")] = None,
        offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> MembersView:
        """Search members, in the order of their admission."""
        kinds = [kind_of(word) for word in kind or []]
        page = roll.search(q, kinds, None if standing is None else standing_of(standing), offset, limit)
        return MembersView(
            total=page.total, block=page.block, members=[MemberView.of(member) for member in page.members]
        )

    @found.get("/members/me")
    def read_own_member(caller: SignedIn) -> ActingView:
        """The member that the caller acts for."""
        return _acting(roll, caller.address)

    @found.get("/members/by-account/{address}")
    def read_member_of_account(address: Annotated[str, Path(max_length=42)]) -> ActingView:
        """The member that an account acts for."""
        return _acting(roll, read_account(address))

    @found.get("/members/{member}")
    def read_member(member: Identifier) -> MemberDetailView:
        """A member, its accounts and what was decided about it."""
        known = roll.member(MemberId(member))
        return MemberDetailView(
            member=MemberView.of(known),
            accounts=[AccountView.of(account) for account in roll.accounts(known.id)],
            history=[HistoryView.of(entry) for entry in roll.history(known.id)],
            may_act=roll.may_act(known),
        )


def _acting(roll: Roll, address: Address) -> ActingView:
    member, account = roll.by_account(address)
    return ActingView(account=AccountView.of(account), member=MemberView.of(member), may_act=roll.may_act(member))


def _agreements(found: APIRouter, roll: Roll) -> None:
    @found.get("/agreements")
    def list_agreements() -> list[AgreementView]:
        """All versions of the agreement, newest first."""
        return [AgreementView.of(found, len(roll.signatures(found.version))) for found in roll.agreements()]

    @found.get("/agreements/{version}/signatures")
    def list_signatures(version: Annotated[int, Path(ge=1, le=2**32 - 1)]) -> list[SignatureView]:
        """Who signed a version."""
        return [SignatureView(member=s.member, at=s.at, tx=s.tx) for s in roll.signatures(version)]

    @found.get("/directory")
    def list_contracts() -> list[ContractView]:
        """The contracts in force on each chain."""
        return [
            ContractView(chain=chain, contract=name, address=address)
            for (chain, name), address in roll.directory().items()
        ]

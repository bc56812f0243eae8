"""Membership through a node's doors, for the SDK and the command line."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tcmchain.chain.signers import Signer
from tcmchain.chain.typed_data import TypedData
from tcmchain.members.model.agreements import Agreement
from tcmchain.members.model.membership import Member, kind_of, standing_of
from tcmchain.members.model.profile import profile_of
from tcmchain.values import Address, Hash32, MemberId, UnixTime
from tcmchain.web.http import NodeHttp


@dataclass(frozen=True, slots=True)
class Ballot:
    """A motion put to the vote; ``carried`` are the chains that have carried it out."""

    id: Hash32
    matter: str
    subject: Hash32
    text: str
    votes: int
    quorum: int
    decided: bool
    open: bool
    carried: tuple[str, ...]


class MembersClient:
    """Every write is signed here, handed in and followed until the node has indexed it."""

    def __init__(self, http: NodeHttp) -> None:
        self._http = http

    async def search(self, text: str = "", kind: str | None = None, limit: int = 50, offset: int = 0) -> list[Member]:
        """Members by words of their names, pinyin, place or id."""
        found = await self._http.get("/api/members", q=text, kind=kind, limit=limit, offset=offset)
        return [_member(entry) for entry in found["members"]]

    async def member(self, member: MemberId) -> Member:
        """A member; raises ``MemberUnknown``."""
        return _member((await self._http.get(f"/api/members/{member}"))["member"])

    async def me(self) -> Member:
        """The member that the signed-in account acts for; raises ``AccountUnknown``."""
        return _member((await self._http.get("/api/members/me"))["member"])

    async def by_account(self, account: Address) -> Member:
        """The member that an account acts for; raises ``AccountUnknown``."""
        return _member((await self._http.get(f"/api/members/by-account/{account}"))["member"])

    async def agreements(self) -> list[Agreement]:
        """All versions of the agreement, newest first."""
        found = await self._http.get("/api/agreements")
        return [Agreement(a["version"], Hash32(a["digest"]), UnixTime(a["starts"]), a["title"]) for a in found]

    async def sign_agreement(self, officer: Signer | None = None) -> None:
        """Sign the newest agreement for the member of the signed-in account."""
        asked = await self._http.post("/api/agreements/typed", {})
        signature = self._sign(asked["typed"], officer)
        await self._http.write("/api/agreements/sign", {"version": asked["version"], "signature": signature})

    async def appoint(self, account: Address, officer: Signer | None = None) -> None:
        """Let an account act for the member of the signed-in account."""
        await self._appoint(account, True, officer)

    async def dismiss(self, account: Address, officer: Signer | None = None) -> None:
        """Let an account act for the member no longer."""
        await self._appoint(account, False, officer)

    async def propose(self, **motion: Any) -> Ballot:
        """Put a decision to the vote; fields are those of ``POST /api/motions``."""
        return _ballot(await self._http.post("/api/motions", motion))

    async def motions(self) -> list[Ballot]:
        """Motions proposed at the node, newest first."""
        return [_ballot(entry) for entry in (await self._http.get("/api/motions"))["proposals"]]

    async def motion(self, motion: Hash32) -> Ballot:
        """A motion; raises ``ProposalUnknown``."""
        return _ballot(await self._http.get(f"/api/motions/{motion}"))

    async def vote(self, motion: Hash32, officer: Signer | None = None) -> Ballot:
        """Vote for a motion as an officer; raises ``VoterUnknown``."""
        typed = (await self._http.get(f"/api/motions/{motion}"))["typed"]
        body = {"signature": self._sign(typed, officer)}
        return _ballot(await self._http.post(f"/api/motions/{motion}/votes", body))

    async def carry(self, motion: Hash32) -> Ballot:
        """Carry a decided motion out on every chain; raises ``NotCarried``."""
        await self._http.write(f"/api/motions/{motion}/carry")
        return await self.motion(motion)

    async def _appoint(self, account: Address, appointed: bool, officer: Signer | None) -> None:
        body = {"account": account, "appointed": appointed}
        asked = await self._http.post("/api/operators/typed", body)
        signed = {"serial": asked["serial"], "signature": self._sign(asked["typed"], officer)}
        await self._http.write("/api/operators", {**body, **signed})

    def _sign(self, typed: Mapping[str, Any], officer: Signer | None) -> str:
        return (officer or self._http.key()).sign_typed_data(TypedData.from_json(typed))


def _member(entry: Mapping[str, Any]) -> Member:
    return Member(
        id=MemberId(entry["id"]),
        kind=kind_of(entry["kind"]),
        standing=standing_of(entry["standing"]),
        voting=entry["voting"],
        officer=Address(entry["officer"]),
        agreement=entry["agreement"],
        appointments=0,
        profile=profile_of(entry["profile"]),
        since=UnixTime(entry["since"]),
    )


def _ballot(entry: Mapping[str, Any]) -> Ballot:
    return Ballot(
        id=Hash32(entry["id"]),
        matter=entry["matter"],
        subject=Hash32(entry["subject"]),
        text=entry["text"],
        votes=len(entry["votes"]),
        quorum=entry["quorum"],
        decided=entry["decided"],
        open=entry["open"],
        carried=tuple(entry["carried"]),
    )

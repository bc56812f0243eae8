"""Who is a member, and who acts for whom."""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final

from tcmchain.members.model.agreements import Agreement, AgreementSignature
from tcmchain.members.model.errors import AccountUnknown, AgreementUnknown, MemberUnknown
from tcmchain.members.model.membership import Account, HistoryEntry, Kind, Member, Standing
from tcmchain.members.readmodel.records import MembersPage, MembersRecords
from tcmchain.values import Address, ChainName, MemberId

_MOST_FOUND: Final = 500


class Roll:
    """What is read of members; every answer is a replay of the chain's events."""

    def __init__(self, records: MembersRecords, now: Callable[[], float] = time.time) -> None:
        self._records = records
        self._now = now

    def search(
        self,
        text: str = "",
        kinds: Collection[Kind] = (),
        standing: Standing | None = None,
        offset: int = 0,
        limit: int = 50,
    ) -> MembersPage:
        """Members by words of their names (Chinese, pinyin, initials, English), place or id."""
        return self._records.search(text, kinds, standing, offset, limit)

    def find(self, text: str) -> list[MemberId]:
        """Ids of the members that a text finds, none for an empty text."""
        if not text.strip():
            return []
        return [member.id for member in self._records.search(text, limit=_MOST_FOUND).members]

    def member(self, member: MemberId) -> Member:
        """A member; raises ``MemberUnknown``."""
        found = self._records.member(member)
        if found is None:
            raise MemberUnknown(member=member)
        return found

    def by_gln(self, gln: str) -> Member:
        """The member with a Global Location Number; raises ``MemberUnknown``."""
        found = self._records.by_gln(gln)
        if found is None:
            raise MemberUnknown(member=gln)
        return found

    def members(self, ids: Collection[MemberId]) -> dict[MemberId, Member]:
        """Those of some members that are known, at once."""
        return self._records.members(ids)

    def by_account(self, account: Address) -> tuple[Member, Account]:
        """The member that an account acts for; raises ``AccountUnknown``."""
        found = self._records.account(account)
        if found is None:
            raise AccountUnknown(account=account)
        return self.member(found.member), found

    def member_of(self, account: Address) -> Member | None:
        """The member that an account acts for, if any."""
        found = self._records.account(account)
        return None if found is None else self._records.member(found.member)

    def caller_of(self, account: Address) -> tuple[MemberId, str] | None:
        """Id and kind's word of the member that an account acts for, if any."""
        member = self.member_of(account)
        return None if member is None else (member.id, member.kind.word)

    def may_act(self, member: Member) -> bool:
        """Whether the contract lets the member's accounts act: it is active and has signed what is in force.

        A new version binds from its date on; until then the one before it will do.
        """
        if member.standing is not Standing.ACTIVE:
            return False
        newest = self._records.agreement()
        if newest is None or member.agreement == newest.version:
            return True
        return 0 < member.agreement == newest.version - 1 and self._now() < newest.starts

    def accounts(self, member: MemberId) -> Sequence[Account]:
        """The officer and the operators of a member."""
        return self._records.accounts(member)

    def history(self, member: MemberId) -> Sequence[HistoryEntry]:
        """What was decided about a member, newest first."""
        return self._records.history(member)

    def agreement(self) -> Agreement:
        """The newest version of the agreement; raises ``AgreementUnknown``."""
        found = self._records.agreement()
        if found is None:
            raise AgreementUnknown(version=0)
        return found

    def agreements(self) -> Sequence[Agreement]:
        """All versions, newest first."""
        return self._records.agreements()

    def signatures(self, version: int) -> Sequence[AgreementSignature]:
        """Who signed a version."""
        return self._records.signatures(version)

    def counts(self) -> Mapping[Kind, int]:
        """How many active members there are of each kind."""
        return self._records.counts()

    def directory(self) -> Mapping[tuple[ChainName, str], Address]:
        """Contracts in force, by chain and name."""
        return self._records.addresses()

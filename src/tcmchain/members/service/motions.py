"""Proposing, voting, carrying out."""

import time
from collections.abc import Callable, Sequence
from typing import Final

from tcmchain.chain.calls import Call
from tcmchain.chain.typed_data import TypedData, recover
from tcmchain.members.contract import MembersCalls
from tcmchain.members.model.errors import CarriedAlready, Lapsed, NotCarried, ProposalUnknown, VoterUnknown, WrongSerial
from tcmchain.members.model.motions import CarriedMotion, Decision, Proposal, Vote, in_order
from tcmchain.members.readmodel.proposals import Proposals, Proposed
from tcmchain.members.readmodel.records import MembersRecords
from tcmchain.values import Address, Hash32, MemberId, UnixTime

LIFETIME: Final = 30 * 86_400
"""Seconds that officers have to vote unless the proposal says otherwise."""


class Motions:
    """The members' decisions. A vote is an officer's signature, whoever brings it."""

    def __init__(
        self,
        calls: MembersCalls,
        records: MembersRecords,
        proposals: Proposals,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._calls = calls
        self._records = records
        self._proposals = proposals
        self._now = now

    def propose(self, decision: Decision, proposer: Address, lifetime: int = LIFETIME) -> Proposal:
        """Put a decision to the vote under the next serial."""
        now = UnixTime(int(self._now()))
        serial = max(self._records.serials().values()) + 1
        motion = decision.numbered(serial, UnixTime(now + lifetime))
        found = self._calls.motion_id(motion)
        self._proposals.add(found, motion, proposer, now)
        return self.proposal(found)

    def proposal(self, motion: Hash32) -> Proposal:
        """A motion proposed here; raises ``ProposalUnknown``."""
        return self._told(self._kept(motion), self._records.voters())

    def proposals(self) -> list[Proposal]:
        """Motions proposed here, newest first."""
        voters = self._records.voters()
        return [self._told(kept, voters) for kept in self._proposals.all()]

    def carried(self) -> Sequence[CarriedMotion]:
        """Motions that the chain has carried, newest first."""
        return self._records.carried()

    def typed(self, motion: Hash32) -> TypedData:
        """What officers sign to vote for a motion; raises ``ProposalUnknown``."""
        return self._calls.motion(self._kept(motion).motion)

    def vote(self, motion: Hash32, signature: str) -> Proposal:
        """Take an officer's vote.

        Raises ``SignatureInvalid``, ``VoterUnknown``, ``Lapsed``, ``WrongSerial`` or ``CarriedAlready``.
        """
        kept = self._kept(motion)
        self._still_open(kept)
        voter = recover(self._calls.motion(kept.motion).digest(), signature)
        if voter not in self._records.voters():
            raise VoterUnknown(voter=voter)
        self._proposals.vote(motion, voter, signature)
        return self.proposal(motion)

    def calls(self, motion: Hash32) -> list[Call]:
        """Carry a decided motion out on every chain that has not done so yet.

        Raises ``NotCarried`` when votes are missing, ``Lapsed``, ``WrongSerial`` or ``CarriedAlready``.
        """
        kept = self._kept(motion)
        self._still_open(kept)
        found = self._told(kept, self._records.voters())
        if not found.decided:
            raise NotCarried(votes=len(found.votes), quorum=found.quorum)
        votes = [vote.signature for vote in in_order(found.votes)]
        wanted = [chain for chain in self._calls.chains() if chain not in found.carried]
        return [self._calls.carry(chain, kept.motion, votes) for chain in wanted]

    def _kept(self, motion: Hash32) -> Proposed:
        kept = self._proposals.one(motion)
        if kept is None:
            raise ProposalUnknown(motion=motion)
        return kept

    def _still_open(self, kept: Proposed) -> None:
        if len(self._records.carried_on(kept.id)) == len(self._calls.chains()):
            raise CarriedAlready(motion=kept.id)
        if kept.motion.not_after < self._now():
            raise Lapsed(notAfter=kept.motion.not_after)
        behind = min(self._records.serials().values())
        if kept.motion.serial <= behind:
            raise WrongSerial(expected=behind + 1, given=kept.motion.serial)

    def _told(self, kept: Proposed, voters: dict[Address, MemberId]) -> Proposal:
        votes = [Vote(voter, voters[voter], text) for voter, text in kept.signatures.items() if voter in voters]
        carried = self._records.carried_on(kept.id)
        return Proposal(
            kept.id,
            kept.motion,
            kept.proposer,
            kept.proposed,
            tuple(in_order(votes)),
            len(voters) // 2 + 1,
            carried,
            len(carried) < len(self._calls.chains())
            and kept.motion.not_after >= self._now()
            and kept.motion.serial > min(self._records.serials().values()),
        )

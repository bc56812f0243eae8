"""Bearing witness to facts of another chain: this node's own members sign, other nodes are asked for theirs.

Every node signs only what its own index says. A fact is carried over when two voting members that it is not about have
signed; here each member signs once, in the ascending order of their ids, as the contract wants it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from tcmchain.chain.keystore import Keystore
from tcmchain.chain.signers import Signer
from tcmchain.chain.typed_data import TypedData, recover
from tcmchain.errors import Invalid, TcmChainError
from tcmchain.members.service.roll import Roll
from tcmchain.rewards.client.peers import ask_witnesses
from tcmchain.rewards.model.earnings import Witness
from tcmchain.rewards.model.errors import TooFewWitnesses
from tcmchain.values import MemberId

__all__ = ["AskPeer", "Witnessing", "ask_witnesses"]

FEWEST: Final = 2
_MOST: Final = 32

AskPeer = Callable[[], Awaitable[Sequence[str]]]
"""Another node's signatures under the fact; none when it does not answer or has not seen as much."""


class Witnessing:
    """The members whose accounts this node keeps, and what they sign."""

    def __init__(self, keystore: Keystore, roll: Roll) -> None:
        self._keystore = keystore
        self._roll = roll

    def signer_of(self, member: MemberId) -> Signer | None:
        """An account in the keystore that acts for a member."""
        for name in self._keystore.names():
            found = self._roll.caller_of(self._keystore.address(name))
            if found is not None and found[0] == member:
                return self._keystore.signer(name)
        return None

    def members(self) -> list[MemberId]:
        """The members whose accounts the keystore has."""
        found = (self._roll.caller_of(self._keystore.address(name)) for name in self._keystore.names())
        return list(dict.fromkeys(one[0] for one in found if one is not None))

    def sign(self, typed: TypedData, about: MemberId | None = None) -> list[Witness]:
        """Signatures of this node's voting members, but for the one that the fact is about."""
        found = []
        for member in self.members():
            known = self._roll.member(member)
            if member == about or not known.voting or not self._roll.may_act(known):
                continue
            signer = self.signer_of(member)
            if signer is not None:
                found.append(Witness(member, signer.sign_typed_data(typed)))
        return found

    def check(self, typed: TypedData, signature: str, about: MemberId | None = None) -> Witness | None:
        """Whose witness a signature is; ``None`` when it is nobody's that counts."""
        try:
            member = self._roll.member_of(recover(typed.digest(), signature))
        except Invalid:
            return None
        if member is None or member.id == about or not member.voting or not self._roll.may_act(member):
            return None
        return Witness(member.id, signature)

    async def gather(self, typed: TypedData, peers: Sequence[AskPeer], about: MemberId | None = None) -> list[str]:
        """Signatures of two members or more in the contract's order; raises ``TooFewWitnesses``.

        Other nodes are asked only when this one's own members are too few.
        """
        found = {one.member: one for one in await asyncio.to_thread(self.sign, typed, about)}
        if len(found) < FEWEST:
            for answers in await asyncio.gather(*(_heard(peer) for peer in peers)):
                for signature in answers:
                    witness = self.check(typed, signature, about)
                    if witness is not None:
                        found.setdefault(witness.member, witness)
        if len(found) < FEWEST:
            raise TooFewWitnesses(needed=FEWEST, given=len(found))
        return [found[member].signature for member in sorted(found, key=lambda one: int(one, 16))][:_MOST]


async def _heard(peer: AskPeer) -> Sequence[str]:
    try:
        return (await peer())[:_MOST]
    except TcmChainError:
        return ()

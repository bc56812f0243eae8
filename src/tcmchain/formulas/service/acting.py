"""The accounts of this node's keystore that act for members, where the node takes part by itself."""

from collections.abc import Iterator, Mapping

from tcmchain.chain.keystore import Keystore
from tcmchain.chain.signers import LocalSigner
from tcmchain.formulas.service.desks import CARING
from tcmchain.members.model.membership import Member
from tcmchain.members.service.roll import Roll
from tcmchain.values import Address, MemberId


class Acting:
    """Accounts with the members that they act for; those of members that may not act are left out."""

    def __init__(self, keystore: Keystore, roll: Roll) -> None:
        self._keystore = keystore
        self._roll = roll

    def voter(self, but: MemberId | None) -> LocalSigner | None:
        """An account of a member that votes, other than ``but``."""
        found = (signer for member, signer in self._all() if member.voting and member.id != but)
        return next(found, None)

    def caring(self) -> LocalSigner | None:
        """An account of a member, one that cares for patients first."""
        found = sorted(self._all(), key=lambda pair: pair[0].kind not in CARING)
        return found[0][1] if found else None

    def all(self) -> Mapping[Address, LocalSigner]:
        """Every account of a member that may act."""
        return {signer.address: signer for _, signer in self._all()}

    def _all(self) -> Iterator[tuple[Member, LocalSigner]]:
        for name in self._keystore.names():
            member = self._roll.member_of(self._keystore.address(name))
            if member is not None and self._roll.may_act(member):
                yield member, self._keystore.signer(name)

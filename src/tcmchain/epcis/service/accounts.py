"""The node's own accounts that act for members."""

from tcmchain.chain.keystore import Keystore
from tcmchain.chain.signers import LocalSigner
from tcmchain.epcis.model.refusals import NoServiceAccount
from tcmchain.members.service.roll import Roll
from tcmchain.values import MemberId


class ServiceAccounts:
    """Finds the account of the keystore that acts for a member: whoever runs the node gave it to the node."""

    def __init__(self, keystore: Keystore, roll: Roll) -> None:
        self._keystore = keystore
        self._roll = roll

    def signer_of(self, member: MemberId) -> LocalSigner:
        """The account that signs for a member; raises ``NoServiceAccount``."""
        for name in self._keystore.names():
            found = self._roll.member_of(self._keystore.address(name))
            if found is not None and found.id == member and self._roll.may_act(found):
                return self._keystore.signer(name)
        raise NoServiceAccount(member=member)

"""A custodian's secret, and the fragments that it has opened lately, in memory only."""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from nucypher_core.umbral import VerifiedKeyFrag

from tcmchain.crypto.delegation import verified_fragment
from tcmchain.crypto.letters import Use, inbox_of, open_letter
from tcmchain.custodians.model.fragments import Fragment
from tcmchain.custodians.readmodel.journal import Journal
from tcmchain.values import Address, Hash32

_KEPT: Final = 1024

Held = tuple[Fragment, VerifiedKeyFrag]


@dataclass(frozen=True, slots=True)
class Secret:
    """A custodian's account, and the key to which fragments are sealed."""

    account: Address
    inbox: X25519PrivateKey = field(repr=False)

    @property
    def public(self) -> bytes:
        """The public inbox key, 32 bytes."""
        return inbox_of(self.inbox)


class Opened:
    """Opened fragments: on the disk they are sealed, and one alone opens nothing."""

    def __init__(self, secret: Secret, journal: Journal) -> None:
        self._secret = secret
        self._journal = journal
        self._held: OrderedDict[tuple[Hash32, int], Held] = OrderedDict()

    def open(self, fragment: Fragment) -> VerifiedKeyFrag:
        """Open a fragment and check it against its public keys.

        Raises :class:`tcmchain.crypto.errors.SealBroken` when it is sealed to somebody else and
        :class:`tcmchain.crypto.errors.FragmentUnfit` when it belongs to other keys.
        """
        raw = open_letter(self._secret.inbox, fragment.sealed, Use.FRAGMENT)
        return verified_fragment(raw, fragment.verifying, fragment.delegating, fragment.reading)

    def verified(self, grant: Hash32, epoch: int) -> Held | None:
        """The fragment for a grant and an epoch, opened; ``None`` when none was handed in."""
        found = self._held.get((grant, epoch))
        if found is None:
            fragment = self._journal.fragment(grant, epoch)
            if fragment is None:
                return None
            found = self._held[grant, epoch] = fragment, self.open(fragment)
            if len(self._held) > _KEPT:
                self._held.popitem(last=False)
        self._held.move_to_end((grant, epoch))
        return found

    def forget(self, grant: Hash32, epoch: int) -> None:
        """Forget one that was replaced."""
        self._held.pop((grant, epoch), None)

    def forget_all(self, grant: Hash32) -> None:
        """Forget those of a grant that holds no longer."""
        for key in [key for key in self._held if key[0] == grant]:
            del self._held[key]

"""Licences: issue, suspend, reinstate, revoke, and the question whether an account may act."""

import time
from collections.abc import Callable, Sequence

from tcmchain.chain.calls import Call
from tcmchain.chain.typed_data import TypedData, recover
from tcmchain.members.model.membership import Kind, Member
from tcmchain.members.service.roll import Roll
from tcmchain.practitioners.contract import PractitionersCalls
from tcmchain.practitioners.model import (
    Licence,
    LicenceInvalid,
    LicenceKnownAlready,
    LicenceRecord,
    LicenceStanding,
    LicenceUnknown,
    NotCertifier,
    Ruling,
    WrongSerial,
    WrongStanding,
)
from tcmchain.practitioners.readmodel import PractitionersRecords
from tcmchain.values import Address, Hash32, LicenceId, MemberId, UnixTime

_ISSUERS = frozenset({Kind.CERTIFIER, Kind.REGULATOR})


class Practitioners:
    """A licence or ruling is a certifier's signature, whoever brings it; it goes to every chain that lacks it."""

    def __init__(
        self,
        calls: PractitionersCalls,
        records: PractitionersRecords,
        roll: Roll,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._calls = calls
        self._records = records
        self._roll = roll
        self._now = now

    def licence(self, licence: LicenceId) -> LicenceRecord:
        """A licence; raises ``LicenceUnknown``."""
        found = self._records.licence(licence)
        if found is None:
            raise LicenceUnknown(licence=licence)
        return found

    def licences(
        self, holder: Address | None = None, issuer: MemberId | None = None, limit: int = 200
    ) -> Sequence[LicenceRecord]:
        """Licences of a holder, of an issuer, or all; newest first."""
        return self._records.licences(holder, issuer, limit)

    def may_act(self, account: Address, scope: str) -> bool:
        """Whether an account holds a licence of this scope that is valid now."""
        now = UnixTime(int(self._now()))
        return any(found.allows(scope, now) for found in self._records.licences(holder=account))

    def typed(self, licence: Licence) -> TypedData:
        """What a certifier's account signs to issue; raises ``LicenceInvalid`` or ``LicenceKnownAlready``."""
        if not licence.starts < licence.not_after:
            raise LicenceInvalid("a licence ends after it starts", starts=licence.starts, not_after=licence.not_after)
        if len(self._records.rulings(licence.id)) == len(self._calls.chains()):
            raise LicenceKnownAlready(licence=licence.id)
        return self._calls.licence(licence)

    def issue(self, licence: Licence, signature: str) -> list[Call]:
        """Hand in a signed licence; raises ``NotCertifier``."""
        self._certifier(self.typed(licence), signature)
        known = self._records.rulings(licence.id)
        return [self._calls.issue(chain, licence, signature) for chain in self._calls.chains() if chain not in known]

    def ruling(self, licence: LicenceId, standing: LicenceStanding, digest: Hash32) -> Ruling:
        """The next ruling on a licence; raises ``LicenceUnknown`` or ``WrongStanding``."""
        found = self.licence(licence)
        if found.standing in (standing, LicenceStanding.REVOKED):
            raise WrongStanding(licence=licence, standing=int(found.standing))
        return Ruling(licence, standing, max(self._records.rulings(licence).values()) + 1, digest)

    def typed_ruling(self, ruling: Ruling) -> TypedData:
        """What a certifier's or regulator's account signs to rule."""
        return self._calls.ruling(ruling)

    def rule(self, ruling: Ruling, signature: str) -> list[Call]:
        """Hand in a signed ruling; raises ``NotCertifier`` or ``WrongSerial``."""
        member = self._certifier(self._calls.ruling(ruling), signature)
        if member.kind is not Kind.REGULATOR and member.id != self.licence(ruling.licence).issuer:
            raise NotCertifier(signer=member.officer)
        last = self._records.rulings(ruling.licence)
        chains = [chain for chain, serial in last.items() if serial + 1 == ruling.serial]
        if not chains:
            raise WrongSerial(expected=max(last.values(), default=0) + 1, given=ruling.serial)
        return [self._calls.rule(chain, ruling, signature) for chain in chains]

    def _certifier(self, typed: TypedData, signature: str) -> Member:
        signer = recover(typed.digest(), signature)
        member = self._roll.member_of(signer)
        if member is None or member.kind not in _ISSUERS or not self._roll.may_act(member):
            raise NotCertifier(signer=signer)
        return member

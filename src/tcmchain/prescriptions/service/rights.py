"""Rights: issue, sign as a second person, take back, dispense; each gives the calls that the actor is to sign."""

import time
from collections.abc import Callable, Sequence
from typing import Final

from tcmchain.chain.calls import Call
from tcmchain.chain.typed_data import TypedData, recover
from tcmchain.members.model.membership import Kind
from tcmchain.members.service.roll import Roll
from tcmchain.practitioners.service import Practitioners
from tcmchain.prescriptions.contract import Handed, PrescriptionsCalls, Written
from tcmchain.prescriptions.model import refusals
from tcmchain.prescriptions.model.rights import LONGEST, Counts, Right, RightState
from tcmchain.prescriptions.readmodel.records import PrescriptionsRecords, Wanted
from tcmchain.values import ZERO_ADDRESS, ZERO_HASH, Address, Hash32, MemberId, PrescriptionId, UnixTime

__all__ = ["Handed", "Rights", "Wanted", "Written"]

PHYSICIAN: Final = "physician"
PHARMACIST: Final = "pharmacist"
_WRITES: Final = frozenset({Kind.HOSPITAL, Kind.CLINIC})
_DISPENSES: Final = _WRITES | {Kind.PHARMACY}


class Rights:
    """What stands on the chain of prescriptions. The contract decides; what is checked here makes refusals clearer."""

    def __init__(
        self,
        calls: PrescriptionsCalls,
        records: PrescriptionsRecords,
        roll: Roll,
        practitioners: Practitioners,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._calls = calls
        self._records = records
        self._roll = roll
        self._practitioners = practitioners
        self._now = now

    def right(self, prescription: PrescriptionId) -> Right:
        """A prescription's right; raises ``PrescriptionUnknown``."""
        found = self._records.right(prescription)
        if found is None:
            raise refusals.PrescriptionUnknown(id=prescription)
        return found

    def rights(self, wanted: Wanted, limit: int = 50, before: int | None = None) -> Sequence[Right]:
        """Rights, the last issued first."""
        return self._records.rights(wanted, limit, before)

    def counts(self, wanted: Wanted) -> Counts:
        """How many prescriptions there are of a member or prescriber, and what became of them."""
        return self._records.counts(wanted)

    def issue(self, prescriber: Address, written: Written) -> list[Call]:
        """Write a prescription.

        Raises ``NotPrescriber``, ``WrongKindOfMember``, ``NothingWritten``, ``PrescriptionWrongEnd`` or ``WrongRules``.
        """
        if not self._practitioners.may_act(prescriber, PHYSICIAN):
            raise refusals.NotPrescriber(account=prescriber)
        self._acting(prescriber, _WRITES)
        if written.content == ZERO_HASH or written.key == ZERO_ADDRESS:
            raise refusals.NothingWritten
        now = self._now()
        if not now < written.until <= now + LONGEST:
            raise refusals.PrescriptionWrongEnd(until=written.until)
        if self._records.rules(written.rules) is None:
            newest = self._records.rules()
            raise refusals.WrongRules(expected=newest.version if newest else 0, given=written.rules)
        return [self._calls.issue(written)]

    def countersign(self, account: Address, prescription: PrescriptionId, findings: Sequence[Hash32]) -> list[Call]:
        """As a second physician or a pharmacist, sign findings that need it, all that wait when none is named.

        Raises ``PrescriptionUnknown``, ``PrescriptionWrongState``, ``NotPrescriber`` or ``NothingToSign``.
        """
        right = self._standing(prescription)
        if not any(self._practitioners.may_act(account, scope) for scope in (PHYSICIAN, PHARMACIST)):
            raise refusals.NotPrescriber(account=account)
        waiting = [override.finding for override in right.overrides if override.waits]
        wanted = list(findings) or waiting
        for finding in wanted or [ZERO_HASH]:
            if finding not in waiting or account == right.prescriber:
                raise refusals.NothingToSign(id=prescription, finding=finding)
        return [self._calls.countersign(prescription, finding) for finding in wanted]

    def cancel(self, account: Address, prescription: PrescriptionId) -> list[Call]:
        """As an account of the prescriber's member, take back.

        Raises ``PrescriptionUnknown``, ``PrescriptionWrongState`` or ``NotOfMember``.
        """
        right = self._standing(prescription)
        member = self._roll.member_of(account)
        if member is None or member.id != right.member:
            raise refusals.NotOfMember(id=prescription, account=account)
        return [self._calls.cancel(prescription)]

    async def dispensing(
        self, prescription: PrescriptionId, member: MemberId, commitment: Hash32, voucher: Hash32 | None
    ) -> TypedData:
        """What the slip's key signs for a dispensing at a member."""
        return await self._calls.dispensing(prescription, member, commitment, voucher)

    async def fulfil(self, account: Address, prescription: PrescriptionId, handed: Handed) -> list[Call]:
        """As an operator of a hospital, clinic or pharmacy, dispense; the right is used up in the same transaction.

        Raises ``PrescriptionUnknown``, ``DispensedAlready``, ``TakenBack``, ``PrescriptionLapsed``, ``Unsigned``,
        ``WrongKindOfMember``, ``NothingWritten``, ``NotHolder`` and ``SignatureInvalid``; the ledger of lots raises
        its own, such as ``Insufficient``.
        """
        right = self._standing(prescription)
        if self._now() > right.until:
            raise refusals.PrescriptionLapsed(id=prescription, until=right.until)
        if right.missing:
            raise refusals.Unsigned(id=prescription, missing=right.missing)
        member = self._acting(account, _DISPENSES)
        if handed.commitment == ZERO_HASH or (handed.voucher is not None and not handed.portions):
            raise refusals.NothingWritten
        typed = await self._calls.dispensing(prescription, member, handed.commitment, handed.voucher)
        if recover(typed.digest(), handed.signature) != right.key:
            raise refusals.NotHolder(id=prescription, member=member)
        return [self._calls.fulfil(prescription, handed)]

    def dispenser(self, account: Address) -> MemberId:
        """The member that an account dispenses for; raises ``WrongKindOfMember``."""
        return self._acting(account, _DISPENSES)

    def _standing(self, prescription: PrescriptionId) -> Right:
        right = self.right(prescription)
        if right.state is RightState.DISPENSED:
            used: UnixTime | None = right.fulfilment.at if right.fulfilment else None
            raise refusals.DispensedAlready(id=prescription, state=int(right.state), happened=used)
        if right.state is RightState.CANCELLED:
            raise refusals.TakenBack(id=prescription, state=int(right.state))
        return right

    def _acting(self, account: Address, kinds: frozenset[Kind]) -> MemberId:
        member = self._roll.member_of(account)
        if member is None or member.kind not in kinds:
            raise refusals.WrongKindOfMember(member=member.id if member else account)
        return member.id

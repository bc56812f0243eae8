"""Vouchers at the node of the pharmacy that dispensed.

The pharmacist's browser leaves a note at the dispensing; the patient asks later, under the pseudonym of the review and
with the secret that was committed to. The node signs when secret, name and note agree; asked again it signs the same
nullifier again, so that a lost answer costs nothing and a second one gives no second review.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tcmchain.members.model.errors import AccountUnknown
from tcmchain.members.service.roll import Roll
from tcmchain.practitioners.service import Practitioners
from tcmchain.reviews.contract import ReviewsCalls
from tcmchain.reviews.model.errors import (
    NameDiffers,
    NotDispenser,
    NoVoucher,
    OpinionInvalid,
    Partial,
    Related,
    SecretWrong,
)
from tcmchain.reviews.model.names import commit, name_digest
from tcmchain.reviews.model.vouchers import (
    LONGEST_COURSE,
    OPEN_DAYS,
    Relation,
    SignedVoucher,
    Voucher,
    nullifier_of,
    voucher_commitment,
)
from tcmchain.reviews.readmodel.notes import Note, Notes
from tcmchain.reviews.readmodel.records import ReviewsRecords
from tcmchain.rewards.service.witnessing import Witnessing
from tcmchain.values import Address, FormulaId, Hash32, MemberId, UnixTime

_DAY: Final = 86_400
_GRACE: Final = 7 * _DAY
"""How long before its dispensing a note may be left."""

_SCOPES: Final = ("physician", "pharmacist")


@dataclass(frozen=True, slots=True)
class Read:
    """What the pharmacist's browser hands in after reading the papers: the name as a salted hash only."""

    prescription: Hash32
    formula: FormulaId
    version: int
    days: int
    salt: Hash32
    name: Hash32
    relation: Relation


@dataclass(frozen=True, slots=True)
class Asked:
    """What the patient asks with; nothing of it is kept."""

    prescription: Hash32
    secret: bytes
    name: str
    name_salt: bytes


class Vouchers:
    """Notes of pharmacists, and the vouchers that the node signs for the member's account."""

    def __init__(
        self,
        calls: ReviewsCalls,
        records: ReviewsRecords,
        notes: Notes,
        witnessing: Witnessing,
        roll: Roll,
        practitioners: Practitioners,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._calls = calls
        self._records = records
        self._notes = notes
        self._witnessing = witnessing
        self._roll = roll
        self._practitioners = practitioners
        self._now = now

    def note(self, read: Read, by: Address) -> bool:
        """Leave a note of a dispensing, as an account of the member; ``False`` when it has one already.

        Raises ``AccountUnknown``, ``OpinionInvalid``, and ``NotDispenser`` when another member dispensed it.
        """
        member = self._roll.member_of(by)
        if member is None:
            raise AccountUnknown(account=by)
        known = self._records.dispensing(read.prescription)
        if known is not None and known.member != member.id:
            raise NotDispenser(signer=by)
        if not 1 <= read.days <= LONGEST_COURSE or read.version < 1:
            raise OpinionInvalid
        now = int(self._now())
        until = UnixTime(now + _GRACE + (read.days + OPEN_DAYS) * _DAY)
        what = read.prescription, member.id, read.formula, read.version, read.days
        return self._notes.keep(Note(*what, read.salt, read.name, read.relation, until), now)

    async def issue(self, asked: Asked, reviewer: Address) -> SignedVoucher:
        """Sign a voucher for a pseudonym.

        Raises ``NoVoucher``, ``SecretWrong``, ``NameDiffers``, ``Related``, ``Partial``, ``NameInvalid``.
        """
        voucher, member = self._voucher(asked, reviewer)
        signer = self._witnessing.signer_of(member)
        if signer is None:
            raise NoVoucher(prescription=asked.prescription)
        return SignedVoucher(voucher, signer.sign_typed_data(await self._calls.voucher(voucher)))

    def _voucher(self, asked: Asked, reviewer: Address) -> tuple[Voucher, MemberId]:
        known = self._records.dispensing(asked.prescription)
        if known is None or known.voucher is None:
            raise NoVoucher(prescription=asked.prescription)
        note = self._notes.note(asked.prescription, known.member, int(self._now()))
        if note is None:
            raise NoVoucher(prescription=asked.prescription)
        if voucher_commitment(asked.secret) != known.voucher:
            raise SecretWrong(prescription=asked.prescription)
        if name_digest(asked.name, bytes.fromhex(note.salt[2:])) != note.name:
            raise NameDiffers(prescription=asked.prescription)
        if note.relation is not Relation.NONE:
            raise Related(relation=note.relation.value)
        if self._is_partial(reviewer) or reviewer in (known.prescriber, known.account):
            raise Partial(account=reviewer)
        opens = known.happened + note.days * _DAY
        name = commit(asked.name, asked.name_salt)
        what = note.formula, note.version, nullifier_of(asked.secret), reviewer, name, known.member
        return Voucher(*what, UnixTime(opens), UnixTime(opens + OPEN_DAYS * _DAY)), known.member

    def _is_partial(self, account: Address) -> bool:
        acts = self._roll.member_of(account) is not None
        return acts or any(self._practitioners.may_act(account, scope) for scope in _SCOPES)

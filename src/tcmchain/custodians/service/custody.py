"""What a custodian does: it takes sealed fragments in, asks the chain, re-encrypts, and leaves a receipt each time."""

import asyncio
import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from eth_hash.auto import keccak

from tcmchain.chain.door.quota import Bucket
from tcmchain.consent.model.terms import Opening, Rights
from tcmchain.crypto.delegation import encapsulate, reencrypt_with
from tcmchain.crypto.errors import FragmentUnfit, KeyUnfit, LockUnreadable, SealBroken
from tcmchain.crypto.letters import Use, open_letter
from tcmchain.crypto.lock import CategoryShare, Lock
from tcmchain.crypto.seal import Place
from tcmchain.custodians.model.errors import (
    REFUSALS,
    ClockUnsure,
    KeyNotOnChain,
    MayNotHandIn,
    MayNotSee,
    SealedForOther,
)
from tcmchain.custodians.model.fragments import Fragment
from tcmchain.custodians.model.receipts import EMERGENCY, Decision, Outcome, Proven, Signed, purpose_hash
from tcmchain.custodians.readmodel.journal import Journal
from tcmchain.custodians.service.anchoring import Anchoring
from tcmchain.custodians.service.opened import Opened, Secret
from tcmchain.custodians.service.questions import Granted, Head, Questions
from tcmchain.values import ZERO_ADDRESS, Address, Hash32, UnixTime

_CLOCK_SLACK: Final = 120
_REFUSALS_A_SECOND: Final = 50
_REFUSALS_AT_ONCE: Final = 5_000


@dataclass(frozen=True, slots=True)
class HandIn:
    """A fragment that a patient hands in: sealed to this custodian, with the public keys that it fits."""

    grant: Hash32
    opening: Opening
    epoch: int
    sealed: bytes
    verifying: bytes
    delegating: bytes


@dataclass(frozen=True, slots=True)
class Wish:
    """What a grantee asks for: a version of a file, with its lock, under a grant that it opens."""

    grant: Hash32
    opening: Opening
    file: Hash32
    version: int
    lock: bytes


@dataclass(frozen=True, slots=True)
class EmergencyWish:
    """What a practitioner asks for under a break-glass: the share of a file of the emergency category."""

    glass: Hash32
    patient: Address
    file: Hash32
    version: int
    lock: bytes
    reading: bytes


@dataclass(frozen=True, slots=True)
class Reencrypted:
    """A re-encryption, what it belongs to, and the receipt."""

    answer: bytes
    share: CategoryShare
    fragment: Fragment
    signed: Signed


@dataclass(frozen=True, slots=True)
class Released:
    """A share of a data key, sealed to the practitioner's reading key, and the receipt."""

    capsule: bytes
    ciphertext: bytes
    signed: Signed


class Custody:
    """One custodian. Nothing is served from memory alone: the chain is asked for each asking, after it came.

    Every method raises ``ChainUnsure`` when the chain does not answer, ``StoreStuck`` when nothing can be written,
    and what a receipt says no to as one of :data:`tcmchain.custodians.model.errors.REFUSALS`.
    """

    def __init__(
        self,
        secret: Secret,
        journal: Journal,
        questions: Questions,
        anchoring: Anchoring,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.account = secret.account
        self._opened = Opened(secret, journal)
        self._secret = secret
        self._journal = journal
        self._questions = questions
        self._anchoring = anchoring
        self._now = now
        self._refusals = Bucket(_REFUSALS_A_SECOND, _REFUSALS_AT_ONCE)

    async def hand_in(self, asker: Address, given: HandIn) -> None:
        """Take a fragment in, after it was opened once and checked against the keys that the chain knows.

        Raises :class:`MayNotHandIn`, :class:`KeyNotOnChain`, :class:`SealedForOther` and ``FragmentUnfit``.
        """
        granted = await self._questions.granted(given.grant)
        if granted is None:
            raise REFUSALS[Outcome.UNKNOWN_GRANT](grant=given.grant)
        opening = given.opening
        may, why, key = await asyncio.gather(
            self._questions.may_act(granted.patient, asker),
            self._questions.reads(given.grant, _terms(opening), opening.grantee),
            self._questions.key(granted.patient, opening.label, given.epoch),
        )
        if not may:
            raise MayNotHandIn(patient=granted.patient)
        # Whoever is suspended today may be reinstated; the chain is asked again at every reading.
        if why not in (Outcome.SERVED, Outcome.SUSPENDED):
            raise REFUSALS[why](grant=given.grant)
        if key != Hash32("0x" + keccak(given.delegating).hex()):
            raise KeyNotOnChain(label=opening.label, epoch=given.epoch)
        fragment = Fragment(
            given.grant,
            given.epoch,
            granted.patient,
            opening.label,
            given.sealed,
            given.verifying,
            given.delegating,
            opening.reading_key,
            min(granted.until, opening.until),
        )
        try:
            self._opened.open(fragment)
        except SealBroken as error:
            raise SealedForOther from error
        await self._journal.keep(fragment)
        self._opened.forget(given.grant, given.epoch)

    async def reencrypt(self, asker: Address, wish: Wish) -> Reencrypted:
        """Re-encrypt the share of a version's data key for a grantee."""
        granted = await self._questions.granted(wish.grant)
        if granted is None:
            head = await self._questions.head()
            raise await self._refused(self._decision(asker, wish, ZERO_ADDRESS, head, Outcome.UNKNOWN_GRANT))
        why, lock, member, head = await asyncio.gather(
            self._questions.reads(wish.grant, _terms(wish.opening), asker),
            self._questions.lock(granted.patient, wish.file, wish.version),
            self._questions.member_of(self.account),
            self._questions.head(),
        )
        self._check_clock(head)
        outcome = self._judge(asker, wish, granted, why) if member is not None else Outcome.OUT_OF_SERVICE
        outcome = outcome or _judge_lock(wish.lock, lock)
        share, fragment, answer = None, None, b""
        if outcome is Outcome.SERVED:
            outcome, share, fragment, answer = self._answer(wish)
        decision = self._decision(asker, wish, granted.patient, head, outcome)
        if share is None or fragment is None or outcome is not Outcome.SERVED:
            if outcome in (Outcome.WITHDRAWN, Outcome.EXPIRED):
                self._opened.forget_all(wish.grant)
                await self._journal.drop(wish.grant)
            raise await self._refused(decision)
        return Reencrypted(answer, share, fragment, await self._journal.decide(decision))

    async def release(self, asker: Address, wish: EmergencyWish) -> Released:
        """Open the own share of a file's data key and seal it to the practitioner who broke the glass."""
        released, glass, lock, member, head = await asyncio.gather(
            self._questions.released(wish.glass, wish.patient, asker),
            self._questions.glass(wish.glass),
            self._questions.lock(wish.patient, wish.file, wish.version),
            self._questions.member_of(self.account),
            self._questions.head(),
        )
        self._check_clock(head)
        in_time = released and glass.until >= self._now()
        outcome = _judge_lock(wish.lock, lock) if in_time else Outcome.NOT_RELEASED
        if outcome is Outcome.SERVED and glass.key != Hash32("0x" + keccak(wish.reading).hex()):
            outcome = Outcome.WRONG_TERMS
        if member is None:
            outcome = Outcome.OUT_OF_SERVICE
        sealed = None
        if outcome is Outcome.SERVED:
            outcome, sealed = self._resealed(wish)
        decision = Decision(
            wish.patient,
            wish.file,
            wish.version,
            wish.glass,
            asker,
            outcome,
            EMERGENCY,
            head.number,
            UnixTime(int(self._now())),
        )
        if sealed is None:
            raise await self._refused(decision)
        return Released(*sealed, await self._journal.decide(decision))

    async def receipts(self, asker: Address, patient: Address, after: int, limit: int) -> list[Proven]:
        """A patient's receipts with their proofs, for who may act for the patient; raises :class:`MayNotSee`."""
        if not await self._questions.may_act(patient, asker):
            raise MayNotSee(patient=patient)
        signed = await asyncio.to_thread(self._journal.receipts_of, patient, after, limit)
        return await asyncio.to_thread(self._anchoring.proven, signed)

    def _judge(self, asker: Address, wish: Wish, granted: Granted, why: Outcome) -> Outcome:
        if why is not Outcome.SERVED:
            return why
        # A ledger whose blocks come only with transactions may not know yet that time has passed.
        if min(granted.until, wish.opening.until) < self._now():
            return Outcome.EXPIRED
        if wish.opening.grantee != asker:
            return Outcome.NOT_GRANTEE
        return Outcome.SERVED if Rights.READ in wish.opening.rights else Outcome.NO_RIGHT

    def _answer(self, wish: Wish) -> tuple[Outcome, CategoryShare | None, Fragment | None, bytes]:
        try:
            shares = [share for share in Lock.read(wish.lock).shares if share.label == wish.opening.label]
        except LockUnreadable:
            return Outcome.WRONG_LOCK, None, None, b""
        if not shares:
            return Outcome.NOT_IN_LOCK, None, None, b""
        for share in sorted(shares, key=lambda one: -one.epoch):
            try:
                held = self._opened.verified(wish.grant, share.epoch)
                if held is not None:
                    fragment, verified = held
                    return Outcome.SERVED, share, fragment, reencrypt_with(share.capsule, verified)
            except FragmentUnfit:
                return Outcome.FRAGMENT_UNFIT, None, None, b""
            except SealBroken:
                return Outcome.WRONG_LOCK, None, None, b""
        return Outcome.NO_FRAGMENT, None, None, b""

    def _resealed(self, wish: EmergencyWish) -> tuple[Outcome, tuple[bytes, bytes] | None]:
        try:
            shares = [share for share in Lock.read(wish.lock).emergency if share.custodian == self.account]
            if not shares:
                return Outcome.NOT_IN_LOCK, None
            place = Place(wish.patient, wish.file, wish.version)
            part = open_letter(self._secret.inbox, shares[0].share, Use.EMERGENCY, place.bound)
            return Outcome.SERVED, encapsulate(wish.reading, part)
        except (LockUnreadable, SealBroken, KeyUnfit):
            return Outcome.WRONG_LOCK, None

    def _decision(self, asker: Address, wish: Wish, patient: Address, head: Head, outcome: Outcome) -> Decision:
        return Decision(
            patient,
            wish.file,
            wish.version,
            wish.grant,
            asker,
            outcome,
            purpose_hash(wish.opening.purpose),
            head.number,
            UnixTime(int(self._now())),
        )

    def _check_clock(self, head: Head) -> None:
        now = self._now()
        if head.timestamp > now + _CLOCK_SLACK:
            raise ClockUnsure(now=int(now), block=head.timestamp)

    async def _refused(self, decision: Decision) -> Exception:
        """The refusal, after its receipt is on the disk; anybody can make askings, so receipts of refusals are few."""
        self._refusals.take(1)
        signed = await self._journal.decide(decision)
        number, outcome = signed.receipt.number, decision.outcome
        return REFUSALS[outcome](number=number, outcome=outcome.word, signature=signed.signature)


@lru_cache(maxsize=4096)
def _terms(opening: Opening) -> Hash32:
    return opening.terms


def _judge_lock(shown: bytes, known: Hash32 | None) -> Outcome:
    if known is None:
        return Outcome.NO_FILE
    same = "0x" + hashlib.sha256(shown).hexdigest() == known
    return Outcome.SERVED if same else Outcome.WRONG_LOCK

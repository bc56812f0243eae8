"""What can go wrong with custodians, and why one refuses."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar, Final

from tcmchain.custodians.model.receipts import Outcome
from tcmchain.errors import Conflict, Invalid, NotFound, NotPermitted, TooLarge, TooMany, Unavailable


class KnownAlready(Conflict):
    """The account is, or was, a custodian: ``custodian``."""

    code = "custodians-known-already"


class UnknownCustodian(NotFound):
    """The account is no custodian in service: ``custodian``."""

    code = "custodians-unknown"


class NotTheirs(NotPermitted):
    """Another member runs the custodian: ``custodian``."""

    code = "custodians-not-theirs"


class NothingGiven(Invalid):
    """The account, the inbox key, the address or the root is missing or has a wrong length."""

    code = "custodians-nothing"


class WrongBatch(Conflict):
    """Roots come one after the other: ``expected``, ``given``."""

    code = "custodians-wrong-batch"


class NoSuchDoor(NotFound):
    """A custodian has no door of that name: ``path``."""

    code = "custodians-no-such-door"


class CustodianSilent(Unavailable):
    """A custodian does not answer, or not as one: ``custodian``."""

    code = "custodians-silent"


class AnswerTooLarge(Unavailable):
    """A custodian answers with more than one may: ``custodian``, ``limit`` in bytes."""

    code = "custodians-answer-too-large"


class TooFew(Unavailable):
    """Too few custodians answered truly: ``needed``, ``true``, and what each said in ``reasons``."""

    code = "custodians-too-few"


class EntryFalse(Invalid):
    """What the node gave of a file is not what the chain has: ``reason``."""

    code = "custodians-entry-false"


class ChainUnsure(Unavailable):
    """The custodian cannot ask the chain now, and serves nothing unasked."""

    code = "custodians-chain-unsure"


class ClockUnsure(Unavailable):
    """The custodian's clock is behind the chain's: ``now``, ``block``."""

    code = "custodians-clock-unsure"


class StoreStuck(Unavailable):
    """The custodian cannot write its receipts, so it serves nothing."""

    code = "custodians-store-stuck"


class AskedTooOften(TooMany):
    """One account asks more than its share, ``limit`` askings a second: ``seconds`` until it may again."""

    code = "custodians-asked-too-often"


class AskingTooLarge(TooLarge):
    """The asking is longer than any can be: ``limit`` in bytes."""

    code = "custodians-asking-too-large"


class ReceiptForged(Invalid):
    """A receipt that this custodian did not sign, or that stands under no root: ``reason``."""

    code = "custodians-receipt-forged"


class MayNotSee(NotPermitted):
    """Only who may act for the patient sees the receipts: ``patient``."""

    code = "custodians-may-not-see"


class MayNotHandIn(NotPermitted):
    """Only who may act for the patient hands fragments in: ``patient``."""

    code = "custodians-may-not-hand-in"


class KeyNotOnChain(Invalid):
    """The chain has another key for this category and epoch: ``label``, ``epoch``."""

    code = "custodians-key-not-on-chain"


class SealedForOther(Invalid):
    """The fragment is sealed to another custodian, or was altered on its way."""

    code = "custodians-sealed-for-other"


class Refused(NotPermitted):
    """The custodian refused, and left a receipt: ``number``, ``outcome``, ``receipt``, ``signature``."""

    code: ClassVar[str] = "custodians-refused"


class GrantUnknown(Refused):
    code: ClassVar[str] = "custodians-grant-unknown"


class GrantWithdrawn(Refused):
    code: ClassVar[str] = "custodians-grant-withdrawn"


class GrantExpired(Refused):
    code: ClassVar[str] = "custodians-grant-expired"


class TermsWrong(Refused):
    code: ClassVar[str] = "custodians-terms-wrong"


class ReaderSuspended(Refused):
    code: ClassVar[str] = "custodians-reader-suspended"


class NotGrantee(Refused):
    code: ClassVar[str] = "custodians-not-grantee"


class NoRight(Refused):
    code: ClassVar[str] = "custodians-no-right"


class LockWrong(Refused):
    code: ClassVar[str] = "custodians-lock-wrong"


class FileGone(Refused):
    code: ClassVar[str] = "custodians-file-gone"


class NotInLock(Refused):
    code: ClassVar[str] = "custodians-not-in-lock"


class NoFragment(Refused):
    code: ClassVar[str] = "custodians-no-fragment"


class FragmentFalse(Refused):
    code: ClassVar[str] = "custodians-fragment-false"


class NotReleased(Refused):
    code: ClassVar[str] = "custodians-not-released"


class OutOfService(Refused):
    code: ClassVar[str] = "custodians-out-of-service"


REFUSALS: Final[Mapping[Outcome, type[Refused]]] = MappingProxyType(
    {
        Outcome.UNKNOWN_GRANT: GrantUnknown,
        Outcome.WITHDRAWN: GrantWithdrawn,
        Outcome.EXPIRED: GrantExpired,
        Outcome.WRONG_TERMS: TermsWrong,
        Outcome.SUSPENDED: ReaderSuspended,
        Outcome.NOT_GRANTEE: NotGrantee,
        Outcome.NO_RIGHT: NoRight,
        Outcome.WRONG_LOCK: LockWrong,
        Outcome.NO_FILE: FileGone,
        Outcome.NOT_IN_LOCK: NotInLock,
        Outcome.NO_FRAGMENT: NoFragment,
        Outcome.FRAGMENT_UNFIT: FragmentFalse,
        Outcome.NOT_RELEASED: NotReleased,
        Outcome.OUT_OF_SERVICE: OutOfService,
    }
)
"""Why a custodian refuses, by what its receipt says."""

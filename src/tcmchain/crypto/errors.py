"""What can go wrong with keys and seals; none of these says anything about what was sealed."""

from typing import ClassVar

from tcmchain.errors import Invalid, NotPermitted


class WordsUnknown(Invalid):
    """Not twelve to twenty-four words of a BIP-39 list (English or simplified Chinese), or their check is wrong."""

    code: ClassVar[str] = "words-unknown"


class KeyUnfit(Invalid):
    """Bytes that are no key of the kind: ``kind``."""

    code: ClassVar[str] = "key-unfit"


class SealBroken(Invalid):
    """The key or the place is another one, or the bytes were altered, cut or lengthened: ``part``.

    ``part`` is body, facts, letter or share; which of the reasons it is cannot be told, by design of the cipher.
    """

    code: ClassVar[str] = "seal-broken"


class SizeWrong(Invalid):
    """A source gave another number of bytes than was said: ``size`` and ``given``."""

    code: ClassVar[str] = "size-wrong"


class SharesUnfit(Invalid):
    """Shares that cannot belong together: too few, of different length, or the same one twice."""

    code: ClassVar[str] = "shares-unfit"


class LockUnreadable(Invalid):
    """Bytes that are no lock: ``reason``."""

    code: ClassVar[str] = "lock-unreadable"


class LockShut(NotPermitted):
    """Too few of the lock's keys were shown: ``needed`` and ``shown``."""

    code: ClassVar[str] = "lock-shut"


class FragmentUnfit(Invalid):
    """A key fragment that was not made by this signer for these two keys."""

    code: ClassVar[str] = "fragment-unfit"


class FragmentsTooFew(NotPermitted):
    """Fewer than ``needed`` re-encryptions were true; ``true`` of ``shown`` were."""

    code: ClassVar[str] = "fragments-too-few"

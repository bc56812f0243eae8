"""What can go wrong with units."""

from tcmchain.errors import Conflict, Invalid, NotFound, TooMany, Unavailable


class SerialUnreadable(Invalid):
    """A serial has twelve characters of Crockford's Base32: ``serial``."""

    code = "units-serial-unreadable"


class HiddenUnreadable(Invalid):
    """A hidden code has sixteen characters of Crockford's Base32."""

    code = "units-hidden-unreadable"


class PlaceUnknown(Invalid):
    """No place that a scan or an opening can name: ``place``."""

    code = "units-place-unknown"


class CountWrong(Invalid):
    """So many codes cannot be made at once: ``limit``, ``given``."""

    code = "units-count-wrong"


class TreeTorn(Invalid):
    """A tree file that is cut off, out of order or none at all: ``reason``."""

    code = "units-tree-torn"


class TreeMissing(NotFound):
    """Neither this node nor its peers have the tree of this root: ``root``."""

    code = "units-tree-missing"


class UnknownUnit(NotFound):
    """The lot has no unit of this serial: ``lot``, ``serial``."""

    code = "units-unknown"


class WithoutCodes(NotFound):
    """The lot was packed without unit codes: ``lot``."""

    code = "units-without-codes"


class NotProven(Invalid):
    """No unit of the lot has this serial and this hidden code: ``lot``, ``serial``."""

    code = "units-not-proven"


class OpenedAlready(Conflict):
    """The unit was opened before: ``lot``, ``serial``, ``opened``."""

    code = "units-opened-already"


class OpenedInFuture(Invalid):
    """The opening is said to happen more than a day after the block: ``happened``."""

    code = "units-in-future"


class PlaceUnreadable(Invalid):
    """A place has six digits: ``place``."""

    code = "units-place-unreadable"


class ProofTooLong(Invalid):
    """The proof is longer than that of any tree: ``limit``, ``given``."""

    code = "units-proof-too-long"


class FileThere(Conflict):
    """Codes are never written over: ``file``."""

    code = "units-file-there"


class TooManyScans(TooMany):
    """One caller reports more scans than a person can make: ``limit`` a minute."""

    code = "units-too-many-scans"


class StoreFull(Unavailable):
    """The trees kept at this node have reached their limit: ``limit`` in bytes."""

    code = "units-store-full"

"""What can be wrong with blocks, their identifiers and signed names."""

from tcmchain.errors import Conflict, Invalid, NotFound, TooLarge, Unavailable


class CidInvalid(Invalid):
    """Not a CID of version 1 in base32 with SHA-256, over raw bytes or dag-pb: ``cid``."""

    code = "cid-invalid"


class BlockMissing(NotFound):
    """No source has the block whole: ``cid``, ``asked`` sources."""

    code = "block-missing"


class BlockErased(NotFound):
    """The block was erased here for good: ``cid``."""

    code = "block-erased"


class BlockWrong(Invalid):
    """Bytes that are not those of the CID: ``cid``."""

    code = "block-wrong"


class BlockTooLarge(TooLarge):
    """A block has at most ``limit`` bytes."""

    code = "block-too-large"


class NotUnixFs(Invalid):
    """The block is no file of UnixFS in the layout that this node reads: ``cid``, ``reason``."""

    code = "not-unixfs"


class KuboUnavailable(Unavailable):
    """The IPFS node behind this one does not answer: ``url``."""

    code = "kubo-unavailable"


class KuboRefused(Unavailable):
    """The IPFS node behind this one answered with an error: ``url``, ``reason``."""

    code = "kubo-refused"


class SwarmPublic(Conflict):
    """The IPFS node would speak to the public network: ``url``, ``reason``."""

    code = "swarm-public"


class NameInvalid(Invalid):
    """Not a name of IPNS for an Ed25519 key: ``name``."""

    code = "ipns-name-invalid"


class NameUnknown(NotFound):
    """No record of that name is here: ``name``."""

    code = "ipns-name-unknown"


class RecordInvalid(Invalid):
    """A record of IPNS that does not hold: ``reason``."""

    code = "ipns-record-invalid"


class RecordExpired(RecordInvalid):
    """The record's time is over: ``until``."""

    code = "ipns-record-expired"


class RecordOlder(Conflict):
    """A newer record of the name is known: ``sequence``, ``known``."""

    code = "ipns-record-older"

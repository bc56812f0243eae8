"""What can go wrong with what is earned and claimed."""

from tcmchain.errors import Conflict, Invalid, NotFound, NotPermitted, Unavailable


class DeedNotInForce(NotPermitted):
    """Only a contract in force may report this deed: ``account``."""

    code = "rewards-deed-not-in-force"


class EarningUnknown(NotFound):
    """There is no such earning, or it is void: ``id``."""

    code = "rewards-earning-unknown"


class EarnedAlready(Conflict):
    """The deed has earned already: ``id``."""

    code = "rewards-earned-already"


class NotVoter(NotPermitted):
    """The account acts for no member that votes: ``account``."""

    code = "rewards-not-voter"


class VotedAlready(Conflict):
    """The member has said so already: ``id``, ``member``."""

    code = "rewards-voted-already"


class NoReason(Invalid):
    """A reason is missing."""

    code = "rewards-no-reason"


class NothingToClaim(Conflict):
    """Nothing is left to be paid: ``account``, ``total`` paid since the beginning."""

    code = "rewards-nothing-to-claim"


class ClaimLapsed(Conflict):
    """The claim's time is over: ``notAfter``."""

    code = "rewards-claim-lapsed"


class ClaimsCapped(Conflict):
    """The reserve pays no more within these thirty days: ``left``, ``asked``."""

    code = "rewards-claims-capped"


class TooFewWitnesses(Unavailable):
    """Too few members bear witness now: ``needed``, ``given``."""

    code = "rewards-too-few-witnesses"


class WitnessRefused(NotPermitted):
    """A signer does not vote, stands out of order, or acts for the member that the fact is about: ``signer``."""

    code = "rewards-witness-refused"


class NotSeen(Conflict):
    """This node's own index does not say so, or not yet: ``asked``, ``seen``."""

    code = "rewards-not-seen"


class PeerSilent(Unavailable):
    """Another node bears no witness now: ``peer``."""

    code = "rewards-peer-silent"

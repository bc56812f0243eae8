"""What can go wrong with membership, one class a wrong."""

from tcmchain.errors import Conflict, Invalid, NotFound, NotPermitted


class MemberUnknown(NotFound):
    """The consortium has no such member: ``member``."""

    code = "members-unknown"


class AccountUnknown(NotFound):
    """The account acts for no member: ``account``."""

    code = "members-account-unknown"


class AgreementUnknown(NotFound):
    """No agreement is in force yet, or none has this version: ``version``."""

    code = "members-agreement-unknown"


class ProposalUnknown(NotFound):
    """Nobody has proposed such a motion at this node: ``motion``."""

    code = "members-proposal-unknown"


class VoterUnknown(NotPermitted):
    """The signature is not that of an officer who may vote: ``voter``."""

    code = "members-voter-unknown"


class NotOfficer(NotPermitted):
    """The signature is not that of the member's officer: ``member``, ``signer``."""

    code = "members-not-officer"


class MayNotAct(NotPermitted):
    """The account acts for no active member that has signed the agreement in force: ``account``."""

    code = "members-may-not-act"


class AgreementUnsigned(NotPermitted):
    """The member has not signed the agreement in force: ``member``, ``version``."""

    code = "members-agreement-unsigned"


class NotCarried(Conflict):
    """Too few votes: ``votes``, ``quorum``."""

    code = "members-not-carried"


class WrongSerial(Conflict):
    """Something else was decided in between: ``expected``, ``given``."""

    code = "members-wrong-serial"


class Lapsed(Conflict):
    """The motion's time is over: ``notAfter``."""

    code = "members-lapsed"


class KnownAlready(Conflict):
    """The consortium has such a member already: ``member``."""

    code = "members-known-already"


class WrongStanding(Conflict):
    """The member does not stand so that this can be decided: ``member``, ``standing``."""

    code = "members-wrong-standing"


class AccountTaken(Conflict):
    """The account acts for a member already: ``account``."""

    code = "members-account-taken"


class WrongVersion(Conflict):
    """Another version of the agreement is in force: ``expected``, ``given``."""

    code = "members-wrong-version"


class LastVoter(Conflict):
    """Without this member nobody could vote any more: ``member``."""

    code = "members-last-voter"


class CarriedAlready(Conflict):
    """Every chain has carried this motion out: ``motion``."""

    code = "members-carried-already"


class AllSettledAlready(Conflict):
    """Every chain has it already; there is nothing to sign: ``member``."""

    code = "members-settled-already"


class VotesUnordered(Invalid):
    """Votes are not in ascending order of their signers: ``voter``."""

    code = "members-votes-unordered"


class MembershipInvalid(Invalid):
    """A value that membership cannot have."""

    code = "members-invalid"


class GenesisInvalid(Invalid):
    """The genesis file cannot be used: ``where`` in it, ``reason``."""

    code = "members-genesis-invalid"

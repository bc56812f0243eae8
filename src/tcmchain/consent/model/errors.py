"""What can go wrong with grants and with break-glass."""

from tcmchain.errors import Conflict, Invalid, NotFound, NotPermitted, TooMany, Unavailable


class MayNotGrant(NotPermitted):
    """Who signed may not act for the patient: ``patient``, ``signer``."""

    code = "consent-may-not-grant"


class GrantKnownAlready(Conflict):
    """The grant stands already: ``id``."""

    code = "consent-known-already"


class GrantUnknown(NotFound):
    """There is no such grant: ``id``."""

    code = "consent-unknown"


class GrantWithdrawn(Conflict):
    """The grant was withdrawn before, or its parent: ``id``."""

    code = "consent-withdrawn"


class WrongEnd(Invalid):
    """The end lies in the past, too far ahead or after the parent's: ``until``."""

    code = "consent-wrong-end"


class NothingGiven(Invalid):
    """A commitment is missing."""

    code = "consent-nothing"


class MayNotPassOn(NotPermitted):
    """The grant does not let this account pass on: ``id``, ``account``."""

    code = "consent-may-not-pass-on"


class NotPractitioner(NotPermitted):
    """The account has no licence in force, or acts for no member: ``account``."""

    code = "consent-not-practitioner"


class NoPatient(NotFound):
    """The patient is not known: ``patient``."""

    code = "consent-no-patient"


class ReviewOverdue(NotPermitted):
    """An earlier break-glass of this practitioner was not reviewed in time: ``id``, ``reviewBy``."""

    code = "consent-review-overdue"


class TooManyUnreviewed(NotPermitted):
    """Too many break-glasses of a practitioner wait for their review: ``practitioner``, ``waiting``."""

    code = "consent-too-many-unreviewed"


class SameMember(NotPermitted):
    """The second must belong to another member: ``member``."""

    code = "consent-same-member"


class WrongState(Conflict):
    """The break-glass is not in the state that this needs: ``id``, ``state``."""

    code = "consent-wrong-state"


class WrongReadingKey(Conflict):
    """The key is not the one that the account published, or is none: ``account``."""

    code = "consent-wrong-key"


class NotRegulator(NotPermitted):
    """Only a regulator reviews: ``account``."""

    code = "consent-not-regulator"


class BreakGlassUnknown(NotFound):
    """There is no such break-glass: ``id``."""

    code = "consent-break-glass-unknown"


class OpeningUnreadable(Invalid):
    """Not the terms of a grant, or terms that cannot be: ``reason``."""

    code = "consent-opening-unreadable"


class OtherTerms(Invalid):
    """The terms that were opened are not those of the grant: ``id``."""

    code = "consent-other-terms"


class RelayBusy(TooMany):
    """The node takes no more grants of this patient for now: ``seconds``."""

    code = "consent-relay-busy"


class CustodiansTooFew(Unavailable):
    """Fewer custodians are in service at different members than fragments are made: ``needed``, ``found``."""

    code = "consent-custodians-too-few"


class GrantOver(NotPermitted):
    """The grant has ended: ``id``."""

    code = "consent-over"


class ReaderSuspended(NotPermitted):
    """The reader's licence is suspended, so the grant cannot be used now: ``id``."""

    code = "consent-reader-suspended"


class LetterFalse(Invalid):
    """A letter with re-wrapped keys that does not say what the chain says: ``reason``."""

    code = "consent-letter-false"


class NothingPassed(NotFound):
    """No letter has a key of this file for this account: ``file``."""

    code = "consent-nothing-passed"

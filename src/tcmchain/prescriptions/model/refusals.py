"""What can go wrong with prescriptions."""

from tcmchain.errors import Conflict, Invalid, NotFound, NotPermitted, TooLarge, TooMany, Unavailable


class PrescriptionUnknown(NotFound):
    """There is no such prescription: ``id``."""

    code = "prescriptions-unknown"


class PrescriptionWrongState(Conflict):
    """The prescription was dispensed or taken back: ``id``, ``state``."""

    code = "prescriptions-wrong-state"


class DispensedAlready(PrescriptionWrongState):
    """The right was used up: ``id``, ``happened``."""

    code = "prescriptions-dispensed-already"


class TakenBack(PrescriptionWrongState):
    """The prescription was taken back: ``id``."""

    code = "prescriptions-taken-back"


class PrescriptionWrongEnd(Invalid):
    """The end lies in the past or more than three days ahead: ``until``."""

    code = "prescriptions-wrong-end"


class PrescriptionLapsed(Conflict):
    """The prescription's time is over: ``id``, ``until``."""

    code = "prescriptions-lapsed"


class NotPrescriber(NotPermitted):
    """The account has no licence in force for this: ``account``."""

    code = "prescriptions-not-licensed"


class WrongKindOfMember(NotPermitted):
    """The member writes or dispenses no prescriptions: ``member``."""

    code = "prescriptions-wrong-kind"


class Unsigned(Conflict):
    """Second signatures are missing: ``id``, ``missing``."""

    code = "prescriptions-unsigned"


class NothingToSign(Conflict):
    """The finding waits for no signature of this account: ``id``, ``finding``."""

    code = "prescriptions-nothing-to-sign"


class NotHolder(NotPermitted):
    """The slip's key did not sign for this member: ``id``, ``member``."""

    code = "prescriptions-not-holder"


class WrongRules(Conflict):
    """No rule set has this number, or it is not the next: ``expected``, ``given``."""

    code = "prescriptions-wrong-rules"


class NotOfMember(NotPermitted):
    """The account does not act for the prescriber's member: ``id``, ``account``."""

    code = "prescriptions-not-of-member"


class NothingWritten(Invalid):
    """A commitment or list is empty, or a voucher stands without portions."""

    code = "prescriptions-nothing"


class ListTooLong(Invalid):
    """A list is too long: ``most``, ``given``."""

    code = "prescriptions-too-many"


class SlipUnreadable(Invalid):
    """The text is no slip."""

    code = "prescriptions-slip-unreadable"


class NotOpened(Invalid):
    """The slip does not open this content."""

    code = "prescriptions-not-opened"


class DocumentUnreadable(Invalid):
    """The opened content is no prescription of a schema that is known: ``reason``."""

    code = "prescriptions-document-unreadable"


class DocumentTooLong(TooLarge):
    """A sealed prescription is larger than the door takes: ``most``, ``given``."""

    code = "prescriptions-document-too-long"


class SealedMissing(Unavailable):
    """The sealed content cannot be had from this node or its peers now: ``id``."""

    code = "prescriptions-sealed-missing"


class RulesUnpublished(NotFound):
    """No pharmacist has signed a rule set of this number: ``version``."""

    code = "prescriptions-rules-unpublished"


class RulesMissing(Unavailable):
    """The rule set was signed, but its bytes are not at hand: ``version``."""

    code = "prescriptions-rules-missing"


class RulesStandAlready(Conflict):
    """The rule set in force is the same: ``version``."""

    code = "prescriptions-rules-stand-already"


class LineUnreadable(Invalid):
    """A line or a fact of the prescription cannot be read: ``field``."""

    code = "prescriptions-line-unreadable"


class TooManyChecks(TooMany):
    """One caller asks for more than a person writes: ``seconds`` to wait."""

    code = "prescriptions-too-often"


class StockShort(Conflict):
    """The traced lots at hand cover a part only: ``herbs``."""

    code = "prescriptions-stock-short"


class NotAsSigned(Conflict):
    """The chain lacks signatures that the verdict asks for: ``findings``."""

    code = "prescriptions-not-as-signed"

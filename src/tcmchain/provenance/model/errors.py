"""What can go wrong with a lot, one class a wrong."""

from tcmchain.errors import Conflict, Invalid, NotFound, NotPermitted, TooMany


class WrongKind(NotPermitted):
    """A member of this kind may not take this step: ``member``."""

    code = "provenance-wrong-kind"


class NotQuotaGrower(NotPermitted):
    """The quota is another grower's: ``quota``, ``member``."""

    code = "provenance-not-quota-grower"


class NotParty(NotPermitted):
    """The member neither sent the shipment nor is it for them: ``shipment``, ``member``."""

    code = "provenance-not-party"


class NotInForce(NotPermitted):
    """Only a contract in force may dispense for others: ``account``."""

    code = "provenance-not-in-force"


class NotYourStock(NotPermitted):
    """Stock is shown to the member itself, to regulators and to hospitals: ``holder``."""

    code = "provenance-not-your-stock"


class NoMember(NotPermitted):
    """The account acts for no member: ``account``."""

    code = "provenance-no-member"


class NotRecaller(NotPermitted):
    """Only the member that opened the recall, or a regulator, may do this: ``recall``, ``member``."""

    code = "provenance-not-recaller"


class NotMaker(NotPermitted):
    """Only a regulator calls back what it has not made itself: ``lot``, ``member``."""

    code = "provenance-not-maker"


class UnknownRecall(NotFound):
    """No such recall: ``recall``."""

    code = "provenance-unknown-recall"


class UnknownForm(NotFound):
    """No such form was declared: ``form``."""

    code = "provenance-unknown-form"


class UnknownQuota(NotFound):
    """No such quota was certified: ``quota``."""

    code = "provenance-unknown-quota"


class UnknownLot(NotFound):
    """No such lot: ``lot``."""

    code = "provenance-unknown-lot"


class UnknownShipment(NotFound):
    """No such shipment: ``shipment``."""

    code = "provenance-unknown-shipment"


class UnknownConsignee(NotFound):
    """The consignee is no active member: ``member``."""

    code = "provenance-unknown-consignee"


class FormKnownAlready(Conflict):
    """The form was declared before: ``form``."""

    code = "provenance-form-known-already"


class QuotaKnownAlready(Conflict):
    """The certifier used the reference before: ``quota``."""

    code = "provenance-quota-known-already"


class LotKnownAlready(Conflict):
    """The maker used the lot number before: ``lot``."""

    code = "provenance-lot-known-already"


class ShipmentKnownAlready(Conflict):
    """The sender used the shipment number before: ``shipment``."""

    code = "provenance-shipment-known-already"


class QuotaClosed(Conflict):
    """The quota is withdrawn or has lapsed: ``quota``."""

    code = "provenance-quota-closed"


class QuotaExceeded(Conflict):
    """The quota leaves less than is asked: ``quota``, ``left``, ``asked``."""

    code = "provenance-quota-exceeded"


class Expired(Conflict):
    """The lot has expired: ``lot``, ``expires``."""

    code = "provenance-expired"


class FrozenLot(Conflict):
    """A recall holds the lot: ``lot``."""

    code = "provenance-frozen"


class RecallKnownAlready(Conflict):
    """The member used the recall's number before: ``recall``."""

    code = "provenance-recall-known-already"


class RecallOver(Conflict):
    """The recall is over: ``recall``."""

    code = "provenance-recall-over"


class NotDescended(Conflict):
    """The lot was not made of frozen ones: ``recall``, ``lot``."""

    code = "provenance-not-descended"


class NotFrozen(Conflict):
    """The recall does not hold the lot: ``recall``, ``lot``."""

    code = "provenance-not-frozen"


class Insufficient(Conflict):
    """The holder holds less than is asked: ``lot``, ``holder``, ``held``, ``asked``."""

    code = "provenance-insufficient"


class ShipmentNotUnderway(Conflict):
    """The shipment is not, or no longer, underway: ``shipment``, ``state``."""

    code = "provenance-shipment-not-underway"


class YieldExceeded(Conflict):
    """More was made of the inputs than the yield allows: ``form``, ``capacity``, ``asked``."""

    code = "provenance-yield-exceeded"


class Unbalanced(Conflict):
    """More was made than was taken: ``taken``, ``made``."""

    code = "provenance-unbalanced"


class Outlives(Invalid):
    """A part would expire later than its lot: ``lot``, ``expires``."""

    code = "provenance-outlives"


class ReceivedTooMuch(Invalid):
    """More was received than was shipped: ``lot``, ``shipped``, ``received``."""

    code = "provenance-received-too-much"


class LinesDiffer(Invalid):
    """Another number of lines than the shipment has: ``expected``, ``given``."""

    code = "provenance-lines-differ"


class WrongOrder(Invalid):
    """Processing runs against the order of forms: ``source``, ``target``."""

    code = "provenance-wrong-order"


class NoYield(Invalid):
    """No yield is set from one form to the other: ``source``, ``target``."""

    code = "provenance-no-yield"


class MixedForms(Invalid):
    """Lots of different forms cannot be merged: ``expected``, ``given``."""

    code = "provenance-mixed-forms"


class Nothing(Invalid):
    """A quantity is zero, or nothing was given."""

    code = "provenance-nothing"


class TooManyPortions(Invalid):
    """More portions than one step takes: ``limit``, ``given``."""

    code = "provenance-too-many-portions"


class InFuture(Invalid):
    """The deed is said to happen in the future: ``happened``."""

    code = "provenance-in-future"


class FactsTooLong(Invalid):
    """The facts are longer than a step takes: ``limit``, ``given`` in bytes."""

    code = "provenance-facts-too-long"


class FactsUnreadable(Invalid):
    """A fact is not what its name says: ``key``, ``reason``."""

    code = "provenance-facts-unreadable"


class QuantityUnreadable(Invalid):
    """A text is no mass: ``text``, ``reason`` (form, unit-missing, unit-unknown, finer-than-milligram, range)."""

    code = "provenance-quantity-unreadable"


class ReferenceUnreadable(Invalid):
    """A reference is empty, longer than 31 bytes or not printable: ``reference``, ``limit``."""

    code = "provenance-reference-unreadable"


class MomentUnreadable(Invalid):
    """A text is no date or moment: ``text``."""

    code = "provenance-moment-unreadable"


class IdUnreadable(Invalid):
    """A text is no 32-byte identifier: ``text``."""

    code = "provenance-id-unreadable"


class GtinInvalid(Invalid):
    """Not a GTIN, or its check digit is wrong: ``gtin``."""

    code = "provenance-gtin-invalid"


class LinkInvalid(Invalid):
    """Not a GS1 Digital Link of a lot: ``path``, ``reason``."""

    code = "provenance-link-invalid"


class TableUnreadable(Invalid):
    """A CSV file cannot be read: ``reason``, ``row``, ``column``."""

    code = "provenance-table-unreadable"


class RowsWrong(Invalid):
    """Rows of a CSV file are wrong; nothing was done: ``count``, ``rows``."""

    code = "provenance-rows-wrong"


class CodesOffered(Invalid):
    """Hidden codes were handed to a node, which must never see them."""

    code = "provenance-codes-offered"


class ReachBusy(TooMany):
    """Too many want to know just now how far lots reach: ``waiting``."""

    code = "provenance-reach-busy"

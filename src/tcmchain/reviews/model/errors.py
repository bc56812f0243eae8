"""What can go wrong with reviews, vouchers, counts of dispensings and reports of harm."""

from tcmchain.errors import Conflict, Invalid, NotFound, NotPermitted


class NotDispenser(NotPermitted):
    """The voucher was not signed by a hospital, clinic or pharmacy that it names: ``signer``."""

    code = "reviews-not-dispenser"


class NotReviewer(NotPermitted):
    """The voucher is another account's: ``reviewer``, ``account``."""

    code = "reviews-not-reviewer"


class Partial(NotPermitted):
    """The reviewer is a practitioner, acts for a member, or is the author: ``account``."""

    code = "reviews-partial"


class NotOpen(Conflict):
    """The voucher opens later, is over, or its times make no sense: ``opens``, ``closes``."""

    code = "reviews-not-open"


class Used(Conflict):
    """The voucher was used: ``nullifier``."""

    code = "reviews-used"


class BeyondDispensings(Conflict):
    """The member has no dispensing left that a review could come from: ``member``, ``tallied``."""

    code = "reviews-beyond-dispensings"


class WrongFormula(Conflict):
    """No such version, or it may not be dispensed: ``formula``, ``version``."""

    code = "reviews-wrong-formula"


class OpinionInvalid(Invalid):
    """A rating, a severity or a commitment has no meaning."""

    code = "reviews-invalid"


class ReviewUnknown(NotFound):
    """There is no such review or report, or it is not the account's: ``id``."""

    code = "reviews-unknown"


class MayNotAct(NotPermitted):
    """The account may not do this: ``account``."""

    code = "reviews-may-not-act"


class WrongTally(Conflict):
    """The count does not grow, or comes from another source than before: ``member``, ``tallied``."""

    code = "reviews-wrong-tally"


class NotSeen(Conflict):
    """This node has not seen as many dispensings: ``member``, ``count``, ``seen``."""

    code = "reviews-not-seen"


class NoVoucher(NotFound):
    """This node can give no voucher for the dispensing: ``prescription``."""

    code = "reviews-no-voucher"


class SecretWrong(NotPermitted):
    """The secret is not the one that the patient committed to at the dispensing: ``prescription``."""

    code = "reviews-secret-wrong"


class NameDiffers(NotPermitted):
    """The name is not the one that the pharmacist read from the papers: ``prescription``."""

    code = "reviews-name-differs"


class Related(NotPermitted):
    """The patient declared to belong to those who may not review: ``relation``."""

    code = "reviews-related"


class NameInvalid(Invalid):
    """This is no person's name."""

    code = "reviews-name-invalid"


class ReviewTextInvalid(Invalid):
    """The text of a review or report is not what it has to be: ``field``."""

    code = "reviews-text-invalid"

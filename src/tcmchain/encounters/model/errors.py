"""What can go wrong with a visit, one class a wrong."""

from tcmchain.errors import Conflict, Invalid, NotFound, NotPermitted, TooMany, Unavailable


class VisitUnknown(NotFound):
    """No such visit: ``id``."""

    code = "encounters-unknown"


class VisitWrongState(Conflict):
    """The visit is not where this needs it: ``id``, ``state``."""

    code = "encounters-wrong-state"


class VisitWrongEnd(Invalid):
    """The end lies in the past or more than 30 days ahead: ``until``."""

    code = "encounters-wrong-end"


class NotMeant(NotPermitted):
    """The request was meant for somebody else: ``id``, ``patient``."""

    code = "encounters-not-meant"


class MayNotAct(NotPermitted):
    """The account may not act for the patient or the member: ``patient``, ``account``."""

    code = "encounters-may-not-act"


class NotPractitioner(NotPermitted):
    """The account has no physician's licence in force: ``account``."""

    code = "encounters-not-practitioner"


class NothingGiven(Invalid):
    """A commitment is missing."""

    code = "encounters-nothing"


class NoMember(NotPermitted):
    """The account acts for no member: ``account``."""

    code = "encounters-no-member"


class OfferUnknown(NotFound):
    """There is no such code, it was used, or its time is over."""

    code = "encounters-offer-unknown"


class OfferInvalid(Invalid):
    """What the patient shows cannot be read."""

    code = "encounters-offer-invalid"


class TooManyOffers(TooMany):
    """Too many codes were left or tried from one place."""

    code = "encounters-too-many-offers"


class NotOpen(Conflict):
    """The visit is not permitted, is finished or has run out, or takes place elsewhere: ``id``."""

    code = "encounters-not-open"


class DeskUnknown(Conflict):
    """The member's node does not know yet under which grant it records in the visit: ``id``."""

    code = "encounters-desk-unknown"


class DeskWrong(Invalid):
    """What was handed in does not fit what stands on the chain: ``part``."""

    code = "encounters-desk-wrong"


class NoServiceAccount(Unavailable):
    """The node keeps no account that acts for the member: ``member``."""

    code = "encounters-no-service-account"


class DeviceInvalid(Invalid):
    """The code is not that of a device (GS1 GIAI, application identifier 8004): ``code``."""

    code = "encounters-device-invalid"

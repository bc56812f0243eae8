"""What the doors of EPCIS refuse: capture, questions, subscriptions and the contract."""

from tcmchain.errors import Conflict, Invalid, NotFound, NotPermitted, TooLarge, Unavailable


class NothingToAnchor(Invalid):
    """A root of nothing was to be anchored."""

    code = "epcis-nothing-to-anchor"


class WrongBatch(Conflict):
    """A member's batches are numbered without gap: ``expected``, ``given``."""

    code = "epcis-wrong-batch"


class AnchoredAlready(Conflict):
    """The member anchored this root before: ``root``, ``batch``."""

    code = "epcis-anchored-already"


class NoMember(NotPermitted):
    """Only an operator of an active member captures and asks."""

    code = "epcis-no-member"


class NoServiceAccount(NotPermitted):
    """The node holds no account that may move goods for the capturing member: ``member``."""

    code = "epcis-no-service-account"


class MediaUnknown(Invalid):
    """The door takes and gives JSON only: ``given``."""

    code = "epcis-media-unknown"


class NotAcceptable(Invalid):
    """The door cannot answer as asked: ``header``, ``given``, ``offered``."""

    code = "epcis-not-acceptable"


class DocumentUnreadable(Invalid):
    """The body is no EPCIS document: ``reason``."""

    code = "epcis-document-unreadable"


class TooManyEvents(TooLarge):
    """A document holds more events than the door takes at once: ``limit``, ``given``."""

    code = "epcis-too-many-events"


class TooManyMoves(Invalid):
    """More moves than one transaction takes cannot be rolled back together: ``limit``, ``given``."""

    code = "epcis-too-many-moves"


class EventIdTaken(Conflict):
    """Another event was captured under this id: ``id``."""

    code = "epcis-event-id-taken"


class EventOfAnother(NotPermitted):
    """Only the member that captured an event declares it wrong: ``id``."""

    code = "epcis-event-of-another"


class EventUnknown(NotFound):
    """No event of this id: ``id``."""

    code = "epcis-event-unknown"


class JobUnknown(NotFound):
    """No capture job of this id: ``id``."""

    code = "epcis-job-unknown"


class ResourceUnknown(NotFound):
    """No such resource: ``resource``."""

    code = "epcis-resource-unknown"


class NotAnchoredYet(Conflict):
    """The event waits for its batch to be anchored: ``id``."""

    code = "epcis-not-anchored-yet"


class MovedNotAnchored(Conflict):
    """The event is a step of the ledger, which proves it better than a root: ``id``, ``tx``."""

    code = "epcis-moved-not-anchored"


class ParameterUnknown(Invalid):
    """No question has this parameter: ``parameter``."""

    code = "epcis-parameter-unknown"


class ParameterWrong(Invalid):
    """A parameter's value is not of its kind: ``parameter``, ``expected``."""

    code = "epcis-parameter-wrong"


class ResultTooLarge(TooLarge):
    """More events match than ``maxEventCount`` allows: ``limit``."""

    code = "epcis-result-too-large"


class QuestionTooComplex(TooLarge):
    """Answering would take sorting more events than the door sorts: ``limit``."""

    code = "epcis-question-too-complex"


class QueryUnknown(NotFound):
    """No named query of this name: ``name``."""

    code = "epcis-query-unknown"


class QueryKnownAlready(Conflict):
    """There is a named query of this name already: ``name``."""

    code = "epcis-query-known-already"


class NotQueryOwner(NotPermitted):
    """Only the member that made a query or subscription ends it: ``name``."""

    code = "epcis-not-query-owner"


class SubscriptionUnknown(NotFound):
    """No subscription of this id: ``id``."""

    code = "epcis-subscription-unknown"


class SubscriptionWrong(Invalid):
    """A subscription's controls contradict each other or are incomplete: ``reason``."""

    code = "epcis-subscription-wrong"


class DestinationForbidden(Invalid):
    """Results go to public http or https addresses only: ``dest``."""

    code = "epcis-destination-forbidden"


class TooManySubscriptions(Unavailable):
    """The node keeps no more subscriptions of a member: ``limit``."""

    code = "epcis-too-many-subscriptions"


class StillRunning(Unavailable):
    """A capture job was not finished in the time given; it goes on: ``id``."""

    code = "epcis-still-running"

"""What can go wrong with a bond or case, one class a wrong."""

from tcmchain.errors import Conflict, Invalid, NotFound, NotPermitted


class NotProvenance(NotPermitted):
    """Only the contract Provenance in force posts bonds: ``caller``."""

    code = "guarantees-not-provenance"


class WrongKind(NotPermitted):
    """A member of this kind may not do this: ``member``."""

    code = "guarantees-wrong-kind"


class RelatedParty(NotPermitted):
    """The member is the grower or related to it: ``member``, ``grower``."""

    code = "guarantees-related"


class NoMember(NotPermitted):
    """The account acts for no member: ``account``."""

    code = "guarantees-no-member"


class UnknownBond(NotFound):
    """The lot has no bond: ``lot``."""

    code = "guarantees-unknown-bond"


class UnknownCase(NotFound):
    """No such case: ``id``."""

    code = "guarantees-unknown-case"


class NotGrower(NotFound):
    """The member grows nothing, so there is no record of it: ``member``."""

    code = "guarantees-not-grower"


class NotLocked(Conflict):
    """The lot has no bond that is locked: ``lot``."""

    code = "guarantees-not-locked"


class TooEarly(Conflict):
    """The time for this has not come: ``until``."""

    code = "guarantees-too-early"


class TooLate(Conflict):
    """The time for this is over: ``until``."""

    code = "guarantees-too-late"


class AccusedAlready(Conflict):
    """This lab has accused the lot before: ``lot``, ``lab``."""

    code = "guarantees-accused-already"


class WrongCase(Conflict):
    """The case does not stand so that this may be done: ``id``."""

    code = "guarantees-wrong-case"


class WrongRecall(Conflict):
    """The recall did not begin with the lot, does not hold it, or is the grower's own: ``recall``, ``lot``."""

    code = "guarantees-wrong-recall"


class NotFrozen(Conflict):
    """The case's recall does not hold the lot: ``recall``, ``lot``."""

    code = "guarantees-not-frozen"


class Unrelated(Conflict):
    """The member is not related to the grower: ``member``, ``grower``."""

    code = "guarantees-unrelated"


class NothingToDo(Conflict):
    """There is nothing to claim, collect, strike or relate."""

    code = "guarantees-nothing"


class TariffInvalid(Invalid):
    """The tariff makes no sense: times are 1 s to 3650 days, points below 2^60 thousandths."""

    code = "guarantees-tariff-invalid"


class ReasonTooLong(Invalid):
    """The facts are longer than they may be: ``most``, ``given`` bytes."""

    code = "guarantees-reason-too-long"

"""What the contract Formulas refuses, and what the service refuses beside it."""

from tcmchain.errors import Conflict, Invalid, NotFound, NotPermitted, TooLarge, TooMany, Unavailable


class FormulaUnknown(NotFound):
    """There is no such formula, or no such version of it: ``formula``, ``version``."""

    code = "formulas-unknown"


class FormulaKnownAlready(Conflict):
    """The same document was shared before: ``formula`` is where it stands."""

    code = "formulas-known-already"


class NotLicensed(NotPermitted):
    """This needs a licence in force, or an account that acts for a member: ``account``."""

    code = "formulas-not-licensed"


class NotAuthor(NotPermitted):
    """Nobody but the author may do this: ``formula``, ``account``."""

    code = "formulas-not-author"


class OwnFormula(NotPermitted):
    """Nobody judges what is their own: ``formula``, ``account``."""

    code = "formulas-own"


class FormulaClosed(Conflict):
    """The version was judged before, or the formula was withdrawn: ``formula``, ``version``."""

    code = "formulas-closed"


class FormulaRefused(Invalid):
    """The class is missing, a text is empty, or doses stand where they may not."""

    code = "formulas-refused"


class TextTooLong(TooLarge):
    """A document or statement is too long: ``most`` and ``given`` in bytes of UTF-8."""

    code = "formulas-text-too-long"


class NotDispensable(Conflict):
    """A version that was withdrawn, or a folk one that nobody approved, is not prescribed: ``formula``, ``version``."""

    code = "formulas-not-dispensable"


class DosesClosed(NotPermitted):
    """Doses of a folk formula are for practitioners with a licence in force: ``account``."""

    code = "formulas-doses-closed"


class DosesElsewhere(Unavailable):
    """No desk of this node can open the doses: ``members`` are those whose nodes can."""

    code = "formulas-doses-elsewhere"


class DosesTorn(Invalid):
    """Sealed doses that are none, or that belong to another card: ``reason``."""

    code = "formulas-doses-torn"


class SealedDosesMissing(NotFound):
    """The sealed doses were not handed in here, or were dropped: ``doses``."""

    code = "formulas-sealed-doses-missing"


class NoDesks(Unavailable):
    """No member's desk is known that doses could be sealed to."""

    code = "formulas-no-desks"


class TooManyDoses(TooMany):
    """One account hands in more sealed doses than its share: ``limit`` a minute."""

    code = "formulas-too-many-doses"


class TooManyDrafts(TooMany):
    """One address has more drafts written down than a person types: ``limit`` a minute."""

    code = "formulas-too-many-drafts"

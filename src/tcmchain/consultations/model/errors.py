"""What can go wrong with questions and answers."""

from tcmchain.errors import Conflict, Invalid, NotFound, NotPermitted


class QuestionUnknown(NotFound):
    """There is no such question, or it has no such answer: ``question``."""

    code = "consultations-unknown"


class QuestionClosed(Conflict):
    """The question is closed, or its text was deleted: ``question``."""

    code = "consultations-closed"


class NotLicensed(NotPermitted):
    """Only physicians with a licence in force answer: ``account``."""

    code = "consultations-not-licensed"


class NotAsker(NotPermitted):
    """Only the asker may do this, or a regulator where it is about deleting: ``question``, ``account``."""

    code = "consultations-not-asker"


class NothingSaid(Invalid):
    """A text is missing."""

    code = "consultations-nothing"


class TextUnfit(Invalid):
    """A question or answer is not in its form: ``field``."""

    code = "consultations-unfit"


class Identifying(Invalid):
    """The text holds what looks like an id number, a telephone number or an address of mail: ``found``."""

    code = "consultations-identifying"


class CodeUnknown(Invalid):
    """A disease or syndrome has no such code: ``kind``, ``given``."""

    code = "consultations-code-unknown"


class FormulaNotThere(NotFound):
    """An answer names a formula version that is not there: ``formula``, ``version``."""

    code = "consultations-formula-unknown"

"""What can go wrong with formulas before any chain is asked."""

from tcmchain.errors import Invalid, TooLarge


class DocumentTooLarge(TooLarge):
    """A formula has at most so many bytes: ``limit``, ``given``."""

    code = "formulas-document-too-large"


class DocumentUnreadable(Invalid):
    """A document that is no formula; ``where`` names the field, ``reason`` what is wrong with it."""

    code = "formulas-document-unreadable"


class HerbTwice(Invalid):
    """A herb stands twice in one formula: ``herb``, ``name``."""

    code = "formulas-herb-twice"


class DosesAstray(Invalid):
    """Doses that do not belong to this card: ``reason``."""

    code = "formulas-doses-astray"


class DosesMissing(Invalid):
    """A dose is missing where all are needed: ``name`` of the herb."""

    code = "formulas-doses-missing"


class DosesShown(Invalid):
    """Doses stand where there must be none: on the card of a folk formula, in ``name`` of a herb."""

    code = "formulas-doses-shown"


class LinesUnreadable(Invalid):
    """A text that holds no lines of a formula: ``reason``, ``text``."""

    code = "formulas-lines-unreadable"

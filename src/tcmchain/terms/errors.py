"""What can go wrong when a word is looked up."""

from typing import ClassVar

from tcmchain.errors import Invalid, NotFound


class TermUnknown(NotFound):
    """No herb, form, method or place has this name; ``kind`` and ``query`` tell what was looked for."""

    code: ClassVar[str] = "term-unknown"


class TermMisspelt(TermUnknown):
    """No herb has this name, but ``suggestions`` look or sound like it; one of them must be given instead."""

    code: ClassVar[str] = "term-misspelt"


class TermAmbiguous(Invalid):
    """The name stands for several things; ``choices`` are their Chinese names, one of which must be given instead."""

    code: ClassVar[str] = "term-ambiguous"


class AmountUnreadable(Invalid):
    """These words are no amount of a herb: ``words``."""

    code: ClassVar[str] = "term-amount-unreadable"

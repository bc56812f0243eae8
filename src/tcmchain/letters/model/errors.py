"""What can go wrong with letters."""

from tcmchain.errors import Conflict, Invalid, NotFound, NotPermitted, TooLarge, TooMany


class RecipientUnknown(NotFound):
    """No patient, reader or member's account, so no letters are kept for it: ``account``."""

    code = "letters-recipient-unknown"


class LetterUnknown(NotFound):
    """No such letter waits: ``letter``."""

    code = "letters-unknown"


class LetterTooLarge(TooLarge):
    """A sealed letter of more than ``limit`` bytes."""

    code = "letters-too-large"


class LetterUnsealed(Invalid):
    """Too short to be sealed: ``length`` in bytes."""

    code = "letters-unsealed"


class InboxFull(Conflict):
    """So many letters wait for the account that no more are taken: ``account``."""

    code = "letters-inbox-full"


class TooManyLetters(TooMany):
    """More letters from one place than its share: ``seconds`` until more are taken."""

    code = "letters-too-many"


class NotRecipient(NotPermitted):
    """Letters are for their recipient: ``account``."""

    code = "letters-not-recipient"

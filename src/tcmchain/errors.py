"""Everything that can go wrong, as one tree.

TcmChainError
├── NotFound        the thing asked for is not there                    404   exit 4
│   └── Gone        it was there and was taken away for good          410   exit 4
├── NotPermitted    the caller may not do this                          403   exit 5
│   └── NotSignedIn nobody is signed in                                 401   exit 5
├── Conflict        it cannot be done in the present state              409   exit 6
├── Invalid         the input itself is wrong                           422   exit 2
│   └── TooLarge    the input is larger than the door takes             413   exit 2
└── Unavailable     a chain, store or peer does not answer now          503   exit 7
    └── TooMany     the caller asks more than its share                 429   exit 7

Slices subclass the families in their ``model``. Data stands in attributes, ``code`` is stable and is what the
edges translate into a sentence that says what to do next.
"""

from typing import ClassVar


class TcmChainError(Exception):
    """An error that a person can be told about.

    ``code`` names the kind of error for ever; ``details`` are the values that the sentence shown needs.
    """

    code: ClassVar[str] = "error"

    def __init__(self, message: str = "", **details: object) -> None:
        super().__init__(message or self.code)
        self.details = details


class NotFound(TcmChainError):
    code = "not-found"


class Gone(NotFound):
    code = "gone"


class NotPermitted(TcmChainError):
    code = "not-permitted"


class NotSignedIn(NotPermitted):
    code = "not-signed-in"


class Conflict(TcmChainError):
    code = "conflict"


class Invalid(TcmChainError):
    code = "invalid"


class TooLarge(Invalid):
    code = "too-large"


class Unavailable(TcmChainError):
    code = "unavailable"


class TooMany(Unavailable):
    code = "too-many"

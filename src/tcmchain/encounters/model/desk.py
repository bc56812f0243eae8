"""What a member's node knows of a visit so that it can record by itself, and the codes that bind dispensings to it."""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Final

from tcmchain.consent.model.terms import Opening
from tcmchain.values import Address, Hash32, VisitId

CODES: Final = 32
"""Dispensings that one visit can be bound to."""

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LETTERS: Final = 26
_GROUP: Final = 5
_NAME: Final = b"tcmchain.dispensing.1"


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a visit's drugs and devices are recorded: a patient's folder, under a grant, in the category of its label.

    ``given`` counts the codes that were given out, ``done`` names the dispensings that are recorded.
    """

    visit: VisitId
    patient: Address
    grant: Hash32
    opening: Opening
    given: int = 0
    done: frozenset[str] = frozenset()


def visit_code(secret: bytes, number: int) -> str:
    """The code under which the visit's dispensing of a number (from 0) is entered: 130 bits in groups of five.

    ``secret`` is the node's own for the visit: a grant's salt would not do, as it stands in the open once a record is
    appended under it. Without the secret nobody can tell that a code belongs to the visit, or that two belong
    together. The ledger gets the code's SHA-256, as of any code that a patient keeps.
    """
    digest = int.from_bytes(hmac.digest(secret, _NAME + number.to_bytes(4, "big"), "sha256"), "big")
    letters = "".join(_ALPHABET[digest >> (5 * place) & 31] for place in range(_LETTERS))
    return "-".join(letters[start : start + _GROUP] for start in range(0, _LETTERS, _GROUP))


def commitment_of(code: str) -> Hash32:
    """What the ledger gets of a code."""
    return Hash32("0x" + hashlib.sha256(code.encode()).hexdigest())


def recorded_file(secret: bytes, source: str) -> Hash32:
    """The id of the file in which ``source`` (a dispensing's transaction, a use of a device) is recorded.

    The same source always gives the same file, so that nothing is recorded twice, however often it is tried.
    """
    return Hash32("0x" + hmac.digest(secret, b"tcmchain.recorded.1" + source.encode(), "sha256").hex())

"""What a grant's commitment on the chain hides, as the parties to it know it."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from tcmchain.crypto.digest import terms_hash
from tcmchain.values import Address, Hash32, UnixTime

READ: Final = 1
"""The right to read, as a bit of an opening's rights; 2 is to append, 4 to pass on."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Who may do what in which category, why and until when; ``reading_key`` has 33 bytes (SEC 1, compressed)."""

    salt: Hash32
    grantee: Address
    reading_key: bytes
    label: Hash32
    rights: int
    purpose: str
    until: UnixTime

    @property
    def terms(self) -> Hash32:
        """The commitment that stands on the chain if this is what was granted."""
        return _terms(self)

    @property
    def may_read(self) -> bool:
        """Whether reading is among the rights."""
        return bool(self.rights & READ)


@lru_cache(maxsize=4096)
def _terms(opening: Opening) -> Hash32:
    return terms_hash(
        opening.salt,
        opening.grantee,
        opening.reading_key,
        opening.label,
        opening.rights,
        opening.purpose,
        opening.until,
    )

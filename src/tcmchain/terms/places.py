"""Administrative places: every province, and the counties that the great herbs come from."""

from dataclasses import dataclass
from functools import cache

from tcmchain.terms.errors import TermUnknown
from tcmchain.terms.tables import Term, rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Place(Term):
    """A place by its GB/T 2260 code of six digits; the coordinates, in degrees, are those of its seat."""

    code: str
    latitude: float
    longitude: float

    @property
    def is_province(self) -> bool:
        """Whether this is a province, region or municipality of the first level."""
        return self.code.endswith("0000")

    @property
    def province(self) -> str:
        """The code of the province that the place lies in."""
        return self.code[:2] + "0000"


@cache
def _by_code() -> dict[str, Place]:
    return {
        row["code"]: Place(
            code=row["code"],
            zh=row["zh"],
            en=row["en"],
            latitude=float(row["latitude"]),
            longitude=float(row["longitude"]),
        )
        for row in rows("places")
    }


def places() -> tuple[Place, ...]:
    """All places, provinces first."""
    return tuple(_by_code().values())


def provinces() -> tuple[Place, ...]:
    """The provinces, regions and municipalities."""
    return tuple(place for place in places() if place.is_province)


def place(code: str) -> Place:
    """The place with this code of six digits, or of two for a province; raises :class:`TermUnknown`."""
    try:
        return _by_code()[code.ljust(6, "0") if len(code) == 2 else code]
    except KeyError:
        raise TermUnknown(f"no place {code!r}", kind="place", query=code) from None

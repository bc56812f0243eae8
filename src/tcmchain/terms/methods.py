"""炮制: the methods by which herbs are processed."""

from dataclasses import dataclass
from functools import cache

from tcmchain.terms.errors import TermUnknown
from tcmchain.terms.tables import Term, rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Method(Term):
    """A method; ``id`` is the short text that stands on chain, ``family`` the group it belongs to."""

    id: str
    pinyin: str
    family: str


@cache
def _by_id() -> dict[str, Method]:
    return {row["id"]: Method(**row) for row in rows("methods")}


def methods() -> tuple[Method, ...]:
    """All methods, family by family."""
    return tuple(_by_id().values())


def method(id: str) -> Method:
    """The method with this id; raises :class:`TermUnknown`."""
    try:
        return _by_id()[id]
    except KeyError:
        raise TermUnknown(f"no method {id!r}", kind="method", query=id) from None

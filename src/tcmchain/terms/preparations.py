"""How a herb is put into the medicine (煎服法), and what it does in the formula (君臣佐使)."""

from dataclasses import dataclass
from functools import cache
from typing import Final

from tcmchain.terms.errors import TermUnknown
from tcmchain.terms.tables import Term, rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparation(Term):
    """A way of putting a herb into the medicine, such as 先煎."""

    id: str
    traditional: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Role(Term):
    """What a herb is to its formula: 君 sovereign, 臣 minister, 佐 assistant, 使 envoy; ``rank`` begins with 0."""

    id: str
    rank: int


ROLES: Final = ("sovereign", "minister", "assistant", "envoy")


@cache
def preparations() -> dict[str, Preparation]:
    """All ways by id."""
    return {row["id"]: Preparation(**row) for row in rows("preparations")}


@cache
def roles() -> dict[str, Role]:
    """The four roles by id, the sovereign first."""
    return {row["id"]: Role(rank=ROLES.index(row["id"]), **row) for row in rows("roles")}


def preparation(text: str) -> Preparation:
    """The way with this id or Chinese name; raises :class:`TermUnknown`."""
    for way in preparations().values():
        if text in (way.id, way.zh, way.traditional):
            return way
    raise TermUnknown(f"no preparation {text!r}", kind="preparation", query=text[:40])


def role(text: str) -> Role:
    """The role with this id or Chinese name; raises :class:`TermUnknown`."""
    for part in roles().values():
        if text in (part.id, part.zh):
            return part
    raise TermUnknown(f"no role {text!r}", kind="role", query=text[:40])

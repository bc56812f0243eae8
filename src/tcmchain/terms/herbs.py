"""Herbs under their official names."""

from dataclasses import dataclass
from functools import cache
from typing import NewType

from tcmchain.terms.errors import TermUnknown
from tcmchain.terms.tables import Source, Term, rows, sources

HerbId = NewType("HerbId", str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part(Term):
    """A part of a plant, fungus or animal that is used."""

    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Herb(Term):
    """A herb: one medicinal material under the name that the pharmacopoeia gives it.

    ``pinyin`` is written by syllables with tones, ``latin`` is the pharmaceutical name and ``species`` the first
    species that the source allows, empty where there is none; ``aliases`` are names in use that mean this herb only.
    """

    id: HerbId
    traditional: str
    pinyin: str
    latin: str
    species: str
    part: Part
    aliases: tuple[str, ...]
    alias_pinyin: tuple[str, ...]
    source: Source


@cache
def parts() -> dict[str, Part]:
    """The parts used, by id."""
    return {row["id"]: Part(**row) for row in rows("parts")}


@cache
def _by_id() -> dict[str, Herb]:
    return {
        row["id"]: Herb(
            id=HerbId(row["id"]),
            zh=row["zh"],
            en=row["en"],
            traditional=row["traditional"],
            pinyin=row["pinyin"],
            latin=row["latin"],
            species=row["species"],
            part=parts()[row["part"]],
            aliases=_several(row["aliases"]),
            alias_pinyin=_several(row["alias_pinyin"]),
            source=sources()[row["source"]],
        )
        for row in rows("herbs")
    }


def _several(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split("|") if part)


def herbs() -> tuple[Herb, ...]:
    """All herbs, the precious and common ones first."""
    return tuple(_by_id().values())


def herb(id: str) -> Herb:
    """The herb with this id; raises :class:`TermUnknown`."""
    try:
        return _by_id()[id]
    except KeyError:
        raise TermUnknown(f"no herb {id!r}", kind="herb", query=id) from None


@cache
def shared_names() -> dict[str, tuple[Herb, ...]]:
    """Names and their pinyin that the trade uses for more than one herb."""
    shared: dict[str, tuple[Herb, ...]] = {}
    for row in rows("ambiguous_names"):
        meant = tuple(herb(id) for id in _several(row["herbs"]))
        shared |= {row["name"]: meant, row["pinyin"]: meant}
    return shared

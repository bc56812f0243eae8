"""Herbs under their official names."""

from dataclasses import dataclass
from functools import cache
from typing import NewType

from tcmchain.terms.errors import TermUnknown
from tcmchain.terms.tables import Source, Term, rows, several, sources

HerbId = NewType("HerbId", str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part(Term):
    """A part of a plant, fungus or animal that is used."""

    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Herb(Term):
    """A herb: one medicinal material, raw or processed, under the name that a prescription gives it.

    Raw and processed are two herbs: ``base`` is the herb of which this one is a state, none for a herb of its own.
    ``pinyin`` is written by syllables with tones, ``latin`` is the pharmaceutical name and ``species`` the first
    species that the source allows; these and ``en`` are empty where no source read gives them. ``aliases`` are names
    in use that mean this herb only.
    """

    id: HerbId
    traditional: str
    pinyin: str
    latin: str
    species: str
    part: Part
    aliases: tuple[str, ...]
    alias_pinyin: tuple[str, ...]
    base: HerbId | None
    source: Source

    def name(self, language: str) -> str:
        """The name for a reader of ``language``: English falls back to Latin, and this to the pinyin."""
        return self.zh if language.lower().startswith("zh") else self.en or self.latin or self.pinyin


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
            aliases=several(row["aliases"]),
            alias_pinyin=several(row["alias_pinyin"]),
            base=HerbId(row["base"]) if row["base"] else None,
            source=sources()[row["source"]],
        )
        for row in rows("herbs")
    }


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
def _states() -> dict[HerbId, tuple[Herb, ...]]:
    found: dict[HerbId, tuple[Herb, ...]] = {}
    for each in herbs():
        for id in (each.id,) if each.base is None else (each.id, each.base):
            found[id] = (*found.get(id, ()), each)
    return found


def states_of(id: HerbId) -> tuple[Herb, ...]:
    """A herb and all herbs that are states of it, such as its processed ones."""
    return _states().get(id, ())


@cache
def shared_names() -> dict[str, tuple[Herb, ...]]:
    """Names and their pinyin that the trade uses for more than one herb."""
    shared: dict[str, tuple[Herb, ...]] = {}
    for row in rows("ambiguous_names"):
        meant = tuple(herb(id) for id in several(row["herbs"]))
        shared |= {row["name"]: meant, row["pinyin"]: meant}
    return shared

"""Dose ranges: how much of a herb an edition allows, in which form of medicine."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Final, Literal, cast

from tcmchain.terms.herbs import HerbId
from tcmchain.terms.tables import Source, rows, sources

NOT_DECOCTED: Final = "not-decocted"
"""A handling that is no preparation: the herb does not go into a decoction."""

DoseForm = Literal["decoction", "powder", "pill", "external"]
DoseBasis = Literal["per-day", "per-dose"]


@dataclass(frozen=True, slots=True)
class Dose:
    """The range that a source gives for one herb in one form of medicine.

    ``low`` and ``high`` are grams, per day or per single dose as ``basis`` says; ``note`` is what the source adds in
    Chinese, empty where it adds nothing.
    """

    herb: HerbId
    form: DoseForm
    basis: DoseBasis
    low: Decimal
    high: Decimal
    source: Source
    note: str


@dataclass(frozen=True, slots=True)
class Handling:
    """How a source wants a herb to be put into the medicine.

    ``preparation`` is the id of one of :func:`tcmchain.terms.preparations.preparations`, or ``NOT_DECOCTED``.
    """

    herb: HerbId
    preparation: str
    source: Source


@cache
def doses() -> dict[HerbId, tuple[Dose, ...]]:
    """All ranges by herb, the newest edition first; a herb that is not here has no range known."""
    found: defaultdict[HerbId, list[Dose]] = defaultdict(list)
    for row in rows("doses"):
        id = HerbId(row["herb"])
        found[id].append(
            Dose(
                herb=id,
                form=cast(DoseForm, row["form"]),
                basis=cast(DoseBasis, row["basis"]),
                low=Decimal(row["low"]),
                high=Decimal(row["high"]),
                source=sources()[row["source"]],
                note=row["note"],
            )
        )
    return {id: tuple(sorted(given, key=lambda dose: -dose.source.year)) for id, given in found.items()}


def doses_of(herb_id: HerbId) -> tuple[Dose, ...]:
    """Every range known of a herb, the newest edition first; empty means unknown, which is not "any dose"."""
    return doses().get(herb_id, ())


def dose_in_force(herb_id: HerbId, form: DoseForm, basis: DoseBasis = "per-day") -> Dose | None:
    """The range of the newest edition that gives one for this form and basis; none means that it cannot be checked."""
    return next((dose for dose in doses_of(herb_id) if (dose.form, dose.basis) == (form, basis)), None)


@cache
def unknown_doses() -> frozenset[HerbId]:
    """Poisonous herbs of which no range to be taken by mouth is known, each looked for and not found."""
    return frozenset(HerbId(row["herb"]) for row in rows("unknown_doses"))


@cache
def _handlings() -> dict[HerbId, tuple[Handling, ...]]:
    found: defaultdict[HerbId, list[Handling]] = defaultdict(list)
    for row in rows("handlings"):
        id = HerbId(row["herb"])
        found[id].append(Handling(id, row["preparation"], sources()[row["source"]]))
    return {id: tuple(given) for id, given in found.items()}


def handlings_of(herb_id: HerbId) -> tuple[Handling, ...]:
    """How the sources want a herb to be decocted or taken; empty where they ask for nothing known."""
    return _handlings().get(herb_id, ())

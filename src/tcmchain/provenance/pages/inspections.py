"""Inspections with their readings against the limits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from tcmchain.provenance.model.steps import Observation, Step
from tcmchain.provenance.pages.names import Names, Party
from tcmchain.provenance.pages.stages import moment_text
from tcmchain.web.drawing.bars import limit_bar


@dataclass(frozen=True, slots=True)
class Reading:
    """One test; ``limit`` reads ``≤ 12`` and is empty when none was stated."""

    item: str
    value: str
    unit: str
    limit: str
    bar: Markup
    conforms: bool


@dataclass(frozen=True, slots=True)
class Inspection:
    """One inspection."""

    lab: Party
    when: str
    report: str
    digest: str
    standard: str
    conforms: bool
    readings: tuple[Reading, ...]


def inspections_of(steps: Sequence[Step], names: Names) -> tuple[Inspection, ...]:
    """The inspections on a way, the newest first."""
    return tuple(
        Inspection(
            lab=names.party(step.member),
            when=moment_text(step.happened),
            report=str(step.facts.get("report", "")),
            digest=str(step.facts.get("report_sha256", "")),
            standard=str(step.facts.get("standard", "")),
            conforms=bool(step.conforms),
            readings=tuple(_reading(row) for row in step.facts.get("tests", ())),
        )
        for step in reversed(steps)
        if step.observation is Observation.INSPECTION
    )


def _reading(row: Mapping[str, Any]) -> Reading:
    value, limit = row["value"], row.get("limit")
    at_most = bool(row.get("at_most", True))
    bar = Markup("")
    if limit is not None and isinstance(value, int | float):
        bar = limit_bar(float(value), float(limit), at_most, bool(row["ok"]))
    return Reading(
        item=str(row["item"]),
        value=str(value),
        unit=str(row.get("unit", "")),
        limit="" if limit is None else f"{'≤' if at_most else '≥'} {limit}",
        bar=bar,
        conforms=bool(row["ok"]),
    )

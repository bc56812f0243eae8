"""What other slices show above a lot's certificate; the application gives the panels."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Request

from tcmchain.provenance.model.lots import Lot
from tcmchain.values import LotId

Look = Callable[[Request, Lot, str], Mapping[str, Any] | None]
"""What a panel shows of a lot, and of one of its units if a serial is given; ``None`` for nothing."""


def _never(lot: LotId) -> int:  # noqa: ARG001
    return 0


@dataclass(frozen=True, slots=True)
class Panel:
    """A template, what it is drawn with, and a number that grows whenever a lot's may have changed.

    The template finds what ``look`` gave as ``panel``. A page that names a unit is never kept, so ``version`` is of
    the lot alone.
    """

    template: str
    look: Look
    version: Callable[[LotId], int] = _never


@dataclass(frozen=True, slots=True)
class Shown:
    """A panel that has something to show."""

    template: str
    panel: Mapping[str, Any]


def shown(panels: Sequence[Panel], request: Request, lot: Lot, serial: str) -> list[Shown]:
    """What the panels have to show, in their order."""
    looks = ((panel.template, panel.look(request, lot, serial)) for panel in panels)
    return [Shown(template, look) for template, look in looks if look is not None]

"""What a member can dispense: its traced lots by the herbs that a prescription names."""

from collections.abc import Callable, Collection, Iterator
from functools import cache
from typing import Final

from tcmchain.prescriptions.model.picking import Shelved
from tcmchain.provenance.model.stock import Holding
from tcmchain.provenance.service.ledger import Ledger
from tcmchain.terms.forms import forms
from tcmchain.terms.herbs import HerbId, herbs
from tcmchain.values import FormId, LotId, MemberId

_SLICED: Final = 40
_PLAIN: Final = frozenset({"sliced", "cleaned", "black-sliced", "white-sliced"})
"""States that the herb's own name means."""


class Stock:
    """Lots at hand in forms that are dispensed; a processed herb of its own name stands under its own id.

    A lot that a recall holds up is left out: the contract dispenses none of it, and it would stand before all others.
    """

    def __init__(self, ledger: Ledger, holding_up: Callable[[Collection[LotId]], Collection[LotId]]) -> None:
        self._ledger = ledger
        self._holding_up = holding_up

    def shelf(self, holder: MemberId) -> list[tuple[Holding, Shelved]]:
        """A member's lots that can be dispensed, that which expires first first."""
        return list(self._shelved(holder))

    def _shelved(self, holder: MemberId) -> Iterator[tuple[Holding, Shelved]]:
        known, holdings = dispensed_as(), self._ledger.holdings(holder)
        recalled = self._holding_up([held.lot.id for held in holdings])
        for held in holdings:
            if held.lot.id in recalled:
                continue
            meant = known.get(held.lot.form)
            if meant is not None and held.milligrams > 0:
                herb, processed = meant
                yield held, Shelved(held.lot.id, herb, held.milligrams, held.lot.expires, processed)


@cache
def dispensed_as() -> dict[FormId, tuple[HerbId, str]]:
    """The herb that a prescription means by each form that is dispensed: sliced, processed or ground.

    With it the name of a processed form that has no herb of its own, empty for all others.
    """
    official = {herb.zh: herb.id for herb in herbs()}
    found: dict[FormId, tuple[HerbId, str]] = {}
    for form in forms():
        if form.rank < _SLICED:
            continue
        own = official.get(form.zh) or official.get(form.zh.removesuffix("饮片").removesuffix("片"))
        plain = form.state.id in _PLAIN
        found[form.id] = (own, "") if own else (form.herb.id, "" if plain else form.zh)
    return found

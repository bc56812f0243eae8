"""Everything that the tables say of one herb, in one place."""

from dataclasses import dataclass

from tcmchain.terms.doses import Dose, Handling, doses_of, handlings_of
from tcmchain.terms.herbs import Herb, herb, states_of
from tcmchain.terms.lookup import called
from tcmchain.terms.safety import (
    Caution,
    Incompatibility,
    Pregnancy,
    Restriction,
    Toxicity,
    cautions_of,
    incompatibilities,
    pregnancy_of,
    reading_of,
    restriction_of,
    toxicity_of,
)
from tcmchain.terms.tables import Source


@dataclass(frozen=True, slots=True)
class Card:
    """One herb with all that is known of it.

    ``read`` is the source whose entry on it was read: where it is none, no warning does not mean harmless, and empty
    ``doses`` never mean any dose. ``name`` means this herb alone; ``states`` are the raw herb and its processed states.
    """

    herb: Herb
    name: str
    states: tuple[Herb, ...]
    doses: tuple[Dose, ...]
    handlings: tuple[Handling, ...]
    read: Source | None
    toxicity: Toxicity | None
    pregnancy: Pregnancy | None
    cautions: tuple[Caution, ...]
    restriction: Restriction | None
    incompatible: tuple[tuple[Herb, Incompatibility], ...]


def card_of(id: str) -> Card:
    """The card of the herb with this id; raises :class:`TermUnknown`."""
    found = herb(id)
    return Card(
        herb=found,
        name=called(found),
        states=states_of(found.base or found.id),
        doses=doses_of(found.id),
        handlings=handlings_of(found.id),
        read=reading_of(found.id),
        toxicity=toxicity_of(found.id),
        pregnancy=pregnancy_of(found.id),
        cautions=cautions_of(found.id),
        restriction=restriction_of(found.id),
        incompatible=tuple(
            (herb(other), rule)
            for pair, rule in incompatibilities().items()
            if found.id in pair
            for other in pair - {found.id}
        ),
    )

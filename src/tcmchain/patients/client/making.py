"""What a patient's own device makes of its keys: registrations, next epochs, relation cards. No secret leaves it."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from tcmchain.crypto.categories import Category
from tcmchain.crypto.delegation import public_bytes
from tcmchain.crypto.keys import Relation
from tcmchain.crypto.letters import inbox_of
from tcmchain.patients.model.registered import NewKey, Patient, Registration
from tcmchain.values import Address

ALL: Final = tuple(Category)


def make_registration(relation: Relation, id_number: str, categories: Iterable[Category] = ALL) -> Registration:
    """The public parts of a relation: commitment, inbox and the first key of each category."""
    keys = tuple(_new_key(relation, category, 1) for category in categories)
    return Registration(relation.identity(id_number), inbox_of(relation.inbox), keys)


def next_keys(relation: Relation, patient: Patient, categories: Iterable[Category]) -> tuple[NewKey, ...]:
    """The keys of the next epoch of some categories, for files that are yet to come."""
    return tuple(
        _new_key(relation, category, patient.epoch_of(relation.label(category)) + 1) for category in categories
    )


def reader_keys(relation: Relation) -> tuple[bytes, bytes]:
    """The reading key (33 bytes) and the inbox key (32 bytes) that an account publishes."""
    return public_bytes(relation.reading), inbox_of(relation.inbox)


def relation_card(
    relation: Relation, patient: Patient, custodians: Sequence[Address] = (), categories: Iterable[Category] = ALL
) -> dict[str, Any]:
    """What an institution must know to seal to a patient's categories; a letter to its service account.

    There is no name and no id number in it. The vault key lets it name equal bodies of this relation, and opens none.
    """
    found = {category: patient.key_of(relation.label(category)) for category in categories}
    labels = {
        str(category): {"label": key.label, "epoch": key.epoch, "key": "0x" + key.key.hex()}
        for category, key in found.items()
        if key is not None
    }
    return {
        "kind": "relation-card",
        "from": relation.account,
        "patient": relation.account,
        "labels": labels,
        "vaultKey": "0x" + relation.vault_key.hex(),
        "custodians": list(custodians),
    }


def _new_key(relation: Relation, category: Category, epoch: int) -> NewKey:
    return NewKey(relation.label(category), epoch, public_bytes(relation.category_key(category, epoch)))

"""The document of a formula: JSON in one spelling, so that one content has one hash. Schema ``tcmchain.formula.1``.

What is read was written by a stranger: every field is bounded, every herb, code, convention and word must be known, and
a document that is not spelled in the one way is refused, as it would give the same formula a second hash.
"""

import hashlib
import json
from dataclasses import replace
from typing import Final

from tcmchain.formulas.model.errors import DosesMissing, DosesShown, HerbTwice
from tcmchain.formulas.model.fields import Fields, parse, refuse, write
from tcmchain.formulas.model.formula import (
    DosageForm,
    Dosing,
    FormulaClass,
    FormulaDocument,
    FormulaSource,
    Indication,
    Ingredient,
    Parent,
)
from tcmchain.terms.herbs import herb
from tcmchain.terms.measures import BASES, Basis, check_measure
from tcmchain.terms.preparations import preparations, roles
from tcmchain.terms.vocabulary import code
from tcmchain.values import FormulaId, Hash32

SCHEMA: Final = "tcmchain.formula.1"
MOST_BYTES: Final = 16 * 1024
MOST_INGREDIENTS: Final = 60
_CLASSES: Final = {each.word: each for each in FormulaClass}
_FORMS: Final = {each.value: each for each in DosageForm}
_BASES: Final[dict[str, Basis]] = {each: each for each in BASES}


def write_document(document: FormulaDocument) -> bytes:
    """The document as it goes on chain; raises as :func:`read_document`, so that nothing unreadable is written."""
    raw = write(_fields(document))
    read_document(raw)
    return raw


def read_document(raw: bytes) -> FormulaDocument:
    """What a document says.

    A folk formula is read with its doses or, as on chain, as a card without any. Raises ``DocumentTooLarge``,
    ``DocumentUnreadable``, ``HerbTwice``, ``DosesMissing``, ``AmountUnreadable``, and ``TermUnknown`` for a herb, code,
    convention or word that this node's tables do not have.
    """
    fields = Fields(parse(raw, MOST_BYTES), "")
    if fields.text("schema", 40) != SCHEMA:
        refuse("schema", f"not {SCHEMA}")
    document = FormulaDocument(
        kind=fields.choice("class", _CLASSES),
        name=fields.text("name", 40, least=1),
        pinyin=fields.text("pinyin", 120),
        aliases=fields.texts("aliases", 12, 40),
        form=fields.choice("form", _FORMS),
        dosing=fields.maybe("dosing", read_dosing),
        ingredients=tuple(
            _ingredient(each, f"ingredients[{at}]")
            for at, each in enumerate(fields.objects("ingredients", MOST_INGREDIENTS, least=1))
        ),
        indications=tuple(
            _indication(each, f"indications[{at}]") for at, each in enumerate(fields.objects("indications", 20))
        ),
        source=fields.one("source", _source),
        method=fields.text("method", 1200, lines=True),
        note=fields.text("note", 600, lines=True),
        parent=fields.maybe("parent", _parent),
    )
    fields.end()
    _check_whole(document)
    if write(_fields(document)) != raw:
        refuse("", "not in the one spelling")
    return document


def digest(raw: bytes) -> Hash32:
    """SHA-256 of a document, as the chain keeps it."""
    return Hash32("0x" + hashlib.sha256(raw).hexdigest())


def card(document: FormulaDocument) -> FormulaDocument:
    """What everybody may read of a folk formula: everything but doses."""
    return replace(document, dosing=None, ingredients=tuple(each.without_dose() for each in document.ingredients))


def is_card(document: FormulaDocument) -> bool:
    """Whether the doses are not in it."""
    return document.dosing is None


def plain(document: FormulaDocument) -> dict[str, object]:
    """The document as plain data, for exports."""
    found: dict[str, object] = json.loads(write(_fields(document)))
    return found


def _fields(document: FormulaDocument) -> dict[str, object]:
    dosing, parent, source = document.dosing, document.parent, document.source
    return {
        "schema": SCHEMA,
        "class": document.kind.word,
        "name": document.name,
        "pinyin": document.pinyin,
        "aliases": list(document.aliases),
        "form": document.form.value,
        "dosing": dosing and {"basis": dosing.basis, "servings": dosing.servings, "takings": dosing.takings},
        "ingredients": [
            {
                "herb": each.herb,
                "name": each.name,
                "words": each.words,
                "convention": each.convention,
                "role": each.role,
                "processing": list(each.processing),
                "preparation": each.preparation,
            }
            for each in document.ingredients
        ],
        "indications": [
            {
                "disease": each.disease,
                "syndrome": each.syndrome,
                "symptoms": list(each.symptoms),
                "words": each.words,
            }
            for each in document.indications
        ],
        "source": {
            "book": source.book,
            "clause": source.clause,
            "edition": source.edition,
            "contributor": source.contributor,
            "sha256": source.sha256,
        },
        "method": document.method,
        "note": document.note,
        "parent": parent and {"formula": parent.formula, "version": parent.version},
    }


def _check_whole(document: FormulaDocument) -> None:
    """What no field can tell alone: no herb twice, and doses in all ingredients or in none."""
    seen: set[str] = set()
    for each in document.ingredients:
        if each.herb in seen:
            raise HerbTwice(herb=each.herb, name=each.name)
        seen.add(each.herb)
        measure = document.measure(each)
        if measure is not None:
            check_measure(measure)
        elif document.dosing is not None:
            raise DosesMissing(name=each.name)
        elif each.words is not None or each.convention is not None:
            raise DosesShown(name=each.name)
    if document.dosing is None and document.kind is not FormulaClass.FOLK:
        raise DosesMissing(name=document.ingredients[0].name)


def _ingredient(value: object, where: str) -> Ingredient:
    fields = Fields(value, where)
    found = Ingredient(
        herb=herb(fields.text("herb", 40)).id,
        name=fields.text("name", 20, least=1),
        words=fields.maybe_text("words", 40),
        convention=fields.maybe_text("convention", 20),
        role=fields.maybe_text("role", 20),
        processing=fields.texts("processing", 8, 30),
        preparation=fields.maybe_text("preparation", 20),
    )
    fields.end()
    if found.role is not None and found.role not in roles():
        refuse(f"{where}.role", f"none of {', '.join(roles())}")
    if found.preparation is not None and found.preparation not in preparations():
        refuse(f"{where}.preparation", f"none of {', '.join(preparations())}")
    return found


def read_dosing(value: object, where: str) -> Dosing:
    """What the doses are for, out of JSON; raises ``DocumentUnreadable``."""
    fields = Fields(value, where)
    found = Dosing(
        fields.choice("basis", _BASES), fields.maybe_number("servings", 1, 1000), fields.maybe_number("takings", 1, 24)
    )
    fields.end()
    return found


def _indication(value: object, where: str) -> Indication:
    fields = Fields(value, where)
    disease, syndrome = fields.maybe_text("disease", 40), fields.maybe_text("syndrome", 40)
    found = Indication(
        disease=code("disease", disease).code if disease else None,
        syndrome=code("syndrome", syndrome).code if syndrome else None,
        symptoms=fields.texts("symptoms", 40, 20),
        words=fields.text("words", 300),
    )
    fields.end()
    if found == Indication():
        refuse(where, "empty")
    return found


def _source(value: object, where: str) -> FormulaSource:
    fields = Fields(value, where)
    found = FormulaSource(
        book=fields.text("book", 60),
        clause=fields.text("clause", 60),
        edition=fields.text("edition", 200),
        contributor=fields.text("contributor", 60),
        sha256=fields.maybe_hash("sha256"),
    )
    fields.end()
    return found


def _parent(value: object, where: str) -> Parent:
    fields = Fields(value, where)
    formula, version = fields.maybe_hash("formula"), fields.maybe_number("version", 1, 2**32 - 1)
    fields.end()
    if formula is None or version is None:
        refuse(where, "no version")
    return Parent(FormulaId(formula), version)

"""The formulas of the tables as documents, ready to be shared as classic ones."""

from functools import cache
from typing import Final

from tcmchain.formulas.model.formula import (
    DosageForm,
    Dosing,
    FormulaClass,
    FormulaDocument,
    FormulaSource,
    Indication,
    Ingredient,
)
from tcmchain.terms.formulas import SeedFormula, readings_of, seed_formulas
from tcmchain.terms.herbs import herb

_MOST_SYMPTOMS: Final = 40


@cache
def seed_documents() -> tuple[FormulaDocument, ...]:
    """Every formula of every source as a document, in the order of the table."""
    return tuple(document_of(seed) for seed in seed_formulas())


def document_of(seed: SeedFormula) -> FormulaDocument:
    """A formula of the table as a document.

    What was settled in reading its source, and other doses that the book itself allows, stand in the note.
    """
    settled = [f"{each.name}：{each.note}" for each in seed.ingredients if each.note]
    allowed = [
        f"{herb(each.herb).zh}又作{each.words}：{each.note}"
        for each in readings_of(seed.id)
        if each.source == seed.source
    ]
    return FormulaDocument(
        kind=FormulaClass.CLASSIC,
        name=seed.zh,
        pinyin=seed.pinyin,
        aliases=seed.aliases,
        form=DosageForm(seed.form),
        dosing=Dosing(seed.basis, seed.servings, seed.takings),
        ingredients=tuple(
            Ingredient(
                herb=each.herb,
                name=each.name,
                words=each.words,
                convention=seed.convention,
                role=each.role,
                processing=each.processing,
                preparation=each.preparation,
            )
            for each in seed.ingredients
        ),
        indications=tuple(
            Indication(
                disease=use.disease, syndrome=use.syndrome, symptoms=use.symptoms[:_MOST_SYMPTOMS], words=use.words
            )
            for use in seed.uses
        ),
        source=FormulaSource(book=seed.book, clause=seed.clause, edition=seed.source.zh, sha256=seed.sha256),
        note="\n".join(filter(None, (seed.note, *settled, *allowed))),
    )

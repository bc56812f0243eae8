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
from tcmchain.terms.formulas import SeedFormula, seed_formulas

_MOST_SYMPTOMS: Final = 40


@cache
def seed_documents() -> tuple[FormulaDocument, ...]:
    """Every formula of every source as a document, in the order of the table."""
    return tuple(document_of(seed) for seed in seed_formulas())


def document_of(seed: SeedFormula) -> FormulaDocument:
    """A formula of the table as a document; what was settled in reading its source stands in the note."""
    settled = [f"{each.name}：{each.note}" for each in seed.ingredients if each.note]
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
        note="\n".join(filter(None, (seed.note, *settled))),
    )

"""The doses of a folk formula, which stand apart from its card and are sealed. Schema ``tcmchain.formula.doses.1``."""

from dataclasses import dataclass, replace
from typing import Final

from tcmchain.formulas.model.document import card, digest, read_document, read_dosing, write_document
from tcmchain.formulas.model.errors import DosesAstray
from tcmchain.formulas.model.fields import Fields, parse, refuse, write
from tcmchain.formulas.model.formula import Dosing, FormulaDocument
from tcmchain.values import Hash32

SCHEMA: Final = "tcmchain.formula.doses.1"
MOST_BYTES: Final = 8 * 1024


@dataclass(frozen=True, slots=True)
class DoseSheet:
    """The doses of a card, in the order of its ingredients, each as its words and convention.

    ``card`` is the SHA-256 of the card's document, so that doses cannot be put to another formula.
    """

    card: Hash32
    dosing: Dosing
    doses: tuple[tuple[str, str], ...]


def part(document: FormulaDocument) -> tuple[bytes, bytes]:
    """A folk formula with doses as its card, which goes on chain, and its sheet, which is sealed.

    Raises as :func:`write_document`, and ``DosesAstray`` where there are no doses to part.
    """
    write_document(document)
    if document.dosing is None:
        raise DosesAstray(reason="no doses")
    shown = write_document(card(document))
    doses = tuple((each.words or "", each.convention or "") for each in document.ingredients)
    return shown, write_sheet(DoseSheet(digest(shown), document.dosing, doses))


def join(shown: bytes, sheet: bytes) -> FormulaDocument:
    """The formula with its doses, from a card and an opened sheet; raises ``DosesAstray`` where they do not belong."""
    document, doses = read_document(shown), read_sheet(sheet)
    if document.dosing is not None or doses.card != digest(shown) or len(doses.doses) != len(document.ingredients):
        raise DosesAstray(reason="another card")
    whole = replace(
        document,
        dosing=doses.dosing,
        ingredients=tuple(
            replace(each, words=words, convention=convention)
            for each, (words, convention) in zip(document.ingredients, doses.doses, strict=True)
        ),
    )
    write_document(whole)
    return whole


def write_sheet(sheet: DoseSheet) -> bytes:
    """A sheet as bytes in their one spelling."""
    dosing = sheet.dosing
    return write(
        {
            "schema": SCHEMA,
            "card": sheet.card,
            "dosing": {"basis": dosing.basis, "servings": dosing.servings, "takings": dosing.takings},
            "doses": [{"words": words, "convention": convention} for words, convention in sheet.doses],
        }
    )


def read_sheet(raw: bytes) -> DoseSheet:
    """What a sheet says; raises ``DocumentTooLarge``, ``DocumentUnreadable``."""
    fields = Fields(parse(raw, MOST_BYTES), "")
    if fields.text("schema", 40) != SCHEMA:
        refuse("schema", f"not {SCHEMA}")
    shown = fields.maybe_hash("card")
    if shown is None:
        refuse("card", "missing")
    dosing = fields.one("dosing", read_dosing)
    doses = tuple(_dose(each, f"doses[{at}]") for at, each in enumerate(fields.objects("doses", 60, least=1)))
    fields.end()
    return DoseSheet(shown, dosing, doses)


def _dose(value: object, where: str) -> tuple[str, str]:
    fields = Fields(value, where)
    found = fields.text("words", 40, least=1), fields.text("convention", 20, least=1)
    fields.end()
    return found

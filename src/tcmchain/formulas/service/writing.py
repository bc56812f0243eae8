"""Drafts on their way to documents: nothing of them is kept."""

from collections.abc import Sequence
from dataclasses import dataclass

from tcmchain.formulas.model.document import write_document
from tcmchain.formulas.model.drafts import Draft, LineFault, document_of, faults_of
from tcmchain.formulas.model.formula import FormulaDocument


@dataclass(frozen=True, slots=True)
class Written:
    """A document with its bytes; empty as long as lines are at fault."""

    raw: bytes
    document: FormulaDocument | None
    faults: Sequence[LineFault]


def written(draft: Draft) -> Written:
    """The document of a draft, or all lines that are at fault; raises what else documents forbid."""
    faults = faults_of(draft)
    if faults:
        return Written(b"", None, faults)
    document = document_of(draft)
    return Written(write_document(document), document, ())

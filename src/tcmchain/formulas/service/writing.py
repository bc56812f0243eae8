"""Drafts on their way to documents: nothing of them is kept."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tcmchain.formulas.model.document import write_document
from tcmchain.formulas.model.drafts import Draft, LineFault, document_of, faults_of
from tcmchain.formulas.model.formula import FormulaDocument


@dataclass(frozen=True, slots=True)
class Written:
    """A document with its bytes, which are empty as long as lines are at fault: then it has the other lines alone."""

    raw: bytes
    document: FormulaDocument | None
    faults: Sequence[LineFault]

    @property
    def whole(self) -> FormulaDocument | None:
        """The document once no line is at fault."""
        return self.document if self.raw else None


def written(draft: Draft) -> Written:
    """The document of a draft, or all lines that are at fault; raises what else documents forbid."""
    faults = faults_of(draft)
    if not faults:
        document = document_of(draft)
        return Written(write_document(document), document, ())
    wrong = {fault.line for fault in faults}
    sound = tuple(line for at, line in enumerate(draft.lines) if at not in wrong)
    return Written(b"", document_of(replace(draft, lines=sound)) if sound else None, faults)

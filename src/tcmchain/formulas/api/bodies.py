"""What the doors of formulas take."""

from typing import Annotated, Literal

from pydantic import Field

from tcmchain.formulas.model.drafts import Draft, DraftIndication, DraftLine
from tcmchain.formulas.model.formula import DosageForm, Dosing, FormulaClass, FormulaSource, Parent
from tcmchain.terms.measures import Basis
from tcmchain.values import FormulaId, Hash32
from tcmchain.web.bodies import Body

Identifier = Annotated[str, Field(pattern="^0x[0-9a-f]{64}$", description="32 bytes as 0x hex")]
Number = Annotated[int, Field(ge=1, lt=1 << 32, description="number of a version, from 1")]
ClassWord = Literal["classic", "licensed", "folk"]
Short = Annotated[str, Field(max_length=60)]
Statement = Annotated[str, Field(min_length=1, max_length=4096, description="what was found; public for ever")]

CLASSES = {one.word: one for one in FormulaClass}


class LineBody(Body):
    """One herb by its exact name; ``words`` is the dose as written, such as 三两 or 9g."""

    name: Annotated[str, Field(min_length=1, max_length=20, examples=["麻黄"])]
    words: Annotated[str, Field(max_length=40, examples=["三两", "9g"])] = ""
    convention: Annotated[str, Field(max_length=20, examples=["han-13.92", "metric"])] = ""
    role: Annotated[str, Field(max_length=20, description="君臣佐使, or sovereign, minister, assistant, envoy")] = ""
    processing: Annotated[list[Annotated[str, Field(max_length=30)]], Field(max_length=8, default_factory=list)]
    preparation: Annotated[str, Field(max_length=20, description="such as 先煎")] = ""

    def line(self) -> DraftLine:
        return DraftLine(
            name=self.name,
            words=self.words,
            convention=self.convention,
            role=self.role,
            processing=tuple(self.processing),
            preparation=self.preparation,
        )


class IndicationBody(Body):
    """What it is for: disease and syndrome by name or code, symptoms, free words."""

    disease: Annotated[str, Field(max_length=60)] = ""
    syndrome: Annotated[str, Field(max_length=60)] = ""
    symptoms: Annotated[list[Annotated[str, Field(max_length=20)]], Field(max_length=40, default_factory=list)]
    words: Annotated[str, Field(max_length=150)] = ""

    def indication(self) -> DraftIndication:
        return DraftIndication(
            disease=self.disease, syndrome=self.syndrome, symptoms=tuple(self.symptoms), words=self.words
        )


class SourceBody(Body):
    """A book with clause and edition, or who gives the formula; ``sha256`` of the text that was read."""

    book: Short = ""
    clause: Short = ""
    edition: Annotated[str, Field(max_length=200)] = ""
    contributor: Short = ""
    sha256: Identifier | None = None


class DosingBody(Body):
    """What the doses are for: a batch of so many servings, a day, or one taking; takings in a day."""

    basis: Basis = "per-day"
    servings: Annotated[int | None, Field(ge=1, le=1000)] = None
    takings: Annotated[int | None, Field(ge=1, le=24)] = None


class ParentBody(Body):
    formula: Identifier
    version: Number


class DraftBody(Body):
    """A formula as typed. ``dosing`` and the doses of all lines are left out on the card of a folk formula."""

    kind: Annotated[ClassWord, Field(alias="class")]
    name: Annotated[str, Field(min_length=1, max_length=40, examples=["麻黄汤"])]
    aliases: Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=12, default_factory=list)]
    form: DosageForm = DosageForm.DECOCTION
    dosing: DosingBody | None = None
    ingredients: Annotated[list[LineBody], Field(min_length=1, max_length=60)]
    indications: Annotated[list[IndicationBody], Field(max_length=20, default_factory=list)]
    source: SourceBody = SourceBody()
    method: Annotated[str, Field(max_length=1200)] = ""
    note: Annotated[str, Field(max_length=600)] = ""
    parent: ParentBody | None = None

    def draft(self) -> Draft:
        dosing, source, parent = self.dosing, self.source, self.parent
        return Draft(
            kind=CLASSES[self.kind],
            name=self.name,
            lines=tuple(line.line() for line in self.ingredients),
            dosing=None if dosing is None else Dosing(dosing.basis, dosing.servings, dosing.takings),
            aliases=tuple(self.aliases),
            form=self.form,
            indications=tuple(one.indication() for one in self.indications),
            source=FormulaSource(
                book=source.book,
                clause=source.clause,
                edition=source.edition,
                contributor=source.contributor,
                sha256=None if source.sha256 is None else Hash32(source.sha256),
            ),
            method=self.method,
            note=self.note,
            parent=None if parent is None else Parent(FormulaId(parent.formula), parent.version),
        )


class ShareBody(Body):
    """A document as ``/api/formulas/documents`` wrote it; ``doses`` names the sealed doses of a folk formula."""

    document: Annotated[str, Field(min_length=2, max_length=16_384)]
    doses: Identifier | None = None

    @property
    def raw(self) -> bytes:
        return self.document.encode(errors="replace")

    @property
    def sealed(self) -> Hash32 | None:
        return None if self.doses is None else Hash32(self.doses)


class StatementBody(Body):
    statement: Statement

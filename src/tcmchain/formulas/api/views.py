"""What the doors of formulas answer."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Field

from tcmchain.formulas.model.document import plain
from tcmchain.formulas.model.formula import FormulaDocument, Ingredient
from tcmchain.formulas.model.shared import COPY, Judgement, SharedFormula, SharedVersion
from tcmchain.formulas.service.assessing import Near
from tcmchain.formulas.service.desks import DeskKey
from tcmchain.formulas.service.shelf import Entry
from tcmchain.terms.herbs import herb
from tcmchain.terms.measures import GramRange
from tcmchain.terms.vocabulary import code


class GramsView(BaseModel):
    """From so many grams to so many, as decimal texts."""

    low: str
    high: str

    @classmethod
    def of(cls, found: GramRange | None) -> "GramsView | None":
        return None if found is None else cls(low=f"{found.low.normalize():f}", high=f"{found.high.normalize():f}")


class IngredientView(BaseModel):
    """A herb of a formula. ``grams`` is on the document's basis, null where it cannot be computed; never zero."""

    herb: str
    zh: str
    name: str
    words: str | None
    convention: str | None
    grams: GramsView | None
    grams_a_day: GramsView | None
    role: str | None
    processing: list[str]
    preparation: str | None

    @classmethod
    def of(cls, document: FormulaDocument, found: Ingredient) -> "IngredientView":
        return cls(
            herb=found.herb,
            zh=herb(found.herb).zh,
            name=found.name,
            words=found.words,
            convention=found.convention,
            grams=GramsView.of(document.grams(found)),
            grams_a_day=GramsView.of(document.grams_a_day(found)),
            role=found.role,
            processing=list(found.processing),
            preparation=found.preparation,
        )


class IndicationView(BaseModel):
    disease: str | None
    disease_name: str | None
    syndrome: str | None
    syndrome_name: str | None
    symptoms: list[str]
    words: str


class DocumentView(BaseModel):
    """What a version says, with grams computed; ``document`` is the whole of it as it was hashed."""

    name: str
    pinyin: str
    aliases: list[str]
    form: str
    dosing: dict[str, Any] | None = Field(description="basis, servings and takings; null on a card")
    ingredients: list[IngredientView]
    indications: list[IndicationView]
    source: dict[str, Any]
    method: str
    note: str
    parent: dict[str, Any] | None

    @classmethod
    def of(cls, document: FormulaDocument) -> "DocumentView":
        said = plain(document)
        shown: Any = {name: said[name] for name in ("name", "pinyin", "aliases", "form", "dosing", "source")}
        shown |= {name: said[name] for name in ("method", "note", "parent")}
        return cls(
            **shown,
            ingredients=[IngredientView.of(document, one) for one in document.ingredients],
            indications=[
                IndicationView(
                    disease=one.disease,
                    disease_name=None if one.disease is None else code("disease", one.disease).zh,
                    syndrome=one.syndrome,
                    syndrome_name=None if one.syndrome is None else code("syndrome", one.syndrome).zh,
                    symptoms=list(one.symptoms),
                    words=one.words,
                )
                for one in document.indications
            ],
        )


class JudgementView(BaseModel):
    approves: bool
    by: str
    statement: str
    at: int
    tx: str

    @classmethod
    def of(cls, found: Judgement) -> "JudgementView":
        return cls(approves=found.approves, by=found.by, statement=found.statement, at=found.at, tx=found.tx)


class VersionView(BaseModel):
    """A version as the chain has it; ``likeness`` in millionths to ``nearest``, null until it was compared."""

    number: int
    content: str
    doses: str | None
    shared: int
    tx: str
    likeness: int | None
    nearest: str | None
    assessed_by: str | None
    dispensable: bool
    judgements: list[JudgementView]

    @classmethod
    def of(cls, formula: SharedFormula, found: SharedVersion) -> "VersionView":
        return cls(
            number=found.number,
            content=found.content,
            doses=found.doses,
            shared=found.shared,
            tx=found.tx,
            likeness=found.likeness if found.assessed_by is not None else None,
            nearest=found.nearest,
            assessed_by=found.assessed_by,
            dispensable=formula.dispensable(found),
            judgements=[JudgementView.of(one) for one in found.judgements],
        )


class FormulaView(BaseModel):
    """A formula; moments are Unix seconds, ``withdrawn`` 0 unless it was."""

    id: str
    author: str
    kind: str = Field(serialization_alias="class")
    name: str
    versions: int
    approved: bool
    withdrawn: int
    shared: int

    @classmethod
    def of(cls, found: SharedFormula) -> "FormulaView":
        return cls(
            id=found.id,
            author=found.author,
            kind=found.kind.word,
            name=found.name,
            versions=found.versions,
            approved=found.approved,
            withdrawn=found.withdrawn,
            shared=found.shared,
        )


class EntryView(BaseModel):
    """A formula with a version; ``document`` is null where a stranger shared what is no formula."""

    formula: FormulaView
    version: VersionView
    document: DocumentView | None

    @classmethod
    def of(cls, found: Entry) -> "EntryView":
        return cls(
            formula=FormulaView.of(found.formula),
            version=VersionView.of(found.formula, found.version),
            document=None if found.document is None else DocumentView.of(found.document),
        )


class PlaceView(BaseModel):
    """Where a document stands."""

    formula: str
    version: int
    content: str


class ListView(BaseModel):
    """Formulas, newest first; ``before`` leads to the next ones, null at the end."""

    formulas: list[EntryView]
    before: int | None
    counts: Mapping[str, int]


class FaultView(BaseModel):
    """What is wrong with a line, counted from 0."""

    line: int
    code: str
    message: str
    choices: list[str]


class NearestView(BaseModel):
    """The earlier formula that a draft is most like, in millionths; ``formula`` is empty where it is not on the chain.

    ``copy`` says that it counts as the same, and would earn nothing.
    """

    formula: str
    name: str
    likeness: int
    copies: bool = Field(serialization_alias="copy")

    @classmethod
    def of(cls, found: Near) -> "NearestView":
        formula, millionths = found.formula or "", found.millionths
        return cls(formula=formula, name=found.name, likeness=millionths, copies=millionths >= COPY)


class WrittenView(BaseModel):
    """A draft as it would stand on the chain; ``document`` is empty as long as there are faults."""

    document: str
    content: str
    faults: list[FaultView]
    lines: list[IngredientView | None] = Field(description="the draft's lines in order, null for those at fault")
    shown: DocumentView | None
    nearest: NearestView | None


class DeskView(BaseModel):
    """A desk that doses are sealed to: the account and its X25519 inbox key."""

    member: str
    account: str
    inbox: str

    @classmethod
    def of(cls, found: DeskKey) -> "DeskView":
        return cls(member=found.member, account=found.account, inbox="0x" + found.inbox.hex())


class SealedView(BaseModel):
    """Sealed doses that the node took in, under their SHA-256."""

    doses: str


class ConflictView(BaseModel):
    """A herb whose doses differ between formulas of one name; a formula without it has null."""

    herb: str
    zh: str
    words: list[str | None]


class ConflictsView(BaseModel):
    """Formulas of one name side by side, and where they differ."""

    formulas: list[FormulaView]
    sources: list[dict[str, Any]]
    conflicts: list[ConflictView]


class ChangeView(BaseModel):
    """What a version changed: the herb, and its line before and after; null where it is not there."""

    herb: str
    zh: str
    before: IngredientView | None
    after: IngredientView | None


class ChangesView(BaseModel):
    earlier: int
    later: int
    fields: list[str]
    ingredients: list[ChangeView]

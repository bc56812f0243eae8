"""Doors that read formulas: lists, versions, changes, conflicts, exports."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from fastapi import Path as PathPart
from fastapi.responses import Response

from tcmchain.formulas.api import bodies as b
from tcmchain.formulas.api import views as v
from tcmchain.formulas.api.exporting import as_csv, as_json
from tcmchain.formulas.model.differing import changed_fields, changes_of, conflicts_of
from tcmchain.formulas.model.document import plain
from tcmchain.formulas.service.building import Formulas
from tcmchain.formulas.service.shelf import Listing
from tcmchain.members.model.genesis import read_account
from tcmchain.terms.herbs import herb
from tcmchain.values import Address, FormulaId, Hash32

MOST = 200
MOST_EXPORTED = 2_000
FormulaPath = Annotated[b.Identifier, PathPart()]
NumberPath = Annotated[b.Number, PathPart()]
ClassQuery = Annotated[b.ClassWord | None, Query(alias="class")]
AuthorQuery = Annotated[str | None, Query(max_length=42, description="account")]
Before = Annotated[int | None, Query(ge=0, le=2**62)]


def reading(found: APIRouter, formulas: Formulas) -> None:
    """Add the doors."""
    _lists(found, formulas)
    _builtin(found, formulas)
    _versions(found, formulas)
    _comparing(found, formulas)


def _listing(limit: int, before: int | None, kind: str | None, author: str | None, waiting: bool = False) -> Listing:
    account = None if author is None else Address(read_account(author))
    return Listing(limit, before, None if kind is None else b.CLASSES[kind], account, waiting)


def _lists(found: APIRouter, formulas: Formulas) -> None:
    @found.get("")
    def list_formulas(
        kind: ClassQuery = None,
        author: AuthorQuery = None,
        waiting: Annotated[bool, Query(description="folk formulas that nobody signed yet")] = False,
        before: Before = None,
        limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
    ) -> v.ListView:
        """Formulas with their newest versions, newest first."""
        entries = formulas.shelf.entries(_listing(limit, before, kind, author, waiting))
        further = entries[-1].formula.step if len(entries) == limit else None
        counts = {kind.word: count for kind, count in formulas.shelf.counts().items()}
        return v.ListView(formulas=[v.EntryView.of(one) for one in entries], before=further, counts=counts)

    @found.get(
        "/export", response_class=Response, responses={200: {"content": {"text/csv": {}, "application/json": {}}}}
    )
    def export(
        format: Annotated[Literal["csv", "json"], Query()] = "json",
        kind: ClassQuery = None,
        author: AuthorQuery = None,
        limit: Annotated[int, Query(ge=1, le=MOST_EXPORTED)] = MOST_EXPORTED,
    ) -> Response:
        """Formulas as CSV, one line a herb, or as JSON; of folk formulas the cards."""
        entries = formulas.shelf.entries(_listing(limit, None, kind, author))
        content, media = (as_csv(entries), "text/csv") if format == "csv" else (as_json(entries), "application/json")
        headers = {"Content-Disposition": f'attachment; filename="formulas.{format}"'}
        return Response(content, media_type=f"{media}; charset=utf-8", headers=headers)


def _builtin(found: APIRouter, formulas: Formulas) -> None:
    @found.get("/builtin")
    def list_builtin() -> list[v.DocumentView]:
        """Classics of the package that are not on the chain yet; nobody has signed them."""
        return [v.DocumentView.of(document) for document in formulas.seeding.missing()]


def _versions(found: APIRouter, formulas: Formulas) -> None:
    @found.get("/by-content/{content}")
    def find_content(content: Annotated[b.Identifier, PathPart()]) -> v.PlaceView:
        """Where a document stands, by its SHA-256: who was first with exactly this formula."""
        version = formulas.shelf.by_content(Hash32(content))
        return v.PlaceView(formula=version.formula, version=version.number, content=version.content)

    @found.get("/{formula}")
    def read_formula(formula: FormulaPath) -> v.EntryView:
        """A formula with its newest version."""
        return v.EntryView.of(formulas.shelf.entry(FormulaId(formula)))

    @found.get("/{formula}/versions")
    def list_versions(formula: FormulaPath) -> list[v.VersionView]:
        """All versions, the first first."""
        known = formulas.shelf.formula(FormulaId(formula))
        return [v.VersionView.of(known, one) for one in formulas.shelf.versions(known.id)]

    @found.get("/{formula}/versions/{number}")
    def read_version(formula: FormulaPath, number: NumberPath) -> v.EntryView:
        """One version."""
        return v.EntryView.of(formulas.shelf.entry(FormulaId(formula), number))

    @found.get("/{formula}/versions/{number}/document", response_class=Response)
    def read_document(formula: FormulaPath, number: NumberPath) -> Response:
        """The document as it stands on the chain; its SHA-256 is the version's ``content``."""
        version = formulas.shelf.version(FormulaId(formula), number)
        return Response(version.document.encode(errors="replace"), media_type="application/json")


def _comparing(found: APIRouter, formulas: Formulas) -> None:
    @found.get("/{formula}/conflicts")
    def list_conflicts(formula: FormulaPath) -> v.ConflictsView:
        """Formulas of the same name side by side, and the herbs on which they do not agree."""
        entries = formulas.shelf.same_name(formulas.shelf.entry(FormulaId(formula)))
        told = [(one, one.document) for one in entries if one.document is not None and one.document.dosing is not None]
        documents = [document for _, document in told]
        return v.ConflictsView(
            formulas=[v.FormulaView.of(one.formula) for one, _ in told],
            sources=[_source(document) for document in documents],
            conflicts=[
                v.ConflictView(herb=one.herb, zh=herb(one.herb).zh, words=list(one.words))
                for one in conflicts_of(documents)
            ],
        )

    @found.get("/{formula}/changes")
    def list_changes(
        formula: FormulaPath,
        earlier: Annotated[b.Number, Query(alias="from")],
        later: Annotated[b.Number, Query(alias="to")],
    ) -> v.ChangesView:
        """What a later version changed."""
        shelf = formulas.shelf
        before, after = (shelf.read(FormulaId(formula), number).document for number in (earlier, later))
        changes = [
            v.ChangeView(
                herb=one.herb,
                zh=herb(one.herb).zh,
                before=None if one.before is None else v.IngredientView.of(before, one.before),
                after=None if one.after is None else v.IngredientView.of(after, one.after),
            )
            for one in changes_of(before, after)
        ]
        fields = list(changed_fields(before, after))
        return v.ChangesView(earlier=earlier, later=later, fields=fields, ingredients=changes)


def _source(document: Any) -> dict[str, Any]:
    said: Any = plain(document)["source"]
    return dict(said)

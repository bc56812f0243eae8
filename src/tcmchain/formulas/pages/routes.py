"""``/formulas/…``: one formula, sharing one, those of the reader, and those that wait to be signed."""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from tcmchain.formulas.model.differing import changed_fields, changes_of, conflicts_of
from tcmchain.formulas.model.formula import FormulaClass, FormulaDocument
from tcmchain.formulas.pages.wording import BASES, FIELDS, FORMS, KINDS, Line, Words, moment, short
from tcmchain.formulas.service.building import Formulas
from tcmchain.formulas.service.sharing import Sharing
from tcmchain.formulas.service.shelf import Entry, Listing, document_in
from tcmchain.terms.herbs import herb
from tcmchain.terms.measures import conventions
from tcmchain.terms.preparations import preparations, roles
from tcmchain.values import FormulaId
from tcmchain.web.i18n import language_of
from tcmchain.web.pages import Pages
from tcmchain.web.session import Caller, caller

_PAGE: Final = 50
_MOST_SOURCES: Final = 6
FormulaPath = Annotated[str, Path(pattern="^0x[0-9a-f]{64}$")]
Number = Annotated[int | None, Query(ge=1, lt=1 << 32)]
Before = Annotated[int | None, Query(ge=0, le=2**62)]


Panel = tuple[str, Callable[[Request, FormulaId], Mapping[str, Any]]]
"""What another slice shows on a formula's page: its template, and what that is given as ``panel``."""


def router(formulas: Formulas, pages: Pages, panels: Sequence[Panel] = ()) -> APIRouter:
    """The pages but those that find."""
    found = APIRouter(prefix="/formulas", include_in_schema=False)
    shown = FormulaPages(formulas)

    @found.get("/share")
    def share(
        request: Request,
        formula: Annotated[str, Query(pattern="^(0x[0-9a-f]{64})?$")] = "",
        version: Number = None,
        variant: bool = False,
    ) -> Response:
        """Share a formula, the next version of one's own, or a variant of another."""
        more = shown.sharing(request, formula, version, variant)
        return pages.render(request, "formulas/share.html", **more)

    @found.get("/mine")
    def mine(request: Request, before: Before = None) -> Response:
        """What the reader shared."""
        reader = caller(request)
        listing = None if reader is None else Listing(_PAGE, before, author=reader.address)
        return pages.render(request, "formulas/mine.html", reader=reader, **shown.listed(request, listing))

    @found.get("/waiting")
    def waiting(request: Request, before: Before = None) -> Response:
        """Folk formulas that wait for a licensed physician."""
        listing = Listing(_PAGE, before, waiting=True)
        reader = caller(request)
        reviews = reader is not None and formulas.sharing.is_physician(reader.address)
        return pages.render(request, "formulas/waiting.html", reviews=reviews, **shown.listed(request, listing))

    @found.get("/builtin")
    def builtin(request: Request) -> Response:
        """Classics of the package that are not on the chain yet: nobody has put a name to them."""
        return pages.render(request, "formulas/builtin.html", rows=shown.builtin(request))

    @found.get("/{formula}")
    def read(request: Request, formula: FormulaPath, version: Number = None) -> Response:
        """One formula."""
        more = shown.detail(request, FormulaId(formula), version)
        looked = [(template, look(request, FormulaId(formula))) for template, look in panels]
        return pages.render(request, "formulas/detail.html", panels=looked, **more)

    return found


class FormulaPages:
    """Gathers what the pages show."""

    def __init__(self, formulas: Formulas) -> None:
        self._formulas = formulas

    def detail(self, request: Request, formula: FormulaId, number: int | None) -> dict[str, Any]:
        """A version with its history, what others said of it, and where sources differ."""
        shelf, words = self._formulas.shelf, self._words(request)
        entry = shelf.entry(formula, number)
        known, version, document = entry.formula, entry.version, entry.document
        nearest = None if version.nearest is None else shelf.named([version.nearest])
        return {
            "formula": known,
            "version": version,
            "document": document,
            "kind": KINDS[known.kind],
            "lines": [] if document is None else words.lines(document),
            "uses": [] if document is None else words.uses(document),
            "source": "" if document is None else words.source(document),
            "dosing": "" if document is None else words.dosing(document),
            "convention": "" if document is None else words.convention(document),
            "form": "" if document is None else words.say(FORMS[document.form]),
            "author": words.author(known.author),
            "standing": words.standing(known, version),
            "likeness": words.likeness(version),
            "nearest": nearest[0].formula if nearest else None,
            "said": [(one, words.author(one.by), moment(one.at)) for one in version.judgements],
            "history": self._history(words, known.id),
            "shared": moment(version.shared),
            "short": short,
            **self._differing(words, entry),
            **self._reader(caller(request), entry),
        }

    def listed(self, request: Request, listing: Listing | None) -> dict[str, Any]:
        """A list of formulas."""
        words = self._words(request)
        entries = [] if listing is None else self._formulas.shelf.entries(listing)
        rows = [self._row(words, one) for one in entries]
        further = entries[-1].formula.step if listing is not None and len(entries) == listing.limit else None
        return {"rows": rows, "before": further, "short": short}

    def builtin(self, request: Request) -> list[dict[str, Any]]:
        """Classics that come with the package and stand on no chain."""
        words = self._words(request)
        return [
            {
                "document": document,
                "lines": words.lines(document),
                "uses": words.uses(document),
                "source": words.source(document),
                "dosing": words.dosing(document),
            }
            for document in self._formulas.seeding.missing()
        ]

    def sharing(self, request: Request, formula: str, number: int | None, variant: bool) -> dict[str, Any]:
        """The form, filled with a version to be changed."""
        words, reader = self._words(request), caller(request)
        entry = self._formulas.shelf.entry(FormulaId(formula), number) if formula else None
        document = None if entry is None else entry.document
        sharing = self._formulas.sharing
        return {
            "entry": entry,
            "document": document,
            "revises": "" if entry is None or variant else entry.formula.id,
            "parent": entry if entry is not None and variant else None,
            "lines": _drafts(document),
            "kinds": [
                (kind, *KINDS[kind], reader is None or sharing.may_share(kind, reader.address)) for kind in FormulaClass
            ],
            "chosen": _chosen(reader, sharing) if document is None or variant else document.kind,
            "forms": [(form.value, words.say(title)) for form, title in FORMS.items()],
            "bases": [(basis, words.say(title)) for basis, title in BASES.items()],
            "conventions": [(one.id, one.name(words.language)) for one in conventions().values()],
            "roles": [(one.id, one.name(words.language)) for one in roles().values()],
            "preparations": [(one.id, one.name(words.language)) for one in preparations().values()],
            "reader": reader,
        }

    def _words(self, request: Request) -> Words:
        return Words(self._formulas.roll, language_of(request))

    def _row(self, words: Words, entry: Entry) -> dict[str, Any]:
        document = entry.document
        return {
            "formula": entry.formula,
            "kind": KINDS[entry.formula.kind],
            "herbs": [] if document is None else [one.name for one in document.ingredients],
            "uses": [] if document is None else words.uses(document),
            "author": words.author(entry.formula.author),
            "when": moment(entry.version.shared),
            "standing": words.standing(entry.formula, entry.version),
        }

    def _history(self, words: Words, formula: FormulaId) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        before: FormulaDocument | None = None
        for version in self._formulas.shelf.versions(formula):
            document = document_in(version)
            changes = _changes(words, before, document) if before is not None and document is not None else []
            found.append({"version": version, "when": moment(version.shared), "changes": changes})
            before = document or before
        return found[::-1]

    def _differing(self, words: Words, entry: Entry) -> dict[str, Any]:
        """Other formulas of the same name, and the herbs on which they do not agree."""
        same = [one for one in self._formulas.shelf.same_name(entry) if one.formula.kind is FormulaClass.CLASSIC]
        told = [(one, one.document) for one in same if one.document is not None and one.document.dosing is not None]
        told = told[:_MOST_SOURCES]
        if len(told) < 2:
            return {"sources": [], "conflicts": []}
        conflicts = conflicts_of([document for _, document in told])
        return {
            "sources": [(one.formula, *words.cited(document)) for one, document in told],
            "conflicts": [(herb(one.herb).zh, one.words) for one in conflicts],
        }

    def _reader(self, reader: Caller | None, entry: Entry) -> dict[str, Any]:
        """What the reader may do."""
        known, sharing = entry.formula, self._formulas.sharing
        if reader is None:
            return {"reader": None, "owns": False, "judges": False, "opens": False}
        owns = reader.address == known.author
        open_still = not known.withdrawn and entry.version.approval is None
        judges = open_still and not owns and sharing.is_physician(reader.address)
        opens = entry.version.doses is not None and self._formulas.doses.is_licensed(reader.address)
        return {"reader": reader, "owns": owns and not known.withdrawn, "judges": judges, "opens": opens}


def _chosen(reader: Caller | None, sharing: Sharing) -> FormulaClass:
    """The class that a new formula of the reader most likely has."""
    physician = reader is not None and sharing.is_physician(reader.address)
    return FormulaClass.LICENSED if physician else FormulaClass.FOLK


def _changes(words: Words, before: FormulaDocument, after: FormulaDocument) -> list[str]:
    """What a version changed, in words."""
    found = [words.say("改了%(what)s", what=words.say(FIELDS[name])) for name in changed_fields(before, after)]
    old = {one.herb: one for one in words.lines(before)}
    new = {one.herb: one for one in words.lines(after)}
    for change in changes_of(before, after):
        was, now = old.get(change.herb), new.get(change.herb)
        if was is None and now is not None:
            found.append(words.say("加 %(herb)s", herb=_told(now)))
        elif now is None and was is not None:
            found.append(words.say("去 %(herb)s", herb=_told(was)))
        elif was is not None and now is not None:
            found.append(f"{_told(was)} → {_told(now)}")
    return found


def _told(line: Line) -> str:
    return " ".join(part for part in (line.name, line.words, line.role, line.processing, line.preparation) if part)


def _drafts(document: FormulaDocument | None) -> list[dict[str, str]]:
    """Lines of a form; three empty ones for a new formula."""
    if document is None:
        return [dict.fromkeys(("name", "words", "convention", "role", "processing", "preparation"), "")] * 3
    return [
        {
            "name": one.name,
            "words": one.words or "",
            "convention": one.convention or "",
            "role": one.role or "",
            "processing": " ".join(one.processing),
            "preparation": one.preparation or "",
        }
        for one in document.ingredients
    ]

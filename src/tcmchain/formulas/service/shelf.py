"""What stands written of formulas: versions with their documents, what was said of them, where sources differ."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tcmchain.errors import TcmChainError
from tcmchain.formulas.model.document import read_document
from tcmchain.formulas.model.errors import DocumentUnreadable
from tcmchain.formulas.model.folk import join
from tcmchain.formulas.model.formula import FormulaClass, FormulaDocument, FormulaVersion
from tcmchain.formulas.model.refusals import FormulaUnknown, NotDispensable
from tcmchain.formulas.model.shared import SharedFormula, SharedVersion
from tcmchain.formulas.readmodel.records import FormulasRecords
from tcmchain.formulas.service.doses import Doses
from tcmchain.values import Address, FormulaId, Hash32


@dataclass(frozen=True, slots=True)
class Entry:
    """A formula with one of its versions; ``document`` is none where a stranger shared what is no formula."""

    formula: SharedFormula
    version: SharedVersion
    document: FormulaDocument | None


@dataclass(frozen=True, slots=True)
class Listing:
    """Which formulas to list: those before a step, of a class, of an author, or those that wait to be signed."""

    limit: int = 50
    before: int | None = None
    kind: FormulaClass | None = None
    author: Address | None = None
    waiting: bool = False


class Shelf:
    """Reads for everybody; doses of folk formulas are for the licensed."""

    def __init__(self, records: FormulasRecords, doses: Doses) -> None:
        self._records = records
        self._doses = doses

    def formula(self, formula: FormulaId) -> SharedFormula:
        """A formula; raises :class:`FormulaUnknown`."""
        found = self._records.formula(formula)
        if found is None:
            raise FormulaUnknown(formula=formula, version=0)
        return found

    def version(self, formula: FormulaId, number: int | None = None) -> SharedVersion:
        """A version, the newest one unless a number is given; raises :class:`FormulaUnknown`."""
        wanted = self.formula(formula).versions if number is None else number
        found = self._records.version(formula, wanted)
        if found is None:
            raise FormulaUnknown(formula=formula, version=wanted)
        return found

    def by_content(self, content: Hash32) -> SharedVersion:
        """The version that has exactly this document; raises :class:`FormulaUnknown`."""
        found = self._records.by_content(content)
        if found is None:
            raise FormulaUnknown(formula=content, version=0)
        return found

    def versions(self, formula: FormulaId) -> Sequence[SharedVersion]:
        """All versions, the first first; raises :class:`FormulaUnknown`."""
        self.formula(formula)
        return self._records.versions(formula)

    def entry(self, formula: FormulaId, number: int | None = None) -> Entry:
        """A formula with one of its versions; raises :class:`FormulaUnknown`."""
        version = self.version(formula, number)
        return Entry(self.formula(formula), version, document_in(version))

    def entries(self, listing: Listing) -> Sequence[Entry]:
        """Formulas with their newest versions, newest first."""
        found = self._records.formulas(listing.limit, listing.before, listing.kind, listing.author, listing.waiting)
        return self._entries(found)

    def named(self, ids: Sequence[FormulaId]) -> Sequence[Entry]:
        """Formulas by their ids with their newest versions, in the order given; unknown ones are left out."""
        known = self._records.named(ids)
        return self._entries([known[id] for id in ids if id in known])

    def same_name(self, entry: Entry) -> Sequence[Entry]:
        """Every formula of the same name that is not withdrawn, the oldest first: sources that may differ."""
        if not entry.formula.name:
            return [entry]
        return self._entries([one for one in self._records.called(entry.formula.name) if not one.withdrawn])

    def counts(self) -> Mapping[FormulaClass, int]:
        """How many formulas there are of each class."""
        return self._records.counts()

    def read(self, formula: FormulaId, number: int | None = None) -> FormulaVersion:
        """A version with what it says; raises :class:`FormulaUnknown` and ``DocumentUnreadable``."""
        entry = self.entry(formula, number)
        return version_of(entry)

    async def whole(self, formula: FormulaId, number: int | None, by: Address) -> FormulaDocument:
        """A version with its doses, for an account with a licence in force where they are sealed.

        Raises :class:`FormulaUnknown`, ``DocumentUnreadable`` and what ``Doses.open`` raises.
        """
        entry = self.entry(formula, number)
        document = version_of(entry).document
        if document.kind is not FormulaClass.FOLK:
            return document
        sheet = await self._doses.open(entry.formula, entry.version, by)
        return join(entry.version.document.encode(), sheet)

    async def prescribable(self, formula: FormulaId, number: int, by: Address) -> FormulaDocument:
        """A version to prescribe from, with its doses.

        Raises :class:`NotDispensable` for a formula that was withdrawn or a folk one that nobody signed, and as
        :meth:`whole`.
        """
        entry = self.entry(formula, number)
        if not entry.formula.dispensable(entry.version):
            raise NotDispensable(formula=formula, version=number)
        return await self.whole(formula, number, by)

    def _entries(self, found: Sequence[SharedFormula]) -> list[Entry]:
        newest = self._records.newest(found)
        pairs = ((one, newest[one.id]) for one in found if one.id in newest)
        return [Entry(formula, version, document_in(version)) for formula, version in pairs]


def document_in(version: SharedVersion) -> FormulaDocument | None:
    """What a version says; none where it is no formula, or one with terms that this node does not have."""
    try:
        return checked_document(version)
    except TcmChainError:
        return None


def checked_document(version: SharedVersion) -> FormulaDocument:
    """What a version says, held against its hash; raises ``DocumentUnreadable`` and what reading raises."""
    raw = version.document.encode(errors="replace")
    if Hash32("0x" + hashlib.sha256(raw).hexdigest()) != version.content:
        raise DocumentUnreadable(where="", reason="another hash")
    return read_document(raw)


def version_of(entry: Entry) -> FormulaVersion:
    """The version as the chain has it, with what it says; raises as :func:`checked_document`."""
    formula, version = entry.formula, entry.version
    approval = version.approval
    return FormulaVersion(
        formula=formula.id,
        number=version.number,
        author=formula.author,
        shared=version.shared,
        content=version.content,
        doses=version.doses,
        likeness=version.likeness if version.assessed_by is not None else None,
        nearest=version.nearest,
        approver=None if approval is None else approval.by,
        document=entry.document or checked_document(version),
    )

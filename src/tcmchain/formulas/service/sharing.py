"""Sharing and judging: what is asked becomes a call, which the person signs."""

from collections.abc import Sequence
from typing import Final

from tcmchain.chain.calls import Call
from tcmchain.formulas.contract import FormulasCalls
from tcmchain.formulas.model.document import digest, is_card, read_document
from tcmchain.formulas.model.errors import DosesShown
from tcmchain.formulas.model.formula import FormulaClass, FormulaDocument
from tcmchain.formulas.model.refusals import (
    FormulaClosed,
    FormulaKnownAlready,
    FormulaRefused,
    NotAuthor,
    NotLicensed,
    OwnFormula,
    TextTooLong,
)
from tcmchain.formulas.readmodel.records import FormulasRecords
from tcmchain.formulas.service.shelf import Shelf
from tcmchain.members.service.roll import Roll
from tcmchain.practitioners.service import Practitioners
from tcmchain.values import Address, FormulaId, Hash32

PHYSICIAN: Final = "physician"
_MOST_STATEMENT: Final = 4_096


class Sharing:
    """Every write is signed by the account that it speaks for; the contract checks all of it once more."""

    def __init__(
        self,
        calls: FormulasCalls,
        records: FormulasRecords,
        shelf: Shelf,
        practitioners: Practitioners,
        roll: Roll,
    ) -> None:
        self._calls = calls
        self._records = records
        self._shelf = shelf
        self._practitioners = practitioners
        self._roll = roll

    def may_share(self, kind: FormulaClass, account: Address) -> bool:
        """Anyone a folk formula, a licensed physician one of his own, and a physician or member a classic one."""
        if kind is FormulaClass.FOLK or self.is_physician(account):
            return True
        member = self._roll.member_of(account)
        return kind is FormulaClass.CLASSIC and member is not None and self._roll.may_act(member)

    def is_physician(self, account: Address) -> bool:
        """Whether an account holds a physician's licence that is in force."""
        return self._practitioners.may_act(account, PHYSICIAN)

    def share(self, raw: bytes, doses: Hash32 | None, by: Address) -> list[Call]:
        """Share a formula.

        Raises :class:`NotLicensed`, :class:`FormulaKnownAlready`, :class:`FormulaRefused` and what reading the
        document raises.
        """
        document = self._checked(raw, doses)
        if not self.may_share(document.kind, by):
            raise NotLicensed(account=by)
        return [self._calls.share(document.kind, raw.decode(), doses)]

    def revise(self, formula: FormulaId, raw: bytes, doses: Hash32 | None, by: Address) -> list[Call]:
        """Share the next version, as the author; raises :class:`NotAuthor`, :class:`FormulaClosed` and as sharing."""
        known = self._shelf.formula(formula)
        if known.author != by:
            raise NotAuthor(formula=formula, account=by)
        if known.withdrawn:
            raise FormulaClosed(formula=formula, version=known.versions)
        if self._checked(raw, doses).kind is not known.kind:
            raise FormulaRefused
        return [self._calls.revise(formula, raw.decode(), doses)]

    def approve(self, formula: FormulaId, version: int, statement: str, by: Address) -> list[Call]:
        """Sign a version; raises :class:`NotLicensed`, :class:`OwnFormula`, :class:`FormulaClosed`."""
        self._judge(formula, version, statement, by)
        return [self._calls.approve(formula, version, statement)]

    def reject(self, formula: FormulaId, version: int, statement: str, by: Address) -> list[Call]:
        """Say why a version is not signed; raises as :meth:`approve`."""
        self._judge(formula, version, statement, by)
        return [self._calls.reject(formula, version, statement)]

    def withdraw(self, formula: FormulaId, by: Address) -> list[Call]:
        """Take a formula back; raises :class:`NotAuthor` and :class:`FormulaClosed`."""
        known = self._shelf.formula(formula)
        if known.author != by:
            raise NotAuthor(formula=formula, account=by)
        if known.withdrawn:
            raise FormulaClosed(formula=formula, version=known.versions)
        return [self._calls.withdraw(formula)]

    def together(self, calls: Sequence[Call]) -> Call:
        """Several calls of one account as one transaction."""
        return self._calls.together(calls)

    def _checked(self, raw: bytes, doses: Hash32 | None) -> FormulaDocument:
        document = read_document(raw)
        folk = document.kind is FormulaClass.FOLK
        if folk and not is_card(document):
            raise DosesShown(name=document.ingredients[0].name)
        if folk != (doses is not None):
            raise FormulaRefused
        known = self._records.by_content(digest(raw))
        if known is not None:
            raise FormulaKnownAlready(formula=known.formula)
        return document

    def _judge(self, formula: FormulaId, version: int, statement: str, by: Address) -> None:
        known, judged = self._shelf.formula(formula), self._shelf.version(formula, version)
        if not self.is_physician(by):
            raise NotLicensed(account=by)
        if known.author == by:
            raise OwnFormula(formula=formula, account=by)
        if known.withdrawn or judged.approval is not None:
            raise FormulaClosed(formula=formula, version=version)
        given = len(statement.encode())
        if not statement.strip():
            raise FormulaRefused
        if given > _MOST_STATEMENT:
            raise TextTooLong(most=_MOST_STATEMENT, given=given)

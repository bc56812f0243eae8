"""The classics that come with the package: on the chain from the first start on, shared by a member's own account."""

import logging
from asyncio import to_thread
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Final

from tcmchain.chain.calls import Call
from tcmchain.errors import Conflict
from tcmchain.formulas.contract import CHAIN
from tcmchain.formulas.model.document import digest, write_document
from tcmchain.formulas.model.formula import FormulaClass, FormulaDocument
from tcmchain.formulas.model.seeds import seed_documents
from tcmchain.formulas.readmodel.records import FormulasRecords
from tcmchain.formulas.service.assessing import Chain
from tcmchain.formulas.service.shelf import document_in
from tcmchain.values import Address, FormulaId, Hash32

_TOGETHER: Final = 20
_log = logging.getLogger(__name__)


@cache
def _seeds() -> tuple[tuple[Hash32, bytes, FormulaDocument], ...]:
    written = ((write_document(document), document) for document in seed_documents())
    return tuple((digest(raw), raw, document) for raw, document in written)


def seeds() -> Iterable[tuple[Hash32, FormulaDocument]]:
    """Every classic of the package with the hash of its document."""
    return [(content, document) for content, _, document in _seeds()]


class Seeding:
    """Shares what is not on the chain yet, once a member's account is in the keystore of the founding node."""

    def __init__(self, records: FormulasRecords, chain: Chain, founded: bool) -> None:
        self._records = records
        self._chain = chain
        self._founded = founded
        self._done = False

    async def go_on(self) -> int:
        """Share the classics that are missing, many in one transaction; answers how many."""
        if self._done or not self._founded:
            return 0
        signer = await to_thread(self._chain.acting.caring)
        if signer is None:
            return 0
        calls = await to_thread(self._calls, signer.address)
        sent = []
        for part in _parts(calls):
            together = self._chain.calls.together(part)
            try:
                await self._chain.sender.check([together], signer.address)
            except Conflict as error:
                # Somebody shared one of them meanwhile; the next round leaves it out.
                _log.info("classics wait: %s", error.code)
                return 0
            sent += await self._chain.sender.send([together], signer)
        for tx in sent:
            await self._chain.sender.wait(CHAIN, tx)
        self._done = True
        return len(calls)

    def missing(self) -> Sequence[FormulaDocument]:
        """Classics of the package that are not on the chain."""
        known = self._records.contents()
        return [document for content, _, document in _seeds() if content not in known]

    def _calls(self, author: Address) -> list[Call]:
        """What is to be shared; what stands on the chain in other words of the same source gets its next version."""
        known = self._records.contents()
        wanted = [(raw, document) for content, raw, document in _seeds() if content not in known]
        standing = self._standing(author, {document.name for _, document in wanted})
        calls = []
        for raw, document in wanted:
            earlier = standing.pop(_place(document), None)
            text = raw.decode()
            share = self._chain.calls.share(FormulaClass.CLASSIC, text)
            calls.append(share if earlier is None else self._chain.calls.revise(earlier, text))
        return calls

    def _standing(self, author: Address, names: Iterable[str]) -> dict[tuple[str, str, str, str], FormulaId]:
        """Classics that this account shared before, by name and place in their source."""
        found = {}
        for name in names:
            mine = [one for one in self._records.called(name) if one.author == author and not one.withdrawn]
            for version in self._records.newest([one for one in mine if one.kind is FormulaClass.CLASSIC]).values():
                document = document_in(version)
                if document is not None:
                    found[_place(document)] = version.formula
        return found


def _place(document: FormulaDocument) -> tuple[str, str, str, str]:
    source = document.source
    return document.name, source.book, source.clause, source.edition


def _parts(calls: Sequence[Call]) -> Iterator[Sequence[Call]]:
    for at in range(0, len(calls), _TOGETHER):
        yield calls[at : at + _TOGETHER]

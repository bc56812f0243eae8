"""The classics that come with the package: on the chain from the first start on, shared by a member's own account."""

import asyncio
import logging
from asyncio import to_thread
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Final

from tcmchain.chain.calls import Call
from tcmchain.chain.signers import LocalSigner
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
        self._lock = asyncio.Lock()

    async def go_on(self) -> int:
        """Share the classics that are missing, many in one transaction; answers how many."""
        async with self._lock:
            return 0 if self._done or not self._founded else await self._share()

    async def _share(self) -> int:
        signer = await to_thread(self._chain.acting.caring)
        if signer is None:
            return 0
        wanted = await to_thread(self._calls, signer)
        sent = []
        for by, part in _parts(wanted):
            together = self._chain.calls.together(part)
            try:
                await self._chain.sender.check([together], by.address)
            except Conflict as error:
                # Somebody shared one of them meanwhile; the next round leaves it out.
                _log.info("classics wait: %s", error.code)
                return 0
            sent += await self._chain.sender.send([together], by)
        for tx in sent:
            await self._chain.sender.wait(CHAIN, tx)
        self._done = True
        return len(wanted)

    def missing(self) -> Sequence[FormulaDocument]:
        """Classics of the package that are not on the chain."""
        known = self._records.contents()
        return [document for content, _, document in _seeds() if content not in known]

    def _calls(self, signer: LocalSigner) -> list[tuple[LocalSigner, Call]]:
        """What is to be shared, and by whom.

        What stands on the chain in other words of the same source gets its next version, by the account that shared
        it; what is new is shared by ``signer``.
        """
        known = self._records.contents()
        wanted = [(raw, document) for content, raw, document in _seeds() if content not in known]
        standing = self._standing({document.name for _, document in wanted})
        calls = []
        for raw, document in wanted:
            author, earlier = standing.pop(_place(document), (signer, None))
            text = raw.decode()
            share = self._chain.calls.share(FormulaClass.CLASSIC, text)
            calls.append((author, share if earlier is None else self._chain.calls.revise(earlier, text)))
        return calls

    def _standing(self, names: Iterable[str]) -> dict[tuple[str, str, str, str], tuple[LocalSigner, FormulaId | None]]:
        """Classics that accounts of this node shared before, by name and place in their source."""
        ours = self._chain.acting.all()
        found: dict[tuple[str, str, str, str], tuple[LocalSigner, FormulaId | None]] = {}
        for name in names:
            mine = [one for one in self._records.called(name) if one.author in ours and not one.withdrawn]
            classics = {one.id: one for one in mine if one.kind is FormulaClass.CLASSIC}
            for version in self._records.newest(list(classics.values())).values():
                document = document_in(version)
                if document is not None:
                    found[_place(document)] = ours[classics[version.formula].author], version.formula
        return found


def _place(document: FormulaDocument) -> tuple[str, str, str, str]:
    source = document.source
    return document.name, source.book, source.clause, source.edition


def _parts(wanted: Sequence[tuple[LocalSigner, Call]]) -> Iterator[tuple[LocalSigner, Sequence[Call]]]:
    """Calls of one account, so many at a time."""
    by_account: dict[Address, list[tuple[LocalSigner, Call]]] = {}
    for signer, call in wanted:
        by_account.setdefault(signer.address, []).append((signer, call))
    for own in by_account.values():
        for at in range(0, len(own), _TOGETHER):
            yield own[0][0], [call for _, call in own[at : at + _TOGETHER]]

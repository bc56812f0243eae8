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
from tcmchain.values import Hash32

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
        missing = await to_thread(self._missing)
        calls = [self._chain.calls.share(FormulaClass.CLASSIC, raw.decode()) for raw in missing]
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
        return len(missing)

    def missing(self) -> Sequence[FormulaDocument]:
        """Classics of the package that are not on the chain."""
        known = self._records.contents()
        return [document for content, _, document in _seeds() if content not in known]

    def _missing(self) -> list[bytes]:
        known = self._records.contents()
        return [raw for content, raw, _ in _seeds() if content not in known]


def _parts(calls: Sequence[Call]) -> Iterator[Sequence[Call]]:
    for at in range(0, len(calls), _TOGETHER):
        yield calls[at : at + _TOGETHER]

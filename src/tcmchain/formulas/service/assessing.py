"""Comparing what is shared with all that was shared before, by the node itself, before anything earns."""

import asyncio
import logging
from asyncio import to_thread
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Final

from tcmchain.chain.sender import Sender
from tcmchain.chain.signers import LocalSigner
from tcmchain.errors import Conflict, Invalid, NotPermitted, TcmChainError
from tcmchain.formulas.contract import CHAIN, FormulasCalls
from tcmchain.formulas.model.folk import join
from tcmchain.formulas.model.formula import FormulaClass, FormulaDocument
from tcmchain.formulas.model.novelty import Neighbour, Neighbours, Profile, profile_of
from tcmchain.formulas.model.refusals import FormulaUnknown
from tcmchain.formulas.model.shared import SharedFormula, SharedVersion
from tcmchain.formulas.readmodel.records import FormulasRecords
from tcmchain.formulas.service.acting import Acting
from tcmchain.formulas.service.doses import Doses
from tcmchain.formulas.service.shelf import document_in
from tcmchain.members.service.roll import Roll
from tcmchain.values import FormulaId, Hash32

_PERCENT: Final = 10_000

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Chain:
    """How the node speaks to the chain for itself."""

    calls: FormulasCalls
    sender: Sender
    acting: Acting


@dataclass(frozen=True, slots=True)
class Near:
    """The earlier formula that something is most like; ``formula`` is none where it is not on the chain."""

    formula: FormulaId | None
    name: str
    millionths: int


class Assessing:
    """Keeps all formulas in memory in the order in which they were shared, and assesses each new one once.

    ``first`` are documents that count as earlier than all, such as the classics that come with the package, under the
    hash of their document; when such a one stands on the chain, the answer names it there.
    """

    def __init__(
        self,
        records: FormulasRecords,
        doses: Doses,
        roll: Roll,
        chain: Chain,
        first: Callable[[], Iterable[tuple[Hash32, FormulaDocument]]],
    ) -> None:
        self._records = records
        self._doses = doses
        self._roll = roll
        self._chain = chain
        self._first = first
        self._neighbours: Neighbours | None = None
        self._step = -1
        self._names: dict[FormulaId, str] = {}
        self._waiting: dict[tuple[FormulaId, int], Neighbour | None] = {}
        self._lock = asyncio.Lock()

    async def go_on(self) -> int:
        """Take in what was shared since, and assess what nobody did; answers how many."""
        async with self._lock:
            if self._neighbours is None or await to_thread(self._records.last_step) < self._step:
                # After a reorganisation of the chain, the order is another one.
                self._neighbours, self._step = await to_thread(self._begin), -1
                self._waiting.clear()
            while found := await to_thread(self._records.versions_after, self._step):
                known = await to_thread(self._records.named, [version.formula for version in found])
                for version in found:
                    if version.formula in known:
                        await self._take_in(self._neighbours, known[version.formula], version)
                    self._step = version.step
            return await self._assess_waiting()

    async def nearest(self, document: FormulaDocument, but: FormulaId | None = None) -> Near | None:
        """The formula on the chain, or among the first, that a document is most like, of those taken in so far."""
        if self._neighbours is None:
            return None
        found = await to_thread(self._neighbours.nearest, profile_of(document), but)
        return None if found is None else await to_thread(self._near, found)

    def _near(self, found: Neighbour) -> Near:
        formula = self._on_chain(found.formula)
        known = None if formula is None else self._records.formula(formula)
        name = self._names.get(found.formula, "") if known is None else known.name
        return Near(formula, name, found.millionths)

    def _begin(self) -> Neighbours:
        made = Neighbours()
        for content, document in self._first():
            self._names[FormulaId(content)] = document.name
            made.add(FormulaId(content), profile_of(document))
        return made

    async def _take_in(self, known: Neighbours, formula: SharedFormula, version: SharedVersion) -> None:
        if FormulaId(version.content) in self._names:
            # It came with the package, and is in already.
            return
        shares = await self._profile(formula, version)
        if shares is None:
            return
        # Classics earn nothing, and need no comparing on the chain.
        if formula.kind is not FormulaClass.CLASSIC and version.assessed_by is None:
            found = await to_thread(known.nearest, shares, formula.id)
            self._waiting[formula.id, version.number] = found
        await to_thread(partial(known.add, formula.id, shares, sealed=version.doses is not None))

    async def _assess_waiting(self) -> int:
        """Assess what still waits; what no account of this node may assess goes on waiting for one, or for others."""
        made = 0
        for (id, number), found in list(self._waiting.items()):
            formula = await to_thread(self._records.formula, id)
            version = await to_thread(self._records.version, id, number)
            if formula is None or version is None or version.assessed_by is not None or formula.withdrawn:
                del self._waiting[id, number]
                continue
            author = await to_thread(self._roll.member_of, formula.author)
            signer = await to_thread(self._chain.acting.voter, None if author is None else author.id)
            if signer is not None:
                made += await self._assess(signer, version, found)
        return made

    async def _assess(self, signer: LocalSigner, version: SharedVersion, found: Neighbour | None) -> bool:
        """Sign what was found; it waits on where the chain does not let this account (yet)."""
        nearest = None if found is None else await to_thread(self._on_chain, found.formula)
        # One of the first may stand on the chain as an earlier version of this very formula.
        nearest = None if nearest == version.formula else nearest
        likeness = 0 if found is None else found.millionths
        if version.doses is not None:
            # Everybody reads this number; its last digits would tell of the doses.
            likeness -= likeness % _PERCENT
        call = self._chain.calls.assess(version.formula, version.number, nearest, likeness)
        try:
            await self._chain.sender.check([call], signer.address)
            (tx,) = await self._chain.sender.send([call], signer)
            await self._chain.sender.wait(CHAIN, tx)
        except (Conflict, FormulaUnknown, Invalid, NotPermitted) as error:
            # Another member was quicker, the author took it back, or the contract will have none of it: what cannot be
            # assessed must not keep others waiting.
            _log.info("a formula was not assessed: %s", error.code)
            return False
        return True

    def _on_chain(self, formula: FormulaId) -> FormulaId | None:
        """Where one of the first stands on the chain, none where it does not."""
        if self._records.formula(formula) is not None:
            return formula
        known = self._records.by_content(Hash32(formula))
        return None if known is None else known.formula

    async def _profile(self, formula: SharedFormula, version: SharedVersion) -> Profile | None:
        document = await to_thread(document_in, version)
        if document is None:
            return None
        if version.doses is not None:
            # Without its doses a card is compared by its herbs alone.
            with suppress(TcmChainError):
                sheet = await self._doses.open_here(formula, version)
                document = join(version.document.encode(), sheet)
        return await to_thread(profile_of, document)

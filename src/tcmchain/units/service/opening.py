"""Opening units: what the hidden code signs, and the node's account that brings it to the chain for everybody."""

import time
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool

from tcmchain.chain.abi import checksum
from tcmchain.chain.calls import Call
from tcmchain.chain.sender import Sender
from tcmchain.chain.signers import Signer
from tcmchain.chain.typed_data import TypedData, recover
from tcmchain.units.contract import UnitsCalls
from tcmchain.units.model.codes import Serial
from tcmchain.units.model.errors import NotProven, OpenedAlready, OpenedInFuture, UnknownUnit, WithoutCodes
from tcmchain.units.model.opening import Opening
from tcmchain.units.readmodel.records import UnitsRecords
from tcmchain.units.service.trees import Trees
from tcmchain.values import Hash32, LotId

_DAY = 86_400


class Openings:
    """Relays openings. The signature is the proof, so nobody signs in; a unit can be opened once, so none floods."""

    def __init__(
        self,
        calls: UnitsCalls,
        records: UnitsRecords,
        trees: Trees,
        sender: Sender,
        relay: Signer,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._calls = calls
        self._records = records
        self._trees = trees
        self._sender = sender
        self._relay = relay
        self._now = now

    def typed(self, opening: Opening) -> TypedData:
        """What the unit's key signs."""
        return self._calls.opening(opening)

    def call(self, opening: Opening, signature: str) -> Call:
        """The call that opens a unit, for any account to send.

        Raises ``WithoutCodes``, ``TreeMissing``, ``UnknownUnit``, ``NotProven``, ``OpenedInFuture``,
        ``OpenedAlready`` and ``SignatureInvalid``.
        """
        root = self._root(opening.lot)
        proof = self._trees.proof(root, opening.serial)
        if proof is None:
            raise UnknownUnit(lot=opening.lot, serial=str(opening.serial))
        if recover(self._calls.opening(opening).digest(), signature) != checksum("0x" + proof.address.hex()):
            raise NotProven(lot=opening.lot, serial=str(opening.serial))
        self._fresh(opening)
        return self._calls.open(opening, proof.siblings, signature)

    async def relay(self, opening: Opening, signature: str) -> Hash32:
        """Bring an opening to the chain as the node's own account; answers the transaction, which is on its way.

        Raises as :meth:`call` does; two at once are settled by the chain.
        """
        call = await run_in_threadpool(self.call, opening, signature)
        await self._sender.check([call], self._relay.address)
        (tx,) = await self._sender.send([call], self._relay)
        return tx

    def opened(self, lot: LotId, serial: Serial) -> bool:
        """Whether a unit was opened, as far as the index has come."""
        return self._records.opened(lot, serial) is not None

    def _fresh(self, opening: Opening) -> None:
        before = self._records.opened(opening.lot, opening.serial)
        if before is not None:
            raise OpenedAlready(lot=opening.lot, serial=str(opening.serial), opened=before.recorded)
        if opening.happened > self._now() + _DAY:
            raise OpenedInFuture(happened=opening.happened)

    def _root(self, lot: LotId) -> Hash32:
        packed = self._records.packed(lot)
        if packed is None or packed.root is None:
            raise WithoutCodes(lot=lot)
        return packed.root

"""Sealed doses of folk formulas at this node: taken in, kept as blocks, opened for who is licensed."""

import hashlib
import time
from asyncio import to_thread
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tcmchain.crypto.errors import SealBroken
from tcmchain.crypto.letters import Use, open_letter
from tcmchain.formulas.model.refusals import DosesClosed, DosesElsewhere, DosesTorn, SealedDosesMissing, TooManyDoses
from tcmchain.formulas.model.sealed import SCHEMA, SealedDoses, bound, read_sealed
from tcmchain.formulas.model.shared import SharedFormula, SharedVersion
from tcmchain.formulas.readmodel.handed_in import HandedIn
from tcmchain.formulas.readmodel.records import FormulasRecords
from tcmchain.formulas.service.desks import DeskKey, DoseDesks
from tcmchain.ipfs.cid import Codec, make_cid
from tcmchain.ipfs.errors import BlockErased, BlockMissing
from tcmchain.ipfs.store import BlockStore
from tcmchain.members.service.roll import Roll
from tcmchain.practitioners.service import Practitioners
from tcmchain.values import Address, Cid, Hash32, UnixTime
from tcmchain.web.allowance import Allowance

A_MINUTE: Final = 20
SCOPES: Final = ("physician", "pharmacist")
"""Licences that open doses."""

_WAITS: Final = 86_400


@dataclass(frozen=True, slots=True)
class Stores:
    """Where sealed doses lie, and the note of what waits for its formula."""

    blocks: BlockStore
    handed_in: HandedIn


class Doses:
    """Doses are opened in this node's memory for one answer, and kept nowhere."""

    def __init__(
        self,
        records: FormulasRecords,
        stores: Stores,
        desks: DoseDesks,
        practitioners: Practitioners,
        roll: Roll,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._records = records
        self._blocks = stores.blocks
        self._handed_in = stores.handed_in
        self._desks = desks
        self._practitioners = practitioners
        self._roll = roll
        self._now = now
        self._allowance = Allowance(A_MINUTE)

    def desks(self) -> Sequence[DeskKey]:
        """The desks to seal to."""
        return self._desks.all()

    async def take_in(self, block: bytes, by: Address, place: str = "") -> Hash32:
        """Keep sealed doses, a day long unless a formula names them; answers their SHA-256.

        Raises :class:`DosesTorn` and :class:`TooManyDoses`.
        """
        # Accounts cost nothing: whoever has many of them still comes from one place.
        waits = [self._allowance.spend(name, self._now()) for name in (by, place) if name]
        if any(waits):
            raise TooManyDoses(limit=A_MINUTE)
        read_sealed(block)
        digest = Hash32("0x" + hashlib.sha256(block).hexdigest())
        await to_thread(self._handed_in.note, digest, UnixTime(int(self._now())))
        await self._blocks.put(block, _cid(digest))
        return digest

    async def sweep(self) -> int:
        """Drop what no formula named within a day; answers how many."""
        dropped = 0
        for doses in await to_thread(self._handed_in.before, UnixTime(int(self._now()) - _WAITS)):
            if not await to_thread(self._records.names_doses, doses):
                await self._blocks.delete(_cid(doses))
                dropped += 1
            await to_thread(self._handed_in.forget, doses)
        return dropped

    def is_licensed(self, account: Address) -> bool:
        """Whether an account may read doses."""
        return any(self._practitioners.may_act(account, scope) for scope in SCOPES)

    async def open(self, formula: SharedFormula, version: SharedVersion, by: Address) -> bytes:
        """The doses of a version as they were sealed, for an account with a licence in force.

        Raises :class:`DosesClosed`, :class:`DosesElsewhere`, :class:`SealedDosesMissing` and :class:`DosesTorn`.
        """
        if not await to_thread(self.is_licensed, by):
            raise DosesClosed(account=by)
        return await self.open_here(formula, version)

    async def open_here(self, formula: SharedFormula, version: SharedVersion) -> bytes:
        """The same for this node's own work, such as comparing; raises as :meth:`open`."""
        if version.doses is None:
            raise SealedDosesMissing(doses="")
        try:
            block = await self._blocks.get(_cid(version.doses))
        except (BlockMissing, BlockErased) as error:
            raise SealedDosesMissing(doses=version.doses) from error
        doses = read_sealed(block)
        return await to_thread(self._open, doses, bound(formula.author, version.content))

    def _open(self, doses: SealedDoses, where: bytes) -> bytes:
        keys = dict(doses.keys)
        for desk in self._desks.own():
            if desk.account in keys:
                try:
                    key = open_letter(desk.inbox, keys[desk.account], Use.DOSES, where)
                    return AESGCM(key).decrypt(doses.nonce, doses.sealed, SCHEMA.encode() + where).rstrip(b" ")
                except (SealBroken, InvalidTag, ValueError) as error:
                    raise DosesTorn(reason="seal") from error
        members = self._roll.members(self._desks.members(keys))
        raise DosesElsewhere(members=[member.profile.name_zh for member in members.values()])


def _cid(doses: Hash32) -> Cid:
    return make_cid(Codec.RAW, bytes.fromhex(doses[2:]))

"""A member's own node writes for it: sealed in memory with the patient's public keys, stored, appended."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from tcmchain.chain.sender import Sender
from tcmchain.crypto.categories import Category
from tcmchain.crypto.digest import vault_tag
from tcmchain.crypto.lock import CategoryKey
from tcmchain.crypto.seal import VAULT_FROM, Place
from tcmchain.errors import TcmChainError, Unavailable
from tcmchain.ipfs.store import BlockStore, delete_tree
from tcmchain.members.service.roll import Roll
from tcmchain.patients.service.patients import Patients
from tcmchain.records.client.sealing import Draft, Keys, Sealed, Sealing, choose, new_file
from tcmchain.records.contract import CHAIN, RecordsCalls
from tcmchain.records.model.cards import Card
from tcmchain.records.model.entries import Entry
from tcmchain.records.model.errors import MayNotAppend, NoCategoryKey
from tcmchain.records.model.facts import Author
from tcmchain.records.readmodel.bodies import BodyTags
from tcmchain.records.service.desk import Desk, Desks
from tcmchain.records.service.keeping import keep_whole
from tcmchain.values import Address, BlockNumber, Cid, Hash32, MemberId

__all__ = ["Authoring", "Draft", "Order", "Written", "choose"]

Serving = Callable[[], Sequence[tuple[Address, MemberId, bytes]]]
"""The custodians in service: account, member and inbox key of each."""

_SOME: Final = Hash32("0x" + "00" * 31 + "01")


@dataclass(frozen=True, slots=True)
class Order:
    """What to write for whom. ``categories`` has the file's own category first.

    ``file`` names one that gets a next version, ``None`` makes a new one. ``grant`` with ``salt`` is the one to
    append under, where the patient's card does not tell; ``labels`` add to those of the card.
    """

    patient: Address
    draft: Draft
    categories: tuple[Category, ...]
    needed: int = 1
    outside: tuple[bytes, ...] = ()
    file: Hash32 | None = None
    grant: Hash32 | None = None
    salt: Hash32 | None = None
    labels: Mapping[Category, Hash32] | None = None
    writer: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """An entry that is in a block and indexed."""

    entry: Entry
    body: Cid
    size: int
    sha256: str
    tx: Hash32
    block: BlockNumber


class Authoring:
    """Writes records for members that gave this node an account; it holds nobody's reading key."""

    def __init__(
        self,
        desks: Desks,
        roll: Roll,
        patients: Patients,
        blocks: BlockStore,
        calls: RecordsCalls,
        sender: Sender,
        tags: BodyTags,
        indexed: Callable[[int], Awaitable[None]],
        serving: Serving,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._desks = desks
        self._roll = roll
        self._patients = patients
        self._blocks = blocks
        self._calls = calls
        self._sender = sender
        self._tags = tags
        self._indexed = indexed
        self._now = now
        self._serving = serving

    async def write(self, member: MemberId, order: Order, source: AsyncIterator[bytes], size: int) -> Written:
        """Seal ``size`` clear bytes as they come, keep them, append; answers once the entry is indexed.

        Raises ``NoDesk``, ``NoCard``, ``NoCategoryKey``, ``MayNotAppend``, ``FileErased``, ``WrongVersion``,
        ``OtherContent``, ``SizeWrong`` and ``TooFewCustodians``. What was refused leaves nothing behind; what may have
        been appended, because the chain did not answer in time, keeps its blocks.
        """
        desk = self._desks.desk(member)
        card = self._card(desk, order)
        keys = self._keys(card, order)
        grant, salt = self._grant(desk, card, order, keys)
        place = await self._place(order)
        # Whoever may not append is told before a gigabyte is sealed.
        rehearsed = Entry(place.patient, place.file, place.version, _SOME, _SOME, _SOME)
        await self._sender.check([self._calls.append(rehearsed, grant, salt)], desk.account)
        author = Author(desk.account, member, order.writer or self._roll.member(member).profile.name_zh)
        sealing = Sealing(place, order.draft, author, keys, size)
        body, known = await self._body(sealing, order, keys, source, size)
        sealed = sealing.envelope(body, known)
        kept = await self._blocks.put(sealed.envelope)
        try:
            written = await self._append(desk, sealed, body, grant, salt)
        except Unavailable:
            raise
        except TcmChainError:
            with suppress(TcmChainError):
                await self._blocks.delete(kept)
                if not known and self._tags.is_own(order.patient, body):
                    self._tags.forget(order.patient, body)
                    await delete_tree(self._blocks, body)
            raise
        self._note(sealing, order, keys, body)
        return written

    def _card(self, desk: Desk, order: Order) -> Card:
        if order.labels is None:
            return self._desks.card(desk, order.patient)
        given = Card(order.patient, order.labels)
        with suppress(TcmChainError):
            return self._desks.card(desk, order.patient).merged(given)
        return given

    def _keys(self, card: Card, order: Order) -> Keys:
        patient = self._patients.patient(order.patient)
        found = []
        for category in order.categories:
            label = card.labels.get(category)
            key = None if label is None else patient.key_of(label)
            if key is None:
                raise NoCategoryKey(category=category.value)
            found.append(CategoryKey(key.label, key.epoch, key.key))
        emergency: Mapping[Address, bytes] = {}
        if Category.EMERGENCY in order.categories:
            emergency = choose(self._serving(), card.custodians)
        return Keys(tuple(found), order.needed, order.outside, emergency, card.vault_key)

    def _grant(self, desk: Desk, card: Card, order: Order, keys: Keys) -> tuple[Hash32, Hash32]:
        if order.grant is not None and order.salt is not None:
            return order.grant, order.salt
        found = card.append_for(tuple(key.label for key in keys.category_keys), int(self._now()))
        if found is None:
            raise MayNotAppend(patient=order.patient, member=desk.member)
        return found.grant, found.salt

    async def _place(self, order: Order) -> Place:
        if order.file is None:
            return Place(order.patient, new_file(), 1)
        versions, _ = await self._calls.versions(order.patient, order.file)
        return Place(order.patient, order.file, versions + 1)

    async def _body(
        self, sealing: Sealing, order: Order, keys: Keys, source: AsyncIterator[bytes], size: int
    ) -> tuple[Cid, bool]:
        tag = _tag(order, keys, size)
        known = None if tag is None else self._tags.body(order.patient, tag)
        if known is not None and await self._blocks.has(known):
            await sealing.pass_by(source)
            return known, True
        kept = await keep_whole(self._blocks, _sealed(sealing, source))
        if kept.fresh:
            self._tags.note_own(order.patient, kept.cid)
        return kept.cid, False

    async def _append(self, desk: Desk, sealed: Sealed, body: Cid, grant: Hash32, salt: Hash32) -> Written:
        call = self._calls.append(sealed.entry, grant, salt)
        await self._sender.check([call], desk.account)
        (tx,) = await self._sender.send([call], desk.signer)
        receipt = await self._sender.wait(CHAIN, tx)
        await self._indexed(receipt.block)
        facts = sealed.facts
        return Written(sealed.entry, body, facts.size, facts.sha256, tx, receipt.block)

    def _note(self, sealing: Sealing, order: Order, keys: Keys, body: Cid) -> None:
        if sealing.bound == "vault" and keys.vault is not None and order.draft.sha256 is not None:
            tag = vault_tag(keys.vault, bytes.fromhex(order.draft.sha256))
            self._tags.note(order.patient, tag, body)


def _tag(order: Order, keys: Keys, size: int) -> Hash32 | None:
    if keys.vault is None or order.draft.sha256 is None or size <= VAULT_FROM:
        return None
    return vault_tag(keys.vault, bytes.fromhex(order.draft.sha256))


async def _sealed(sealing: Sealing, source: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    async for piece in source:
        if ready := sealing.update(piece):
            yield ready
    for ready in sealing.finish():
        yield ready

"""A member's desk at its own node: the account that writes for it, its inbox, and the cards that patients sent it.

The desk's inbox key and the key of its cards are derived from a signature that only the service account can make
(RFC 6979, so always the same), and stand nowhere. The desk opens letters and cards; it never opens a record.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from tcmchain.chain.keystore import Keystore
from tcmchain.chain.sender import Sender
from tcmchain.chain.signers import LocalSigner
from tcmchain.crypto.delegation import public_bytes
from tcmchain.crypto.digest import terms_hash, writer_hash
from tcmchain.crypto.errors import SealBroken
from tcmchain.crypto.keys import derive, reading_key, scalar
from tcmchain.crypto.letters import inbox_of, open_letter
from tcmchain.letters.model.errors import LetterUnknown
from tcmchain.letters.service.letters import Letters
from tcmchain.members.model.membership import Kind
from tcmchain.members.service.roll import Roll
from tcmchain.patients.model.errors import ReaderUnknown
from tcmchain.patients.service.patients import Patients
from tcmchain.records.model.cards import Card, Opening, Told, told_by
from tcmchain.records.model.errors import ContentUnreadable, NoCard, NoDesk
from tcmchain.records.readmodel.cards import CardKey, CardStore
from tcmchain.values import Address, Hash32, MemberId, UnixTime

_TEXT: Final = "tcmchain desk keys 1"
_PATIENCE: Final = 600
_LATER: Final = 5
_CARING: Final = frozenset({Kind.HOSPITAL, Kind.CLINIC, Kind.PHARMACY, Kind.LAB, Kind.INSURER, Kind.RESEARCH})

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Desk:
    """Whom a node writes for, and with what."""

    member: MemberId
    signer: LocalSigner
    inbox: X25519PrivateKey
    reading: bytes
    cards: CardKey

    @property
    def account(self) -> Address:
        """The account that patients send their card to."""
        return self.signer.address


@dataclass(frozen=True, slots=True)
class Standing:
    """What the chain says of a grant."""

    terms: Hash32
    patient: Address
    withdrawn: int
    writer: Hash32

    def opened_by(self, opening: Opening, patient: Address, member: MemberId) -> bool:
        """Whether an opening is the one of this grant, and lets the member append where it says so."""
        terms = terms_hash(
            opening.salt,
            opening.grantee,
            opening.reading_key,
            opening.label,
            opening.rights,
            opening.purpose,
            opening.until,
        )
        writer = writer_hash(opening.salt, Hash32(member)) if opening.appends else self.writer
        return (self.terms, self.patient, self.withdrawn, self.writer) == (terms, patient, 0, writer)


class Desks:
    """The desks of the members that gave this node an account of theirs."""

    def __init__(
        self,
        keystore: Keystore,
        roll: Roll,
        patients: Patients,
        cards: CardStore,
        letters: Letters,
        sender: Sender,
        grant_of: Callable[[Hash32], Awaitable[Standing]],
    ) -> None:
        self._keystore = keystore
        self._roll = roll
        self._patients = patients
        self._cards = cards
        self._letters = letters
        self._grant_of = grant_of
        self._again: dict[Hash32, int] = {}
        self._sender = sender
        self._made: dict[Address, Desk] = {}
        self._published: set[Address] = set()

    def desk(self, member: MemberId) -> Desk:
        """The desk of a member; raises :class:`NoDesk`."""
        for desk in self.all():
            if desk.member == member:
                return desk
        raise NoDesk(member=member)

    def all(self) -> list[Desk]:
        """One desk for each member that cares for patients, may act and gave this node an account.

        Of several accounts the one whose keys stand on the chain stays the desk, so that cards sent before are found.
        """
        found: dict[MemberId, Desk] = {}
        for name in self._keystore.names():
            member = self._roll.member_of(self._keystore.address(name))
            if member is None or member.kind not in _CARING or not self._roll.may_act(member):
                continue
            desk = self._desk(member.id, self._keystore.signer(name))
            if member.id not in found or (not self._stands(found[member.id]) and self._stands(desk)):
                found[member.id] = desk
        return list(found.values())

    def card(self, desk: Desk, patient: Address) -> Card:
        """What a patient told a member; raises :class:`NoCard`."""
        found = self._cards.card(desk.cards, patient)
        if found is None:
            raise NoCard(patient=patient)
        return found

    def patients(self, desk: Desk) -> list[Address]:
        """Pseudonyms of those who sent a member their card, the newest first."""
        return self._cards.patients(desk.member)

    def keep(self, desk: Desk, card: Card, at: UnixTime) -> None:
        """Keep a card, joined with the one before."""
        before = self._cards.card(desk.cards, card.patient)
        self._cards.keep(desk.cards, card if before is None else before.merged(card), at)

    async def publish(self) -> None:
        """Publish the keys of desks whose inbox is not on the chain yet, so that patients can write to them."""
        for desk in self.all():
            if desk.account in self._published:
                continue
            if not self._stands(desk):
                calls = self._patients.publish_reader(desk.reading, inbox_of(desk.inbox))
                for tx in await self._sender.send(calls, desk.signer):
                    await self._sender.wait("care", tx)
            self._published.add(desk.account)

    async def collect(self, now: UnixTime) -> int:
        """Read the letters that wait for desks; answers how many cards came. What is no card is left for its reader."""
        kept = 0
        for desk in await asyncio.to_thread(self.all):
            for letter in await asyncio.to_thread(self._letters.waiting, desk.account, desk.account):
                if self._again.get(letter.id, 0) > now:
                    continue
                told = _read(desk, letter.sealed)
                cards = [await self._proven(desk, one) for one in told or ()]
                for card in cards:
                    if card is not None:
                        await asyncio.to_thread(self.keep, desk, card, now)
                        kept += 1
                if told is not None and (None not in cards or letter.arrived < now - _PATIENCE):
                    with suppress(LetterUnknown):
                        await asyncio.to_thread(self._letters.drop, desk.account, letter.id, desk.account)
                    self._again.pop(letter.id, None)
                else:
                    self._again[letter.id] = now + _LATER
        return kept

    async def _proven(self, desk: Desk, told: Told) -> Card | None:
        """The card, once the chain has a grant that one of its openings opens: nobody else knows the salt."""
        true = []
        for opening in told.openings:
            standing = await self._grant_of(opening.grant)
            if standing.opened_by(opening, told.patient, desk.member):
                true.append(opening)
        return told.card(true) if true else None

    def _stands(self, desk: Desk) -> bool:
        """Whether the desk's keys are on the chain."""
        if desk.account in self._published:
            return True
        try:
            return self._patients.reader(desk.account).inbox == inbox_of(desk.inbox)
        except ReaderUnknown:
            return False

    def _desk(self, member: MemberId, signer: LocalSigner) -> Desk:
        if signer.address not in self._made:
            material = bytes.fromhex(signer.sign_message(_TEXT)[2:130])
            self._made[signer.address] = Desk(
                member,
                signer,
                X25519PrivateKey.from_private_bytes(derive(material, "desk/inbox", 32)),
                public_bytes(reading_key(scalar(derive(material, "desk/reading", 48)))),
                CardKey(member, derive(material, "desk/cards", 32)),
            )
        return self._made[signer.address]


def _read(desk: Desk, sealed: bytes) -> list[Told] | None:
    """What a letter tells; nothing when it can never be read, ``None`` when it is about something else."""
    try:
        letter: Mapping[str, Any] = json.loads(open_letter(desk.inbox, sealed))
        return told_by(letter) or None
    except (SealBroken, ContentUnreadable, ValueError, TypeError, RecursionError) as error:
        _log.info("a letter to a desk says nothing: %s", type(error).__name__)
        return []

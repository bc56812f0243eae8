"""A member's desk at its own node: the account that writes for it, its inbox, and the cards that patients sent it.

The desk's inbox key and the key of its cards are derived from a signature that only the service account can make
(RFC 6979, so always the same), and stand nowhere. The desk opens letters and cards; it never opens a record.
"""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from tcmchain.chain.keystore import Keystore
from tcmchain.chain.sender import Sender
from tcmchain.chain.signers import LocalSigner
from tcmchain.crypto.delegation import public_bytes
from tcmchain.crypto.errors import SealBroken
from tcmchain.crypto.keys import derive, reading_key, scalar
from tcmchain.crypto.letters import inbox_of, open_letter
from tcmchain.letters.service.letters import Letters
from tcmchain.members.model.membership import Kind
from tcmchain.members.service.roll import Roll
from tcmchain.patients.model.errors import ReaderUnknown
from tcmchain.patients.service.patients import Patients
from tcmchain.records.model.cards import Card, cards_of
from tcmchain.records.model.errors import ContentUnreadable, NoCard, NoDesk
from tcmchain.records.readmodel.cards import CardKey, CardStore
from tcmchain.values import Address, Hash32, MemberId, UnixTime

_TEXT: Final = "tcmchain desk keys 1"
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


class Desks:
    """The desks of the members that gave this node an account of theirs."""

    def __init__(
        self, keystore: Keystore, roll: Roll, patients: Patients, cards: CardStore, letters: Letters, sender: Sender
    ) -> None:
        self._keystore = keystore
        self._roll = roll
        self._patients = patients
        self._cards = cards
        self._letters = letters
        self._left: set[Hash32] = set()
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
        """Every desk of this node, of members that care for patients and may act."""
        found = []
        for name in self._keystore.names():
            member = self._roll.member_of(self._keystore.address(name))
            if member is not None and member.kind in _CARING and self._roll.may_act(member):
                found.append(self._desk(member.id, self._keystore.signer(name)))
        return found

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
            inbox = inbox_of(desk.inbox)
            if self._standing(desk.account) != inbox:
                calls = self._patients.publish_reader(desk.reading, inbox)
                for tx in await self._sender.send(calls, desk.signer):
                    await self._sender.wait("care", tx)
            self._published.add(desk.account)

    def collect(self, now: UnixTime) -> int:
        """Read the letters that wait for desks; answers how many cards came. What is no card is left for its reader."""
        kept = 0
        for desk in self.all():
            for letter in self._letters.waiting(desk.account, desk.account):
                if letter.id in self._left:
                    continue
                cards = _read(desk, letter.sealed)
                for card in cards or ():
                    self.keep(desk, card, now)
                    kept += 1
                if cards is None:
                    self._left.add(letter.id)
                else:
                    self._letters.drop(desk.account, letter.id, desk.account)
        return kept

    def _standing(self, account: Address) -> bytes | None:
        try:
            return self._patients.reader(account).inbox
        except ReaderUnknown:
            return None

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


def _read(desk: Desk, sealed: bytes) -> list[Card] | None:
    """The cards of a letter; none when it can never be read, ``None`` when it is about something else."""
    try:
        letter: Mapping[str, Any] = json.loads(open_letter(desk.inbox, sealed))
        return cards_of(letter) or None
    except (SealBroken, ContentUnreadable, ValueError, TypeError, RecursionError) as error:
        _log.info("a letter to a desk says nothing: %s", type(error).__name__)
        return []

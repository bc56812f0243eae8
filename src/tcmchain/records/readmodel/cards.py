"""Relation cards at rest: what patients told a member's account, sealed with a key that only this node has."""

import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tcmchain.records.model.cards import Card
from tcmchain.records.readmodel.private import PrivateRecords
from tcmchain.values import Address, MemberId, UnixTime


@dataclass(frozen=True, slots=True)
class CardKey:
    """The key of one member's cards, 32 bytes."""

    member: MemberId
    key: bytes


class CardStore:
    """One card for each patient of a member; a later one is merged by the service, not here."""

    def __init__(self, private: PrivateRecords) -> None:
        self._private = private

    def keep(self, key: CardKey, card: Card, at: UnixTime) -> None:
        """Keep a card in place of the one before."""
        nonce = os.urandom(12)
        sealed = nonce + AESGCM(key.key).encrypt(nonce, card.write(), _bound(key.member, card.patient))
        self._private.change(
            "INSERT OR REPLACE INTO records_card VALUES (?, ?, ?, ?)", (key.member, card.patient, sealed, at)
        )

    def card(self, key: CardKey, patient: Address) -> Card | None:
        """The card of a patient; ``None`` without one, or when the node's key is another than it was."""
        row = self._private.one(
            "SELECT sealed FROM records_card WHERE member = ? AND patient = ?", (key.member, patient)
        )
        if row is None:
            return None
        try:
            raw = AESGCM(key.key).decrypt(row[0][:12], row[0][12:], _bound(key.member, patient))
        except InvalidTag:
            return None
        return Card.read(raw)

    def patients(self, member: MemberId, limit: int = 1_000) -> list[Address]:
        """Whose cards a member has, the newest first."""
        rows = self._private.all(
            "SELECT patient FROM records_card WHERE member = ? ORDER BY at DESC LIMIT ?", (member, limit)
        )
        return [Address(row[0]) for row in rows]


def _bound(member: MemberId, patient: Address) -> bytes:
    return f"{member}{patient}".encode()

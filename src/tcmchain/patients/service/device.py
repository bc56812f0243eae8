"""What a person does on their own machine: register, renew keys, choose guardians, and get lost words back.

All secrets stay in this process. What leaves it is public keys, signed transactions and sealed letters.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from tcmchain.chain.signers import LocalSigner
from tcmchain.crypto.categories import Category
from tcmchain.crypto.keys import Relation
from tcmchain.crypto.letters import inbox_of
from tcmchain.letters.service.post import OpenedLetter, Post
from tcmchain.patients.client.guarding import KIND, HeldShare, bring_back, share_out
from tcmchain.patients.client.making import ALL, make_registration, next_keys, reader_keys, relation_card
from tcmchain.patients.client.patients import PatientsClient
from tcmchain.patients.model.errors import (
    BackupUnfit,
    NotGuardian,
    NothingGiven,
    NotRecovered,
    PatientUnknown,
    ReaderUnknown,
)
from tcmchain.patients.model.registered import Guardianship, Patient, Reader
from tcmchain.values import Address
from tcmchain.web.http import NodeHttp

SHORTEST_DELAY: Final = 86_400
"""Seconds in which a patient can object, at least, unless it is asked for otherwise."""


@dataclass(frozen=True, slots=True)
class Device:
    """One relation's keys beside a node. ``http`` signs as that relation's account."""

    relation: Relation
    http: NodeHttp = field(repr=False)

    @classmethod
    def at(cls, url: str, relation: Relation) -> "Device":
        """A device at a node's address."""
        return cls(relation, NodeHttp(url, LocalSigner(relation.account_key)))

    @property
    def account(self) -> Address:
        """The account, which is the patient's pseudonym in this relation."""
        return self.relation.account

    @property
    def patients(self) -> PatientsClient:
        """The doors of patients."""
        return PatientsClient(self.http)

    @property
    def post(self) -> Post:
        """The doors of letters."""
        return Post(self.http)

    async def register(self, id_number: str, categories: Iterable[Category] = ALL) -> Patient:
        """Register this relation with the first key of each category; the id number stays here."""
        return await self.patients.register(make_registration(self.relation, id_number, categories))

    async def publish(self) -> Reader:
        """Publish the keys under which this account reads what others grant."""
        return await self.patients.publish_reader(*reader_keys(self.relation))

    async def rotate(self, categories: Iterable[Category]) -> Patient:
        """Begin the next epoch of some categories: files to come are sealed to keys that no earlier grant opens."""
        facts = await self.patients.patient(self.account)
        return await self.patients.set_keys(self.account, next_keys(self.relation, facts, categories))

    async def introduce(
        self, to: Address, custodians: Sequence[Address] = (), grants: Sequence[Mapping[str, Any]] = ()
    ) -> None:
        """Send an institution's account the relation card; ``grants`` are ``{grant, opening}`` that let it append."""
        card = relation_card(self.relation, await self.patients.patient(self.account), custodians)
        await self.write_to(to, {**card, "grants": list(grants)})

    async def write_to(self, to: Address, content: Mapping[str, Any]) -> None:
        """Send a sealed letter to a reader's or patient's account; raises ``ReaderUnknown``."""
        await self.post.send(to, await self._inbox_of(to), content, self.http.key())

    async def _inbox_of(self, account: Address) -> bytes:
        try:
            return (await self.patients.reader(account)).inbox
        except ReaderUnknown:
            try:
                return (await self.patients.patient(account)).inbox
            except PatientUnknown:
                raise ReaderUnknown(account=account) from None

    async def letters(self, kind: str | None = None) -> list[OpenedLetter]:
        """Letters that wait for this account, of one kind or all."""
        found = await self.post.fetch(self.relation.inbox)
        return [letter for letter in found if kind is None or letter.kind == kind]

    async def choose_guardians(
        self, words: str, guardians: Sequence[Address], needed: int, delay: int = SHORTEST_DELAY
    ) -> Guardianship:
        """Share the vault's words out to guardians, and put them in force on the chain.

        Letters go before the transaction, so that no guardian stands on the chain without a share. Raises
        ``ReaderUnknown`` for a guardian that published no inbox, before anything is sent, and ``NothingGiven`` when
        somebody is named twice.
        """
        if len(set(guardians)) != len(guardians):
            raise NothingGiven
        inboxes = [await self._inbox_of(guardian) for guardian in guardians]
        shares = share_out(words, self.account, needed, len(guardians))
        for guardian, inbox, share in zip(guardians, inboxes, shares, strict=True):
            await self.post.send(guardian, inbox, share.letter(self.account), self.http.key())
        chosen = Guardianship(tuple(guardians), needed, delay, shares[0].backup)
        await self.patients.set_guardians(self.account, chosen)
        return chosen

    async def held_shares(self) -> list[HeldShare]:
        """Shares that wait in this account's letters: a guardian's own to keep, or those that come to a new device."""
        found = []
        for letter in await self.letters(KIND):
            try:
                found.append(HeldShare.read(letter.content))
            except BackupUnfit:
                continue
        return found

    async def propose(self, patient: Address, account: Address, inbox: bytes) -> None:
        """As a guardian, name the account of the patient's new device, or agree when it is named already.

        The guardian must have made sure in person that the device is the patient's.
        """
        recovery = (await self.patients.patient(patient)).recovery
        if recovery is None:
            await self.patients.propose_recovery(patient, account, inbox)
        else:
            await self.patients.support_recovery(patient, account)

    async def hand_over(self, held: HeldShare, account: Address) -> None:
        """As a guardian, seal a share to the new device, which the chain must say acts for the patient.

        Raises ``NotGuardian``, and ``NotRecovered`` before the recovery is complete or for another account.
        """
        facts = await self.patients.patient(held.patient)
        if facts.guardianship is None or self.account not in facts.guardianship.guardians:
            raise NotGuardian(patient=held.patient, account=self.account)
        if facts.controller != account or not facts.controller_inbox:
            raise NotRecovered(patient=held.patient, account=account)
        await self.post.send(account, facts.controller_inbox, held.letter(self.account), self.http.key())

    async def recover(self, patient: Address) -> str:
        """As the new device, the words out of the shares that have come; raises ``BackupUnfit`` when too few have."""
        held = [share for share in await self.held_shares() if share.patient == patient]
        return bring_back(held, await self.patients.patient(patient))

    @property
    def inbox(self) -> bytes:
        """The public inbox key (32 bytes), which a new device shows its guardians."""
        return inbox_of(self.relation.inbox)

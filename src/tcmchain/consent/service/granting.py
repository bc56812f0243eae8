"""Granting on the patient's own machine: terms are opened to the parties, fragments are sealed to the custodians.

What others learn: the chain a commitment, the node a signed commitment and sealed letters, each custodian the terms
and one sealed fragment of three, the grantee the terms. The category's secret key never leaves this process.
"""

import json
from base64 import b64encode
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from tcmchain.consent.client import ConsentClient
from tcmchain.consent.model.errors import CustodiansTooFew, OpeningUnreadable, WrongEnd
from tcmchain.consent.model.granted import Granted
from tcmchain.consent.model.terms import Opening, Rights, new_salt
from tcmchain.crypto.categories import Category
from tcmchain.crypto.delegation import FRAGMENTS, Holder, Reencryption, public_bytes
from tcmchain.crypto.delegation import Reader as ReadingParty
from tcmchain.crypto.digest import sha256
from tcmchain.patients.service.device import Device
from tcmchain.values import BEIJING, Address, Hash32, MemberId, UnixTime
from tcmchain.web.askings import HEADER, Asked, sign_asking
from tcmchain.web.http import NodeHttp

HandIn = Callable[[Address, dict[str, Any]], Awaitable[None]]
"""Hands a body to a custodian's door for fragments, signed for that custodian."""

KIND: Final = "granted"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a patient wants to grant, in the patient's own words; ``member`` is the one that may append."""

    grantee: Address
    category: Category
    rights: Rights
    purpose: str
    until: UnixTime
    member: MemberId | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """A grant in force and its terms, which the patient's device keeps; ``custodians`` have its fragments."""

    granted: Granted
    opening: Opening
    category: Category
    custodians: tuple[Address, ...]

    @property
    def id(self) -> Hash32:
        """The grant's id on the chain."""
        return self.granted.id


@dataclass(frozen=True, slots=True)
class Granting:
    """One relation's grants. ``holders`` are three custodians of different members, ``hand_in`` brings fragments."""

    device: Device
    holders: tuple[Holder, ...]
    hand_in: HandIn

    @property
    def consent(self) -> ConsentClient:
        """The doors of consent."""
        return ConsentClient(self.device.http)

    async def grant(self, wish: Wish) -> Made:
        """Grant: sign, bring to the chain, hand fragments of every epoch so far in, tell the grantee.

        Raises ``ReaderUnknown`` when the grantee published no keys, ``OpeningUnreadable`` for terms that cannot be,
        ``MayNotGrant`` and ``WrongEnd``.
        """
        reader = await self.device.patients.reader(wish.grantee)
        label = self.device.relation.label(wish.category)
        opening = Opening(new_salt(), wish.grantee, reader.reading_key, label, wish.rights, wish.purpose, wish.until)
        granted = await self.consent.hand_in(opening.grant(self.device.account, wish.member))
        made = Made(granted, opening, wish.category, tuple(holder.account for holder in self.holders))
        epochs = await self._epochs(label)
        if Rights.READ in wish.rights:
            for epoch in epochs:
                await self.delegate(made, epoch)
        await self.device.post.send(wish.grantee, reader.inbox, self.letter(made, epochs), self.device.http.key())
        return made

    async def withdraw(self, made: Made, others: Sequence[Made] = ()) -> int:
        """Withdraw, begin the category's next epoch, and let ``others`` that still hold read it; answers the epoch.

        What was read before cannot be unread; what comes from now on is sealed to a key that the grantee has no
        fragments of.
        """
        await self.consent.withdraw(made.id)
        await self.device.rotate([made.category])
        epoch = (await self._epochs(made.opening.label))[-1]
        standing = {one.id for one in await self.consent.grants(self.device.account) if not one.withdrawn}
        for other in others:
            same = other.opening.label == made.opening.label and Rights.READ in other.opening.rights
            if same and other.id in standing and other.id != made.id:
                await self.delegate(other, epoch)
        return epoch

    async def delegate(self, made: Made, epoch: int) -> None:
        """Seal the fragments of one epoch to the custodians and hand them in."""
        relation = self.device.relation
        secret = relation.category_key(made.category, epoch)
        delegation = Reencryption.of_patient(relation.fragment_signer, self.holders)
        party = ReadingParty(made.opening.grantee, b"", made.opening.reading_key)
        for handed in delegation.delegate(secret.to_be_bytes(), party):
            body = {
                "grant": made.id,
                "opening": made.opening.as_json(),
                "epoch": epoch,
                "sealed": b64encode(handed.sealed).decode(),
                "verifyingKey": "0x" + delegation.verifying.hex(),
                "delegatingKey": "0x" + public_bytes(secret).hex(),
            }
            await self.hand_in(handed.holder, body)

    def letter(self, made: Made, epochs: Sequence[int]) -> dict[str, Any]:
        """What the grantee needs to use the grant."""
        relation = self.device.relation
        keys = {str(e): "0x" + public_bytes(relation.category_key(made.category, e)).hex() for e in epochs}
        return {
            "kind": KIND,
            "from": self.device.account,
            "patient": self.device.account,
            "grant": made.id,
            "opening": made.opening.as_json(),
            "category": str(made.category),
            "keys": keys,
            "verifyingKey": "0x" + relation.fragment_signer.verifying_key().to_compressed_bytes().hex(),
            "custodians": list(made.custodians),
        }

    async def _epochs(self, label: Hash32) -> list[int]:
        facts = await self.device.patients.patient(self.device.account)
        return sorted(key.epoch for key in facts.keys if key.label == label)


async def choose_holders(http: NodeHttp, wished: Sequence[Address] = ()) -> tuple[Holder, ...]:
    """Three custodians in service at three different members, the wished ones first.

    Raises ``CustodiansTooFew``.
    """
    listed = await http.get("/api/custodians")
    chosen: dict[str, Holder] = {}
    for one in sorted(listed, key=lambda found: found["account"] not in wished):
        holder = Holder(Address(one["account"]), bytes.fromhex(one["inbox"].removeprefix("0x")))
        chosen.setdefault(one["member"], holder)
    if len(chosen) < FRAGMENTS:
        raise CustodiansTooFew(needed=FRAGMENTS, found=len(chosen))
    return tuple(chosen.values())[:FRAGMENTS]


def through(http: NodeHttp) -> HandIn:
    """Hands fragments in through a node, which relays what it cannot read to the custodian that it is signed for."""

    async def hand_in(custodian: Address, body: dict[str, Any]) -> None:
        content = json.dumps(body, separators=(",", ":")).encode()
        header = sign_asking(http.key(), Asked.of(custodian, "POST", "/fragments", content))
        headers = {HEADER: header, "Content-Type": "application/json"}
        await http.exchange("POST", f"/api/custodians/{custodian}/fragments", content=content, headers=headers)

    return hand_in


@dataclass(frozen=True, slots=True)
class Received:
    """A grant as its grantee was told; believed only when the chain has the same commitment."""

    grant: Hash32
    patient: Address
    opening: Opening
    category: Category
    custodians: tuple[Address, ...]


async def received(device: Device) -> list[Received]:
    """Grants that letters told of to this account and that stand on the chain as told; others are left out."""
    found, consent = [], ConsentClient(device.http)
    for letter in await device.letters(KIND):
        told = _told(letter.content)
        if told is not None and told.opening.grantee == device.account:
            why = await consent.reads(told.grant, told.opening, device.account)
            if why.word == "allowed":
                found.append(told)
    return found


def end_of_day(day: str) -> UnixTime:
    """The last second of a day such as ``2031-12-31`` in Beijing; raises ``WrongEnd``."""
    try:
        found = datetime.fromisoformat(day).replace(hour=23, minute=59, second=59, tzinfo=BEIJING)
    except ValueError as error:
        raise WrongEnd(until=day) from error
    return UnixTime(int(found.timestamp()))


def reason_commitment(words: str, salt: Hash32) -> Hash32:
    """What stands on the chain of a break-glass' reason: SHA-256 of salt (as hex) and words; nobody can guess it."""
    return sha256(f"{salt}{words}".encode())


def _told(content: Any) -> Received | None:
    try:
        opening = Opening.read(content["opening"])
        custodians = tuple(Address(str(one)) for one in content["custodians"])
        grant, patient = Hash32(str(content["grant"])), Address(str(content["patient"]))
        return Received(grant, patient, opening, Category(content["category"]), custodians)
    except (OpeningUnreadable, KeyError, TypeError, ValueError):
        return None

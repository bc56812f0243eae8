"""What a patient's device does in the example: keys of relations, registering, granting, letters."""

import hashlib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from tcmchain.chain.signers import LocalSigner
from tcmchain.consent.model.errors import CustodiansTooFew, GrantKnownAlready
from tcmchain.consent.model.granted import Granted
from tcmchain.consent.model.terms import Opening, Rights
from tcmchain.consent.service.granting import Granting, Made, choose_holders, through
from tcmchain.crypto.categories import Category
from tcmchain.crypto.delegation import Holder
from tcmchain.crypto.keys import Relation, Vault
from tcmchain.crypto.letters import inbox_of
from tcmchain.example import cast
from tcmchain.example.stage import Stage
from tcmchain.patients.client.making import make_registration, reader_keys, relation_card
from tcmchain.patients.model.errors import PatientUnknown, ReaderUnknown
from tcmchain.patients.model.registered import Patient
from tcmchain.patients.service.device import Device
from tcmchain.sdk import TcmChain
from tcmchain.values import Address, Hash32, MemberId, UnixTime

AT_HOSPITAL, AT_RIVERSIDE = 1, 2
"""The patient's relations."""

READ_AND_APPEND: Final = Rights.READ | Rights.APPEND
_DAY: Final = 86_400


@cache
def relation(person: str, number: int) -> Relation:
    """Keys of a person of the example; number 0 is the wallet's ordinary account."""
    return Vault.from_words(cast.PERSONS[person].words).relation(number)


def device(stage: Stage, keys: Relation) -> TcmChain:
    """The node's doors as one account of a person's device."""
    return stage.signing(LocalSigner(keys.account_key))


def physician(stage: Stage, key: str) -> TcmChain:
    """The node's doors as the ordinary account of a person."""
    return device(stage, relation(key, 0))


async def publish_keys(stage: Stage, person: str) -> None:
    """Publish the keys under which a person's ordinary account reads."""
    chain = physician(stage, person)
    try:
        await chain.patients.reader(relation(person, 0).account)
    except ReaderUnknown:
        await chain.patients.publish_reader(*reader_keys(relation(person, 0)))


async def register(stage: Stage, number: int) -> Patient:
    """Register one of the patient's relations, with a first key for each category."""
    keys = relation("patient", number)
    chain = device(stage, keys)
    try:
        return await chain.patients.patient(keys.account)
    except PatientUnknown:
        return await chain.patients.register(make_registration(keys, "11010119580412002X"))


@dataclass(frozen=True, slots=True)
class Given:
    """A grant that stands, as patient and grantee keep it."""

    made: Made
    entry: dict[str, Any]

    @property
    def grant(self) -> Hash32:
        """The grant's id."""
        return self.made.id

    @property
    def opening(self) -> Opening:
        """Its terms."""
        return self.made.opening

    @property
    def category(self) -> Category:
        """What it is about."""
        return self.made.category


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be granted to a person's ordinary account; ``told`` sends the opening to it by letter."""

    person: str
    category: Category
    rights: Rights = Rights.READ
    purpose: str = "treatment"
    days: float = 365
    told: bool = True


async def give(stage: Stage, number: int, wish: Wish) -> Given:
    """Sign a grant, bring it to the chain, hand its fragments to three custodians, and tell the grantee."""
    keys = relation("patient", number)
    chain, person = device(stage, keys), cast.PERSONS[wish.person]
    reader = await chain.patients.reader(person.signer.address)
    salt = _fixed(f"{number}/{wish}")
    until = UnixTime(int(stage.now.timestamp() + wish.days * _DAY))
    label = keys.label(wish.category)
    opening = Opening(salt, reader.account, reader.reading_key, label, wish.rights, wish.purpose, until)
    member = None if person.member is None else cast.member(person.member)
    grant = opening.grant(keys.account, member)
    try:
        standing = await chain.consent.hand_in(grant)
    except GrantKnownAlready:
        standing = next(one for one in await chain.consent.grants(keys.account) if one.terms == grant.terms)
    granting = await granting_of(chain, keys)
    made = Made(standing, opening, wish.category, tuple(holder.account for holder in granting.holders))
    given = Given(made, {**granting.letter(made, [1]), **_about(wish, standing)})
    await hand_fragments(granting, given, 1)
    if wish.told:
        await chain.letters.send(reader.account, reader.inbox, given.entry)
    # A copy to the own inbox: the patient's other devices learn of the grant by it.
    await chain.letters.send(keys.account, inbox_of(keys.inbox), given.entry)
    return given


async def hand_fragments(granting: Granting, given: Given, epoch: int) -> None:
    """Fragments of one epoch for one grant; none where too few custodians serve, as then nobody reads."""
    if Rights.READ in given.opening.rights and granting.holders:
        await granting.delegate(given.made, epoch)


async def send_card(stage: Stage, number: int, key: str, appends: Iterable[Given] = ()) -> None:
    """Tell an institution, by a letter to its desk, what it must know to seal to the patient's categories."""
    keys = relation("patient", number)
    chain = device(stage, keys)
    desk = next((one for one in await chain.records.desks() if one["member"] == cast.member(key)), None)
    if desk is None:
        return
    card = relation_card(keys, await chain.patients.patient(keys.account))
    card["grants"] = [{"grant": one.grant, "opening": one.opening.as_json()} for one in appends]
    await chain.letters.send(Address(desk["account"]), bytes.fromhex(desk["inbox"][2:]), card)


def folder_of(keys: Relation, given: list[Given]) -> dict[str, Any]:
    """A folder in an answer: its grants with their openings, and the categories' keys."""
    labels = {
        one.category.value: {"label": one.opening.label, "epoch": 1, "key": one.entry["keys"]["1"]} for one in given
    }
    verifying = given[0].entry["verifyingKey"]
    return {
        "patient": keys.account,
        "grants": [one.entry for one in given],
        "labels": labels,
        "verifyingKey": verifying,
    }


async def granting_of(chain: TcmChain, keys: Relation, wished: Sequence[Address] = ()) -> Granting:
    """One relation's grants, with three custodians at three members, or with none where too few serve."""
    holders: tuple[Holder, ...] = ()
    with suppress(CustodiansTooFew):
        holders = await choose_holders(chain.http, wished)
    return Granting(Device(keys, chain.http), holders, through(chain.http))


def _about(wish: Wish, standing: Granted) -> dict[str, Any]:
    """What the pages keep of a grant beside its terms."""
    person = cast.PERSONS[wish.person]
    return {
        "name": person.zh,
        "member": "" if person.member is None else cast.member(person.member),
        "memberName": "" if person.member is None else cast.actor(person.member).zh,
        "at": int(standing.at),
    }


def _fixed(name: str) -> Hash32:
    """A salt that a broken run finds again; a true device draws random ones."""
    return Hash32("0x" + hashlib.sha256(f"tcmchain-example-salt/{name}".encode()).hexdigest())


def member_of(person: str) -> MemberId:
    """The member that a person works for."""
    return cast.member(cast.PERSONS[person].member or "")

"""What a patient's device does in the example: keys of relations, registering, granting, letters."""

import asyncio
import hashlib
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import orjson

from tcmchain.chain.signers import LocalSigner
from tcmchain.consent.model.errors import GrantKnownAlready
from tcmchain.consent.model.granted import Granted
from tcmchain.consent.model.terms import Opening, Rights
from tcmchain.crypto.categories import Category
from tcmchain.crypto.delegation import fragments, public_bytes
from tcmchain.crypto.keys import Relation, Vault
from tcmchain.crypto.letters import Use, inbox_of, seal_letter
from tcmchain.example import cast
from tcmchain.example.stage import Stage
from tcmchain.patients.client.making import make_registration, reader_keys, relation_card
from tcmchain.patients.model.errors import PatientUnknown, ReaderUnknown
from tcmchain.patients.model.registered import Patient
from tcmchain.sdk import TcmChain
from tcmchain.values import Address, Hash32, MemberId, UnixTime

AT_HOSPITAL, AT_RIVERSIDE = 1, 2
"""The patient's relations."""

READ_AND_APPEND: Final = Rights.READ | Rights.APPEND
_DAY: Final = 86_400
_SHARES: Final = 3


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

    grant: Hash32
    opening: Opening
    category: Category
    entry: dict[str, Any]


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
    holders = await _custodians(chain)
    given = Given(standing.id, opening, wish.category, _entry(keys, standing, opening, wish, holders))
    await hand_fragments(chain, keys, given, 1, holders)
    if wish.told:
        await chain.letters.send(reader.account, reader.inbox, given.entry)
    # A copy to the own inbox: the patient's other devices learn of the grant by it.
    await chain.letters.send(keys.account, inbox_of(keys.inbox), given.entry)
    return given


async def hand_fragments(
    chain: TcmChain, keys: Relation, given: Given, epoch: int, holders: list[dict[str, Any]]
) -> None:
    """Fragments of one epoch for one grant, each sealed to one custodian."""
    if Rights.READ not in given.opening.rights or not holders:
        return
    secret = keys.category_key(given.category, epoch)
    made = fragments(secret, given.opening.reading_key, keys.fragment_signer)
    verifying = "0x" + bytes(keys.fragment_signer.verifying_key().to_compressed_bytes()).hex()

    async def hand(holder: dict[str, Any], fragment: bytes) -> None:
        sealed = seal_letter(bytes.fromhex(holder["inbox"][2:]), fragment, Use.FRAGMENT)
        body = {
            "grant": given.grant,
            "opening": given.opening.as_json(),
            "epoch": epoch,
            "sealed": b64encode(sealed).decode(),
            "verifyingKey": verifying,
            "delegatingKey": "0x" + public_bytes(secret).hex(),
        }
        await chain.custodians.ask(holder["account"], "POST", "/fragments", orjson.dumps(body))

    await asyncio.gather(*(hand(holder, part) for holder, part in zip(holders, made, strict=True)))


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


async def _custodians(chain: TcmChain) -> list[dict[str, Any]]:
    """Three custodians at three members; none where too few serve, as then nobody reads."""
    apart = {one["member"]: one for one in await chain.custodians.custodians()}
    found = list(apart.values())[:_SHARES]
    return found if len(found) == _SHARES else []


def _entry(
    keys: Relation, standing: Granted, opening: Opening, wish: Wish, holders: list[dict[str, Any]]
) -> dict[str, Any]:
    person = cast.PERSONS[wish.person]
    member = "" if person.member is None else cast.member(person.member)
    return {
        "kind": "granted",
        "from": keys.account,
        "patient": keys.account,
        "grant": standing.id,
        "opening": opening.as_json(),
        "category": wish.category.value,
        "keys": {"1": "0x" + public_bytes(keys.category_key(wish.category, 1)).hex()},
        "verifyingKey": "0x" + bytes(keys.fragment_signer.verifying_key().to_compressed_bytes()).hex(),
        "custodians": [holder["account"] for holder in holders],
        "name": person.zh,
        "member": member,
        "memberName": "" if person.member is None else cast.actor(person.member).zh,
        "at": int(standing.at),
    }


def _fixed(name: str) -> Hash32:
    """A salt that a broken run finds again; a true device draws random ones."""
    return Hash32("0x" + hashlib.sha256(f"tcmchain-example-salt/{name}".encode()).hexdigest())


def member_of(person: str) -> MemberId:
    """The member that a person works for."""
    return cast.member(cast.PERSONS[person].member or "")

"""Break-glass: custodians release their shares to the practitioner, and only after another member confirmed."""

import time
from base64 import b64decode, b64encode
from typing import Any

import httpx
import pytest
from tests.custodians.world import DAY, Custodian, File, World

from tcmchain.chain.signers import LocalSigner
from tcmchain.crypto.categories import Category
from tcmchain.crypto.delegation import open_own, public_bytes
from tcmchain.crypto.digest import sha256
from tcmchain.crypto.keys import Relation, Vault
from tcmchain.crypto.letters import inbox_of
from tcmchain.crypto.lock import open_emergency
from tcmchain.crypto.seal import Place, open_body
from tcmchain.custodians.model.receipts import EMERGENCY, Outcome
from tcmchain.example import cast
from tcmchain.values import Hash32, UnixTime

pytestmark = [pytest.mark.engine, pytest.mark.asyncio(loop_scope="module")]

FIRST = Vault.from_words(cast.MNEMONIC).relation(2001)
SECOND = Vault.from_words(cast.MNEMONIC).relation(2002)
OTHER = Vault.from_words(cast.MNEMONIC).relation(2003)


async def _license(world: World) -> None:
    """License three physicians, the first and the third at one member, the second at another."""
    now = int(time.time())
    for place, (person, member) in enumerate(((FIRST, "hospital"), (SECOND, "riverside"), (OTHER, "hospital"))):
        await world.acting[member].members.appoint(person.account)
        digest = Hash32("0x" + f"{place + 1:064x}")
        licences = world.acting["certifier"].practitioners
        await licences.issue(
            f"JJ-{place}", person.account, "physician", UnixTime(now - DAY), UnixTime(now + DAY), digest
        )
        keys = public_bytes(person.reading), inbox_of(person.inbox)
        await world.send("Patients", "publishReader", *keys, signer=LocalSigner(person.account_key))


async def _shares(
    world: World, custodian: Custodian, who: Relation, glass: str, file: File, **changed: Any
) -> httpx.Response:
    body = {
        "patient": world.patient.account,
        "file": file.file,
        "version": 1,
        "lock": b64encode(file.raw).decode(),
        "readingKey": "0x" + public_bytes(who.reading).hex(),
        **changed,
    }
    signer = LocalSigner(who.account_key)
    return await world.ask(custodian, signer, "POST", f"/emergencies/{glass}/shares", body)


async def _broken(world: World) -> str:
    """Break the glass as the first practitioner; answers the id."""
    key = public_bytes(FIRST.reading)
    call = world.contracts.call("care", "Consent", "breakGlass", world.patient.account, sha256(b"why"), key)
    (tx,) = await world.sender.send([call], LocalSigner(FIRST.account_key))
    receipt = await world.sender.wait("care", tx)
    artifact = world.contracts.artifact("Consent")
    for log in await world.client.logs(receipt.block, receipt.block):
        event = artifact.decode_log(log)
        if event is not None and event.name == "GlassBroken":
            return str(event.args["id"])
    raise LookupError("no event")


async def test_release__seconded_by_another_member__opens_the_file(world: World) -> None:
    await _license(world)
    file = await world.append(Category.EMERGENCY, b"penicillin")
    glass = await _broken(world)
    custodian = world.custodians[0]
    early = await _shares(world, custodian, FIRST, glass, file)
    await world.send("Consent", "second", glass, signer=LocalSigner(SECOND.account_key))

    answers = [(await _shares(world, one, FIRST, glass, file)).json() for one in world.custodians[:2]]
    parts = [open_own(FIRST.reading, b64decode(one["capsule"]), b64decode(one["share"])) for one in answers]
    place = Place(world.patient.account, file.file, 1)
    assert open_body(file.sealed, open_emergency(parts), place.body_context) == b"penicillin"
    assert early.json()["code"] == "custodians-not-released"
    receipt = answers[0]["receipt"]
    assert (receipt["purpose"], receipt["grant"], receipt["reader"]) == (EMERGENCY, glass, FIRST.account)

    second = await _shares(world, custodian, SECOND, glass, file)
    assert second.json()["code"] == "custodians-not-released"
    foreign = await _shares(world, custodian, FIRST, glass, file, readingKey="0x" + public_bytes(OTHER.reading).hex())
    assert foreign.json()["code"] == "custodians-terms-wrong"
    plain = await _shares(world, custodian, FIRST, glass, await world.append(Category.DISEASE))
    assert plain.json()["code"] == "custodians-not-in-lock"

    served = await _shares(world, world.custodians[2], FIRST, glass, file)
    await world.acting["certifier"].custodians.retire(world.custodians[2].account)
    retired = await _shares(world, world.custodians[2], FIRST, glass, file)
    assert (served.status_code, retired.json()["code"]) == (200, "custodians-out-of-service")

    await world.send("Consent", "endBreakGlass", glass)
    ended = await _shares(world, custodian, FIRST, glass, file)
    assert ended.json()["code"] == "custodians-not-released"
    target = f"/receipts?patient={world.patient.account}"
    kept = (await world.ask(custodian, world.signer, "GET", target)).json()["receipts"]
    outcomes = [Outcome(one["receipt"]["outcome"]) for one in kept if one["receipt"]["grant"] == glass]
    assert outcomes == [
        Outcome.NOT_RELEASED,
        Outcome.SERVED,
        Outcome.NOT_RELEASED,
        Outcome.WRONG_TERMS,
        Outcome.NOT_IN_LOCK,
        Outcome.NOT_RELEASED,
    ]


async def test_reencrypt__reader_whose_licence_is_suspended__is_refused(world: World) -> None:
    grant = await world.grant(OTHER)
    await world.delegate(grant, OTHER)
    file = await world.append()
    before = await world.reencrypt(world.custodians[0], OTHER, grant, file)
    licences = world.acting["certifier"].practitioners
    held = await licences.licences(OTHER.account)
    await licences.rule(held[0].licence.id, "suspend", Hash32("0x" + "05" * 32))
    after = await world.reencrypt(world.custodians[0], OTHER, grant, file)
    assert (before.status_code, after.json()["code"]) == (200, "custodians-reader-suspended")

"""A custodian serves whom the chain lets, and refuses everybody else with a receipt."""

import asyncio
import json
import time
from base64 import b64decode, b64encode
from typing import Any

import pytest
from tests.custodians.world import DAY, File, Grant, World, reader, wish

from tcmchain.chain.signers import LocalSigner
from tcmchain.consent.model.terms import Rights, new_salt
from tcmchain.crypto.categories import Category
from tcmchain.crypto.delegation import open_reencrypted, public_bytes
from tcmchain.crypto.keys import Relation
from tcmchain.custodians.client.http import signed_headers
from tcmchain.custodians.client.receipts import check_signature, read_receipt
from tcmchain.custodians.model.errors import ReceiptForged
from tcmchain.custodians.model.receipts import Outcome, purpose_hash
from tcmchain.epcis.model.merkle import proves
from tcmchain.values import Hash32

pytestmark = [pytest.mark.engine, pytest.mark.asyncio(loop_scope="module")]

ATTENDING, STRANGER = reader(0), reader(1)


async def _granted(world: World, whom: Relation = ATTENDING, **terms: Any) -> tuple[Grant, File]:
    grant = await world.grant(whom, **terms)
    await world.delegate(grant, whom)
    return grant, await world.append(body=b'{"resourceType":"Condition"}')


async def _code(world: World, whom: Relation, grant: Grant, file: File, **changed: Any) -> str:
    answer = await world.reencrypt(world.custodians[0], whom, grant, file, **changed)
    return str(answer.json().get("code", answer.status_code))


async def _receipts(world: World, place: int = 0) -> list[dict[str, Any]]:
    target = f"/receipts?patient={world.patient.account}&after=0&limit=500"
    answer = await world.ask(world.custodians[place], world.signer, "GET", target)
    found: list[dict[str, Any]] = answer.raise_for_status().json()["receipts"]
    return found


async def test_reencrypt__two_custodians__open_the_share(world: World) -> None:
    grant, file = await _granted(world)
    answers = [(await world.reencrypt(one, ATTENDING, grant, file)).json() for one in world.custodians[:2]]
    share = file.lock.share_for(grant.opening.label, 1)
    assert share is not None
    delegating = public_bytes(world.patient.category_key(Category.DISEASE, 1))
    verifying = world.patient.fragment_signer.verifying_key().to_compressed_bytes()
    assert {one["verifyingKey"] for one in answers} == {"0x" + verifying.hex()}
    fragments = [b64decode(one["fragment"]) for one in answers]
    opened = open_reencrypted(ATTENDING.reading, delegating, share.capsule, fragments, share.share, verifying)
    assert len(opened) == 32


async def test_reencrypt__served__leaves_a_signed_receipt(world: World) -> None:
    grant, file = await _granted(world)
    answer = (await world.reencrypt(world.custodians[0], ATTENDING, grant, file)).json()
    receipt = read_receipt(answer["receipt"])
    card = world.custodians[0].card()
    digest = check_signature(receipt, answer["signature"], card["chainId"], card["contract"])
    decision = receipt.decision
    assert (decision.reader, decision.file, decision.grant) == (ATTENDING.account, file.file, grant.id)
    assert (decision.patient, decision.outcome) == (world.patient.account, Outcome.SERVED)
    assert decision.purpose == purpose_hash("会诊")
    assert len(digest) == 32


async def test_check__forged_receipt__is_refused(world: World) -> None:
    grant, file = await _granted(world)
    answer = (await world.reencrypt(world.custodians[0], ATTENDING, grant, file)).json()
    card = world.custodians[0].card()
    for forged in ({"outcome": 2}, {"number": 999}, {"custodian": world.custodians[1].account}):
        with pytest.raises(ReceiptForged):
            check_signature(
                read_receipt({**answer["receipt"], **forged}), answer["signature"], card["chainId"], card["contract"]
            )
    with pytest.raises(ReceiptForged):
        check_signature(read_receipt(answer["receipt"]), answer["signature"], card["chainId"] + 1, card["contract"])


async def test_anchor__receipts__are_proven_by_the_contract(world: World) -> None:
    grant, file = await _granted(world)
    await world.reencrypt(world.custodians[0], ATTENDING, grant, file)
    for _ in range(100):
        found = await _receipts(world)
        if found[-1]["batch"] is not None:
            break
        await asyncio.sleep(0.1)
    last = found[-1]
    roots = (await world.http.get(f"{world.url}/api/custodians/{world.custodians[0].account}/roots")).json()
    root = next(one["root"] for one in roots if one["batch"] == last["batch"])
    siblings = [bytes.fromhex(one[2:]) for one in last["proof"]]
    assert proves(bytes.fromhex(root[2:]), bytes.fromhex(last["digest"][2:]), siblings)
    asked = await world.contracts.ask(
        world.client, "Custodians", "proves", world.custodians[0].account, last["batch"], last["digest"], siblings
    )
    assert asked == (True,)


async def test_reencrypt__stranger_with_somebodys_opening__is_refused(world: World) -> None:
    grant, file = await _granted(world)
    assert await _code(world, STRANGER, grant, file) == "custodians-not-grantee"


async def test_reencrypt__withdrawn_grant__is_refused_from_the_next_block(world: World) -> None:
    grant, file = await _granted(world)
    assert (await world.reencrypt(world.custodians[0], ATTENDING, grant, file)).status_code == 200
    await world.send("Consent", "withdraw", grant.id)
    assert await _code(world, ATTENDING, grant, file) == "custodians-grant-withdrawn"


async def test_reencrypt__grant_over__is_refused_by_the_own_clock(world: World) -> None:
    grant, file = await _granted(world, until=int(time.time()) + 2)
    # No block comes meanwhile, so the chain's own time stands still.
    await asyncio.sleep(2.2)
    assert await _code(world, ATTENDING, grant, file) == "custodians-grant-expired"


async def test_reencrypt__other_terms__are_refused(world: World) -> None:
    grant, file = await _granted(world)
    wider = {**grant.opening.as_json(), "label": world.patient.label(Category.INSURANCE)}
    assert await _code(world, ATTENDING, grant, file, opening=wider) == "custodians-terms-wrong"
    longer = {**grant.opening.as_json(), "until": int(time.time()) + 900 * DAY}
    assert await _code(world, ATTENDING, grant, file, opening=longer) == "custodians-terms-wrong"
    salted = {**grant.opening.as_json(), "salt": new_salt()}
    assert await _code(world, ATTENDING, grant, file, opening=salted) == "custodians-terms-wrong"


async def test_reencrypt__unknown_grant__is_refused(world: World) -> None:
    grant, file = await _granted(world)
    unknown = Grant(Hash32("0x" + "77" * 32), grant.opening)
    assert await _code(world, ATTENDING, unknown, file) == "custodians-grant-unknown"


async def test_reencrypt__right_to_append_only__is_refused(world: World) -> None:
    grant = await world.grant(ATTENDING, rights=Rights.PASS_ON)
    await world.delegate(grant, ATTENDING)
    assert await _code(world, ATTENDING, grant, await world.append()) == "custodians-no-right"


async def test_reencrypt__lock_of_another_file__is_refused(world: World) -> None:
    grant, file = await _granted(world)
    other = await world.append()
    lock = {"lock": b64encode(other.raw).decode()}
    assert await _code(world, ATTENDING, grant, file, **lock) == "custodians-lock-wrong"


async def test_reencrypt__file_of_another_category__is_refused(world: World) -> None:
    grant, _ = await _granted(world)
    other = await world.append(Category.INSURANCE)
    assert await _code(world, ATTENDING, grant, other) == "custodians-not-in-lock"


async def test_reencrypt__unknown_and_erased_file__are_refused(world: World) -> None:
    grant, file = await _granted(world)
    assert await _code(world, ATTENDING, grant, file, version=2) == "custodians-file-gone"
    await world.send("Records", "erase", world.patient.account, file.file)
    assert await _code(world, ATTENDING, grant, file) == "custodians-file-gone"


async def test_reencrypt__no_fragment_for_the_grant__is_refused(world: World) -> None:
    await _granted(world)
    second = await world.grant(ATTENDING)
    assert await _code(world, ATTENDING, second, await world.append()) == "custodians-no-fragment"


async def test_ask__replayed__is_refused(world: World) -> None:
    grant, file = await _granted(world)
    custodian, body = world.custodians[0], json.dumps(wish(grant, file)).encode()
    headers = signed_headers(LocalSigner(ATTENDING.account_key), custodian.account, "POST", "/reencryptions", body)
    codes = []
    for _ in range(2):
        answer = await world.http.post(f"{custodian.url}/reencryptions", content=body, headers=headers)
        codes.append(answer.json().get("code", answer.status_code))
    other = await world.http.post(f"{world.custodians[1].url}/reencryptions", content=body, headers=headers)
    assert codes == [200, "asking-used"]
    assert other.json()["code"] == "asking-for-other"


async def test_ask__unsigned_or_altered__is_refused(world: World) -> None:
    grant, file = await _granted(world)
    custodian, body = world.custodians[0], wish(grant, file)
    bare = await world.http.post(f"{custodian.url}/reencryptions", json=body)
    headers = signed_headers(LocalSigner(ATTENDING.account_key), custodian.account, "POST", "/reencryptions", b"{}")
    altered = await world.http.post(f"{custodian.url}/reencryptions", json=body, headers=headers)
    assert (bare.status_code, bare.json()["code"]) == (401, "asking-missing")
    assert (altered.status_code, altered.json()["code"]) == (401, "asking-for-other")


async def test_hand_in__by_somebody_else__is_refused(world: World) -> None:
    grant = await world.grant(ATTENDING)
    account, body = next(iter(world.fragments(grant, ATTENDING).items()))
    answer = await world.ask(world.of(account), LocalSigner(STRANGER.account_key), "POST", "/fragments", body)
    assert answer.json()["code"] == "custodians-may-not-hand-in"


async def test_hand_in__fragment_for_another_grant_label_epoch_or_custodian__is_refused(world: World) -> None:
    grant, other = await world.grant(ATTENDING), await world.grant(STRANGER)
    handed = world.fragments(grant, ATTENDING)
    accounts = list(handed)
    body, custodian = handed[accounts[0]], world.of(accounts[0])
    foreign = world.fragments(other, STRANGER)[accounts[0]]

    async def code(**changed: Any) -> str:
        answer = await world.ask(custodian, world.signer, "POST", "/fragments", {**body, **changed})
        return str(answer.json()["code"])

    assert await code(sealed=foreign["sealed"]) == "fragment-unfit"
    assert await code(grant=other.id) == "custodians-terms-wrong"
    assert await code(epoch=2) == "custodians-key-not-on-chain"
    insurance = "0x" + public_bytes(world.patient.category_key(Category.INSURANCE, 1)).hex()
    assert await code(delegatingKey=insurance) == "custodians-key-not-on-chain"
    assert await code(sealed=handed[accounts[1]]["sealed"]) == "custodians-sealed-for-other"
    assert await code(verifyingKey=insurance) == "fragment-unfit"


async def test_refuse__askings__leave_receipts_too(world: World) -> None:
    grant, file = await _granted(world)
    before = len(await _receipts(world))
    refusal = (await world.reencrypt(world.custodians[0], STRANGER, grant, file)).json()
    found = await _receipts(world)
    assert len(found) == before + 1
    last = found[-1]["receipt"]
    assert (last["number"], last["reader"]) == (refusal["details"]["number"], STRANGER.account)
    assert Outcome(last["outcome"]) is Outcome.NOT_GRANTEE


async def test_show__receipts__to_the_patient_only(world: World) -> None:
    target = f"/receipts?patient={world.patient.account}"
    answer = await world.ask(world.custodians[0], LocalSigner(STRANGER.account_key), "GET", target)
    assert answer.json()["code"] == "custodians-may-not-see"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b'{"grant":1}',
        b'{"grant":"0x00","opening":null}',
        b"\xff\xfe",
        b"[" * 5_000,
        json.dumps({"grant": "0x" + "00" * 32, "opening": {}, "file": "x", "version": -1, "lock": "?"}).encode(),
    ],
)
async def test_ask__hostile_body__is_refused_as_malformed(world: World, body: bytes) -> None:
    custodian = world.custodians[0]
    headers = signed_headers(LocalSigner(STRANGER.account_key), custodian.account, "POST", "/reencryptions", body)
    answer = await world.http.post(f"{custodian.url}/reencryptions", content=body, headers=headers)
    assert answer.status_code == 422


async def test_ask__body_beyond_any_asking__is_refused(world: World) -> None:
    answer = await world.http.post(f"{world.custodians[0].url}/reencryptions", content=b"x" * (200 << 10))
    assert answer.status_code == 413


async def test_reencrypt__capsule_that_is_none__is_refused_as_a_wrong_lock(world: World) -> None:
    grant, _ = await _granted(world)
    good = await world.append()
    broken = json.loads(good.raw)
    broken["shares"][0]["capsule"] = b64encode(b"\x02" * 105).decode()
    lock = type(good.lock).read(json.dumps(broken).encode())
    assert await _code(world, ATTENDING, grant, await world.append(lock=lock)) == "custodians-lock-wrong"


async def test_retire__custodian__serves_no_longer(world: World) -> None:
    grant, file = await _granted(world)
    account = world.custodians[2].account
    await world.acting["certifier"].custodians.retire(account)
    answer = await world.reencrypt(world.custodians[2], ATTENDING, grant, file)
    assert answer.json()["code"] == "custodians-out-of-service"
    listed = (await world.http.get(f"{world.url}/api/custodians")).json()
    assert account not in [one["account"] for one in listed]

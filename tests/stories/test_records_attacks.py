"""Attacks on records that patients own, each by the SDK against a node and three custodians that are processes."""

import asyncio
import hashlib
import json
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from tests.stories.clinic import DIGEST, THIEF_WORDS, WORDS, Clinic, clinic_at
from tests.stories.leaks import Search

from tcmchain.chain.typed_data import TypedData
from tcmchain.consent.contract import typed_grant
from tcmchain.consent.model.errors import MayNotGrant
from tcmchain.consent.model.terms import Opening, Rights, new_salt
from tcmchain.crypto.categories import Category
from tcmchain.crypto.delegation import encapsulate, open_own, public_bytes
from tcmchain.crypto.digest import sha256
from tcmchain.crypto.errors import LockShut, SealBroken
from tcmchain.crypto.lock import CategoryKey, CategoryShare, Lock, make_lock, open_emergency
from tcmchain.crypto.seal import Place, new_data_key, pad_facts, seal_facts
from tcmchain.custodians.client.reading import Answer, Granted, ReadingClient
from tcmchain.custodians.client.receipts import verify
from tcmchain.custodians.model import errors
from tcmchain.errors import NotPermitted, Unavailable
from tcmchain.ipfs.cid import cid_of_digest
from tcmchain.patients.service.device import Device
from tcmchain.records.client.sealing import new_file
from tcmchain.records.model.entries import Entry
from tcmchain.records.model.envelope import Envelope
from tcmchain.values import Cid, Hash32, UnixTime
from tcmchain.web.askings import AskingAuth

pytestmark = [pytest.mark.engine, pytest.mark.asyncio(loop_scope="module")]

BODY = b'{"resourceType":"Condition"}' * 100
OTHER = b'{"resourceType":"Observation"}'


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def clinic(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Clinic]:
    """One node for all attacks: whatever an attack changed would show in those after it."""
    async with clinic_at(tmp_path_factory.mktemp("attacks")) as found:
        yield found


async def test_withdraw__a_grant__leaves_the_other_and_shuts_old_and_new_files(clinic: Clinic) -> None:
    patient, kept, gone = await clinic.patient(), await clinic.reader(), await clinic.reader()
    old = await clinic.add(patient, BODY)
    staying, leaving = await clinic.grant(patient, kept), await clinic.grant(patient, gone)
    assert (await clinic.read(gone, old, leaving)).body == BODY
    await (await clinic.granting(patient)).withdraw(leaving, [staying])
    new = await clinic.add(patient, OTHER)
    for entry in (old, new):
        with pytest.raises(errors.GrantWithdrawn):
            await clinic.read(gone, entry, leaving)
    assert (await clinic.read(kept, old, staying)).body == BODY
    assert (await clinic.read(kept, new, staying)).body == OTHER


async def test_read__after_the_end_of_a_grant__is_refused(clinic: Clinic) -> None:
    patient, reader = await clinic.patient(), await clinic.reader()
    entry, made = await clinic.add(patient, BODY), await clinic.grant(patient, reader, seconds=12)
    assert (await clinic.read(reader, entry, made)).body == BODY
    await asyncio.sleep(12.5)
    with pytest.raises(errors.GrantExpired):
        await clinic.read(reader, entry, made)


async def test_read__with_a_stolen_opening__is_refused_and_the_patient_sees_it(clinic: Clinic) -> None:
    patient, reader, thief = await clinic.patient(), await clinic.reader(), await clinic.reader(THIEF_WORDS)
    entry, made = await clinic.add(patient, BODY), await clinic.grant(patient, reader)
    with pytest.raises(NotPermitted):
        await clinic.read(thief, entry, made)
    own = replace(made.opening, grantee=thief.account, reading_key=public_bytes(thief.relation.reading))
    with pytest.raises(errors.TermsWrong):
        await clinic.read(thief, entry, replace(made, opening=own))
    seen = [one["receipt"]["reader"] for one in await _receipts(clinic, patient)]
    assert seen
    assert set(seen) == {thief.account}


async def test_grant__signed_for_another_chain_or_contract__never_stands(clinic: Clinic) -> None:
    patient, reader = await clinic.patient(), await clinic.reader()
    world, consent = clinic.world, clinic.world.contracts.address("care", "Consent")
    chain = await world.client.chain_id()
    opening = Opening(
        new_salt(), reader.account, public_bytes(reader.relation.reading), patient.relation.label(Category.DISEASE),
        Rights.READ, "consultation", UnixTime((await world.client.head()).timestamp + 3600),
    )  # fmt: skip
    grant = opening.grant(patient.account)
    elsewhere = [
        typed_grant(grant, chain + 1, consent),
        typed_grant(grant, chain, world.contracts.address("care", "Records")),
    ]
    for typed in elsewhere:
        with pytest.raises(MayNotGrant):
            await _hand_in(patient, typed)
    assert await clinic.consent(patient).grants(patient.account) == []
    await clinic.consent(patient).hand_in(grant)
    assert len(await clinic.consent(patient).grants(patient.account)) == 1


async def test_verify__forged_receipts__are_told_from_true_ones(clinic: Clinic) -> None:
    patient, reader = await clinic.patient(), await clinic.reader()
    entry, made = await clinic.add(patient, BODY), await clinic.grant(patient, reader)
    await clinic.read(reader, entry, made)
    true = (await _anchored(clinic, patient))[0]
    assert (await verify(patient.http, [true])).anchored == 1
    receipt = true["receipt"]
    false: list[dict[str, Any]] = [
        {**true, "receipt": {**receipt, "reader": patient.account}},
        {**true, "receipt": {**receipt, "outcome": 1}},
        {**true, "receipt": {**receipt, "custodian": reader.account}},
        {**true, "signature": clinic.signer(reader).sign_message("served")},
        {**true, "proof": [DIGEST, *true["proof"]]},
        {**true, "batch": true["batch"] + 1},
    ]
    for one in false:
        with pytest.raises(errors.ReceiptForged):
            await verify(patient.http, [one])


class _Swapped(ReadingClient):
    """A reader whose custodians, as many as ``liars``, answer truly but for another file of the same patient."""

    def __init__(self, reader: Device, other: Mapping[str, Any], liars: int) -> None:
        super().__init__(reader.http, reader.http.key(), reader.relation.reading)
        self._other, self._liars = other, liars

    async def _ask(self, account: str, body: bytes) -> Answer:
        if self._liars > 0:
            self._liars -= 1
            body = json.dumps({**json.loads(body), **self._other}).encode()
        return await super()._ask(account, body)


async def test_read__fragments_for_another_file__count_as_none(clinic: Clinic) -> None:
    patient, reader = await clinic.patient(), await clinic.reader()
    entry, other = await clinic.add(patient, BODY), await clinic.add(patient, OTHER)
    made = await clinic.grant(patient, reader)
    lock = (await _envelope(clinic, patient, other)).lock
    swap = {"file": other.file, "lock": b64encode(lock).decode()}
    granted = [Granted(made.id, made.opening)]
    found = await _Swapped(reader, swap, 1).read_file(entry.patient, entry.file, 1, granted)
    assert found.body == BODY
    with pytest.raises(errors.TooFew) as refused:
        await _Swapped(reader, swap, 2).read_file(entry.patient, entry.file, 1, granted)
    assert refused.value.details["needed"] == 2


async def test_read__blocks_corrupted_on_the_disk__is_told_and_never_shown(clinic: Clinic) -> None:
    patient = await clinic.patient()
    records = clinic.records(patient)
    entry, other = await clinic.add(patient, BODY), await clinic.add(patient, OTHER)
    body = Cid(str((await _envelope(clinic, patient, entry)).body))
    for cid, wrong in ((body, b"\0"), (body, None), (cid_of_digest(entry.envelope), b"\0"), (body, b"")):
        file = _file(clinic, cid)
        whole = file.read_bytes()
        file.write_bytes(_file(clinic, cid_of_digest(other.envelope)).read_bytes() if wrong is None else wrong)
        with pytest.raises(Unavailable):
            await records.read(patient.relation, entry.file)
        file.write_bytes(whole)
        assert (await records.read(patient.relation, entry.file))[1] == BODY


async def test_read__physician_suspended_then_reinstated__follows_the_licence(clinic: Clinic) -> None:
    patient, doctor = await clinic.patient(), await clinic.physician("hospital", "ZY-2001")
    entry, made = await clinic.add(patient, BODY), await clinic.grant(patient, doctor)
    licences = clinic.member("certifier").practitioners
    (licence,) = await licences.licences(holder=doctor.account)
    await licences.rule(licence.licence.id, "suspend", DIGEST)
    with pytest.raises(errors.ReaderSuspended):
        await clinic.read(doctor, entry, made)
    await licences.rule(licence.licence.id, "reinstate", DIGEST)
    assert (await clinic.read(doctor, entry, made)).body == BODY


async def test_lose__a_device__guardians_shut_the_thief_out_and_old_files_open(clinic: Clinic) -> None:
    patient, reader = await clinic.patient(), await clinic.reader()
    entry, made = await clinic.add(patient, BODY), await clinic.grant(patient, reader)
    guardians = [await clinic.reader() for _ in range(3)]
    await patient.choose_guardians(WORDS, [one.account for one in guardians], 2, delay=2)
    new = clinic.device(THIEF_WORDS)
    for guardian in guardians[:2]:
        await guardian.propose(patient.account, new.account, new.inbox)
    await asyncio.sleep(3.1)
    await new.patients.complete_recovery(patient.account)
    for guardian in guardians[1:]:
        (share,) = await guardian.held_shares()
        await guardian.hand_over(share, new.account)
    assert await new.recover(patient.account) == WORDS
    assert (await clinic.records(new).read(patient.relation, entry.file))[1] == BODY
    thief = patient
    with pytest.raises(NotPermitted):
        await clinic.consent(thief).withdraw(made.id)
    with pytest.raises(NotPermitted):
        await clinic.grant(thief, reader)
    with pytest.raises(NotPermitted):
        await thief.rotate([Category.DISEASE])
    with pytest.raises(NotPermitted):
        await clinic.records(thief).erase(patient.account, entry.file)
    with pytest.raises(NotPermitted):
        await _receipts(clinic, thief)
    await clinic.consent(new).withdraw(made.id)
    with pytest.raises(errors.GrantWithdrawn):
        await clinic.read(reader, entry, made)


async def test_read__category_keys_confused__opens_nothing(clinic: Clinic) -> None:
    patient, reader = await clinic.patient(), await clinic.reader()
    disease = await clinic.grant(patient, reader, Category.DISEASE)
    insured = await clinic.add(patient, BODY, (Category.INSURANCE,))
    with pytest.raises(errors.NotInLock):
        await clinic.read(reader, insured, disease)
    keys, data_key = patient.relation, new_data_key()
    label, wrong = keys.label(Category.DISEASE), public_bytes(keys.category_key(Category.INSURANCE, 1))
    entry = await _append(patient, data_key, make_lock(data_key, 1, [CategoryKey(label, 1, wrong)]))
    with pytest.raises(SealBroken):
        await clinic.records(patient).read(keys, entry.file)
    with pytest.raises((SealBroken, LockShut, errors.TooFew)):
        await clinic.read(reader, entry, disease)


async def test_add__a_file_of_no_bytes__is_read_like_any_other(clinic: Clinic) -> None:
    patient, reader = await clinic.patient(), await clinic.reader()
    entry, made = await clinic.add(patient, b""), await clinic.grant(patient, reader)
    assert (await clinic.records(patient).read(patient.relation, entry.file))[1] == b""
    found = await clinic.read(reader, entry, made)
    assert (found.body, found.facts.size) == (b"", 0)


async def test_break_glass__shares_copied_to_an_accomplice__stay_shut(clinic: Clinic) -> None:
    patient, accomplice = await clinic.patient(), await clinic.patient(THIEF_WORDS)
    first, second = await clinic.physician("hospital", "ZY-3001"), await clinic.physician("riverside", "ZY-3002")
    entry = await clinic.add(patient, BODY, (Category.EMERGENCY,))
    lock = Lock.read((await _envelope(clinic, patient, entry)).lock)
    key = accomplice.relation.category_key(Category.EMERGENCY, 1)
    data_key = new_data_key()
    share = CategoryShare(accomplice.relation.label(Category.EMERGENCY), 1, *encapsulate(public_bytes(key), data_key))
    copied = Lock(1, (share,), (), lock.emergency)
    false = await _append(accomplice, data_key, copied)
    glass = await _open_glass(clinic, accomplice, first, second)
    for one in lock.emergency:
        with pytest.raises(errors.LockWrong):
            await _release(clinic, one.custodian, first, glass, false, copied)
        with pytest.raises(errors.NotReleased):
            await _release(clinic, one.custodian, first, glass, entry, lock)
    glass = await _open_glass(clinic, patient, first, second)
    parts = [await _release(clinic, one.custodian, first, glass, entry, lock) for one in lock.emergency[:2]]
    opened = await clinic.records(first).open(patient.account, entry.file, 1, lambda _: open_emergency(parts))
    assert await clinic.records(first).body(opened) == BODY


async def test_look__through_all_that_attacks_left__finds_no_secret(clinic: Clinic) -> None:
    await clinic.add(await clinic.patient(), BODY)
    search = Search(clinic.secrets())
    assert await asyncio.to_thread(search.look_through, clinic.home) == {}


async def _open_glass(clinic: Clinic, patient: Device, first: Device, second: Device) -> Hash32:
    glass = await clinic.consent(first).break_glass(patient.account, DIGEST)
    return (await clinic.consent(second).second(glass.id)).id


async def _release(clinic: Clinic, custodian: str, who: Device, glass: Hash32, entry: Entry, lock: Lock) -> bytes:
    """A custodian's part of a data key, opened with the reading key of who broke the glass."""
    body = {
        "patient": entry.patient, "file": entry.file, "version": entry.version,
        "lock": b64encode(lock.write()).decode(), "readingKey": "0x" + public_bytes(who.relation.reading).hex(),
    }  # fmt: skip
    path = f"/emergencies/{glass}/shares"
    found = await clinic.custodians(who).ask(custodian, "POST", path, json.dumps(body).encode())
    return open_own(who.relation.reading, *(b64decode(found[name]) for name in ("capsule", "share")))


async def _receipts(clinic: Clinic, asker: Device) -> list[dict[str, Any]]:
    """What all custodians wrote about a patient."""
    asked = [clinic.custodians(asker).receipts(one.account, asker.account) for one in clinic.world.custodians]
    return [receipt for found in await asyncio.gather(*asked) for receipt in found["receipts"]]


async def _anchored(clinic: Clinic, patient: Device) -> list[dict[str, Any]]:
    """Receipts under a root on the chain, as soon as there are some."""
    for _ in range(100):
        found = [one for one in await _receipts(clinic, patient) if one["batch"] is not None]
        if found:
            return found
        await asyncio.sleep(0.2)
    raise AssertionError("no root came")


async def _hand_in(patient: Device, typed: TypedData) -> None:
    """Hand a signed grant in as the node asks for it, whatever was signed."""
    signature = patient.http.key().sign_typed_data(typed)
    await patient.http.post("/api/consent/grants", {**typed.message, "signature": signature})


async def _envelope(clinic: Clinic, patient: Device, entry: Entry) -> Envelope:
    path = f"/api/records/{entry.patient}/files/{entry.file}/versions/{entry.version}/envelope"
    answer = await patient.http.exchange("GET", path, auth=AskingAuth(patient.http.key(), clinic.url))
    return Envelope.read(answer.content)


def _file(clinic: Clinic, cid: Cid) -> Path:
    """Where the node keeps a block."""
    return next((clinic.home / "node" / "ipfs" / "blocks").glob(f"*/{cid}.data"))


async def _append(patient: Device, data_key: bytes, lock: Lock) -> Entry:
    """A file without a body under a lock that no honest device makes."""
    place, raw = Place(patient.account, new_file(), 1), lock.write()
    author = {"account": patient.account, "member": None, "name": ""}
    facts = {
        "type": "note", "title": "x", "happened": "2026-11-20", "category": "disease", "media": "text/plain",
        "size": 0, "sha256": hashlib.sha256(b"").hexdigest(), "author": author, "encounter": None,
        "selfSupplied": True, "summary": {}, "salt": "00" * 32,
    }  # fmt: skip
    padded = pad_facts(json.dumps(facts).encode())
    sealed = seal_facts(padded, data_key, place)
    block = Envelope(place.patient, place.file, 1, raw, sealed, None, 0, "file").write()
    entry = Entry(place.patient, place.file, 1, sha256(block), sha256(raw), sha256(padded))
    content = {"envelope": b64encode(block).decode(), "facts": entry.facts}
    asking = AskingAuth(patient.http.key(), patient.http.url)
    answer = await patient.http.exchange("POST", "/api/records/append", auth=asking, json=content)
    await patient.http.wait(await patient.http.submit(answer.json()))
    return entry

"""A node that stops between a dispensing and its record writes it when it starts again, once."""

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from eth_account.hdaccount import key_from_seed, seed_from_mnemonic
from tests.running import RunningNode, running_node

from tcmchain.chain.calls import Call
from tcmchain.chain.signers import LocalSigner
from tcmchain.consent.model.terms import Opening, Rights
from tcmchain.crypto.categories import Category
from tcmchain.crypto.digest import whom_hash
from tcmchain.crypto.keys import Vault
from tcmchain.encounters.model.visits import permission_of
from tcmchain.example import cast
from tcmchain.patients.client.making import make_registration, reader_keys
from tcmchain.practitioners.model import Licence, licence_id
from tcmchain.provenance.contract import Deed, Portion
from tcmchain.records.client.opening import open_envelope, with_relation
from tcmchain.records.model.facts import RecordType
from tcmchain.values import FormId, Hash32, LotId, Milligrams, QuotaId, UnixTime, VisitId

pytestmark = pytest.mark.engine
FRESH = FormId("renshen.fresh")
SALT = Hash32("0x" + "5a" * 32)
PATIENT = Vault.from_words(cast.PERSONS["patient"].words).relation(1)
SIGNER = LocalSigner(PATIENT.account_key)
NOW = UnixTime(int(time.time()))
DEED = Deed(NOW, {})


def _send(running: RunningNode, calls: Sequence[Call], signer: LocalSigner = SIGNER) -> None:
    async def work() -> None:
        for tx in await running.node.sender.send(calls, signer):
            receipt = await running.node.sender.wait("care", tx)
            await running.node.index.wait("care", receipt.block)

    running.run(work())


def _stock(running: RunningNode) -> LotId:
    """A lot that the hospital holds."""
    steps, ledger = running.node.steps, running.node.ledger
    running.take("regulator", steps.declare_form(FRESH, 1, {}))
    grower = cast.member("grower")
    until = UnixTime(NOW + 86_400)
    running.take("regulator", steps.certify_quota("Q", grower, FRESH, Milligrams(3_000_000), until, {}))
    quota = QuotaId(ledger.quotas(grower)[0].id)
    running.take("grower", steps.commission(quota, "F-1", Milligrams(1_000_000), None, DEED))
    lot = next(lot.id for lot in ledger.search("F-1"))
    portions = [Portion(lot, Milligrams(500_000))]
    running.take("grower", steps.ship("S-1", cast.member("hospital"), portions, DEED))
    (coming,) = ledger.shipments(cast.member("hospital"), incoming=True)
    running.take("hospital", steps.receive(coming.id, (), DEED))
    return lot


def _license(running: RunningNode) -> None:
    node = running.node
    holder = cast.officer("hospital").address
    number = licence_id(cast.member("certifier"), "Z-1")
    licence = Licence(number, holder, "physician", UnixTime(NOW - 60), UnixTime(NOW + 86_400), SALT)
    signature = cast.officer("certifier").sign_typed_data(node.practitioners.typed(licence))
    running.take("certifier", node.practitioners.issue(licence, signature))


def _permitted(running: RunningNode) -> VisitId:
    """A visit at the hospital with a desk."""
    node, physician = running.node, cast.officer("hospital")
    _send(running, node.patients.register(PATIENT.account, make_registration(PATIENT, "x", [Category.MEDICATION])))
    reading, inbox = reader_keys(PATIENT)
    running.take("hospital", node.patients.publish_reader(reading, inbox))
    visit = node.encounters.visits.next_id(physician.address)
    until = UnixTime(NOW + 3600)
    asked = node.encounters.visits.request(physician.address, whom_hash(SALT, PATIENT.account), SALT, until)
    running.take("hospital", asked)
    label = PATIENT.label(Category.MEDICATION)
    opening = Opening(SALT, physician.address, reading, label, Rights.READ | Rights.APPEND, "treatment", until)
    grant = opening.grant(PATIENT.account, cast.member("hospital"))
    signature = SIGNER.sign_typed_data(running.run(node.grants.typed(grant)))
    given, _ = running.run(node.grants.relay(grant, signature))
    permission = permission_of(SALT, [given])
    _send(running, node.encounters.visits.permit(visit, PATIENT.account, SALT, permission, until))
    node.encounters.desks.hand_in(cast.member("hospital"), visit, PATIENT.account, given, opening)
    return visit


def _recorded(running: RunningNode) -> list[RecordType]:
    folders = running.node.records.folders
    found = []
    for appended in folders.entries(PATIENT.account):
        entry = appended.entry
        _, block = running.run(folders.envelope(entry.patient, entry.file, entry.version))
        found.append(open_envelope(block, entry, with_relation(PATIENT)).facts.type)
    return found


async def _until_recorded(running: RunningNode) -> None:
    for _ in range(200):
        if running.node.records.folders.entries(PATIENT.account):
            return
        await asyncio.sleep(0.05)


def test_start__again_after_a_dispensing_nobody_recorded__records_it_once(tmp_path: Path) -> None:
    with running_node(tmp_path) as running:
        place = [actor.key for actor in cast.ACTORS].index("hospital")
        seed = seed_from_mnemonic(cast.MNEMONIC, "")
        running.node.keystore.take_in("hospital", key_from_seed(seed, f"m/44'/60'/0'/0/{place}"))
        for key in ("regulator", "certifier", "grower", "hospital"):
            running.sign_agreement(key)
        lot = _stock(running)
        _license(running)
        visit = _permitted(running)
        running.run(running.node.encounters.stop())
        code = running.node.encounters.desks.next_code(cast.member("hospital"), visit)
        portion = Portion(lot, Milligrams(10_000))
        running.take("hospital", running.node.steps.dispense([portion], code.commitment, DEED))
        assert _recorded(running) == []
    for _ in range(2):
        with running_node(tmp_path) as running:
            running.run(_until_recorded(running))
            assert _recorded(running) == [RecordType.DISPENSING]

"""Seventh part: the patient visits another hospital, which asks, reads what is granted, and records by itself."""

import asyncio
import hashlib
import secrets
import time
from typing import Any, Final

from tcmchain.consent.model.terms import Rights
from tcmchain.crypto.categories import Category
from tcmchain.crypto.digest import sha256
from tcmchain.crypto.letters import inbox_of
from tcmchain.custodians.client.reading import Granted, ReadingClient
from tcmchain.encounters.client import Offer
from tcmchain.encounters.model.visits import permission_of
from tcmchain.example import cast
from tcmchain.example.care import (
    AT_HOSPITAL,
    AT_RIVERSIDE,
    READ_AND_APPEND,
    Given,
    Wish,
    device,
    folder_of,
    give,
    granting_of,
    hand_fragments,
    physician,
    register,
    relation,
    send_card,
)
from tcmchain.example.stage import Scene, Stage, where
from tcmchain.letters.client.letters import pad
from tcmchain.patients.client.guarding import share_out
from tcmchain.patients.client.making import next_keys, reader_keys
from tcmchain.patients.model.registered import Guardianship
from tcmchain.provenance.client import Quantity
from tcmchain.records.model.fhir import Writer, write
from tcmchain.records.model.forms import EncounterForm, FourExaminations, Herb
from tcmchain.values import Hash32, UnixTime, VisitId

PIECES: Final = ("huangqi", "danggui", "dangshen", "gancao")
"""Decoction pieces on the shelf of the hospital that is visited."""

DEVICE: Final = "952000001EA0042"
"""GIAI of an electro-acupuncture device; GS1 keeps 952 for demonstrations."""

_PHYSICIAN: Final = "visited_physician"
_ASKED: Final = (Category.DISEASE, Category.VITALS, Category.MEDICATION, Category.IMAGING)
_DAYS: Final = 7
_DAY: Final = 86_400
_PATIENCE: Final = 30.0


async def stock_riverside(stage: Stage) -> None:
    lines = [Quantity(await stage.lot("factory", f"AG-{herb}-P"), "2 kg") for herb in PIECES]
    await stage.send("factory", "riverside", stage.number("AG-R", 40), lines, (40, 38), {"carrier": "城配车"})


async def register_at_riverside(stage: Stage) -> None:
    await register(stage, AT_RIVERSIDE)
    await send_card(stage, AT_RIVERSIDE, "riverside")


async def visit(stage: Stage) -> None:
    chain = physician(stage, _PHYSICIAN)
    if await chain.encounters.visits(practitioner=relation(_PHYSICIAN, 0).account):
        return
    offer, letter = await _ask(stage)
    given, others = await _permit(stage, offer, letter)
    await _treat(stage, VisitId(letter["request"]), given, others)
    await chain.encounters.finish(VisitId(letter["request"]))


async def _ask(stage: Stage) -> tuple[Offer, dict[str, Any]]:
    """The patient shows a code; the physician takes it, and asks on the chain and by letter."""
    home, chain = relation("patient", AT_RIVERSIDE), physician(stage, _PHYSICIAN)
    shown = Offer(home.account, inbox_of(home.inbox), _fixed("offer"))
    code = await device(stage, home).encounters.leave_offer(shown)
    offer = await chain.encounters.take_offer(code)
    who = cast.PERSONS[_PHYSICIAN]
    reading, inbox = reader_keys(relation(_PHYSICIAN, 0))
    until = UnixTime(int(time.time()) + _DAYS * _DAY)
    licences = await chain.practitioners.licences(who.signer.address)
    letter = {
        "kind": "request",
        "request": await chain.encounters.next_id(),
        "salt": offer.salt,
        "patient": offer.patient,
        "doctor": {
            "account": who.signer.address,
            "name": who.zh,
            "member": cast.actor("riverside").zh,
            "licence": licences[0].licence.id,
        },
        "readingKey": "0x" + reading.hex(),
        "inbox": "0x" + inbox.hex(),
        "categories": [category.value for category in _ASKED],
        "rights": int(READ_AND_APPEND),
        "purpose": "treatment",
        "until": until,
        # The salt comes to the chain with the answer; this does not, so that nobody finds the rest by trying.
        "blind": "0x" + secrets.token_hex(32),
    }
    await chain.encounters.request(offer, sha256(pad(letter).rstrip()), until)
    await chain.letters.send(offer.patient, offer.inbox, letter)
    return offer, letter


async def _permit(stage: Stage, offer: Offer, letter: dict[str, Any]) -> tuple[list[Given], list[Given]]:
    """The patient lets the physician read both folders, write in the new one, and answers."""
    home, old = relation("patient", AT_RIVERSIDE), relation("patient", AT_HOSPITAL)
    wishes = [Wish(_PHYSICIAN, category, READ_AND_APPEND, days=_DAYS, told=False) for category in _ASKED]
    given = [await give(stage, AT_RIVERSIDE, wish) for wish in wishes]
    wishes = [Wish(_PHYSICIAN, category, days=_DAYS, told=False) for category in _ASKED]
    others = [await give(stage, AT_HOSPITAL, wish) for wish in wishes]
    chain = device(stage, home)
    # The offer's salt stands in the open once it permitted; with it anybody could find the grants that belong together.
    permission_salt = Hash32("0x" + secrets.token_hex(32))
    answer = {
        "kind": "answer",
        "from": home.account,
        "request": letter["request"],
        "home": home.account,
        "folders": [folder_of(home, given), folder_of(old, others)],
        "permissionSalt": permission_salt,
    }
    await chain.letters.send(letter["doctor"]["account"], bytes.fromhex(letter["inbox"][2:]), answer)
    permission = permission_of(permission_salt, [one.grant for one in (*given, *others)])
    visit_id, until = VisitId(letter["request"]), UnixTime(letter["until"])
    await chain.encounters.permit(visit_id, home.account, offer.salt, permission, until)
    return given, others


async def _treat(stage: Stage, visit_id: VisitId, given: list[Given], others: list[Given]) -> None:
    """Write the encounter; what is dispensed and used is recorded by the hospital's node."""
    await _read_one(stage, others)
    by_category = {one.category: one for one in given}
    await _write_encounter(stage, visit_id, by_category[Category.DISEASE])
    chain, medication = physician(stage, _PHYSICIAN), by_category[Category.MEDICATION]
    patient = relation("patient", AT_RIVERSIDE).account
    await chain.encounters.hand_in_desk(visit_id, patient, medication.grant, medication.opening.as_json())
    code = await chain.encounters.code(visit_id)
    lines = [Quantity(await stage.lot("factory", f"AG-{herb}-P"), "210 g") for herb in PIECES[:3]]
    bound, facts = Hash32(code["commitment"]), where("riverside")
    await stage.acting("riverside").provenance.dispense(lines, bound, stage.day(0, "00:05"), facts)
    now = UnixTime(int(time.time()))
    await chain.encounters.use_device(visit_id, DEVICE, UnixTime(now - 1200), now, "电针仪")
    await _recorded(stage, visit_id, len(lines))


async def _read_one(stage: Stage, others: list[Given]) -> None:
    """Read the newest entry of the other hospital's folder through custodians, where they serve."""
    if not others[0].entry["custodians"]:
        return
    chain, keys, old = physician(stage, _PHYSICIAN), relation(_PHYSICIAN, 0), relation("patient", AT_HOSPITAL)
    reader = ReadingClient(chain.http, chain.http.key(), keys.reading)
    newest = (await chain.records.entries(old.account))[-1].entry
    granted = [Granted(one.grant, one.opening) for one in others]
    await reader.read_file(old.account, newest.file, newest.version, granted)


async def _write_encounter(stage: Stage, visit_id: VisitId, given: Given) -> None:
    patient, who = relation("patient", AT_RIVERSIDE).account, cast.PERSONS[_PHYSICIAN].zh
    form = EncounterForm(
        "旅途劳累后乏力，下肢麻木",
        FourExaminations("面色少华", "舌淡暗苔薄白", "语声低", "纳可，眠差", "下肢触觉减退", "脉细涩"),
        "消渴病痹证",
        ("气虚血瘀证",),
        "益气活血通络",
        "黄芪桂枝五物汤加减",
        (Herb("黄芪", 30), Herb("当归", 30), Herb("党参", 30)),
        7,
        "水煎服，日一剂",
    )
    happened = f"{stage.day(0, '00:00:30')}+08:00"
    content = Writer(patient, happened, who, visit_id).encounter(form)
    head = {
        "patient": patient,
        "type": "encounter",
        "title": "门诊：气虚血瘀证",
        "happened": happened,
        "categories": [given.category.value],
        "encounter": visit_id,
        "summary": form.summary(),
        "grant": given.grant,
        "salt": given.opening.salt,
        "labels": {given.category.value: given.opening.label},
        "writer": who,
    }
    await physician(stage, _PHYSICIAN).records.seal(head, write(content))


async def _recorded(stage: Stage, visit_id: VisitId, wanted: int) -> None:
    chain = physician(stage, _PHYSICIAN)
    last = time.monotonic() + _PATIENCE
    while (await chain.encounters.desk(visit_id))["recorded"] < wanted:
        if time.monotonic() > last:
            raise LookupError("the story's dispensings are not recorded")
        await asyncio.sleep(0.1)


async def choose_guardians(stage: Stage) -> None:
    """Two of three guardians bring the words back together; the daughter acts for her parent for a year."""
    old = relation("patient", AT_HOSPITAL)
    chain = device(stage, old)
    if (await chain.patients.patient(old.account)).guardianship is not None:
        return
    guardians = ("daughter", "attending_physician", _PHYSICIAN)
    accounts = tuple(relation(person, 0).account for person in guardians)
    held = share_out(cast.PERSONS["patient"].words, old.account, 2, len(guardians))
    await chain.patients.set_guardians(old.account, Guardianship(accounts, 2, 3 * _DAY, held[0].backup))
    for account, share in zip(accounts, held, strict=True):
        reader = await chain.patients.reader(account)
        await chain.letters.send(account, reader.inbox, share.letter(old.account))
    until = UnixTime(int(stage.now.timestamp()) + 365 * _DAY)
    await chain.patients.appoint_proxy(old.account, accounts[0], until)


async def withdraw_one(stage: Stage) -> None:
    """A grant is withdrawn: new files of the category get a new key, which those who still may read can open."""
    old = relation("patient", AT_HOSPITAL)
    chain = device(stage, old)
    given = await give(stage, AT_HOSPITAL, Wish("claims_officer", Category.IMAGING, Rights.READ, "claim", 30))
    if (await chain.consent.grant(given.grant)).withdrawn:
        return
    await chain.consent.withdraw(given.grant)
    patient = await chain.patients.patient(old.account)
    await chain.patients.set_keys(old.account, next_keys(old, patient, (Category.IMAGING,)))
    still = Wish("attending_physician", Category.IMAGING, READ_AND_APPEND, days=730, told=False)
    standing = await give(stage, AT_HOSPITAL, still)
    epoch = patient.epoch_of(old.label(Category.IMAGING)) + 1
    await hand_fragments(await granting_of(chain, old, standing.made.custodians), standing, epoch)


def _fixed(name: str) -> Hash32:
    return Hash32("0x" + hashlib.sha256(f"tcmchain-example-visit/{name}".encode()).hexdigest())


SCENES: tuple[Scene, ...] = (
    ("津南医院备药", stock_riverside),
    ("撤回一项授权，换新密钥", withdraw_one),
    ("选定监护人与代理人", choose_guardians),
    ("患者在津南医院登记", register_at_riverside),
    ("异院就诊：请求、允许、调阅、诊疗、发药", visit),
)

"""Records through a node's doors, on a real chain: written by a hospital, by the patient, read, traced, erased."""

import hashlib
import time
from base64 import b64decode, b64encode
from collections.abc import Iterator

import pytest
from tests.records.care import WORDS, Care, file_path, open_care

from tcmchain.chain.signers import LocalSigner
from tcmchain.crypto.categories import Category
from tcmchain.crypto.delegation import public_bytes
from tcmchain.crypto.digest import vault_tag
from tcmchain.crypto.keys import Relation, Vault
from tcmchain.crypto.lock import CategoryKey, open_lock
from tcmchain.crypto.seal import Place
from tcmchain.example import cast
from tcmchain.records.client.heads import head_of
from tcmchain.records.client.opening import Opened, open_envelope, with_relation
from tcmchain.records.client.sealing import Draft, Keys, new_file, seal_whole
from tcmchain.records.model.entries import Appended, Entry
from tcmchain.records.model.facts import Author, RecordType
from tcmchain.values import Address, BlockNumber, Hash32, UnixTime

pytestmark = pytest.mark.engine
FHIR = b'{"resourceType":"Observation","status":"final","code":{"text":"WBC"}}'


@pytest.fixture(scope="module")
def care(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Care]:
    with open_care(tmp_path_factory.mktemp("care") / "home") as found:
        yield found


@pytest.fixture(scope="module")
def relation(care: Care) -> Relation:
    return care.ready(1)


@pytest.fixture(scope="module")
def patient(relation: Relation) -> LocalSigner:
    return LocalSigner(relation.account_key)


def _entry(view: dict, patient: str) -> Entry:
    hashes = (view["envelope"], view["lock"], view["facts"])
    return Entry(Address(patient), Hash32(view["file"]), view["version"], *(Hash32(found) for found in hashes))


def _opened(care: Care, patient: LocalSigner, relation: Relation, file: str, version: int = 1) -> tuple[Opened, bytes]:
    origin = care.client.get(f"/api/records/{patient.address}/files/{file}").json()
    view = next(found for found in origin["versions"] if found["version"] == version)
    block = care.ask(patient, "GET", file_path(patient.address, file, version, "envelope"))
    assert block.status_code == 200, block.text
    opened = open_envelope(block.content, _entry(view, patient.address), with_relation(relation))
    body = care.ask(patient, "GET", file_path(patient.address, file, version, "body"), Accept_Encoding="gzip")
    assert body.headers["Content-Encoding"] == "identity", "sealed bytes do not get smaller"
    opener = opened.body()
    return opened, opener.update(body.content) + opener.finish()


def _own(care: Care, relation: Relation, body: bytes, draft: Draft, keys: Keys, place: Place) -> dict:
    """Add a file of one's own, sealed on this device."""
    patient = LocalSigner(relation.account_key)
    sealed, sealing = seal_whole(place, draft, Author(patient.address, None), keys, body)
    made = care.ask(patient, "POST", "/api/records/uploads", None, Upload_Length=str(len(sealed)))
    assert made.status_code == 201, made.text
    done = care.ask(patient, "PATCH", made.headers["Location"], sealed, Upload_Offset="0")
    assert done.status_code == 204, done.text
    found = sealing.envelope(done.headers["X-Tcmchain-Body"])
    told = {"envelope": b64encode(found.envelope).decode(), "facts": found.entry.facts}
    answer = care.ask(patient, "POST", "/api/records/append", told)
    assert answer.status_code == 200, answer.text
    care.sign_calls(patient, answer.json())
    return answer.json()


def _key(relation: Relation, category: Category, epoch: int = 1) -> CategoryKey:
    return CategoryKey(relation.label(category), epoch, public_bytes(relation.category_key(category, epoch)))


def test_seal__hospital_with_card_and_grant__patient_opens_what_was_written(
    care: Care, relation: Relation, patient: LocalSigner
) -> None:
    answer = care.seal(relation, FHIR, summary={"wbc": 5.1})
    assert answer.status_code == 201, answer.text
    written = answer.json()
    opened, body = _opened(care, patient, relation, written["file"])
    assert body == FHIR
    assert opened.facts.type is RecordType.LAB
    assert opened.facts.summary == {"wbc": 5.1}
    assert opened.facts.author.name.startswith("京西中医医院")
    assert opened.facts.sha256 == hashlib.sha256(FHIR).hexdigest()


def test_seal__body_of_no_bytes__is_kept_like_any_other(care: Care, relation: Relation, patient: LocalSigner) -> None:
    written = care.seal(relation, b"", type="document", media="text/plain").json()
    opened, body = _opened(care, patient, relation, written["file"])
    assert (body, opened.facts.size) == (b"", 0)


def test_seal__equal_large_bodies__stand_once_in_the_vault(
    care: Care, relation: Relation, patient: LocalSigner
) -> None:
    body = bytes(range(256)) * 2048
    digest = hashlib.sha256(body).hexdigest()
    first, second = (care.seal(relation, body, media="application/pdf", sha256=digest).json() for _ in range(2))
    assert first["body"] == second["body"]
    assert first["envelope"] != second["envelope"]
    assert _opened(care, patient, relation, second["file"])[1] == body
    other = care.seal(relation, body[:-1] + b"!", sha256=digest)
    assert (other.status_code, other.json()["code"]) == (422, "records-other-content")


def test_seal__second_version__both_stand_in_the_origin_with_their_blocks(
    care: Care, relation: Relation, patient: LocalSigner
) -> None:
    file = care.seal(relation, b"one").json()["file"]
    again = care.seal(relation, b"two", file=file)
    assert again.json()["version"] == 2
    origin = care.client.get(f"/api/records/{patient.address}/files/{file}").json()
    assert [found["version"] for found in origin["versions"]] == [1, 2]
    for found in origin["versions"]:
        block = care.run(care.node.clients["care"].block, found["block"])
        assert (block.hash, block.timestamp) == (found["blockHash"], found["at"])
    assert _opened(care, patient, relation, file, 2)[1] == b"two"


@pytest.mark.parametrize(
    ("head", "status", "code"),
    [
        ({"categories": ["unknown"]}, 422, "records-content-unreadable"),
        ({"title": ""}, 422, "records-content-unreadable"),
        ({"happened": "yesterday"}, 422, "records-facts-unreadable"),
        ({"needed": 3}, 422, "lock-unreadable"),
        ({"categories": ["emergency"]}, 503, "records-too-few-custodians"),
        ({"sha256": "00" * 32}, 422, "records-other-content"),
    ],
)
def test_seal__wrong_head__is_refused_and_nothing_is_written(
    care: Care, relation: Relation, head: dict, status: int, code: str
) -> None:
    before = care.client.get(f"/api/records/{LocalSigner(relation.account_key).address}").json()["count"]
    answer = care.seal(relation, FHIR, **head)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    after = care.client.get(f"/api/records/{LocalSigner(relation.account_key).address}").json()["count"]
    assert after == before


def test_seal__without_session_or_by_another_member__is_refused(care: Care, relation: Relation) -> None:
    assert care.client.post("/api/records/seal", content=b"x").status_code == 401
    answer = care.seal(relation, FHIR, key="grower")
    assert answer.json()["code"] == "records-no-desk"


def test_seal__patient_without_card__is_refused(care: Care) -> None:

    stranger = Vault.from_words(WORDS).relation(7)
    care.register(stranger)
    assert care.seal(stranger, FHIR).json()["code"] == "records-no-card"


def test_send__card_that_opens_no_grant__is_not_believed(care: Care, relation: Relation) -> None:

    victim = Vault.from_words(WORDS).relation(8)
    care.register(victim)
    true = care.grant_append(victim)
    false = {**true, "opening": {**true["opening"], "salt": "0x" + "11" * 32}}
    care.send_card(victim, [false])
    assert care.seal(victim, FHIR).json()["code"] == "records-no-card"
    care.send_card(victim, [true])
    assert care.seal(victim, FHIR).status_code == 201


def test_add__own_file_under_two_of_three_keys__opens_with_an_outside_key(
    care: Care, relation: Relation, patient: LocalSigner
) -> None:
    outside = relation.category_key(Category.SENSITIVE, 9)
    draft = Draft(RecordType.NOTE, "睡眠日记", "2026-11-21", Category.VITALS, "text/plain", self_supplied=True)
    keys = Keys((_key(relation, Category.VITALS), _key(relation, Category.SENSITIVE)), 2, (public_bytes(outside),))
    place = Place(patient.address, new_file(), 1)
    _own(care, relation, b"slept well", draft, keys, place)
    origin = care.client.get(f"/api/records/{patient.address}/files/{place.file}").json()
    view = origin["versions"][0]
    assert view["member"] is None
    block = care.ask(patient, "GET", file_path(patient.address, place.file, 1, "envelope")).content
    vitals = {(relation.label(Category.VITALS), 1): relation.category_key(Category.VITALS, 1)}
    opened = open_envelope(block, _entry(view, patient.address), lambda lock: open_lock(lock, vitals, [outside]))
    assert opened.facts.self_supplied
    with pytest.raises(Exception, match="lock-shut"):
        open_envelope(block, _entry(view, patient.address), lambda lock: open_lock(lock, vitals))


def test_upload__after_a_break__goes_on_where_it_stopped(care: Care, patient: LocalSigner) -> None:
    content = bytes(3_000_000)
    made = care.ask(patient, "POST", "/api/records/uploads", None, Upload_Length=str(len(content)))
    path = made.headers["Location"]
    assert care.ask(patient, "PATCH", path, content[:1_000_000], Upload_Offset="0").status_code == 204
    elsewhere = care.ask(patient, "PATCH", path, content[:10], Upload_Offset="5")
    assert (elsewhere.status_code, elsewhere.json()["details"]["expected"]) == (409, 1_000_000)
    assert care.ask(patient, "HEAD", path).headers["Upload-Offset"] == "1000000"
    done = care.ask(patient, "PATCH", path, content[1_000_000:], Upload_Offset="1000000")
    assert done.headers["X-Tcmchain-Body"].startswith("bafy")
    beyond = care.ask(patient, "PATCH", path, b"x", Upload_Offset="3000000")
    assert beyond.status_code == 409


def test_upload__by_another_account__is_not_there(care: Care, patient: LocalSigner) -> None:
    made = care.ask(patient, "POST", "/api/records/uploads", None, Upload_Length="2000")
    answer = care.ask(cast.officer("grower"), "PATCH", made.headers["Location"], b"x", Upload_Offset="0")
    assert answer.json()["code"] == "records-upload-unknown"


def test_upload__by_nobody_known__is_refused(care: Care) -> None:
    stranger = LocalSigner(b"\x07" * 32)
    answer = care.ask(stranger, "POST", "/api/records/uploads", None, Upload_Length="2000")
    assert (answer.status_code, answer.json()["code"]) == (403, "records-may-not-look")


def test_upload__of_a_body_that_the_vault_has__answers_it_at_once(
    care: Care, relation: Relation, patient: LocalSigner
) -> None:
    body = b"scan" * 100_000
    digest = hashlib.sha256(body).digest()
    written = care.seal(relation, body, sha256=digest.hex()).json()
    tag = vault_tag(relation.vault_key, digest)
    metadata = f"tag {b64encode(tag.encode()).decode()}"
    answer = care.ask(patient, "POST", "/api/records/uploads", None, Upload_Length="500000", Upload_Metadata=metadata)
    assert answer.json()["body"] == written["body"]


def test_append__next_version_that_somebody_else_appended__is_told(
    care: Care, relation: Relation, patient: LocalSigner
) -> None:
    keys, draft = Keys((_key(relation, Category.VITALS),)), Draft(RecordType.NOTE, "甲", "2026-11-21", Category.VITALS)
    place = Place(patient.address, new_file(), 1)
    _own(care, relation, b"first", draft, keys, place)
    _, sealing = seal_whole(place, draft, Author(patient.address, None), keys, b"again")
    found = sealing.envelope(None)  # type: ignore[arg-type]
    told = {"envelope": b64encode(found.envelope).decode(), "facts": found.entry.facts}
    answer = care.ask(patient, "POST", "/api/records/append", told)
    assert (answer.status_code, answer.json()["code"]) == (409, "records-wrong-version")
    assert answer.json()["details"]["expected"] == 2


def test_read__timeline__pages_from_the_newest_and_opens(care: Care, relation: Relation, patient: LocalSigner) -> None:
    first = care.ask(patient, "GET", f"/api/records/{patient.address}/timeline?limit=2").json()
    second = care.ask(
        patient, "GET", f"/api/records/{patient.address}/timeline?limit=2&before={first['before']}"
    ).json()
    numbers = [line["entry"]["number"] for line in (*first["lines"], *second["lines"])]
    assert numbers == list(range(first["count"], first["count"] - 4, -1))
    line = first["lines"][0]
    entry = _entry(line["entry"], patient.address)
    assert open_envelope(b64decode(line["envelope"]), entry, with_relation(relation)).facts.title
    stranger = care.ask(LocalSigner(b"\x09" * 32), "GET", f"/api/records/{patient.address}/timeline")
    assert stranger.status_code == 403


def test_reckon__head_of_a_folder__is_the_chains(care: Care, patient: LocalSigner) -> None:
    folder = care.client.get(f"/api/records/{patient.address}?limit=200").json()
    entries = [
        Appended(
            _entry(view, patient.address),
            view["number"],
            Hash32(view["head"]),
            Address(view["author"]),
            view["member"],
            BlockNumber(view["block"]),
            UnixTime(view["at"]),
            Hash32(view["tx"]),
        )
        for view in folder["entries"]
    ]
    on_chain = care.run(care.node.contracts.ask, care.node.clients["care"], "Records", "folderOf", patient.address)
    assert (folder["count"], head_of(entries)) == on_chain


def test_erase__file_with_a_shared_body__leaves_a_tombstone_and_the_other_file(
    care: Care, relation: Relation, patient: LocalSigner
) -> None:
    body = b"scan2" * 100_000
    digest = hashlib.sha256(body).hexdigest()
    doomed, kept = (care.seal(relation, body, sha256=digest).json() for _ in range(2))
    told = {"patient": patient.address, "file": doomed["file"]}
    foreign = care.ask(cast.officer("hospital"), "POST", "/api/records/erase", told)
    assert (foreign.status_code, foreign.json()["code"]) == (403, "records-may-not-erase")
    care.sign_calls(patient, care.ask(patient, "POST", "/api/records/erase", told).json())
    care.run(care.node.records.erasing.go_on)
    answer = care.ask(patient, "GET", file_path(patient.address, doomed["file"], 1, "envelope"))
    assert answer.json()["code"] == "records-erased"
    assert answer.status_code == 410
    assert (
        care.client.get(f"/api/records/{patient.address}/files/{doomed['file']}").json()["tombstone"]["versions"] == 1
    )
    assert _opened(care, patient, relation, kept["file"])[1] == body
    assert not care.run(care.node.ipfs.has, doomed["cid"])
    care.sign_calls(patient, care.ask(patient, "POST", "/api/records/erase", {**told, "file": kept["file"]}).json())
    deadline = time.monotonic() + 10
    while care.run(care.node.ipfs.has, kept["body"]):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_seal__grant_that_ended__is_refused(care: Care) -> None:

    late = Vault.from_words(WORDS).relation(9)
    care.register(late)
    care.send_card(late, [care.grant_append(late, seconds=2)])
    time.sleep(3)
    assert care.seal(late, FHIR).json()["code"] == "records-may-not-append"

"""Node and browser derive the same keys and open each other's seals, in node's engine and in Chromium."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tests.crypto.across import (
    BODY,
    CONSENT,
    DATA_KEY,
    FACTS,
    FILE,
    MEMBER,
    PADDED,
    READING,
    SIZES,
    TERMS,
    VERIFYING,
    VITALS,
    Answers,
    asked,
    raw,
    text,
)
from tests.crypto.chromium import in_chromium
from tests.crypto.people import ATTENDING_PHYSICIAN, CUSTODIANS, PATIENT, PLACE, SECOND_DEVICE, reader_keys

from tcmchain.chain.typed_data import TypedData, recover
from tcmchain.crypto.categories import Category
from tcmchain.crypto.delegation import (
    Reencryption,
    Rewrap,
    SealedShare,
    open_own,
    open_reencrypted,
    public_bytes,
    reencrypt,
)
from tcmchain.crypto.digest import passer_hash, sha256, terms_hash, vault_body_key, vault_tag, whom_hash, writer_hash
from tcmchain.crypto.letters import Use, inbox_of, open_letter
from tcmchain.crypto.lock import Lock, open_emergency, open_lock
from tcmchain.crypto.seal import open_body, open_facts, padded_size, sealed_size
from tcmchain.crypto.shares import combine
from tcmchain.ipfs.cid import cid_of_digest, raw_cid
from tcmchain.ipfs.unixfs import LEAF, Tree, leaf_link
from tcmchain.records.model.envelope import Envelope
from tcmchain.web.askings import Asked, Askings
from tcmchain.web.nonces import NonceStore

FRONTEND = Path(__file__).parents[2] / "frontend"


@pytest.fixture(scope="module", params=["node", pytest.param("chromium", marks=pytest.mark.browser)])
def answers(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Answers:
    node = shutil.which("node")
    if node is None or not (FRONTEND / "node_modules" / "@hpke").exists():
        pytest.skip("not run: the pages' tools are not installed: make install-test")
    if request.param == "chromium":
        with in_chromium(tmp_path_factory.mktemp("page")) as page:
            return Answers(**page.evaluate("given => across.across(given)", asked()))
    command = [node, "--import", "./test/wasm.mjs", "test/stdin.mjs"]
    told = subprocess.run(
        command, cwd=FRONTEND, check=True, capture_output=True, timeout=120, input=json.dumps(asked()).encode()
    )
    return Answers(**json.loads(told.stdout))


def test_derive__keys_of_a_relation__are_the_same(answers: Answers) -> None:
    assert answers.derived == {
        "account": PATIENT.account,
        "labels": [PATIENT.label(category) for category in Category],
        "categories": ["0x" + public_bytes(PATIENT.category_key(c, e)).hex() for c in Category for e in (1, 2)],
        "keys": [
            "0x" + key.hex()
            for key in (
                inbox_of(PATIENT.inbox),
                public_bytes(PATIENT.reading),
                VERIFYING,
                PATIENT.vault_key,
                PATIENT.id_salt,
            )
        ],
        "identity": PATIENT.identity("11010519900307851X"),
    }


def test_hash__terms_names_and_sizes__are_the_same(answers: Answers) -> None:
    terms: dict[str, Any] = TERMS
    salt, grantee = terms["salt"], terms["grantee"]
    assert answers.hashed == {
        "terms": terms_hash(reading_key=READING, **terms),
        "names": [writer_hash(salt, MEMBER), passer_hash(salt, grantee), whom_hash(salt, PATIENT.account)],
        "vault": [
            vault_tag(PATIENT.vault_key, b"\1" * 32),
            "0x" + vault_body_key(PATIENT.vault_key, b"\1" * 32).hex(),
        ],
        "sizes": [[padded_size(size), sealed_size(size)] for size in SIZES],
    }


def test_open__what_the_node_sealed__the_browser_opens(answers: Answers) -> None:
    assert answers.opened == {
        "body": text(BODY),
        "facts": text(PADDED),
        "letters": [text(use.value) for use in Use],
        "told": FACTS,
        **dict.fromkeys(("shares", "lock", "own", "answered", "rewrapped"), text(DATA_KEY)),
    }


def test_open__body_facts_and_letters_of_the_browser__open_at_the_node(answers: Answers) -> None:
    made = answers.made
    assert open_body(raw(made["body"]), DATA_KEY, PLACE.body_context) == BODY
    assert json.loads(open_facts(raw(made["facts"]), DATA_KEY, PLACE)) == {"type": "note", "title": "舌象"}
    for use in Use:
        sealed = raw(made["letters"][use.name.lower()])
        assert open_letter(ATTENDING_PHYSICIAN.inbox, sealed, use).decode() == "请查收"


def test_open__shares_and_lock_of_the_browser__open_at_the_node(answers: Answers) -> None:
    assert combine([raw(share) for share in answers.made["shares"][1:4]]) == DATA_KEY
    lock = Lock.read(raw(answers.made["lock"]))
    vitals, emergency = (PATIENT.label(category) for category in (Category.VITALS, Category.EMERGENCY))
    own = {(vitals, 1): VITALS, (emergency, 1): PATIENT.category_key(Category.EMERGENCY, 1)}
    assert open_lock(lock, own) == DATA_KEY
    assert open_lock(lock, {(vitals, 1): VITALS}, [SECOND_DEVICE.reading]) == DATA_KEY
    pairs = list(zip(CUSTODIANS, lock.emergency, strict=True))
    parts = [open_letter(c.inbox, s.share, Use.EMERGENCY, PLACE.bound) for c, s in pairs]
    assert open_emergency(parts[:2]) == DATA_KEY


def test_open__capsule_and_answers_of_the_browser__open_at_the_node(answers: Answers) -> None:
    made = answers.made
    capsule, ciphertext = raw(made["capsule"]), raw(made["ciphertext"])
    assert open_own(VITALS, capsule, ciphertext) == DATA_KEY
    told = [raw(answer) for answer in made["answers"]]
    keys = (ATTENDING_PHYSICIAN.reading, public_bytes(VITALS), capsule)
    assert open_reencrypted(*keys, told[1:], ciphertext, VERIFYING) == DATA_KEY
    way = Rewrap(PLACE, PATIENT.account)
    share = SealedShare(public_bytes(VITALS), capsule, ciphertext)
    assert way.open(share, [raw(made["rewrapped"])], reader_keys(ATTENDING_PHYSICIAN)) == DATA_KEY


def test_grant__made_in_the_browser__is_signed_committed_and_opens(answers: Answers) -> None:
    grant, opening = answers.made["grant"]["grant"], answers.made["grant"]["opening"]
    assert opening == {**TERMS, "salt": opening["salt"], "rights": 7, "readingKey": "0x" + READING.hex()}
    assert grant["terms"] == terms_hash(
        opening["salt"], opening["grantee"], READING, opening["label"], 7, opening["purpose"], opening["until"]
    )
    assert grant["writer"] == writer_hash(opening["salt"], MEMBER)
    assert grant["passer"] == passer_hash(opening["salt"], ATTENDING_PHYSICIAN.account)
    domain = {"name": "TCM Chain Consent", "version": "1", "chainId": CONSENT["chainId"]}
    fields = (
        ("patient", "address"),
        ("terms", "bytes32"),
        ("writer", "bytes32"),
        ("passer", "bytes32"),
        ("until", "uint64"),
    )
    typed = TypedData({**domain, "verifyingContract": CONSENT["contract"]}, {"Grant": fields}, "Grant", grant)
    assert recover(typed.digest(), answers.made["grant"]["signature"]) == PATIENT.account
    assert answers.made["grant"]["id"] == "0x" + typed.struct_hash().hex()


def test_grant__fragments_made_in_the_browser__open_for_the_reader(answers: Answers) -> None:
    capsule, ciphertext = raw(answers.made["capsule"]), raw(answers.made["ciphertext"])
    handed = answers.made["grant"]["handed"]
    assert [one["holder"] for one in handed] == [custodian.account for custodian in CUSTODIANS]
    told = []
    for custodian, one in zip(CUSTODIANS, handed, strict=True):
        fragment = open_letter(custodian.inbox, raw(one["sealed"]), Use.FRAGMENT)
        told.append(reencrypt(capsule, fragment, VERIFYING, public_bytes(VITALS), READING))
    share = SealedShare(public_bytes(VITALS), capsule, ciphertext)
    assert Reencryption(VERIFYING).open(share, told[:2], reader_keys(ATTENDING_PHYSICIAN)) == DATA_KEY


def test_ask__signed_in_the_browser__is_taken_by_the_node(answers: Answers, tmp_path: Path) -> None:
    askings = Askings(["https://a.example"], NonceStore(tmp_path / "nonces.sqlite"))
    request = Asked.of("https://a.example", "POST", "/x?y=1", b"{}")
    assert askings.check(answers.made["asking"], request).account == answers.made["asker"] == PATIENT.account


def test_envelope__built_in_the_browser__is_read_at_the_node(answers: Answers) -> None:
    envelope = raw(answers.made["envelope"])
    found = Envelope.read(envelope)
    assert (found.patient, found.file, found.version) == (PLACE.patient, PLACE.file, PLACE.version)
    assert json.loads(open_facts(found.facts, DATA_KEY, PLACE))["title"] == "舌象"
    cid = cid_of_digest(sha256(envelope))
    assert answers.made["hashes"] == [sha256(envelope), sha256(found.lock), cid]


def test_name__blocks_and_files__have_the_same_cids(answers: Answers) -> None:
    tree = Tree()
    for at in range(0, len(FILE), LEAF):
        assert list(tree.add(leaf_link(FILE[at : at + LEAF]))) == []
    assert len(list(tree.finish())) == 1
    assert answers.made["cids"] == [raw_cid(BODY), tree.root]


def test_run__tests_of_the_browsers_kit__all_pass() -> None:
    node = shutil.which("node")
    if node is None or not (FRONTEND / "node_modules" / "@hpke").exists():
        pytest.skip("not run: the pages' tools are not installed: make install-test")
    files = sorted(str(path.relative_to(FRONTEND)) for path in (FRONTEND / "test").glob("*.test.mjs"))
    command = [node, "--import", "./test/wasm.mjs", "--test", "--test-reporter", "tap", *files]
    told = subprocess.run(command, cwd=FRONTEND, capture_output=True, text=True, timeout=250)
    assert told.returncode == 0, "\n".join(line for line in told.stdout.splitlines() if "not ok" in line)

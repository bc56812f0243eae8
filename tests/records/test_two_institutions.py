"""Two institutions and one folder: appended at once, versions that collide, and what an emergency needs."""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from tests.records.care import WORDS, Care, open_care

from tcmchain.chain.signers import LocalSigner
from tcmchain.crypto.categories import Category
from tcmchain.crypto.errors import SizeWrong
from tcmchain.crypto.keys import Relation, Vault
from tcmchain.crypto.letters import Use, inbox_of, open_letter
from tcmchain.crypto.lock import Lock, open_emergency
from tcmchain.crypto.seal import Place
from tcmchain.errors import TcmChainError, Unavailable
from tcmchain.example import cast
from tcmchain.ipfs.cid import cid_of_digest
from tcmchain.ipfs.local import LocalBlocks
from tcmchain.records.client.opening import open_envelope
from tcmchain.records.client.sealing import Draft
from tcmchain.records.model.envelope import Envelope
from tcmchain.records.model.errors import WrongVersion
from tcmchain.records.model.facts import RecordType
from tcmchain.records.service.authoring import Order, Written
from tcmchain.values import Hash32

pytestmark = pytest.mark.engine
HOUSES = ("hospital", "pharmacy")


@pytest.fixture(scope="module")
def care(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Care]:
    with open_care(tmp_path_factory.mktemp("two") / "home", HOUSES) as found:
        signing, member = found.node.signing, cast.member("pharmacy")
        signature = cast.officer("pharmacy").sign_typed_data(signing.agreement(member))
        found.take(cast.officer("pharmacy"), signing.sign_agreement(member, 1, signature))
        yield found


@pytest.fixture(scope="module")
def relation(care: Care) -> Relation:
    found = Vault.from_words(WORDS).relation(1)
    care.register(found)
    for house in HOUSES:
        care.send_card(found, [care.grant_append(found, house)], house)
    return found


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content


def _order(relation: Relation, title: str, file: str | None = None) -> Order:
    draft = Draft(RecordType.NOTE, title, "2026-11-22", Category.DISEASE, "text/plain")
    return Order(relation.account, draft, (Category.DISEASE,), file=None if file is None else Hash32(file))


def _write(care: Care, relation: Relation, titles: list[str], file: str | None = None) -> list[object]:
    """Have both institutions write at once, one title each in turn."""

    async def work() -> list[object]:
        write = care.node.records.authoring.write
        orders = ((cast.member(HOUSES[n % 2]), _order(relation, title, file)) for n, title in enumerate(titles))
        tries = (write(member, order, _once(b"text"), 4) for member, order in orders)
        return list(await asyncio.gather(*tries, return_exceptions=True))

    found: list[object] = care.run(work)
    return found


def _blocks(care: Care) -> set[str]:
    return set(LocalBlocks(care.node.home / "ipfs").names())


def test_append__two_institutions_at_once__both_have_their_entries(care: Care, relation: Relation) -> None:
    before = care.node.records.folders.folder(relation.account).count
    made = _write(care, relation, [f"{n}" for n in range(12)])
    assert all(isinstance(one, Written) for one in made), made
    entries = care.node.records.folders.entries(relation.account, before + 1)
    assert len(entries) == 12
    assert {entry.member for entry in entries} == {cast.member(house) for house in HOUSES}


def test_append__next_version_of_one_file_at_once__one_is_told_and_leaves_nothing(
    care: Care, relation: Relation
) -> None:
    (first,) = _write(care, relation, ["first"])
    assert isinstance(first, Written)
    blocks = _blocks(care)
    made = _write(care, relation, ["mine", "theirs"], first.entry.file)
    refused = [one for one in made if isinstance(one, TcmChainError)]
    assert [type(one) for one in refused] == [WrongVersion], made
    assert len(care.node.records.folders._records.versions(relation.account, first.entry.file)) == 2
    assert len(_blocks(care) - blocks) == 2


def test_write__source_that_breaks_off__leaves_nothing(care: Care, relation: Relation) -> None:
    async def broken() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield bytes(1 << 20)
        raise ConnectionError

    async def short() -> AsyncIterator[bytes]:
        yield bytes(2 << 20)

    write, before = care.node.records.authoring.write, _blocks(care)
    for source, error in ((broken(), ConnectionError), (short(), SizeWrong)):
        with pytest.raises(error):
            care.run(write, cast.member("hospital"), _order(relation, "CT"), source, 5 << 20)
    assert _blocks(care) == before


def test_write__chain_that_answers_too_late__keeps_what_may_stand(
    care: Care, relation: Relation, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def late(*_: object) -> None:
        raise Unavailable

    before = _blocks(care)
    with monkeypatch.context() as altered:
        altered.setattr(care.node.sender, "wait", late)
        (made,) = _write(care, relation, ["late"])
    assert isinstance(made, Unavailable)
    assert len(_blocks(care) - before) == 2


def test_seal__emergency_record__opens_with_two_of_three_custodians(care: Care, relation: Relation) -> None:
    keys = {}
    for house in ("certifier", "factory", "hospital"):
        custodian, key = LocalSigner(secrets.token_bytes(32)), X25519PrivateKey.generate()
        keys[custodian.address] = key
        call = care.node.custodians.enrol(custodian.address, inbox_of(key), "http://localhost:8101")
        care.take(cast.officer(house), [call])
    answer = care.seal(relation, b"{}", type="allergy", categories=["emergency"])
    assert answer.status_code == 201, answer.text
    written = answer.json()
    block = care.run(care.node.ipfs.get, cid_of_digest(Hash32(written["envelope"])))
    lock = Lock.read(Envelope.read(block).lock)
    assert {share.custodian for share in lock.emergency} == set(keys)
    bound = Place(relation.account, Hash32(written["file"]), 1).bound
    parts = [open_letter(keys[one.custodian], one.share, Use.EMERGENCY, bound) for one in lock.emergency]
    (entry,) = care.node.records.folders._records.versions(relation.account, Hash32(written["file"]))
    for pair in (parts[:2], parts[1:]):
        opened = open_envelope(block, entry.entry, lambda _, pair=pair: open_emergency(pair))
        assert opened.facts.type is RecordType.ALLERGY
    with pytest.raises(TcmChainError):
        open_emergency(parts[:1])


def test_keep__everything_of_a_record__says_nothing_in_clear(care: Care, relation: Relation) -> None:
    title, secret = "不可外传的诊断", "抑郁发作"
    body = json.dumps({"resourceType": "Condition", "code": {"text": secret}}, ensure_ascii=False).encode()
    answer = care.seal(relation, body, title=title, summary={"what": secret})
    assert answer.status_code == 201
    for file in care.node.home.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            for word in (title, secret):
                for coding in ("utf-8", "gb18030", "utf-16-le", "unicode-escape"):
                    assert word.encode(coding) not in content, file

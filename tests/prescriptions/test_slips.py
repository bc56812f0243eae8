"""Slips and what they seal: written once, read strictly, the same in Python and in the browser."""

import json
import shutil
import subprocess
from base64 import b64decode, b64encode
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.prescriptions.sheets import sheet

from tcmchain.chain.typed_data import TypedData, recover
from tcmchain.prescriptions.client.paper import ordered, write_paper
from tcmchain.prescriptions.client.sealing import content_of, open_sealed, seal, slip_signer
from tcmchain.prescriptions.model.document import Document, Overridden, Prescriber
from tcmchain.prescriptions.model.findings import canonical
from tcmchain.prescriptions.model.overrides import commitment_of
from tcmchain.prescriptions.model.picking import Needed, Shelved, pick, processed_names, total
from tcmchain.prescriptions.model.reading import document_of
from tcmchain.prescriptions.model.refusals import DocumentUnreadable, NotOpened, SlipUnreadable
from tcmchain.prescriptions.model.slip import Slip, read_slip
from tcmchain.reviews.model.vouchers import voucher_commitment
from tcmchain.terms.herbs import HerbId
from tcmchain.values import Address, Hash32, LotId, MemberId, Milligrams, PrescriptionId, UnixTime

FRONTEND = Path(__file__).parents[2] / "frontend"
ID, HASH, MEMBER = PrescriptionId("0x" + "1d" * 32), Hash32("0x" + "5a" * 32), MemberId("0x" + "a1" * 32)
SECRET, NOW = bytes(range(32)), 1_800_000_000
CONTRACT = Address("0x5FbDB2315678afecb367f032d93F642f64180aa3")
WRITER = Prescriber(Address("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"), "周怀仁", MEMBER, "京西中医医院")
DOCUMENT = Document(
    salt=HASH,
    patient="欧阳静好",
    record="A-7",
    prescriber=WRITER,
    written=UnixTime(NOW),
    prescription=document_of(sheet("huangqi 30", "danggui 6.5", "fuzi 9 decoct-first", doses=7)),
    rules=1,
    rules_digest=HASH,
    verdict={"findings": []},
    course=7,
    overrides=(Overridden("eighteen/banxia+fuzi", HASH, second=True, reason="已告知"),),
)


def _lot(name: str, herb: str, grams: int, days: int, processed: str = "") -> Shelved:
    expires = UnixTime(NOW + days * 86_400 if days else 0)
    return Shelved(LotId(name), HerbId(herb), Milligrams(grams * 1000), expires, processed)


SHELF = (
    _lot("late", "huangqi", 200, 90),
    _lot("soon", "huangqi", 100, 10),
    _lot("never", "huangqi", 500, 0),
    _lot("over", "huangqi", 900, -1),
    _lot("wine", "danggui", 900, 30, "酒当归"),
    _lot("plain", "danggui", 40, 30),
)


def test_pick__several_lots__first_expired_goes_first_and_processed_stays_apart() -> None:
    needs = [Needed(HerbId("huangqi"), Milligrams(350_000)), Needed(HerbId("danggui"), Milligrams(45_500))]
    first, second = pick(SHELF, needs, NOW)
    assert first.portions == (("soon", 100_000), ("late", 200_000), ("never", 50_000))
    assert (second.portions, second.missing) == ((("plain", 40_000),), 5_500)
    wine = Needed(HerbId("danggui"), Milligrams(9_000), processed_names("当归", "酒"))
    assert pick(SHELF, [wine], NOW)[0].portions == (("wine", 9_000),)
    (none,) = pick(SHELF, [Needed(HerbId("renshen"), Milligrams(1))], NOW)
    assert none.untraced


def test_pick__same_herb_twice__never_takes_more_than_there_is() -> None:
    needs = [Needed(HerbId("danggui"), Milligrams(30_000))] * 2
    one, two = pick(SHELF, needs, NOW)
    assert (one.missing, two.portions, two.missing) == (0, (("plain", 10_000),), 20_000)


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32), st.booleans())
def test_write__any_slip__is_read_back(id: bytes, secret: bytes, voucher: bool) -> None:
    slip = Slip(PrescriptionId("0x" + id.hex()), secret, HASH if voucher else None)
    assert read_slip(f" {slip.write()[:40]}\n{slip.write()[40:]} ") == slip


WRONG = (
    "",
    "TCMRX1.",
    "TCMRX2." + "A" * 86,
    "TCMRX1." + "A" * 85,
    "TCMRX1." + "A" * 85 + "B",
    "TCMRX1." + "A" * 86 + ".v",
)


@pytest.mark.parametrize("text", WRONG)
def test_read__what_is_no_slip__is_refused(text: str) -> None:
    with pytest.raises(SlipUnreadable):
        read_slip(text)


def test_repr__of_a_slip__does_not_show_its_secret() -> None:
    assert SECRET.hex() not in repr(Slip(ID, SECRET))
    assert repr(SECRET) not in repr(Slip(ID, SECRET))


def test_seal__a_document__opens_with_its_slip_only() -> None:
    block = seal(DOCUMENT.write(), SECRET)
    assert (len(block) - 28) % 512 == 0
    assert Document.read(open_sealed(block, SECRET, content_of(block))) == DOCUMENT
    with pytest.raises(NotOpened):
        open_sealed(block, b"\x01" * 32, content_of(block))
    with pytest.raises(NotOpened):
        open_sealed(block + b"\0", SECRET, content_of(block))


@pytest.mark.parametrize("raw", [b"", b"{}", b"[]", b'{"schema":"tcmchain.prescription.2"}', b"\xff"])
def test_read__no_document__is_refused(raw: bytes) -> None:
    with pytest.raises(DocumentUnreadable):
        Document.read(raw)


def test_write_paper__with_and_without_slip__is_one_page() -> None:
    for slip in (None, Slip(ID, SECRET)):
        raw = write_paper(DOCUMENT, slip)
        assert raw.startswith(b"%PDF")
        assert raw.count(b"/Type /Page\n") == 1
    lines = [{"role": role} for role in ("envoy", "", "sovereign", "assistant", "minister")]
    assert [one["role"] for one in ordered(lines)] == ["sovereign", "minister", "assistant", "envoy", ""]


def test_open_and_sign__in_the_browser__is_the_same() -> None:
    node = shutil.which("node")
    if node is None or not (FRONTEND / "node_modules" / "@noble").exists():
        pytest.skip("not run: the pages' tools are not installed: make install-test")
    slip, block = Slip(ID, SECRET, HASH), seal(DOCUMENT.write(), SECRET)
    amounts = [("6.5", 7), ("0.0005", 1), ("0.0015", 1), ("30", 90), ("12345.6789", 3)]
    dispensing = {"prescription": ID, "member": MEMBER, "commitment": HASH, "voucher": None}
    asked: dict[str, Any] = {
        "slip": slip.write(),
        "block": b64encode(block).decode(),
        "content": content_of(block),
        "wrong": WRONG,
        "salt": HASH,
        "finding": "eighteen/banxia+fuzi",
        "voucherSecret": b64encode(SECRET).decode(),
        "domain": {"chainId": 720101, "contract": CONTRACT},
        "dispensing": dispensing,
        "amounts": amounts,
        "now": NOW,
        "shelf": [
            {"lot": s.lot, "herb": s.herb, "milligrams": s.milligrams, "expires": s.expires, "processed": s.processed}
            for s in SHELF
        ],
        "sheet": {
            "doses": 7,
            "lines": [
                {"herb": "huangqi", "name": "黄芪", "grams": "50", "processing": ""},
                {"herb": "danggui", "name": "当归", "grams": "6.5", "processing": ""},
                {"herb": "danggui", "name": "当归", "grams": "1", "processing": "酒"},
            ],
        },
    }
    command = [node, "--import", "./test/wasm.mjs", "test/prescriptions.mjs"]
    raw = json.dumps(asked).encode()
    told = json.loads(
        subprocess.run(command, cwd=FRONTEND, check=True, capture_output=True, timeout=60, input=raw).stdout
    )
    assert told["slip"] == slip.write()
    assert told["account"] == slip_signer(SECRET).address
    assert told["opened"].encode() == canonical(json.loads(DOCUMENT.write()))
    back = open_sealed(b64decode(told["block"]), SECRET, Hash32(told["content"]))
    assert back == DOCUMENT.write()
    assert told["refused"] == ["slip-unreadable"] * len(WRONG)
    assert told["finding"] == commitment_of("eighteen/banxia+fuzi", HASH)
    assert told["voucher"] == voucher_commitment(SECRET)
    assert told["milligrams"] == [total(Decimal(grams), doses) for grams, doses in amounts]
    needs = [
        Needed(HerbId("huangqi"), Milligrams(350_000)),
        Needed(HerbId("danggui"), Milligrams(45_500)),
        Needed(HerbId("danggui"), Milligrams(7_000), processed_names("当归", "酒")),
    ]
    assert told["picks"] == [
        {"portions": [list(portion) for portion in one.portions], "missing": one.missing}
        for one in pick(SHELF, needs, NOW)
    ]
    assert recover(_typed().digest(), told["signature"]) == slip_signer(SECRET).address


def _typed() -> TypedData:
    names = ("prescription", "member", "commitment", "voucher")
    fields = tuple((name, "bytes32") for name in names)
    domain = {
        "name": "TCM Chain Prescriptions",
        "version": "1",
        "chainId": 720101,
        "verifyingContract": CONTRACT,
    }
    values = (ID, MEMBER, HASH, "0x" + "00" * 32)
    return TypedData(domain, {"Dispensing": fields}, "Dispensing", dict(zip(names, values, strict=True)))

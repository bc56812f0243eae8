"""Sealed doses and pasted text: whatever comes in, nothing is taken for what it is not."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from tcmchain.crypto.errors import SealBroken
from tcmchain.crypto.letters import Use, inbox_of, open_letter
from tcmchain.formulas.client.sealing import seal_doses
from tcmchain.formulas.model.refusals import DosesTorn, NoDesks
from tcmchain.formulas.model.sealed import LARGEST, PADDED_TO, SCHEMA, bound, read_sealed, write_sealed
from tcmchain.terms.amounts import read_amount
from tcmchain.values import Address, Hash32

FRONTEND = Path(__file__).parents[2] / "frontend"
AUTHOR = Address("0x9858EfFD232B4033E47d90003D41EC34EcaEda94")
DESK, OTHER = Address("0x" + "0a" * 20), Address("0x" + "0b" * 20)
KEYS = {DESK: X25519PrivateKey.from_private_bytes(b"\1" * 32), OTHER: X25519PrivateKey.from_private_bytes(b"\2" * 32)}
CARD = Hash32("0x" + "c1" * 32)
PASTING = """
import { isAmount, linesOf } from './src/formulas/pasting.mjs';
const { texts, words } = JSON.parse(process.argv[1]);
console.log(JSON.stringify({ lines: texts.map(linesOf), amounts: words.map(isAmount) }));
"""


def _sealed(doses: bytes) -> bytes:
    return seal_doses(doses, AUTHOR, CARD, {account: inbox_of(key) for account, key in KEYS.items()})


def _opened(block: bytes, account: Address, author: Address = AUTHOR, card: Hash32 = CARD) -> bytes:
    doses, where = read_sealed(block), bound(author, card)
    key = open_letter(KEYS[account], dict(doses.keys)[account], Use.DOSES, where)
    return AESGCM(key).decrypt(doses.nonce, doses.sealed, SCHEMA.encode() + where).rstrip(b" ")


@given(st.binary(min_size=1, max_size=2000).filter(lambda raw: not raw.endswith(b" ")))
def test_seal__any_doses__opens_at_each_desk_and_hides_their_length(doses: bytes) -> None:
    block = _sealed(doses)
    assert {_opened(block, account) for account in KEYS} == {doses}
    assert (len(read_sealed(block).sealed) - 16) % PADDED_TO == 0
    assert write_sealed(read_sealed(block)) == block


def test_open__for_another_author_or_card__is_refused() -> None:
    block = _sealed(b"{}")
    for author, card in ((Address("0x" + "77" * 20), CARD), (AUTHOR, Hash32("0x" + "c2" * 32))):
        with pytest.raises((SealBroken, InvalidTag)):
            _opened(block, DESK, author, card)


def test_seal__to_no_desk__is_refused() -> None:
    with pytest.raises(NoDesks):
        seal_doses(b"{}", AUTHOR, CARD, {})


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)


@given(st.binary(max_size=300) | _JSON.map(lambda value: json.dumps(value).encode()))
def test_read__whatever_comes__is_refused_by_name(raw: bytes) -> None:
    with pytest.raises(DosesTorn):
        read_sealed(raw)


@given(st.sampled_from(("keys", "nonce", "schema", "sealed")), _JSON)
def test_read__one_field_replaced__is_refused_or_reads_as_the_same_shape(field: str, value: Any) -> None:
    found = json.loads(_sealed(b"{}"))
    found[field] = value
    with pytest.raises(DosesTorn):
        read_sealed(json.dumps(found).encode())


def test_read__more_than_the_limit__is_refused() -> None:
    with pytest.raises(DosesTorn):
        read_sealed(b" " * (LARGEST + 1))


_NUMBERS = (*"1一三半十两廿卅〇百", "12", "1.5", "十二", "二十", "七十", "一百", "一百二十", "三-五", "一至三", "十十")
_UNITS = (*"斤两兩钱錢分铢銖厘克g斗升合枚个個颗顆只粒茎莖根支枝片丸撮把握尺寸具", "公斤", "kg", "毫克", "mg", "毫升")
_UNITS += ("ml", "鸡子大", "雞子大", "方寸匕", "钱匕", "錢匕")
_AMOUNTS = [f"{number}{unit}{more}" for number in _NUMBERS for unit in _UNITS for more in ("", "半")]


@pytest.fixture(scope="module")
def pasted() -> Any:
    node = shutil.which("node")
    if node is None:
        pytest.skip("not run: the pages' tools are not installed: make install-test")
    texts = [
        "麻黄三两 去节 桂枝二两 去皮 甘草一两 炙 杏仁七十个 去皮尖",
        "葛根四两，麻黄三两（去节）、桂枝、芍药、甘草（炙）各二两；大枣十二枚 擘",
        "黄芪 30g 当归 6g 丹参15克",
        "半夏半升 洗",
        "",
    ]
    words = ["9g", "三两", "二两半", "十二枚", "一点点", "9", "适量", "各三两", "6-9g", "两"]
    asked = json.dumps({"texts": texts, "words": [*words, *_AMOUNTS]})
    command = [node, "--input-type=module", "--eval", PASTING, asked]
    return json.loads(subprocess.run(command, cwd=FRONTEND, check=True, capture_output=True, timeout=60).stdout)


def test_paste__old_and_new_texts__become_lines_with_doses_and_processing(pasted: Any) -> None:
    old, shared, new, half, nothing = (
        [(one["name"], one["words"], " ".join(one["processing"])) for one in lines] for lines in pasted["lines"]
    )
    assert old == [
        ("麻黄", "三两", "去节"),
        ("桂枝", "二两", "去皮"),
        ("甘草", "一两", "炙"),
        ("杏仁", "七十个", "去皮尖"),
    ]
    assert shared == [
        ("葛根", "四两", ""),
        ("麻黄", "三两", "去节"),
        ("桂枝", "二两", ""),
        ("芍药", "二两", ""),
        ("甘草", "二两", "炙"),
        ("大枣", "十二枚", "擘"),
    ]
    assert new == [("黄芪", "30g", ""), ("当归", "6g", ""), ("丹参", "15克", "")]
    assert half == [("半夏", "半升", "洗")]
    assert nothing == []


def test_tell__amounts_in_words__only_what_a_desk_can_read(pasted: Any) -> None:
    assert pasted["amounts"][:10] == [True, True, True, True, False, False, False, True, True, False]
    taken = [words for words, known in zip(_AMOUNTS, pasted["amounts"][10:], strict=True) if known]
    assert len(taken) > 1000
    for words in taken:
        assert read_amount(words)

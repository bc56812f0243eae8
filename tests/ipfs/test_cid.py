"""Content identifiers."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from libipld import decode_cid

from tcmchain.ipfs.cid import (
    Codec,
    check_block,
    cid_of_digest,
    digest_of,
    make_cid,
    node_cid,
    raw_cid,
    read_cid,
)
from tcmchain.ipfs.errors import BlockWrong, CidInvalid
from tcmchain.values import Cid

# Kubo's own expectations, MIT and Apache-2.0: ipfs/kubo, test/cli/cid_profiles_test.go and test/cli/add_test.go.
HELLO = Cid("bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e")
EMPTY = Cid("bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku")


def test_name__published_vectors__are_kubos() -> None:
    assert raw_cid(b"hello world") == HELLO
    assert raw_cid(b"") == EMPTY


@given(st.binary(max_size=200))
def test_read__own_name__gives_codec_and_digest(block: bytes) -> None:
    for cid, codec in ((raw_cid(block), Codec.RAW), (node_cid(block), Codec.DAG_PB)):
        parts = read_cid(cid)
        assert (parts.codec, parts.digest) == (codec, hashlib.sha256(block).digest())
        judged = decode_cid(cid)
        assert (judged["version"], judged["codec"], judged["hash"]["digest"]) == (1, codec, parts.digest)
        check_block(cid, block)


def test_name__digest__leads_there_and_back() -> None:
    digest = digest_of(HELLO)
    assert digest == "0x" + hashlib.sha256(b"hello world").hexdigest()
    assert cid_of_digest(digest) == HELLO


@pytest.mark.parametrize(
    "text",
    [
        "",
        "b",
        HELLO.upper(),
        HELLO[:-1],
        HELLO + "a",
        HELLO[:-1] + "f",
        HELLO.replace("k", "1", 1),
        "../../etc/passwd" + "a" * 43,
        "Qmf412jQZiuVUtdgnB36FXFX7xg5V6KEbSJ4dpQuhkLyfD",
        "zb2rhe5P4gXftAwvA4eXQ5HJwsER2owDyS9sKaQRRVQPn93bA",
        "bafyreihdb57fdysx5h35urvxz64ros7zvywshber7id6t6c6fek37jgyfe",
        "ｂ" + HELLO[1:],
    ],
)
def test_read__another_spelling__is_refused(text: str) -> None:
    with pytest.raises(CidInvalid):
        read_cid(text)


def test_check__other_bytes__are_wrong() -> None:
    with pytest.raises(BlockWrong):
        check_block(HELLO, b"hello worle")


def test_make__codec__is_part_of_the_name() -> None:
    digest = hashlib.sha256(b"x").digest()
    assert make_cid(Codec.RAW, digest) != make_cid(Codec.DAG_PB, digest)

"""Signed names."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import libipld
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.ipfs.stock import flowing

from tcmchain.ipfs.cid import raw_cid
from tcmchain.ipfs.errors import NameInvalid, NameUnknown, RecordExpired, RecordInvalid, RecordOlder
from tcmchain.ipfs.heads import FolderHead, Heads, cid_of_value, read_list
from tcmchain.ipfs.ipns import LARGEST, key_of, name_of, newer, read_record, sign_record
from tcmchain.ipfs.local import LocalBlocks
from tcmchain.ipfs.mirror import mirror
from tcmchain.ipfs.protobuf import number, text
from tcmchain.ipfs.sources import Blocks
from tcmchain.ipfs.store import add_stream
from tcmchain.values import Address, Cid, Hash32, UnixTime

NOW = datetime(2026, 11, 24, tzinfo=UTC)
UNTIL = UnixTime(int(NOW.timestamp()) + 3600)
KEY = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
NAME = name_of(KEY.public_key())
VALUE = "/ipfs/bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e"
PATIENT = Address("0x" + "12" * 20)
_VECTORS = json.loads((Path(__file__).parent / "data" / "ipns_records.json").read_text())["records"]


@pytest.mark.parametrize("vector", _VECTORS, ids=[one["kind"] for one in _VECTORS])
def test_read__published_vectors__as_the_specification_says(vector: dict[str, Any]) -> None:
    raw = bytes.fromhex(vector["record"])
    if vector["value"] is None:
        with pytest.raises(RecordInvalid):
            read_record(vector["name"], raw, NOW)
    else:
        found = read_record(vector["name"], raw, NOW)
        assert found.value == vector["value"] or not vector["value"]
        assert found.until.year == 2123


def test_sign__record__is_read_back() -> None:
    raw = sign_record(KEY, VALUE, 7, UNTIL, 60)
    found = read_record(NAME, raw, NOW)
    assert (found.value, found.sequence, found.ttl) == (VALUE, 7, 60)
    assert found.until == NOW + timedelta(hours=1)
    assert key_of(NAME).public_bytes_raw() == KEY.public_key().public_bytes_raw()
    assert NAME.startswith("k51")


def _signed(**changed: Any) -> bytes:
    held: dict[str, Any] = {
        "TTL": 1,
        "Value": VALUE.encode(),
        "Sequence": 1,
        "Validity": b"2027-01-01T00:00:00.000000001Z",
        "ValidityType": 0,
    }
    data = libipld.encode_dag_cbor({name: value for name, value in (held | changed).items() if value is not None})
    return text(8, KEY.sign(b"ipns-signature:" + data)) + text(9, data)


def test_read__further_fields_and_own_key__are_allowed() -> None:
    assert read_record(NAME, _signed(_tcm={"a": [1, "x"]}), NOW).sequence == 1
    own = number(1, 1) + text(2, KEY.public_key().public_bytes_raw())
    assert read_record(NAME, text(7, own) + _signed(), NOW).sequence == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"Value": None},
        {"Value": "text"},
        {"Sequence": -1},
        {"Sequence": "1"},
        {"TTL": None},
        {"ValidityType": 1},
        {"Validity": b"tomorrow"},
        {"Validity": b"2027-13-01T00:00:00Z"},
        {"Validity": None},
        {"Value": b"\xff"},
    ],
)
def test_read__signed_nonsense__is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(RecordInvalid):
        read_record(NAME, _signed(**changed), NOW)


def test_read__each_byte_changed__is_refused() -> None:
    raw = sign_record(KEY, VALUE, 7, UNTIL)
    for place in range(len(raw)):
        with pytest.raises(RecordInvalid):
            read_record(NAME, raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :], NOW)


def test_read__another_name_or_time__is_refused() -> None:
    raw = sign_record(KEY, VALUE, 7, UNTIL)
    other = name_of(Ed25519PrivateKey.from_private_bytes(b"\x08" * 32).public_key())
    with pytest.raises(RecordInvalid):
        read_record(other, raw, NOW)
    with pytest.raises(RecordExpired):
        read_record(NAME, raw, NOW + timedelta(hours=1))
    with pytest.raises(RecordInvalid):
        read_record(NAME, raw + text(10, bytes(LARGEST)), NOW)
    with pytest.raises(RecordInvalid):
        read_record(NAME, b"", NOW)


@pytest.mark.parametrize("name", ["", "k", "k51", NAME.upper(), NAME + "0", "k0" + NAME[1:], NAME[:-1], "../" + NAME])
def test_read__no_name__is_refused(name: str) -> None:
    with pytest.raises(NameInvalid):
        read_record(name, sign_record(KEY, VALUE, 1, UNTIL), NOW)


def test_newer__going_back__is_refused() -> None:
    first, second = (read_record(NAME, sign_record(KEY, VALUE, at, UNTIL), NOW) for at in (1, 2))
    assert newer(first, second) is second
    with pytest.raises(RecordOlder):
        newer(second, first)


class Clock:
    def __init__(self) -> None:
        self.now = NOW.timestamp()

    def __call__(self) -> float:
        return self.now


async def _folder(blocks: LocalBlocks, count: int) -> FolderHead:
    envelopes = []
    for at in range(count):
        body = await add_stream(blocks, flowing([bytes([at]) * 2_500_000]))
        envelopes.append(await blocks.put(json.dumps({"body": None if at == 1 else body, "version": at}).encode()))
    return FolderHead(PATIENT, count, Hash32("0x" + "ab" * 32), tuple(envelopes))


async def test_publish__folder__moves_only_when_it_changes(tmp_path: Path) -> None:
    store, clock = LocalBlocks(tmp_path), Clock()
    folders = {PATIENT: await _folder(store, 2)}
    heads = Heads(tmp_path, store, folders.get, clock)
    first = await heads.publish(PATIENT)
    clock.now += 60
    assert await heads.publish(PATIENT) == first
    assert await heads.record(first.name) == first.record
    listed = await read_list(store, cid_of_value(read_record(first.name, first.record, NOW).value))
    assert listed == folders[PATIENT]

    clock.now += 30 * 3600
    renewed = await heads.publish(PATIENT)
    assert read_record(first.name, renewed.record, NOW).sequence == 0
    assert renewed.record != first.record

    folders[PATIENT] = await _folder(store, 3)
    moved = read_record(first.name, await heads.record(first.name), NOW)
    assert (moved.sequence, moved.value != listed) == (1, True)
    again = Heads(tmp_path, store, folders.get, clock)
    assert again.name(PATIENT) == first.name
    assert again.name(Address("0x" + "13" * 20)) != first.name
    assert read_record(first.name, (await again.publish(PATIENT)).record, NOW).sequence == 1
    with pytest.raises(NameUnknown):
        await heads.publish(Address("0x" + "13" * 20))
    assert (tmp_path / "names.key").stat().st_mode & 0o077 == 0


async def test_mirror__folder__brings_every_block_verified_and_goes_on_after_a_break(tmp_path: Path) -> None:
    store = LocalBlocks(tmp_path / "hospital")
    folder = await _folder(store, 3)
    published = await Heads(tmp_path / "hospital", store, {PATIENT: folder}.get).publish(PATIENT)

    class Hospital:
        name = "hospital"
        down_for: Cid | None = None

        async def fetch(self, cid: Cid) -> bytes:
            return b"lie" if cid == self.down_for else await store.get(cid)

        async def close(self) -> None:
            return

    hospital = Hospital()
    hospital.down_for = folder.envelopes[2]
    blocks = Blocks(LocalBlocks(tmp_path / "own"), [hospital])
    heads = Heads(tmp_path / "own", blocks, lambda _: None)
    broken = await mirror(blocks, heads, PATIENT, published.name, published.record)
    assert broken.missing == (folder.envelopes[2],)
    hospital.down_for = None
    whole = await mirror(blocks, heads, PATIENT, published.name, published.record)
    # An envelope and a body: its root, the leaf that stands in it twice, and the rest. One file has no body.
    assert (whole.files, whole.fetched, whole.missing) == (3, 4, ())
    assert whole.blocks == 4 + 1 + 4
    assert set(folder.envelopes) <= set(blocks.store.names())  # type: ignore[attr-defined]
    with pytest.raises(RecordInvalid):
        await mirror(blocks, heads, Address("0x" + "13" * 20), published.name, published.record)


async def test_mirror__record_goes_back__is_refused(tmp_path: Path) -> None:
    store = LocalBlocks(tmp_path / "hospital")
    folders = {PATIENT: await _folder(store, 2)}
    heads = Heads(tmp_path / "hospital", store, folders.get)
    old = await heads.publish(PATIENT)
    folders[PATIENT] = await _folder(store, 3)
    new = await heads.publish(PATIENT)
    own = Heads(tmp_path / "own", LocalBlocks(tmp_path / "own"), lambda _: None)
    own.take(new.name, new.record)
    with pytest.raises(RecordOlder):
        own.take(old.name, old.record)
    assert await own.record(new.name) == new.record


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b'{"schema":"other","patient":"","count":0,"head":"","envelopes":[]}']
)
async def test_read_list__nonsense__is_refused(tmp_path: Path, content: bytes) -> None:
    store = LocalBlocks(tmp_path)
    with pytest.raises(RecordInvalid):
        await read_list(store, await store.put(content))


def test_value__not_a_path_to_a_block__is_refused() -> None:
    assert cid_of_value("/ipfs/" + raw_cid(b"x")) == raw_cid(b"x")
    for value in ("/ipns/" + NAME, "/ipfs/", "https://elsewhere", "/ipfs/../x"):
        with pytest.raises(RecordInvalid):
            cid_of_value(value)

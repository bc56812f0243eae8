"""Bodies and facts: what opens, what does not, and that nothing but the size class shows."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.crypto.people import FILE, PLACE, STRANGER

from tcmchain.crypto.errors import SealBroken, SizeWrong
from tcmchain.crypto.seal import (
    CHUNK,
    Opener,
    Place,
    Sealer,
    new_data_key,
    open_body,
    open_facts,
    open_stream,
    pad_facts,
    padded_size,
    seal_body,
    seal_facts,
    seal_stream,
    sealed_size,
)

KEY = b"k" * 32
CONTEXT = PLACE.body_context
EDGES = [0, 1, 7, 1015, 1016, 1017, CHUNK - 9, CHUNK - 8, CHUNK - 7, CHUNK, 4 * CHUNK - 8, 100_000]


@pytest.mark.parametrize("size", EDGES)
def test_open__body_of_any_size__gives_it_back(size: int) -> None:
    body = bytes(number % 251 for number in range(size))
    sealed = seal_body(body, KEY, CONTEXT)
    assert len(sealed) == sealed_size(size)
    assert open_body(sealed, KEY, CONTEXT) == body


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=70_000), st.integers(1, 40_000), st.integers(1, 40_000))
def test_open__body_in_pieces_of_any_length__gives_it_back(body: bytes, written: int, read: int) -> None:
    sealed = b"".join(seal_stream(_cut(body, written), len(body), KEY, CONTEXT))
    assert b"".join(open_stream(_cut(sealed, read), KEY, CONTEXT)) == body


def _cut(whole: bytes, length: int) -> Iterator[bytes]:
    return (whole[at : at + length] for at in range(0, len(whole), length))


@given(st.integers(0, 1 << 40))
def test_pad__any_size__costs_little_and_keeps_classes_few(size: int) -> None:
    padded = padded_size(size)
    assert padded >= max(size + 8, 1024)
    assert padded <= max(1024, (size + 8) * 1.12 + 1)
    assert bin(padded).rstrip("0").count("0") + bin(padded).rstrip("0").count("1") <= 9


def _altered(sealed: bytes) -> dict[str, bytes]:
    front, step = 56, CHUNK + 16
    first, second = sealed[front : front + step], sealed[front + step : front + 2 * step]
    flipped = bytearray(sealed)
    flipped[front + 100] ^= 1
    return {
        "flipped": bytes(flipped),
        "flipped salt": bytes([sealed[0] ^ 1]) + sealed[1:],
        "cut in a chunk": sealed[:-1],
        "cut at a chunk": sealed[: front + 2 * step],
        "cut to the front": sealed[:front],
        "empty": b"",
        "swapped": sealed[:front] + second + first + sealed[front + 2 * step :],
        "doubled": sealed[: front + step] + first + sealed[front + step :],
        "lengthened": sealed + b"\0",
        "lengthened by a chunk": sealed + sealed[-100:],
    }


@pytest.mark.parametrize("how", list(_altered(b"\0" * 100_000)))
def test_open__altered_body__is_refused(how: str) -> None:
    sealed = seal_body(b"b" * 50_000, KEY, CONTEXT)
    with pytest.raises(SealBroken) as told:
        open_body(_altered(sealed)[how], KEY, CONTEXT)
    assert told.value.details == {"part": "body"}


@pytest.mark.parametrize(
    ("key", "context"),
    [
        (b"x" * 32, CONTEXT),
        (KEY, PLACE.vault_context),
        (KEY, replace(PLACE, version=2).body_context),
        (KEY, replace(PLACE, file="0x" + "cd" * 32).body_context),
        (KEY, replace(PLACE, patient=STRANGER.account).body_context),
    ],
    ids=["key", "vault", "version", "file", "patient"],
)
def test_open__other_key_or_place__is_refused(key: bytes, context: bytes) -> None:
    with pytest.raises(SealBroken):
        open_body(seal_body(b"body", KEY, CONTEXT), key, context)


def test_open__padding_that_is_not_zero__is_refused() -> None:
    dishonest = Sealer(2000, KEY, CONTEXT)
    sealed = dishonest._cipher.update((1500).to_bytes(8, "big") + b"b" * 1500 + b"\1" * (padded_size(1500) - 1508))
    with pytest.raises(SealBroken):
        open_body(sealed + dishonest._cipher.finalize(), KEY, CONTEXT)


def test_open__length_beyond_the_body__is_refused() -> None:
    dishonest = Sealer(2000, KEY, CONTEXT)
    sealed = dishonest._cipher.update((1 << 60).to_bytes(8, "big") + b"b" * 1016)
    with pytest.raises(SealBroken):
        open_body(sealed + dishonest._cipher.finalize(), KEY, CONTEXT)


def test_open__body_cut_while_streaming__is_told_at_the_end() -> None:
    sealed = seal_body(b"b" * 100_000, KEY, CONTEXT)
    opener = Opener(KEY, CONTEXT)
    early = opener.update(sealed[: 56 + 3 * (CHUNK + 16)])
    assert early == b"b" * (3 * CHUNK - 8)
    with pytest.raises(SealBroken):
        opener.finish()


@pytest.mark.parametrize("given_size", [99, 101])
def test_seal__other_size_than_said__is_refused(given_size: int) -> None:
    with pytest.raises(SizeWrong):
        b"".join(seal_stream([b"b" * given_size], 100, KEY, CONTEXT))


def test_seal__same_body_twice__looks_different() -> None:
    assert seal_body(b"same", KEY, CONTEXT) != seal_body(b"same", KEY, CONTEXT)
    assert len({new_data_key() for _ in range(100)}) == 100


def test_open__facts__gives_them_back_padded() -> None:
    padded = pad_facts(json.dumps({"type": "vitals", "title": "血压"}).encode())
    sealed = seal_facts(padded, KEY, PLACE)
    assert len(padded) % 256 == 0
    assert json.loads(open_facts(sealed, KEY, PLACE)) == {"type": "vitals", "title": "血压"}


@pytest.mark.parametrize("how", ["key", "place", "flipped", "cut", "empty"])
def test_open__facts_with_anything_wrong__are_refused(how: str) -> None:
    sealed = seal_facts(pad_facts(b"{}"), KEY, PLACE)
    key = b"x" * 32 if how == "key" else KEY
    place = Place(PLACE.patient, FILE, 2) if how == "place" else PLACE
    sealed = {"flipped": sealed[:20] + bytes([sealed[20] ^ 1]) + sealed[21:], "cut": sealed[:-1], "empty": b""}.get(
        how, sealed
    )
    with pytest.raises(SealBroken) as told:
        open_facts(sealed, key, place)
    assert told.value.details == {"part": "facts"}


_LARGE = """
from pathlib import Path
from tcmchain.crypto.seal import open_stream, seal_stream
PIECE = bytes(1 << 20)
def held(kind):
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(kind + ":"))
before = held("VmRSS")
sealed = seal_stream((PIECE for _ in range(1024)), 1 << 30, b"k" * 32, b"c")
print(sum(map(len, open_stream(sealed, b"k" * 32, b"c"))), (held("VmHWM") - before) // 1024)
"""


def test_seal__body_of_a_gibibyte__stays_within_bounded_memory() -> None:
    told = subprocess.run([sys.executable, "-c", _LARGE], capture_output=True, text=True, check=True, timeout=200)
    size, mebibytes = map(int, told.stdout.split())
    assert size == 1 << 30
    assert mebibytes <= 32

"""An envelope is for one place, and is the one that the chain tells of."""

import json
from base64 import b64encode
from dataclasses import replace

import pytest
from tests.crypto.people import PATIENT, PLACE, category_key

from tcmchain.crypto.categories import Category
from tcmchain.crypto.digest import sha256, vault_body_key, vault_tag
from tcmchain.crypto.envelope import Envelope
from tcmchain.crypto.errors import EnvelopeUnfit, SealBroken
from tcmchain.crypto.lock import make_lock, open_lock
from tcmchain.crypto.seal import open_body, pad_facts, seal_body, seal_facts

DATA_KEY = b"d" * 32
BODY_KEY = vault_body_key(PATIENT.vault_key, b"\1" * 32)
FACTS = {"type": "vitals", "bodyKey": b64encode(BODY_KEY).decode(), "salt": "00" * 32}
PADDED = pad_facts(json.dumps(FACTS).encode())
LOCK = make_lock(DATA_KEY, 1, [category_key(Category.VITALS)])
ENVELOPE = Envelope(PLACE, LOCK.write(), seal_facts(PADDED, DATA_KEY, PLACE), "bafkreia", 1120, "vault")


def test_read__what_was_written__is_the_same() -> None:
    assert Envelope.read(ENVELOPE.write(), PLACE) == ENVELOPE
    assert ENVELOPE.lock_hash == sha256(LOCK.write())


def test_open__lock_then_facts_then_body__gives_all() -> None:
    found = Envelope.read(ENVELOPE.write(), PLACE)
    keys = {(PATIENT.label(Category.VITALS), 1): PATIENT.category_key(Category.VITALS, 1)}
    data_key = open_lock(found.opened_lock(), keys)
    facts = found.opened_facts(data_key, sha256(PADDED))
    assert facts == FACTS
    key, context = found.body_seal(data_key, facts)
    assert open_body(seal_body(b"body", BODY_KEY, PLACE.vault_context), key, context) == b"body"
    assert replace(found, bound="file").body_seal(data_key, facts) == (DATA_KEY, PLACE.body_context)


def test_open__facts_that_were_not_committed_to__are_refused() -> None:
    with pytest.raises(EnvelopeUnfit):
        ENVELOPE.opened_facts(DATA_KEY, sha256(b"others"))
    with pytest.raises(SealBroken):
        ENVELOPE.opened_facts(b"x" * 32)


def test_open__body_key_that_is_missing__is_refused() -> None:
    with pytest.raises(EnvelopeUnfit):
        ENVELOPE.body_seal(DATA_KEY, {})


@pytest.mark.parametrize("facts", [b"[]", b"no JSON"])
def test_open__facts_that_are_none__are_refused(facts: bytes) -> None:
    sealed = seal_facts(pad_facts(facts), DATA_KEY, PLACE)
    with pytest.raises(EnvelopeUnfit):
        replace(ENVELOPE, facts=sealed).opened_facts(DATA_KEY)


def test_read__envelope_of_another_version__is_refused() -> None:
    with pytest.raises(EnvelopeUnfit) as told:
        Envelope.read(ENVELOPE.write(), replace(PLACE, version=2))
    assert told.value.details == {"reason": "place"}


@pytest.mark.parametrize(
    "raw",
    [b"", b"[]", b"{}", b" " * 300_000]
    + [
        json.dumps({**json.loads(ENVELOPE.write()), name: value}).encode()
        for name, value in [
            ("schema", "other"),
            ("bound", "all"),
            ("size", -1),
            ("size", True),
            ("body", 1),
            ("lock", "?"),
        ]
    ],
)
def test_read__bytes_that_are_no_envelope__are_refused(raw: bytes) -> None:
    with pytest.raises(EnvelopeUnfit) as told:
        Envelope.read(raw, PLACE)
    assert told.value.details == {"reason": "shape"}


def test_name__equal_bodies__are_equal_in_one_vault_only() -> None:
    digest = b"\1" * 32
    assert vault_tag(PATIENT.vault_key, digest) == vault_tag(PATIENT.vault_key, digest)
    assert vault_tag(PATIENT.vault_key, digest) != vault_tag(b"v" * 32, digest)
    assert vault_tag(PATIENT.vault_key, digest) != "0x" + BODY_KEY.hex()

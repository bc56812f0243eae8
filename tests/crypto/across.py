"""What the node's kit gives to the browser's to open, and what it says of what comes back."""

import json
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Any

from tests.crypto.people import (
    ATTENDING_PHYSICIAN,
    CUSTODIANS,
    PATIENT,
    PLACE,
    SECOND_DEVICE,
    category_key,
    holder,
    reader,
)

from tcmchain.crypto.categories import Category
from tcmchain.crypto.delegation import Rewrap, encapsulate, fragments, public_bytes, reencrypt
from tcmchain.crypto.digest import sha256
from tcmchain.crypto.letters import Use, inbox_of, seal_letter
from tcmchain.crypto.lock import make_lock
from tcmchain.crypto.seal import pad_facts, seal_body, seal_facts
from tcmchain.crypto.shares import split
from tcmchain.records.model.envelope import Envelope

DATA_KEY = bytes(range(32))
BODY = bytes(number % 253 for number in range(100_000))
FILE = bytes(number * 7 % 256 for number in range(256)) * 10_000
"""Two whole leaves of a file and a part of a third."""
FACTS = {"type": "vitals", "title": "体征", "salt": "11" * 32}
PADDED = pad_facts(json.dumps(FACTS).encode())
TERMS = {
    "salt": "0x" + "5a" * 32,
    "grantee": ATTENDING_PHYSICIAN.account,
    "label": PATIENT.label(Category.VITALS),
    "rights": 5,
    "purpose": "会诊",
    "until": 1_900_000_000,
}
MEMBER = "0x" + "cd" * 32
CONSENT = {"chainId": 720101, "contract": "0x" + "22" * 20}
SIZES = [0, 1, 1016, 1017, 5_000, 262_144, 104_857_600, 1 << 30, (1 << 40) + 1]
VITALS = PATIENT.category_key(Category.VITALS, 1)
VERIFYING = PATIENT.fragment_signer.verifying_key().to_compressed_bytes()
READING = public_bytes(ATTENDING_PHYSICIAN.reading)


def text(raw: bytes) -> str:
    return b64encode(raw).decode()


def raw(text: str) -> bytes:
    return b64decode(text, validate=True)


@dataclass(frozen=True)
class Answers:
    """What the browser's kit derived, hashed, opened and made."""

    derived: dict[str, Any]
    hashed: dict[str, Any]
    opened: dict[str, Any]
    made: dict[str, Any]


def asked() -> dict[str, Any]:
    """Everything sealed by the node's kit, and what the browser's needs to make its own."""
    emergency = {custodian.account: inbox_of(custodian.inbox) for custodian in CUSTODIANS}
    keys = [category_key(Category.VITALS), category_key(Category.EMERGENCY)]
    lock = make_lock(DATA_KEY, 3, keys, [public_bytes(SECOND_DEVICE.reading)], emergency, PLACE.bound).write()
    facts = seal_facts(PADDED, DATA_KEY, PLACE)
    envelope = Envelope(PLACE.patient, PLACE.file, PLACE.version, lock, facts, None, 0)
    capsule, ciphertext = encapsulate(public_bytes(VITALS), DATA_KEY)
    made = fragments(VITALS, READING, PATIENT.fragment_signer)
    answers = [reencrypt(capsule, one, VERIFYING, public_bytes(VITALS), READING) for one in made]
    inbox = inbox_of(ATTENDING_PHYSICIAN.inbox)
    (rewrapped,) = Rewrap(PLACE, PATIENT.account).delegate(DATA_KEY, reader(ATTENDING_PHYSICIAN))
    return {
        "dataKey": text(DATA_KEY),
        "plain": text(BODY),
        "body": text(seal_body(BODY, DATA_KEY, PLACE.body_context)),
        "facts": text(facts),
        "commitment": sha256(PADDED),
        "letters": {use.name.lower(): text(seal_letter(inbox, use.value, use)) for use in Use},
        "shares": [text(share) for share in split(DATA_KEY, 2, 3)[1:]],
        "lock": text(lock),
        "lockHash": sha256(lock),
        "envelope": text(envelope.write()),
        "envelopeHash": sha256(envelope.write()),
        "capsule": text(capsule),
        "ciphertext": text(ciphertext),
        "answers": [text(answers[0]), text(b"a lie"), text(answers[2])],
        "fragments": [text(one) for one in made],
        "rewrapped": text(rewrapped.sealed),
        "terms": TERMS,
        "member": MEMBER,
        "consent": CONSENT,
        "sizes": SIZES,
        "file": text(FILE),
        "custodians": [holder(custodian).account for custodian in CUSTODIANS],
    }

"""What others published: our derivations, seals and letters are the standards'."""

import base64
import hashlib
import json
import zlib
from pathlib import Path
from typing import Any

import orjson
import pytest
from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.bindings._rust import openssl
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from eth_account.hdaccount import key_from_seed
from eth_account.hdaccount.mnemonic import Mnemonic
from eth_account.types import Language

from tcmchain.chain.keystore import Keystore
from tcmchain.chain.signers import LocalSigner
from tcmchain.chain.typed_data import TypedData
from tcmchain.crypto import letters
from tcmchain.crypto.keys import Vault, plain_words

DATA = Path(__file__).parent / "data"


def _read(name: str) -> Any:
    return json.loads((DATA / name).read_text(encoding="utf-8"))


MNEMONICS = _read("mnemonics.json")
CHUNKED = _read("chunked.json")["vectors"]


@pytest.mark.parametrize("vector", MNEMONICS["vectors"], ids=lambda v: v["words"][:12])
def test_derive__words_of_bip39__give_the_published_seed(vector: dict[str, str]) -> None:
    words = vector["words"]
    language = Language.ENGLISH if words.isascii() else Language.CHINESE_SIMPLIFIED
    assert Mnemonic(language).to_mnemonic(bytes.fromhex(vector["entropy"])) == plain_words(words)
    assert Vault.from_words(words, MNEMONICS["passphrase"])._seed.hex() == vector["seed"]
    assert Vault.from_words(words.replace(" ", "") if not words.isascii() else words.upper(), "TREZOR") is not None


def _private_of(extended: str) -> str:
    letters58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
    number = 0
    for letter in extended:
        number = number * 58 + letters58.index(letter)
    raw = number.to_bytes(82, "big")
    assert hashlib.sha256(hashlib.sha256(raw[:-4]).digest()).digest()[:4] == raw[-4:]
    return raw[46:78].hex()


@pytest.mark.parametrize("vector", _read("bip32.json")["vectors"], ids=lambda v: v["path"])
def test_derive__paths_of_bip32__give_the_published_keys(vector: dict[str, str]) -> None:
    made = key_from_seed(bytes.fromhex(_read("bip32.json")["seed"]), vector["path"])
    assert bytes(made).hex() == _private_of(vector["extended"])


def test_open__message_of_rfc_9180__gives_the_published_plaintext() -> None:
    vector = _read("hpke.json")
    private = X25519PrivateKey.from_private_bytes(bytes.fromhex(vector["skRm"]))
    assert letters.inbox_of(private).hex() == vector["pkRm"]
    sealed = bytes.fromhex(vector["enc"] + vector["ct"])
    info, aad = bytes.fromhex(vector["info"]), bytes.fromhex(vector["aad"])
    opened = openssl.hpke._decrypt_with_aad(letters._SUITE, sealed, private, info, aad)
    assert opened.hex() == vector["pt"]


@pytest.mark.parametrize("vector", CHUNKED, ids=lambda v: v["comment"])
def test_open__message_of_chunked_encryption__is_as_published(vector: dict[str, Any]) -> None:
    sealed = zlib.decompress(base64.b64decode(vector["sealed"]))
    if not vector["valid"]:
        with pytest.raises((InvalidTag, ValueError)):
            _opened(vector, sealed)
        return
    payload = _opened(vector, sealed)
    assert (len(payload), hashlib.sha512(payload).hexdigest()) == (vector["length"], vector["sha512"])


def _opened(vector: dict[str, Any], sealed: bytes) -> bytes:
    key, context = bytes.fromhex(vector["key"]), bytes.fromhex(vector["context"])
    cipher = Cobblestone256Decryptor(key, context)
    return cipher.update(sealed) + cipher.finalize()


def test_seal__same_message_twice__differs_by_a_fresh_salt() -> None:
    first, second = (Cobblestone256Encryptor(b"k" * 32, b"") for _ in range(2))
    assert first.update(b"m") + first.finalize() != second.update(b"m") + second.finalize()


def test_sign__message_of_eip712__is_as_published() -> None:
    person = (("name", "string"), ("wallet", "address"))
    mail = TypedData(
        {
            "name": "Ether Mail",
            "version": "1",
            "chainId": 1,
            "verifyingContract": "0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC",
        },
        {"Person": person, "Mail": (("from", "Person"), ("to", "Person"), ("contents", "string"))},
        "Mail",
        {
            "from": {"name": "Cow", "wallet": "0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826"},
            "to": {"name": "Bob", "wallet": "0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB"},
            "contents": "Hello, Bob!",
        },
    )
    assert mail.digest().hex() == "be609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2"
    cow = LocalSigner(bytes.fromhex("c85ef7d79691fe79573b1a7064c19c1a9819ebdbd1faaab1a8ec92344438aaf4"))
    assert cow.sign_typed_data(mail) == (
        "0x4355c47d63924e8a72e509b65029052eb6c299d53a04e167c5775fd466751c9d"
        "07299936d304c153f6443dfa05f40ff007d72911b6f72307f996231605b915621c"
    )


@pytest.mark.parametrize("number", [0, 1], ids=["pbkdf2", "scrypt"])
def test_open__keyfile_of_version_3__gives_the_published_key(number: int, tmp_path: Path) -> None:
    vectors = _read("keyfiles.json")
    (tmp_path / "published.json").write_bytes(orjson.dumps(vectors["files"][number]))
    signer = Keystore(tmp_path, vectors["passphrase"]).signer("published")
    assert signer.address == LocalSigner(bytes.fromhex(vectors["holds"])).address

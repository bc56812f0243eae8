"""One vault, many relations, none of which leads to another."""

import pytest
from tests.crypto.people import OTHERS, PATIENT

from tcmchain.chain.signers import LocalSigner
from tcmchain.crypto.categories import Category
from tcmchain.crypto.delegation import public_bytes
from tcmchain.crypto.errors import KeyUnfit, WordsUnknown
from tcmchain.crypto.keys import ORDER, Vault, address_of, plain_words, reading_key, scalar
from tcmchain.crypto.letters import inbox_of

WORDS = "legal winner thank year wave sausage worth useful legal winner thank yellow"


def test_derive__account_of_relation_0__is_the_wallets_ordinary_account() -> None:
    relation = Vault.from_words(WORDS).relation(0)
    assert relation.account == LocalSigner(relation.account_key).address == address_of(relation.account_key)
    assert relation.account == "0x58A57ed9d8d624cBD12e2C467D34787555bB1b25"


def test_derive__two_relations__share_nothing() -> None:
    vault = Vault.from_words(WORDS)
    seen = set()
    for number in (0, 1, 2):
        relation = vault.relation(number)
        made = {relation.account, inbox_of(relation.inbox), relation.vault_key, relation.id_salt}
        made |= {public_bytes(relation.reading), relation.fragment_signer.verifying_key().to_compressed_bytes()}
        for category in Category:
            made |= {relation.label(category), public_bytes(relation.category_key(category, 1))}
            made |= {public_bytes(relation.category_key(category, 2))}
        assert len(made) == 6 + 3 * len(Category)
        assert not made & seen
        seen |= made


def test_derive__same_words__give_the_same_keys() -> None:
    assert PATIENT.label(Category.VITALS) == Vault.from_words(WORDS.upper()).relation(1).label(Category.VITALS)
    assert PATIENT.account != Vault.from_words(WORDS, "another passphrase").relation(1).account


def test_commit__id_number__hides_it_without_the_salt() -> None:
    assert PATIENT.identity("110105199003078515") == PATIENT.identity("110105199003078515")
    assert PATIENT.identity("110105199003078515") != OTHERS.relation(1).identity("110105199003078515")


def test_show__a_vault__tells_no_secret() -> None:
    assert repr(Vault.from_words(WORDS)) == "Vault()"
    assert repr(PATIENT) == "Relation(number=1)"


@pytest.mark.parametrize("words", ["", "legal winner", WORDS + " extra", WORDS.replace("yellow", "wave"), "的 的 的"])
def test_open__words_of_no_wallet__are_refused(words: str) -> None:
    with pytest.raises(WordsUnknown):
        Vault.from_words(words)


def test_read__chinese_words_without_spaces__are_spelled_out() -> None:
    assert plain_words("的的的的的的的的的的的在") == "的 的 的 的 的 的 的 的 的 的 的 在"


def test_make__key_of_uniform_bytes__lies_within_the_order() -> None:
    assert int.from_bytes(scalar(b"\0" * 48), "big") == 1
    assert int.from_bytes(scalar((ORDER - 2).to_bytes(48, "big")), "big") == ORDER - 1
    assert int.from_bytes(scalar((ORDER - 1).to_bytes(48, "big")), "big") == 1
    assert 0 < int.from_bytes(scalar(b"\xff" * 48), "big") < ORDER


@pytest.mark.parametrize("private", [b"", b"\0" * 32, ORDER.to_bytes(32, "big"), b"\1" * 33])
def test_read__bytes_that_are_no_key__are_refused(private: bytes) -> None:
    with pytest.raises(KeyUnfit):
        reading_key(private)


def test_ask__relation_that_cannot_be__is_refused() -> None:
    with pytest.raises(KeyUnfit):
        OTHERS.relation(-1)

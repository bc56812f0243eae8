"""Names under which a vault finds an equal body again."""

from tests.crypto.people import PATIENT

from tcmchain.crypto.digest import vault_body_key, vault_tag


def test_name__equal_bodies__are_equal_in_one_vault_only() -> None:
    digest = b"\1" * 32
    assert vault_tag(PATIENT.vault_key, digest) == vault_tag(PATIENT.vault_key, digest)
    assert vault_tag(PATIENT.vault_key, digest) != vault_tag(b"v" * 32, digest)
    assert vault_tag(PATIENT.vault_key, digest) != "0x" + vault_body_key(PATIENT.vault_key, digest).hex()

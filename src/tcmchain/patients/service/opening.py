"""Opening a person's vault on their own machine, for the commands of other slices."""

from pathlib import Path

from tcmchain.crypto.keys import Vault
from tcmchain.patients.client.vault_file import VaultFile


def open_vault(file: Path, passphrase: str) -> Vault:
    """The vault in a sealed file; raises ``VaultMissing``, ``VaultUnreadable`` and ``VaultShut``."""
    return VaultFile(file).open(passphrase)

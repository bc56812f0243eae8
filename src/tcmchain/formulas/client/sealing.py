"""Sealing the doses of a folk formula, where the sharer is: in memory, with public keys only."""

import secrets
from collections.abc import Mapping
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tcmchain.crypto.letters import Use, seal_letter
from tcmchain.formulas.model.refusals import NoDesks
from tcmchain.formulas.model.sealed import MOST_KEYS, NONCE, PADDED_TO, SCHEMA, SealedDoses, bound, write_sealed
from tcmchain.values import Address, Hash32

_KEY: Final = 32


def seal_doses(doses: bytes, author: Address, content: Hash32, desks: Mapping[Address, bytes]) -> bytes:
    """The block of a folk formula's doses: for the desks (account and inbox key), and for this card only.

    Raises :class:`NoDesks` and ``KeyUnfit``.
    """
    if not desks:
        raise NoDesks
    key, nonce, where = secrets.token_bytes(_KEY), secrets.token_bytes(NONCE), bound(author, content)
    padded = doses + b" " * (-len(doses) % PADDED_TO)
    sealed = AESGCM(key).encrypt(nonce, padded, SCHEMA.encode() + where)
    chosen = list(desks.items())[:MOST_KEYS]
    keys = tuple((account, seal_letter(inbox, key, Use.DOSES, where)) for account, inbox in chosen)
    return write_sealed(SealedDoses(nonce, sealed, keys))

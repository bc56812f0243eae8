"""Accounts that a person asks with, one for each question; the browser derives the same in
``frontend/src/consultations/pseudonyms.mjs``.
"""

from tcmchain.chain.signers import LocalSigner
from tcmchain.crypto.keys import derive, scalar


def pseudonym(seed: bytes, number: int) -> LocalSigner:
    """The account of a number, from 0 on, out of the 64-byte seed of a person's words (BIP-39).

    Nobody without the seed can join two of them.
    """
    return LocalSigner(scalar(derive(seed, f"consultation/{number}/account", 48)))

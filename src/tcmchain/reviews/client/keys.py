"""What a patient derives for one prescription; the browser derives the same in ``frontend/src/reviews/keys.mjs``.

Each prescription has a secret and a pseudonym of its own, so that nobody can join one person's reviews.
"""

from dataclasses import dataclass, field

from tcmchain.chain.signers import LocalSigner
from tcmchain.crypto.keys import derive, scalar
from tcmchain.reviews.model.vouchers import nullifier_of, voucher_commitment
from tcmchain.values import Hash32


@dataclass(frozen=True, slots=True)
class ReviewKeys:
    """Keys out of the 64-byte seed of a person's words."""

    _seed: bytes = field(repr=False)
    prescription: Hash32

    @property
    def secret(self) -> bytes:
        """The secret that is committed to at the dispensing (32 bytes)."""
        return self._derive("", 32)

    @property
    def commitment(self) -> Hash32:
        """What the patient brings to the pharmacy."""
        return voucher_commitment(self.secret)

    @property
    def nullifier(self) -> Hash32:
        """The id of the review to come."""
        return nullifier_of(self.secret)

    @property
    def signer(self) -> LocalSigner:
        """The pseudonym that reviews."""
        return LocalSigner(scalar(self._derive("/account", 48)))

    @property
    def name_salt(self) -> bytes:
        """What hides the name in its commitment (32 bytes)."""
        return self._derive("/name", 32)

    def _derive(self, name: str, length: int) -> bytes:
        return derive(self._seed, f"review/{self.prescription}{name}", length)

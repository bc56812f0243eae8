"""The terms of a grant: what the parties know, and the commitments to them that the chain knows."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntFlag
from typing import Any, Final

from tcmchain.consent.model.errors import OpeningUnreadable
from tcmchain.crypto.digest import passer_hash, terms_hash, writer_hash
from tcmchain.values import ZERO_HASH, Address, Hash32, MemberId, UnixTime, is_hash32

MOST_PURPOSE: Final = 200
"""Characters of a purpose."""

_FIELDS: Final = frozenset({"salt", "grantee", "readingKey", "label", "rights", "purpose", "until"})


class Rights(IntFlag):
    """What a grant allows; numbers are those that are committed to."""

    READ = 1
    APPEND = 2
    PASS_ON = 4

    @property
    def words(self) -> tuple[str, ...]:
        """As doors spell them: ``read``, ``append``, ``pass-on``."""
        return tuple((right.name or "").lower().replace("_", "-") for right in type(self) if right in self)

    @classmethod
    def of(cls, words: Any) -> "Rights":
        """Read words; raises ``OpeningUnreadable``."""
        try:
            found = cls(0)
            for word in words:
                found |= cls[str(word).upper().replace("-", "_")]
        except (KeyError, TypeError) as error:
            raise OpeningUnreadable(reason="rights") from error
        if not found:
            raise OpeningUnreadable(reason="rights")
        return found


@dataclass(frozen=True, slots=True)
class Opening:
    """The terms themselves, kept by patient, grantee and custodians, and by no node.

    ``reading_key`` is the grantee's Umbral key (33 bytes), ``label`` the category's opaque name, ``salt`` 32 random
    bytes without which nobody can try terms out.
    """

    salt: Hash32
    grantee: Address
    reading_key: bytes
    label: Hash32
    rights: Rights
    purpose: str
    until: UnixTime

    def __post_init__(self) -> None:
        if not 1 <= len(self.purpose) <= MOST_PURPOSE:
            raise OpeningUnreadable(reason="purpose")
        if not self.rights:
            raise OpeningUnreadable(reason="rights")
        if len(self.reading_key) != 33:
            raise OpeningUnreadable(reason="readingKey")

    @property
    def terms(self) -> Hash32:
        """The commitment to all of it."""
        return terms_hash(
            self.salt, self.grantee, self.reading_key, self.label, int(self.rights), self.purpose, self.until
        )

    def writer(self, member: MemberId | None) -> Hash32:
        """The commitment to the member that may append; zero without that right."""
        if Rights.APPEND not in self.rights:
            return ZERO_HASH
        if member is None:
            raise OpeningUnreadable(reason="member")
        return writer_hash(self.salt, Hash32(member))

    @property
    def passer(self) -> Hash32:
        """The commitment to the account that may pass on; zero without that right."""
        return passer_hash(self.salt, self.grantee) if Rights.PASS_ON in self.rights else ZERO_HASH

    def grant(self, patient: Address, member: MemberId | None = None) -> "Grant":
        """What the patient signs; ``member`` is the one that may append. Raises ``OpeningUnreadable``."""
        return Grant(patient, self.terms, self.writer(member), self.passer, self.until)

    def as_json(self) -> dict[str, Any]:
        """The shape in which letters and custodians carry it."""
        return {
            "salt": self.salt,
            "grantee": self.grantee,
            "readingKey": "0x" + self.reading_key.hex(),
            "label": self.label,
            "rights": int(self.rights),
            "purpose": self.purpose,
            "until": self.until,
        }

    @classmethod
    def read(cls, content: Any) -> "Opening":
        """Read what :meth:`as_json` wrote, from whomever it comes; raises ``OpeningUnreadable``."""
        if not isinstance(content, Mapping) or not content.keys() >= _FIELDS:
            raise OpeningUnreadable(reason="fields")
        salt, label, until = content["salt"], content["label"], content["until"]
        if not is_hash32(str(salt)) or not is_hash32(str(label)):
            raise OpeningUnreadable(reason="salt")
        if type(until) is not int or not 0 <= until < 1 << 53 or type(content["rights"]) is not int:
            raise OpeningUnreadable(reason="until")
        if not 0 < content["rights"] < 8:
            raise OpeningUnreadable(reason="rights")
        grantee = str(content["grantee"])
        if len(grantee) != 42 or not grantee.startswith("0x"):
            raise OpeningUnreadable(reason="grantee")
        try:
            key = bytes.fromhex(str(content["readingKey"]).removeprefix("0x"))
            # The commitment takes the address as bytes, so its spelling must be the one accepted everywhere.
            bytes.fromhex(grantee[2:])
            # A lone surrogate, which JSON lets through, has no bytes to commit to.
            str(content["purpose"]).encode()
        except ValueError as error:
            raise OpeningUnreadable(reason="readingKey") from error
        return cls(
            Hash32(salt), Address(grantee), key, Hash32(label), Rights(content["rights"]), str(content["purpose"]),
            UnixTime(until),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Grant:
    """What a patient signs: who may do what is hidden in commitments."""

    patient: Address
    terms: Hash32
    writer: Hash32
    passer: Hash32
    until: UnixTime


def new_salt() -> Hash32:
    """32 random bytes."""
    return Hash32("0x" + secrets.token_hex(32))

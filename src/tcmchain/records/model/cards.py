"""A relation card: what a patient tells one member, by letter, so that it can seal records. No name, no id number."""

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tcmchain.crypto.categories import Category
from tcmchain.records.model.errors import ContentUnreadable
from tcmchain.values import Address, Hash32, UnixTime, is_hash32

_VAULT_KEY = 32
_APPEND = 2
_MOST_RIGHTS = 7
_LAST = (1 << 53) - 1
_MOST_GRANTS = 32
_ADDRESS = re.compile("0x[0-9a-fA-F]{40}")


@dataclass(frozen=True, slots=True)
class Opening:
    """What a patient says a grant's commitments stand for. Only the patient and the grantee can know its salt."""

    grant: Hash32
    salt: Hash32
    grantee: Address
    reading_key: bytes
    label: Hash32
    rights: int
    purpose: str
    until: UnixTime

    @property
    def appends(self) -> bool:
        """Whether it says that the grantee may append."""
        return bool(self.rights & _APPEND)


@dataclass(frozen=True, slots=True)
class Told:
    """What a letter tells of one folder; it counts once one of its openings is true."""

    patient: Address
    labels: Mapping[Category, Hash32]
    vault_key: bytes | None
    custodians: tuple[Address, ...]
    openings: tuple[Opening, ...]

    def card(self, proven: Sequence[Opening]) -> "Card":
        """The card, with the grants to append among those openings that are true."""
        appends = (Append(one.grant, one.salt, one.label, one.until) for one in proven if one.appends)
        return Card(
            self.patient, self.labels, self.vault_key, self.custodians, {append.grant: append for append in appends}
        )


@dataclass(frozen=True, slots=True)
class Append:
    """A grant that lets the member append; ``salt`` opens its commitment, ``label`` names the category meant."""

    grant: Hash32
    salt: Hash32
    label: Hash32
    until: UnixTime


@dataclass(frozen=True, slots=True)
class Card:
    """``vault_key`` names equal bodies; ``custodians`` keep shares of emergency records."""

    patient: Address
    labels: Mapping[Category, Hash32]
    vault_key: bytes | None = None
    custodians: tuple[Address, ...] = ()
    appends: Mapping[Hash32, Append] = field(default_factory=dict)

    def merged(self, later: "Card") -> "Card":
        """This card with what a later letter added."""
        return Card(
            self.patient,
            {**self.labels, **later.labels},
            later.vault_key or self.vault_key,
            later.custodians or self.custodians,
            {**self.appends, **later.appends},
        )

    def append_for(self, labels: tuple[Hash32, ...], now: int) -> Append | None:
        """The grant to append that fits some labels best, of those not expired; any will do."""
        live = [append for append in self.appends.values() if append.until > now]
        live.sort(key=lambda append: (append.label in labels, append.until), reverse=True)
        return live[0] if live else None

    def write(self) -> bytes:
        """JSON."""
        return json.dumps(
            {
                "patient": self.patient,
                "labels": {category.value: label for category, label in self.labels.items()},
                "vaultKey": None if self.vault_key is None else b64encode(self.vault_key).decode(),
                "custodians": list(self.custodians),
                "appends": [[a.grant, a.salt, a.label, a.until] for a in self.appends.values()],
            }
        ).encode()

    @classmethod
    def read(cls, raw: bytes) -> "Card":
        """What :meth:`write` wrote."""
        content = json.loads(raw)
        appends = (Append(grant, salt, label, until) for grant, salt, label, until in content["appends"])
        vault = content["vaultKey"]
        return cls(
            Address(content["patient"]),
            {Category(category): Hash32(label) for category, label in content["labels"].items()},
            None if vault is None else b64decode(vault),
            tuple(Address(account) for account in content["custodians"]),
            {append.grant: append for append in appends},
        )


def told_by(letter: Mapping[str, Any]) -> list[Told]:
    """What a letter of kind relation-card, granted or answer tells; raises :class:`ContentUnreadable`."""
    try:
        if letter["kind"] == "answer":
            return [_told(folder) for folder in letter["folders"]]
        return [_told(letter)] if letter["kind"] in ("relation-card", "granted") else []
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise ContentUnreadable(field="letter") from error


def _told(content: Mapping[str, Any]) -> Told:
    vault = content.get("vaultKey")
    grants = list(content.get("grants") or ())
    if "grant" in content and "opening" in content:
        grants.append(content)
    return Told(
        _account(content["patient"]),
        {Category(name): _label(value) for name, value in (content.get("labels") or {}).items()},
        None if vault is None else _vault_key(vault),
        tuple(_account(one) for one in content.get("custodians") or ()),
        tuple(_opening(grant) for grant in grants[:_MOST_GRANTS]),
    )


def _opening(given: Mapping[str, Any]) -> Opening:
    opening = given["opening"]
    return Opening(
        _hash(given["grant"]),
        _hash(opening["salt"]),
        # Committed to as bytes, for which a spelling with a wrong check sum of EIP-55 is none.
        Address(_account(opening["grantee"]).lower()),
        _bytes(opening["readingKey"]),
        _hash(opening["label"]),
        _number(opening["rights"], _MOST_RIGHTS),
        _words(opening["purpose"]),
        UnixTime(_number(opening["until"], _LAST)),
    )


def _number(value: Any, most: int) -> int:
    """Anybody writes letters, and what fits no word of the chain must not stop whoever reads them."""
    if type(value) is not int or not 0 <= value <= most:
        raise ValueError("number")
    return value


def _words(value: Any) -> str:
    text = str(value)
    text.encode()
    return text


def _label(value: Any) -> Hash32:
    return _hash(value["label"] if isinstance(value, Mapping) else value)


def _hash(value: Any) -> Hash32:
    if not isinstance(value, str) or not is_hash32(value):
        raise ValueError(value)
    return Hash32(value)


def _account(value: Any) -> Address:
    text = value["account"] if isinstance(value, Mapping) else value
    if not isinstance(text, str) or _ADDRESS.fullmatch(text) is None:
        raise ValueError("account")
    return Address(text)


def _bytes(value: str) -> bytes:
    return bytes.fromhex(value[2:]) if value.startswith("0x") else b64decode(value, validate=True)


def _vault_key(value: str) -> bytes:
    raw = _bytes(value)
    if len(raw) != _VAULT_KEY:
        raise ValueError("vaultKey")
    return raw

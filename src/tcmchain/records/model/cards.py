"""A relation card: what a patient tells one member, by letter, so that it can seal records. No name, no id number."""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tcmchain.crypto.categories import Category
from tcmchain.records.model.errors import ContentUnreadable
from tcmchain.values import Address, Hash32, UnixTime, is_hash32

_VAULT_KEY = 32
_APPEND = 2


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


def cards_of(letter: Mapping[str, Any]) -> list[Card]:
    """The cards that a letter of kind relation-card, granted or answer holds; raises :class:`ContentUnreadable`."""
    try:
        if letter["kind"] == "answer":
            return [_card(folder) for folder in letter["folders"]]
        return [_card(letter)] if letter["kind"] in ("relation-card", "granted") else []
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise ContentUnreadable(field="letter") from error


def _card(content: Mapping[str, Any]) -> Card:
    labels = {Category(name): _label(value) for name, value in (content.get("labels") or {}).items()}
    vault = content.get("vaultKey")
    grants = list(content.get("grants") or ())
    if "grant" in content and "opening" in content:
        grants.append({"grant": content["grant"], "opening": content["opening"]})
    appends = (_append(grant) for grant in grants)
    return Card(
        Address(str(content["patient"])),
        labels,
        None if vault is None else _vault_key(vault),
        tuple(_account(one) for one in content.get("custodians") or ()),
        {append.grant: append for append in appends if append is not None},
    )


def _append(given: Mapping[str, Any]) -> Append | None:
    opening = given["opening"]
    if not int(opening["rights"]) & _APPEND:
        return None
    grant, salt, label = (_hash(value) for value in (given["grant"], opening["salt"], opening["label"]))
    return Append(grant, salt, label, UnixTime(int(opening["until"])))


def _label(value: Any) -> Hash32:
    return _hash(value["label"] if isinstance(value, Mapping) else value)


def _hash(value: Any) -> Hash32:
    if not isinstance(value, str) or not is_hash32(value):
        raise ValueError(value)
    return Hash32(value)


def _account(value: Any) -> Address:
    return Address(str(value["account"] if isinstance(value, Mapping) else value))


def _vault_key(value: str) -> bytes:
    raw = bytes.fromhex(value[2:]) if value.startswith("0x") else b64decode(value, validate=True)
    if len(raw) != _VAULT_KEY:
        raise ValueError("vaultKey")
    return raw

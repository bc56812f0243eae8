"""The clear facts of a file: what a timeline shows. They exist in clear only where the file is written or opened."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from tcmchain.crypto.categories import Category
from tcmchain.records.model.errors import FactsUnreadable
from tcmchain.values import Address, Hash32, MemberId

FHIR_JSON: Final = "application/fhir+json"
LONGEST: Final = 64 * 1024
"""No facts are longer than this many bytes."""

_SALT: Final = 32


class RecordType(StrEnum):
    """What a file is: 就诊 体征 诊断 处方 发药 器械使用 检验 影像 文档 基本情况 过敏 用药 备注."""

    ENCOUNTER = "encounter"
    VITALS = "vitals"
    CONDITION = "condition"
    PRESCRIPTION = "prescription"
    DISPENSING = "dispensing"
    DEVICE_USE = "device-use"
    LAB = "lab"
    IMAGING = "imaging"
    DOCUMENT = "document"
    PROFILE = "profile"
    ALLERGY = "allergy"
    MEDICATION = "medication"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote a file; ``member`` is ``None`` when the patient did, ``name`` may be empty."""

    account: Address
    member: MemberId | None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """``happened`` is ISO 8601, ``size`` and ``sha256`` are those of the clear body; ``summary`` holds small values.

    ``body_key`` opens a body that is bound to the patient's vault, and is ``None`` for one bound to its file.
    """

    type: RecordType
    title: str
    happened: str
    category: Category
    media: str
    size: int
    sha256: str
    author: Author
    salt: bytes
    encounter: Hash32 | None = None
    self_supplied: bool = False
    summary: Mapping[str, Any] = field(default_factory=dict)
    body_key: str | None = None

    def write(self) -> bytes:
        """The JSON, unpadded; raises :class:`FactsUnreadable` when it grows too long or its time is none."""
        content: dict[str, Any] = {
            "type": self.type.value,
            "title": self.title,
            "happened": self.happened,
            "category": self.category.value,
            "media": self.media,
            "size": self.size,
            "sha256": self.sha256,
            "author": {"account": self.author.account, "member": self.author.member, "name": self.author.name},
            "encounter": self.encounter,
            "selfSupplied": self.self_supplied,
            "summary": dict(self.summary),
            "salt": self.salt.hex(),
        }
        if self.body_key is not None:
            content["bodyKey"] = self.body_key
        raw = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        if len(raw) > LONGEST:
            raise FactsUnreadable(reason="length")
        check_moment(self.happened)
        return raw

    @classmethod
    def read(cls, raw: bytes) -> "Facts":
        """Read facts, padded or not; raises :class:`FactsUnreadable`."""
        try:
            content: dict[str, Any] = json.loads(raw)
            author = content["author"]
            found = cls(
                type=RecordType(content["type"]),
                title=str(content["title"]),
                happened=str(content["happened"]),
                category=Category(content["category"]),
                media=str(content["media"]),
                size=int(content["size"]),
                sha256=str(content["sha256"]),
                author=Author(Address(author["account"]), author.get("member"), str(author.get("name") or "")),
                salt=bytes.fromhex(content["salt"]),
                encounter=content.get("encounter"),
                self_supplied=bool(content.get("selfSupplied")),
                summary=dict(content.get("summary") or {}),
                body_key=content.get("bodyKey"),
            )
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise FactsUnreadable(reason="shape") from error
        if len(found.salt) != _SALT:
            raise FactsUnreadable(reason="salt")
        return found


def check_moment(text: str) -> str:
    """A moment or day in ISO 8601 as it stands; raises :class:`FactsUnreadable`."""
    try:
        datetime.fromisoformat(text)
    except ValueError as error:
        raise FactsUnreadable(reason="happened") from error
    return text

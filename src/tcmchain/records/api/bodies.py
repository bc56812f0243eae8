"""What the doors of records take."""

import binascii
import re
from base64 import b64decode
from typing import Annotated, Any, Final

from pydantic import AfterValidator, Field, TypeAdapter, ValidationError

from tcmchain.chain.abi import checksum
from tcmchain.crypto.categories import Category
from tcmchain.records.client.sealing import Draft
from tcmchain.records.model.entries import NO_GRANT
from tcmchain.records.model.errors import ContentUnreadable
from tcmchain.records.model.facts import FHIR_JSON, RecordType, check_moment
from tcmchain.records.service.authoring import Order
from tcmchain.values import Address, Hash32
from tcmchain.web.bodies import Body

RECORD_HEADER: Final = "X-Tcmchain-Record"

Identifier = Annotated[str, Field(pattern="^0x[0-9a-f]{64}$", description="32 bytes as 0x hex")]
Account = Annotated[str, Field(pattern="^0x[0-9a-fA-F]{40}$", description="an account")]
Point = Annotated[str, Field(pattern="^0x0[23][0-9a-f]{64}$", description="a compressed point of secp256k1")]
Base64 = Annotated[str, Field(max_length=1_000_000, description="base64 with padding")]
_NO_GRANT: Final[str] = NO_GRANT


class AppendBody(Body):
    """An envelope that a device sealed; grant and salt are left out for the patient's own files."""

    envelope: Base64
    facts: Identifier
    grant: Identifier = _NO_GRANT
    salt: Identifier = _NO_GRANT

    def block(self) -> bytes:
        """The envelope's bytes; raises ``ContentUnreadable``."""
        return read_base64(self.envelope, "envelope")


class EraseBody(Body):
    """Which file is to become a tombstone."""

    patient: Account
    file: Identifier


class RecordHead(Body):
    """What stands beside a clear body that the member's own node seals; sent as a header, so it is in no log."""

    patient: Account
    type: RecordType
    title: Annotated[str, Field(min_length=1, max_length=200)]
    happened: Annotated[str, Field(max_length=40), AfterValidator(check_moment)]
    categories: Annotated[list[Category], Field(min_length=1, max_length=8)]
    needed: Annotated[int, Field(ge=1, le=16)] = 1
    outside: Annotated[tuple[Point, ...], Field(max_length=8)] = ()
    media: Annotated[str, Field(max_length=200, pattern=r"^[\w.+-]+/[\w.+-]+(;.*)?$")] = FHIR_JSON
    encounter: Identifier | None = None
    summary: Annotated[dict[str, Any] | None, Field(max_length=40)] = None
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$", description="of the clear body")] | None = None
    file: Identifier | None = None
    grant: Identifier | None = None
    salt: Identifier | None = None
    labels: dict[Category, Identifier] | None = None
    writer: Annotated[str, Field(max_length=100)] = ""

    def order(self) -> Order:
        """What the service is asked for."""
        draft = Draft(
            type=self.type,
            title=self.title,
            happened=self.happened,
            category=self.categories[0],
            media=self.media,
            encounter=_hash(self.encounter),
            summary=self.summary or {},
            sha256=self.sha256,
        )
        labels = None if self.labels is None else {name: Hash32(label) for name, label in self.labels.items()}
        return Order(
            patient=account(self.patient),
            draft=draft,
            categories=tuple(dict.fromkeys(self.categories)),
            needed=self.needed,
            outside=tuple(bytes.fromhex(key[2:]) for key in self.outside),
            file=_hash(self.file),
            grant=_hash(self.grant),
            salt=_hash(self.salt),
            labels=labels,
            writer=self.writer,
        )


_TOLD: Final = {"patient": re.compile("0x[0-9a-fA-F]{40}"), "tag": re.compile("0x[0-9a-f]{64}")}
_HEAD: Final = TypeAdapter(RecordHead)


def read_head(header: str | None) -> RecordHead:
    """The header of a record; raises ``ContentUnreadable``, which repeats none of it."""
    if header is None:
        raise ContentUnreadable(field=RECORD_HEADER)
    try:
        return _HEAD.validate_json(read_base64(header, RECORD_HEADER))
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise ContentUnreadable(field=place or RECORD_HEADER) from None


def read_metadata(header: str) -> dict[str, str]:
    """The ``Upload-Metadata`` of tus: ``name base64`` pairs behind commas; raises ``ContentUnreadable``."""
    told = {}
    for pair in filter(None, (part.strip() for part in header.split(","))):
        name, _, value = pair.partition(" ")
        told[name] = read_base64(value, name).decode(errors="replace")
        pattern = _TOLD.get(name)
        if pattern is not None and pattern.fullmatch(told[name]) is None:
            raise ContentUnreadable(field=name)
    return told


def read_base64(text: str, field: str) -> bytes:
    """Bytes of base64 with padding; raises ``ContentUnreadable``."""
    try:
        return b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ContentUnreadable(field=field) from error


def account(text: str) -> Address:
    """An account in its one spelling."""
    return checksum(text.lower())


def _hash(text: str | None) -> Hash32 | None:
    return None if text is None else Hash32(text)

"""Sealing a version of a file: by whoever writes it, in memory, with public keys only."""

import hashlib
import secrets
from base64 import b64encode
from collections.abc import AsyncIterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from tcmchain.crypto.categories import Category
from tcmchain.crypto.digest import sha256, vault_body_key
from tcmchain.crypto.errors import SizeWrong
from tcmchain.crypto.lock import CategoryKey, Lock, make_lock
from tcmchain.crypto.seal import VAULT_FROM, Place, Sealer, new_data_key, pad_facts, seal_facts, sealed_size
from tcmchain.records.model.entries import Entry
from tcmchain.records.model.envelope import Bound, Envelope
from tcmchain.records.model.errors import OtherContent, TooFewCustodians
from tcmchain.records.model.facts import FHIR_JSON, Author, Facts, RecordType
from tcmchain.values import Address, Hash32, MemberId

EMERGENCY_TOTAL: Final = 3
"""Custodians among whom an emergency file's data key is shared."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be written. ``sha256`` is the clear body's digest as hex, where it is known beforehand.

    Without it a large body is bound to its file alone, and is not found again when it is written a second time.
    """

    type: RecordType
    title: str
    happened: str
    category: Category
    media: str = FHIR_JSON
    encounter: Hash32 | None = None
    self_supplied: bool = False
    summary: Mapping[str, Any] = field(default_factory=dict)
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Keys:
    """To whom it is sealed: ``needed`` of the patient's category keys and of keys from outside the seed.

    ``emergency`` names three custodians and their inbox keys; ``vault`` names equal bodies of this relation.
    """

    category_keys: tuple[CategoryKey, ...]
    needed: int = 1
    outside: tuple[bytes, ...] = ()
    emergency: Mapping[Address, bytes] = field(default_factory=dict)
    vault: bytes | None = None


@dataclass(frozen=True, slots=True)
class Sealed:
    """What came of it: the envelope as a block, and the entry that commits to it."""

    envelope: bytes
    entry: Entry
    facts: Facts


class Sealing:
    """Seals one version: :meth:`update` with the clear body's pieces, :meth:`finish`, then :meth:`envelope`."""

    def __init__(self, place: Place, draft: Draft, author: Author, keys: Keys, size: int) -> None:
        """``size`` is the clear body's length in bytes. Raises ``LockUnreadable`` and ``KeyUnfit``."""
        self._place, self._draft, self._author, self._size = place, draft, author, size
        self._data_key = new_data_key()
        self._lock: Lock = make_lock(
            self._data_key, keys.needed, keys.category_keys, keys.outside, keys.emergency or None, place.bound
        )
        self._digest = hashlib.sha256()
        self.bound: Bound = "file"
        self._body_key: bytes | None = None
        if size > VAULT_FROM and keys.vault is not None and draft.sha256 is not None:
            self.bound = "vault"
            self._body_key = vault_body_key(keys.vault, bytes.fromhex(draft.sha256))
        context = place.body_context if self._body_key is None else place.vault_context
        self._cipher = Sealer(size, self._body_key or self._data_key, context)

    @property
    def size(self) -> int:
        """How long the sealed body is, in bytes."""
        return sealed_size(self._size)

    def update(self, piece: bytes) -> bytes:
        """Sealed bytes that are ready; raises ``SizeWrong``."""
        self._digest.update(piece)
        return self._cipher.update(piece)

    def finish(self) -> Iterator[bytes]:
        """The last sealed bytes; raises ``SizeWrong``, and :class:`OtherContent` when the digest told was another."""
        self._check()
        yield from self._cipher.finish()

    async def pass_by(self, source: AsyncIterable[bytes]) -> None:
        """Hold a clear body that is kept already against its digest, sealing none of it; raises as :meth:`finish`."""
        given = 0
        async for piece in source:
            self._digest.update(piece)
            given += len(piece)
        if given != self._size:
            raise SizeWrong(size=self._size, given=given)
        self._check()

    def envelope(self, body: str, known: bool = False) -> Sealed:
        """Envelope and entry, given the sealed body's CID.

        ``known`` says that the body stands in the vault already and none of it was sealed again.
        """
        facts = self._facts(known)
        padded = pad_facts(facts.write())
        lock = self._lock.write()
        place = self._place
        envelope = Envelope(
            patient=place.patient,
            file=place.file,
            version=place.version,
            lock=lock,
            facts=seal_facts(padded, self._data_key, place),
            body=body,
            size=sealed_size(self._size),
            bound=self.bound,
        ).write()
        entry = Entry(place.patient, place.file, place.version, sha256(envelope), sha256(lock), sha256(padded))
        return Sealed(envelope, entry, facts)

    def _check(self) -> None:
        given = self._digest.hexdigest()
        if self._draft.sha256 is not None and self._draft.sha256 != given:
            raise OtherContent(expected=self._draft.sha256, given=given)

    def _facts(self, known: bool) -> Facts:
        draft = self._draft
        digest = draft.sha256 if known and draft.sha256 is not None else self._digest.hexdigest()
        return Facts(
            type=draft.type,
            title=draft.title,
            happened=draft.happened,
            category=draft.category,
            media=draft.media,
            size=self._size,
            sha256=digest,
            author=self._author,
            salt=secrets.token_bytes(32),
            encounter=draft.encounter,
            self_supplied=draft.self_supplied,
            summary=draft.summary,
            body_key=None if self._body_key is None else b64encode(self._body_key).decode(),
        )


def choose(serving: Sequence[tuple[Address, MemberId, bytes]], wished: Sequence[Address] = ()) -> dict[Address, bytes]:
    """Three custodians of as many members and their inboxes, those wished for first; raises ``TooFewCustodians``."""
    found: dict[MemberId, tuple[Address, bytes]] = {}
    for account, member, inbox in sorted(serving, key=lambda one: one[0] not in wished):
        if len(found) < EMERGENCY_TOTAL:
            found.setdefault(member, (account, inbox))
    if len(found) != EMERGENCY_TOTAL:
        raise TooFewCustodians(found=len(found))
    return dict(found.values())


def new_file() -> Hash32:
    """A random id for a new file."""
    return Hash32("0x" + secrets.token_hex(32))


def seal_whole(place: Place, draft: Draft, author: Author, keys: Keys, body: bytes) -> tuple[bytes, "Sealing"]:
    """Seal a body that is in memory as a whole; answers the sealed body, and what makes its envelope."""
    sealing = Sealing(place, draft, author, keys, len(body))
    return b"".join((sealing.update(body), *sealing.finish())), sealing

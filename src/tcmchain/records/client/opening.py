"""Opening a file on the machine of whoever may: lock, facts, body."""

from base64 import b64decode
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass

from nucypher_core.umbral import SecretKey

from tcmchain.crypto.categories import Category
from tcmchain.crypto.digest import sha256
from tcmchain.crypto.keys import Relation
from tcmchain.crypto.lock import Lock, open_lock
from tcmchain.crypto.seal import Opener, Place, open_facts
from tcmchain.records.model.entries import Entry
from tcmchain.records.model.envelope import Envelope
from tcmchain.records.model.errors import OriginFalse
from tcmchain.records.model.facts import Facts
from tcmchain.values import Hash32

DataKey = Callable[[Lock], bytes]
"""Answers the data key that a lock holds; raises ``LockShut`` and ``SealBroken``."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A file's facts, and what opens its body."""

    envelope: Envelope
    facts: Facts
    data_key: bytes

    @property
    def place(self) -> Place:
        """Where the file belongs."""
        return Place(self.envelope.patient, self.envelope.file, self.envelope.version)

    def body(self) -> Opener:
        """What opens the sealed body piece by piece."""
        if self.envelope.bound == "vault":
            if self.facts.body_key is None:
                raise OriginFalse(reason="bodyKey")
            return Opener(b64decode(self.facts.body_key), self.place.vault_context)
        return Opener(self.data_key, self.place.body_context)


def open_envelope(block: bytes, entry: Entry, data_key: DataKey) -> Opened:
    """Open an envelope and hold it against its entry of the chain.

    Raises :class:`OriginFalse`, ``EnvelopeUnreadable``, ``FactsUnreadable``, ``LockShut`` and ``SealBroken``.
    """
    check_envelope(block, entry)
    envelope = Envelope.read(block)
    key = data_key(Lock.read(envelope.lock))
    padded = open_facts(envelope.facts, key, Place(entry.patient, entry.file, entry.version))
    if sha256(padded) != entry.facts:
        raise OriginFalse(reason="facts")
    return Opened(envelope, Facts.read(padded), key)


def check_envelope(block: bytes, entry: Entry) -> Envelope:
    """Hold an envelope's bytes against the chain's entry; raises :class:`OriginFalse`."""
    if sha256(block) != entry.envelope:
        raise OriginFalse(reason="envelope")
    envelope = Envelope.read(block)
    if (envelope.patient, envelope.file, envelope.version) != (entry.patient, entry.file, entry.version):
        raise OriginFalse(reason="place")
    if sha256(envelope.lock) != entry.lock:
        raise OriginFalse(reason="lock")
    return envelope


def with_relation(relation: Relation, outside: Sequence[SecretKey] = ()) -> DataKey:
    """Opens locks with a patient's own keys of one relation, of whichever category and epoch, and keys from outside."""
    labels: Mapping[Hash32, Category] = {relation.label(category): category for category in Category}

    def find(lock: Lock) -> bytes:
        keys = {
            (share.label, share.epoch): relation.category_key(labels[share.label], share.epoch)
            for share in lock.shares
            if share.label in labels
        }
        return open_lock(lock, keys, outside)

    return find


async def open_body(opened: Opened, sealed: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The clear body piece by piece; raises ``SealBroken``, at the end only when it was cut."""
    opener = opened.body()
    async for piece in sealed:
        if plain := opener.update(piece):
            yield plain
    if last := opener.finish():
        yield last

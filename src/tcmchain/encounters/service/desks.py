"""What the member's node needs to record by itself in a visit, kept sealed under a key of the node."""

import hmac
import json
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tcmchain.chain.signers import LocalSigner
from tcmchain.consent.model.terms import Opening, Rights
from tcmchain.encounters.model import errors
from tcmchain.encounters.model.desk import CODES, Desk, commitment_of, recorded_file, visit_code
from tcmchain.encounters.readmodel.private import PrivateVisits, SealedDesk
from tcmchain.encounters.service.visits import Visits
from tcmchain.values import Address, Hash32, MemberId, UnixTime, VisitId

_NAME: Final = "tcmchain.desk.1"
_NONCE: Final = 12


class Grants(Protocol):
    """What the chain says of grants and keys."""

    def may_append(self, grant: Hash32, patient: Address, salt: Hash32, member: MemberId, terms: Hash32) -> bool:
        """Whether a grant of these terms lets a member append to a patient's folder now."""
        ...

    def has_key(self, patient: Address, label: Hash32) -> bool:
        """Whether a patient has a category of this label."""
        ...


class NodeSeal:
    """Seals what the node keeps for itself: AES-256-GCM under a key that only the holder of its account can derive."""

    def __init__(self, account: LocalSigner) -> None:
        # RFC 6979: the signature is the same each time, so the key need not be kept anywhere.
        secret = bytes.fromhex(account.sign_message(_NAME)[2:])
        made = HKDF(SHA256(), 64, None, _NAME.encode()).derive(secret)
        self._cipher, self._secret = AESGCM(made[:32]), made[32:]

    def secret_of(self, visit: VisitId) -> bytes:
        """What the node alone knows of a visit (32 bytes)."""
        return hmac.digest(self._secret, bytes.fromhex(visit[2:]), "sha256")

    def seal(self, content: bytes, name: str) -> bytes:
        """Seal under a name; nonce in front."""
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, content, name.encode())

    def open(self, sealed: bytes, name: str) -> bytes:
        """Open what was sealed under a name."""
        return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], name.encode())


@dataclass(frozen=True, slots=True)
class Code:
    """A code for one dispensing of a visit, and the commitment that the ledger gets of it."""

    code: str
    commitment: Hash32


class Desks:
    """Hand a desk in, take codes for dispensings, and know which commitment belongs to which visit."""

    def __init__(self, store: PrivateVisits, seal: NodeSeal, visits: Visits, grants: Grants) -> None:
        self._store = store
        self._seal = seal
        self._visits = visits
        self._grants = grants
        # A desk is read, changed and kept; two at once would give one code twice.
        self._changing = threading.Lock()
        self.told: Callable[[], None] = lambda: None

    def hand_in(self, member: MemberId, visit: VisitId, patient: Address, grant: Hash32, opening: Opening) -> Desk:
        """Take what the practitioner got from the patient; handing in the same again changes nothing.

        Raises ``NotOpen`` and ``DeskWrong`` with the part that does not fit the chain.
        """
        found = self._visits.open_at(visit, member)
        if found.patient != patient:
            raise errors.DeskWrong(part="patient")
        if Rights.APPEND not in opening.rights:
            raise errors.DeskWrong(part="rights")
        if not self._grants.may_append(grant, patient, opening.salt, member, opening.terms):
            raise errors.DeskWrong(part="grant")
        if not self._grants.has_key(patient, opening.label):
            raise errors.DeskWrong(part="label")
        with self._changing:
            before = self._read(visit)
            if before is not None and before.grant == grant:
                return before
            desk = Desk(visit, patient, grant, opening)
            # Codes that were given out stay good when the patient grants anew.
            desk = desk if before is None else replace(desk, given=before.given, done=before.done)
            self._keep(desk, member)
        return desk

    def desk(self, visit: VisitId) -> Desk:
        """The desk of a visit; raises ``DeskUnknown``."""
        found = self._read(visit)
        if found is None:
            raise errors.DeskUnknown(id=visit)
        return found

    def next_code(self, member: MemberId, visit: VisitId) -> Code:
        """A fresh code for a dispensing; raises ``NotOpen``, ``DeskUnknown``, and ``DeskWrong`` when all are given."""
        self._visits.open_at(visit, member)
        with self._changing:
            desk = self.desk(visit)
            if desk.given >= CODES:
                raise errors.DeskWrong(part="codes")
            self._keep(replace(desk, given=desk.given + 1), member)
        self.told()
        code = visit_code(self._seal.secret_of(visit), desk.given)
        return Code(code, commitment_of(code))

    def waiting(self) -> dict[Hash32, tuple[MemberId, Desk]]:
        """The desks behind all commitments that were given out."""
        found: dict[Hash32, tuple[MemberId, Desk]] = {}
        for kept in self._store.desks():
            desk = self._opened(kept)
            if desk is None:
                continue
            secret = self._seal.secret_of(desk.visit)
            for number in range(desk.given):
                found[commitment_of(visit_code(secret, number))] = (kept.member, desk)
        return found

    def file_of(self, visit: VisitId, source: str) -> Hash32:
        """The file in which a source of a visit is recorded."""
        return recorded_file(self._seal.secret_of(visit), source)

    def note_done(self, visit: VisitId, member: MemberId, source: str) -> None:
        """Remember that a dispensing is recorded."""
        with self._changing:
            desk = self.desk(visit)
            self._keep(replace(desk, done=desk.done | {source}), member)

    def sweep(self, before: UnixTime) -> None:
        """Forget desks of visits that ended or ran out before a moment."""
        for kept in self._store.desks():
            visit = self._visits.visit(kept.visit)
            if min(visit.until, visit.ended or visit.until) < before:
                self._store.forget_desk(kept.visit)

    def _keep(self, desk: Desk, member: MemberId) -> None:
        self._store.keep_desk(SealedDesk(desk.visit, member, self._seal.seal(_write(desk), desk.visit)))

    def _read(self, visit: VisitId) -> Desk | None:
        kept = self._store.desk(visit)
        return None if kept is None else self._opened(kept)

    def _opened(self, kept: SealedDesk) -> Desk | None:
        """``None`` for one that an account sealed which the node has no longer: the visit's grant is handed in anew."""
        try:
            return _parse(self._seal.open(kept.sealed, kept.visit))
        except InvalidTag:
            return None


def _write(desk: Desk) -> bytes:
    content = {
        "visit": desk.visit,
        "patient": desk.patient,
        "grant": desk.grant,
        "opening": desk.opening.as_json(),
        "given": desk.given,
        "done": sorted(desk.done),
    }
    return json.dumps(content, separators=(",", ":")).encode()


def _parse(raw: bytes) -> Desk:
    content: dict[str, Any] = json.loads(raw)
    return Desk(
        VisitId(content["visit"]),
        Address(content["patient"]),
        Hash32(content["grant"]),
        Opening.read(content["opening"]),
        content["given"],
        frozenset(content["done"]),
    )

"""Reading somebody's file under a grant: envelope and chain from the node, re-encryptions from three custodians."""

import asyncio
import json
import time
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from nucypher_core.umbral import SecretKey

from tcmchain.chain.signers import Signer
from tcmchain.consent.model.terms import Opening
from tcmchain.crypto.delegation import NEEDED, open_reencrypted, public_bytes, verified_answer
from tcmchain.crypto.digest import sha256
from tcmchain.crypto.errors import FragmentUnfit, KeyUnfit
from tcmchain.crypto.lock import CategoryShare, Lock, join
from tcmchain.crypto.seal import Place, open_body, open_facts
from tcmchain.custodians.client.http import signed_headers
from tcmchain.custodians.model.errors import REFUSALS, EntryFalse, TooFew
from tcmchain.errors import NotPermitted, TcmChainError
from tcmchain.records.model.envelope import Envelope
from tcmchain.records.model.facts import Facts
from tcmchain.values import Address, Hash32
from tcmchain.web.askings import AskingAuth
from tcmchain.web.http import NodeHttp

_LIST_SECONDS: Final = 30.0
_REFUSED: Final = frozenset(kind.code for kind in REFUSALS.values())


@dataclass(frozen=True, slots=True)
class Granted:
    """A grant as its grantee knows it; ``verifying`` is the patient's key that fragments are signed with, if known."""

    grant: Hash32
    opening: Opening
    verifying: bytes | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What one custodian answered: a re-encryption with the public keys that it names, and its receipt."""

    custodian: str
    fragment: bytes
    label: str
    epoch: int
    verifying: bytes
    delegating: bytes
    receipt: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file in the clear, with the custodians' receipts, and which of them did not answer truly."""

    facts: Facts
    body: bytes | None
    receipts: tuple[Mapping[str, Any], ...]
    failed: Mapping[str, str]


class ReadingClient:
    """Reads as one grantee; ``reading`` is the secret key whose public half the grants name.

    Envelopes that were held against the chain once are kept, as many as ``kept``; what is in them is sealed.
    """

    def __init__(self, http: NodeHttp, signer: Signer, reading: SecretKey, kept: int = 1024) -> None:
        self._http = http
        self._signer = signer
        self._reading = reading
        self._kept = kept
        self._envelopes: dict[tuple[str, str, int], bytes] = {}
        self._listed: list[str] = []
        self._listed_at = -_LIST_SECONDS

    async def read_file(self, patient: Address, file: Hash32, version: int, granted: Sequence[Granted]) -> ReadFile:
        """Read a version of a file; a lock of several keys needs as many grants.

        Raises what the custodians refuse with, :class:`TooFew` when two of three do not answer truly,
        :class:`EntryFalse` when the node's bytes are not those of the chain, ``LockShut`` and ``SealBroken``.
        """
        place = Place(patient, file, version)
        # Nothing of the sealed body is needed to ask for it, so it comes while custodians are asked.
        body = asyncio.create_task(self._body(place))
        try:
            envelope, commitment = await self._envelope(place)
            opened = await self._parts(envelope, granted)
            data_key = join(Lock.read(envelope.lock).needed, [part for part, _, _ in opened])
            facts = _facts(envelope, commitment, data_key)
            plain = None if envelope.body is None else _clear(await body, envelope, facts, data_key)
        finally:
            await _give_up(body)
        receipts = tuple(answer.receipt for _, answers, _ in opened for answer in answers)
        failed = {account: reason for _, _, reasons in opened for account, reason in reasons.items()}
        return ReadFile(facts, plain, receipts, failed)

    async def data_key(self, place: Place, granted: Sequence[Granted]) -> bytes:
        """The data key of a version, without its body, as custodians open it; raises as :meth:`read_file`."""
        envelope, commitment = await self._envelope(place)
        opened = await self._parts(envelope, granted)
        data_key = join(Lock.read(envelope.lock).needed, [part for part, _, _ in opened])
        _facts(envelope, commitment, data_key)
        return data_key

    async def read_with(self, place: Place, find: Callable[[Lock], bytes]) -> ReadFile:
        """Read a version with a data key that did not come from custodians; ``find`` gets the lock of the chain.

        Raises what ``find`` does, :class:`EntryFalse`, and ``SealBroken`` for a key that is not this file's.
        """
        envelope, commitment = await self._envelope(place)
        data_key = find(Lock.read(envelope.lock))
        facts = _facts(envelope, commitment, data_key)
        plain = None if envelope.body is None else _clear(await self._body(place), envelope, facts, data_key)
        return ReadFile(facts, plain, (), {})

    async def _parts(
        self, envelope: Envelope, granted: Sequence[Granted]
    ) -> list[tuple[bytes, list[Answer], dict[str, str]]]:
        lock = Lock.read(envelope.lock)
        return await asyncio.gather(*(self._open(envelope, lock, one) for one in list(granted)[: lock.needed]))

    async def _envelope(self, place: Place) -> tuple[Envelope, Hash32]:
        """The envelope, held against its entry, and the entry's commitment to the facts."""
        path = f"/api/records/{place.patient}/files/{place.file}"
        key = place.patient, place.file, place.version
        origin, block = await asyncio.gather(self._http.get(path), self._block(path, key))
        entry = next((one for one in origin["versions"] if one["version"] == place.version), None)
        if entry is None:
            raise EntryFalse(reason="version")
        if sha256(block) != entry["envelope"]:
            raise EntryFalse(reason="envelope")
        envelope = Envelope.read(block)
        if (envelope.patient, envelope.file, envelope.version) != key or sha256(envelope.lock) != entry["lock"]:
            raise EntryFalse(reason="place")
        if len(self._envelopes) >= self._kept:
            self._envelopes.pop(next(iter(self._envelopes)))
        self._envelopes[key] = block
        return envelope, Hash32(entry["facts"])

    async def _block(self, path: str, key: tuple[str, str, int]) -> bytes:
        found = self._envelopes.get(key)
        if found is None:
            target = f"{path}/versions/{key[2]}/envelope"
            found = (await self._http.exchange("GET", target, auth=self._auth())).content
        return found

    async def _body(self, place: Place) -> bytes:
        target = f"/api/records/{place.patient}/files/{place.file}/versions/{place.version}/body"
        # Sealed bytes do not get smaller, so nobody is to try.
        headers = {"Accept-Encoding": "identity"}
        return (await self._http.exchange("GET", target, auth=self._auth(), headers=headers)).content

    async def _custodians(self) -> list[str]:
        """Accounts of those in service, asked for anew when the list is half a minute old."""
        now = time.monotonic()
        if now - self._listed_at > _LIST_SECONDS:
            self._listed = [one["account"] for one in await self._http.get("/api/custodians")]
            self._listed_at = now
        return self._listed

    def _auth(self) -> AskingAuth:
        return AskingAuth(self._signer, self._http.url)

    async def _open(
        self, envelope: Envelope, lock: Lock, granted: Granted
    ) -> tuple[bytes, list[Answer], dict[str, str]]:
        """The part of the data key that a grant opens, by the first two custodians who answer truly."""
        custodians = await self._custodians()
        body = json.dumps(
            {
                "grant": granted.grant,
                "opening": granted.opening.as_json(),
                "file": envelope.file,
                "version": envelope.version,
                "lock": b64encode(envelope.lock).decode(),
            },
            separators=(",", ":"),
        ).encode()
        tasks = [asyncio.create_task(self._ask(account, body), name=account) for account in custodians]
        answers: list[Answer] = []
        errors: dict[str, TcmChainError] = {}
        try:
            for task in asyncio.as_completed(tasks):
                try:
                    answers.append(await task)
                except _AskFailed as failure:
                    errors[failure.custodian] = failure.error
                share, true, false = self._judge(lock, granted, answers)
                if share is not None and len(true) >= NEEDED:
                    part = self._opened(share, true)
                    return part, true, {account: error.code for account, error in errors.items()} | false
        finally:
            for task in tasks:
                task.cancel()
        raise _too_few(answers, errors)

    def _judge(
        self, lock: Lock, granted: Granted, answers: Sequence[Answer]
    ) -> tuple[CategoryShare | None, list[Answer], dict[str, str]]:
        """The share that the answers are about, those of them that are true, and why the others are not."""
        keys = Counter((one.epoch, one.verifying, one.delegating) for one in answers)
        for epoch, verifying, delegating in sorted(keys, key=lambda key: -keys[key]):
            share = lock.share_for(granted.opening.label, epoch)
            # Unless the patient told the key, it is the one that two custodians of different members name.
            if share is None or (granted.verifying is not None and verifying != granted.verifying):
                continue
            true = [one for one in answers if self._is_true(one, share, verifying, delegating)]
            if len(true) >= NEEDED:
                known = {one.custodian for one in true}
                return share, true, {o.custodian: FragmentUnfit.code for o in answers if o.custodian not in known}
        return None, [], {}

    def _is_true(self, answer: Answer, share: CategoryShare, verifying: bytes, delegating: bytes) -> bool:
        try:
            verified_answer(answer.fragment, share.capsule, verifying, delegating, public_bytes(self._reading))
        except (FragmentUnfit, KeyUnfit):
            return False
        return True

    def _opened(self, share: CategoryShare, true: Sequence[Answer]) -> bytes:
        first = true[0]
        fragments = [answer.fragment for answer in true]
        return open_reencrypted(self._reading, first.delegating, share.capsule, fragments, share.share, first.verifying)

    async def _ask(self, account: str, body: bytes) -> Answer:
        headers = signed_headers(self._signer, account, "POST", "/reencryptions", body)
        path = f"/api/custodians/{account}/reencryptions"
        try:
            found = (await self._http.exchange("POST", path, content=body, headers=headers)).json()
            return Answer(
                account,
                b64decode(found["fragment"], validate=True),
                str(found["label"]),
                int(found["epoch"]),
                bytes.fromhex(found["verifyingKey"][2:]),
                bytes.fromhex(found["delegatingKey"][2:]),
                {"receipt": found["receipt"], "signature": found["signature"]},
            )
        except TcmChainError as error:
            raise _AskFailed(account, error) from error
        except (ValueError, KeyError, TypeError) as error:
            raise _AskFailed(account, FragmentUnfit()) from error


class _AskFailed(Exception):
    def __init__(self, custodian: str, error: TcmChainError) -> None:
        super().__init__(custodian)
        self.custodian = custodian
        self.error = error


async def _give_up(task: asyncio.Task[bytes]) -> None:
    """Cancel what nobody waits for any more, and let its failure trouble nobody."""
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def _too_few(answers: Sequence[Answer], errors: Mapping[str, TcmChainError]) -> TcmChainError:
    """What to tell: the refusal when those who answer refuse, else that too few answered."""
    refusals = [error for error in errors.values() if isinstance(error, NotPermitted) and error.code in _REFUSED]
    if len(refusals) >= NEEDED or (refusals and not answers):
        return refusals[0]
    reasons = {account: error.code for account, error in errors.items()}
    reasons |= {answer.custodian: FragmentUnfit.code for answer in answers}
    true = 1 if len(answers) == 1 else 0
    return TooFew(needed=NEEDED, true=true, reasons=reasons)


def _facts(envelope: Envelope, commitment: Hash32, data_key: bytes) -> Facts:
    padded = open_facts(envelope.facts, data_key, _place(envelope))
    if sha256(padded) != commitment:
        raise EntryFalse(reason="facts")
    return Facts.read(padded)


def _place(envelope: Envelope) -> Place:
    return Place(envelope.patient, envelope.file, envelope.version)


def _clear(sealed: bytes, envelope: Envelope, facts: Facts, data_key: bytes) -> bytes:
    place = _place(envelope)
    if envelope.bound == "file":
        plain = open_body(sealed, data_key, place.body_context)
    elif facts.body_key is None:
        raise EntryFalse(reason="body")
    else:
        plain = open_body(sealed, b64decode(facts.body_key), place.vault_context)
    if sha256(plain) != f"0x{facts.sha256.removeprefix('0x')}":
        raise EntryFalse(reason="body")
    return plain

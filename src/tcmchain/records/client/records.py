"""The SDK's doors of records."""

import asyncio
import hashlib
import json
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx

from tcmchain.crypto.categories import Category
from tcmchain.crypto.delegation import public_bytes
from tcmchain.crypto.digest import vault_tag
from tcmchain.crypto.keys import Relation
from tcmchain.crypto.lock import CategoryKey
from tcmchain.crypto.seal import VAULT_FROM, Place
from tcmchain.records.client.heads import head_of
from tcmchain.records.client.opening import DataKey, Opened, open_envelope, with_relation
from tcmchain.records.client.sealing import Draft, Keys, Sealing, choose, new_file
from tcmchain.records.client.source import Source
from tcmchain.records.model.entries import Appended, Entry
from tcmchain.records.model.errors import FileErased, FileUnknown, NoCategoryKey, OriginFalse
from tcmchain.records.model.facts import Author
from tcmchain.values import ZERO_HASH, Address, BlockNumber, Hash32, MemberId, UnixTime
from tcmchain.web.askings import AskingAuth
from tcmchain.web.http import NodeHttp

RECORD_HEADER: Final = "X-Tcmchain-Record"
BODY_HEADER: Final = "X-Tcmchain-Body"

_DOOR: Final = "/api/records"
_PART: Final = 4 << 20
_PAGE: Final = 200
_BINARY: Final = {"Content-Type": "application/octet-stream"}

Told = Callable[[int, int], None]
"""Is told how many bytes of how many are done."""


@dataclass(frozen=True, slots=True)
class Line:
    """An entry of a timeline with its envelope, ``None`` for an erased or missing one."""

    appended: Appended
    envelope: bytes | None
    newest: bool
    erased: bool


class RecordsClient:
    """Writes as a member's account through its own node, or as a patient who seals on this machine.

    The signer of the connection is the account that asks and appends; keys of patients are given where they are used
    and go nowhere.
    """

    def __init__(self, http: NodeHttp) -> None:
        self._http = http

    async def seal(self, head: Mapping[str, Any], body: bytes | Path) -> dict[str, Any]:
        """Have the member's own node seal a clear body and append it.

        ``head`` has patient, type, title, happened, categories and what else the door takes. A large file streams,
        and stands once in the patient's vault.
        """
        source = Source(body)
        told = dict(head)
        if source.size > VAULT_FROM:
            told.setdefault("sha256", (await asyncio.to_thread(source.digest)).hex())
        headers = {
            RECORD_HEADER: b64encode(json.dumps(told, ensure_ascii=False).encode()).decode(),
            "Content-Length": str(source.size),
            **_BINARY,
        }
        answer = await self._http.exchange("POST", f"{_DOOR}/seal", content=source, headers=headers, timeout=600)
        found: dict[str, Any] = answer.json()
        return found

    async def add(
        self,
        relation: Relation,
        draft: Draft,
        categories: Sequence[Category],
        body: bytes | Path,
        needed: int = 1,
        outside: Sequence[bytes] = (),
        place: Place | None = None,
        told: Told | None = None,
    ) -> Entry:
        """Seal a file of one's own here, bring it up piece by piece and append it; answers its entry.

        A file of the emergency category is shared out to three custodians too, so that break-glass opens it. Raises
        ``NoCategoryKey``, ``TooFewCustodians`` and the contract's refusals.
        """
        source, signer = Source(body), self._http.key()
        digest = await asyncio.to_thread(source.digest)
        known = Draft(**{**_fields(draft), "sha256": digest.hex(), "self_supplied": True})
        emergency = await self._custodians() if Category.EMERGENCY in categories else {}
        own = await self._keys(relation, categories)
        keys = Keys(own, needed, tuple(outside), emergency, vault=relation.vault_key)
        where = place or Place(relation.account, new_file(), 1)
        sealing = Sealing(where, known, Author(signer.address, None), keys, source.size)
        tag = vault_tag(relation.vault_key, digest) if sealing.bound == "vault" else None
        cid, had = await self._bring(sealing, source, relation.account, tag, told)
        sealed = sealing.envelope(cid, had)
        content = {"envelope": b64encode(sealed.envelope).decode(), "facts": sealed.entry.facts}
        answer = await self._asked("POST", f"{_DOOR}/append", json=content)
        await self._http.wait(await self._http.submit(answer.json()))
        return sealed.entry

    async def erase(self, patient: Address, file: Hash32) -> None:
        """Leave a tombstone in place of a file, as the patient or a proxy; raises ``FileErased``."""
        answer = await self._asked("POST", f"{_DOOR}/erase", json={"patient": patient, "file": file})
        await self._http.wait(await self._http.submit(answer.json()))

    async def desks(self) -> list[dict[str, Any]]:
        """The desks at this node: member, account and inbox of each."""
        found: list[dict[str, Any]] = await self._http.get(f"{_DOOR}/desks")
        return found

    async def patients(self, member: MemberId) -> list[Address]:
        """Pseudonyms of those who sent the member their card."""
        found = await self._http.get(f"{_DOOR}/desks/{member}/patients")
        return [Address(one) for one in found["patients"]]

    async def entries(self, patient: Address) -> list[Appended]:
        """All entries of a folder, in order."""
        found: list[Appended] = []
        while True:
            page = await self._http.get(f"{_DOOR}/{patient}", **{"from": len(found) + 1, "limit": _PAGE})
            found += [_appended(patient, view) for view in page["entries"]]
            if len(page["entries"]) < _PAGE:
                return found

    async def timeline(self, patient: Address, before: int | None = None, limit: int = 50) -> list[Line]:
        """A page of a folder below a number, newest first."""
        params = {"limit": limit} if before is None else {"limit": limit, "before": before}
        page = (await self._asked("GET", f"{_DOOR}/{patient}/timeline", params=params)).json()
        return [
            Line(
                _appended(patient, line["entry"]),
                None if line["envelope"] is None else b64decode(line["envelope"]),
                line["newest"],
                line["state"] == "erased",
            )
            for line in page["lines"]
        ]

    async def lines(self, patient: Address) -> AsyncIterator[Line]:
        """The whole folder, newest first."""
        before: int | None = None
        while page := await self.timeline(patient, before, _PAGE):
            for line in page:
                yield line
            before = page[-1].appended.number

    async def origin(self, patient: Address, file: Hash32) -> dict[str, Any]:
        """Every version of a file: author, block, moment, transaction; its tombstone if it was erased."""
        found: dict[str, Any] = await self._http.get(f"{_DOOR}/{patient}/files/{file}")
        return found

    async def open(self, patient: Address, file: Hash32, version: int | None, key: DataKey) -> Opened:
        """Open a version of a file, the newest by default, held against its entry.

        Raises ``FileUnknown``, ``FileErased``, :class:`OriginFalse`, ``LockShut`` and ``SealBroken``.
        """
        origin = await self.origin(patient, file)
        if origin["tombstone"] is not None:
            raise FileErased(file=file)
        wanted = len(origin["versions"]) if version is None else version
        entry = next((_entry(patient, one) for one in origin["versions"] if one["version"] == wanted), None)
        if entry is None:
            raise FileUnknown(file=file)
        block = await self._asked("GET", f"{_path(entry)}/envelope")
        return open_envelope(block.content, entry, key)

    async def body(self, opened: Opened) -> bytes:
        """The clear body of a file that was opened; raises ``SealBroken`` and :class:`OriginFalse`."""
        answer = await self._asked("GET", f"{_path_of(opened.place)}/body", timeout=600)
        opener = opened.body()
        plain = opener.update(answer.content) + opener.finish()
        if hashlib.sha256(plain).hexdigest() != opened.facts.sha256:
            raise OriginFalse(reason="body")
        return plain

    async def read(self, relation: Relation, file: Hash32, version: int | None = None) -> tuple[Opened, bytes]:
        """One's own file with the keys of its relation; raises as :meth:`open` and :meth:`body`."""
        opened = await self.open(relation.account, file, version, with_relation(relation))
        return opened, await self.body(opened)

    async def verify(self, patient: Address) -> tuple[int, Hash32]:
        """Reckon a folder's head from all its entries and hold it against the contract's own answer.

        Answers count and head; raises :class:`OriginFalse` when an entry is missing, added or altered.
        """
        entries = await self.entries(patient)
        head = head_of(entries)
        count, standing = await self._standing(patient, len(entries))
        if (len(entries), head) != (count, standing):
            raise OriginFalse(reason="head")
        return count, head

    async def _standing(self, patient: Address, entries: int) -> tuple[int, Hash32]:
        rows = await self._http.get("/api/directory")
        place = next(row["address"] for row in rows if (row["chain"], row["contract"]) == ("care", "Records"))
        # folderOf(address): the selector is the first four bytes of its Keccak hash.
        data = _FOLDER_OF + patient[2:].lower().rjust(64, "0")
        asked = {"jsonrpc": "2.0", "id": 1, "method": "eth_call", "params": [{"to": place, "data": data}, "latest"]}
        answer = await self._http.post("/rpc/care", asked)
        raw = str(answer.get("result") or "")[2:]
        if len(raw) != 128:
            raise OriginFalse(reason="chain")
        return int(raw[:64], 16), Hash32("0x" + raw[64:]) if entries else ZERO_HASH

    async def _keys(self, relation: Relation, categories: Sequence[Category]) -> tuple[CategoryKey, ...]:
        patient = await self._http.get(f"/api/patients/{relation.account}")
        newest: dict[str, Mapping[str, Any]] = {}
        for key in sorted(patient["keys"], key=lambda key: int(key["epoch"])):
            newest[key["label"]] = key
        found = []
        for category in categories:
            key = newest.get(relation.label(category))
            if key is None:
                raise NoCategoryKey(category=category.value)
            # Derived here: a node that names a key of its own must not get a file that it can open.
            own = public_bytes(relation.category_key(category, key["epoch"]))
            if bytes.fromhex(key["key"].removeprefix("0x")) != own:
                raise OriginFalse(reason="key")
            found.append(CategoryKey(relation.label(category), key["epoch"], own))
        return tuple(found)

    async def _custodians(self) -> Mapping[Address, bytes]:
        serving = [
            (Address(one["account"]), MemberId(one["member"]), bytes.fromhex(one["inbox"].removeprefix("0x")))
            for one in await self._http.get("/api/custodians")
        ]
        return choose(serving)

    async def _bring(
        self, sealing: Sealing, source: Source, patient: Address, tag: Hash32 | None, told: Told | None
    ) -> tuple[str, bool]:
        metadata = {"patient": patient} if tag is None else {"patient": patient, "tag": tag}
        pairs = ",".join(f"{name} {b64encode(value.encode()).decode()}" for name, value in metadata.items())
        headers = {"Upload-Length": str(sealing.size), "Upload-Metadata": pairs}
        opened = (await self._asked("POST", f"{_DOOR}/uploads", headers=headers)).json()
        if opened["body"] is not None:
            await sealing.pass_by(source)
            return opened["body"], True
        path, offset = f"{_DOOR}/uploads/{opened['upload']}", 0
        async for part in _parts(sealing, source):
            answer = await self._asked(
                "PATCH", path, content=part, headers={"Upload-Offset": str(offset), **_TUS_BODY}, timeout=600
            )
            offset += len(part)
            if told is not None:
                told(offset, sealing.size)
        return answer.headers[BODY_HEADER], False

    async def _asked(self, method: str, path: str, **more: Any) -> httpx.Response:
        return await self._http.exchange(method, path, auth=AskingAuth(self._http.key(), self._http.url), **more)


_FOLDER_OF: Final = "0x2adf69ab"
_TUS_BODY: Final = {"Content-Type": "application/offset+octet-stream", "Tus-Resumable": "1.0.0"}


async def _parts(sealing: Sealing, source: Source) -> AsyncIterator[bytes]:
    held = bytearray()
    async for piece in source:
        held += sealing.update(piece)
        while len(held) >= _PART:
            yield bytes(held[:_PART])
            del held[:_PART]
    for piece in sealing.finish():
        held += piece
        while len(held) >= _PART:
            yield bytes(held[:_PART])
            del held[:_PART]
    if held:
        yield bytes(held)


def _fields(draft: Draft) -> dict[str, Any]:
    return {name: getattr(draft, name) for name in draft.__dataclass_fields__}


def _path(entry: Entry) -> str:
    return _path_of(Place(entry.patient, entry.file, entry.version))


def _path_of(place: Place) -> str:
    return f"{_DOOR}/{place.patient}/files/{place.file}/versions/{place.version}"


def _entry(patient: Address, view: Mapping[str, Any]) -> Entry:
    hashes = (Hash32(view[name]) for name in ("envelope", "lock", "facts"))
    return Entry(patient, Hash32(view["file"]), view["version"], *hashes)


def _appended(patient: Address, view: Mapping[str, Any]) -> Appended:
    return Appended(
        _entry(patient, view),
        view["number"],
        Hash32(view["head"]),
        Address(view["author"]),
        view["member"],
        BlockNumber(view["block"]),
        UnixTime(view["at"]),
        Hash32(view["tx"]),
    )

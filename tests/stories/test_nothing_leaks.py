"""After the story: no chain, block, database, file, log line or public door says who somebody is or what ails them."""

import json
import re
from base64 import b64encode
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from tests.stories.leaks import Search, keys_of, shipped, texts_in

from tcmchain.chain.rpc import HttpRpc
from tcmchain.example import cast, dispensing, pharmacy
from tcmchain.example.care import AT_HOSPITAL, AT_RIVERSIDE, device, relation
from tcmchain.example.stage import Stage
from tcmchain.example.visit import DEVICE
from tcmchain.records.model.facts import FHIR_JSON

pytestmark = pytest.mark.engine

ID_NUMBER: Final = "11010119580412002X"
RELATIONS: Final = (AT_HOSPITAL, AT_RIVERSIDE)


@pytest.fixture
async def stage(node: str, began: datetime) -> AsyncIterator[Stage]:
    found = Stage(node, began)
    yield found
    await found.close()


@pytest.fixture
async def search(stage: Stage) -> Search:
    """Everything that the story kept secret: wallets, names, the id number, data keys, and what records say."""
    secrets: dict[str, str | bytes] = {"id number": ID_NUMBER, "device": DEVICE}
    for person, who in cast.PERSONS.items():
        secrets |= {f"{person}: words": who.words, f"{person}: name": who.zh}
        for number in (0, *RELATIONS):
            secrets |= keys_of(f"{person}, relation {number}", relation(person, number))
    for number in RELATIONS:
        secrets |= await _records(stage, number) | await _openings(stage, number)
    secrets |= _prescribed()
    public, known = {name for who in cast.ACTORS for name in (who.zh, who.en)}, shipped()
    # Who signs the rules that prescriptions are checked by does so under a name, for all to read.
    public.add(cast.PERSONS[pharmacy.PHARMACIST].zh)
    return Search(
        {
            name: secret
            for name, secret in secrets.items()
            if secret not in public and not (isinstance(secret, str) and secret in known)
        }
    )


def _prescribed() -> dict[str, str | bytes]:
    """Who the prescription is for, and why its dose is what it is; both stand sealed."""
    told = {"patient's name": dispensing.NAME, "record": dispensing.RECORD, "reason": dispensing.REASON}
    return told | {f"prescription: {text}": text for text in texts_in(dispensing.SHEET["diagnosis"])}


async def _openings(stage: Stage, number: int) -> dict[str, str | bytes]:
    """What opens commitments on the chain: the salts of grants, which the patient's own letters keep."""
    keys = relation("patient", number)
    letters = await device(stage, keys).letters.fetch(keys.inbox)
    granted = [dict(letter.content) for letter in letters if letter.kind == "granted"]
    assert granted
    return {f"grant {one['grant']}: salt": bytes.fromhex(one["opening"]["salt"][2:]) for one in granted}


async def _records(stage: Stage, number: int) -> dict[str, str | bytes]:
    keys, secrets = relation("patient", number), dict[str, str | bytes]()
    chain = device(stage, keys)
    for appended in await chain.records.entries(keys.account):
        opened, body = await chain.records.read(keys, appended.entry.file, appended.entry.version)
        facts, name = opened.facts, f"{opened.facts.type} {number}.{appended.number}"
        secrets |= {f"{name}: data key": opened.data_key, f"{name}: salt": facts.salt, f"{name}: title": facts.title}
        secrets[f"{name}: body"] = body[:64]
        said = json.loads(body) if facts.media == FHIR_JSON else body.decode(errors="ignore")
        secrets |= {f"{name}: {text}": text for text in texts_in([said, dict(facts.summary)])}
    return secrets


async def test_look__through_all_that_the_story_wrote__finds_no_secret(search: Search, home: Path) -> None:
    assert search.look_through(home) == {}


async def test_look__through_every_transaction_and_log__finds_no_secret(search: Search, node: str) -> None:
    async for _, content in _ledger(node):
        assert search.look(content) == set()


async def test_look__for_a_patients_relations__finds_no_transaction_that_joins_two(node: str) -> None:
    accounts = [bytes.fromhex(relation("patient", number).account[2:]) for number in (0, *RELATIONS)]
    seen = 0
    async for tx, content in _ledger(node):
        named = [account for account in accounts if account in content]
        assert len(named) <= 1, tx
        seen += bool(named)
    assert seen > 30


async def test_look__at_public_doors__finds_no_secret(search: Search, node: str) -> None:
    async with httpx.AsyncClient(base_url=node, timeout=30) as http:
        for path in _paths((await http.get("/openapi.json")).json()):
            answer = await http.get(path, headers={"accept": "application/json"})
            assert answer.status_code < 500, path
            assert search.look(answer.content) == set(), path


def test_search__what_was_hidden__is_found_in_every_spelling() -> None:
    raw, text = bytes(range(200, 232)), "气虚血瘀证"
    search = Search({"key": raw, "diagnosis": text})
    for content in (b"..%s.." % raw, raw.hex().encode(), *_in_base64(raw)):
        assert search.look(content) == {"key"}
    for name in ("utf-8", "gb18030", "utf-16-le", "utf-16-be", "unicode-escape"):
        assert search.look(b"<" + text.encode(name) + b">") == {"diagnosis"}
    for content in (
        *_in_base64(text.encode()),
        json.dumps({"x": text}).encode(),
        text.encode("gb18030").hex().encode(),
    ):
        assert search.look(content) == {"diagnosis"}
    assert search.look(b"\0" * 100) == set()


def _in_base64(raw: bytes) -> list[bytes]:
    return [b64encode(b"x" * before + raw + b"y" * behind) for before in range(3) for behind in range(3)]


async def _ledger(node: str) -> AsyncIterator[tuple[str, bytes]]:
    """Every transaction of every chain: who sent what where, and what was logged."""
    for chain in ("care", "pharmacy", "resources"):
        rpc = HttpRpc(f"{node}/rpc/{chain}")
        try:
            last = int(await rpc.request("eth_blockNumber", []), 16)
            for number in range(last + 1):
                block = await rpc.request("eth_getBlockByNumber", [hex(number), True])
                for tx in block["transactions"]:
                    receipt = await rpc.request("eth_getTransactionReceipt", [tx["hash"]])
                    logs = (part for log in receipt["logs"] for part in (*log["topics"], log["data"]))
                    parts = (tx["from"], tx["to"] or "0x", tx["input"], *logs)
                    yield tx["hash"], b"".join(bytes.fromhex(part[2:]) for part in parts)
        finally:
            await rpc.aclose()


def _paths(openapi: dict[str, Any]) -> list[str]:
    """What anybody may ask with GET, about either of the patient's relations."""
    found = []
    for path, doors in openapi["paths"].items():
        if "get" not in doors or "text/event-stream" in str(doors["get"]["responses"]):
            continue
        for number in RELATIONS:
            patient = relation("patient", number).account
            filled = re.sub(r"\{(patient|account|holder)\}", patient, path)
            found.append(re.sub(r"\{\w+\}", "1", filled) + f"?patient={patient}&limit=100")
    return found

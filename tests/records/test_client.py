"""Records by SDK and command line against a node that listens: sealed here, streamed, opened, verified, exported."""

import asyncio
import hashlib
import io
import json
import zipfile
from pathlib import Path

import pytest
from fhir.resources.R4B.bundle import Bundle
from tests.records.care import WORDS
from tests.records.ward import Ward
from typer.testing import CliRunner

from tcmchain.crypto.categories import Category
from tcmchain.patients.client.vault_file import VaultFile
from tcmchain.records import cli
from tcmchain.records.client.export import export
from tcmchain.records.client.records import Source
from tcmchain.records.client.sealing import Draft
from tcmchain.records.model.errors import FileErased, OriginFalse
from tcmchain.records.model.facts import RecordType
from tcmchain.records.model.fhir import Writer, write
from tcmchain.records.model.forms import EncounterForm, FourExaminations, Statement, Vitals

pytestmark = pytest.mark.engine
PASSPHRASE = "a long enough phrase"
FORM = EncounterForm("乏力", FourExaminations(tongue="舌淡"), "虚劳", ("脾气虚证",), "健脾益气")


async def test_write__hospital_and_patient__both_read_verified_and_exported(ward: Ward, tmp_path: Path) -> None:
    writer = Writer(ward.relation.account, "2026-11-20T09:00:00+08:00", "京西中医医院")
    await ward.hospital.records.seal(ward.head(summary=FORM.summary()), write(writer.encounter(FORM)))
    signs = Vitals({"systolic": 121, "diastolic": 78, "pulse": 70})
    mine = Draft(RecordType.VITALS, "晨起血压", "2026-11-21", Category.VITALS, summary=signs.summary())
    entry = await ward.patient.records.add(ward.relation, mine, [Category.VITALS], write(writer.vitals(signs)))
    scan = tmp_path / "scan.png"
    scan.write_bytes(b"\x89PNG" + bytes(6_000_000))
    shot = Draft(RecordType.IMAGING, "舌象照片", "2026-11-22", Category.IMAGING, "image/png")
    steps: list[int] = []
    add = ward.patient.records.add
    large = await add(ward.relation, shot, [Category.IMAGING], scan, told=lambda done, of: steps.append(done))
    again = await add(ward.relation, shot, [Category.IMAGING], scan)
    assert len(steps) == 2
    opened, body = await ward.patient.records.read(ward.relation, again.file)
    assert (body, opened.facts.self_supplied) == (scan.read_bytes(), True)
    assert await ward.patient.records.verify(ward.relation.account) == (4, (await _head(ward)))
    assert (await ward.patient.records.read(ward.relation, entry.file))[0].facts.summary["pulse"] == 70
    await ward.patient.records.erase(ward.relation.account, large.file)
    with pytest.raises(FileErased):
        await ward.patient.records.read(ward.relation, large.file)
    raw, made = await export(ward.patient.records, [ward.relation])
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        bundle = Bundle.model_validate(json.loads(archive.read("bundle.json")))
        page = archive.read("index.html").decode()
        (name,) = [found for found in archive.namelist() if found.startswith("files/")]
        assert archive.read(name) == scan.read_bytes()
    kinds = {found.resource.get_resource_type() for found in bundle.entry}
    assert {"Encounter", "Observation", "Condition", "DocumentReference"} <= kinds
    assert (made.erased, made.unopened) == (1, [])
    assert all(word in page for word in ("初诊", "晨起血压", "舌象照片", "脾气虚证"))


async def _head(ward: Ward) -> str:
    found = await ward.patient.http.get(f"/api/records/{ward.relation.account}")
    return str(found["head"])


async def test_verify__entry_that_the_node_altered__is_found_out(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    for title in ("甲", "乙"):
        await ward.hospital.records.seal(ward.head(title=title), b"{}")
    account = ward.relation.account
    true = await ward.patient.records.entries(account)

    async def without_last(_: object) -> list[object]:
        return list(true[:-1])

    monkeypatch.setattr(ward.patient.records, "entries", without_last)
    with pytest.raises(OriginFalse, match="false"):
        await ward.patient.records.verify(account)


async def test_append__two_at_once_to_one_folder__both_stand(ward: Ward) -> None:
    mine = Draft(RecordType.ALLERGY, "过敏史", "2026-11-21", Category.EMERGENCY)
    writer = Writer(ward.relation.account, "2026-11-21")
    body = write(writer.allergy(Statement("青霉素")))
    made = await asyncio.gather(
        *(ward.hospital.records.seal(ward.head(title=f"复诊{n}"), b"{}") for n in range(4)),
        ward.patient.records.add(ward.relation, mine, [Category.DISEASE], body),
    )
    assert len(made) == 5
    assert (await ward.patient.records.verify(ward.relation.account))[0] == 5


async def test_use__command_line__appends_lists_gets_and_exports(ward: Ward, tmp_path: Path) -> None:
    vault = tmp_path / "vault.json"
    VaultFile(vault).create(WORDS, PASSPHRASE)
    letter = tmp_path / "letter.txt"
    letter.write_text("出院小结", encoding="utf-8")
    node = ["--vault", str(vault), "--node", ward.url]

    async def run(*words: str) -> str:
        told = await asyncio.to_thread(CliRunner().invoke, cli.app, list(words), input=f"{PASSPHRASE}\ny\n")
        assert told.exit_code == 0, (told.output, told.exception)
        return str(told.output)

    made = await run("append", str(letter), "--title", "小结", "--category", "disease", *node)
    file = next(word for word in made.split() if word.startswith("0x"))
    assert "小结" in await run("list", *node)
    await run("get", file, str(tmp_path / "out.txt"), *node)
    assert (tmp_path / "out.txt").read_text(encoding="utf-8") == "出院小结"
    assert "1" in await run("origin", ward.relation.account, file, "--node", ward.url)
    assert "match" in await run("verify", ward.relation.account, "--node", ward.url)
    await run("export", str(tmp_path / "all.zip"), *node)
    assert zipfile.is_zipfile(tmp_path / "all.zip")
    assert "0x" in await run("desks", "--node", ward.url)
    await run("erase", file, *node)
    assert "墓碑" in await run("origin", ward.relation.account, file, "--node", ward.url)


def test_digest__file_and_bytes__are_the_same(tmp_path: Path) -> None:
    file = tmp_path / "body"
    file.write_bytes(b"body")
    assert Source(file).digest() == Source(b"body").digest() == hashlib.sha256(b"body").digest()

"""The doors of formulas, asked with the SDK and plainly."""

import csv
import hashlib
import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from tests.formulas.village import CLASSIC, FOLK, REVIEWING_PHYSICIAN, VILLAGER, Village, village_at

from tcmchain.app import create_app
from tcmchain.chain.signers import LocalSigner
from tcmchain.errors import TooLarge
from tcmchain.example import cast
from tcmchain.formulas.api import exporting
from tcmchain.formulas.client import FormulasClient
from tcmchain.formulas.model import refusals
from tcmchain.formulas.model.sealed import LARGEST
from tcmchain.formulas.service.doses import A_MINUTE
from tcmchain.web.allowance import Allowance
from tcmchain.web.http import NodeHttp

pytestmark = pytest.mark.engine
_URL = "http://localhost:8000"


class Doors:
    """The village's node behind its doors, which are asked on its own loop."""

    def __init__(self, village: Village) -> None:
        self.village = village
        self.app = create_app(village.running.node)

    def http(self, signer: LocalSigner | None = None) -> NodeHttp:
        return NodeHttp(_URL, signer, transport=httpx.ASGITransport(self.app))

    def client(self, signer: LocalSigner | None = None) -> FormulasClient:
        return FormulasClient(self.http(signer))

    def run(self, work: Any) -> Any:
        return self.village.running.run(work)

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        async def work() -> httpx.Response:
            async with httpx.AsyncClient(base_url=_URL, transport=httpx.ASGITransport(self.app)) as client:
                return await client.request(method, path, **more)

        return self.run(work())  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    with village_at(tmp_path_factory.mktemp("village")) as village:
        yield Doors(village)


@pytest.fixture(scope="module")
def classic(doors: Doors) -> str:
    return str(doors.run(doors.client(cast.operator("hospital")).share(CLASSIC)))


@pytest.fixture(scope="module")
def folk(doors: Doors) -> str:
    return str(doors.run(doors.client(VILLAGER).share(FOLK)))


def test_read_doses__by_a_physician__leaves_no_copy_in_caches(doors: Doors, folk: str) -> None:
    path = f"/api/formulas/{folk}/versions/1/doses"
    answer = doors.run(doors.http(REVIEWING_PHYSICIAN).exchange("GET", path))
    assert answer.headers["cache-control"] == "no-store"
    for path in (f"/api/formulas/{folk}", f"/api/formulas/export?format=csv&author={VILLAGER.address}"):
        assert "10g" not in doors.ask("GET", path).text


def test_hand_in_doses__many_accounts_of_one_place__are_told_to_wait(
    doors: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doors.village.formulas.doses, "_allowance", Allowance(A_MINUTE))

    async def hand_in(number: int) -> None:
        await doors.http(LocalSigner(number.to_bytes(32, "big"))).exchange("POST", "/api/formulas/doses", content=b"{}")

    refused = []
    for number in range(1_000, 1_000 + 2 * A_MINUTE + 1):
        with pytest.raises((refusals.DosesTorn, refusals.TooManyDoses)) as found:
            doors.run(hand_in(number))
        refused.append(found.type)
    assert refusals.TooManyDoses in refused


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@a", "\t=1", "\r=1", "\n=1", "＝1", "＠a"])
def test_export__a_cell_that_a_spreadsheet_would_calculate__is_quoted(cell: str) -> None:
    assert exporting._plain(cell) == f"'{cell}"


def test_share__a_folk_formula_with_the_sdk__goes_through_all_doors(doors: Doors, folk: str) -> None:
    everybody, physician = doors.client(), doors.client(REVIEWING_PHYSICIAN)
    card = doors.run(everybody.formula(folk))
    assert card["document"]["dosing"] is None
    assert {one["words"] for one in card["document"]["ingredients"]} == {None}
    assert not card["version"]["dispensable"]
    assert folk in [one["formula"]["id"] for one in doors.run(everybody.list(waiting=True))["formulas"]]
    opened = doors.run(physician.doses(folk, 1))
    assert [one["words"] for one in opened["ingredients"]] == ["10g", "6g", "3g"]
    assert opened["ingredients"][0]["grams"] == {"low": "10", "high": "10"}
    with pytest.raises(refusals.DosesClosed):
        doors.run(doors.client(VILLAGER).doses(folk, 1))
    doors.run(physician.approve(folk, 1, "药性平和。"))
    card = doors.run(everybody.formula(folk))
    assert card["version"]["dispensable"]
    assert card["version"]["judgements"][0]["statement"] == "药性平和。"


def test_read_doses__by_nobody__is_refused_by_name(doors: Doors, folk: str) -> None:
    found = doors.ask("GET", f"/api/formulas/{folk}/versions/1/doses")
    assert (found.status_code, found.json()["code"]) == (401, "asking-missing")


def test_read_document__of_a_version__has_the_hash_on_the_chain(doors: Doors, classic: str) -> None:
    raw = doors.ask("GET", f"/api/formulas/{classic}/versions/1/document").content
    assert "0x" + hashlib.sha256(raw).hexdigest() == doors.run(doors.client().formula(classic))["version"]["content"]


def test_export__as_csv__has_a_line_for_each_herb(doors: Doors, classic: str) -> None:
    found = doors.ask("GET", "/api/formulas/export?format=csv").content.decode("utf-8-sig")
    rows = [row for row in csv.DictReader(io.StringIO(found)) if row["formula"] == classic]
    assert next((row["as_written"], row["words"], row["grams_low"]) for row in rows) == ("石斛", "9g", "9")
    assert len(rows) == 4


def test_find_conflicts__two_sources_of_one_name__stand_side_by_side(doors: Doors, classic: str) -> None:
    lines = tuple(replace(one, words="12g") if one.name == "石斛" else one for one in CLASSIC.lines)
    doors.run(doors.client(cast.operator("factory")).share(replace(CLASSIC, lines=lines)))
    found = doors.run(doors.client().conflicts(classic))
    assert [(one["zh"], one["words"]) for one in found["conflicts"]] == [("石斛", ["9g", "12g"])]


def test_revise__with_another_dose__tells_what_changed(doors: Doors) -> None:
    author = doors.client(cast.operator("hospital"))
    formula = doors.run(author.share(replace(CLASSIC, name="改剂量方")))
    lines = tuple(replace(one, words="4g") if one.name == "甘草" else one for one in CLASSIC.lines)
    doors.run(author.revise(formula, replace(CLASSIC, name="改剂量方", lines=lines)))
    found = doors.run(doors.client().changes(formula, 1, 2))
    assert [(one["before"]["words"], one["after"]["words"]) for one in found["ingredients"]] == [("3g", "4g")]
    assert [one["number"] for one in doors.run(doors.client().versions(formula))] == [1, 2]


def test_write__ambiguous_and_unknown_herbs__come_back_with_choices_all_at_once(doors: Doors) -> None:
    lines = [
        {"name": "贝母", "words": "9g", "convention": "metric"},
        {"name": "麻黄", "words": "不知", "convention": "metric"},
    ]
    lines += [{"name": name, "words": "6g", "convention": "metric"} for name in ("没有此药", "桂枝")]
    body = {"class": "classic", "name": "试", "dosing": {"basis": "per-day"}, "ingredients": lines}
    found = doors.ask("POST", "/api/formulas/documents", json=body).json()
    assert [(one["line"], one["code"]) for one in found["faults"]] == [
        (0, "term-ambiguous"),
        (1, "term-amount-unreadable"),
        (2, "term-misspelt"),
    ]
    assert len(found["faults"][0]["choices"]) > 1
    assert found["document"] == ""
    assert [one and one["grams"] for one in found["lines"]] == [None, None, None, {"low": "6", "high": "6"}]


def test_hand_in__what_are_no_sealed_doses__is_refused(doors: Doors) -> None:
    async def hand_in(content: bytes) -> Any:
        headers = {"Content-Type": "application/octet-stream"}
        return await doors.http(VILLAGER).exchange("POST", "/api/formulas/doses", content=content, headers=headers)

    for content in (b"", b"{}", b"[" * 3000, b'{"keys":[],"nonce":"","schema":"tcmchain.doses.1","sealed":""}'):
        with pytest.raises(refusals.DosesTorn):
            doors.run(hand_in(content))
    with pytest.raises(TooLarge):
        doors.run(hand_in(b" " * (LARGEST + 1)))


def test_sweep__doses_that_no_formula_names__are_dropped_after_a_day(doors: Doors, folk: str) -> None:
    doses, records = doors.village.formulas.doses, doors.village.formulas.records
    _, lonely = doors.village.written(replace(FOLK, note="不分享"), VILLAGER)
    named = records.version(folk, 1)  # type: ignore[arg-type]
    assert named is not None
    assert doors.run(doses.sweep()) == 0
    before, doses._now = doses._now, lambda: before() + 90_000
    try:
        assert doors.run(doses.sweep()) >= 1
    finally:
        doses._now = before
    assert lonely is not None
    whole = doors.run(doors.village.formulas.shelf.whole(folk, 1, REVIEWING_PHYSICIAN.address))
    assert len(whole.ingredients) == 3

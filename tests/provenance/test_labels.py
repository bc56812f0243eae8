"""Labels of lots and units, and the certificate on paper."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdf
import pypdfium2
import pytest
import zxingcpp
from fastapi import FastAPI
from starlette.testclient import TestClient
from tests.browser.ginseng import PACKED, Roll, tell
from tests.provenance.ledger_of_events import Replay
from typer.testing import CliRunner

from tcmchain.app import FORMATS
from tcmchain.cli import app as commands
from tcmchain.provenance.model.errors import CodesOffered, LinkInvalid, TableUnreadable
from tcmchain.provenance.pages import labels, printing
from tcmchain.provenance.pages.behind import Behind
from tcmchain.provenance.pages.names import Names
from tcmchain.provenance.pages.story import Story, story_of
from tcmchain.provenance.service.labels import Goods, lot_labels, open_codes, read_codes, secret_labels
from tcmchain.web import errors
from tcmchain.web.i18n import Language
from tcmchain.web.pages import TEMPLATES, Pages
from tcmchain.web.printing.press import Press
from tcmchain.web.sentences import Sentences

URL = "http://localhost:8000"
LINK = f"{URL}/01/06901234567892/10/SSS-250927-02-P"
BEHIND = Behind(1, lambda: ("0x" + "12" * 20,), "0x" + "34" * 20, True, URL, ())
ROWS = [(serial, "ABCDEFGHJKMNPQRS", f"{LINK}/21/{serial}") for serial in ("6Q8F2K7M91XD", "00000000000A")]


class NoRecalls:
    def holding_up(self, lots: object) -> dict[str, Any]:
        return {}


@pytest.fixture
def replay() -> Replay:
    found = Replay()
    tell(found)
    return found


@pytest.fixture
def client(replay: Replay) -> Iterator[TestClient]:
    roll: Any = Roll()
    recalls: Any = NoRecalls()
    app = FastAPI()
    folder = Path(labels.__file__).parents[1] / "templates"
    pages = Pages({"provenance": folder}, lambda: {"behind": BEHIND})
    errors.install(app, Sentences([TEMPLATES, folder], FORMATS), pages)
    app.include_router(labels.router(replay.ledger, roll, pages, BEHIND, Press()))
    app.include_router(printing.router(replay.ledger, recalls, roll, BEHIND, Press(), lambda: replay.now))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def _scanned(pdf: bytes) -> list[str]:
    pages = pypdfium2.PdfDocument(pdf)
    return [code.text for page in pages for code in zxingcpp.read_barcodes(page.render(scale=4).to_pil())]


def _text(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages).replace("\n", "")


def _story(replay: Replay, language: Language) -> Story:
    roll: Any = Roll()
    return story_of(replay.ledger.certificate(PACKED), Names(roll, language), replay.now)


def test_label__lot__says_what_is_in_it_in_both_languages() -> None:
    goods = Goods("renshen.dried", "SSS-250927-02-P", "06901234567892", maker="安国本草饮片厂（示例）")
    label, *more = lot_labels(goods, LINK, "2RB1-C5GP-2RB1", 3, "zh")
    assert len(more) == 2
    assert (label.title, label.subtitle) == ("人参", "生晒参 · dried ginseng")
    assert dict(label.lines)["追溯码"] == "2RB1-C5GP-2RB1"


def test_label__form_that_no_table_knows__stands_as_stated() -> None:
    label = next(lot_labels(Goods("unheard.of", "X-1"), LINK, "A", 1, "en"))
    assert (label.title, label.subtitle) == ("unheard.of", "")


def test_read_codes__file_of_the_packer__gives_rows_with_grouped_hidden_codes() -> None:
    lines = ["serial,hidden,link\r\n", *(f"{','.join(row)}\r\n" for row in ROWS)]
    drawn = list(secret_labels(Goods("renshen.dried"), read_codes(lines), "zh"))
    assert [label.link for label in drawn] == [link for *_, link in ROWS]
    assert drawn[0].hidden == "ABCD-EFGH-JKMN-PQRS"
    assert dict(drawn[0].lines)["批号"] == "SSS-250927-02-P"


@pytest.mark.parametrize(
    ("lines", "row"),
    [([], 1), (["a,b\n"], 1), (["serial,hidden,link\n", "x,y\n"], 2), (["serial,hidden,link\n", "x,,z\n"], 2)],
)
def test_read_codes__torn_file__names_the_row(lines: list[str], row: int) -> None:
    with pytest.raises(TableUnreadable) as refused:
        list(read_codes(lines))
    assert refused.value.details["row"] == row


def test_label__link_of_another_lot__is_refused() -> None:
    with pytest.raises(LinkInvalid):
        list(secret_labels(Goods(reference="OTHER"), ROWS, "zh"))


@pytest.mark.parametrize("text", ["serial,hidden,link", "6Q8F2K7M91XD,ABCDEFGHJKMNPQRS,http://x", "serial"])
def test_read_open_codes__hidden_codes_among_them__are_refused(text: str) -> None:
    with pytest.raises(CodesOffered):
        open_codes(text)


def test_read_open_codes__one_a_line__are_read() -> None:
    assert open_codes(" 6Q8F2K7M91XD \n\n00000000000A\n") == ["6Q8F2K7M91XD", "00000000000A"]


def test_print__lot_on_the_page__gives_as_many_codes_as_wanted(client: TestClient) -> None:
    answer = client.post("/labels/sheet.pdf", data={"lot": PACKED, "copies": 5, "paper": "a4-14"})
    assert answer.headers["content-type"] == "application/pdf"
    assert _scanned(answer.content) == [LINK] * 5


def test_print__open_codes_on_the_page__give_units(client: TestClient) -> None:
    answer = client.post("/labels/sheet.pdf", data={"lot": PACKED, "serials": "6Q8F2K7M91XD\n00000000000A"})
    assert sorted(_scanned(answer.content)) == sorted(link for *_, link in ROWS)


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({}, "print-no-labels"),
        ({"lot": "0x" + "ee" * 32}, "provenance-unknown-lot"),
        ({"lot": PACKED, "paper": "a3"}, "print-paper-unknown"),
        ({"lot": [PACKED, PACKED], "copies": "2000"}, "print-too-many-labels"),
        ({"lot": PACKED, "serials": "6Q8F2K7M91XD,ABCDEFGHJKMNPQRS"}, "provenance-codes-offered"),
    ],
)
def test_print__what_cannot_be__is_said_why(client: TestClient, form: dict[str, Any], code: str) -> None:
    answer = client.post("/labels/sheet.pdf", data=form, headers={"Accept": "application/json"})
    assert answer.json()["code"] == code


@pytest.mark.parametrize("language", ["zh", "en"])
def test_choose__page__offers_lots_and_papers(client: TestClient, language: str) -> None:
    page = client.get("/labels", params={"lot": PACKED, "lang": language}).text
    assert f'value="{PACKED}" checked' in page
    assert "70 × 37 mm" in page


@pytest.mark.parametrize("language", ["zh", "en"])
def test_print_certificate__both_languages__tell_all_that_the_page_tells(
    client: TestClient, replay: Replay, language: Language
) -> None:
    answer = client.get(f"/provenance/lots/{PACKED}/certificate.pdf", params={"lang": language})
    text, story = _text(answer.content).replace(" ", ""), _story(replay, language)
    wanted = [chip.value for chip in story.headline] + [stage.title for stage in story.stages]
    wanted += [stage.tx for stage in story.stages] + [chip.value for stage in story.stages for chip in stage.chips]
    wanted += [reading.item for inspection in story.inspections for reading in inspection.readings]
    wanted += [flow.amount for flow in story.flows] + [story.herb.herb, story.lot.code, BEHIND.provenance]
    assert [part for part in wanted if part.replace(" ", "") not in text] == []
    assert _scanned(answer.content) == [LINK]
    assert {"zh": "单一运营方", "en": "oneoperator"}[language] in text.lower()


def test_print_certificate__unknown_lot__is_not_found(client: TestClient) -> None:
    assert client.get(f"/provenance/lots/0x{'ee' * 32}/certificate.pdf").status_code == 404


def test_print_in_terminal__codes_of_the_packer__needs_no_node(tmp_path: Path) -> None:
    codes, out = tmp_path / "codes.csv", tmp_path / "sheet.pdf"
    codes.write_text("serial,hidden,link\n" + "".join(f"{','.join(row)}\n" for row in ROWS), encoding="utf-8")
    ran = CliRunner().invoke(commands, ["labels", "print", str(codes), "--out", str(out), "--form", "renshen.dried"])
    assert ran.exit_code == 0, ran.output
    assert sorted(_scanned(out.read_bytes())) == sorted(link for *_, link in ROWS)
    assert out.stat().st_mode & 0o077 == 0

"""A Digital Link leads to what it is about, by link type, language and medium."""

from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from tests.browser.ginseng import GTIN, PACKED, Roll, tell
from tests.provenance.ledger_of_events import FACTORY, HOSPITAL, Replay, word

from tcmchain.app import FORMATS
from tcmchain.gs1.link_types import link_type
from tcmchain.gs1.linkset import Link
from tcmchain.members.model.errors import MemberUnknown
from tcmchain.members.model.membership import Member
from tcmchain.provenance.model.lots import Lot
from tcmchain.provenance.pages import certificate, resolver, shipment
from tcmchain.provenance.pages.behind import Behind
from tcmchain.provenance.readmodel.reach import ReachRecords
from tcmchain.provenance.service.recalls import Recalls
from tcmchain.values import Address, short_text
from tcmchain.web import errors
from tcmchain.web.pages import TEMPLATES, Pages
from tcmchain.web.sentences import Sentences

_URL = "https://node.example"
_NUMBER = "SSS-250927-02-P"
_LOT = f"/01/{GTIN}/10/{_NUMBER}"
_SSCC = "106141412345678908"
_GLN = "6901234567892"
_VOCABULARY = "https://ref.gs1.org/voc/"


class _Located(Roll):
    """The members of the story, one of which has a Global Location Number."""

    def by_gln(self, gln: str) -> Member:
        if gln != _GLN:
            raise MemberUnknown(member=gln)
        return self.member(HOSPITAL)


def _lead(lot: Lot, serial: str) -> list[Link]:
    return [Link(link_type("epcis"), f"{_URL}/epcis/{lot.id}/{serial}", "EPCIS", "application/json")]


@pytest.fixture
def replay() -> Replay:
    found = Replay()
    tell(found)
    found.apply(
        "Shipped", shipment=word(0x5400), **{"from": FACTORY}, to=HOSPITAL, ref=short_text(_SSCC),
        portions=((PACKED, 100_000),), terms=word(0),
    )  # fmt: skip
    return found


@pytest.fixture
def client(replay: Replay) -> TestClient:
    behind = Behind(1, lambda: (Address("0x" + "1" * 40),), Address("0x" + "2" * 40), True, _URL)
    package = TEMPLATES.parents[1]
    pages = Pages({"provenance": package / "provenance" / "templates"}, lambda: {"behind": behind})
    roll: Any = _Located()
    calls: Any = None
    recalls = Recalls(calls, replay.records, ReachRecords(replay.engine), replay.ledger.block)
    app = FastAPI()
    app.state.sessions = SimpleNamespace(caller=lambda *_: None, find=lambda *_: None)
    folders = [TEMPLATES, package / "gs1" / "templates", package / "provenance" / "templates"]
    errors.install(app, Sentences(folders, FORMATS), pages)
    resolving = resolver.Resolver(replay.ledger, recalls, roll, behind, [_lead])
    shown = certificate.Certificates(replay.ledger, recalls, roll, pages, behind)
    app.include_router(certificate.router(replay.ledger, shown, resolving))
    app.include_router(resolver.router(resolving, behind))
    app.include_router(shipment.router(replay.ledger, roll, pages))
    return TestClient(app, follow_redirects=False)


def test_follow__link_of_a_lot__shows_its_page_and_says_where_all_links_are(client: TestClient) -> None:
    answer = client.get(_LOT)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert f'<{_URL}{_LOT}?linkType=all>; rel="linkset"' in answer.headers["link"]
    assert answer.headers["access-control-allow-origin"] == "*"
    assert client.head(_LOT).status_code == 200


@pytest.mark.parametrize(
    ("query", "accept"), [("?linkType=all", "*/*"), ("?linkType=linkset", "*/*"), ("", "application/linkset+json")]
)
def test_ask__for_all_links__gets_the_linkset(client: TestClient, query: str, accept: str) -> None:
    answer = client.get(f"{_LOT}{query}", headers={"Accept": accept})
    assert answer.headers["content-type"] == "application/linkset+json"
    (context,) = answer.json()["linkset"]
    assert context["anchor"] == f"{_URL}{_LOT}"
    assert context[f"{_VOCABULARY}defaultLink"][0]["href"] == f"{_URL}{_LOT}"
    kinds = {kind.removeprefix(_VOCABULARY) for kind in context if kind.startswith(_VOCABULARY)}
    assert kinds == {"defaultLink", "pip", "traceability", "certificationInfo", "masterData", "recallStatus", "epcis"}


@pytest.mark.parametrize(
    ("kind", "accept", "target"),
    [
        ("gs1:defaultLink", "text/html", _LOT),
        ("gs1:pip", "*/*", _LOT),
        ("gs1:traceability", "text/html", _LOT),
        ("gs1:traceability", "application/json", f"/api/provenance/lots/{PACKED}/certificate"),
        ("gs1:certificationInfo", "application/json", f"/api/provenance/steps?lot={PACKED}&kind=observed"),
        ("gs1:masterData", "text/html", f"/api/provenance/lots/{PACKED}"),
        ("gs1:recallStatus", "text/html", _LOT),
        (f"{_VOCABULARY}epcis", "*/*", f"/epcis/{PACKED}/"),
    ],
)
def test_ask__for_a_type__is_sent_there(client: TestClient, kind: str, accept: str, target: str) -> None:
    answer = client.get(_LOT, params={"linkType": kind}, headers={"Accept": accept})
    assert (answer.status_code, answer.headers["location"]) == (307, target)


def test_ask__with_more_in_the_query__passes_it_on(client: TestClient) -> None:
    answer = client.get(f"{_LOT}?linkType=gs1:certificationInfo&campaign=a%20b", headers={"Accept": "application/json"})
    assert answer.headers["location"].endswith("&kind=observed&campaign=a+b")


def test_ask__for_the_links_of_a_unit__keeps_its_serial(client: TestClient) -> None:
    answer = client.get(f"{_LOT}/21/U%2F7?linkType=gs1:pip")
    assert answer.headers["location"] == f"{_LOT}/21/U%2F7"


@pytest.mark.parametrize(
    ("language", "words"), [("zh", "这里没有“gs1:recipeInfo”"), ("en", "No link of type gs1:recipeInfo")]
)
def test_ask__for_a_type_that_is_not_there__is_told_which_are(client: TestClient, language: str, words: str) -> None:
    answer = client.get(f"{_LOT}?linkType=gs1:recipeInfo&lang={language}", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert words in answer.text
    assert "gs1:traceability" in answer.text


def test_follow__lot_called_back__leads_to_the_recall(client: TestClient, replay: Replay) -> None:
    recall = word(0x6100)
    replay.apply("RecallOpened", recall=recall, by=FACTORY, ref=short_text("R-1"), drill=False, seeds=(PACKED,))
    answer = client.get(f"{_LOT}?linkType=gs1:recallStatus", headers={"Accept": "text/html"})
    assert answer.headers["location"] == f"/provenance/recalls/{recall}"


@pytest.mark.parametrize(
    ("path", "target"),
    [
        (f"/01/{GTIN}", f"/provenance?q={GTIN}"),
        (f"/01/{GTIN}?linkType=gs1:masterData", f"/api/provenance/lots?q={GTIN}"),
        (f"/00/{_SSCC}", f"/provenance/shipments/{word(0x5400)}"),
        (f"/414/{_GLN}", f"/members/{HOSPITAL}"),
        (f"/417/{_GLN}?linkType=gs1:homepage", f"/members/{HOSPITAL}"),
    ],
)
def test_follow__other_keys__lead_to_their_pages(client: TestClient, path: str, target: str) -> None:
    answer = client.get(path, headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["location"]) == (307, target)


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/8004/0614141AB", 404, "(8004) 0614141AB"),
        ("/414/0614141123452", 404, "(414) 0614141123452"),
        ("/00/006141411234567890", 404, "(00) 006141411234567890"),
        ("/00/106141412345678909", 422, "校验位不对"),
        ("/414/6901234567892/254/X", 404, "(414)"),
        (f"/01/{GTIN}/10/NONE?linkType=gs1:pip", 404, f"(01) {GTIN}"),
        ("/01/09520000010010", 404, "未找到"),
        (f"/01/{GTIN}/22/A", 404, "未找到"),
    ],
)
def test_follow__key_that_is_not_known__is_told_in_words(
    client: TestClient, path: str, status: int, words: str
) -> None:
    answer = client.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == status
    assert words in answer.text


def test_describe__resolver__names_its_keys_and_vocabulary(client: TestClient) -> None:
    told = client.get("/.well-known/gs1resolver").json()
    assert told["resolverRoot"] == _URL
    assert told["supportedPrimaryKeys"] == ["01", "00", "414", "417"]


def test_show__shipment__names_both_parties_and_what_is_on_the_way(client: TestClient) -> None:
    page = client.get(f"/provenance/shipments/{word(0x5400)}").text
    for words in (_SSCC, "安国本草饮片厂", "京西中医医院", "在途", _NUMBER):
        assert words in page
    assert client.get("/provenance/shipments/0x1").status_code == 404


@pytest.mark.parametrize(
    "text",
    [
        f"(01){GTIN}(10){_NUMBER}",
        f"]d201{GTIN}1728092510{_NUMBER}\x1d21UNIT7",
        f"https://elsewhere.example/x/01/{GTIN}/10/{_NUMBER}?17=280925",
        f"urn:epc:class:lgtin:{GTIN[1:8]}.{GTIN[0]}{GTIN[8:13]}.{_NUMBER}",
    ],
)
def test_search__scanned_label_in_any_form__finds_its_lot_alone(replay: Replay, text: str) -> None:
    assert [lot.id for lot in replay.ledger.search(text)] == [PACKED]
    assert replay.ledger.count(text) == 1


def test_search__scanned_label_of_no_lot__finds_none(replay: Replay) -> None:
    assert list(replay.ledger.search(f"(01){GTIN}(10)NONE")) == []

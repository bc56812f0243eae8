"""What members see of captured events, and what others do not."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient
from tests.epcis.door import asked, captured, open_door, signed
from tests.epcis.examples import document, event

pytestmark = pytest.mark.engine
Door = tuple[TestClient, dict[str, str]]
_PAGE = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    with open_door(tmp_path_factory.mktemp("pages"), served=("factory",)) as (_, client):
        factory = signed(client, "factory")
        captured(client, factory, document(event(), event(bizStep="packing", **{"example:note": "<b>bold</b>"})))
        yield client, {**factory, **_PAGE}


def test_show_events__to_a_member__lists_the_newest(door: Door) -> None:
    client, factory = door
    page = client.get("/epcis", headers=factory)
    assert page.status_code == 200
    assert "包装" in page.text
    assert "urn:epc:id:sgtin:4012345.011111.9876" in page.text


def test_show_events__filtered__lists_what_fits(door: Door) -> None:
    client, factory = door
    page = client.get("/epcis", params={"step": "packing"}, headers=factory).text
    assert page.count("/epcis/show/events/") == 1
    assert "没有符合条件的事件" in client.get("/epcis", params={"goods": "urn:epc:none"}, headers=factory).text


def test_show_events__to_a_stranger__tells_only_how_many(door: Door) -> None:
    client, _ = door
    page = client.get("/epcis", headers=_PAGE)
    assert page.status_code == 200
    assert "4012345" not in page.text


def test_show_event__with_markup_in_it__is_text(door: Door) -> None:
    client, factory = door
    (found,) = asked(client, factory, EQ_bizStep="packing")
    page = client.get(f"/epcis/show/events/{quote(found['eventID'], safe='')}", headers=factory)
    assert page.status_code == 200
    assert "&lt;b&gt;bold&lt;/b&gt;" in page.text
    assert "<b>bold</b>" not in page.text


def test_show_job__that_failed__tells_place_and_rule(door: Door) -> None:
    client, factory = door
    job = captured(client, {k: v for k, v in factory.items() if k != "Accept"}, document(event(bizStep="transforming")))
    page = client.get(f"/epcis/show/jobs/{job['captureID']}", headers=factory)
    assert "/epcisBody/eventList/0/bizStep" in page.text
    english = client.get(f"/epcis/show/jobs/{job['captureID']}", params={"lang": "en"}, headers=factory)
    assert "What is wrong" in english.text


@pytest.mark.parametrize("path", ["/epcis/show/jobs/x", "/epcis/show/events/x"])
def test_show__what_is_not_there_or_not_theirs__is_refused(door: Door, path: str) -> None:
    client, factory = door
    assert client.get(path, headers=factory).status_code == 404
    assert client.get(path, headers=_PAGE).status_code == 403


def test_show_events__to_a_program__is_the_list_of_resources(door: Door) -> None:
    client, _ = door
    answer = client.get("/epcis", headers={"Accept": "application/json"})
    assert "events" in answer.json()["member"]

"""Capture: jobs, repetition, errors, restarts, anchors and their proofs."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import orjson
import pytest
from fastapi.testclient import TestClient
from tests.epcis.door import JSON, asked, captured, events_of, finished, open_door, path_of, signed
from tests.epcis.examples import document, event

from tcmchain.epcis.contract import EpcisCalls
from tcmchain.epcis.model.merkle import leaf_of, proof_of, proves, root_of, tree_of
from tcmchain.epcis.model.refusals import AnchoredAlready, WrongBatch
from tcmchain.example import cast
from tcmchain.node import Node
from tcmchain.values import Hash32

pytestmark = pytest.mark.engine
Door = tuple[Node, TestClient, dict[str, str]]


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    with open_door(tmp_path_factory.mktemp("capture"), served=("factory",)) as (node, client):
        yield node, client, signed(client, "factory")


def _numbered(number: int, **members: Any) -> dict[str, Any]:
    return event(epcList=[f"urn:epc:id:sgtin:4012345.011111.{number}"], **members)


def _proof(client: TestClient, headers: dict[str, str], event_id: str) -> dict[str, Any]:
    for _ in range(200):
        answer = client.get(f"{path_of(event_id)}/proof", headers=headers)
        if answer.status_code == 200:
            found: dict[str, Any] = answer.json()
            return found
        time.sleep(0.05)
    raise AssertionError(answer.text)


def test_capture__a_document__is_told_by_its_job(door: Door) -> None:
    _, client, factory = door
    job = captured(client, factory, document(_numbered(1), _numbered(2)))
    assert (job["success"], job["tcm:captured"], job["errors"]) == (True, 2, [])
    assert job["createdAt"] <= job["finishedAt"]
    listed = client.get("/epcis/capture", headers=factory).json()
    assert listed[0] == job


def test_capture__the_same_again__adds_nothing(door: Door) -> None:
    _, client, factory = door
    captured(client, factory, document(_numbered(3)))
    again = captured(client, factory, document(_numbered(3), _numbered(3, eventTimeZoneOffset="+08:00")))
    assert (again["success"], again["tcm:captured"], again["tcm:known"]) == (True, 0, 2)
    assert len(asked(client, factory, MATCH_epc="urn:epc:id:sgtin:4012345.011111.3")) == 1


def test_capture__one_event_wrong__rolls_all_back(door: Door) -> None:
    _, client, factory = door
    job = captured(client, factory, document(_numbered(4), _numbered(5, bizStep="transforming")))
    assert (job["success"], job["tcm:captured"]) == (False, 0)
    (error,) = job["errors"]
    assert (error["index"], error["place"]) == (1, "/epcisBody/eventList/1/bizStep")
    assert error["rule"]
    assert error["type"] == "epcisException:ValidationException"
    assert not asked(client, factory, MATCH_epc="urn:epc:id:sgtin:4012345.011111.4")


def test_capture__one_event_wrong_and_proceed__keeps_the_others(door: Door) -> None:
    _, client, factory = door
    wrong = _numbered(7, eventTime="yesterday")
    job = captured(client, factory, document(_numbered(6), wrong, _numbered(8)), "proceed")
    assert (job["success"], job["tcm:captured"], len(job["errors"])) == (False, 2, 1)
    assert job["errors"][0]["index"] == 1
    assert asked(client, factory, MATCH_epc="urn:epc:id:sgtin:4012345.011111.8")


def test_capture__another_event_of_a_taken_id__is_refused(door: Door) -> None:
    _, client, factory = door
    name = "urn:uuid:00000000-0000-4000-8000-00000000000a"
    captured(client, factory, document(_numbered(9, eventID=name)))
    job = captured(client, factory, document(_numbered(10, eventID=name)))
    assert (job["success"], job["errors"][0]["code"]) == (False, "epcis-event-id-taken")
    single = client.post("/epcis/events", json=_numbered(10, eventID=name), headers=factory)
    assert (single.status_code, single.json()["type"]) == (409, "epcisException:ResourceAlreadyExistsException")


def test_capture__declared_wrong__stands_beside_the_first(door: Door) -> None:
    _, client, factory = door
    first, right = _numbered(11), _numbered(12)
    captured(client, factory, document(first, right))
    (kept,) = asked(client, factory, MATCH_epc="urn:epc:id:sgtin:4012345.011111.11")
    declaration = {
        "declarationTime": "2026-03-08T10:00:00Z",
        "reason": "incorrect_data",
        "correctiveEventIDs": ["urn:uuid:00000000-0000-4000-8000-00000000000b"],
    }
    job = captured(client, factory, document({**first, "errorDeclaration": declaration}))
    assert job["tcm:captured"] == 1
    both = events_of(client.get(path_of(kept["eventID"]), headers=factory))
    assert [("errorDeclaration" in each) for each in both] == [False, True]
    assert len(asked(client, factory, EQ_errorReason="incorrect_data")) == 1
    assert asked(client, factory, EQ_correctiveEventID="urn:uuid:00000000-0000-4000-8000-00000000000b")
    assert asked(client, factory, GE_errorDeclarationTime="2026-03-08T10:00:00Z")


def test_capture__called_wrong_by_another_member__is_refused(door: Door) -> None:
    _, client, factory = door
    first = _numbered(41)
    captured(client, factory, document(first))
    declared = {**first, "errorDeclaration": {"declarationTime": "2026-03-08T10:00:00Z", "reason": "did_not_occur"}}
    hospital = signed(client, "hospital")
    job = captured(client, hospital, document(declared))
    assert (job["success"], job["errors"][0]["code"]) == (False, "epcis-event-of-another")
    assert client.post("/epcis/events", json=declared, headers=hospital).status_code == 403
    assert client.post("/epcis/events", json=declared, headers=factory).status_code == 201


def test_capture__known_under_the_id_of_another_event__is_refused(door: Door) -> None:
    _, client, factory = door
    name = "urn:uuid:00000000-0000-4000-8000-00000000000e"
    captured(client, factory, document(_numbered(42, eventID=name), _numbered(43)))
    job = captured(client, signed(client, "hospital"), document(_numbered(43, eventID=name)))
    assert (job["success"], job["errors"][0]["code"]) == (False, "epcis-event-id-taken")
    assert len(events_of(client.get(path_of(name), headers=factory))) == 1


def test_capture_event__alone__is_there_at_once(door: Door) -> None:
    _, client, factory = door
    answer = client.post("/epcis/events", json=_numbered(13), headers=factory)
    assert answer.status_code == 201
    (found,) = events_of(client.get(answer.headers["Location"], headers=factory))
    assert found["epcList"] == ["urn:epc:id:sgtin:4012345.011111.13"]
    again = client.post("/epcis/events", json=_numbered(13), headers=factory)
    assert (again.status_code, again.headers["Location"]) == (201, answer.headers["Location"])


def test_capture_event__wrong__tells_place_and_rule(door: Door) -> None:
    _, client, factory = door
    answer = client.post("/epcis/events", json=_numbered(14, bizStep="transforming"), headers=factory)
    assert answer.status_code == 400
    problem = answer.json()
    assert (problem["type"], problem["place"]) == ("epcisException:ValidationException", "/bizStep")


def test_capture__a_result_handed_in_again__is_known(door: Door) -> None:
    _, client, factory = door
    captured(client, factory, document(_numbered(15)))
    answer = client.get("/epcis/events", params={"perPage": 5}, headers=factory).content
    job = captured(client, factory, answer)
    assert (job["success"], job["tcm:captured"]) == (True, 0), job


def test_capture__the_same_event_from_two_at_once__is_kept_once(door: Door) -> None:
    _, client, factory = door
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: client.post("/epcis/events", json=_numbered(16), headers=factory), range(6)))
    assert {answer.status_code for answer in answers} == {201}
    assert len(asked(client, factory, MATCH_epc="urn:epc:id:sgtin:4012345.011111.16")) == 1


def test_capture__xml__is_refused_with_a_sentence(door: Door) -> None:
    _, client, factory = door
    headers = {**factory, "Content-Type": "application/xml"}
    answer = client.post("/epcis/capture", content=b"<EPCISDocument/>", headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (415, "epcisException:UnsupportedMediaTypeException")
    assert "application/json" in answer.json()["detail"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"type":"EPCISDocument"}',
        b'{"type":"EPCISDocument","epcisBody":{"eventList":{}}}',
        b'{"type":"Other","epcisBody":{"eventList":[]}}',
        b"[" * 100_000,
        b'{"a":' * 5_000,
        b"\xff\xfe\x00",
    ],
    ids=lambda body: repr(body[:24]),
)
def test_capture__what_is_no_document__is_refused_at_once(door: Door, body: bytes) -> None:
    _, client, factory = door
    answer = client.post("/epcis/capture", content=body, headers={**JSON, **factory})
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")


@pytest.mark.parametrize("hostile", [7, None, "x", [], {"type": 5}, {"type": "ObjectEvent", "epcList": {"a": [1]}}])
def test_capture__events_of_wrong_types__are_told_one_by_one(door: Door, hostile: Any) -> None:
    _, client, factory = door
    whole = orjson.loads(document(_numbered(17)))
    whole["epcisBody"]["eventList"].append(hostile)
    job = captured(client, factory, orjson.dumps(whole), "proceed")
    assert (job["success"], job["running"]) == (False, False)
    assert {error["index"] for error in job["errors"]} <= {1, None}


@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"])
def test_capture__a_moment_beyond_all_years__is_told(door: Door, moment: str) -> None:
    _, client, factory = door
    hostile = _numbered(44, eventTime=moment)
    assert client.post("/epcis/events", json=hostile, headers=factory).json()["code"] == "epcis-event-invalid"
    hostile["errorDeclaration"] = {"declarationTime": moment}
    assert client.post("/epcis/events", json=hostile, headers=factory).status_code == 400


def test_capture__a_result_without_a_date__is_told(door: Door) -> None:
    _, client, factory = door
    results = {"queryName": "x", "resultsBody": {"eventList": [_numbered(45)]}}
    wrong = {"type": "EPCISQueryDocument", "creationDate": 5, "epcisBody": {"queryResults": results}}
    job = captured(client, factory, orjson.dumps({**orjson.loads(document()), **wrong}))
    assert [error["code"] for error in job["errors"]] == ["epcis-document-unreadable"]


def test_capture__deep_nesting__is_taken_or_told(door: Door) -> None:
    _, client, factory = door
    for depth in (100, 300, 900):
        deep: Any = "end"
        for _ in range(depth):
            deep = {"example:in": deep}
        whole = orjson.loads(document(_numbered(18)))
        whole["epcisBody"]["eventList"][0]["example:deep"] = deep
        job = captured(client, factory, json.dumps(whole).encode(), "proceed")
        assert job["success"] or job["errors"][0]["rule"] != "internal"


def test_capture__too_large__is_refused_with_the_limits(door: Door) -> None:
    _, client, factory = door
    many = json.dumps({"type": "EPCISDocument", "epcisBody": {"eventList": [1] * 10_001}}).encode()
    answer = client.post("/epcis/capture", content=many, headers={**JSON, **factory})
    assert (answer.status_code, answer.headers["GS1-EPCIS-Capture-Limit"]) == (413, "10000")
    huge = client.post("/epcis/capture", content=b" " * ((10 << 20) + 1), headers={**JSON, **factory})
    assert huge.status_code == 413


def test_capture__by_a_stranger__is_refused(door: Door) -> None:
    _, client, factory = door
    assert client.post("/epcis/capture", content=document(_numbered(19)), headers=JSON).status_code == 401
    assert client.get("/epcis/events").json()["type"] == "epcisException:SecurityException"
    job = captured(client, factory, document(_numbered(19)))
    hospital = signed(client, "hospital")
    assert client.get(f"/epcis/capture/{job['captureID']}", headers=hospital).status_code == 404


def test_anchor__an_observation__is_proved_on_the_chain(door: Door) -> None:
    node, client, factory = door
    answer = client.post("/epcis/events", json=_numbered(20), headers=factory)
    name = answer.json()["eventID"]
    proof = _proof(client, factory, name)
    siblings = [bytes.fromhex(each[2:]) for each in proof["proof"]]
    digest = bytes.fromhex(proof["digest"][2:])
    assert proves(bytes.fromhex(proof["root"][2:]), digest, siblings)
    assert leaf_of(digest).hex() == proof["leaf"][2:]

    async def on_chain() -> tuple[Any, ...]:
        ask = node.contracts.ask
        client_, member, batch = node.clients["care"], cast.member("factory"), proof["batch"]
        (root,) = await ask(client_, "Epcis", "anchored", member, batch)
        (told,) = await ask(client_, "Epcis", "proves", member, batch, proof["digest"], proof["proof"])
        (other,) = await ask(client_, "Epcis", "proves", member, batch, "0x" + "11" * 32, proof["proof"])
        return root, told, other

    assert client.portal is not None
    root, told, other = client.portal.call(on_chain)
    assert (root, told, other) == (Hash32(proof["root"]), True, False)


def test_anchor__a_batch_out_of_turn__is_refused_by_the_contract(door: Door) -> None:
    node, client, factory = door
    proof = _proof(client, factory, client.post("/epcis/events", json=_numbered(21), headers=factory).json()["eventID"])
    calls, account = EpcisCalls(node.contracts, node.clients["care"]), cast.officer("factory").address

    async def refuse(batch: int, root: bytes) -> None:
        await node.sender.check([calls.anchor(root, 1, batch)], account)

    assert client.portal is not None
    with pytest.raises(WrongBatch):
        client.portal.call(refuse, proof["batch"] + 5, b"\1" * 32)
    last = client.portal.call(calls.last_batch, cast.member("factory"))
    with pytest.raises(AnchoredAlready):
        client.portal.call(refuse, last + 1, bytes.fromhex(proof["root"][2:]))


def test_restart__a_job_handed_in_before__is_carried_out(tmp_path: Path) -> None:
    with open_door(tmp_path) as (node, client):
        factory = signed(client, "factory")
        assert client.portal is not None
        client.portal.call(node.epcis.capture.stop)
        headers = {**JSON, **factory}
        place = client.post("/epcis/capture", content=document(_numbered(30)), headers=headers).headers["Location"]
        assert client.get(place, headers=factory).json()["running"] is True
    with open_door(tmp_path) as (_, client):
        factory = signed(client, "factory")
        assert finished(client, factory, place)["tcm:captured"] == 1
        assert len(asked(client, factory)) == 1


def test_restart__a_batch_kept_and_not_sent__is_anchored_as_it_was(tmp_path: Path) -> None:
    with open_door(tmp_path, served=("factory",), epcis_anchor_seconds=600) as (node, client):
        factory = signed(client, "factory")
        name = client.post("/epcis/events", json=_numbered(31), headers=factory).json()["eventID"]
        anchoring = node.epcis.anchoring
        assert client.portal is not None
        client.portal.call(anchoring.stop)
        client.portal.call(anchoring._next, cast.member("factory"), True)
        assert client.get(f"{path_of(name)}/proof", headers=factory).status_code == 409
    with open_door(tmp_path, served=("factory",)) as (_, client):
        factory = signed(client, "factory")
        assert _proof(client, factory, name)["batch"] == 1


def test_restart__a_member_that_cannot_anchor__holds_no_other_up(tmp_path: Path) -> None:
    with open_door(tmp_path, served=("factory",), epcis_anchor_seconds=600) as (node, client):
        client.post("/epcis/events", json=_numbered(32), headers=signed(client, "factory"))
        anchoring = node.epcis.anchoring
        assert client.portal is not None
        client.portal.call(anchoring.stop)
        client.portal.call(anchoring._next, cast.member("factory"), True)
        (tmp_path / "keystore" / "service-factory.json").unlink()
    with open_door(tmp_path, served=("hospital",)) as (_, client):
        hospital = signed(client, "hospital")
        name = client.post("/epcis/events", json=_numbered(33), headers=hospital).json()["eventID"]
        assert _proof(client, hospital, name)["batch"] == 1


@pytest.mark.parametrize("count", [1, 2, 3, 7, 1000])
def test_tree_of__any_number_of_leaves__proves_each_and_no_other(count: int) -> None:
    digests = [number.to_bytes(32, "big") for number in range(count)]
    rows = tree_of(digests)
    for position in range(0, count, max(1, count // 7)):
        proof = proof_of(rows, position)
        assert proves(root_of(rows), digests[position], proof)
        assert not proves(root_of(rows), b"\xff" * 32, proof)


def test_tree_of__nothing__is_refused() -> None:
    with pytest.raises(ValueError, match="nothing"):
        tree_of([])

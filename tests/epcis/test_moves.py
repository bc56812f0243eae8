"""Events that move goods: steps of the ledger, in order, all or none, once and no more."""

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient
from tests.epcis.door import asked, captured, open_door, path_of, signed
from tests.epcis.examples import document, event

from tcmchain.chain.calls import Call
from tcmchain.epcis.service.writing import own_lot
from tcmchain.example import cast
from tcmchain.node import Node
from tcmchain.provenance.model.steps import Observation, StepKind
from tcmchain.provenance.service.steps import deed
from tcmchain.values import FormId, LotId, Milligrams, UnixTime

pytestmark = pytest.mark.engine
Ledger = tuple[Node, TestClient, dict[str, str], str]
_KG = 1_000_000
_SEEN = "urn:epc:id:sgtin:4012345.011111.990"
_HAPPENED = "2026-03-04T11:00:30.000+08:00"


async def _take(node: Node, key: str, calls: Sequence[Call]) -> None:
    signer = cast.officer(key)
    for call in calls:
        await node.sender.check([call], signer.address)
        (tx,) = await node.sender.send([call], signer)
        await node.index.wait("care", (await node.sender.wait("care", tx)).block)


async def _prepare(node: Node) -> str:
    """Forms, and a quota of the grower's."""
    await _take(node, "certifier", node.steps.declare_terms())
    fresh, grower = FormId("huangqi.fresh"), cast.member("grower")
    last = UnixTime(2_000_000_000)
    await _take(node, "certifier", node.steps.certify_quota("Q-1", grower, fresh, Milligrams(900 * _KG), last, {}))
    return str(node.ledger.quotas(grower)[0].id)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    with open_door(tmp_path_factory.mktemp("moves"), served=("grower", "hospital")) as (node, client):
        assert client.portal is not None
        quota = client.portal.call(_prepare, node)
        yield node, client, signed(client, "grower"), quota


def _goods(number: str, kilograms: float) -> list[dict[str, Any]]:
    return [{"epcClass": f"urn:tcmchain:lot:huangqi.fresh:{quote(number)}", "quantity": kilograms, "uom": "KGM"}]


def _commissioned(quota: str, number: str, kilograms: float = 10, **members: Any) -> dict[str, Any]:
    return event(
        action="ADD",
        bizStep="commissioning",
        epcList=None,
        quantityList=_goods(number, kilograms),
        eventTime=_HAPPENED,
        **{"tcm:quota": f"urn:tcmchain:quota:{quota}", **members},
    )


def _retired(number: str, kilograms: float, **members: Any) -> dict[str, Any]:
    return event(
        action="DELETE",
        bizStep="destroying",
        epcList=None,
        quantityList=_goods(number, kilograms),
        **members,
    )


def _lot(key: str, number: str) -> LotId:
    return own_lot(cast.member(key), number)


def test_move__a_harvest_and_its_sale_in_one_document__become_steps(ledger: Ledger) -> None:
    node, client, grower, quota = ledger
    shipped = event(
        bizStep="shipping",
        epcList=None,
        quantityList=_goods("H-1", 4),
        bizTransactionList=[{"type": "desadv", "bizTransaction": "urn:tcmchain:desadv:S-1"}],
        **{"tcm:member": f"urn:tcmchain:member:{cast.member('hospital')}"},
    )
    job = captured(client, grower, document(_commissioned(quota, "H-1"), shipped))
    assert (job["success"], job["tcm:moved"]) == (True, 2), job
    kinds = [step.kind for step in node.ledger.steps(lot=_lot("grower", "H-1"))]
    assert set(kinds) == {StepKind.COMMISSIONED, StepKind.SHIPPED}
    holding = next(h for h in node.ledger.holdings(cast.member("grower")) if h.lot.reference == "H-1")
    assert holding.milligrams == 6 * _KG


def test_move__received_by_the_other_member__is_its_stock(ledger: Ledger) -> None:
    node, client, _, _ = ledger
    (shipment,) = node.ledger.shipments(cast.member("hospital"), incoming=True)
    received = event(
        bizStep="receiving", epcList=None, quantityList=None, **{"tcm:shipment": f"urn:tcmchain:shipment:{shipment.id}"}
    )
    received["quantityList"] = [{"epcClass": f"urn:tcmchain:lot:{_lot('grower', 'H-1')}", "quantity": 4, "uom": "KGM"}]
    job = captured(client, signed(client, "hospital"), document(received))
    assert (job["success"], job["tcm:moved"]) == (True, 1), job
    (holding,) = node.ledger.holdings(cast.member("hospital"))
    assert holding.milligrams == 4 * _KG


def test_move__handed_in_again__moves_nothing_more(ledger: Ledger) -> None:
    node, client, grower, quota = ledger
    wanted = document(_commissioned(quota, "H-2"), _retired("H-2", 1))
    assert captured(client, grower, wanted)["tcm:moved"] == 2
    again = captured(client, grower, wanted)
    assert (again["success"], again["tcm:moved"], again["tcm:known"]) == (True, 0, 2)
    holding = next(h for h in node.ledger.holdings(cast.member("grower")) if h.lot.reference == "H-2")
    assert holding.milligrams == 9 * _KG


def test_move__one_refused__takes_none_of_the_document(ledger: Ledger) -> None:
    node, client, grower, quota = ledger
    job = captured(client, grower, document(_commissioned(quota, "H-3"), _retired("H-3", 11), _numbered_seen()))
    assert (job["success"], job["tcm:moved"], job["tcm:captured"]) == (False, 0, 0)
    (error,) = job["errors"]
    assert (error["index"], error["rule"]) == (1, "provenance-insufficient")
    assert _lot("grower", "H-3") not in node.ledger.lots([_lot("grower", "H-3")])


def test_move__one_refused_and_proceed__takes_the_others(ledger: Ledger) -> None:
    node, client, grower, quota = ledger
    wanted = document(_commissioned(quota, "H-4"), _retired("H-4", 11), _retired("H-4", 2), _numbered_seen())
    job = captured(client, grower, wanted, "proceed")
    assert (job["success"], job["tcm:moved"], job["tcm:captured"]) == (False, 2, 3)
    assert [(error["index"], error["rule"]) for error in job["errors"]] == [(1, "provenance-insufficient")]
    holding = next(h for h in node.ledger.holdings(cast.member("grower")) if h.lot.reference == "H-4")
    assert holding.milligrams == 8 * _KG


def test_move__a_single_event__is_refused_as_the_ledger_says(ledger: Ledger) -> None:
    _, client, grower, _ = ledger
    answer = client.post("/epcis/events", json=_retired("H-9", 1), headers=grower)
    assert answer.status_code in (404, 409)
    assert answer.json()["code"].startswith("provenance-")


def test_move__without_a_service_account__is_refused_and_the_rest_kept(ledger: Ledger) -> None:
    _, client, _, _ = ledger
    factory = signed(client, "factory")
    job = captured(client, factory, document(_retired("F-1", 1), _numbered_seen(7)), "proceed")
    assert (job["tcm:captured"], job["errors"][0]["rule"]) == (1, "epcis-no-service-account")


def test_move__declared_wrong__moves_nothing(ledger: Ledger) -> None:
    node, client, grower, quota = ledger
    first = _commissioned(quota, "H-5")
    captured(client, grower, document(first))
    before = len(node.ledger.steps(member=cast.member("grower"), limit=200))
    declared = {**first, "errorDeclaration": {"declarationTime": "2026-03-08T10:00:00Z", "reason": "did_not_occur"}}
    job = captured(client, grower, document(declared))
    assert (job["tcm:captured"], job["tcm:moved"]) == (1, 0)
    assert len(node.ledger.steps(member=cast.member("grower"), limit=200)) == before


def test_move__asked_for_its_proof__names_the_transaction(ledger: Ledger) -> None:
    node, client, grower, quota = ledger
    captured(client, grower, document(_commissioned(quota, "H-6")))
    (step,) = node.ledger.steps(lot=_lot("grower", "H-6"))
    (found,) = asked(client, grower, **{"EQ_urn:tcmchain:epcis:quota": f"urn:tcmchain:quota:{quota}", "perPage": "1"})
    answer = client.get(f"{path_of(found['eventID'])}/proof", headers=grower)
    assert (answer.status_code, answer.json()["tx"]) == (409, step.tx)


def test_move__the_node_stopped_between_ledger_and_store__is_found_again(ledger: Ledger) -> None:
    node, client, grower, quota = ledger
    capture, mover = node.epcis.capture, node.epcis.capture._mover
    sent: list[int] = []

    class Dying:
        """Takes the steps, and is gone before anybody hears of it."""

        async def move(self, *given: Any) -> Any:
            sent.append(len(given[1]))
            await mover.move(*given)
            raise ConnectionAbortedError

        async def found(self, *given: Any) -> Any:
            return await mover.found(*given)

    capture._mover = Dying()
    try:
        with pytest.raises(ConnectionAbortedError):
            client.post("/epcis/events", json=_commissioned(quota, "H-7"), headers=grower)
    finally:
        capture._mover = mover
    job = captured(client, grower, document(_commissioned(quota, "H-7")))
    assert (job["success"], job["tcm:moved"], sent) == (True, 1, [1]), job
    assert len(node.ledger.steps(lot=_lot("grower", "H-7"))) == 1


def test_move__more_than_one_transaction_takes__cannot_be_rolled_back(ledger: Ledger) -> None:
    _, client, grower, _ = ledger
    many = [_retired("H-1", 1, **{"tcm:note": str(number)}) for number in range(201)]
    job = captured(client, grower, document(*many))
    assert (job["success"], job["tcm:moved"]) == (False, 0)
    assert {error["rule"] for error in job["errors"]} == {"epcis-too-many-moves"}


def test_own_lot__of_a_number__is_the_contracts(ledger: Ledger) -> None:
    node, client, grower, quota = ledger
    captured(client, grower, document(_commissioned(quota, "甲-8")))
    assert node.ledger.lot(_lot("grower", "甲-8")).reference == "甲-8"


def _numbered_seen(number: int = 1) -> dict[str, Any]:
    return event(epcList=[f"urn:epc:id:sgtin:4012345.011111.{number}"], eventTime="2026-03-05T11:00:30.000+08:00")


def test_ask__the_ledger_itself__is_answered_in_events(ledger: Ledger) -> None:
    node, client, grower, quota = ledger
    captured(client, grower, document(_commissioned(quota, "H-10"), _numbered_seen(3)))
    own = asked(client, grower, **{"tcm:source": "ledger", "perPage": "200"})
    steps = [step for step in node.ledger.steps(limit=200) if step.movements]
    assert len(own) == len(steps) > 3
    assert {each["bizStep"] for each in own} >= {"commissioning", "shipping", "receiving", "destroying"}
    assert all(each["tcm:step"].startswith("0x") and "recordTime" in each for each in own)
    shipped = asked(client, grower, **{"tcm:source": "ledger", "EQ_bizStep": "shipping"})
    assert [each["bizStep"] for each in shipped] == ["shipping"]


def test_ask__both_at_once__tells_a_captured_step_once(ledger: Ledger) -> None:
    _, client, grower, _ = ledger
    address, seen = "/epcis/events?tcm:source=all&perPage=7", []
    for _ in range(40):
        answer = client.get(address, headers=grower)
        assert answer.status_code == 200, answer.text
        seen += [e["eventID"] for e in answer.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]]
        if "Link" not in answer.headers:
            break
        address = answer.headers["Link"].partition(">")[0][1:]
    there = [e["eventID"] for e in asked(client, grower, perPage="1000")]
    own = asked(client, grower, **{"tcm:source": "ledger", "perPage": "1000"})
    assert len(seen) == len(there) + sum("epcis" not in each.replace(":epcis:", "") for each in map(_facts, own))
    # The one that was declared wrong shares its id with the declaration.
    assert len(set(seen)) == len(seen) - 1


def test_ask__the_ledger_in_another_order__is_refused(ledger: Ledger) -> None:
    _, client, grower, _ = ledger
    parameters = {"tcm:source": "ledger", "orderBy": "eventTime"}
    assert client.get("/epcis/events", params=parameters, headers=grower).status_code == 400


def test_ask__the_ledger_for_a_number__names_what_to_ask_by(ledger: Ledger) -> None:
    _, client, grower, _ = ledger
    parameters = {"tcm:source": "ledger", "eventCountLimit": 3}
    told = client.get("/epcis/events", params=parameters, headers=grower).json()
    assert (told["parameter"], told["expected"]) == ("eventCountLimit", "perPage")


def _facts(event_: dict[str, Any]) -> str:
    return " ".join(name for name in (*event_, *event_.get("ilmd", {})))


def test_ask__a_step_that_borrows_an_events_digest__is_told_all_the_same(ledger: Ledger) -> None:
    node, client, grower, quota = ledger
    captured(client, grower, document(_commissioned(quota, "H-90"), event(epcList=[_SEEN])))
    (seen,) = asked(client, grower, MATCH_epc=_SEEN)
    done = deed(UnixTime(1_772_600_000), {"epcis": seen["eventID"][14:78]})
    calls = node.steps.observe(_lot("grower", "H-90"), Observation.STORAGE, True, done)
    assert client.portal is not None
    client.portal.call(_take, node, "grower", calls)
    for source, times in (("ledger", 2), ("all", 2)):
        told = asked(client, grower, **{"tcm:source": source, "perPage": 100})
        lot = f"/provenance/lots/{_lot('grower', 'H-90')}"
        about = [
            e for e in told for element in e.get("quantityList", ()) if element["epcClass"].endswith((lot, "H-90"))
        ]
        assert len(about) == times

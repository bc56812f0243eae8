"""The mission's first flow: a precious herb over nine hands, and a patient who checks it."""

from datetime import UTC, datetime

import httpx
import pytest

from tcmchain.example import cast
from tcmchain.example.ginseng import PATIENT_CODE
from tcmchain.example.stage import commitment
from tcmchain.sdk import TcmChain

pytestmark = pytest.mark.engine

HANDS = ("grower", "neighbour", "merchant", "factory", "lab", "distributor", "hospital", "clinic")


@pytest.fixture(scope="module")
def certificate(node: str) -> dict:
    lots = httpx.get(f"{node}/api/provenance/lots", params={"q": "红参片"}).json()["lots"]
    packed = next(lot for lot in lots if lot["reference"].startswith("HS"))
    return httpx.get(f"{node}/api/provenance/lots/{packed['id']}/certificate").json()


def test_follow_herb__over_nine_hands__each_has_left_its_step(certificate: dict) -> None:
    acted = {step["member"] for step in certificate["steps"]}
    assert {cast.member(hand) for hand in HANDS} <= acted
    last = certificate["steps"][-1]
    assert (last["kind"], last["digest"]) == ("dispensed", commitment(PATIENT_CODE))


def test_follow_herb__back_to_the_field__finds_both_growers_plots(certificate: dict) -> None:
    assert {quota["grower"] for quota in certificate["quotas"]} == {cast.member("grower"), cast.member("neighbour")}
    harvests = [step for step in certificate["steps"] if step["kind"] == "commissioned"]
    assert {step["facts"]["plot"] for step in harvests} == {"FS-A12", "FS-B07"}
    assert all("picked" in step["facts"] for step in harvests)


def test_weigh_herb__every_lot_on_the_way__is_all_accounted_for(node: str, certificate: dict) -> None:
    for lot in certificate["lots"]:
        balance = httpx.get(f"{node}/api/provenance/lots/{lot['id']}/certificate").json()["balance"]
        assert balance["closes"], lot["reference"]
        assert balance["made"] == lot["made"]


def test_trust_herb__every_step__stands_in_a_block_of_the_chain(node: str, certificate: dict) -> None:
    for step in certificate["steps"]:
        asked = {"jsonrpc": "2.0", "id": 1, "method": "eth_getTransactionReceipt", "params": [step["tx"]]}
        receipt = httpx.post(f"{node}/rpc/care", json=asked).json()["result"]
        assert receipt["status"] == "0x1"
        assert int(receipt["blockNumber"], 16) == step["block"]


@pytest.mark.parametrize(("language", "words"), [("zh", "中药材溯源证书"), ("en", "Beigang Ginseng Growers")])
def test_read_certificate__in_the_readers_language__tells_the_way(
    node: str, certificate: dict, language: str, words: str
) -> None:
    page = httpx.get(node + certificate["lot"]["path"], params={"lang": language})
    assert page.status_code == 200
    assert words in page.text
    assert certificate["lot"]["code"] in page.text


def test_read_chain__for_a_person__finds_nobody(node: str, certificate: dict) -> None:
    assert PATIENT_CODE not in httpx.get(f"{node}/api/provenance/lots/{certificate['lot']['id']}/certificate").text


async def test_count_stock__of_the_hospital__adds_up_on_every_day(node: str) -> None:
    async with TcmChain(node, cast.officer("hospital")) as hospital:
        today = await hospital.provenance.stock()
        assert len(today) >= 13
        for line in today:
            assert line["opening"] + line["came_in"] == line["stored"]
            assert line["stored"] - line["went_out"] == line["left"]
        steps = await hospital.http.get("/api/provenance/steps", member=cast.member("hospital"), limit=200)
        days = sorted({step["happened"] // 86_400 * 86_400 for step in steps})
        before = None
        for day in days[:: max(1, len(days) // 6)]:
            text = f"{_iso(day)}"
            then = {line["form"]: line for line in await hospital.provenance.stock(end=text)}
            if before is not None:
                since = {line["form"]: line for line in await hospital.provenance.stock(start=_next(before), end=text)}
                for form, line in since.items():
                    assert line["left"] == then[form]["left"]
            before = day


async def test_dispense__first_expired_first_out__is_proposed_and_warned_of(node: str) -> None:
    async with TcmChain(node, cast.officer("hospital")) as hospital:
        picks = await hospital.provenance.propose("danggui.sliced", "100 g")
        assert sum(pick["milligrams"] for pick in picks) == 100_000
        expiring = await hospital.http.get("/api/provenance/expiring", days=90)
        assert {held["lot"]["form"] for held in expiring} == {"danggui.sliced"}


async def test_admit_clinic__by_vote__stands_on_every_chain(node: str) -> None:
    async with TcmChain(node) as anybody:
        clinic = await anybody.members.member(cast.member("clinic"))
        assert clinic.kind.word == "Clinic"
        carried = (await anybody.members.motions())[0]
        assert set(carried.carried) == {"care", "pharmacy", "resources"}


def _iso(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()


def _next(seconds: int) -> str:
    return _iso(seconds + 86_400)

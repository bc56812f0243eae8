"""Reviews and earnings through a node's doors: SDK, terminal, table, texts for other nodes."""

import asyncio
import csv
import io
import re
import time
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest
import uvicorn
from tests.patients.world import free_port
from tests.reviews.scene import NAME, Scene, member_of, patient
from typer.testing import CliRunner

from tcmchain.app import create_app
from tcmchain.chain.keystore import open_keystore
from tcmchain.cli import app as terminal
from tcmchain.example import cast
from tcmchain.reviews.client import ReviewsClient
from tcmchain.reviews.model import errors
from tcmchain.rewards.client import RewardsClient
from tcmchain.rewards.model.errors import NothingToClaim
from tcmchain.web.askings import Askings
from tcmchain.web.http import NodeHttp
from tcmchain.web.nonces import NonceStore

pytestmark = pytest.mark.engine
T = TypeVar("T")


class Doors:
    """The scene's node at an address."""

    def __init__(self, scene: Scene, url: str) -> None:
        self.scene = scene
        self.url = url

    def reviews(self, work: Any, signer: Any = None) -> Any:
        return _run(self._with(work, signer, ReviewsClient))

    def rewards(self, work: Any, signer: Any = None) -> Any:
        return _run(self._with(work, signer, RewardsClient))

    def type(self, *words: str) -> str:
        """What the terminal answers."""
        found = CliRunner().invoke(terminal, [*words, "--node", self.url])
        assert found.exit_code == 0, found.output
        return found.output

    async def _with(self, work: Any, signer: Any, client: Any) -> Any:
        async with NodeHttp(self.url, signer) as http:
            return await work(client(http))


def _run(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(work)


@pytest.fixture(scope="module")
def doors(scene: Scene, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    port = free_port()
    url, app = f"http://127.0.0.1:{port}", create_app(scene.running.node)
    app.state.askings = Askings([url], NonceStore(tmp_path_factory.mktemp("doors") / "askings.db"))
    server = uvicorn.Server(uvicorn.Config(app, "127.0.0.1", port, lifespan="off", log_level="warning"))
    serving = asyncio.run_coroutine_threadsafe(server.serve(), scene.running._loop)
    while not server.started:
        assert not serving.done()
        time.sleep(0.02)
    yield Doors(scene, url)
    server.should_exit = True
    serving.result(20)


def test_review__by_the_sdk__goes_the_whole_way(doors: Doors) -> None:
    scene, formula = doors.scene, doors.scene.formula(21)
    prescription, keys = scene.dispense(patient(21))
    pharmacist = cast.operator("pharmacy")
    assert doors.reviews(lambda c: c.leave_note(prescription, formula, 1, 1, NAME), pharmacist)
    assert not doors.reviews(lambda c: c.leave_note(prescription, formula, 1, 1, "别人"), pharmacist)
    with pytest.raises(errors.NotDispenser):
        doors.reviews(lambda c: c.leave_note(prescription, formula, 1, 1, NAME), cast.operator("hospital"))
    with pytest.raises(errors.NameDiffers):
        doors.reviews(lambda c: c.ask_voucher(keys, "王秀兰"))
    voucher = doors.reviews(lambda c: c.ask_voucher(keys, NAME))
    scene.carried()
    scene.forward(1.01)
    said = {
        "rating": 4,
        "before": 60,
        "afterwards": 6,
        "words": "=好",
        "herbs": {"gancao": "helped"},
        "full_name": True,
    }
    review = doors.reviews(lambda c: c.write(keys, voucher, NAME, **said))
    told = doors.reviews(lambda c: c.review(review))
    assert (told["name"]["shown"], told["outcome"], told["verified"]) == (NAME, "marked", True)
    page = doors.reviews(lambda c: c.reviews(formula, "best"))
    assert page["summary"]["evidence"]["n"] == len(page["reviews"]) == 1
    assert doors.reviews(lambda c: c.ranking([formula]))[0]["effective"] == 1
    rows = list(csv.reader(io.StringIO(httpx.get(f"{doors.url}/api/reviews/formulas/{formula}/table").text)))
    assert rows[1][rows[0].index("words")] == "'=好"
    text = httpx.get(f"{doors.url}/api/reviews/texts/{told['content']}")
    assert text.json()["name"] == NAME
    doors.reviews(lambda c: c.erase(keys))
    assert httpx.get(f"{doors.url}/api/reviews/texts/{told['content']}").status_code == 410
    assert doors.reviews(lambda c: c.review(review))["name"] is None


def test_report__harm_at_the_doors__is_answered(doors: Doors) -> None:
    formula = doors.scene.formula(22)
    physician, regulator = cast.operator("hospital"), cast.officer("regulator")
    doors.reviews(lambda c: c.report_harm_seen(formula, 1, "moderate", "服后皮疹"), physician)
    (one,) = doors.reviews(lambda c: c.harms(formula))
    assert (one["severity"], one["words"], one["answers"]) == ("moderate", "服后皮疹", [])
    doors.reviews(lambda c: c.answer_harm(one["id"], "已记录"), regulator)
    (after,) = doors.reviews(lambda c: c.harms(formula, answered=True))
    assert after["answers"][0]["statement"] == "已记录"
    with pytest.raises(errors.MayNotAct):
        doors.reviews(lambda c: c.report_harm_seen(formula, 1, "mild", "头晕"), regulator)


def test_bear_witness__more_than_was_seen__is_refused(doors: Doors) -> None:
    member = member_of("pharmacy")
    seen = doors.scene.reviewing.reviews.standing(member).dispensed
    assert len(doors.reviews(lambda c: c.bear_witness(member, seen))) == 3
    with pytest.raises(errors.NotSeen):
        doors.reviews(lambda c: c.bear_witness(member, seen + 1))


def test_claim__at_the_doors__is_paid(doors: Doors) -> None:
    keys = doors.scene.reviewed(doors.scene.formula(23), patient(23))
    account = keys.signer.address
    with pytest.raises(NothingToClaim):
        doors.rewards(lambda c: c.claim(account))
    doors.scene.forward(30.1)
    assert doors.rewards(lambda c: c.claim(account)) == 2_000
    found = doors.rewards(lambda c: c.earned(account))
    assert (found["paid"], found["claimable"], found["earnings"][0]["state"]) == (2_000, 0, "vested")


def test_type__commands_of_reviews_and_earnings__answer(
    doors: Doors, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keystore = open_keystore(tmp_path)
    for key, signer in (("lab", cast.service_key("lab")), ("hospital", cast.service_key("hospital"))):
        keystore.take_in(key, signer)
    monkeypatch.setenv("TCMCHAIN_HOME", str(tmp_path))
    formula = doors.scene.formula(24)
    keys = doors.scene.reviewed(formula, patient(24), words="气短好转")
    told = doors.type("reviews", "list", formula)
    assert "气短好转" in told
    assert re.search("^0x[0-9a-f]{64}$", told, re.MULTILINE)
    assert "1" in doors.type("reviews", "counts")
    reported = ("--version", "1", "--severity", "severe", "--words", "口舌发麻")
    assert "reported" in doors.type("reviews", "report-harm", formula, *reported, "--account", "hospital")
    told_of_harm = doors.type("reviews", "harms", "--formula", formula).splitlines()
    assert "severe" in told_of_harm[0]
    assert re.fullmatch("0x[0-9a-f]{64}", told_of_harm[2].strip())
    assert "vesting" in doors.type("rewards", "earnings", keys.signer.address)
    (earning,) = doors.scene.earnings.about(keys.nullifier)
    wish = ("rewards", "claw-back", earning.id, "--reason", "虚假", "--account", "lab")
    assert "voted" in doors.type(*wish)
    (told,) = httpx.get(f"{doors.url}/api/rewards/earnings/{earning.id}/wishes").json()
    assert told["member"] == member_of("lab")

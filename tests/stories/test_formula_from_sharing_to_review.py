"""A formula is shared, asked about, prescribed with two signatures, dispensed elsewhere, reviewed and paid for."""

from collections.abc import AsyncIterator
from datetime import datetime

import httpx
import pytest
from typer.testing import CliRunner

from tcmchain.consultations.cli import app
from tcmchain.errors import Conflict, NotPermitted
from tcmchain.example import cast, dispensing, pharmacy
from tcmchain.example.care import physician
from tcmchain.example.stage import Stage
from tcmchain.reviews.client.keys import ReviewKeys
from tcmchain.values import FormulaId, Hash32, MemberId

pytestmark = pytest.mark.engine


@pytest.fixture
async def stage(node: str, began: datetime) -> AsyncIterator[Stage]:
    found = Stage(node, began)
    yield found
    await found.close()


async def _formula(stage: Stage) -> FormulaId:
    found = await pharmacy.shared(physician(stage, pharmacy.PHYSICIAN), pharmacy.LICENSED)
    assert found is not None
    return found


async def test_share__folk_formula__doses_only_for_licences_and_signed(stage: Stage) -> None:
    giver, reader = stage.signing(cast.PERSONS[pharmacy.FOLK].signer), physician(stage, pharmacy.COLLEAGUE)
    folk = await pharmacy.shared(giver, pharmacy.FOLK_FORMULA)
    assert folk is not None
    found = await giver.formulas.formula(folk)
    assert (found["formula"]["class"], found["formula"]["approved"]) == ("folk", True)
    assert all(line["words"] is None for line in found["document"]["ingredients"])
    opened = await reader.formulas.doses(folk, 1)
    assert "10g" in str(opened)
    with pytest.raises(NotPermitted):
        await stage.acting("grower").formulas.doses(folk, 1)


async def test_ask__answered_and_helped__found_by_words_pinyin_and_formula(stage: Stage) -> None:
    reader, formula = stage.acting("grower"), await _formula(stage)
    [question] = (await reader.consultations.search(formula=formula))["questions"]
    assert question["state"] == "helped"
    for words in ("中风后流口水", "走路拖步", "kou jiao liu xian", "针灸"):
        found = (await reader.consultations.search(words))["questions"]
        assert question["id"] in [one["id"] for one in found], words
    similar = await reader.consultations.similar("老人中风半年，右边手脚没力气，说话含糊")
    assert question["id"] in [one["id"] for one in similar]
    [answer] = (await reader.consultations.read(question["id"]))["given"]
    assert (answer["formula"], answer["version"], answer["helped"]) == (formula, 1, True)
    # The pseudonym is the asker's alone: no account of the story has it.
    everybody = {who.signer.address for who in cast.PERSONS.values()}
    assert question["asker"] not in everybody | {cast.officer(actor.key).address for actor in cast.ACTORS}


async def test_prescribe__dose_four_times_the_printed__signed_by_two_and_dispensed_elsewhere(stage: Stage) -> None:
    doctor = physician(stage, pharmacy.PHYSICIAN)
    [rules] = await doctor.prescriptions.rules()
    assert rules["version"] == 1
    [right] = await doctor.prescriptions.prescriptions(prescriber=doctor.http.key().address, state="dispensed")
    assert right["member"] == cast.member("hospital")
    assert right["fulfilment"]["member"] == cast.member("pharmacy")
    [override] = right["overrides"]
    assert override["second"]
    assert right["missing"] == 0


async def test_dispense__used_up__not_issued_to_anybody_again(stage: Stage) -> None:
    doctor = physician(stage, pharmacy.PHYSICIAN)
    [right] = await doctor.prescriptions.prescriptions(prescriber=doctor.http.key().address, state="dispensed")
    with pytest.raises(Conflict):
        await doctor.prescriptions.cancel(right["id"])
    with pytest.raises(Conflict):
        await physician(stage, pharmacy.COLLEAGUE).prescriptions.countersign(right["id"])


async def test_review__after_the_course__masked_name_verified_once(stage: Stage) -> None:
    formula, reader = await _formula(stage), stage.acting("grower")
    page = await reader.reviews.reviews(formula)
    [review] = page["reviews"]
    assert (review["rating"], review["before"], review["afterwards"]) == (4, 70, 45)
    assert review["member"] == cast.member("pharmacy")
    assert dispensing.NAME not in str(page)
    assert review["name"]["shown"] == "王**"
    assert review["verified"]
    standings = {MemberId(one["member"]): one for one in await reader.reviews.standings()}
    mine = standings[cast.member("pharmacy")]
    assert (mine["dispensed"], mine["tallied"], mine["used"]) == (1, 1, 1)


async def test_review__asked_for_again__same_voucher_and_no_second_review(stage: Stage) -> None:
    doctor = physician(stage, pharmacy.PHYSICIAN)
    [right] = await doctor.prescriptions.prescriptions(prescriber=doctor.http.key().address, state="dispensed")
    keys = ReviewKeys(cast.PERSONS["patient"].seed, Hash32(right["id"]))
    patient = stage.signing(keys.signer)
    voucher = await patient.reviews.ask_voucher(keys, dispensing.NAME)
    assert voucher["nullifier"] == keys.nullifier
    with pytest.raises(Conflict):
        await patient.reviews.write(keys, voucher, dispensing.NAME, 5, 70, 10)


async def test_earn__shared_and_reviewed__vests_later(stage: Stage) -> None:
    reader, formula = stage.acting("grower"), await _formula(stage)
    shared = await reader.rewards.earned(cast.PERSONS[pharmacy.PHYSICIAN].signer.address)
    assert [(one["amount"], one["state"]) for one in shared["earnings"] if one["about"] == formula] == [
        (50_000, "vesting")
    ]
    assert shared["claimable"] == 0
    [review] = (await reader.reviews.reviews(formula))["reviews"]
    assert (await reader.rewards.earned(review["reviewer"]))["vesting"] == 2_000


async def test_harm__reported_by_a_physician__answered_by_the_regulator(stage: Stage) -> None:
    [harm] = await stage.acting("grower").reviews.harms(await _formula(stage))
    assert harm["severity"] == "mild"
    assert len(harm["answers"]) == 1


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_look__pages_of_the_story__all_there(stage: Stage, language: str) -> None:
    formula = await _formula(stage)
    [question] = (await stage.acting("grower").consultations.search(formula=formula))["questions"]
    paths = ("/consultations", "/consultations/ask", f"/consultations/{question['id']}", f"/formulas/{formula}")
    async with httpx.AsyncClient(base_url=stage.url) as http:
        for path in (*paths, f"/consultations?formula={formula}", "/consultations?q=中风"):
            answer = await http.get(path, params={"lang": language}, headers={"Accept": "text/html"})
            assert answer.status_code == 200, path


def test_type__at_the_terminal__question_found_and_shown(node: str) -> None:
    found = CliRunner().invoke(app, ["search", "走路拖步", "--state", "helped", "--node", node])
    assert found.exit_code == 0, found.output
    assert "1 / 1" in found.output
    [question] = httpx.get(f"{node}/api/consultations/questions", params={"q": "走路拖步"}).json()["questions"]
    shown = CliRunner().invoke(app, ["show", question["id"], "--node", node])
    assert "补气行血" in shown.output
    assert "helped" in shown.output

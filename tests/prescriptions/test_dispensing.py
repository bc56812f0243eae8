"""On a whole node: issued once, dispensed once, by whoever holds the slip, out of the lots in one transaction."""

import asyncio
import time
from typing import Any

import httpx
import pytest
from tests.formulas.village import LICENSED, Village
from tests.prescriptions.counter import ATTENDING, DAY, NAME, PHARMACIST, SECOND, STRANGER, Counter
from tests.prescriptions.sheets import sheet

from tcmchain.chain.signers import LocalSigner
from tcmchain.chain.typed_data import TypedData
from tcmchain.errors import TcmChainError
from tcmchain.example import cast
from tcmchain.prescriptions.client import Draft, PrescriptionsClient
from tcmchain.prescriptions.client.sealing import slip_signer
from tcmchain.prescriptions.model import errors, refusals
from tcmchain.prescriptions.model.agreement import rules_due
from tcmchain.prescriptions.model.document import Followed
from tcmchain.prescriptions.model.reading import document_of
from tcmchain.prescriptions.model.slip import Slip
from tcmchain.provenance.contract import Deed
from tcmchain.provenance.model.errors import Insufficient
from tcmchain.provenance.model.recalls import recall_id
from tcmchain.provenance.model.references import read_reference
from tcmchain.values import FormulaId, Hash32, Milligrams, UnixTime
from tcmchain.web.http import NodeHttp

pytestmark = pytest.mark.engine
AT_PHARMACY, AT_RIVERSIDE = cast.officer("pharmacy"), cast.officer("riverside")


def _dispense(counter: Counter, slip: Slip, signer: LocalSigner = AT_PHARMACY, **given: Any) -> dict[str, Any]:
    return counter.as_(signer, lambda client: client.fulfil(slip, **given))


def test_dispense__whole_way__draws_what_expires_first_and_uses_the_right_up(counter: Counter) -> None:
    slip = counter.issue()
    before = {lot: counter.held(lot, "pharmacy") for lot in "ABC"}
    right = _dispense(counter, slip)
    assert right["state"] == "dispensed"
    assert right["fulfilment"]["member"] == cast.member("pharmacy")
    taken = {lot: before[lot] - counter.held(lot, "pharmacy") for lot in "ABC"}
    assert taken == {"A": 0, "B": 90_000, "C": 18_000}
    with pytest.raises(refusals.DispensedAlready):
        _dispense(counter, slip)
    with pytest.raises(refusals.DispensedAlready):
        _dispense(counter, slip, AT_RIVERSIDE)


def test_open__with_the_slip__gives_what_was_sealed(counter: Counter) -> None:
    slip = counter.issue()
    document = counter.as_(STRANGER, lambda client: client.open(slip))
    assert (document.patient, document.rules) == (NAME, 1)
    assert [line["herb"] for line in document.prescription["lines"]] == ["huangqi", "danggui"]
    assert counter.as_(STRANGER, lambda client: client.replay(document))["same"] is True
    with pytest.raises(refusals.NotOpened):
        counter.as_(STRANGER, lambda client: client.open(Slip(slip.id, b"\x01" * 32)))


def test_dispense__another_slips_key__is_refused(counter: Counter) -> None:
    slip = counter.issue()
    with pytest.raises(refusals.NotHolder):
        _dispense(counter, Slip(slip.id, b"\x07" * 32), portions=[], commitment=Hash32("0x" + "5c" * 32))
    with pytest.raises(refusals.WrongKindOfMember):
        _dispense(counter, slip, STRANGER, portions=[])
    with pytest.raises(refusals.WrongKindOfMember):
        _dispense(counter, slip, cast.officer("grower"), portions=[])


def test_dispense__signed_for_another_pharmacy__is_refused(counter: Counter) -> None:
    """The slip's signature names the member: whoever overhears it can do nothing with it."""
    slip = counter.issue()

    async def overhear(client: PrescriptionsClient) -> dict[str, Any]:
        commitment = "0x" + "5c" * 32
        typed = await client._http.post(f"/api/prescriptions/{slip.id}/dispensing/typed", {"commitment": commitment})
        return {"typed": typed["typed"], "commitment": commitment}

    heard = counter.as_(AT_PHARMACY, overhear)
    signature = slip_signer(slip.secret).sign_typed_data(TypedData.from_json(heard["typed"]))
    body = {"commitment": heard["commitment"], "portions": [], "signature": signature, "happened": int(time.time())}
    with pytest.raises(refusals.NotHolder):
        counter.as_(
            AT_RIVERSIDE,
            lambda client: client._http.write(f"/api/prescriptions/{slip.id}/dispensing", body),
        )


def test_dispense__more_than_is_held__uses_nothing_up(counter: Counter) -> None:
    slip = counter.issue()
    before = counter.held("A", "pharmacy"), counter.held("C", "pharmacy")
    too_much = [(counter.lots["A"], Milligrams(10_000)), (counter.lots["C"], Milligrams(10_000_000))]
    with pytest.raises(Insufficient):
        _dispense(counter, slip, portions=too_much)
    assert (counter.held("A", "pharmacy"), counter.held("C", "pharmacy")) == before
    assert _dispense(counter, slip)["state"] == "dispensed"


def test_dispense__two_pharmacies_at_once__one_wins(counter: Counter) -> None:
    slip = counter.issue()
    shelves = counter.held("B", "pharmacy") + counter.held("B", "riverside")

    async def both() -> list[dict[str, Any] | BaseException]:
        async def one(signer: LocalSigner) -> dict[str, Any]:
            transport = httpx.ASGITransport(counter.app)
            async with NodeHttp("http://localhost:8000", signer, transport=transport) as http:
                return await PrescriptionsClient(http).fulfil(slip)

        return await asyncio.gather(one(AT_PHARMACY), one(AT_RIVERSIDE), return_exceptions=True)

    answers = counter.running.run(both())
    lost = [one for one in answers if isinstance(one, BaseException)]
    assert len(lost) == 1
    assert isinstance(lost[0], TcmChainError)
    assert counter.held("B", "pharmacy") + counter.held("B", "riverside") == shelves - 90_000


def test_dispense__after_its_time__is_refused(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    slip = counter.issue(hours=1)
    monkeypatch.setattr(counter.running.node.pharmacy.prescriptions.rights, "_now", lambda: time.time() + DAY)
    with pytest.raises(refusals.PrescriptionLapsed):
        _dispense(counter, slip, portions=[])


def test_dispense__first_lot_is_recalled__takes_the_next(counter: Counter) -> None:
    running, recalls, lot = counter.running, counter.running.node.recalls, counter.lots["B"]
    deed = Deed(UnixTime(int(time.time())), {})
    running.take("regulator", recalls.open(cast.member("regulator"), "ZH-41", [lot], False, deed))
    try:
        slip = counter.issue()
        before = counter.held("A", "pharmacy"), counter.held("B", "pharmacy")
        assert _dispense(counter, slip)["state"] == "dispensed"
        assert (counter.held("A", "pharmacy"), counter.held("B", "pharmacy")) == (before[0] - 90_000, before[1])
    finally:
        recall = recall_id(cast.member("regulator"), read_reference("ZH-41"))
        running.take("regulator", recalls.release(recall, [lot], deed))


def test_dispense__shelf_holds_a_part__takes_nothing(counter: Counter) -> None:
    slip = counter.issue("huangqi 30", "danggui 60", reasons=_all("huangqi 30", "danggui 60", counter=counter))
    before = counter.held("C", "riverside")
    with pytest.raises(refusals.StockShort):
        _dispense(counter, slip, AT_RIVERSIDE)
    assert counter.held("C", "riverside") == before


def test_issue__against_the_eighteen__needs_a_second_person(counter: Counter) -> None:
    lines = ("gualou 12", "fuzi 9 decoct-first")
    asked = _all(*lines, counter=counter)
    assert any(one.startswith("eighteen/") for one in asked)
    with pytest.raises(errors.ExplanationMissing):
        counter.issue(*lines)
    slip = counter.issue(*lines, reasons=asked)
    right = counter.as_(STRANGER, lambda client: client.prescription(slip.id))
    assert right["missing"] > 0
    with pytest.raises(refusals.Unsigned):
        _dispense(counter, slip, portions=[])
    with pytest.raises(refusals.NothingToSign):
        counter.as_(ATTENDING, lambda client: client.countersign(slip.id))
    with pytest.raises(refusals.NotPrescriber):
        counter.as_(STRANGER, lambda client: client.countersign(slip.id))
    assert counter.as_(SECOND, lambda client: client.countersign(slip.id))["missing"] == 0
    assert _dispense(counter, slip, portions=[])["state"] == "dispensed"


def test_dispense__prescriber_hid_a_finding_from_the_chain__is_refused(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Software that was tampered with seals a prescription against the eighteen and asks nobody to sign."""
    monkeypatch.setattr("tcmchain.prescriptions.client.prescriptions.require_reasons", lambda *_: ())
    slip = counter.issue("gualou 12", "fuzi 9 decoct-first")
    with pytest.raises(refusals.NotAsSigned) as told:
        _dispense(counter, slip)
    assert any(str(one).startswith("eighteen/") for one in told.value.details["findings"])


def test_dispense__after_a_formula_that_was_taken_back_or_never_was__is_refused(counter: Counter) -> None:
    village = Village(counter.running)
    formula = village.share(LICENSED, ATTENDING)
    slip = counter.issue(formula=Followed(formula, 1))
    village.take(ATTENDING, village.formulas.sharing.withdraw(formula, ATTENDING.address))
    unheard = counter.issue(formula=Followed(FormulaId("0x" + "77" * 32), 1))
    for one in (slip, unheard):
        with pytest.raises(refusals.NotAsSigned) as told:
            _dispense(counter, one)
        assert told.value.details["findings"] == ["formula"]


def test_due__rule_sets_by_their_moments__leaves_an_hour_to_whoever_was_writing() -> None:
    published = [(3, 50_000), (2, 20_000), (1, 10_000)]
    assert [rules_due(published, at) for at in (9_000, 13_600, 50_000, 53_599, 53_600)] == [0, 1, 2, 2, 3]


def test_issue__hard_stop__cannot_be_insisted_on(counter: Counter) -> None:
    with pytest.raises(errors.NotOverridable):
        counter.issue("huangqi 30", "guanmutong 6")


def test_issue__by_whom_it_does_not_behove__is_refused(counter: Counter) -> None:
    draft = Draft(NAME, "某某", _written())
    for signer in (PHARMACIST, STRANGER):
        with pytest.raises((refusals.NotPrescriber, TcmChainError)):
            counter.as_(signer, lambda client: client.issue(draft))


def test_cancel__by_the_own_hospital__ends_the_right(counter: Counter) -> None:
    slip = counter.issue()
    with pytest.raises(refusals.NotOfMember):
        counter.as_(SECOND, lambda client: client.cancel(slip.id))
    assert counter.as_(ATTENDING, lambda client: client.cancel(slip.id))["state"] == "cancelled"
    with pytest.raises(refusals.TakenBack):
        _dispense(counter, slip, portions=[])


def _all(*lines: str, counter: Counter) -> dict[str, str]:
    """A reason for everything that asks for one."""
    found = counter.as_(ATTENDING, lambda client: client.check(_written(*lines)))
    return {one["id"]: "寒痰互结，已告知患者" for one in found["findings"] if one["needs_reason"]}


def _written(*lines: str) -> dict[str, Any]:
    return document_of(sheet(*(lines or ("huangqi 30",)), doses=3, days=3))

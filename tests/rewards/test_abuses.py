"""Every abuse of the list, played on a real chain: what it earns, what that can buy, and what it costs.

What is earned lies in the purse of the account that did the deed. A pseudonym's purse pays nobody, so the points of
many pseudonyms never come together in one hand; what an abuse costs is counted beside it: dispensings out of lots that
a quota bounds, licensed hands, days, and the votes that take it back.
"""

from dataclasses import astuple

import pytest
from eth_utils.crypto import keccak
from tests.reviews.scene import DAY, Scene, patient

from tcmchain.chain.signers import LocalSigner
from tcmchain.example import cast
from tcmchain.reviews.contract import typed_tally, typed_voucher
from tcmchain.reviews.model import errors as refusals
from tcmchain.reviews.model.outcomes import lower_bound
from tcmchain.reviews.model.reviews import Opinion, Severity
from tcmchain.reviews.model.vouchers import SignedVoucher, Tally, Voucher, voucher_commitment
from tcmchain.rewards.model import NotInForce, errors, holder_of
from tcmchain.rewards.model.earnings import RULES, EarningState
from tcmchain.values import Address, FormulaId, Hash32, MemberId, UnixTime

pytestmark = pytest.mark.engine


def _held(scene: Scene, key: str) -> int:
    asked = scene.ask("care", "Provenance", "held", scene.lots[key], cast.member(key))
    return int(asked[0])


def _earned(scene: Scene, about: Hash32 | FormulaId) -> int:
    return sum(one.amount for one in scene.earnings.about(Hash32(about)) if not (one.cancelled or one.clawed_back))


def _shared(scene: Scene, by: LocalSigner, number: int, likeness: int, kind: int = 2) -> FormulaId:
    """A formula that a voting member has compared with the others."""
    document = f'{{"name":"试方","number":{number}}}'
    scene.send(by, scene.call("pharmacy", "Formulas", "share", kind, "0x" + "00" * 32, document))
    events = scene.events("pharmacy", "Formulas", "Shared")
    formula = FormulaId(events[-1].args["formula"])
    assess = scene.call("pharmacy", "Formulas", "assess", formula, 1, "0x" + "00" * 32, likeness)
    scene.send(cast.operator("lab"), assess)
    return formula


def _physician(scene: Scene, number: str) -> LocalSigner:
    """A licensed author whom nobody knows yet."""
    author = LocalSigner(keccak(text=number))
    scene.village.license(number, author)
    return author


def _false_voucher(scene: Scene, number: int, formula: FormulaId, key: str) -> tuple[SignedVoucher, LocalSigner]:
    """A voucher that a dispenser signs for a pseudonym of its own, without any dispensing."""
    reviewer, secret = LocalSigner(keccak(b"sock%d" % number)), Hash32("0x" + keccak(b"false%d" % number).hex())
    node, now = scene.running.node, int(scene.clock.time())
    what = formula, 1, secret, reviewer.address, secret, cast.member(key)
    voucher = Voucher(*what, UnixTime(now - DAY), UnixTime(now + 30 * DAY))
    chain = scene.running.run(node.clients["pharmacy"].chain_id())
    typed = typed_voucher(voucher, chain, node.contracts.address("pharmacy", "Reviews"))
    return SignedVoucher(voucher, cast.operator(key).sign_typed_data(typed)), reviewer


def _tally(scene: Scene, key: str, count: int, witnesses: tuple[str, ...]) -> None:
    node = scene.running.node
    care, pharmacy = (scene.running.run(node.clients[chain].chain_id()) for chain in ("care", "pharmacy"))
    tally = Tally(care, node.contracts.address("care", "Prescriptions"), cast.member(key), count)
    typed = typed_tally(tally, pharmacy, node.contracts.address("pharmacy", "Reviews"))
    ordered = sorted(witnesses, key=lambda one: int(cast.member(one), 16))
    signed = [bytes.fromhex(cast.officer(one).sign_typed_data(typed)[2:]) for one in ordered]
    scene.send(cast.officer("grower"), scene.call("pharmacy", "Reviews", "tally", astuple(tally), signed))


def _cannot_pay(scene: Scene, signer: LocalSigner, to: Address) -> None:
    """Points of a pseudonym go nowhere: the ledger's plain transfer needs a contract in force at both ends."""
    with pytest.raises(NotInForce):
        scene.send(signer, scene.call("care", "RewardToken", "transfer", to, 1))


def test_wash_dispensing__to_pseudonyms_of_its_own__spends_herbs_for_points_that_pay_nobody(scene: Scene) -> None:
    formula, before = scene.formula(51), _held(scene, "hospital")
    washed = [scene.reviewed(formula, patient(5_100 + number), "hospital") for number in range(3)]
    assert [_earned(scene, keys.nullifier) for keys in washed] == [RULES.reviewing] * 3
    assert before - _held(scene, "hospital") == 3 * 10_000
    scene.forward(30.1)
    for keys in washed:
        scene.claim(keys.signer.address)
    for keys in washed:
        assert scene.running.node.rewards.purse(holder_of(keys.signer.address)).amount == RULES.reviewing
        _cannot_pay(scene, keys.signer, cast.officer("hospital").address)
    most = RULES.reviews_at_member * RULES.reviewing
    assert most == 4_000 * 1_000, "what a clinic that does nothing else can bring its pseudonyms to in thirty days"


def test_sybil_patients__without_dispensings__earn_nothing(scene: Scene) -> None:
    formula = scene.formula(52)
    scene.carried()
    standing = scene.reviewing.reviews.standing(cast.member("pharmacy"))
    honest = standing.tallied - standing.used
    written = 0
    for number in range(honest + 1):
        right, sock = _false_voucher(scene, 5_200 + number, formula, "pharmacy")
        call = scene.reviewing.reviews.write(right, Opinion(5, 100, 0, Hash32("0x" + "5b" * 32)))
        if number == honest:
            with pytest.raises(refusals.BeyondDispensings):
                scene.send(sock, *call)
        else:
            scene.send(sock, *call)
            written += 1
    assert written == honest, "false vouchers use up the pharmacy's own patients' allowance, and give no more"


def test_bought_ratings__whatever_they_say__earn_the_same_and_move_the_bound_little(scene: Scene) -> None:
    formula = scene.formula(53)
    good = scene.reviewed(formula, patient(5_301), rating=5, before=80, afterwards=0)
    bad = scene.reviewed(formula, patient(5_302), rating=1, before=80, afterwards=80)
    assert _earned(scene, good.nullifier) == _earned(scene, bad.nullifier) == RULES.reviewing
    before = lower_bound(60, 100)
    moved = {bought: lower_bound(60 + bought, 100 + bought) - before for bought in (1, 5, 10, 20)}
    assert {bought: round(by, 3) for bought, by in moved.items()} == {1: 0.004, 5: 0.022, 10: 0.041, 20: 0.076}
    assert lower_bound(3, 3) < lower_bound(60, 100) < lower_bound(90, 100), "three bought ones do not lead a list"


def test_formula_splitting__into_parts_of_one_formula__earns_four_times_a_month_at_most(scene: Scene) -> None:
    author = _physician(scene, "ZY-54")
    parts = [_shared(scene, author, 5_400 + number, 790_000) for number in range(5)]
    assert [_earned(scene, part) for part in parts] == [RULES.sharing] * 4 + [0]
    (last,) = scene.earnings.about(Hash32(parts[4]))
    assert last.state(scene.earnings.now()) is EarningState.CAPPED
    near = _shared(scene, author, 5_410, 800_000)
    assert scene.earnings.about(Hash32(near)) == []


def test_plagiarism__of_a_classic__earns_nothing(scene: Scene) -> None:
    author = _physician(scene, "ZY-55")
    copied = _shared(scene, author, 5_500, 1_000_000)
    called_classic = _shared(scene, author, 5_501, 0, kind=1)
    assert scene.earnings.about(Hash32(copied)) == []
    assert scene.earnings.about(Hash32(called_classic)) == []


def test_take_back__a_review_that_earned__gives_the_points_up_and_is_not_written_again(scene: Scene) -> None:
    formula = scene.formula(56)
    keys = scene.reviewed(formula, patient(5_601))
    right = scene.voucher(keys)
    scene.send(keys.signer, *scene.reviewing.reviews.withdraw(keys.nullifier))
    assert _earned(scene, keys.nullifier) == 0
    with pytest.raises(refusals.Used):
        scene.review(right, keys, scene.opinion(keys, words="又一次"))


def test_single_day_burst__of_one_formula__earns_fifty_times_at_most(scene: Scene) -> None:
    formula = scene.formula(57)
    dispensed = scene.reviewing.reviews.standing(cast.member("hospital")).used
    _tally(scene, "hospital", dispensed + 100, ("lab", "factory"))
    burst = RULES.reviews_of_formula_a_day + 3
    start = int(scene.clock.time()) % DAY
    scene.forward((DAY - start + 60) / DAY)
    for number in range(burst):
        right, sock = _false_voucher(scene, 5_700 + number, formula, "hospital")
        scene.send(sock, *scene.reviewing.reviews.write(right, Opinion(5, 100, 0, Hash32("0x" + "5c" * 32))))
    earned = [one.amount for one in scene.earnings.earnings(None, burst)]
    assert sum(earned) == RULES.reviews_of_formula_a_day * RULES.reviewing
    assert earned[:3] == [0, 0, 0]


def test_colluding_clinics__that_witness_for_each_other__need_two_voters_and_lose_it_by_vote(scene: Scene) -> None:
    pharmacy = cast.member("pharmacy")
    asked = scene.reviewing.reviews.standing(pharmacy).dispensed + 1_000
    for alone in (("lab",), ("pharmacy", "lab"), ("grower", "lab")):
        with pytest.raises((errors.TooFewWitnesses, errors.WitnessRefused)):
            _tally(scene, "pharmacy", asked, alone)
    seen = scene.reviewing.tallies.witness(pharmacy, asked)
    with pytest.raises(refusals.NotSeen):
        scene.running.run(seen)
    formula = scene.formula(58)
    keys = scene.reviewed(formula, patient(5_801))
    (earning,) = scene.earnings.about(keys.nullifier)
    wish = scene.earnings.claw_back(earning.id, "串通")
    for key in ("regulator", "certifier", "lab"):
        scene.send(cast.officer(key), *wish)
    scene.forward(31)
    with pytest.raises(errors.NothingToClaim):
        scene.running.run(scene.earnings.claim(keys.signer.address))
    assert RULES.claims_a_period == 100_000 * 1_000, "whoever witnesses, the reserve pays no more in thirty days"


def test_retaliation__a_pharmacy_that_withholds_vouchers__is_seen_by_everybody(scene: Scene) -> None:
    before = scene.reviewing.reviews.standing(cast.member("pharmacy"))
    prescription, keys = scene.dispense(patient(5_901))
    with pytest.raises(refusals.NoVoucher):
        scene.voucher(keys)
    known = scene.reviewing.reviews.dispensing(prescription)
    assert known is not None
    assert known.voucher == voucher_commitment(keys.secret), "who knows the secret proves the dispensing to a regulator"
    scene.carried()
    after = scene.reviewing.reviews.standing(MemberId(known.member))
    assert after.dispensed - before.dispensed == 1
    assert after.used == before.used, "reviews that never come are counted for everybody"
    content = scene.reviewing.texts.put(
        {"schema": "tcmchain.harm.1", "salt": "0x" + "5d" * 32, "words": "服后呕吐", "began": "", "done": ""}
    )
    seen = scene.reviewing.harms.report_seen(scene.formula(59), 1, Severity.MODERATE, content)
    scene.send(cast.operator("hospital"), *seen)

import re
from pathlib import Path

import pytest
from tests.reviews.scene import Scene, patient

from tcmchain.example import cast
from tcmchain.rewards.model import errors, holder_of
from tcmchain.rewards.model.earnings import RULES, EarningState
from tcmchain.values import Points, UnixTime

_CONTRACTS = Path(__file__).parents[2] / "contracts" / "src"


def _constant(file: str, name: str) -> int:
    source = (_CONTRACTS / file).read_text(encoding="utf-8")
    found = re.search(rf"constant {name} = ([0-9_]+)( days)?;", source)
    assert found is not None
    return int(found[1].replace("_", "")) * (86_400 if found[2] else 1)


def test_tell__rules_that_pages_show__are_those_of_the_contracts() -> None:
    rewards = {
        "_SHARING": RULES.sharing,
        "_REVIEWING": RULES.reviewing,
        "_SHARING_VESTS": RULES.sharing_vests,
        "_REVIEWING_VESTS": RULES.reviewing_vests,
        "_PERIOD": RULES.period,
        "_SHARINGS_OF_ACCOUNT": RULES.sharings_of_account,
        "_REVIEWS_OF_ACCOUNT": RULES.reviews_of_account,
        "_REVIEWS_AT_MEMBER": RULES.reviews_at_member,
        "_REVIEWS_OF_FORMULA_A_DAY": RULES.reviews_of_formula_a_day,
    }
    assert {name: _constant("pharmacy/Rewards.sol", name) for name in rewards} == rewards
    assert _constant("care/Claims.sol", "_MOST_A_PERIOD") == RULES.claims_a_period
    assert _constant("pharmacy/Formulas.sol", "_COPY") == RULES.likeness


@pytest.mark.engine
def test_claim__after_vesting__is_paid_once_and_nets_a_clawback(scene: Scene) -> None:
    formula = scene.formula(41)
    keys = scene.reviewed(formula, patient(41))
    whose = keys.signer.address
    claim = scene.earnings.claim
    with pytest.raises(errors.NothingToClaim):
        scene.running.run(claim(whose))
    scene.forward(30.1)
    (earning,) = scene.earnings.about(keys.nullifier)
    assert earning.state(scene.earnings.now()) is EarningState.VESTED
    scene.claim(whose)
    assert scene.running.node.rewards.purse(holder_of(whose)).amount == RULES.reviewing
    assert scene.running.node.rewards.supply().closes
    with pytest.raises(errors.NothingToClaim):
        scene.running.run(claim(whose))
    wish = scene.earnings.claw_back(earning.id, "以虚假发药换取")
    with pytest.raises(errors.NotVoter):
        scene.send(cast.officer("pharmacy"), *wish)
    for key in ("regulator", "certifier", "lab"):
        scene.send(cast.officer(key), *wish)
    found = scene.earnings.account(whose)
    assert (found.vested, found.paid, found.claimable, found.clawed_back) == (0, 2_000, 0, 2_000)
    assert [one.member for one in scene.earnings.wishes(earning.id)] == [
        cast.member(key) for key in ("regulator", "certifier", "lab")
    ]


@pytest.mark.engine
def test_witness__more_than_this_node_has_seen__is_refused(scene: Scene) -> None:
    source = scene.running.node.contracts.address("pharmacy", "Rewards")
    until = UnixTime(scene.earnings.now() + 60)
    asked = scene.earnings.witness(source, cast.officer("grower").address, Points(1), until)
    with pytest.raises(errors.NotSeen):
        scene.running.run(asked)

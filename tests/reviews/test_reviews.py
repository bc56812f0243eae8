import pytest
from tests.formulas.village import AUTHORING_PHYSICIAN
from tests.reviews.scene import NAME, Scene, member_of, patient

from tcmchain.reviews.model import errors
from tcmchain.reviews.model.reviews import Opinion, Order, Severity
from tcmchain.reviews.model.texts import write_harm
from tcmchain.reviews.model.vouchers import Relation
from tcmchain.values import Hash32
from tcmchain.web.texts import TextErased

pytestmark = pytest.mark.engine


def test_review__after_a_course__stands_under_a_verified_masked_name(scene: Scene) -> None:
    formula = scene.formula(1)
    prescription, keys = scene.dispense(patient(1))
    assert scene.note(prescription, formula)
    right = scene.voucher(keys)
    assert scene.voucher(keys) == right
    scene.forward(8)
    opinion = scene.opinion(keys)
    with pytest.raises(errors.BeyondDispensings):
        scene.review(right, keys, opinion)
    scene.carried()
    scene.review(right, keys, scene.opinion(keys, herbs={"gancao": "helped"}))
    (told,) = scene.reviewing.reviews.reviews(formula)
    assert told.verified
    assert told.text is not None
    assert (told.text.name.shown, told.text.herbs) == ("王**", {"gancao": "helped"})
    assert told.review.member == member_of("pharmacy")
    assert told.review.nullifier == keys.nullifier
    summary = scene.reviewing.reviews.summary(formula)
    assert (summary.evidence.n, summary.evidence.effective, summary.stars[5]) == (1, 1, 1)
    assert summary.evidence.bound < 0.25
    assert [(one.herb, one.helped) for one in summary.herbs] == [("gancao", 1)]
    with pytest.raises(errors.Used):
        scene.review(right, keys, scene.opinion(keys))
    standing = scene.reviewing.reviews.standing(member_of("pharmacy"))
    assert standing.used <= standing.tallied <= standing.dispensed
    assert (standing.tallied, standing.used) == scene.ask("pharmacy", "Reviews", "standingOf", member_of("pharmacy"))
    assert standing.dispensed == scene.ask("care", "Prescriptions", "vouchersOf", member_of("pharmacy"))[0]


def test_review__before_the_course_is_over__waits(scene: Scene) -> None:
    formula = scene.formula(2)
    prescription, keys = scene.dispense(patient(2))
    scene.note(prescription, formula, days=30)
    right = scene.voucher(keys)
    scene.carried()
    with pytest.raises(errors.NotOpen):
        scene.review(right, keys, scene.opinion(keys))


@pytest.mark.parametrize(
    ("relation", "name", "error"),
    [
        (Relation.PRESCRIBER, NAME, errors.Related),
        (Relation.STAFF, NAME, errors.Related),
        (Relation.HOUSEHOLD, NAME, errors.Related),
        (Relation.NONE, "王秀兰", errors.NameDiffers),
    ],
)
def test_ask_voucher__related_or_under_another_name__is_refused(
    scene: Scene, relation: Relation, name: str, error: type[Exception]
) -> None:
    prescription, keys = scene.dispense(patient(3))
    scene.note(prescription, Hash32("0x" + "f0" * 32), relation=relation)
    with pytest.raises(error):
        scene.voucher(keys, name)


def test_ask_voucher__another_secret_or_no_commitment__is_refused(scene: Scene) -> None:
    prescription, _ = scene.dispense(patient(4))
    scene.note(prescription, Hash32("0x" + "f0" * 32))
    with pytest.raises(errors.SecretWrong):
        scene.voucher(patient(5)(prescription))
    bare, other = scene.dispense(patient(6), voucher=False)
    scene.note(bare, Hash32("0x" + "f0" * 32))
    with pytest.raises(errors.NoVoucher):
        scene.voucher(other)


def test_erase__by_the_reviewer__deletes_name_and_text_and_leaves_the_rating(scene: Scene) -> None:
    formula = scene.formula(5)
    keys = scene.reviewed(formula, patient(7), full=True, words="整个疗程服完")
    (told,) = scene.reviewing.reviews.reviews(formula)
    content = told.review.opinion.content
    assert told.text is not None
    assert told.text.name.shown == NAME
    scene.send(keys.signer, *scene.reviewing.reviews.erase(keys.nullifier))
    with pytest.raises(TextErased):
        scene.reviewing.texts.here(content)
    (after,) = scene.reviewing.reviews.reviews(formula)
    assert after.text is None
    assert after.review.opinion.rating == 5
    assert scene.reviewing.reviews.summary(formula).evidence.n == 1
    scene.running.run(scene.running.node.index.rebuild(), 120)
    scene.running.run(scene.reviewing.texts.level())
    with pytest.raises(TextErased):
        scene.reviewing.texts.here(content)


def test_withdraw__by_the_reviewer__counts_no_more_and_gives_the_earning_up(scene: Scene) -> None:
    formula = scene.formula(6)
    keys = scene.reviewed(formula, patient(8))
    before = scene.earnings.account(keys.signer.address)
    assert (before.vesting, before.vested) == (2_000, 0)
    scene.send(keys.signer, *scene.reviewing.reviews.withdraw(keys.nullifier))
    assert scene.reviewing.reviews.reviews(formula) == []
    assert scene.reviewing.reviews.ranking([formula]) == {}
    assert scene.earnings.account(keys.signer.address).vesting == 0


def test_report_harm__with_a_voucher__stands_at_once_and_is_answered(scene: Scene) -> None:
    from tcmchain.example import cast

    formula = scene.formula(7)
    prescription, keys = scene.dispense(patient(9))
    scene.note(prescription, formula)
    right = scene.voucher(keys)
    content = scene.reviewing.texts.put(write_harm("服后心悸、口舌发麻", Hash32("0x" + "5a" * 32), "2026-11-20"))
    scene.send(keys.signer, *scene.reviewing.harms.report(right, Severity.SEVERE, content))
    (told,) = scene.reviewing.harms.harms(formula)
    assert told.text is not None
    assert (told.harm.severity, told.text.words) == (Severity.SEVERE, "服后心悸、口舌发麻")
    assert scene.reviewing.harms.harms()[0].harm.answers == ()
    assert scene.reviewing.harms.notice(formula) == [(Severity.SEVERE, 1)]
    seen = scene.reviewing.harms.report_seen(formula, 1, Severity.MILD, content)
    scene.send(cast.operator("hospital"), *seen)
    scene.send(cast.officer("regulator"), *scene.reviewing.harms.answer(told.harm.id, "已通知暂停使用，待查"))
    answered = scene.reviewing.harms.harm(told.harm.id)
    assert [one.statement for one in answered.harm.answers] == ["已通知暂停使用，待查"]
    assert scene.reviewing.harms.harms(formula)[0].harm.severity is Severity.MILD
    with pytest.raises(errors.MayNotAct):
        scene.send(cast.officer("hospital"), *scene.reviewing.harms.answer(told.harm.id, "无妨"))


def test_report_harm__again_and_again_with_one_voucher__counts_once(scene: Scene) -> None:
    formula = scene.formula(160)
    prescription, keys = scene.dispense(patient(71))
    scene.note(prescription, formula)
    right = scene.voucher(keys)
    content = scene.reviewing.texts.put(write_harm("皮疹", Hash32("0x" + "5b" * 32)))
    for severity in (Severity.MILD, Severity.SEVERE, Severity.SEVERE, Severity.MODERATE):
        scene.send(keys.signer, *scene.reviewing.harms.report(right, severity, content))
    assert scene.reviewing.harms.notice(formula) == [(Severity.SEVERE, 1)]
    assert len(scene.reviewing.harms.harms(formula)) == 4


def test_report_harm__after_the_author_took_the_formula_back__still_stands(scene: Scene) -> None:
    formula = scene.formula(164)
    prescription, keys = scene.dispense(patient(74))
    scene.note(prescription, formula)
    right = scene.voucher(keys)
    scene.send(AUTHORING_PHYSICIAN, *scene.village.formulas.sharing.withdraw(formula, AUTHORING_PHYSICIAN.address))
    content = scene.reviewing.texts.put(write_harm("皮疹", Hash32("0x" + "5d" * 32)))
    scene.send(keys.signer, *scene.reviewing.harms.report(right, Severity.SEVERE, content))
    assert scene.reviewing.harms.notice(formula) == [(Severity.SEVERE, 1)]
    with pytest.raises(errors.WrongFormula):
        scene.review(right, keys, scene.opinion(keys))


def test_list__a_review_that_names_a_report_and_the_reverse__shows_no_text_and_stands(scene: Scene) -> None:
    formula = scene.formula(161)
    prescription, keys = scene.dispense(patient(72))
    scene.note(prescription, formula, days=1)
    right = scene.voucher(keys)
    harm = scene.reviewing.texts.put(write_harm("皮疹", Hash32("0x" + "5c" * 32)))
    review = scene.opinion(keys).content
    scene.carried()
    scene.forward(1.01)
    scene.review(right, keys, Opinion(4, 50, 10, harm))
    scene.send(keys.signer, *scene.reviewing.harms.report(right, Severity.MILD, review))
    (told,) = scene.reviewing.reviews.reviews(formula)
    (reported,) = scene.reviewing.harms.harms(formula)
    assert (told.text, told.verified, reported.text) == (None, False, None)
    assert scene.reviewing.reviews.summary(formula).evidence.n == 1


def test_leave_note__another_member_first__keeps_no_voucher_back(scene: Scene) -> None:
    formula, other = scene.formula(162), scene.formula(163)
    prescription, slip = scene.prescribe()
    assert scene.note(prescription, other, "hospital")
    keys = patient(73)(prescription)
    scene.hand_out(prescription, slip, keys.commitment)
    assert scene.note(prescription, formula)
    assert not scene.note(prescription, other)
    assert scene.voucher(keys).voucher.formula == formula


def test_order__by_outcome__puts_the_best_first(scene: Scene) -> None:
    formula = scene.formula(8)
    for number, afterwards in ((11, 70), (12, 0), (13, 30)):
        scene.reviewed(formula, patient(number), before=80, afterwards=afterwards)
    best = scene.reviewing.reviews.reviews(formula, order=Order.BEST)
    assert [one.review.opinion.afterwards for one in best] == [0, 30, 70]
    worst = scene.reviewing.reviews.reviews(formula, order=Order.WORST, limit=1)
    assert [one.review.opinion.afterwards for one in worst] == [70]
    other = scene.formula(9)
    scene.reviewed(other, patient(14), before=80, afterwards=0)
    assert [one for one, _ in scene.reviewing.reviews.ordered([formula, other])] == [formula, other]


def test_name__the_text_of_another__does_not_let_one_delete_it(scene: Scene) -> None:
    formula = scene.formula(10)
    keys = scene.reviewed(formula, patient(15), words="自己的话")
    (told,) = scene.reviewing.reviews.reviews(formula)
    prescription, thief = scene.dispense(patient(16))
    scene.note(prescription, formula, days=1)
    right = scene.voucher(thief)
    scene.carried()
    scene.forward(1.01)
    scene.review(right, thief, told.review.opinion)
    scene.send(thief.signer, *scene.reviewing.reviews.withdraw(thief.nullifier))
    (kept,) = scene.reviewing.reviews.reviews(formula)
    assert kept.review.nullifier == keys.nullifier
    assert kept.text is not None
    assert kept.text.words == "自己的话"

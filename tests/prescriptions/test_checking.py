"""Every rule of the check, by a prescription that it speaks up about."""

import pytest
from tests.prescriptions.sheets import WELL, found, line, rules, sheet, who

from tcmchain.prescriptions.model.checking import check
from tcmchain.prescriptions.model.grades import GRADES, Grade, Rule
from tcmchain.prescriptions.model.prescription import (
    Diagnosis,
    Follows,
    Line,
    Patient,
    Prescription,
    Sex,
    Sheet,
    Stated,
)
from tcmchain.terms.herbs import HerbId

XIAOCHAIHU = Follows("0x" + "00" * 32, 1, "小柴胡汤")


def _patent(name: str) -> Line:
    return Line(HerbId(""), name=name)


CASES: list[tuple[Prescription, str]] = [
    (sheet("fuzi 9 decoct-first", "banxia 9"), "eighteen/banxia+fuzi"),
    (sheet("chuanwu 3", "banxia 9"), "eighteen-great/banxia+chuanwu"),
    (sheet("dingxiang 3", "yujin 9"), "nineteen/dingxiang+yujin"),
    (sheet("badou 1", "qianniuzi 3"), "nineteen-great/badou+qianniuzi"),
    (sheet("mudingxiang 3", "yujin 9"), "monograph/mudingxiang+yujin"),
    (sheet("danggui 3"), "dose-under/danggui/decoction/per-day"),
    (sheet("danggui 20"), "dose-over/danggui/decoction/per-day"),
    (sheet("danggui 12.001"), "dose-over/danggui/decoction/per-day"),
    (sheet("danggui 24.1"), "dose-double/danggui/decoction/per-day"),
    (sheet(line("zhimaqianzi 0.7", form="pill")), "dose-over-great/zhimaqianzi/pill/per-day"),
    (sheet("sanleng 9", patient=who(pregnancy=Stated.YES)), "pregnancy-forbidden/sanleng"),
    (sheet("honghua 5", patient=who(pregnancy=Stated.YES)), "pregnancy-caution/honghua"),
    (sheet(line("zhusha 0.3", form="pill"), patient=who(liver=Stated.YES)), "caution-forbidden/zhusha/liver"),
    (sheet("dazaojiao 1", patient=who(conditions=("bleeding",))), "caution-avoid/dazaojiao/bleeding"),
    (sheet("dahuang 9", patient=who(lactation=Stated.YES)), "caution-caution/dahuang/lactation"),
    (sheet("dahuang 9", patient=who(excluded=())), "caution-ask/dahuang/menstruation"),
    (sheet("yingsuqiao 3", patient=who(months=5 * 12)), "caution-forbidden/yingsuqiao/child"),
    (sheet("tianxianteng 3", patient=who(months=70 * 12)), "caution-caution/tianxianteng/old-age"),
    (sheet("chuanwu 3", patient=who(kidney=Stated.YES)), "organ-great/chuanwu/kidney"),
    (sheet("banxia 9", patient=who(liver=Stated.YES)), "organ-toxic/banxia/liver"),
    (sheet("sanleng 9", patient=who(pregnancy=Stated.UNKNOWN)), "unstated-high/sanleng/pregnancy"),
    (sheet("chuanwu 3", patient=Patient()), "unstated-high/chuanwu/kidney"),
    (sheet("honghua 5", "banxia 9", patient=who(pregnancy=Stated.UNKNOWN)), "unstated/banxia+honghua/pregnancy"),
    (sheet("zhimaqianzi 0.3"), "toxic-great/zhimaqianzi"),
    (sheet("banxia 9"), "toxic/banxia"),
    (sheet("wuzhuyu 3"), "toxic-slight/wuzhuyu"),
    (sheet("tiannanxing 3"), "external-only-toxic/tiannanxing"),
    (sheet("duanshigao 9"), "external-only/duanshigao"),
    (sheet("zhusha 0.3"), "not-decocted/zhusha"),
    (sheet("cheqianzi 9"), "preparation/cheqianzi"),
    (sheet("bohe 6"), "preparation/bohe"),
    (sheet("ejiao 6"), "preparation/ejiao"),
    (sheet("fuzi 9"), "preparation-toxic/fuzi"),
    (sheet("guanmutong 3"), "banned/guanmutong"),
    (sheet("maqianzi 0.3"), "order23/maqianzi"),
    (sheet(line("maqianzi 0.3", form="pill"), doses=5, days=5), "order23-amount/maqianzi/pill"),
    (sheet("chuanwu 3"), "cannot-order23/chuanwu/decoction"),
    (sheet("yingsuqiao 3", days=3, doses=3), "opium/yingsuqiao"),
    (sheet("yingsuqiao 3", days=4, doses=4), "opium-days/yingsuqiao"),
    (sheet("danggui 9", patient=who(allergic_to=(HerbId("danggui"),))), "allergy/danggui"),
    (sheet("zhichuanwu 3 decoct-first", patient=who(allergic_to=(HerbId("chuanwu"),))), "allergy-kin/zhichuanwu"),
    (sheet("danggui 9", patient=who(allergies=Stated.YES)), "cannot-allergy"),
    (
        sheet("chaihu 9", patient=who(drugs=("聚乙二醇干扰素α-2a注射液 180μg",)), follows=XIAOCHAIHU),
        "interaction/小柴胡汤/干扰素",
    ),
    (sheet("chaihu 9", patient=who(takes_drugs=Stated.UNKNOWN), follows=XIAOCHAIHU), "interaction-ask/小柴胡汤/干扰素"),
    (sheet("danggui 6", "danggui 4"), "duplicate/danggui"),
    (sheet("chuanwu 3", "zhichuanwu 3"), "duplicate-state/chuanwu+zhichuanwu"),
    (sheet(), "norm-empty"),
    (sheet("danggui 0"), "norm-grams/danggui"),
    (sheet("danggui 9", doses=0), "norm-count"),
    (sheet("danggui 9", sheet=Sheet.PATENT), "norm-mixed"),
    (sheet(*(_patent(f"中成药{n}") for n in range(6)), sheet=Sheet.PATENT), "norm-patents"),
    (sheet("danggui 9", valid_days=4), "norm-valid"),
    (sheet("danggui 9", days=8, doses=8), "norm-days"),
    (sheet("danggui 9", days=4, doses=4, emergency=True), "norm-days"),
    (sheet("danggui 9", diagnosis=Diagnosis(disease_words="感冒")), "norm-syndrome"),
    (sheet("danggui 9", diagnosis=Diagnosis(syndrome_words="风寒束表证")), "norm-disease"),
    (sheet("danggui 9", patient=who(sex=Sex.UNKNOWN)), "norm-sex"),
    (sheet("danggui 9", patient=who(months=None)), "norm-age"),
    (sheet("danggui 9", patient=who(months=30)), "norm-weight"),
    (sheet("danggui 9", usage=""), "norm-usage"),
    (sheet(line("danggui 9", role="minister"), line("huangqi 9", role="sovereign")), "norm-order"),
    (sheet(line("danggui 9", name="秦归")), "norm-name/danggui"),
    (sheet("danggui 9", head=()), "norm-head"),
    (sheet("nosuchherb 9"), "cannot-herb/nosuchherb"),
    (sheet("danggui 9", _patent("某某颗粒")), "cannot-herb/某某颗粒"),
    (sheet(_patent("某某颗粒"), sheet=Sheet.PATENT), "cannot-product/某某颗粒"),
    (sheet("lilu 3"), "cannot-unread/lilu"),
    (sheet("lilu 3", patient=who(pregnancy=Stated.YES)), "cannot-unread-pregnant/lilu"),
    (sheet("lilu 3"), "cannot-dose/lilu/decoction"),
    (sheet("zhimaqianzi 0.3"), "cannot-dose-great/zhimaqianzi/decoction"),
    (sheet("danggui 9 externally"), "cannot-external/danggui"),
    (sheet("danggui 9", days=0), "cannot-days"),
]


@pytest.mark.parametrize(("prescription", "id"), CASES, ids=[f"{at}:{case[1]}" for at, case in enumerate(CASES)])
def test_check__prescription_that_a_rule_speaks_up_about__finds_it(prescription: Prescription, id: str) -> None:
    verdict = check(prescription, rules())
    (one,) = [finding for finding in verdict.findings if finding.id == id]
    rule = next(rule for rule in Rule if rule.value == one.rule)
    assert (one.grade, one.kind, one.version) == (GRADES[rule.value], rule.kind, 1)
    assert one.source in rules().sources
    assert verdict.passes is (verdict.grade is Grade.INFORM and not verdict.unchecked)


def test_check__cases_above__try_every_rule_that_the_tables_use() -> None:
    tried = {id.split("/")[0] for _, id in CASES}
    # No herb is worded 忌用 for pregnancy, no pair of a monograph is of 大毒, and no two editions read differ: these
    # three are tried with a rule set of their own in test_rules.
    assert {rule.value for rule in Rule} - tried == {"pregnancy-avoid", "monograph-great", "dose-editions"}


def test_check__good_sheet_of_known_herbs__is_clear() -> None:
    verdict = check(sheet("huangqi 15", "danggui 9", "chuanxiong 6", "gancao 6"), rules())
    assert verdict.findings == ()
    assert verdict.passes


@pytest.mark.parametrize(
    ("near", "meant"), [("baifuzi", "fuzi"), ("chuanmutong", "guanmutong"), ("dengzhanxixin", "xixin")]
)
def test_check__herb_whose_name_holds_another__is_not_taken_for_it(near: str, meant: str) -> None:
    with_near = found(sheet(f"{near} 3", "banxia 9", "lilu 3", "guangfangji 3"))
    assert not any(meant in id.split("/")[1].split("+") for id in with_near if "/" in id)


def test_check__pair_of_aconite_and_aconite__is_no_contradiction() -> None:
    assert not any(id.startswith("eighteen") for id in found(sheet("chuanwu 3", "caowu 3")))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("xixin 3", set()),
        ("xixin 3.1", {"dose-over/xixin/decoction/per-day"}),
        ("xixin 2 swallow", set()),
        ("xixin 3 swallow", {"dose-over/xixin/powder/per-dose"}),
        ("xixin 5 swallow", {"dose-double/xixin/powder/per-dose"}),
    ],
)
def test_check__asarum_decocted_or_as_powder__has_two_ranges(written: str, expected: set[str]) -> None:
    assert {id for id in found(sheet(written)) if id.startswith("dose")} == expected


def test_check__two_doses_a_day__counts_what_is_taken_in_a_day() -> None:
    assert "dose-over/danggui/decoction/per-day" in found(sheet("danggui 9", doses=14, days=7))
    assert "dose-over/danggui/decoction/per-day" not in found(sheet("danggui 9", doses=7, days=7))


def test_check__herb_of_two_lines__adds_the_grams_up() -> None:
    ids = found(sheet("danggui 9", "danggui 9"))
    assert {"duplicate/danggui", "dose-over/danggui/decoction/per-day"} <= ids


@pytest.mark.parametrize("way", ["infuse", "take-drenched", "melt"])
def test_check__salt_that_is_not_decocted__may_be_poured_over(way: str) -> None:
    ids = found(sheet(f"mangxiao 9 {way}"))
    assert not ids & {"not-decocted/mangxiao", "preparation/mangxiao"}


def test_check__man__need_not_state_pregnancy() -> None:
    ids = found(sheet("sanleng 9", patient=who(sex=Sex.MALE, pregnancy=Stated.UNKNOWN, lactation=Stated.UNKNOWN)))
    assert not any("pregnancy" in id for id in ids)


def test_check__nothing_stated__blocks_grave_herbs_and_asks_for_poisonous_ones() -> None:
    verdict = check(sheet("chuanwu 3", "banxia 9", "huangqi 15", patient=Patient()), rules())
    stopped = {one.data[0][1] for one in verdict.findings if one.rule == "unstated-high"}
    assert stopped == {"pregnancy", "lactation", "allergies", "liver", "kidney"}
    asked = [one for one in verdict.findings if one.rule == "unstated"]
    assert all(one.subjects == ("banxia",) for one in asked)
    assert len(asked) == 5


def test_check__other_brand_of_the_formula__meets_the_interaction() -> None:
    patient = who(drugs=("重组人干扰素 α1b",))
    patent = _patent("小柴胡颗粒")
    assert "interaction/小柴胡汤/干扰素" in found(sheet(patent, sheet=Sheet.PATENT, patient=patient))
    assert "interaction/小柴胡汤/干扰素" not in found(sheet("chaihu 9", patient=patient))


def test_check__well_known_decoction_of_unread_herbs__never_passes() -> None:
    verdict = check(sheet("lilu 3"), rules())
    assert {one.id for one in verdict.unchecked} == {"cannot-unread/lilu", "cannot-dose/lilu/decoction"}
    assert not verdict.passes


def test_check__well_patient__is_one_of_whom_everything_is_stated() -> None:
    assert not any(id.startswith(("unstated", "norm")) for id in found(sheet("chuanwu 3", patient=WELL)))

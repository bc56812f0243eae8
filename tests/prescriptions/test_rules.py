"""Rule sets: one spelling, one digest, and the same verdict years later."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.prescriptions.sheets import line, rules, sheet, who

from tcmchain.prescriptions.model.checking import check, replay
from tcmchain.prescriptions.model.errors import RulesUnreadable, VerdictUnreadable
from tcmchain.prescriptions.model.findings import canonical, read_verdict
from tcmchain.prescriptions.model.grades import GRADES, Grade, Kind, Rule
from tcmchain.prescriptions.model.prescription import Stated
from tcmchain.prescriptions.model.rules import RuleSet
from tcmchain.terms.doses import doses
from tcmchain.terms.herbs import herbs
from tcmchain.terms.safety import incompatibilities, pregnancies, restrictions, toxicities

SIGNED = Path(__file__).parent / "signed"


def _changed(change: Callable[[dict[str, Any]], Any]) -> RuleSet:
    told = json.loads(rules().write())
    change(told)
    return RuleSet.read(canonical(told))


def test_write__rule_set_read_back__is_the_same_bytes() -> None:
    content = rules().write()
    again = RuleSet.read(content)
    assert again.write() == content == RuleSet.from_terms(1).write()
    assert again.digest == rules().digest == "0x" + hashlib.sha256(content).hexdigest()
    assert RuleSet.from_terms(2).digest != rules().digest


def test_draft__every_fact_of_the_tables__is_in_the_rule_set() -> None:
    known = rules().herbs
    assert set(known) == {herb.id for herb in herbs()}
    assert {id for id, one in known.items() if one.toxicity} == {one.herb for one in toxicities()}
    assert {id for id, one in known.items() if one.pregnancy} == {one.herb for one in pregnancies()}
    assert {id for id, one in known.items() if one.restricted} == {one.herb for one in restrictions()}
    assert {id: len(one.ranges) for id, one in known.items() if one.ranges} == {
        id: len(given) for id, given in doses().items()
    }
    pairs = {frozenset((left, right)) for left, others in rules().against.items() for right in others}
    assert pairs == set(incompatibilities())


def test_draft__every_source_that_is_named__is_told_with_its_edition() -> None:
    told = json.loads(rules().write())
    named = {pair[4] for pair in told["pairs"]} | {
        dose[4] for one in told["herbs"].values() for dose in one.get("doses", ())
    }
    assert named | set(told["norms"].values()) <= set(told["sources"])
    assert all(one["zh"] and one["en"] for one in told["sources"].values())


def test_grade__every_rule__has_its_place_in_the_table() -> None:
    assert dict(rules().grades) == {rule: GRADES[rule.value] for rule in Rule}
    assert all(rule.grade is not Grade.INFORM for rule in Rule if rule.kind is Kind.CONTRADICTION)
    assert all(rule.value.startswith("cannot-") is (rule.kind is Kind.CANNOT_CHECK) for rule in Rule)


def test_replay__signed_years_ago__comes_out_byte_by_byte() -> None:
    verdict = replay((SIGNED / "rules.json").read_bytes(), (SIGNED / "prescription.json").read_bytes())
    assert verdict.write() == (SIGNED / "verdict.json").read_bytes()
    assert verdict.version == 7


def test_read__rule_that_the_document_lacks__finds_nothing() -> None:
    before = _changed(lambda told: told["grades"].pop("norm-name"))
    written = sheet(line("danggui 9", name="秦归"))
    assert "norm-name/danggui" in {one.id for one in check(written, rules()).findings}
    assert check(written, before).findings == ()


def test_read__other_grade__grades_by_the_document() -> None:
    stricter = _changed(lambda told: told["grades"].update({"eighteen": "hard-stop"}))
    (one,) = [f for f in check(sheet("fuzi 9", "banxia 9"), stricter).findings if f.rule == "eighteen"]
    assert one.grade is Grade.HARD_STOP


@pytest.mark.parametrize(
    "change",
    [
        lambda told: told.update(schema="tcmchain.rules.0"),
        lambda told: told.pop("herbs"),
        lambda told: told["grades"].update({"of-tomorrow": "explain"}),
        lambda told: told["grades"].update({"eighteen": "perhaps"}),
        lambda told: told["herbs"]["danggui"].update(
            doses=[["decoction", "per-day", "much", "12", "chp2010-1", False]]
        ),
        lambda told: told["pairs"].append(["fuzi"]),
        lambda told: told.update(version="first"),
    ],
)
def test_read__document_that_is_no_rule_set__is_refused(change: Callable[[dict[str, Any]], Any]) -> None:
    with pytest.raises(RulesUnreadable):
        _changed(change)


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"\xff", rules().write() + b" ", b"[" * 100_000, b'{"a":' * 900])
def test_read__other_bytes__are_refused(content: bytes) -> None:
    with pytest.raises(RulesUnreadable):
        RuleSet.read(content)


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b"[" * 50_000, b'{"schema":"tcmchain.verdict.1","findings":[1]}']
)
def test_read__bytes_that_are_no_verdict__are_refused(content: bytes) -> None:
    with pytest.raises(VerdictUnreadable):
        read_verdict(content)


def test_check__wording_avoid__wants_two_signatures() -> None:
    avoided = _changed(lambda told: told["herbs"]["danggui"].update(pregnancy=["avoid", "chp2010-1"]))
    verdict = check(sheet("danggui 9", patient=who(pregnancy=Stated.YES)), avoided)
    assert [(one.id, one.grade) for one in verdict.findings] == [("pregnancy-avoid/danggui", Grade.TWO_SIGNATURES)]


def test_check__pair_of_a_monograph_with_great_poison__stops() -> None:
    pair = ["banmao", "danggui", "monograph", "斑蝥不宜与当归同用", "chp2010-1"]
    paired = _changed(lambda told: told["pairs"].append(pair))
    verdict = check(sheet("danggui 9", line("banmao 0.03", form="pill")), paired)
    grades = {one.id: one.grade for one in verdict.findings}
    assert grades["monograph-great/banmao+danggui"] is Grade.HARD_STOP


def test_check__editions_that_differ__tells_of_the_other_and_lets_the_printed_one_decide() -> None:
    ranges = [
        ["decoction", "per-day", "6", "9", "chp2025-1-reported", True],
        ["decoction", "per-day", "6", "12", "chp2010-1", False],
    ]
    differing = _changed(lambda told: told["herbs"]["danggui"].update(doses=ranges))
    (one,) = check(sheet("danggui 10"), differing).findings
    assert (one.id, one.source) == ("dose-editions/danggui/decoction/per-day/chp2025-1-reported", "chp2025-1-reported")
    (over,) = check(sheet("danggui 13"), differing).findings
    assert (over.rule, over.source) == ("dose-over", "chp2010-1")


def test_check__range_that_others_report__is_used_where_no_print_was_read() -> None:
    ranges = [["decoction", "per-day", "6", "9", "chp2025-1-reported", True]]
    reported = _changed(lambda told: told["herbs"]["danggui"].update(doses=ranges))
    (one,) = check(sheet("danggui 10"), reported).findings
    assert (one.rule, one.source) == ("dose-over", "chp2025-1-reported")

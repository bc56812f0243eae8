"""What a prescriber may insist on, and what stands on the chain for it."""

import hashlib

import pytest
from eth_abi.abi import encode
from eth_utils.crypto import keccak
from tests.prescriptions.sheets import rules, sheet
from tests.prescriptions.test_checking import CASES

from tcmchain.prescriptions.model.checking import check
from tcmchain.prescriptions.model.errors import ExplanationMissing, NotOverridable
from tcmchain.prescriptions.model.grades import Rule
from tcmchain.prescriptions.model.overrides import Need, commitment_of, needs_of, require_reasons
from tcmchain.prescriptions.service.wording import Wording
from tcmchain.values import Hash32
from tcmchain.web.i18n import LANGUAGES

INSISTED = sheet("fuzi 20 decoct-first", "banxia 9")
NEEDS = (Need("eighteen/banxia+fuzi", True), Need("dose-over/fuzi/decoction/per-day", False))


def test_commit__finding_and_salt__is_what_the_contract_is_told() -> None:
    salt = Hash32("0x" + "5a" * 32)
    named = hashlib.sha256(b"eighteen/banxia+fuzi").digest()
    expected = keccak(encode(["bytes32", "bytes32"], [bytes.fromhex(salt[2:]), named]))
    assert commitment_of("eighteen/banxia+fuzi", salt) == "0x" + expected.hex()
    assert commitment_of("eighteen/banxia+fuzi", Hash32("0x" + "5b" * 32)) != "0x" + expected.hex()


def test_override__findings_of_a_verdict__name_who_has_to_sign() -> None:
    assert needs_of(check(INSISTED, rules())) == NEEDS


def test_override__reason_for_each__is_let_through() -> None:
    reasons = {need.finding: "痰饮重证，配伍减毒" for need in NEEDS}
    assert require_reasons(check(INSISTED, rules()), reasons) == NEEDS


def test_override__reason_missing__is_refused_by_name() -> None:
    with pytest.raises(ExplanationMissing) as refused:
        require_reasons(check(INSISTED, rules()), {"eighteen/banxia+fuzi": "痰饮重证", NEEDS[1].finding: "  "})
    assert refused.value.details == {"finding": NEEDS[1].finding}


def test_override__hard_stop__is_never_let_through() -> None:
    with pytest.raises(NotOverridable) as refused:
        needs_of(check(sheet("guanmutong 3"), rules()))
    assert refused.value.details == {"finding": "banned/guanmutong"}


def test_override__nothing_found__needs_nothing() -> None:
    assert needs_of(check(sheet("danggui 9"), rules())) == ()


def test_tell__every_finding_of_the_cases__has_a_sentence_without_gaps() -> None:
    wording, told = Wording(), set()
    for prescription, _ in CASES:
        verdict = check(prescription, rules())
        for language in LANGUAGES:
            for one in wording.tell(verdict, rules(), language):
                assert one.sentence
                assert not {"—", "{", "}"} & set(one.sentence), one
                assert one.source != "—"
                told.add(one.finding.rule)
    assert {rule.value for rule in Rule} - told == {"pregnancy-avoid", "monograph-great", "dose-editions"}

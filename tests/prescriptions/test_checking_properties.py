"""What holds for any prescription whatever."""

import itertools
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.prescriptions.sheets import found, line, rules, sheet

from tcmchain.prescriptions.model.checking import check, replay
from tcmchain.prescriptions.model.findings import read_verdict
from tcmchain.prescriptions.model.grades import Kind
from tcmchain.prescriptions.model.prescription import (
    HEAD,
    Diagnosis,
    Follows,
    Line,
    Patient,
    Prescription,
    Route,
    Sex,
    Sheet,
    Stated,
)
from tcmchain.prescriptions.model.reading import (
    document_of,
    prescription_of,
    read_prescription,
    write_prescription,
)
from tcmchain.prescriptions.model.refusals import LineUnreadable
from tcmchain.terms.herbs import HerbId, herbs
from tcmchain.terms.preparations import ROLES, preparations
from tcmchain.terms.safety import WHOM, incompatibilities

_IDS = [herb.id for herb in herbs()]
_PAIRED = sorted({id for pair in incompatibilities() for id in pair})
_WORDS = st.text(st.characters(exclude_categories=("Cs",)), max_size=20).map(str.strip)
_STATED = st.sampled_from(Stated)
_LINES = st.builds(
    Line,
    herb=st.one_of(st.sampled_from(_IDS), st.sampled_from(_PAIRED), st.just(HerbId("")), st.just(HerbId("unheard-of"))),
    name=_WORDS,
    grams=st.decimals(0, 999, places=3, allow_nan=False).map(lambda grams: Decimal(f"{grams:.3f}")),
    form=st.sampled_from(["decoction", "powder", "pill", "external"]),
    preparations=st.lists(st.sampled_from(sorted(preparations())), max_size=3, unique=True).map(tuple),
    processing=_WORDS,
    role=st.sampled_from(["", *ROLES]),
)
_HERBS = st.lists(st.sampled_from(_IDS), max_size=3, unique=True).map(tuple)
_WHOM = st.lists(st.sampled_from(sorted(WHOM)), max_size=4, unique=True).map(tuple)
_SOME = st.lists(_WORDS.filter(bool), max_size=2, unique=True).map(tuple)
_PATIENTS = st.builds(
    Patient,
    sex=st.sampled_from(Sex),
    months=st.none() | st.integers(0, 1400),
    weight=st.none() | st.decimals(1, 200, places=1, allow_nan=False),
    pregnancy=_STATED,
    lactation=_STATED,
    allergies=_STATED,
    liver=_STATED,
    kidney=_STATED,
    takes_drugs=_STATED,
    allergic_to=_HERBS,
    allergens=_SOME,
    conditions=_WHOM,
    excluded=_WHOM,
    drugs=_SOME | st.just(("干扰素",)),
)
_PRESCRIPTIONS = st.builds(
    Prescription,
    lines=st.lists(_LINES, max_size=25).map(tuple),
    sheet=st.sampled_from(Sheet),
    patient=_PATIENTS,
    diagnosis=st.builds(Diagnosis, disease_words=_WORDS, syndrome_words=_WORDS),
    doses=st.integers(0, 40),
    days=st.integers(0, 40),
    times=st.integers(0, 6),
    route=st.sampled_from(Route),
    usage=_WORDS,
    emergency=st.booleans(),
    valid_days=st.integers(0, 9),
    follows=st.none() | st.builds(Follows, _WORDS, st.integers(0, 9), st.sampled_from(["小柴胡汤", "桂枝汤"])),
    head=st.lists(st.sampled_from(HEAD), max_size=7, unique=True).map(tuple),
)


@settings(deadline=None)
@given(_PRESCRIPTIONS)
def test_replay__any_prescription__comes_out_byte_by_byte(prescription: Prescription) -> None:
    verdict = check(prescription, rules())
    assert replay(rules().write(), write_prescription(prescription)).write() == verdict.write()
    assert read_verdict(verdict.write()) == verdict


@settings(deadline=None)
@given(_PRESCRIPTIONS, st.randoms())
def test_check__lines_in_any_order__finds_the_same_but_the_order_itself(one: Prescription, chance: Any) -> None:
    shuffled = list(one.lines)
    chance.shuffle(shuffled)
    of_order = ("norm-order",)
    before, after = (
        {finding for finding in check(it, rules()).findings if finding.rule not in of_order}
        for it in (one, replace(one, lines=tuple(shuffled)))
    )
    assert before == after


@settings(deadline=None)
@given(_PRESCRIPTIONS, _LINES)
def test_check__a_herb_more__takes_no_contradiction_away(one: Prescription, more: Line) -> None:
    def contradictions(it: Prescription) -> set[str]:
        return {f.id for f in check(it, rules()).findings if f.kind is Kind.CONTRADICTION}

    assert contradictions(one) <= contradictions(replace(one, lines=(*one.lines, more)))


@settings(deadline=None)
@given(_PRESCRIPTIONS)
def test_check__facts_that_are_unknown__are_never_milder_than_denied_ones(one: Prescription) -> None:
    facts = ("pregnancy", "lactation", "allergies", "liver", "kidney")

    def ids(state: Stated) -> set[str]:
        patient = replace(one.patient, **dict.fromkeys(facts, state))
        return {finding.id for finding in check(replace(one, patient=patient), rules()).findings}

    assert ids(Stated.NO) <= ids(Stated.UNKNOWN)


@settings(deadline=None)
@given(_PRESCRIPTIONS)
def test_read__what_was_written__is_the_same(prescription: Prescription) -> None:
    again = read_prescription(write_prescription(prescription))
    assert write_prescription(again) == write_prescription(prescription)
    assert prescription_of(document_of(prescription)) == again


_FIELDS = ("lines", "herb", "grams", "patient", "sex", "doses", "follows", "head", "diagnosis", "preparations")
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*_FIELDS, "x"]), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(_JSON | st.fixed_dictionaries({"lines": st.lists(_JSON, max_size=3)}))
def test_read__anything_at_all__is_a_prescription_or_unreadable(told: object) -> None:
    try:
        check(prescription_of(told), rules())
    except LineUnreadable:
        return


@settings(deadline=None)
@given(st.binary(max_size=80))
def test_read__any_bytes__are_a_prescription_or_unreadable(content: bytes) -> None:
    with pytest.raises(LineUnreadable):
        read_prescription(content)


_KINDS = ("eighteen", "nineteen", "monograph")


def test_check__every_pair_in_both_orders__is_found() -> None:
    for pair in incompatibilities():
        for one, other in itertools.permutations(pair):
            ids = found(sheet(line(f"{one} 1"), line(f"{other} 1")))
            named = "+".join(sorted(pair))
            assert any(id.endswith(f"/{named}") and id.split("-")[0].split("/")[0] in _KINDS for id in ids), pair


def test_check__every_herb_twice_over__has_no_pair_that_the_tables_lack() -> None:
    pairs = incompatibilities()
    everything = check(sheet(*(line(f"{id} 1") for id in _IDS)), rules())
    told = {frozenset(one.subjects) for one in everything.findings if one.kind is Kind.CONTRADICTION}
    assert told == set(pairs)

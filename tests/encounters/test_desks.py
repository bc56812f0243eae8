"""What a member's node knows of a visit, and how it is kept."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import text
from tests.encounters.visits import (
    ELSEWHERE,
    GRANT,
    HOSPITAL,
    NOW,
    OPENING,
    PATIENT,
    SALT,
    STRANGER,
    TERMS,
    VISIT,
    Told,
)

from tcmchain.chain.signers import LocalSigner
from tcmchain.consent.model.terms import Rights
from tcmchain.encounters.model import errors
from tcmchain.encounters.model.desk import CODES, commitment_of, recorded_file, visit_code
from tcmchain.encounters.service.desks import Desks, NodeSeal
from tcmchain.values import UnixTime, VisitId


def _handed(told: Told) -> None:
    told.permitted()
    told.desks.hand_in(HOSPITAL, VISIT, PATIENT, GRANT, OPENING)


def test_hand_in__what_the_patient_granted__is_kept_and_can_be_handed_in_again(told: Told) -> None:
    _handed(told)
    told.desks.next_code(HOSPITAL, VISIT)
    again = told.desks.hand_in(HOSPITAL, VISIT, PATIENT, GRANT, OPENING)
    assert (again.given, again.patient) == (1, PATIENT)


def test_hand_in__what_does_not_fit_the_chain__says_which_part(told: Told) -> None:
    told.permitted()
    reading = replace(OPENING, rights=Rights.READ)
    for part, patient, grant, opening in (
        ("patient", STRANGER, GRANT, OPENING),
        ("rights", PATIENT, GRANT, reading),
        ("grant", PATIENT, TERMS, OPENING),
        ("grant", PATIENT, GRANT, replace(OPENING, salt=TERMS)),
    ):
        with pytest.raises(errors.DeskWrong) as refused:
            told.desks.hand_in(HOSPITAL, VISIT, patient, grant, opening)
        assert refused.value.details == {"part": part}
    told.standing.keys.clear()
    with pytest.raises(errors.DeskWrong):
        told.desks.hand_in(HOSPITAL, VISIT, PATIENT, GRANT, OPENING)


def test_hand_in__by_another_institution__is_refused(told: Told) -> None:
    told.permitted()
    with pytest.raises(errors.NotOpen):
        told.desks.hand_in(ELSEWHERE, VISIT, PATIENT, GRANT, OPENING)


def test_keep__in_the_store__shows_neither_patient_nor_grant(told: Told) -> None:
    _handed(told)
    with told.store._engine.connect() as connection:
        kept = connection.execute(text("SELECT visit, member, sealed FROM encounters_desk")).one()
    for secret in (PATIENT[2:], GRANT[2:], SALT[2:], "就诊"):
        assert secret.lower().encode() not in repr(tuple(kept)).lower().encode()
    with pytest.raises(InvalidTag):
        NodeSeal(LocalSigner(b"\2" * 32)).open(kept.sealed, VISIT)


def test_give__codes__end_after_some_and_are_each_bound_to_the_visit(told: Told) -> None:
    _handed(told)
    codes = [told.desks.next_code(HOSPITAL, VISIT) for _ in range(CODES)]
    assert len({code.commitment for code in codes}) == CODES
    assert set(told.desks.waiting()) == {code.commitment for code in codes}
    with pytest.raises(errors.DeskWrong):
        told.desks.next_code(HOSPITAL, VISIT)


def test_give__codes_at_once__are_never_the_same(told: Told) -> None:
    _handed(told)
    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(lambda _: told.desks.next_code(HOSPITAL, VISIT), range(CODES)))
    assert len({code.commitment for code in codes}) == CODES
    assert told.desks.desk(VISIT).given == CODES


def test_give__before_the_desk_is_known__says_so(told: Told) -> None:
    told.permitted()
    with pytest.raises(errors.DeskUnknown):
        told.desks.next_code(HOSPITAL, VISIT)


def test_open__desk_that_another_account_sealed__is_unknown_and_stops_no_other(told: Told) -> None:
    _handed(told)
    told.desks.next_code(HOSPITAL, VISIT)
    later = Desks(told.store, NodeSeal(LocalSigner(b"\2" * 32)), told.visits, told.standing)
    assert later.waiting() == {}
    with pytest.raises(errors.DeskUnknown):
        later.desk(VISIT)
    later.hand_in(HOSPITAL, VISIT, PATIENT, GRANT, OPENING)
    assert later.desk(VISIT).given == 0


def test_derive__codes_and_files__need_the_nodes_secret_of_the_visit(told: Told) -> None:
    ours, other = told.seal.secret_of(VISIT), told.seal.secret_of(VisitId(TERMS))
    foreign = NodeSeal(LocalSigner(b"\2" * 32)).secret_of(VISIT)
    assert len({visit_code(secret, 0) for secret in (ours, other, foreign)}) == 3
    assert commitment_of(visit_code(ours, 0)) != commitment_of(visit_code(ours, 1))
    assert recorded_file(ours, "tx/1") == recorded_file(ours, "tx/1")
    assert len({recorded_file(secret, "tx/1") for secret in (ours, other, foreign)}) == 3
    # What stands in the calldata of every append must lead to none of it.
    assert visit_code(bytes.fromhex(SALT[2:]), 0) not in {visit_code(ours, number) for number in range(CODES)}


def test_hand_in__under_another_grant__keeps_the_codes_that_were_given(told: Told) -> None:
    _handed(told)
    code = told.desks.next_code(HOSPITAL, VISIT)
    told.standing.appends.add((TERMS, PATIENT, SALT, HOSPITAL, OPENING.terms))
    told.desks.hand_in(HOSPITAL, VISIT, PATIENT, TERMS, OPENING)
    assert told.desks.waiting()[code.commitment][1].grant == TERMS


def test_sweep__a_day_after_the_end__forgets_the_desk(told: Told) -> None:
    _handed(told)
    told.desks.sweep(UnixTime(NOW + 3600))
    assert told.desks.desk(VISIT).given == 0
    told.desks.sweep(UnixTime(NOW + 3601))
    with pytest.raises(errors.DeskUnknown):
        told.desks.desk(VISIT)

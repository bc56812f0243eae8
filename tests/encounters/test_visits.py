"""Asking, permitting, declining and ending, before the chain is asked."""

import pytest
from tests.encounters.visits import (
    ELSEWHERE,
    GRANT,
    HOSPITAL,
    NOW,
    PATIENT,
    PHYSICIAN,
    SALT,
    STRANGER,
    TERMS,
    VISIT,
    Told,
)

from tcmchain.crypto.digest import whom_hash
from tcmchain.encounters.contract import visit_id
from tcmchain.encounters.model import errors
from tcmchain.encounters.model.visits import LONGEST, permission_of
from tcmchain.values import ZERO_HASH, UnixTime

SOON = UnixTime(NOW + 60)


def test_ask__without_a_licence__is_refused(told: Told) -> None:
    with pytest.raises(errors.NotPractitioner):
        told.visits.request(STRANGER, TERMS, TERMS, SOON)


def test_ask__without_commitments_or_for_no_time__is_refused(told: Told) -> None:
    with pytest.raises(errors.NothingGiven):
        told.visits.request(PHYSICIAN, ZERO_HASH, TERMS, SOON)
    for until in (NOW, NOW + LONGEST + 1):
        with pytest.raises(errors.VisitWrongEnd):
            told.visits.request(PHYSICIAN, TERMS, TERMS, UnixTime(until))


def test_permit__by_whom_it_is_not_meant_for__is_refused(told: Told) -> None:
    told.requested()
    with pytest.raises(errors.NotMeant):
        told.visits.permit(VISIT, STRANGER, SALT, TERMS, SOON)
    with pytest.raises(errors.NotMeant):
        told.visits.decline(VISIT, PATIENT, TERMS)


def test_permit__too_late_or_twice_or_unknown__is_refused(told: Told) -> None:
    with pytest.raises(errors.VisitUnknown):
        told.visits.permit(VISIT, PATIENT, SALT, TERMS, SOON)
    told.permitted()
    with pytest.raises(errors.VisitWrongState):
        told.visits.permit(VISIT, PATIENT, SALT, TERMS, SOON)


def test_permit__after_the_request_ran_out__is_refused(told: Told) -> None:
    told.requested()
    told.now = NOW + 601
    with pytest.raises(errors.VisitWrongEnd):
        told.visits.permit(VISIT, PATIENT, SALT, TERMS, UnixTime(NOW + 900))


def test_finish__what_is_not_permitted__is_refused(told: Told) -> None:
    told.requested()
    with pytest.raises(errors.VisitWrongState):
        told.visits.finish(VISIT)


def test_open__at_another_institution_or_run_out__is_refused(told: Told) -> None:
    told.permitted()
    assert told.visits.open_at(VISIT, HOSPITAL).patient == PATIENT
    with pytest.raises(errors.NotOpen):
        told.visits.open_at(VISIT, ELSEWHERE)
    told.now = NOW + 3601
    with pytest.raises(errors.NotOpen):
        told.visits.open_at(VISIT, HOSPITAL)


def test_name__the_next_request__follows_those_made(told: Told) -> None:
    assert told.visits.next_id(PHYSICIAN) == VISIT
    told.requested()
    assert told.visits.next_id(PHYSICIAN) == visit_id(PHYSICIAN, 2) != VISIT


def test_commit__to_grants__depends_on_salt_order_and_number() -> None:
    commitments = {
        permission_of(SALT, [GRANT]),
        permission_of(TERMS, [GRANT]),
        permission_of(SALT, [GRANT, TERMS]),
        permission_of(SALT, [TERMS, GRANT]),
        permission_of(SALT, []),
    }
    assert len(commitments) == 5
    assert whom_hash(SALT, PATIENT) not in commitments

"""Visits as a replay of events."""

from tests.encounters.visits import HOSPITAL, NOW, PATIENT, PHYSICIAN, STRANGER, TERMS, VISIT, Told

from tcmchain.encounters.model.visits import VisitState
from tcmchain.encounters.readmodel.records import Wanted


def test_replay__a_request_and_its_permission__is_an_open_visit_of_the_patient(told: Told) -> None:
    told.requested()
    asked = told.records.visit(VISIT)
    assert asked is not None
    assert (asked.state, asked.patient, asked.until) == (VisitState.REQUESTED, None, NOW + 600)
    told.tell("Encounters", "Permitted", id=VISIT, patient=PATIENT, permission=TERMS, until=NOW + 3600)
    found = told.records.visit(VISIT)
    assert found is not None
    assert (found.state, found.patient, found.permission, found.until) == (
        VisitState.PERMITTED,
        PATIENT,
        TERMS,
        NOW + 3600,
    )
    assert found.is_open(NOW + 3600)
    assert not found.is_open(NOW + 3601)


def test_replay__declined_or_finished__closes(told: Told) -> None:
    told.permitted()
    told.tell("Encounters", "Finished", id=VISIT, by=PHYSICIAN)
    found = told.records.visit(VISIT)
    assert found is not None
    assert (found.state, found.ended_by) == (VisitState.FINISHED, PHYSICIAN)
    assert not found.is_open(NOW)


def test_list__by_member_practitioner_patient_state_and_terms__finds_only_those(told: Told) -> None:
    told.permitted()
    good = (
        Wanted(member=HOSPITAL),
        Wanted(practitioner=PHYSICIAN, state=VisitState.PERMITTED),
        Wanted(patient=PATIENT, terms=TERMS),
    )
    assert all([one.id for one in told.records.visits(wanted, 10)] == [VISIT] for wanted in good)
    step = told.records.visits(Wanted(), 10)[0].step
    assert told.records.visits(Wanted(patient=STRANGER), 10) == []
    assert told.records.visits(Wanted(), 10, before=step) == []
    assert told.records.requests_of(PHYSICIAN) == 1


def test_list__dispensings_of_some_commitments__tells_no_others(told: Told) -> None:
    told.dispensed(TERMS)
    tx = told.dispensed(VISIT)  # type: ignore[arg-type]
    assert [found.tx for found in told.records.dispensings([VISIT])] == [tx]  # type: ignore[list-item]
    assert told.records.dispensings([]) == []

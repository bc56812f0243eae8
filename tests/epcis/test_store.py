"""The store by itself, in SQLite and in PostgreSQL: what is written is found, by any mark, page by page, once."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from tests.epcis.examples import document, event

from tcmchain.epcis.model.jobs import CaptureJob, ErrorBehaviour, Fault, JobId
from tcmchain.epcis.model.parameters import read_question
from tcmchain.epcis.model.refusals import QueryKnownAlready
from tcmchain.epcis.readmodel import tables
from tcmchain.epcis.readmodel.batches import BatchStore
from tcmchain.epcis.readmodel.events import EventStore
from tcmchain.epcis.readmodel.jobs import JobStore
from tcmchain.epcis.readmodel.queries import NamedQuery, QueryStore, Subscription
from tcmchain.epcis.readmodel.rows import Batch
from tcmchain.epcis.service.reading import Reading, read
from tcmchain.index.engine import open_engine
from tcmchain.values import Address, MemberId

_MEMBER = MemberId("0x" + "11" * 32)
_ACCOUNT = Address("0x" + "22" * 20)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    url = f"sqlite:///{tmp_path / 'epcis.db'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    found = open_engine(url, durable=True)
    tables.metadata.create_all(found)
    yield found
    tables.metadata.drop_all(found)
    found.dispose()


def _reading(*numbers: int) -> Reading:
    events = [event(epcList=[f"urn:epc:id:sgtin:4012345.011111.{number}"]) for number in numbers]
    return read(document(*events), ErrorBehaviour.ROLLBACK)


def _add(engine: Engine, store: EventStore, reading: Reading, moment: int) -> None:
    with engine.begin() as connection:
        store.add(connection, reading.events, reading.marks, _MEMBER, moment, {})


def test_add__events__are_found_by_key_id_and_marks(engine: Engine) -> None:
    store = EventStore(engine)
    _add(engine, store, first := _reading(1, 2), 1000)
    _add(engine, store, _reading(3), 2000)
    assert (store.last(), store.count()) == (3, 3)
    assert set(store.known([each.key for each in first.events])) == {each.key for each in first.events}
    assert [found.seq for found in store.by_id(first.events[0].id)] == [1]
    assert store.taken({first.events[1].id}) == {first.events[1].id: first.events[1].hash}
    question = read_question({"MATCH_epc": "urn:epc:id:sgtin:4012345.011111.3"})
    assert [found.seq for found in store.candidates(question, None, 0, 3, 10)] == [3]
    assert store.words("bizStep", "", 10) == ["departing"]
    assert store.has_word("type", "ObjectEvent")


def test_candidates__by_the_time_of_record__are_those_between(engine: Engine) -> None:
    store = EventStore(engine)
    for moment in (1000, 2000, 3000):
        _add(engine, store, _reading(moment), moment)
    question = read_question({"GE_recordTime": "1970-01-01T00:00:02Z", "LT_recordTime": "1970-01-01T00:00:03Z"})
    assert [found.seq for found in store.candidates(question, None, 0, 3, 10)] == [2]


@pytest.mark.parametrize("order", ["eventTime", "recordTime"])
def test_candidates__in_small_pieces__come_once_each(engine: Engine, order: str) -> None:
    store = EventStore(engine)
    _add(engine, store, _reading(*range(25)), 1000)
    question = read_question({"orderBy": order, "orderDirection": "ASC"})
    assert [found.seq for found in store.candidates(question, None, 0, 25, 4)] == list(range(1, 26))


def test_alias__of_another_id__leads_to_the_event(engine: Engine) -> None:
    store = EventStore(engine)
    _add(engine, store, _reading(1), 1000)
    for _ in range(2):
        with engine.begin() as connection:
            store.alias(connection, {"urn:uuid:another": 1})
    assert [found.seq for found in store.by_id("urn:uuid:another")] == [1]


def test_job__handed_in__is_unfinished_until_it_is_written(engine: Engine) -> None:
    store = JobStore(engine)
    job = CaptureJob(JobId("a" * 32), _MEMBER, _ACCOUNT, ErrorBehaviour.PROCEED, 1, None, True, 1, 0, 0, 0, ())
    store.hand_in(job, b"the document")
    ((number, found, payload),) = store.unfinished(0, 5)
    assert (number, found, payload) == (1, job, b"the document")
    fault = Fault(0, "/epcisBody/eventList/0", "rule", "epcis-event-invalid", {"value": "x"})
    done = CaptureJob(job.id, _MEMBER, _ACCOUNT, job.behaviour, 1, 2, False, 1, 0, 0, 0, (fault,))
    with engine.begin() as connection:
        store.finish(connection, done)
    assert store.job(job.id) == done
    assert store.unfinished(0, 5) == []
    assert store.jobs(_MEMBER, 5) == [(1, done)]


def test_moves__begun__are_remembered_until_they_are_ended(engine: Engine) -> None:
    store = JobStore(engine)
    store.begin_moves(_MEMBER, {b"\1" * 32: b"\2" * 32}, 7)
    assert store.begun([b"\1" * 32, b"\3" * 32]) == {b"\1" * 32: 7}
    with engine.begin() as connection:
        store.end_moves(connection, [b"\1" * 32])
    assert store.begun([b"\1" * 32]) == {}


def test_batch__kept__has_its_leaves_and_is_anchored_once(engine: Engine) -> None:
    events, store = EventStore(engine), BatchStore(engine)
    _add(engine, events, _reading(1, 2, 3), 1000)
    leaves = store.next_leaves(_MEMBER, 2)
    assert [seq for seq, _, _ in leaves] == [1, 2]
    batch = Batch(_MEMBER, 1, 1, 2, 2, b"\5" * 32, 1, None, False)
    store.keep(batch)
    assert store.unanchored() == [batch]
    assert [seq for seq, _ in store.leaves(batch)] == [1, 2]
    store.anchored(batch, "0x" + "33" * 32)
    found = store.of(_MEMBER, 2)
    assert found is not None
    assert found.anchored
    assert store.of(_MEMBER, 3) is None
    assert [seq for seq, _, _ in store.next_leaves(_MEMBER, 5)] == [3]
    assert store.newest(5) == [found]


def test_query__named_twice__is_refused(engine: Engine) -> None:
    store = QueryStore(engine)
    query = NamedQuery("q", _MEMBER, 1, {"EQ_bizStep": ["packing"]})
    store.add_query(query)
    with pytest.raises(QueryKnownAlready):
        store.add_query(query)
    told = Subscription("s", "q", _MEMBER, 1, {"dest": "https://a.example/"}, 0, None, None, 0)
    store.add_subscription(told)
    store.note("s", 5, 9, None, 0)
    found = store.subscription("s")
    assert found is not None
    assert (found.told, found.notified, store.count_of(_MEMBER)) == (5, 9, 1)
    store.forget_query("q")
    assert (store.query("q"), store.subscriptions()) == (None, [])

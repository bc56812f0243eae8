"""The event hash ID equals the published ones, stays under every change of writing, and differs on any of meaning."""

from copy import deepcopy
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.epcis.examples import HASHED, event, events_of

from tcmchain.epcis.model.contexts import read_context
from tcmchain.epcis.model.event_hash import event_hash, number, pre_hash, text
from tcmchain.epcis.model.moments import milliseconds, stamp
from tcmchain.epcis.model.normal_form import normal_form


def _hash(given: dict[str, Any]) -> str:
    return event_hash(normal_form(given, read_context(given["@context"])))


@pytest.mark.parametrize("path", HASHED, ids=lambda path: path.stem)
def test_hash__published_examples__gives_the_published_hashes(path: Path) -> None:
    given, events, ignored = events_of(path.read_bytes())
    context = read_context(given)
    names = [context.name(name) or name for name in ignored]
    found = [event_hash(normal_form(one, context), names) for one in events]
    assert found == path.with_suffix(".hashes").read_text().split()


def test_count__published_examples__are_forty_three_events() -> None:
    assert sum(len(events_of(path.read_bytes())[1]) for path in HASHED) == 43


def test_write__reference_example__gives_the_published_string() -> None:
    path = next(path for path in HASHED if path.stem == "ReferenceEventHashAlgorithm3")
    given, (one,), _ = events_of(path.read_bytes())
    assert pre_hash(normal_form(one, read_context(given))) == (
        "eventType=ObjectEventeventTime=2020-03-04T10:00:30.000ZeventTimeZoneOffset=+01:00"
        "epcListepc=https://id.gs1.org/01/00614141111114/21/987action=OBSERVE"
        "bizStep=https://ref.gs1.org/cbv/BizStep-departingdisposition=https://ref.gs1.org/cbv/Disp-in_transit"
        "readPointid=https://id.gs1.org/414/4012345000115{https://ns.example.com/epcis/}myField1=AB-12"
        "bizTransactionListtype=https://ref.gs1.org/cbv/BTT-pobizTransaction=https://id.gs1.org/253/4012345111118123"
        "destinationListtype=https://ref.gs1.org/cbv/SDT-owning_partydestination=https://id.gs1.org/417/0614141000005"
        "sourceListtype=https://ref.gs1.org/cbv/SDT-owning_partysource=https://id.gs1.org/417/4012345000009"
        "{https://ns.example.com/epcis/}userExt=CD-34"
    )


_EPCS = st.tuples(st.integers(0, 999999), st.text("ABCDEFGHXYZ0123456789-_.'", min_size=1, max_size=12)).map(
    lambda pair: f"urn:epc:id:sgtin:4012345.{pair[0]:06}.{pair[1]}"
)
_NUMBERS = st.one_of(st.integers(1, 10**12), st.decimals(min_value="0.001", max_value=10**6, places=3).map(float))
_QUANTITIES = st.lists(
    st.fixed_dictionaries(
        {
            "epcClass": st.integers(0, 99999).map(lambda lot: f"urn:epc:class:lgtin:4012345.012345.L{lot}"),
            "quantity": _NUMBERS,
            "uom": st.sampled_from(["KGM", "GRM"]),
        }
    ),
    max_size=4,
)
_PAIRS = st.lists(
    st.fixed_dictionaries(
        {
            "type": st.sampled_from(["po", "desadv", "inv"]),
            "bizTransaction": st.integers(0, 99999).map(lambda n: f"urn:epcglobal:cbv:bt:4012345000009:{n}"),
        }
    ),
    max_size=4,
)
_TEXT = st.text(st.characters(min_codepoint=32, max_codepoint=0x9FFF), max_size=20)
_INNER = st.recursive(
    st.one_of(_TEXT, st.integers(-(10**9), 10**9), st.booleans()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["example:a", "example:b"]), inner, max_size=2)
    ),
    max_leaves=6,
)
_REPORTS = st.lists(
    st.fixed_dictionaries({"type": st.sampled_from(["Temperature", "Speed", "Mass"]), "value": _NUMBERS}),
    min_size=1,
    max_size=3,
)
_MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2025, 12, 31)).map(lambda moment: moment.replace(microsecond=0))


@st.composite
def _events(draw: st.DrawFn) -> dict[str, Any]:
    found = event(
        eventTime=draw(_MOMENTS).isoformat() + ".250Z",
        epcList=draw(st.lists(_EPCS, min_size=1, max_size=5, unique=True)),
        quantityList=draw(_QUANTITIES),
        bizTransactionList=draw(_PAIRS),
        sensorElementList=[{"sensorReport": draw(_REPORTS)} for _ in range(draw(st.integers(0, 2)))],
    )
    found.update(draw(st.dictionaries(st.sampled_from(["example:x", "example:y", "example:z"]), _INNER, max_size=3)))
    return found


def _shuffled(value: Any, draw: st.DrawFn) -> Any:
    if isinstance(value, dict):
        return {name: _shuffled(value[name], draw) for name in draw(st.permutations(list(value)))}
    if isinstance(value, list):
        return [_shuffled(one, draw) for one in draw(st.permutations(value))]
    return value


@given(st.data(), _events())
def test_hash__members_and_lists_in_another_order__is_the_same(data: st.DataObject, one: dict[str, Any]) -> None:
    context = one.pop("@context")
    other = _shuffled(deepcopy(one), data.draw)
    assert _hash({**other, "@context": context}) == _hash({**one, "@context": context})


@given(_events(), st.integers(-13, 14))
def test_hash__same_instant_in_another_zone__is_the_same(one: dict[str, Any], hours: int) -> None:
    moment = datetime.fromisoformat(one["eventTime"]).astimezone(timezone(timedelta(hours=hours)))
    assert _hash({**one, "eventTime": moment.isoformat(timespec="milliseconds")}) == _hash(one)
    assert _hash({**one, "eventTime": moment.isoformat(timespec="microseconds")}) == _hash(one)


@given(_events())
def test_hash__identifiers_as_digital_links_of_another_domain__is_the_same(one: dict[str, Any]) -> None:
    canonical = normal_form(one, read_context(one["@context"]))
    written = pre_hash(canonical)
    links = [part.split("action=")[0].split("quantityList")[0] for part in written.split("epc=")[1:]]
    other = [link.replace("https://id.gs1.org/", "https://shop.example.com/some/way/") + "?17=261231" for link in links]
    assert _hash({**one, "epcList": other}) == _hash(one)


@given(_events())
def test_hash__vocabulary_in_every_spelling__is_the_same(one: dict[str, Any]) -> None:
    spellings = (
        "https://ref.gs1.org/cbv/BizStep-departing",
        "cbv:BizStep-departing",
        "urn:epcglobal:cbv:bizstep:departing",
    )
    assert {_hash({**one, "bizStep": spelling}) for spelling in spellings} == {_hash(one)}


@given(_events(), _TEXT)
def test_hash__what_repositories_add__changes_nothing(one: dict[str, Any], note: str) -> None:
    added = {
        "recordTime": "2026-01-01T00:00:00Z",
        "eventID": "urn:uuid:7dad6e3f-8eb5-4f36-9d0f-f9f5f4c5e1a0",
        "errorDeclaration": {"declarationTime": "2026-01-02T00:00:00Z", "reason": "incorrect_data"},
        "rdfs:comment": note,
    }
    assert _hash({**one, **added}) == _hash(one)


@pytest.mark.parametrize(
    "change",
    [
        {"eventTime": "2026-03-04T11:00:30.001+08:00"},
        {"eventTimeZoneOffset": "+07:00"},
        {"action": "ADD"},
        {"bizStep": "arriving"},
        {"disposition": "in_transit"},
        {"persistentDisposition": {"set": ["recalled"]}},
        {"persistentDisposition": {"unset": ["recalled"]}},
        {"epcList": ["urn:epc:id:sgtin:4012345.011111.9877"]},
        {"epcList": ["urn:epc:id:sgtin:4012345.011111.9876", "urn:epc:id:sgtin:4012345.011111.9877"]},
        {"readPoint": {"id": "urn:epc:id:sgln:4012345.00011.0"}},
        {"bizLocation": {"id": "urn:epc:id:sgln:4012345.00011.987"}},
        {"quantityList": [{"epcClass": "urn:epc:class:lgtin:4012345.012345.L1", "quantity": 1, "uom": "KGM"}]},
        {"quantityList": [{"epcClass": "urn:epc:class:lgtin:4012345.012345.L1", "quantity": 1, "uom": "GRM"}]},
        {"quantityList": [{"epcClass": "urn:epc:class:lgtin:4012345.012345.L1", "quantity": 1}]},
        {"bizTransactionList": [{"type": "po", "bizTransaction": "urn:epcglobal:cbv:bt:4012345000009:1"}]},
        {"bizTransactionList": [{"type": "inv", "bizTransaction": "urn:epcglobal:cbv:bt:4012345000009:1"}]},
        {"bizTransactionList": [{"bizTransaction": "urn:epcglobal:cbv:bt:4012345000009:1"}]},
        {"sourceList": [{"type": "owning_party", "source": "urn:epc:id:pgln:4012345.00000"}]},
        {"destinationList": [{"type": "owning_party", "destination": "urn:epc:id:pgln:4012345.00000"}]},
        {"certificationInfo": "https://accreditation.example.org/ABC"},
        {"example:a": "1"},
        {"example:a": "2"},
        {"example:a": ["1", "2"]},
        {"example:a": True},
        {"example:a": "81234567890123456789"},
        {"example:a": "81234567890123456788"},
        {"sensorElementList": [{"sensorReport": [{"type": "Temperature", "value": 4, "uom": "CEL"}]}]},
        {"sensorElementList": [{"sensorReport": [{"type": "Temperature", "value": 4, "uom": "FAH"}]}]},
        {"sensorElementList": [{"sensorReport": [{"type": "Temperature", "maxValue": 4, "uom": "CEL"}]}]},
        {"sensorElementList": [{"sensorReport": [{"type": "Dimensionless", "stringValue": "1.0"}]}]},
        {"sensorElementList": [{"sensorReport": [{"type": "Dimensionless", "stringValue": "1"}]}]},
    ],
)
def test_hash__another_meaning__is_another(change: dict[str, Any], seen: dict[str, Any]) -> None:
    found = _hash(event(**change))
    assert found not in seen
    seen[found] = change


@pytest.fixture(scope="module")
def seen() -> dict[str, Any]:
    return {_hash(event()): {}}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("2023-02-02T11:04:03.1415Z", "2023-02-02T11:04:03.142Z"),
        ("2023-02-02T11:04:03.1414Z", "2023-02-02T11:04:03.141Z"),
        ("2023-02-02T11:04:03.1425Z", "2023-02-02T11:04:03.143Z"),
        ("2023-12-31T23:59:59.9996Z", "2024-01-01T00:00:00.000Z"),
        ("2020-03-04T11:00:30+01:00", "2020-03-04T10:00:30.000Z"),
        ("2005-07-11T11:30:47.0Z", "2005-07-11T11:30:47.000Z"),
        ("2022-02-15T01:33:31.116000-06:00", "2022-02-15T07:33:31.116Z"),
    ],
)
def test_write__moment__is_in_utc_and_whole_milliseconds(given: str, expected: str) -> None:
    assert stamp(given) == expected


@pytest.mark.parametrize(
    "given",
    ["2023-02-02", "2023-02-02T11:04:03", "2023-02-30T11:04:03Z", "2023-02-02T11:04:60Z", "2023-02-02T11:04:03.Z"],
)
def test_read__moment_without_zone_or_day__is_refused(given: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        milliseconds(given)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("1.0", "1"),
        ("+007.50", "7.5"),
        ("-0.0", "0"),
        (".5", "0.5"),
        ("0.3434000", "0.3434"),
        ("1e3", "1000"),
        ("2026-01-01", "2026-01-01"),
        ("geo:1.0,2", "geo:1.0,2"),
        ("1_000", "1_000"),
    ],
)
def test_write__text_that_is_a_number__has_no_needless_zeros(given: str, expected: str) -> None:
    assert text(given) == expected


@pytest.mark.parametrize(("given", "expected"), [(26.0, "26"), (0.1, "0.1"), (True, "true"), (10**20, "1" + "0" * 20)])
def test_write__number__is_as_short_as_can_be(given: float, expected: str) -> None:
    assert number(given) == expected

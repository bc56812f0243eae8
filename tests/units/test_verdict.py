"""What sightings of a unit amount to."""

from dataclasses import replace

import pytest

from tcmchain.units.model.codes import Serial
from tcmchain.units.model.opening import Opened, Opening, Purpose
from tcmchain.units.model.sightings import Dispensing, Hold, Scan, ScanKind, Sightings
from tcmchain.units.model.verdict import GRADES, Evidence, Grade, Ground, Thresholds, Verdict, distance_km, judge
from tcmchain.units.pages.wording import RECALLED, SAYINGS, TITLES, title_of
from tcmchain.values import BlockNumber, Hash32, LotId, MemberId, RecallId, UnixTime

LOT, TX = LotId("0x" + "07" * 32), Hash32("0x" + "05" * 32)
PHARMACY, HOSPITAL = MemberId("0x" + "0a" * 32), MemberId("0x" + "0b" * 32)
HOUR, DAY, NOON = 3600, 86_400, 1_760_000_000
BEIJING, GUANGZHOU, HEBEI, ANGUO = 110000, 440000, 130000, 130683
SEEN = Sightings(LOT, Serial(1), True, packed_tx=TX)


def at(days: float) -> UnixTime:
    return UnixTime(int(NOON + days * DAY))


def trade(days: float, place: int = BEIJING, member: MemberId = PHARMACY) -> Scan:
    return Scan(at(days), ScanKind.TRADE, place, member)


def look(days: float, place: int = 0) -> Scan:
    return Scan(at(days), ScanKind.LOOK, place)


def dispensed(days: float, place: int = BEIJING, member: MemberId = PHARMACY) -> Dispensing:
    return Dispensing(at(days), member, place, TX)


def opened(days: float) -> Opened:
    return Opened(Opening(LOT, Serial(1), Purpose.TAKE, at(days), BEIJING), at(days), BlockNumber(3), TX)


def grounds(seen: Sightings, thresholds: Thresholds | None = None, now: float = 100) -> set[Ground]:
    return {one.ground for one in judge(seen, thresholds or Thresholds(), at(now)).evidence}


def test_judge__honest_unit__is_fine() -> None:
    seen = replace(SEEN, scans=(trade(0), trade(3), look(11)), dispensings=(dispensed(10),))
    verdict = judge(seen, Thresholds(), at(12))
    assert verdict.grade is Grade.FINE
    assert {one.ground for one in verdict.evidence} == {Ground.PROVEN, Ground.DISPENSED}
    assert verdict.evidence[0].tx == TX


def test_judge__code_that_was_never_packed__is_suspected_and_says_nothing_else() -> None:
    seen = replace(SEEN, proven=False, scans=(trade(0),))
    verdict = judge(seen, Thresholds(), at(1))
    assert [one.ground for one in verdict.evidence] == [Ground.UNKNOWN_CODE]
    assert verdict.grade is Grade.SUSPECTED


def test_judge__tree_out_of_reach__is_a_notice() -> None:
    verdict = judge(replace(SEEN, proven=None), Thresholds(), at(1))
    assert verdict.grade is Grade.NOTICE
    assert verdict.evidence[0].ground is Ground.UNCHECKED


def test_judge__opened_before__tells_when_and_where() -> None:
    (first, *_) = judge(replace(SEEN, opened=opened(5)), Thresholds(), at(6)).evidence
    assert (first.ground, first.at, first.place, first.tx) == (Ground.OPENED_BEFORE, at(5), BEIJING, TX)
    assert first.grade is Grade.NOTICE


def test_judge__second_dispensing__is_suspected_with_its_step() -> None:
    seen = replace(SEEN, dispensings=(dispensed(10), dispensed(30, GUANGZHOU, HOSPITAL)))
    (first, *_) = judge(seen, Thresholds(), at(31)).evidence
    assert (first.ground, first.member, first.place, first.tx) == (Ground.SECOND_DISPENSING, HOSPITAL, GUANGZHOU, TX)


@pytest.mark.parametrize(("days", "found"), [(10.5, False), (10.99, False), (11.01, True), (20, True)])
def test_judge__trade_after_dispensing__is_suspected_after_the_grace(days: float, found: bool) -> None:
    seen = replace(SEEN, scans=(trade(days),), dispensings=(dispensed(10),))
    assert (Ground.TRADE_AFTER_DISPENSING in grounds(seen)) is found


def test_judge__trade_after_opening__is_suspected() -> None:
    assert Ground.TRADE_AFTER_OPENING in grounds(replace(SEEN, scans=(trade(9),), opened=opened(5)))
    assert Ground.TRADE_AFTER_OPENING not in grounds(replace(SEEN, scans=(trade(4),), opened=opened(5)))


@pytest.mark.parametrize(("hours", "found"), [(1, True), (1.5, True), (2.5, False), (48, False)])
def test_judge__members_far_apart__are_suspected_when_no_carriage_is_so_fast(hours: float, found: bool) -> None:
    seen = replace(SEEN, scans=(trade(0), trade(hours / 24, GUANGZHOU, HOSPITAL)))
    assert (Ground.IMPOSSIBLE_TRAVEL in grounds(seen)) is found


def test_judge__readers_far_apart__are_a_notice_only() -> None:
    seen = replace(SEEN, scans=(look(0, BEIJING), look(0.01, GUANGZHOU)))
    verdict = judge(seen, Thresholds(), at(1))
    assert verdict.grade is Grade.NOTICE
    assert verdict.evidence[0].ground is Ground.FAR_LOOKS
    assert 1700 < verdict.evidence[0].amount < 2100


def test_judge__neighbouring_places_or_none_told__are_no_travel() -> None:
    assert Ground.FAR_LOOKS not in grounds(replace(SEEN, scans=(look(0, BEIJING), look(0, HEBEI), look(0))))


def test_judge__lot_held_up__is_a_notice_with_the_recall() -> None:
    hold = Hold(RecallId("0x" + "0c" * 32), at(3), TX)
    verdict = judge(replace(SEEN, holds=(hold,)), Thresholds(), at(4))
    assert (verdict.grade, verdict.evidence[0].ground, verdict.evidence[0].at) == (Grade.NOTICE, Ground.HELD_UP, at(3))


@pytest.mark.parametrize(
    ("channels", "place", "found"),
    [((HEBEI,), ANGUO, False), ((HEBEI,), BEIJING, True), ((HEBEI, BEIJING), BEIJING, False), ((), BEIJING, False),
     ((ANGUO,), HEBEI, True), ((130600,), ANGUO, False)],
)  # fmt: skip
def test_judge__trade_outside_the_sales_region__is_a_notice(channels: tuple[int, ...], place: int, found: bool) -> None:
    seen = replace(SEEN, scans=(trade(0, place),), channels=channels)
    assert (Ground.OTHER_CHANNEL in grounds(seen)) is found


def test_judge__many_looks__count_within_the_days_only() -> None:
    many = replace(SEEN, scans=tuple(look(day) for day in range(21)))
    assert Ground.MANY_LOOKS in grounds(many, now=21)
    assert Ground.MANY_LOOKS not in grounds(many, now=40)
    assert Ground.MANY_LOOKS not in grounds(many, Thresholds(looks=21), now=21)


def test_judge__several_grounds__stand_with_the_gravest_first() -> None:
    seen = replace(SEEN, opened=opened(5), dispensings=(dispensed(1), dispensed(2)), scans=(trade(9),))
    grades = [one.grade for one in judge(seen, Thresholds(), at(10)).evidence]
    assert grades == sorted(grades, reverse=True)
    assert grades[0] is Grade.SUSPECTED


def test_measure_distance__places_on_no_list__is_that_of_the_province_or_nothing() -> None:
    assert distance_km(BEIJING, BEIJING) == 0
    assert distance_km(999999, BEIJING) == 0
    assert distance_km(440103, GUANGZHOU) == 0


def test_word__every_ground_and_grade__has_a_sentence_that_never_says_false_goods() -> None:
    assert set(SAYINGS) == set(GRADES) == set(Ground)
    assert set(TITLES) == set(Grade)
    assert not [text for text, _ in SAYINGS.values() if "假" in text]
    assert TITLES[Grade.SUSPECTED][0].startswith("疑似")


def test_title__recalled_lot__says_stop_unless_it_is_suspected() -> None:
    held_up = Evidence(Ground.HELD_UP)
    assert title_of(Verdict(Grade.NOTICE, (held_up,))) == RECALLED
    assert title_of(Verdict(Grade.SUSPECTED, (held_up,))) == TITLES[Grade.SUSPECTED]
    assert title_of(Verdict(Grade.NOTICE, ())) == TITLES[Grade.NOTICE]

"""What the pages of lots tell, and when a kept page is no longer good."""

from typing import Any

import pytest
from tests.browser.ginseng import PACKED, Roll, tell
from tests.provenance.ledger_of_events import DAY, NOON, QUOTA, Replay

from tcmchain.provenance.pages.names import Names
from tcmchain.provenance.pages.shelf import Shelf
from tcmchain.provenance.pages.stages import fact_chips
from tcmchain.provenance.pages.story import Story, proofs_of, story_of
from tcmchain.provenance.pages.tables import lots_table
from tcmchain.web.i18n import Language


@pytest.fixture
def replay() -> Replay:
    found = Replay()
    tell(found)
    return found


def _names(language: Language = "zh") -> Names:
    roll: Any = Roll()
    return Names(roll, language)


def _story(replay: Replay, now: int = NOON + 60 * DAY, language: Language = "zh") -> Story:
    return story_of(replay.ledger.certificate(PACKED), _names(language), now)


def test_tell_story__whole_way__starts_in_the_field_and_closes(replay: Replay) -> None:
    told = _story(replay)
    assert [told.stages[0].title, told.stages[1].title] == ["农事记录", "采收"]
    assert {chip.name: chip.value for chip in told.headline}["产地"] == "吉林省白山市抚松县北岗镇"
    assert told.warnings == ()
    assert not told.doubtful


def test_tell_story__in_english__names_herb_member_and_step(replay: Replay) -> None:
    told = _story(replay, language="en")
    assert (told.herb.form, told.maker.name, told.stages[1].title) == (
        "dried ginseng",
        "Anguo Bencao (example)",
        "Harvest",
    )


@pytest.mark.parametrize(("language", "told"), [("zh", "北京市、河北省、99"), ("en", "Beijing, Hebei, 99")])
def test_tell_facts__sales_region__is_named_where_the_code_is_known(language: Language, told: str) -> None:
    chips = fact_chips({"channel": ["110000", "130000", "99"]}, _names(language))
    assert [chip.value for chip in chips] == [told]


def test_tell_story__expired_lot__is_doubtful(replay: Replay) -> None:
    told = _story(replay, now=NOON + 1_001 * DAY)
    assert told.doubtful
    assert "过期" in told.warnings[0]


def test_tell_story__quota_withdrawn_since__is_doubtful(replay: Replay) -> None:
    replay.apply("QuotaWithdrawn", quota=QUOTA, by=QUOTA)
    assert _story(replay).doubtful


def test_tell_story__processing_with_two_outputs__states_the_yield_of_both(replay: Replay) -> None:
    made = next(stage for stage in _story(replay).stages if stage.icon == "factory")
    assert "27.6%" in {chip.value for chip in made.chips}


def test_list_proofs__every_step__has_its_place_on_the_chain(replay: Replay) -> None:
    found = replay.ledger.certificate(PACKED)
    proofs = proofs_of(found)
    assert [proof["block"] for proof in proofs] == [step.block for step in found.steps]
    assert all(proof["tx"].startswith("0x") for proof in proofs)


def test_find_page__after_an_event_of_the_lot__is_gone(replay: Replay) -> None:
    shelf = Shelf()
    replay.ledger.certificate(PACKED)
    stamp = (replay.ledger.version(PACKED), 1)
    shelf.put(PACKED, "zh", stamp, b"page")
    kept = shelf.find("zh")
    assert kept is not None
    assert (kept.plain, kept.stamp) == (b"page", (replay.ledger.version(PACKED), 1))
    replay.apply("QuotaWithdrawn", quota=QUOTA, by=QUOTA)
    replay.apply("Observed", subject=PACKED, observer=QUOTA, observation=1, conforms=False)
    assert kept.stamp != (replay.ledger.version(PACKED), 1)


def test_put_page__more_than_fit__drops_the_least_used() -> None:
    shelf = Shelf(most=1)
    shelf.put(PACKED, "zh", (1, 1), b"a")
    shelf.put(PACKED, "en", (1, 1), b"b")
    assert shelf.find("zh") is None
    assert shelf.find("en") is not None


@pytest.mark.parametrize("reference", ["=1+1", "＝1+1", "＠SUM(1)"])
def test_export_lots__reference_like_a_formula__is_defused(replay: Replay, reference: str) -> None:
    replay.commission("0x" + "77" * 32, 1_000, reference)
    text = bytes(lots_table(replay.ledger.search("", 50, 0), _names()).body).decode()
    assert f"'{reference}" in text
    assert f",{reference}" not in text

"""Offers under one-time codes."""

import pytest
from tests.encounters.visits import NOW, PATIENT, SALT, Told

from tcmchain.encounters.client.offers import Offer, fresh_code, offer_name, open_offer, seal_offer
from tcmchain.encounters.model.errors import OfferInvalid, OfferUnknown, TooManyOffers
from tcmchain.encounters.service.offers import SECONDS, Offers

OFFER = Offer(PATIENT, b"\7" * 32, SALT)


@pytest.fixture
def offers(told: Told) -> Offers:
    return Offers(told.store, lambda: told.now)


def test_open__the_code_as_it_is_written_or_heard__gives_the_offer() -> None:
    name, sealed = seal_offer(OFFER, "0123-ABCD")
    assert offer_name("o l23 abcd") == name
    assert open_offer(sealed, "OI23abcd") == OFFER


def test_open__another_code_or_a_changed_seal__is_refused() -> None:
    _, sealed = seal_offer(OFFER, "0123-ABCD")
    for given, code in (
        (sealed, "0123-ABCE"),
        (sealed[:-1] + bytes([sealed[-1] ^ 1]), "0123-ABCD"),
        (b"", "0123-ABCD"),
    ):
        with pytest.raises(OfferInvalid):
            open_offer(given, code)


@pytest.mark.parametrize("code", ["", "1234567", "123456789", "1234-567U", "一二三四五六七八"])
def test_read__no_code__is_refused(code: str) -> None:
    with pytest.raises(OfferInvalid):
        offer_name(code)


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b'{"patient":1,"inbox":"0x","salt":"0x"}', b"[" * 10_000])
def test_read__no_offer__is_refused(raw: bytes) -> None:
    with pytest.raises(OfferInvalid):
        Offer.read(raw)


def test_make__codes__differ_and_are_read_again() -> None:
    codes = {fresh_code() for _ in range(50)}
    assert len(codes) == 50
    assert all(len(code) == 9 and offer_name(code) for code in list(codes)[:2])


def test_take__twice__gives_it_once(offers: Offers) -> None:
    name, sealed = seal_offer(OFFER, fresh_code())
    assert offers.leave(name, sealed, "here") == NOW + SECONDS
    assert offers.take(name, "there") == sealed
    with pytest.raises(OfferUnknown):
        offers.take(name, "there")


def test_take__after_ten_minutes__finds_nothing(told: Told, offers: Offers) -> None:
    offers.leave("a" * 32, b"sealed", "here")
    told.now += SECONDS + 1
    with pytest.raises(OfferUnknown):
        offers.take("a" * 32, "there")


def test_take__guessing_from_one_place__is_stopped_while_others_go_on(offers: Offers) -> None:
    offers.leave("a" * 32, b"sealed", "here")
    for number in range(20):
        with pytest.raises(OfferUnknown):
            offers.take(f"{number:032x}", "guesser")
    with pytest.raises(TooManyOffers):
        offers.take("a" * 32, "guesser")
    assert offers.take("a" * 32, "physician") == b"sealed"


def test_leave__empty_or_too_long_or_under_a_taken_name__is_refused(offers: Offers) -> None:
    for sealed in (b"", b"x" * 2049):
        with pytest.raises(OfferInvalid):
            offers.leave("a" * 32, sealed, "here")
    offers.leave("b" * 32, b"first", "here")
    with pytest.raises(TooManyOffers):
        offers.leave("b" * 32, b"second", "here")
    assert offers.take("b" * 32, "there") == b"first"

"""Codes of units: their spelling, and the key that the hidden one yields."""

import pytest

from tcmchain.units.model.codes import (
    SERIALS,
    Serial,
    code_of,
    grouped,
    key_of,
    new_code,
    read_hidden,
    read_serial,
    write_serial,
)
from tcmchain.units.model.errors import HiddenUnreadable, SerialUnreadable
from tcmchain.units.service.making import address_of


@pytest.mark.parametrize("number", [0, 1, 31, 32, 2**59, SERIALS - 1])
def test_write_serial__any_number__reads_back(number: int) -> None:
    text = write_serial(Serial(number))
    assert len(text) == 12
    assert read_serial(text) == number


def test_read_serial__gaps_small_letters_and_misread_ones__are_forgiven() -> None:
    assert read_serial(" 7k2m-9qxr 4tOi ") == read_serial("7K2M9QXR4T01")
    assert grouped("7K2M9QXR4T01") == "7K2M-9QXR-4T01"


@pytest.mark.parametrize("text", ["", "7K2M9QXR4T0", "7K2M9QXR4T011", "7K2M9QXR4TU1", "七K2M9QXR4T01", "+7K2M9QXR4T0"])
def test_read_serial__anything_else__is_refused(text: str) -> None:
    with pytest.raises(SerialUnreadable):
        read_serial(text)


def test_read_hidden__wrong_length__is_refused_without_repeating_it() -> None:
    with pytest.raises(HiddenUnreadable) as caught:
        read_hidden("SECRETSECRET")
    assert "SECRET" not in str(caught.value)
    assert caught.value.details == {}


def test_make_code__many__differ_and_are_in_their_one_spelling() -> None:
    codes = [new_code() for _ in range(500)]
    assert len({code.serial for code in codes} | {code.hidden for code in codes}) == 1000
    assert all(read_hidden(code.hidden) == code.hidden for code in codes)
    assert all(write_serial(read_serial(code.serial)) == code.serial for code in codes)


def test_derive_key__fixed_code__is_the_same_for_ever() -> None:
    code = code_of(bytes(range(18)))
    assert (code.serial, code.hidden) == ("000G40R40M30", "104GM2RC1M70Y40H")
    key = key_of(code.hidden, "09520000010010", "HS261007", code.serial)
    assert key.hex() == "30e7ea8696c9b05ed585dec8f74b82b7cbcf77db2ce6596a5d5ade10ee27d0e1"
    assert address_of(key).hex() == "24f5ff2943cc9ba152b3d17e650248e42f9a7fdd"


@pytest.mark.parametrize(
    ("gtin", "lot", "serial"),
    [
        ("09520000010027", "A", "000G40R40M30"),
        ("09520000010010", "B", "000G40R40M30"),
        ("09520000010010", "A", "000G40R40M31"),
    ],
)
def test_derive_key__other_item_lot_or_serial__is_another(gtin: str, lot: str, serial: str) -> None:
    assert key_of("104GM2RC1M70Y40H", gtin, lot, serial) != key_of(
        "104GM2RC1M70Y40H", "09520000010010", "A", "000G40R40M30"
    )

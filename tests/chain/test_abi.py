"""Reading and writing values against the reference implementation."""

from typing import Any

import pytest
from eth_abi.abi import decode as reference_decode
from eth_abi.abi import encode as reference_encode
from hypothesis import given
from hypothesis import strategies as st

from tcmchain.chain import abi
from tcmchain.errors import Invalid

PORTION = {"type": "tuple", "components": [{"type": "bytes32"}, {"type": "uint128"}]}
NESTED = {"type": "tuple[]", "components": [{"type": "string"}, {"type": "uint64[]"}, {"type": "bool"}]}
PARAMETERS: list[dict[str, Any]] = [
    {"type": "uint256"},
    {"type": "int64"},
    {"type": "bool"},
    {"type": "address"},
    {"type": "bytes32"},
    {"type": "bytes4"},
    {"type": "string"},
    {"type": "bytes"},
    {"type": "uint128[]"},
    {"type": "bytes32[3]"},
    {"type": "string[2][]"},
    {**PORTION, "type": "tuple[]"},
    NESTED,
]
LISTS = st.lists(st.integers(0, 2**64 - 1), max_size=4)
WORDS = st.binary(min_size=32, max_size=32)
TEXTS = st.text(max_size=40)
VALUES = st.tuples(
    st.integers(0, 2**256 - 1),
    st.integers(-(2**63), 2**63 - 1),
    st.booleans(),
    st.binary(min_size=20, max_size=20).map(lambda raw: "0x" + raw.hex()),
    WORDS,
    st.binary(min_size=4, max_size=4),
    TEXTS,
    st.binary(max_size=80),
    st.lists(st.integers(0, 2**128 - 1), max_size=4),
    st.lists(WORDS, min_size=3, max_size=3),
    st.lists(st.lists(TEXTS, min_size=2, max_size=2), max_size=3),
    st.lists(st.tuples(WORDS, st.integers(0, 2**128 - 1)), max_size=4),
    st.lists(st.tuples(TEXTS, LISTS, st.booleans()), max_size=3),
)
TYPES = [abi.canonical(parameter) for parameter in PARAMETERS]
READ = abi.sequence_reader([abi.reader(parameter) for parameter in PARAMETERS])


def _spelled(value: Any) -> Any:
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, list | tuple):
        return tuple(_spelled(item) for item in value)
    return value


@given(VALUES)
def test_decode__any_values__reads_what_the_reference_reads(values: tuple[Any, ...]) -> None:
    raw = reference_encode(TYPES, values)
    expected = list(_spelled(reference_decode(TYPES, raw)))
    expected[3] = abi.checksum(expected[3])
    assert list(abi.decode(READ, raw.hex())) == expected


@given(VALUES)
def test_encode__values_in_hex_spelling__writes_what_the_reference_writes(values: tuple[Any, ...]) -> None:
    assert abi.encode(TYPES, _spelled(values)) == reference_encode(TYPES, values)


@given(VALUES, st.integers(0, 400))
def test_decode__data_cut_short__is_malformed_or_misses_the_end(values: tuple[Any, ...], kept: int) -> None:
    raw = reference_encode(TYPES, values).hex()
    try:
        abi.decode(READ, raw[:kept])
    except abi.MalformedData:
        return


@pytest.mark.parametrize(
    ("kind", "value"),
    [("uint8", 256), ("uint8", -1), ("bytes32", "0x" + "00" * 33), ("bytes32", "0xzz"), ("address", "0x12")],
)
def test_encode__value_out_of_range__is_invalid(kind: str, value: Any) -> None:
    with pytest.raises(Invalid):
        abi.encode([kind], [value])


def test_encode__too_few_values__is_invalid() -> None:
    with pytest.raises(Invalid):
        abi.encode(["uint8", "uint8"], [1])

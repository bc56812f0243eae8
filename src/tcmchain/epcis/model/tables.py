"""The tables that come with the slice: vocabulary and schema, with their sources."""

import csv
from functools import cache
from importlib import resources
from typing import Any

import orjson

Row = dict[str, str]


@cache
def rows(table: str) -> tuple[Row, ...]:
    """Every row of ``data/<table>.csv``, in its order, by column name."""
    return tuple(csv.DictReader(_read(f"{table}.csv").decode().splitlines()))


@cache
def schema() -> Any:
    """The JSON schema of EPCIS 2.0 as published, unchanged."""
    return orjson.loads(_read("epcis-2.0.schema.json"))


def _read(name: str) -> bytes:
    return (resources.files(__package__) / "data" / name).read_bytes()

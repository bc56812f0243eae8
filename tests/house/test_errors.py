"""Every wrong has one name, from the contract to the sentence that people read."""

import importlib
import json
import pkgutil
import re
from collections import Counter
from collections.abc import Iterator

import pytest
from tests.house.house import PACKAGE, slices

import tcmchain
from tcmchain.errors import Conflict, Invalid, NotFound, NotPermitted, TcmChainError, Unavailable

_FAMILIES = (NotFound, NotPermitted, Conflict, Invalid, Unavailable)


def _all_errors() -> list[type[TcmChainError]]:
    for module in pkgutil.walk_packages(tcmchain.__path__, "tcmchain."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    return list(_below(TcmChainError))


def _below(parent: type[TcmChainError]) -> Iterator[type[TcmChainError]]:
    for child in parent.__subclasses__():
        if child.__module__.startswith("tcmchain."):
            yield child
            yield from _below(child)


def _contract_errors(contract: str) -> dict[str, tuple[str, ...]]:
    artifact = PACKAGE / "chain" / "artifacts" / f"{contract}.json"
    abi = json.loads(artifact.read_text(encoding="utf-8"))["abi"]
    return {
        entry["name"]: tuple(argument["name"] for argument in entry["inputs"])
        for entry in abi
        if entry["type"] == "error" and entry["name"].startswith(contract)
    }


@pytest.mark.parametrize("name", [name for name in slices() if (PACKAGE / name / "contract.py").exists()])
def test_map__custom_errors_of_a_contract__are_those_of_the_slice(name: str) -> None:
    room = importlib.import_module(f"tcmchain.{name}.contract")
    reverts: dict[str, type[TcmChainError]] = dict(room.REVERTS)
    assert set(_contract_errors(room.NAME)) - set(reverts) == set()
    assert {error for error in reverts if error.startswith(room.NAME)} - set(_contract_errors(room.NAME)) == set()
    assert len(set(reverts.values())) == len(reverts), "two wrongs share one class"
    assert all(error.__module__.startswith(f"tcmchain.{name}.model") for error in reverts.values())


def test_name__every_error__has_a_code_of_its_own() -> None:
    counted = Counter(error.code for error in _all_errors() if "code" in vars(error))
    assert {code for code, times in counted.items() if times > 1} == set()
    assert [error for error in _all_errors() if "code" not in vars(error)] == []


def test_name__every_error__belongs_to_one_family() -> None:
    astray = [e for e in _all_errors() if sum(issubclass(e, family) for family in _FAMILIES) != 1]
    assert astray == []


def test_tell__every_error__has_a_sentence_in_both_languages() -> None:
    told: dict[str, dict[str, str]] = {}
    for file in PACKAGE.rglob("sentences.json"):
        told |= json.loads(file.read_text(encoding="utf-8"))
    # An engine's or a chain's own troubles may fall back on the sentence of their family.
    inner = ("tcmchain.chain.", "tcmchain.index.", "tcmchain.web.")
    owed = {error.code for error in _all_errors() if error in _FAMILIES or not error.__module__.startswith(inner)}
    assert owed - told.keys() == set()
    assert {code for code, sentence in told.items() if not sentence.get("zh") or not sentence.get("en")} == set()


def test_tell__every_sentence__has_the_same_values_in_both_languages() -> None:
    place = re.compile(r"\{(\w+)")
    for file in PACKAGE.rglob("sentences.json"):
        for code, sentence in json.loads(file.read_text(encoding="utf-8")).items():
            assert set(place.findall(sentence["zh"])) == set(place.findall(sentence["en"])), code

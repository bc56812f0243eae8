"""Everything has its place, and calls only what stands below it."""

import configparser
import subprocess
import sys
from pathlib import Path

from tests.house.house import KITS, PACKAGE, ROOMS, ROOT, slices


def test_import__whole_package__keeps_every_contract_of_the_linter() -> None:
    linter = Path(sys.executable).parent / "lint-imports"
    linted = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert linted.returncode == 0, linted.stdout + linted.stderr


def test_list__every_slice_and_kit__has_a_storey_and_every_slice_its_door() -> None:
    rules = configparser.ConfigParser()
    rules.read(ROOT / ".importlinter")
    storeys = rules["importlinter:contract:storeys"]["layers"].split()
    rooms = rules["importlinter:contract:rooms"]["containers"].split()
    for name in slices():
        assert name in storeys
        assert f"tcmchain.{name}" in rooms
        assert f"importlinter:contract:doors-of-{name}" in rules
        assert f"tcmchain.{name}.model" in rules["importlinter:contract:pure-models"]["source_modules"]
    assert set(KITS) <= set(storeys)


def test_list__rooms_of_a_slice__are_those_of_the_house() -> None:
    for name in slices():
        found = {p.stem if p.suffix == ".py" else p.name for p in (PACKAGE / name).iterdir()}
        assert found - {"__init__", "__pycache__"} <= set(ROOMS), name

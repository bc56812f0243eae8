"""Lots, quantities and steps that are not what the chain says: the checks find each."""

import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.operations.examining import api, chains, codes, outcome

from tcmchain.errors import NotFound
from tcmchain.operating.examined import Outcome


def _tampered(home: Path, statement: str, undo: str) -> Any:
    class _Tampered:
        def __enter__(self) -> None:
            self._run(statement)

        def __exit__(self, *_: object) -> None:
            self._run(undo)

        def _run(self, sql: str) -> None:
            with closing(sqlite3.connect(home / "index.db", timeout=30)) as database, database:
                assert database.execute(sql).rowcount > 0

    return _Tampered()


_HOLDING = "(SELECT lot FROM provenance_holding WHERE milligrams > 1000 ORDER BY lot LIMIT 1)"


@pytest.mark.engine
def test_lots_match__holding_in_the_index_tampered_with__fails_with_what_differs(story_node: tuple[str, Path]) -> None:
    change = "UPDATE provenance_holding SET milligrams = milligrams {} 7 WHERE lot = " + _HOLDING
    with _tampered(story_node[1], change.format("+"), change.format("-")):
        finding = outcome(story_node, "lots-match", lambda at: at)
        assert codes(finding) == {"check-lot-differs"}
        assert all(fault.details["index"] - fault.details["chain"] == 7 for fault in finding.faults)
        time.sleep(3.2)
        lost = outcome(story_node, "mass-conserved", lambda at: at)
        assert codes(lost) == {"check-mass-lost"}
        assert all(fault.details["found"] - fault.details["made"] >= 7 for fault in lost.faults)
    assert outcome(story_node, "lots-match", lambda at: at).outcome is Outcome.PASSED
    time.sleep(3.2)
    assert outcome(story_node, "mass-conserved", lambda at: at).outcome is Outcome.PASSED


@pytest.mark.engine
@pytest.mark.parametrize(("column", "value"), [("made", "made {} 1"), ("expires", "expires {} 1")])
def test_lots_match__lot_in_the_index_tampered_with__fails(
    story_node: tuple[str, Path], column: str, value: str
) -> None:
    change = f"UPDATE provenance_lot SET {column} = {value}"
    with _tampered(story_node[1], change.format("+"), change.format("-")):
        finding = outcome(story_node, "lots-match", lambda at: at)
    assert codes(finding) == {"check-lot-differs"}
    assert {fault.details["what"] for fault in finding.faults} == {column}


@pytest.mark.engine
def test_lots_match__lot_invented_in_the_index__fails(story_node: tuple[str, Path]) -> None:
    invented = "0x" + "de" * 32
    columns = "form, maker, reference, made, expires, origin, happened, step, quota, gtin, units"
    add = (
        f"INSERT INTO provenance_lot (lot, {columns}) SELECT '{invented}', {columns} FROM provenance_lot "
        "WHERE reference <> '' LIMIT 1"
    )
    with _tampered(story_node[1], add, f"DELETE FROM provenance_lot WHERE lot = '{invented}'"):
        finding = outcome(story_node, "lots-match", lambda at: at)
    assert codes(finding) == {"check-lot-not-on-chain"}
    assert [fault.details["lot"] for fault in finding.faults] == [invented]


@pytest.mark.engine
def test_mass_conserved__node_without_the_door__does_not_apply(story_node: tuple[str, Path]) -> None:
    def missing(path: str, told: Any) -> Any:
        if path.endswith("conservation"):
            raise NotFound
        return told

    assert outcome(story_node, "mass-conserved", api(missing)).outcome is Outcome.NOT_APPLICABLE


@pytest.mark.engine
@pytest.mark.parametrize("change", [{"block": 1}, {"tx": "0x" + "ab" * 32}, {"log_index": 99}])
def test_steps_in_blocks__step_that_the_chain_does_not_have__fails(
    story_node: tuple[str, Path], change: dict[str, Any]
) -> None:
    def moved(path: str, told: Any) -> Any:
        return [told[0] | change, *told[1:]] if path == "/api/provenance/steps" else told

    finding = outcome(story_node, "steps-in-blocks", api(moved))
    assert codes(finding) == {"check-step-not-in-block"}
    assert len(finding.faults) == 1


@pytest.mark.engine
def test_steps_in_blocks__entry_of_a_contract_never_in_force__fails(story_node: tuple[str, Path]) -> None:
    def elsewhere(method: str, params: Sequence[Any], told: Any) -> Any:
        if method == "eth_getLogs" and "address" not in params[0]:
            return [entry | {"address": "0x" + "66" * 20} for entry in told]
        return told

    assert codes(outcome(story_node, "steps-in-blocks", chains(elsewhere))) == {"check-step-not-in-block"}

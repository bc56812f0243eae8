"""A node that was stopped goes on where it was."""

from pathlib import Path

import pytest
from tests.running import RunningNode, running_node

from tcmchain.example import cast
from tcmchain.provenance.contract import Deed
from tcmchain.values import FormId, LotId, Milligrams, QuotaId, UnixTime

pytestmark = pytest.mark.engine
FRESH = FormId("renshen.fresh")
HAPPENED = 1_760_000_000


def _harvest(running: RunningNode, number: str) -> LotId:
    ledger, steps = running.node.ledger, running.node.steps
    quota = QuotaId(ledger.quotas(cast.member("grower"))[0].id)
    deed = Deed(UnixTime(HAPPENED), {"plot": "FS-A12"})
    running.take("grower", steps.commission(quota, number, Milligrams(1_000_000), None, deed))
    return next(lot.id for lot in ledger.search(number) if lot.reference == number)


def test_start__again_after_a_stop__keeps_every_lot_and_takes_the_next(tmp_path: Path) -> None:
    with running_node(tmp_path) as running:
        for key in ("regulator", "grower"):
            running.sign_agreement(key)
        running.take("regulator", running.node.steps.declare_form(FRESH, 1, {}))
        until = UnixTime(4_000_000_000)
        grower = cast.member("grower")
        quota = running.node.steps.certify_quota("Q-1", grower, FRESH, Milligrams(3_000_000), until, {})
        running.take("regulator", quota)
        lot = _harvest(running, "F-1")
        before = running.node.ledger.certificate(lot)
        heads = {chain: running.node.index.head(chain) for chain in running.node.clients}
    with running_node(tmp_path) as running:
        after = running.node.ledger.certificate(lot)
        assert (after.lot, after.steps, after.balance) == (before.lot, before.steps, before.balance)
        assert {chain: running.node.index.head(chain) for chain in running.node.clients} == heads
        assert running.held(lot, "grower") == 1_000_000
        assert running.held(_harvest(running, "F-2"), "grower") == 1_000_000
        assert running.node.ledger.quotas(grower)[0].left == 1_000_000

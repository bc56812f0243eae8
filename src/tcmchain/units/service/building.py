"""The slice's use cases, put together."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from tcmchain.chain.sender import Sender
from tcmchain.chain.signers import LocalSigner
from tcmchain.members.service.roll import Roll
from tcmchain.provenance.service.recalls import Recalls
from tcmchain.settings import Settings
from tcmchain.units.client.peers import PeerTrees
from tcmchain.units.contract import UnitsCalls
from tcmchain.units.model.verdict import Thresholds
from tcmchain.units.readmodel.records import UnitsRecords
from tcmchain.units.readmodel.scans import ScanLog
from tcmchain.units.readmodel.trees import TreeStore
from tcmchain.units.service.belonging import Belonging
from tcmchain.units.service.opening import Openings
from tcmchain.units.service.trees import Trees
from tcmchain.units.service.verdicts import Verdicts


@dataclass(frozen=True, slots=True)
class Units:
    """The use cases of the slice, and the log of scans, which the node closes."""

    trees: Trees
    scans: ScanLog
    verdicts: Verdicts
    belonging: Belonging
    openings: Openings


def build(
    database: Engine,
    home: Path,
    settings: Settings,
    roll: Roll,
    recalls: Recalls,
    calls: UnitsCalls,
    sender: Sender,
    relay: LocalSigner,
) -> Units:
    """Put the slice together."""
    records = UnitsRecords(database)
    store = TreeStore(home / "units", settings.units_store_bytes)
    trees = Trees(store, [PeerTrees(peer) for peer in settings.peers], settings.units_tree_bytes)
    scans = ScanLog(home / "units.db")
    thresholds = Thresholds(
        settings.units_speed_kmh,
        settings.units_slack_km,
        settings.units_looks,
        settings.units_look_days,
        settings.units_grace_hours,
    )
    verdicts = Verdicts(records, scans, trees, recalls, roll, thresholds, settings.units_debounce_minutes)
    return Units(trees, scans, verdicts, Belonging(records, trees), Openings(calls, records, trees, sender, relay))

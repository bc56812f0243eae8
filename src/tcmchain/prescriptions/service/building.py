"""The slice's use cases, put together."""

from dataclasses import dataclass

from sqlalchemy import Engine

from tcmchain.chain.client import ChainClient
from tcmchain.chain.contracts import Contracts
from tcmchain.ipfs.store import BlockStore
from tcmchain.members.service.roll import Roll
from tcmchain.practitioners.service import Practitioners
from tcmchain.prescriptions.contract import PrescriptionsCalls
from tcmchain.prescriptions.readmodel.records import PrescriptionsRecords
from tcmchain.prescriptions.service.checking import Checking
from tcmchain.prescriptions.service.rights import Rights
from tcmchain.prescriptions.service.rulesets import RuleSets
from tcmchain.prescriptions.service.sealed import Sealed
from tcmchain.prescriptions.service.stock import Stock
from tcmchain.provenance.service.ledger import Ledger
from tcmchain.provenance.service.recalls import Recalls


@dataclass(frozen=True, slots=True)
class Prescriptions:
    """The use cases of the slice."""

    rights: Rights
    sealed: Sealed
    rule_sets: RuleSets
    checking: Checking
    stock: Stock
    roll: Roll


@dataclass(frozen=True, slots=True)
class Below:
    """What prescriptions stand on."""

    client: ChainClient
    contracts: Contracts
    blocks: BlockStore
    roll: Roll
    practitioners: Practitioners
    ledger: Ledger
    recalls: Recalls


def build(index: Engine, below: Below) -> Prescriptions:
    """Build the use cases over the index."""
    records = PrescriptionsRecords(index)
    calls = PrescriptionsCalls(below.contracts, below.client)
    rule_sets = RuleSets(calls, records, below.practitioners, below.blocks)
    return Prescriptions(
        Rights(calls, records, below.roll, below.practitioners),
        Sealed(below.blocks, below.roll),
        rule_sets,
        Checking(rule_sets),
        Stock(below.ledger, below.recalls.holding_up),
        below.roll,
    )

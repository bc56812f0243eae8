"""The slices of the chain ``pharmacy`` and the prescriptions that lead to it, put together for the node."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Final

from sqlalchemy import Engine as Database

from tcmchain.chain.client import ChainClient
from tcmchain.chain.contracts import Contracts
from tcmchain.chain.keystore import Keystore
from tcmchain.chain.sender import Sender
from tcmchain.chain.signers import LocalSigner
from tcmchain.consultations import contract as consultations_contract
from tcmchain.consultations.readmodel.projection import ConsultationsProjection
from tcmchain.consultations.service import NamedFormula
from tcmchain.consultations.service import building as consultations_building
from tcmchain.formulas import contract as formulas_contract
from tcmchain.formulas.readmodel.projection import FormulasProjection
from tcmchain.formulas.readmodel.records import FormulasRecords
from tcmchain.formulas.readmodel.search import SearchIndex
from tcmchain.formulas.service import building as formulas_building
from tcmchain.formulas.service.finding import Finding
from tcmchain.index.indexing import Index
from tcmchain.index.projection import Projection
from tcmchain.ipfs.store import BlockStore
from tcmchain.letters.service import Letters
from tcmchain.members.service.roll import Roll
from tcmchain.patients.service import Patients
from tcmchain.practitioners.service import Practitioners
from tcmchain.prescriptions import contract as prescriptions_contract
from tcmchain.prescriptions.readmodel.projection import PrescriptionsProjection
from tcmchain.prescriptions.service import building as prescriptions_building
from tcmchain.provenance.service.ledger import Ledger
from tcmchain.provenance.service.recalls import Recalls
from tcmchain.provenance.service.steps import Steps
from tcmchain.records.service.desk import Desks
from tcmchain.reviews import contract as reviews_contract
from tcmchain.reviews.readmodel.projection import ReviewsProjection, VouchersProjection
from tcmchain.reviews.service import building as reviews_building
from tcmchain.rewards.readmodel.earnings import ClaimsProjection, EarningsProjection
from tcmchain.rewards.service import Rewards
from tcmchain.rewards.service import building as earnings_building
from tcmchain.settings import Settings
from tcmchain.values import ChainName, FormulaId

FOUNDER: Final = "founder"
"""The account in the keystore of the node that founded the consortium."""

CONTRACTS: Final[tuple[ModuleType, ...]] = (
    formulas_contract,
    consultations_contract,
    reviews_contract,
    prescriptions_contract,
)
"""The slices' modules ``contract``, whose refusals the node understands."""


def projections(home: Path) -> tuple[Projection, ...]:
    """What follows the chains for these slices; ``home`` is the node's folder."""
    del home
    return (
        FormulasProjection(),
        PrescriptionsProjection(),
        ConsultationsProjection(),
        ReviewsProjection(),
        VouchersProjection(),
        EarningsProjection(),
        ClaimsProjection(),
    )


@dataclass(frozen=True, slots=True)
class Ground:
    """What the slices stand on: the node's kits, and the slices below."""

    settings: Settings
    home: Path
    database: Database
    private: Database
    clients: Mapping[ChainName, ChainClient]
    contracts: Contracts
    sender: Sender
    keystore: Keystore
    relay: LocalSigner
    index: Index
    ipfs: BlockStore
    roll: Roll
    practitioners: Practitioners
    patients: Patients
    letters: Letters
    ledger: Ledger
    steps: Steps
    recalls: Recalls
    rewards: Rewards
    desks: Desks


class Pharmacy:
    """The use cases of the pharmacy; they start and stop as one."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._build_formulas()
        self._build_finding()
        self._build_consultations()
        self._build_reviews()
        self._build_prescriptions()
        self._running: tuple[tuple[Callable[[], Awaitable[None]], Callable[[], Awaitable[None]]], ...] = (
            (self.formulas.start, self.formulas.stop),
            (self.finding.start, self.finding.stop),
            (self.consultations.start, self.consultations.stop),
            (self.reviews.start, self.reviews.stop),
        )

    def _build_formulas(self) -> None:
        ground = self._ground
        people = (ground.roll, ground.practitioners, ground.patients.inbox_of, ground.desks.all)
        below = formulas_building.Below(*people, ground.ipfs, ground.keystore, ground.sender)
        chain = (ground.clients["pharmacy"], ground.contracts)
        founded = FOUNDER in ground.keystore.names()
        given = (ground.database, ground.private, *chain, below, ground.settings.peers, founded)
        self.formulas = formulas_building.build(*given)

    def _build_finding(self) -> None:
        ground = self._ground
        self.finding = Finding(SearchIndex(ground.home / "search.db"), FormulasRecords(ground.database))

    def _build_consultations(self) -> None:
        ground, formulas = self._ground, FormulasRecords(self._ground.database)

        def named(formula: FormulaId) -> NamedFormula | None:
            found = formulas.formula(formula)
            return None if found is None else NamedFormula(found.id, found.name, found.versions)

        self.consultations = consultations_building.build(
            ground.database, ground.home, ground.settings, ground.contracts, named
        )

    def _build_reviews(self) -> None:
        ground, peers = self._ground, self._ground.settings.peers
        chain = (ground.clients, ground.contracts, ground.sender, ground.relay)
        reviewed = reviews_building.Chain(*chain, ground.keystore)
        stores = (ground.database, ground.private, ground.home)
        self.reviews = reviews_building.build(*stores, reviewed, ground.roll, ground.practitioners, peers)
        self.earnings = earnings_building.build(ground.database, *chain, ground.keystore, ground.roll, peers)

    def _build_prescriptions(self) -> None:
        ground = self._ground
        chain = (ground.clients["care"], ground.contracts, ground.ipfs)
        goods = (ground.ledger, ground.recalls)
        below = prescriptions_building.Below(*chain, ground.roll, ground.practitioners, *goods)
        self.prescriptions = prescriptions_building.build(ground.database, below)

    def formula_name(self, formula: FormulaId) -> str:
        """What a formula is called; an empty text when this node does not know it."""
        found = FormulasRecords(self._ground.database).formula(formula)
        return "" if found is None else found.name

    async def start(self) -> None:
        """Begin what goes on by itself."""
        for begin, _ in self._running:
            await begin()

    async def stop(self) -> None:
        """Stop it again, the last first."""
        for _, end in reversed(self._running):
            await end()

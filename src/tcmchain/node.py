"""The composition root: settings into chains, index and services, by plain constructors."""

import asyncio
from functools import partial
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine as Database

from tcmchain import pharmacy
from tcmchain.chain.chains import CHAIN_IDS
from tcmchain.chain.client import ChainClient
from tcmchain.chain.contracts import Contracts
from tcmchain.chain.embedded import Engine
from tcmchain.chain.failures import Failures
from tcmchain.chain.handover import HandOver
from tcmchain.chain.keystore import Keystore, open_keystore
from tcmchain.chain.reverts import Reverts
from tcmchain.chain.rpc import HttpRpc, Rpc, asked_chain_id
from tcmchain.chain.sender import Sender
from tcmchain.chain.signers import Signer
from tcmchain.consent import contract as consent_contract
from tcmchain.consent.contract import ConsentCalls
from tcmchain.consent.readmodel.notices import NoticeStore
from tcmchain.consent.readmodel.projection import ConsentProjection
from tcmchain.consent.readmodel.records import ConsentRecords
from tcmchain.consent.service import Emergencies, Grants, Notices
from tcmchain.custodians import contract as custodians_contract
from tcmchain.custodians.client.relay import Relay
from tcmchain.custodians.contract import CustodiansCalls
from tcmchain.custodians.readmodel.projection import CustodiansProjection
from tcmchain.custodians.readmodel.records import CustodiansRecords
from tcmchain.custodians.service.register import Register
from tcmchain.encounters import contract as encounters_contract
from tcmchain.encounters.readmodel.projection import DispensingsProjection, EncountersProjection
from tcmchain.encounters.service import building as encounters_building
from tcmchain.epcis import contract as epcis_contract
from tcmchain.epcis.service.building import Chain as EpcisChain
from tcmchain.epcis.service.building import Choices, build
from tcmchain.guarantees import contract as guarantees_contract
from tcmchain.guarantees.contract import GuaranteesCalls
from tcmchain.guarantees.readmodel.projection import GuaranteesProjection
from tcmchain.guarantees.readmodel.records import GuaranteesRecords
from tcmchain.guarantees.service.cases import Guarantees
from tcmchain.guarantees.service.growers import Growers
from tcmchain.guarantees.service.panel import GuaranteePanel
from tcmchain.index.engine import open_engine
from tcmchain.index.health import health_of
from tcmchain.index.indexing import Index
from tcmchain.index.projection import Projection
from tcmchain.index.tracker import Tracker
from tcmchain.ipfs.heads import Heads
from tcmchain.ipfs.opening import FOLDER, open_blocks
from tcmchain.ipfs.sources import PeerBlocks
from tcmchain.letters.model.letters import Room
from tcmchain.letters.readmodel.store import LetterStore
from tcmchain.letters.service import Letters
from tcmchain.members import contract as members_contract
from tcmchain.members.contract import MembersCalls
from tcmchain.members.model.genesis import Genesis, read_genesis
from tcmchain.members.readmodel.projection import MembersProjection
from tcmchain.members.readmodel.proposals import Proposals
from tcmchain.members.readmodel.records import MembersRecords
from tcmchain.members.service.deployment import Deployment, NoGenesis
from tcmchain.members.service.founding import contracts_of, found
from tcmchain.members.service.motions import Motions
from tcmchain.members.service.roll import Roll
from tcmchain.members.service.signing import Signing
from tcmchain.patients import contract as patients_contract
from tcmchain.patients.contract import PatientsCalls
from tcmchain.patients.readmodel.notices import RecoveryNotices
from tcmchain.patients.readmodel.projection import PatientsProjection
from tcmchain.patients.readmodel.records import PatientsRecords
from tcmchain.patients.service import Patients, RecoveryTelling
from tcmchain.practitioners import contract as practitioners_contract
from tcmchain.practitioners.contract import PractitionersCalls
from tcmchain.practitioners.readmodel import PractitionersProjection, PractitionersRecords
from tcmchain.practitioners.service import Practitioners
from tcmchain.provenance import contract as provenance_contract
from tcmchain.provenance.contract import ProvenanceCalls
from tcmchain.provenance.readmodel.accounts import ProvenanceAccounts
from tcmchain.provenance.readmodel.conservation import ConservationRecords
from tcmchain.provenance.readmodel.projection import ProvenanceProjection
from tcmchain.provenance.readmodel.reach import ReachRecords
from tcmchain.provenance.readmodel.records import ProvenanceRecords
from tcmchain.provenance.service.bulk import Bulk
from tcmchain.provenance.service.conserving import Conserving
from tcmchain.provenance.service.ledger import Ledger
from tcmchain.provenance.service.recalls import Recalls
from tcmchain.provenance.service.steps import Steps
from tcmchain.provenance.service.stocktakes import Stocktakes
from tcmchain.records import contract as records_contract
from tcmchain.records.readmodel.folders import FolderRecords
from tcmchain.records.readmodel.projection import RecordsProjection
from tcmchain.records.service import building as records_building
from tcmchain.records.service.publishing import folder_head
from tcmchain.rewards import contract as rewards_contract
from tcmchain.rewards.contract import RewardTokenCalls
from tcmchain.rewards.readmodel import RewardsProjection, RewardsRecords
from tcmchain.rewards.service import Rewards
from tcmchain.settings import Settings
from tcmchain.terms.lookup import find_forms
from tcmchain.units import contract as units_contract
from tcmchain.units.contract import UnitsCalls
from tcmchain.units.readmodel.projection import GoodsProjection, OpeningsProjection
from tcmchain.units.readmodel.records import UnitsRecords
from tcmchain.units.service import building as units_building
from tcmchain.values import CHAINS, Address, ChainName, MemberId
from tcmchain.web.askings import AskingAuth, Askings
from tcmchain.web.nonces import NonceStore
from tcmchain.web.session import Sessions

_FOUNDER: Final = "founder"
_RELAY: Final = "relay"


class Node:
    """One member's node. Built at once, started and stopped by the application's lifespan."""

    def __init__(self, settings: Settings, genesis: bytes | None = None) -> None:
        self.settings = settings
        self.home = settings.home.resolve()
        # Captured events and subscribers' tokens stand in it: it is the node's alone.
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        secret = settings.keystore_passphrase
        self.keystore: Keystore = open_keystore(self.home, None if secret is None else secret.get_secret_value())
        self.engines = {chain: self._engine(chain) for chain in CHAINS if settings.rpc_url(chain) is None}
        self.rpcs: dict[ChainName, Rpc] = {chain: self._rpc(chain) for chain in CHAINS}
        self.clients = {chain: ChainClient(chain, rpc) for chain, rpc in self.rpcs.items()}
        self._genesis, self.deployment = self._belonging(genesis)
        self.contracts = Contracts(self.deployment.addresses)
        self._connect()
        self.database: Database = open_engine(settings.index_url)
        self.private: Database = open_engine(f"sqlite:///{self.home / 'private.db'}")
        self._build_members()
        self._build_ipfs()
        self._build_provenance()
        self._build_guarantees()
        self._build_units()
        self._build_epcis()
        self._build_custodians()
        self._build_patients()
        self._build_letters()
        self._build_consent()
        self._build_records()
        self._build_encounters()
        self._build_pharmacy()

    def _engine(self, chain: ChainName) -> Engine:
        return Engine(chain, CHAIN_IDS[chain], self.home / "chains" / chain, self.settings.executor)

    def _rpc(self, chain: ChainName) -> Rpc:
        return self.engines.get(chain) or HttpRpc(self.settings.rpc_url(chain) or "")

    def _belonging(self, genesis: bytes | None) -> tuple[Genesis | None, Deployment]:
        """The consortium that the node belongs to, or the one it is to found."""
        if self._deployment_file.exists():
            return None, Deployment.read(self._deployment_file)
        if self.settings.genesis is not None:
            genesis = self.settings.genesis.read_bytes()
        if genesis is None:
            raise NoGenesis(home=str(self.home))
        wanted = read_genesis(genesis)
        deployer = self.keystore.ensure(_FOUNDER)
        return wanted, Deployment(wanted.consortium, contracts_of(deployer.address))

    @property
    def _deployment_file(self) -> Path:
        return self.home / "deployment.json"

    def _connect(self) -> None:
        slices = (
            members_contract,
            practitioners_contract,
            rewards_contract,
            provenance_contract,
            units_contract,
            guarantees_contract,
            epcis_contract,
            custodians_contract,
            patients_contract,
            consent_contract,
            encounters_contract,
            records_contract,
            *pharmacy.CONTRACTS,
        )
        reverts = Reverts({name: error for slice_ in slices for name, error in slice_.REVERTS.items()})
        self.failures = Failures(self.clients, self.contracts, reverts)
        self.sender = Sender(self.clients, self.failures)
        self.hand_over = HandOver(self.clients, reverts)

    def _build_members(self) -> None:
        consortium = self.deployment.consortium
        records = MembersRecords(self.database)
        calls = MembersCalls(self.contracts, consortium)
        self.roll = Roll(records)
        self.signing = Signing(calls, records)
        self.motions = Motions(calls, records, Proposals(self.private))
        self.sessions = Sessions(self.home / "sessions.db", self.roll.caller_of)
        self.askings = Askings(self.settings.origins, NonceStore(self.home / "askings.db"))
        licences = PractitionersRecords(self.database)
        self.practitioners = Practitioners(PractitionersCalls(self.contracts, consortium), licences, self.roll)

    def _build_ipfs(self) -> None:
        settings = self.settings
        token = None if settings.ipfs_token is None else settings.ipfs_token.get_secret_value()
        peers = [PeerBlocks(peer, AskingAuth(self._service, peer)) for peer in settings.peers]
        self.ipfs = open_blocks(self.home, settings.ipfs_backend, settings.ipfs_rpc, token, peers)
        self.heads = Heads(self.home / FOLDER, self.ipfs, partial(folder_head, FolderRecords(self.database)))

    def _service(self) -> Signer | None:
        """The first account of the keystore that acts for a member: what other nodes know this one by."""
        names = self.keystore.names()
        known = (name for name in names if self.roll.caller_of(self.keystore.address(name)) is not None)
        return next((self.keystore.signer(name) for name in known), None)

    def reads_blocks(self, account: Address) -> bool:
        """Whether an account is known to the consortium, so that it may read and bring sealed blocks."""
        return self._takes_letters(account) or bool(self.patients.in_care_of(account))

    def _build_provenance(self) -> None:
        projections: tuple[Projection, ...] = (
            MembersProjection(),
            PractitionersProjection(),
            RewardsProjection(),
            ProvenanceProjection(),
            GuaranteesProjection(),
            OpeningsProjection(),
            GoodsProjection(),
            CustodiansProjection(),
            PatientsProjection(),
            ConsentProjection(),
            EncountersProjection(),
            DispensingsProjection(),
            RecordsProjection(),
            *pharmacy.projections(self.home),
        )
        self.index = Index(
            self.database,
            self.clients,
            projections,
            self.contracts,
            self.settings.confirmations,
            {chain: engine.subscribe for chain, engine in self.engines.items()},
        )
        self.tracker = Tracker(self.clients, self.index, self.failures)
        records = ProvenanceRecords(self.database, partial(self.contracts.address, "care", "Provenance"))
        calls = ProvenanceCalls(self.contracts)
        self.ledger = Ledger(
            records,
            ProvenanceAccounts(self.database),
            find_forms,
            self.roll.find,
            partial(self.index.head, "care"),
            find_lots=UnitsRecords(self.database).by_trace_code,
        )
        self.steps = Steps(calls, self.ledger)
        self.conserving = Conserving(ConservationRecords(self.database), partial(self.index.head, "care"))
        self.recalls = Recalls(calls, records, ReachRecords(self.database), partial(self.index.head, "care"))
        self.bulk = Bulk(calls, records, self.roll.find)

    def _build_guarantees(self) -> None:
        self.rewards = Rewards(RewardTokenCalls(self.contracts), RewardsRecords(self.database))
        records = GuaranteesRecords(self.database)
        self.guarantees = Guarantees(GuaranteesCalls(self.contracts), records, self.ledger, self.recalls)
        self.growers = Growers(records, self.ledger, self.recalls, self.roll)
        self.guarantee_panel = GuaranteePanel(records, self.ledger)

    def _build_units(self) -> None:
        calls = UnitsCalls(self.contracts, self.deployment.consortium)
        known = (self.database, self.home, self.settings, self.roll, self.recalls)
        units = units_building.build(*known, calls, self.sender, self.keystore.ensure(_RELAY))
        self.trees, self.scans, self.verdicts, self.openings = units.trees, units.scans, units.verdicts, units.openings
        self.stocktakes = Stocktakes(self.ledger, units.belonging.has_unit)

    def _build_epcis(self) -> None:
        settings = self.settings
        url = settings.database_url or f"sqlite:///{self.home / 'epcis.db'}"
        chain = EpcisChain(
            self.clients["care"], self.contracts, self.sender, self.keystore, partial(self.index.wait, "care")
        )
        choices = Choices(
            settings.epcis_anchor_seconds, settings.epcis_processes, settings.epcis_private_destinations, settings.url
        )
        engine = open_engine(url, durable=True)
        self.epcis = build(engine, chain, self.roll, self.ledger, self.steps, self.recalls, choices)

    def _build_patients(self) -> None:
        self.patients = Patients(PatientsCalls(self.contracts), PatientsRecords(self.database))

    def _build_letters(self) -> None:
        settings, store = self.settings, LetterStore(open_engine(f"sqlite:///{self.home / 'letters.db'}", durable=True))
        room = Room(int(settings.letters_days * 86_400), settings.letters_waiting, settings.letters_a_minute)
        self.letters = Letters(store, self._takes_letters, room)

    def _takes_letters(self, account: Address) -> bool:
        return self.patients.takes_letters(account) or self.roll.member_of(account) is not None

    def _build_consent(self) -> None:
        calls, records = ConsentCalls(self.contracts, self.clients["care"]), ConsentRecords(self.database)
        relay = self.keystore.ensure(_RELAY)
        self.grants = Grants(calls, records, self.patients, self.sender, relay)
        self.emergencies = Emergencies(calls, records, self.patients)
        follow = partial(self.index.head, "care"), partial(self.index.wait, "care")
        store = NoticeStore(self.private)
        recovering = PatientsRecords(self.database), RecoveryNotices(self.private)
        also = (RecoveryTelling(*recovering, self.patients, self.letters, relay.address).tell,)
        self.notices = Notices(records, store, self.patients, self.letters, relay.address, *follow, also)

    def _build_custodians(self) -> None:
        self.custodians = Register(CustodiansCalls(self.contracts), CustodiansRecords(self.database), Relay())

    def _build_encounters(self) -> None:
        chain = encounters_building.Chain(self.clients["care"], self.contracts, self.keystore.ensure(_RELAY))
        who = (self.roll, self.practitioners, self.patients, self.grants, self.ledger, self.records.authoring)
        below = encounters_building.Below(*who)
        self.encounters = encounters_building.build(self.database, self.private, chain, below)

    def _build_records(self) -> None:
        settings, indexed = self.settings, partial(self.index.wait, "care")

        def serving() -> list[tuple[Address, MemberId, bytes]]:
            return [(found.account, found.member, found.inbox) for found in self.custodians.in_service()]

        chain = records_building.Chain(
            self.clients["care"], self.contracts, self.sender, self.keystore, indexed, serving
        )
        choices = records_building.Choices(settings.records_body_bytes, settings.records_upload_hours)
        folder = self.home / "records"
        who = (self.roll, self.patients, self.letters)
        self.records = records_building.build(self.database, chain, *who, self.ipfs, folder, choices)

    def _build_pharmacy(self) -> None:
        kits = (self.settings, self.home, self.database, self.private, self.clients, self.contracts, self.sender)
        keys = (self.keystore, self.keystore.ensure(_RELAY), self.index, self.ipfs)
        people = (self.roll, self.practitioners, self.patients, self.letters)
        goods = (self.ledger, self.steps, self.recalls, self.rewards)
        self.pharmacy = pharmacy.Pharmacy(pharmacy.Ground(*kits, *keys, *people, *goods, self.records.desks))

    def chain_id(self, chain: ChainName) -> int:
        """EIP-155 id of a chain; an external network is asked for its own."""
        url = self.settings.rpc_url(chain)
        if url is None:
            return CHAIN_IDS[chain]
        return asyncio.run(asked_chain_id(url))

    async def start(self) -> None:
        """Start the chains, found the consortium if it is new, and follow the chains."""
        for engine in self.engines.values():
            await engine.start()
        founding = self._genesis is not None
        if self._genesis is not None:
            await found(self._genesis, self.clients, self.sender, self.keystore.signer(_FOUNDER))
            self.deployment.write(self._deployment_file)
            self._genesis = None
        await self.ipfs.start()
        await self.index.start()
        if founding:
            await self._know_founders()
        await self.epcis.start()
        await self.notices.start()
        await self.records.start()
        await self.encounters.start()
        await self.pharmacy.start()

    async def _know_founders(self) -> None:
        """Wait for the index, so that whoever comes first finds the founders on the roll."""
        for chain in self.engines:
            await self.index.wait(chain, (await self.clients[chain].head()).number)

    async def stop(self) -> None:
        """Stop following, then stop the chains; nothing acknowledged is lost either way."""
        await self.pharmacy.stop()
        await self.encounters.stop()
        await self.records.stop()
        await self.notices.stop()
        await self.epcis.stop()
        await self.custodians.stop()
        await self.index.stop()
        await self.ipfs.close()
        for engine in self.engines.values():
            await engine.stop()
        for rpc in self.rpcs.values():
            if isinstance(rpc, HttpRpc):
                await rpc.aclose()
        self.database.dispose()
        self.private.dispose()
        self.scans.close()

    async def health(self) -> dict[str, Any]:
        """Each chain's head, how far the index is behind it, and what stands behind the chain."""
        chains = {chain: await health_of(self.clients[chain], self.index, self.engines.get(chain)) for chain in CHAINS}
        return {"ok": all(chain["ok"] for chain in chains.values()), "chains": chains}

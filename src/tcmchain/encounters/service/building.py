"""The slice's use cases, put together; they start and stop as one."""

from dataclasses import dataclass

from sqlalchemy import Engine

from tcmchain.chain.client import ChainClient
from tcmchain.chain.contracts import Contracts
from tcmchain.chain.signers import LocalSigner
from tcmchain.consent.service.grants import Grants
from tcmchain.encounters.contract import EncountersCalls
from tcmchain.encounters.model.errors import NoMember
from tcmchain.encounters.readmodel.private import PrivateVisits
from tcmchain.encounters.readmodel.records import EncountersRecords
from tcmchain.encounters.service.desks import Desks, NodeSeal
from tcmchain.encounters.service.grants import ChainGrants
from tcmchain.encounters.service.offers import Offers
from tcmchain.encounters.service.recording import Recording
from tcmchain.encounters.service.scribe import Scribe
from tcmchain.encounters.service.visits import Visits
from tcmchain.members.service.roll import Roll
from tcmchain.patients.service.patients import Patients
from tcmchain.practitioners.service import Practitioners
from tcmchain.provenance.service.ledger import Ledger
from tcmchain.records.service.authoring import Authoring
from tcmchain.values import Address, Hash32, MemberId


@dataclass(frozen=True, slots=True)
class Encounters:
    """The use cases of the slice."""

    visits: Visits
    offers: Offers
    desks: Desks
    recording: Recording
    roll: Roll

    def member_of(self, account: Address) -> MemberId:
        """The member that an account acts for; raises ``NoMember``."""
        found = self.roll.member_of(account)
        if found is None:
            raise NoMember(account=account)
        return found.id

    async def start(self) -> None:
        """Begin to record by itself, where it was left."""
        await self.recording.start()

    async def stop(self) -> None:
        """Stop; what is unfinished goes on at the next start."""
        await self.recording.stop()


@dataclass(frozen=True, slots=True)
class Chain:
    """What stands between the slice and the chain ``care``; ``account`` is the node's own, which seals its store."""

    client: ChainClient
    contracts: Contracts
    account: LocalSigner

    async def has_file(self, patient: Address, file: Hash32) -> bool:
        """Whether a patient's folder has a file, as the chain itself answers."""
        versions, _ = await self.contracts.ask(self.client, "Records", "fileOf", patient, file)
        return bool(versions)


@dataclass(frozen=True, slots=True)
class Below:
    """The slices that a visit stands on."""

    roll: Roll
    practitioners: Practitioners
    patients: Patients
    grants: Grants
    ledger: Ledger
    authoring: Authoring


def build(index: Engine, private: Engine, chain: Chain, below: Below) -> Encounters:
    """Build the use cases over the index and the node's private store."""
    records, store = EncountersRecords(index), PrivateVisits(private)
    visits = Visits(EncountersCalls(chain.contracts), records, below.practitioners)
    desks = Desks(store, NodeSeal(chain.account), visits, ChainGrants(below.grants, below.patients))
    scribe = Scribe(below.authoring, below.ledger, below.roll, chain.has_file)
    return Encounters(visits, Offers(store), desks, Recording(visits, desks, records, scribe), below.roll)

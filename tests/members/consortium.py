"""A consortium founded for a test on networks of its own."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine as Database
from tests.chain.network import embedded_chains, network

from tcmchain.chain.calls import Call
from tcmchain.chain.client import ChainClient
from tcmchain.chain.contracts import Contracts
from tcmchain.chain.embedded import Engine
from tcmchain.chain.failures import Failures
from tcmchain.chain.reverts import Reverts
from tcmchain.chain.sender import Sender
from tcmchain.chain.signers import LocalSigner
from tcmchain.index.engine import open_engine
from tcmchain.index.indexing import Index
from tcmchain.members.contract import REVERTS, MembersCalls
from tcmchain.members.model.genesis import Founder, Genesis, member_id
from tcmchain.members.model.membership import Kind
from tcmchain.members.model.profile import Profile
from tcmchain.members.readmodel.projection import MembersProjection
from tcmchain.members.readmodel.proposals import Proposals
from tcmchain.members.readmodel.records import MembersRecords
from tcmchain.members.service.founding import found
from tcmchain.members.service.motions import Motions
from tcmchain.members.service.roll import Roll
from tcmchain.members.service.signing import Signing
from tcmchain.practitioners.contract import REVERTS as PRACTITIONERS_REVERTS
from tcmchain.practitioners.contract import PractitionersCalls
from tcmchain.practitioners.readmodel import PractitionersProjection, PractitionersRecords
from tcmchain.practitioners.service import Practitioners
from tcmchain.values import ChainName, Hash32, MemberId

DEPLOYER = LocalSigner(b"\x0d" * 32)
RELAY = LocalSigner(b"\x0e" * 32)
CONSORTIUM = Hash32("0x" + "c0" * 32)
KINDS = {
    "regulator": Kind.REGULATOR,
    "certifier": Kind.CERTIFIER,
    "grower": Kind.GROWER,
    "hospital": Kind.HOSPITAL,
    "lab": Kind.LAB,
}


def officer(role: str) -> LocalSigner:
    """The account that votes and signs for a member of this role."""
    return LocalSigner(role.encode().rjust(32, b"\x01"))


def member(role: str) -> MemberId:
    """Id of the member of this role."""
    return member_id(f"registration of the {role}")


GENESIS = Genesis(
    CONSORTIUM,
    "联盟协议",
    Hash32("0x" + "a9" * 32),
    tuple(
        Founder(member(role), kind, role != "lab", officer(role).address, Profile(f"示例{role}", f"Example {role}"))
        for role, kind in KINDS.items()
    ),
)


@dataclass(slots=True)
class Consortium:
    """Everything wired as a node does it."""

    clients: Mapping[ChainName, ChainClient]
    contracts: Contracts
    sender: Sender
    index: Index
    engine: Database
    calls: MembersCalls
    roll: Roll
    motions: Motions
    signing: Signing
    practitioners: Practitioners

    async def relay(self, calls: list[Call]) -> None:
        """Send calls by an account that is nobody's, and wait until they are indexed."""
        await self.sender.check(calls, RELAY.address)
        hashes = await self.sender.send(calls, RELAY)
        for call, tx in zip(calls, hashes, strict=True):
            receipt = await self.sender.wait(call.chain, tx)
            await self.index.wait(call.chain, receipt.block)

    async def sign_agreement(self, role: str) -> None:
        signature = officer(role).sign_typed_data(self.signing.agreement(member(role)))
        await self.relay(self.signing.sign_agreement(member(role), 1, signature))


@asynccontextmanager
async def consortium(folder: Path, embedded: bool = False) -> AsyncIterator[Consortium]:
    """Found the consortium and follow its chains, which are networks or embedded ones."""
    async with embedded_chains(folder) if embedded else network() as clients:
        contracts = Contracts(await found(GENESIS, clients, Sender(clients), DEPLOYER))
        reverts = Reverts({**REVERTS, **PRACTITIONERS_REVERTS})
        engine = open_engine(f"sqlite:///{folder / 'index.db'}")
        wakes = {c: client.rpc.subscribe for c, client in clients.items() if isinstance(client.rpc, Engine)}
        index = Index(engine, clients, [MembersProjection(), PractitionersProjection()], contracts, wakes=wakes)
        records, calls = MembersRecords(engine), MembersCalls(contracts, CONSORTIUM)
        proposals = Proposals(open_engine(f"sqlite:///{folder / 'private.db'}"))
        roll = Roll(records)
        licences = PractitionersRecords(engine)
        await index.start()
        try:
            for chain in clients:
                await index.wait(chain, (await clients[chain].head()).number)
            yield Consortium(
                clients=clients,
                contracts=contracts,
                sender=Sender(clients, Failures(clients, contracts, reverts)),
                index=index,
                engine=engine,
                calls=calls,
                roll=roll,
                motions=Motions(calls, records, proposals),
                signing=Signing(calls, records),
                practitioners=Practitioners(PractitionersCalls(contracts, CONSORTIUM), licences, roll),
            )
        finally:
            await index.stop()
            engine.dispose()

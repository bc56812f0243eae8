"""The slice's use cases, put together; they start and stop as one."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sqlalchemy import Engine

from tcmchain.chain.client import ChainClient
from tcmchain.chain.contracts import Contracts
from tcmchain.chain.keystore import Keystore
from tcmchain.chain.sender import Sender
from tcmchain.epcis.contract import EpcisCalls
from tcmchain.epcis.model.own_events import OwnEvents
from tcmchain.epcis.readmodel import tables
from tcmchain.epcis.readmodel.batches import BatchStore
from tcmchain.epcis.readmodel.events import EventStore
from tcmchain.epcis.readmodel.jobs import JobStore
from tcmchain.epcis.readmodel.queries import QueryStore
from tcmchain.epcis.service.accounts import ServiceAccounts
from tcmchain.epcis.service.anchoring import Anchoring
from tcmchain.epcis.service.asking import Asking
from tcmchain.epcis.service.capture import Capture
from tcmchain.epcis.service.clock import Clock
from tcmchain.epcis.service.moves import Moves
from tcmchain.epcis.service.own import OwnSource
from tcmchain.epcis.service.reading import Readers
from tcmchain.epcis.service.sending import Post
from tcmchain.epcis.service.subscribing import Subscriptions
from tcmchain.epcis.service.writing import StepWriter
from tcmchain.members.service.roll import Roll
from tcmchain.provenance.service.ledger import Ledger
from tcmchain.provenance.service.recalls import Recalls
from tcmchain.provenance.service.steps import Steps
from tcmchain.values import MemberId


@dataclass(frozen=True, slots=True)
class Epcis:
    """The use cases of the slice."""

    engine: Engine
    capture: Capture
    asking: Asking
    anchoring: Anchoring
    subscriptions: Subscriptions

    async def start(self) -> None:
        """Begin to capture, anchor and tell, where it was left."""
        await self.subscriptions.start()
        await self.anchoring.start()
        await self.capture.start()

    async def stop(self) -> None:
        """Stop; what is unfinished goes on at the next start."""
        await self.capture.stop()
        await self.anchoring.stop()
        await self.subscriptions.stop()
        self.engine.dispose()


@dataclass(frozen=True, slots=True)
class Choices:
    """What an operator may set; ``node`` is the address that people reach the node at."""

    anchor_seconds: float
    processes: int
    private_destinations: bool
    node: str


@dataclass(frozen=True, slots=True)
class Chain:
    """What stands between the slice and the chain ``care``."""

    client: ChainClient
    contracts: Contracts
    sender: Sender
    keystore: Keystore
    indexed: Callable[[int], Awaitable[None]]


def build(
    engine: Engine,
    chain: Chain,
    roll: Roll,
    ledger: Ledger,
    steps: Steps,
    recalls: Recalls,
    choices: Choices,
) -> Epcis:
    """Build the use cases over a store of their own, whose tables are made when they are missing."""
    tables.metadata.create_all(engine)
    clock, accounts = Clock(), ServiceAccounts(chain.keystore, roll)
    events, queries = EventStore(engine), QueryStore(engine)
    asking = Asking(events, queries, OwnSource(ledger, recalls, OwnEvents(choices.node)), clock)
    anchoring = Anchoring(
        EpcisCalls(chain.contracts, chain.client),
        BatchStore(engine),
        chain.sender,
        accounts.signer_of,
        clock,
        choices.anchor_seconds,
    )
    subscriptions = Subscriptions(queries, asking, Post(choices.private_destinations), clock)
    moves = Moves(StepWriter(steps, ledger, roll), steps, ledger, chain.sender, accounts.signer_of, chain.indexed)

    def told() -> None:
        anchoring.told()
        subscriptions.told()

    def may_act(member: MemberId) -> bool:
        return roll.may_act(roll.member(member))

    capture = Capture(engine, JobStore(engine), events, Readers(choices.processes), moves, clock, told, may_act)
    return Epcis(engine, capture, asking, anchoring, subscriptions)

"""The slice's use cases, put together; they start and stop as one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from tcmchain.chain.client import ChainClient
from tcmchain.chain.contracts import Contracts
from tcmchain.chain.keystore import Keystore
from tcmchain.chain.sender import Sender
from tcmchain.chain.signers import Signer
from tcmchain.members.service.roll import Roll
from tcmchain.practitioners.service import Practitioners
from tcmchain.reviews.client.peers import DOOR, PeerTallies
from tcmchain.reviews.contract import CHAIN, SOURCE_CHAIN, ReviewsCalls
from tcmchain.reviews.model.texts import read_any
from tcmchain.reviews.readmodel.names import ReviewNames
from tcmchain.reviews.readmodel.notes import Notes
from tcmchain.reviews.readmodel.records import ReviewsRecords
from tcmchain.reviews.service.harms import Harms
from tcmchain.reviews.service.reviews import Reviews
from tcmchain.reviews.service.tallies import Tallies
from tcmchain.reviews.service.vouchers import Vouchers
from tcmchain.rewards.service.witnessing import Witnessing
from tcmchain.values import ChainName
from tcmchain.web.text_doors import peer_texts
from tcmchain.web.text_store import TextStore
from tcmchain.web.texts import Texts


@dataclass(frozen=True, slots=True)
class Reviewing:
    """The use cases of the slice."""

    reviews: Reviews
    harms: Harms
    vouchers: Vouchers
    tallies: Tallies
    texts: Texts

    async def start(self) -> None:
        """Begin to follow texts and to carry counts over."""
        await self.texts.start()
        await self.tallies.start()

    async def stop(self) -> None:
        """Stop again."""
        await self.tallies.stop()
        await self.texts.stop()


@dataclass(frozen=True, slots=True)
class Chain:
    """What stands between the slice and the chains."""

    clients: Mapping[ChainName, ChainClient]
    contracts: Contracts
    sender: Sender
    relay: Signer
    keystore: Keystore


def build(
    index: Engine,
    private: Engine,
    home: Path,
    chain: Chain,
    roll: Roll,
    practitioners: Practitioners,
    peers: Sequence[str],
) -> Reviewing:
    """Build the use cases over the index, the node's private stores and other members' nodes."""
    calls = ReviewsCalls(chain.contracts, chain.clients[CHAIN], chain.clients[SOURCE_CHAIN])
    records, witnessing = ReviewsRecords(index), Witnessing(chain.keystore, roll)
    store = TextStore(home / "review-texts.db")
    texts = Texts(store, ReviewNames(index), read_any, [peer_texts(peer, DOOR) for peer in peers])
    asked = [PeerTallies(peer) for peer in peers]
    return Reviewing(
        Reviews(calls, records, texts),
        Harms(calls, records, texts),
        Vouchers(calls, records, Notes(private), witnessing, roll, practitioners),
        Tallies(calls, records, witnessing, chain.sender, chain.relay, asked),
        texts,
    )

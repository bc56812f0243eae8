"""The use cases of earnings, put together."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Engine

from tcmchain.chain.client import ChainClient
from tcmchain.chain.contracts import Contracts
from tcmchain.chain.keystore import Keystore
from tcmchain.chain.sender import Sender
from tcmchain.chain.signers import Signer
from tcmchain.members.service.roll import Roll
from tcmchain.rewards.client.peers import PeerClaims
from tcmchain.rewards.contract import CHAIN, EARNED_CHAIN, EarningsCalls
from tcmchain.rewards.readmodel.earnings import EarningsRecords
from tcmchain.rewards.service.earnings import Earnings
from tcmchain.rewards.service.witnessing import Witnessing
from tcmchain.values import ChainName


def build(
    index: Engine,
    clients: Mapping[ChainName, ChainClient],
    contracts: Contracts,
    sender: Sender,
    relay: Signer,
    keystore: Keystore,
    roll: Roll,
    peers: Sequence[str],
) -> Earnings:
    """Build them over the index, the node's keystore and other members' nodes."""
    calls = EarningsCalls(contracts, clients[EARNED_CHAIN], clients[CHAIN])
    asked = [PeerClaims(peer) for peer in peers]
    return Earnings(calls, EarningsRecords(index), Witnessing(keystore, roll), sender, relay, asked)

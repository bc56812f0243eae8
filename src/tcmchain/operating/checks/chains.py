"""Whether the chains run, are the right ones, hold together and are the same at other members."""

from functools import partial

from tcmchain.chain.chains import CHAIN_IDS
from tcmchain.chain.client import ChainClient
from tcmchain.errors import TcmChainError
from tcmchain.operating.examined import Examined, Fault, NotApplicable
from tcmchain.values import ChainName

_MOST_LAG = 5


async def node_healthy(at: Examined) -> list[Fault]:
    """Every chain goes on and the index is close behind it."""
    faults = []
    told = await at.api.get("/healthz")
    for chain, state in told["chains"].items():
        if not state["ok"]:
            faults.append(Fault("check-chain-troubled", {"chain": chain, "trouble": state["trouble"]}))
        elif (state["lag"] or 0) > _MOST_LAG:
            faults.append(Fault("check-index-lags", {"chain": chain, "lag": state["lag"]}))
    return faults


async def chain_ids(at: Examined) -> list[Fault]:
    """Embedded chains have the ids that wallets know them by; a network has an id of its own."""
    told = (await at.api.get("/healthz"))["chains"]
    faults, seen = [], dict[int, ChainName]()
    for chain, client in at.clients.items():
        found = await client.chain_id()
        embedded = told[chain]["ledger"] == "embedded"
        if embedded and found != CHAIN_IDS[chain]:
            faults.append(Fault("check-chain-id", {"chain": chain, "found": found, "expected": CHAIN_IDS[chain]}))
        elif found in seen:
            faults.append(Fault("check-chain-id-twice", {"chain": chain, "other": seen[found], "found": found}))
        seen[found] = chain
    return faults


async def blocks_link(at: Examined) -> list[Fault]:
    """Each block names the hash of the one before it."""
    faults: list[Fault] = []
    for client in at.clients.values():
        head = (await client.head()).number
        look = partial(_linked, client)
        faults += await at.each(at.pick(range(1, head + 1)), look)
    return faults


async def _linked(client: ChainClient, number: int) -> list[Fault]:
    before, block = await client.blocks([number - 1, number])
    if block.parent == before.hash and block.timestamp >= before.timestamp:
        return []
    return [Fault("check-block-unlinked", {"chain": client.name, "block": number})]


async def peers_agree(at: Examined) -> list[Fault]:
    """Other members' nodes have the same block where both are."""
    if not at.peers:
        raise NotApplicable("check-no-peers")
    faults = []
    for peer, theirs in at.peers.items():
        for chain, client in at.clients.items():
            try:
                number = min((await client.head()).number, (await theirs[chain].head()).number)
                same = await _same(client, theirs[chain], number)
            except TcmChainError as error:
                faults.append(Fault("check-peer-silent", {"peer": peer, "chain": chain, "reason": str(error)[:200]}))
                continue
            if not same:
                faults.append(Fault("check-peer-differs", {"peer": peer, "chain": chain, "block": number}))
    return faults


async def _same(client: ChainClient, other: ChainClient, number: int) -> bool:
    return (await client.block(number)).hash == (await other.block(number)).hash

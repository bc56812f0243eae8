"""Transactions on their way: numbered, signed, handed in, followed into a block."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from eth_utils.crypto import keccak

from tcmchain.chain.calls import Call
from tcmchain.chain.client import ChainClient, Receipt, Reverted
from tcmchain.chain.deployments import Deployment, created_address
from tcmchain.chain.failures import FailedInBlock, Failures
from tcmchain.chain.rpc import RpcError
from tcmchain.chain.signers import Signer
from tcmchain.errors import Conflict, Unavailable
from tcmchain.values import Address, ChainName, Hash32

_IN_FLIGHT: Final = 64
_ATTEMPTS: Final = 3
_FIRST_PAUSE: Final = 0.005
_LONGEST_PAUSE: Final = 0.5
_KNOWN: Final = ("already known", "already imported", "known transaction")


class NotInBlock(Unavailable):
    """The chain has not taken a transaction into a block in the time given: ``chain``, ``tx``."""

    code = "not-in-block"


class DeployedElsewhere(Conflict):
    """A contract stands at another address than the genesis says, as the account was used before: ``contract``."""

    code = "deployed-elsewhere"


@dataclass(frozen=True, slots=True)
class _Unsigned:
    to: Address | None
    data: bytes
    gas: int


@dataclass(slots=True)
class _Lane:
    """The transactions of one account on one chain; ``next`` is ``None`` until the chain was asked."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    next: int | None = None
    in_flight: int = _IN_FLIGHT


class Sender:
    """Sends for any account. One account's transactions keep their order; up to 64 of them are in flight.

    An account's number is asked of the chain once and counted here; after a refusal it is asked again, so that a
    second sender of the same account only costs a repetition. A chain that takes numbers only in their order, behind
    a door that does not keep it, gets one at a time.
    """

    def __init__(self, clients: Mapping[ChainName, ChainClient], failures: Failures | None = None) -> None:
        self._clients = clients
        self._failures = failures
        self._lanes: dict[tuple[ChainName, Address], _Lane] = {}
        self._prices: dict[ChainName, int] = {}

    async def chain_id(self, chain: ChainName) -> int:
        """EIP-155 id that transactions of a chain are signed for."""
        return await self._clients[chain].chain_id()

    async def check(self, calls: Sequence[Call], account: Address) -> None:
        """Run each call without a transaction; raises the error of the first that would be refused."""
        for call in calls:
            try:
                await self._clients[call.chain].call(call.to, bytes.fromhex(call.data[2:]), account)
            except Reverted as refused:
                if self._failures is None:
                    raise
                raise self._failures.error(call.chain, call.to, refused) from refused

    async def send(self, calls: Sequence[Call], signer: Signer) -> list[Hash32]:
        """Sign and hand in calls; answers when all are taken, with their hashes in the order given.

        Raises ``RpcError`` when a chain refuses one for good; those before it on the same chain are sent then.
        """
        chains = list(dict.fromkeys(call.chain for call in calls))
        lots = [[(i, call) for i, call in enumerate(calls) if call.chain == chain] for chain in chains]
        sent = await asyncio.gather(
            *(
                self._send(chain, [_Unsigned(c.to, bytes.fromhex(c.data[2:]), c.gas) for _, c in lot], signer)
                for chain, lot in zip(chains, lots, strict=True)
            )
        )
        found = {i: tx for lot, hashes in zip(lots, sent, strict=True) for (i, _), tx in zip(lot, hashes, strict=True)}
        return [found[i] for i in range(len(calls))]

    async def deploy(self, signer: Signer, deployments: Sequence[Deployment]) -> dict[tuple[ChainName, str], Address]:
        """Deploy contracts, each chain's in the order given from the account's next number on.

        Raises :class:`FailedInBlock` when a constructor refuses.
        """
        found = {}
        for wanted in deployments:
            first = await self._clients[wanted.chain].nonce(signer.address)
            (tx,) = await self._send(wanted.chain, [_Unsigned(None, wanted.data, wanted.gas)], signer)
            receipt = await self.wait(wanted.chain, tx)
            if receipt.created != created_address(signer.address, first):
                raise DeployedElsewhere(chain=wanted.chain, contract=wanted.contract)
            found[wanted.chain, wanted.contract] = receipt.created
        return found

    async def wait(self, chain: ChainName, tx: Hash32, timeout: float = 60) -> Receipt:  # noqa: ASYNC109
        """The receipt of a transaction once it is in a block.

        Raises the error that the contract refused with, or :class:`NotInBlock` after ``timeout`` seconds.
        """
        client = self._clients[chain]
        deadline = time.monotonic() + timeout
        pause = _FIRST_PAUSE
        while (receipt := await client.receipt(tx)) is None:
            if time.monotonic() > deadline:
                raise NotInBlock(chain=chain, tx=tx)
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, _LONGEST_PAUSE)
        if receipt.ok:
            return receipt
        if self._failures is None:
            raise FailedInBlock(chain=chain, tx=tx)
        raise await self._failures.reason(chain, tx)

    async def _send(self, chain: ChainName, wanted: Sequence[_Unsigned], signer: Signer) -> list[Hash32]:
        lane = self._lanes.setdefault((chain, signer.address), _Lane())
        done: list[Hash32] = []
        async with lane.lock:
            attempts = _ATTEMPTS
            while len(done) < len(wanted):
                part = wanted[len(done) : len(done) + lane.in_flight]
                sent, refusal = await self._send_part(chain, lane, part, signer)
                done += sent
                if refusal is None:
                    attempts = _ATTEMPTS
                    continue
                lane.next = None
                attempts -= 1
                if attempts == 0 or "nonce" not in str(refusal).lower():
                    raise refusal
                if "too high" in str(refusal).lower():
                    lane.in_flight = 1
        return done

    async def _send_part(
        self, chain: ChainName, lane: _Lane, wanted: Sequence[_Unsigned], signer: Signer
    ) -> tuple[list[Hash32], BaseException | None]:
        client = self._clients[chain]
        chain_id, price = await client.chain_id(), await self._price(chain)
        first = lane.next if lane.next is not None else await client.nonce(signer.address)
        raws = [
            signer.sign_transaction(chain_id, first + i, tx.to, tx.data, tx.gas, price) for i, tx in enumerate(wanted)
        ]
        # Tasks begin in the order of their making, so the chain's door gets the transactions in order.
        answers = await asyncio.gather(*(_hand_in(client, raw) for raw in raws), return_exceptions=True)
        sent: list[Hash32] = []
        for answer in answers:
            if isinstance(answer, BaseException):
                return sent, answer
            sent.append(answer)
        lane.next = first + len(wanted)
        return sent, None

    async def _price(self, chain: ChainName) -> int:
        # A network without fees stays one; elsewhere twice today's price still holds when blocks fill up.
        if self._prices.get(chain) != 0:
            self._prices[chain] = 2 * await self._clients[chain].gas_price()
        return self._prices[chain]


async def _hand_in(client: ChainClient, raw: bytes) -> Hash32:
    try:
        return await client.send(raw)
    except RpcError as error:
        if any(word in str(error).lower() for word in _KNOWN):
            return Hash32("0x" + keccak(raw).hex())
        raise

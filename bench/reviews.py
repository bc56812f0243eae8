"""A thousand reviews with their rewards through the chain, against a thousand plain token transfers in the same run.

Each review is a transaction of a pseudonym of its own: the voucher's signature is recovered, the contract Reviews asks
Members, Practitioners and Formulas, keeps the review, and Rewards counts the deed against its caps and keeps what it
earned. Against it stand transfers of a plain OpenZeppelin ERC-20 token from as many accounts to as many fresh ones, and
beside that from 64 accounts one after the other. All go to the same engine in its own process, 64 in flight; a run
ends when its last transaction is in a block. A run of each kind warms up and is not counted; the counted ones take
turns.
"""

import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from eth_utils.crypto import keccak

from measured import keep
from tcmchain.chain.abi import encode
from tcmchain.chain.artifacts import Artifact
from tcmchain.chain.calls import Call
from tcmchain.chain.embedded import Engine
from tcmchain.chain.signers import LocalSigner
from tcmchain.example import cast
from tcmchain.node import Node
from tcmchain.practitioners.model import Licence, licence_id
from tcmchain.reviews.contract import typed_voucher
from tcmchain.reviews.model.reviews import Opinion
from tcmchain.reviews.model.vouchers import SignedVoucher, Voucher
from tcmchain.settings import Settings
from tcmchain.values import Address, FormulaId, Hash32, UnixTime

IN_FLIGHT: Final = 64
REVIEWS: Final = 1_000
RUNS: Final = 5
TARGET: Final = 0.50
_DISPENSERS: Final = ("hospital", "pharmacy", "riverside")
_SIGNING: Final = (*_DISPENSERS, "certifier", "factory", "lab", "regulator")
_FORMULAS: Final = 120
_GAS: Final = 1_000_000
_DAY: Final = 86_400
_TOKEN: Final = Path(__file__).parent / "plain_token.json"

Lanes = list[list[str]]


class Bench:
    """A founded node whose index stands still, and what the runs need on its chain."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self.engine: Engine = node.engines["pharmacy"]
        self.formulas: list[FormulaId] = []
        self.chain_id = 0
        self._made = 0

    async def prepare(self) -> None:
        """Members sign, a physician shares formulas, counts of dispensings are witnessed."""
        node = self._node
        self.chain_id = await node.clients["pharmacy"].chain_id()
        for key in _SIGNING:
            signature = cast.officer(key).sign_typed_data(node.signing.agreement(cast.member(key)))
            await self._take(cast.officer(key), node.signing.sign_agreement(cast.member(key), 1, signature))
        physician = LocalSigner(b"\x31" * 32)
        known, now = licence_id(cast.member("certifier"), "ZY-1"), int(time.time())
        digest = Hash32("0x" + "11" * 32)
        licence = Licence(known, physician.address, "physician", UnixTime(now - 60), UnixTime(now + _DAY), digest)
        signed = cast.officer("certifier").sign_typed_data(node.practitioners.typed(licence))
        await self._take(cast.officer("certifier"), node.practitioners.issue(licence, signed))
        for number in range(_FORMULAS):
            document = json.dumps({"schema": "bench", "number": number})
            share = node.contracts.call("pharmacy", "Formulas", "share", 2, "0x" + "00" * 32, document)
            await self._take(physician, [share])
        artifact = Artifact.load("Formulas")
        address = node.contracts.address("pharmacy", "Formulas")
        logs = await node.clients["pharmacy"].logs(0, (await node.clients["pharmacy"].head()).number, [address])
        events = [event for log in logs if (event := artifact.decode_log(log)) is not None]
        self.formulas = [event.args["formula"] for event in events if event.name == "Shared"][-_FORMULAS:]
        for key in _DISPENSERS:
            await self._witness(key)
        await node.index.stop()

    async def _witness(self, key: str) -> None:
        node = self._node
        tally, typed = await node.pharmacy.reviews.reviews._calls.tally(cast.member(key), (RUNS + 1) * REVIEWS)
        others = sorted((cast.member(one), one) for one in ("factory", "lab"))
        signatures = [cast.officer(one).sign_typed_data(typed) for _, one in others]
        await self._take(cast.officer(key), [node.pharmacy.reviews.reviews._calls.carry_over(tally, signatures)])

    async def _take(self, signer: LocalSigner, calls: Sequence[Call]) -> None:
        sender = self._node.sender
        for call, tx in zip(calls, await sender.send(calls, signer), strict=True):
            receipt = await sender.wait(call.chain, tx)
            await self._node.index.wait(call.chain, receipt.block)

    def reviews(self) -> tuple[Lanes, list[LocalSigner]]:
        """Signed reviews of pseudonyms that nobody used, within all caps."""
        node, calls = self._node, self._node.pharmacy.reviews.reviews._calls
        contract, now = node.contracts.address("pharmacy", "Reviews"), int(time.time())
        raws, reviewers = [], []
        for _ in range(REVIEWS):
            at, self._made = self._made, self._made + 1
            mark = at.to_bytes(4, "big")
            reviewer, key = LocalSigner(keccak(b"reviewer" + mark)), _DISPENSERS[at % len(_DISPENSERS)]
            secret = Hash32("0x" + keccak(mark).hex())
            what = self.formulas[at % _FORMULAS], 1, secret, reviewer.address, secret
            voucher = Voucher(*what, cast.member(key), UnixTime(now - _DAY), UnixTime(now + 90 * _DAY))
            signature = cast.officer(key).sign_typed_data(typed_voucher(voucher, self.chain_id, contract))
            call = calls.review(SignedVoucher(voucher, signature), Opinion(at % 5 + 1, 80, 20, secret))
            data = bytes.fromhex(call.data[2:])
            raws.append(reviewer.sign_transaction(self.chain_id, 0, call.to, data, _GAS))
            reviewers.append(reviewer)
        return _lanes(raws), reviewers

    async def deploy(self, holders: Sequence[LocalSigner]) -> Address:
        """A plain token of which each holder has a thousand."""
        code = bytes.fromhex(json.loads(_TOKEN.read_text())["bytecode"][2:])
        data = code + encode(["address[]"], [[holder.address for holder in holders]])
        deployer = LocalSigner(keccak(holders[0].address.encode()))
        raw = deployer.sign_transaction(self.chain_id, 0, None, data, 400_000_000)
        tx = await self.engine.request("eth_sendRawTransaction", ["0x" + raw.hex()])
        while (receipt := await self.engine.request("eth_getTransactionReceipt", [tx])) is None:
            await asyncio.sleep(0.002)
        assert receipt["status"] == "0x1"
        return Address(receipt["contractAddress"])

    async def transfers(self, turn: int, accounts: int) -> tuple[Lanes, list[LocalSigner]]:
        """Signed transfers from some accounts, each to a fresh receiver."""
        holders = [LocalSigner(keccak(b"holder%d/%d/%d" % (turn, accounts, at))) for at in range(accounts)]
        token = await self.deploy(holders)
        raws = []
        for at in range(REVIEWS):
            receiver = keccak(b"receiver%d/%d/%d" % (turn, accounts, at))[12:]
            data = keccak(b"transfer(address,uint256)")[:4] + bytes(12) + receiver + (1).to_bytes(32, "big")
            holder, nonce = holders[at % accounts], at // accounts
            raws.append(holder.sign_transaction(self.chain_id, nonce, token, data, 200_000))
        return _lanes(raws), [holders[at % accounts] for at in range(REVIEWS)]

    async def run(self, lanes: Lanes, signers: Sequence[LocalSigner]) -> float:
        """Seconds until all are in blocks."""

        async def lane(raws: list[str]) -> None:
            for raw in raws:
                await self.engine.request("eth_sendRawTransaction", [raw])

        started = time.perf_counter()
        await asyncio.gather(*(lane(raws) for raws in lanes))
        wanted: dict[Address, int] = {}
        for signer in signers[-2 * IN_FLIGHT :]:
            wanted[signer.address] = sum(one.address == signer.address for one in signers)
        for address, count in wanted.items():
            while int(await self.engine.request("eth_getTransactionCount", [address, "latest"]), 16) < count:
                await asyncio.sleep(0.001)
        return time.perf_counter() - started

    async def earned(self) -> int:
        """Reviews that earned their two points."""
        client, artifact = self._node.clients["pharmacy"], Artifact.load("Rewards")
        address = self._node.contracts.address("pharmacy", "Rewards")
        logs = await client.logs(0, (await client.head()).number, [address])
        events = [event for log in logs if (event := artifact.decode_log(log)) is not None]
        return sum(event.name == "Earned" and event.args["amount"] == 2_000 for event in events)


def _lanes(raws: Sequence[bytes]) -> Lanes:
    return [["0x" + raw.hex() for raw in raws[at::IN_FLIGHT]] for at in range(IN_FLIGHT)]


async def _measure(folder: Path) -> dict[str, Any]:
    node = Node(Settings(home=folder), cast.genesis())
    await node.start()
    bench = Bench(node)
    await bench.prepare()
    taken: dict[str, list[float]] = {"reviews": [], "transfers": [], "in_sequence": []}
    for turn in range(RUNS + 1):
        taken["reviews"].append(await bench.run(*bench.reviews()))
        taken["transfers"].append(await bench.run(*await bench.transfers(turn, REVIEWS)))
        taken["in_sequence"].append(await bench.run(*await bench.transfers(turn, IN_FLIGHT)))
    earned = await bench.earned()
    assert earned == (RUNS + 1) * REVIEWS, earned
    await node.stop()
    return {name: REVIEWS / statistics.median(seconds[1:]) for name, seconds in taken.items()}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(_measure(Path(folder)))
    fastest = max(found["transfers"], found["in_sequence"])
    ratio = found["reviews"] / fastest
    keep(
        "reviews",
        in_flight=IN_FLIGHT,
        reviews_a_run=REVIEWS,
        runs=RUNS,
        reviews_per_second=round(found["reviews"]),
        transfers_per_second=round(found["transfers"]),
        transfers_of_64_accounts_per_second=round(found["in_sequence"]),
        ratio=round(ratio, 3),
        target=TARGET,
        reached=ratio >= TARGET,
    )


if __name__ == "__main__":
    main()

"""A chain in memory that holds log entries and can take blocks back."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from eth_utils.crypto import keccak

from tcmchain.chain.abi import canonical, checksum, encode
from tcmchain.chain.artifacts import Artifact
from tcmchain.chain.client import ChainClient
from tcmchain.chain.rpc import RpcError
from tcmchain.values import Address, ChainName, short_text

MEMBERS = Address("0x" + "11" * 20)
ELSEWHERE = Address("0x" + "99" * 20)


def word(number: int) -> str:
    return f"0x{number:064x}"


def account(number: int) -> str:
    return checksum(f"0x{number:040x}")


@dataclass(slots=True)
class Log:
    address: str
    topics: list[str]
    data: str


def entry(address: str, contract: str, event: str, **args: Any) -> Log:
    """A log entry as a contract would write it."""
    shape = next(e for e in Artifact.load(contract).abi if e["type"] == "event" and e["name"] == event)
    inputs = shape["inputs"]
    topic = "0x" + keccak(text=f"{event}({','.join(canonical(p) for p in inputs)})").hex()
    topics = ["0x" + encode([canonical(p)], [args[p["name"]]]).hex() for p in inputs if p["indexed"]]
    rest = [p for p in inputs if not p["indexed"]]
    data = encode([canonical(p) for p in rest], [args[p["name"]] for p in rest])
    return Log(address, [topic, *topics], "0x" + data.hex())


def admitted(number: int, address: str = MEMBERS) -> Log:
    return entry(
        address, "Members", "Admitted", member=word(number), kind=1, voting=True, officer=account(number),
        profile=f'{{"name_zh":"成员{number}","name_en":"Member {number}"}}',
    )  # fmt: skip


def suspended(number: int) -> Log:
    return entry(MEMBERS, "Members", "Suspended", member=word(number), digest=word(7), reason="查处")


def installed(name: str, address: str, by: str = MEMBERS) -> Log:
    return entry(by, "Members", "Installed", name=short_text(name), current=address, previous="0x" + "00" * 20)


@dataclass(slots=True)
class FakeChain:
    """Blocks from number 0 on; ``refuse_above`` is how many blocks one question about logs may span."""

    fork: str = "a"
    blocks: list[tuple[str, list[Log]]] = field(default_factory=list)
    refuse_above: int = 10_000
    receipts: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: int = 0

    def __post_init__(self) -> None:
        self.add()

    def client(self, name: ChainName = "care") -> ChainClient:
        return ChainClient(name, self)

    def add(self, *logs: Log) -> int:
        """Put a block on top; answers its number."""
        parent = self.blocks[-1][0] if self.blocks else word(0)
        number = len(self.blocks)
        self.blocks.append(("0x" + keccak(text=f"{parent}/{number}/{self.fork}").hex(), list(logs)))
        return number

    def take_back(self, number: int, fork: str) -> None:
        """Forget the blocks from ``number`` on; later ones are of another fork."""
        del self.blocks[number:]
        self.fork = fork

    async def request(self, method: str, params: Sequence[Any]) -> Any:
        self.asked += 1
        if method == "eth_getBlockByNumber":
            return self._header(len(self.blocks) - 1 if params[0] == "latest" else int(params[0], 16))
        if method == "eth_getLogs":
            return self._logs(params[0])
        if method == "eth_getTransactionReceipt":
            return self.receipts.get(params[0])
        if method == "eth_getTransactionByHash":
            return {"to": None} if params[0] in self.receipts else None
        raise AssertionError(method)

    def _header(self, number: int) -> dict[str, str] | None:
        if number >= len(self.blocks):
            return None
        parent = self.blocks[number - 1][0] if number else word(0)
        return {
            "number": hex(number),
            "hash": self.blocks[number][0],
            "parentHash": parent,
            "timestamp": hex(1_758_000_000 + number),
        }

    def _logs(self, wanted: dict[str, Any]) -> list[dict[str, Any]]:
        first, last = int(wanted["fromBlock"], 16), int(wanted["toBlock"], 16)
        if last - first + 1 > self.refuse_above:
            raise RpcError(-32005, "too many blocks asked for", None)
        return [
            {
                "address": log.address,
                "topics": log.topics,
                "data": log.data,
                "blockNumber": hex(number),
                "blockHash": self.blocks[number][0],
                "transactionHash": word(number * 1000 + place),
                "logIndex": hex(place),
            }
            for number in range(first, min(last, len(self.blocks) - 1) + 1)
            for place, log in enumerate(self.blocks[number][1])
            if log.address in wanted.get("address", [log.address])
        ]

"""What a custodian asks the chain before it serves: every time anew, by its member's own door."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from tcmchain.chain.abi import checksum, selector
from tcmchain.chain.client import ChainClient
from tcmchain.chain.contracts import Contracts
from tcmchain.chain.rpc import RpcError
from tcmchain.custodians.model.errors import ChainUnsure
from tcmchain.custodians.model.receipts import Outcome
from tcmchain.errors import Unavailable
from tcmchain.values import ZERO_ADDRESS, ZERO_HASH, Address, BlockNumber, Hash32, MemberId, UnixTime

_GAS: Final = hex(400_000)
"""Enough for any of these questions; a door counts what a question may burn."""

_GRANTS_KEPT: Final = 8192
_WORD: Final = 64


@dataclass(frozen=True, slots=True)
class Head:
    """The newest block."""

    number: BlockNumber
    timestamp: UnixTime


@dataclass(frozen=True, slots=True)
class Granted:
    """What never changes of a grant: whose category, its commitment and its end."""

    patient: Address
    terms: Hash32
    until: UnixTime


@dataclass(frozen=True, slots=True)
class Glass:
    """A break-glass: its last second, and the Keccak hash of the key that shares are sealed to."""

    until: UnixTime
    key: Hash32


class Questions:
    """Typed questions to the contracts of ``care``; raises :class:`ChainUnsure` when the chain gives no answer."""

    def __init__(self, client: ChainClient, contracts: Contracts) -> None:
        self._client = client
        self._contracts = contracts
        self._grants: dict[Hash32, Granted] = {}

    async def head(self) -> Head:
        """The newest block."""
        found = await self._ask("eth_getBlockByNumber", ["latest", False])
        try:
            return Head(BlockNumber(int(found["number"], 16)), UnixTime(int(found["timestamp"], 16)))
        except (TypeError, KeyError, ValueError) as error:
            raise ChainUnsure from error

    async def reads(self, grant: Hash32, terms: Hash32, reader: Address) -> Outcome:
        """Whether a grant can be used now by a reader, and why not."""
        return Outcome(int(await self._call("Consent", "reads(bytes32,bytes32,address)", grant, terms, reader), 16))

    async def granted(self, grant: Hash32) -> Granted | None:
        """Whose grant it is; ``None`` when there is none. What stands on the chain of it does not change."""
        found = self._grants.get(grant)
        if found is None:
            words = _words(await self._call("Consent", "grantById(bytes32)", grant))
            patient = _address(words[1])
            if patient == ZERO_ADDRESS:
                return None
            found = Granted(patient, Hash32("0x" + words[0]), UnixTime(int(words[2], 16)))
            if len(self._grants) >= _GRANTS_KEPT:
                self._grants.clear()
            self._grants[grant] = found
        return found

    async def lock(self, patient: Address, file: Hash32, version: int) -> Hash32 | None:
        """The hash of a version's lock; ``None`` when there is none, or the file was erased."""
        found = await self._call("Records", "lockOf(address,bytes32,uint32)", patient, file, version)
        return None if found == ZERO_HASH else Hash32(found)

    async def key(self, patient: Address, label: Hash32, epoch: int) -> Hash32:
        """Keccak hash of a category key; zero when there is none."""
        return Hash32(await self._call("Patients", "keyOf(address,bytes32,uint32)", patient, label, epoch))

    async def may_act(self, patient: Address, account: Address) -> bool:
        """Whether an account is the patient's own, or a proxy in office."""
        return int(await self._call("Patients", "mayAct(address,address)", patient, account), 16) == 1

    async def released(self, glass: Hash32, patient: Address, reader: Address) -> bool:
        """Whether shares of the emergency category may be released to a reader now."""
        found = await self._call("Consent", "releases(bytes32,address,address)", glass, patient, reader)
        return int(found, 16) == 1

    async def glass(self, glass: Hash32) -> Glass:
        """What a break-glass says of its end and of its reading key."""
        words = _words(await self._call("Consent", "glassById(bytes32)", glass))
        return Glass(UnixTime(int(words[3], 16)), Hash32("0x" + words[-1]))

    async def member_of(self, custodian: Address) -> MemberId | None:
        """The member that runs a custodian in service; ``None`` when it is none."""
        found = await self._call("Custodians", "memberOf(address)", custodian)
        return None if found == ZERO_HASH else MemberId(found)

    async def last_batch(self, custodian: Address) -> int:
        """Number of the last root that a custodian anchored."""
        return int(await self._call("Custodians", "lastBatch(address)", custodian), 16)

    async def _call(self, contract: str, signature: str, *args: Address | Hash32 | int) -> str:
        data = "0x" + selector(signature) + "".join(_word(value) for value in args)
        wanted = {"to": self._contracts.address("care", contract), "data": data, "gas": _GAS}
        found: str = await self._ask("eth_call", [wanted, "latest"])
        if len(found) < 2 + _WORD:
            raise ChainUnsure
        return found

    async def _ask(self, method: str, params: Sequence[Any]) -> Any:
        try:
            return await self._client.rpc.request(method, params)
        except (Unavailable, RpcError) as error:
            raise ChainUnsure from error


@lru_cache(maxsize=4096)
def _word(value: Address | Hash32 | int) -> str:
    return f"{value:064x}" if isinstance(value, int) else value[2:].lower().rjust(_WORD, "0")


def _words(found: str) -> list[str]:
    return [found[at : at + _WORD] for at in range(2, len(found), _WORD)]


def _address(word: str) -> Address:
    return checksum("0x" + word[24:])

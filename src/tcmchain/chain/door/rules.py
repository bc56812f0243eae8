"""What may be asked at the door: everything not named here is denied."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from tcmchain.chain.door.quota import Limits
from tcmchain.chain.rpc import INVALID_PARAMS, LIMIT_EXCEEDED, METHOD_NOT_FOUND, RpcError

SEND: Final = "eth_sendRawTransaction"
LOGS: Final = "eth_getLogs"
_RUNS: Final = frozenset({"eth_call", "eth_estimateGas", "eth_createAccessList"})
_READS: Final = _RUNS | {
    LOGS,
    "eth_accounts",
    "eth_blobBaseFee",
    "eth_blockNumber",
    "eth_chainId",
    "eth_feeHistory",
    "eth_gasPrice",
    "eth_getBalance",
    "eth_getBlockByHash",
    "eth_getBlockByNumber",
    "eth_getBlockReceipts",
    "eth_getBlockTransactionCountByHash",
    "eth_getBlockTransactionCountByNumber",
    "eth_getCode",
    "eth_getRawTransactionByHash",
    "eth_getStorageAt",
    "eth_getTransactionByBlockHashAndIndex",
    "eth_getTransactionByBlockNumberAndIndex",
    "eth_getTransactionByHash",
    "eth_getTransactionCount",
    "eth_getTransactionReceipt",
    "eth_getUncleCountByBlockHash",
    "eth_getUncleCountByBlockNumber",
    "eth_maxPriorityFeePerGas",
    "eth_syncing",
    "net_listening",
    "net_version",
    "web3_clientVersion",
}
_ENGINE: Final = ("admin_", "anvil_", "debug_", "engine_", "erigon_", "evm_", "hardhat_", "miner_", "ots_", "personal_")
_KEYS: Final = frozenset({"eth_sendTransaction", "eth_sign", "eth_signTransaction", "eth_signTypedData_v4"})
_FILTERS: Final = frozenset({"eth_newFilter", "eth_newBlockFilter", "eth_newPendingTransactionFilter"})
_GAS_PLACES: Final = {0: 2, 1: 3, 2: 4}
_WORST_GAS: Final = 3_000_000_000


def checked(method: str, params: Sequence[Any], limits: Limits) -> Sequence[Any]:
    """The parameters to pass on, gas of calls capped; raises :class:`RpcError` for what is denied."""
    if method == SEND or (method in _READS and method not in _RUNS and method != LOGS):
        return params
    if method in _RUNS:
        return _capped(params, limits.call_gas)
    if method == LOGS:
        return _narrow(params, limits)
    raise RpcError(METHOD_NOT_FOUND, denial(method))


def denial(method: str) -> str:
    """Why a method is not answered."""
    shown = method[:80]
    if method.startswith(_ENGINE):
        return f"{shown} belongs to the engine behind this door and is available to nobody"
    if method in _KEYS:
        return (
            f"{shown} is not available: this node holds no keys for others; sign yourself and send the raw transaction"
        )
    if method in _FILTERS:
        return f"{shown} is not available: ask eth_getLogs, or subscribe with eth_subscribe over a WebSocket"
    if method in ("eth_subscribe", "eth_unsubscribe"):
        return f"{shown} is available over a WebSocket only"
    return f"{shown} is not available at this door"


def _capped(params: Sequence[Any], most: int) -> Sequence[Any]:
    if not params or not isinstance(params[0], Mapping):
        raise RpcError(INVALID_PARAMS, "a call object is wanted")
    asked = params[0].get("gas")
    if asked is not None and not isinstance(asked, str):
        raise RpcError(INVALID_PARAMS, "gas is a number in 0x hex")
    try:
        gas = most if asked is None else min(int(asked, 16), most)
    except ValueError:
        raise RpcError(INVALID_PARAMS, "gas is a number in 0x hex") from None
    return [{**params[0], "gas": hex(gas)}, *params[1:]]


def _narrow(params: Sequence[Any], limits: Limits) -> Sequence[Any]:
    wanted = params[0] if params and isinstance(params[0], Mapping) else None
    if wanted is None:
        raise RpcError(INVALID_PARAMS, "a filter object is wanted")
    first, last = _number(wanted.get("fromBlock")), _number(wanted.get("toBlock"))
    if first is not None and last is not None and last - first >= limits.log_blocks:
        raise RpcError(LIMIT_EXCEEDED, f"at most {limits.log_blocks} blocks at once")
    return params


def wide(params: Sequence[Any], head: int, limits: Limits) -> bool:
    """Tell whether a log filter that ends at the newest block spans too many blocks."""
    first, last = _number(params[0].get("fromBlock")), _number(params[0].get("toBlock"))
    if params[0].get("blockHash") is not None:
        return False
    return (head if last is None else min(last, head)) - (head if first is None else first) >= limits.log_blocks


def _number(tag: Any) -> int | None:
    if tag == "earliest":
        return 0
    try:
        return int(tag, 16)
    except (TypeError, ValueError):
        return None


def gas_of(method: str, params: Sequence[Any]) -> int:
    """Gas that a question may burn at most; 0 for plain reads."""
    if method in _RUNS:
        return int(params[0]["gas"], 16)
    if method != SEND or not params or not isinstance(params[0], str):
        return 0
    try:
        return _gas_limit(bytes.fromhex(params[0][2:330]))
    except (ValueError, IndexError):
        return 0


def _gas_limit(start: bytes) -> int:
    """The gas limit in the first bytes of a raw transaction, without decoding the rest."""
    kind = 0 if start[0] >= 0xC0 else start[0]
    at = 0 if kind == 0 else 1
    at += 1 + (start[at] - 0xF7 if start[at] > 0xF7 else 0)
    for _ in range(_GAS_PLACES.get(kind, 0)):
        at += 1 + (start[at] - 0x80 if start[at] >= 0x80 else 0)
    size = start[at] - 0x80 if start[at] >= 0x80 else 0
    gas = int.from_bytes(start[at + 1 : at + 1 + size], "big") if size else start[at]
    return min(gas, _WORST_GAS)

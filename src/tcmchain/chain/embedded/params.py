"""Parameters of JSON-RPC questions, read with clear refusals."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from tcmchain.chain.rpc import INVALID_PARAMS, RpcError

_QUANTITY: Final = re.compile(r"0x[0-9a-fA-F]{1,16}")
_BYTES: Final = re.compile(r"0x(?:[0-9a-fA-F]{2})*")
_LATEST: Final = ("latest", "pending", "safe", "finalized")


def invalid(message: str) -> RpcError:
    """A refusal of the parameters."""
    return RpcError(INVALID_PARAMS, message)


def parameter(params: Sequence[Any], place: int) -> Any:
    """The parameter at a place; raises :class:`RpcError` when it is missing."""
    if len(params) <= place:
        raise invalid(f"parameter {place + 1} is missing")
    return params[place]


def quantity(value: Any) -> int:
    """A number as JSON-RPC spells it."""
    if not isinstance(value, str) or not _QUANTITY.fullmatch(value):
        raise invalid(f"not a number in 0x hex: {str(value)[:80]}")
    return int(value, 16)


def data(value: Any, size: int | None = None) -> bytes:
    """Bytes as JSON-RPC spells them, of a given size if any."""
    if not isinstance(value, str) or not _BYTES.fullmatch(value):
        raise invalid(f"not bytes in 0x hex: {str(value)[:80]}")
    raw = bytes.fromhex(value[2:])
    if size is not None and len(raw) != size:
        raise invalid(f"{size} bytes are wanted, not {len(raw)}")
    return raw


def block_number(tag: Any, head: int) -> int:
    """The block that a tag or number means."""
    if tag is None or tag in _LATEST:
        return head
    return 0 if tag == "earliest" else quantity(tag)


def log_filter(params: Sequence[Any]) -> Mapping[str, Any]:
    """The filter object of ``eth_getLogs``."""
    found = parameter(params, 0)
    if not isinstance(found, Mapping):
        raise invalid("a filter object is wanted")
    return found


def addresses(value: Any) -> list[bytes]:
    """The addresses that a filter names; none for any."""
    if value is None:
        return []
    return [data(one, 20) for one in (value if isinstance(value, list) else [value])]


def topics(value: Any) -> list[frozenset[bytes] | None]:
    """What a filter wants at each topic's place; ``None`` for anything."""
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > 4:
        raise invalid("topics are a list of at most four")
    return [_alternatives(one) for one in value]


def _alternatives(value: Any) -> frozenset[bytes] | None:
    if value is None or value == []:
        return None
    options = value if isinstance(value, list) else [value]
    return None if None in options else frozenset(data(one, 32) for one in options)


def matches(wanted: Sequence[frozenset[bytes] | None], packed: bytes) -> bool:
    """Tell whether a log's topics, packed one behind the other, are wanted."""
    if len(wanted) * 32 > len(packed):
        return False
    return all(options is None or packed[i * 32 : i * 32 + 32] in options for i, options in enumerate(wanted))

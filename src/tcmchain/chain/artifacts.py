"""The compiled contracts: their ABI, their code and what their data means."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any, Final

import orjson
from eth_utils.crypto import keccak

from tcmchain.chain import abi
from tcmchain.chain.events import Event, RawLog
from tcmchain.errors import NotFound

_BUILT_IN_ERRORS: Final[tuple[Mapping[str, Any], ...]] = (
    {"type": "error", "name": "Error", "inputs": [{"name": "reason", "type": "string"}]},
    {"type": "error", "name": "Panic", "inputs": [{"name": "code", "type": "uint256"}]},
)


class ArtifactUnknown(NotFound):
    """No compiled contract of this name, or no such part in it."""

    code = "artifact-unknown"


@dataclass(frozen=True, slots=True)
class _Signature:
    name: str
    selector: str
    types: tuple[str, ...]
    read: abi.Read
    read_outputs: abi.Read


@dataclass(frozen=True, slots=True)
class _EventShape:
    name: str
    names: tuple[str, ...]
    topics: tuple[tuple[str, abi.Read], ...]
    rest: tuple[str, ...]
    read: abi.Read


class Artifact:
    """One compiled contract.

    ``load`` finds the artifacts that come with the package; they are built from ``contracts/``.
    """

    def __init__(self, name: str, entries: Sequence[Mapping[str, Any]], bytecode: str) -> None:
        self.name = name
        self.abi = tuple(entries)
        self.bytecode = bytecode
        self._functions = {e["name"]: _signature(e) for e in entries if e["type"] == "function"}
        self._errors = {
            s.selector: s for s in (_signature(e) for e in (*_BUILT_IN_ERRORS, *entries) if e["type"] == "error")
        }
        self._events = dict(_event_shape(e) for e in entries if e["type"] == "event")
        self._constructor = next((_types(e["inputs"]) for e in entries if e["type"] == "constructor"), ())

    @staticmethod
    @lru_cache(maxsize=64)
    def load(name: str) -> "Artifact":
        """The artifact of a contract's name; raises :class:`ArtifactUnknown`."""
        folder = resources.files("tcmchain.chain") / "artifacts"
        file = folder / f"{name}.json"
        if not name.isalnum() or not file.is_file():
            raise ArtifactUnknown(f"no contract {name}", contract=name)
        found = orjson.loads(file.read_bytes())
        return Artifact(found["contractName"], found["abi"], found["bytecode"])

    def encode(self, function: str, *args: Any) -> bytes:
        """Calldata of a function; raises :class:`tcmchain.errors.Invalid` for values out of range."""
        signature = self._function(function)
        return bytes.fromhex(signature.selector) + abi.encode(signature.types, args)

    def decode_result(self, function: str, data: bytes) -> tuple[Any, ...]:
        """What a read-only function answered."""
        return abi.decode(self._function(function).read_outputs, data.hex())

    def deployment(self, *args: Any) -> bytes:
        """Code that deploys the contract, constructor arguments included."""
        return bytes.fromhex(self.bytecode.removeprefix("0x")) + abi.encode(self._constructor, args)

    def decode_log(self, log: RawLog) -> Event | None:
        """The event of a log entry; ``None`` when this contract declares no such event."""
        shape = self._events.get(log.topics[0]) if log.topics else None
        if shape is None:
            return None
        return Event(
            log.chain, self.name, shape.name, _arguments(shape, log.topics, log.data),
            log.address, log.block, log.timestamp, log.tx, log.index,
        )  # fmt: skip

    def decode_revert(self, data: bytes) -> tuple[str, tuple[Any, ...]] | None:
        """Name and arguments of the error that a call reverted with; ``None`` when it is not declared."""
        text = data.hex()
        found = self._errors.get(text[:8])
        return None if found is None else (found.name, abi.decode(found.read, text[8:]))

    def error_names(self, name: str) -> tuple[str, ...]:
        """Names of an error's arguments; raises :class:`ArtifactUnknown`."""
        for entry in (*_BUILT_IN_ERRORS, *self.abi):
            if entry["type"] == "error" and entry["name"] == name:
                return tuple(part["name"] for part in entry["inputs"])
        raise ArtifactUnknown(f"{self.name} has no error {name}", contract=self.name, error=name)

    def _function(self, name: str) -> _Signature:
        if name not in self._functions:
            raise ArtifactUnknown(f"{self.name} has no function {name}", contract=self.name, function=name)
        return self._functions[name]


def _types(parameters: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    return tuple(abi.canonical(parameter) for parameter in parameters)


def _reader(parameters: Sequence[Mapping[str, Any]]) -> abi.Read:
    return abi.sequence_reader([abi.reader(parameter) for parameter in parameters])


def _signature(entry: Mapping[str, Any]) -> _Signature:
    types = _types(entry["inputs"])
    return _Signature(
        name=entry["name"],
        selector=abi.selector(f"{entry['name']}({','.join(types)})"),
        types=types,
        read=_reader(entry["inputs"]),
        read_outputs=_reader(entry.get("outputs", ())),
    )


def _event_shape(entry: Mapping[str, Any]) -> tuple[str, _EventShape]:
    inputs = entry["inputs"]
    indexed = [p for p in inputs if p["indexed"]]
    rest = [p for p in inputs if not p["indexed"]]
    topic = "0x" + keccak(text=f"{entry['name']}({','.join(_types(inputs))})").hex()
    return topic, _EventShape(
        name=entry["name"],
        names=tuple(p["name"] for p in inputs),
        topics=tuple((p["name"], _topic_read(p)) for p in indexed),
        rest=tuple(p["name"] for p in rest),
        read=_reader(rest),
    )


def _topic_read(parameter: Mapping[str, Any]) -> abi.Read:
    found = abi.reader(parameter)
    # An indexed string, list or struct is on the chain only as its hash.
    hashed = found.dynamic or found.size != abi.WORD
    return abi.reader({"type": "bytes32"}).read if hashed else found.read


def _arguments(shape: _EventShape, topics: Sequence[str], data: str) -> dict[str, Any]:
    try:
        found = {name: read(topic, 2, 2) for (name, read), topic in zip(shape.topics, topics[1:], strict=True)}
        found.update(zip(shape.rest, shape.read(data, 2, 2), strict=True))
    except (ValueError, IndexError) as error:
        raise abi.MalformedData(str(error), event=shape.name) from error
    return found

"""Whether the contracts in force are those of this release, and the index knows the same ones as the chain."""

import re
from typing import Final

from eth_utils.crypto import keccak

from tcmchain.chain.artifacts import Artifact, ArtifactUnknown
from tcmchain.chain.typed_data import consortium_domain
from tcmchain.operating.examined import Examined, Fault
from tcmchain.values import Address, ChainName, Hash32, short_text

_MEMBERS: Final = "Members"
_WORD: Final = 32
_PLACE: Final = re.compile(b"\x7f" + b"\x00" * _WORD)
"""PUSH32 of nothing: where the compiler leaves room for an immutable value."""


async def directory_matches(at: Examined) -> list[Fault]:
    """What the index says is in force is what the Directory says, and one consortium stands on all chains."""
    faults = []
    directory = await at.directory()
    consortia = set()
    for (chain, name), address in directory.items():
        members = directory[chain, _MEMBERS]
        found = await at.ask(chain, members, _MEMBERS, "addressOf", short_text(name))
        if str(found).lower() != address.lower():
            told = {"chain": chain, "contract": name, "found": found, "index": address}
            faults.append(Fault("check-directory-differs", told))
        if name == _MEMBERS:
            consortia.add(await at.ask(chain, members, _MEMBERS, "consortium"))
    if len(consortia) != 1:
        faults.append(Fault("check-consortia-differ", {"count": len(consortia)}))
    return faults


async def contract_code(at: Examined) -> list[Fault]:
    """At each address in force stands exactly the code of this release, its immutable values being the consortium's."""
    faults = []
    directory = await at.directory()
    for (chain, name), address in directory.items():
        told = {"chain": chain, "contract": name, "address": address}
        try:
            artifact = Artifact.load(name)
        except ArtifactUnknown:
            faults.append(Fault("check-contract-unknown", told))
            continue
        code = await at.clients[chain].code(address)
        consortium = Hash32(await at.ask(chain, directory[chain, _MEMBERS], _MEMBERS, "consortium"))
        if not code:
            faults.append(Fault("check-contract-missing", told))
        elif not same_code(artifact, code, await _values_of(at, directory, (chain, name), consortium)):
            faults.append(Fault("check-contract-foreign", told))
    return faults


def same_code(artifact: Artifact, code: bytes, values: set[bytes]) -> bool:
    """Whether ``code`` is what the artifact deploys, with only ``values`` (32 bytes each) as immutable ones.

    Deploying code ends with the code that it deploys, in which each immutable value is still zero.
    """
    release = bytes.fromhex(artifact.bytecode.removeprefix("0x"))[-len(code) :]
    if len(release) != len(code):
        return False
    filled = bytearray(release)
    for place in _PLACE.finditer(release):
        first, last = place.start() + 1, place.end()
        if code[first:last] in values:
            filled[first:last] = code[first:last]
    return bytes(filled) == code


async def _values_of(
    at: Examined, directory: dict[tuple[ChainName, str], Address], of: tuple[ChainName, str], consortium: Hash32
) -> set[bytes]:
    """What the immutable values of a contract may be: those of all, and those of a domain of its own."""
    chain_id = await at.clients[of[0]].chain_id()
    return _values(directory, of[0], consortium) | own_domain(of[1], chain_id, directory[of])


def own_domain(name: str, chain_id: int, address: Address) -> set[bytes]:
    """What OpenZeppelin's EIP712 keeps of the domain ``TCM Chain <name>``, version 1, of a contract (EIP-712)."""
    kind = keccak(text="EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)")
    title, version, place = f"TCM Chain {name}", "1", bytes.fromhex(address[2:]).rjust(_WORD, b"\0")
    hashes, number = (keccak(text=title), keccak(text=version)), chain_id.to_bytes(_WORD, "big")
    return {*hashes, number, place, keccak(kind + b"".join(hashes) + number + place), _short(title), _short(version)}


def _short(text: str) -> bytes:
    """A text of at most 31 bytes as OpenZeppelin's ShortString: the bytes, zeros, and their number."""
    raw = text.encode()
    return raw.ljust(_WORD - 1, b"\0") + bytes([len(raw)])


def _values(directory: dict[tuple[ChainName, str], Address], chain: ChainName, consortium: Hash32) -> set[bytes]:
    """What an immutable value may be: the consortium, the domain of what its officers sign, a contract in force."""
    there = {bytes.fromhex(address[2:]).rjust(_WORD, b"\0") for (on, _), address in directory.items() if on == chain}
    return there | {bytes.fromhex(consortium[2:]), _separator(consortium)}


def _separator(consortium: Hash32) -> bytes:
    """Hash of the EIP-712 domain of what officers sign."""
    kind = keccak(text="EIP712Domain(string name,string version,bytes32 salt)")
    domain = consortium_domain(consortium)
    parts = keccak(text=domain["name"]), keccak(text=domain["version"]), bytes.fromhex(consortium[2:])
    return keccak(kind + b"".join(parts))

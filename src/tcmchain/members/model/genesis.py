"""The genesis file: who founds the consortium and under which agreement.

A JSON object: ``consortium`` (its name, or 32 bytes as 0x hex), ``agreement`` (``title`` and ``text`` or the text's
SHA-256 as ``digest``) and ``members``, each with ``registration`` (or ``id``), ``kind``, ``officer``, ``voting`` and
``profile`` (``name_zh``, ``name_en``, ``place``, ``lon``, ``lat`` …). Whole points to start with stand at a member as
``points`` and, for the common purses, in ``points`` of the file (``fund``, ``reserve``); together they are the supply.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from eth_utils.address import is_checksum_address, to_checksum_address
from eth_utils.crypto import keccak

from tcmchain.members.model.errors import GenesisInvalid, MembershipInvalid
from tcmchain.members.model.membership import Kind, kind_of
from tcmchain.members.model.profile import Profile, profile_of
from tcmchain.values import Address, Hash32, MemberId, is_hash32, short_text

THOUSANDTHS: Final = 1000
"""Points are counted in thousandths on the chain and whole in the genesis file."""

_ADDRESS: Final = re.compile(r"0x[0-9a-fA-F]{40}")
_COMMON_PURSES: Final = ("fund", "reserve")
_MOST_POINTS: Final = 10**15


@dataclass(frozen=True, slots=True)
class Founder:
    """A member of the founding set."""

    id: MemberId
    kind: Kind
    voting: bool
    officer: Address
    profile: Profile


@dataclass(frozen=True, slots=True)
class Allocation:
    """Points that a holder starts with, in thousandths; a holder is a member's id or a common purse's packed word."""

    holder: Hash32
    amount: int


@dataclass(frozen=True, slots=True)
class Genesis:
    """What a consortium starts with."""

    consortium: Hash32
    agreement_title: str
    agreement_digest: Hash32
    founders: tuple[Founder, ...]
    points: tuple[Allocation, ...] = ()


def member_id(registration: str) -> MemberId:
    """Id of the institution with this registration text: its Keccak-256."""
    return MemberId("0x" + keccak(text=registration.strip()).hex())


def read_account(text: str) -> Address:
    """Spell an address; raises :class:`MembershipInvalid` when it is none or its checksum is wrong."""
    text = text.strip()
    mixed = text[2:] not in (text[2:].lower(), text[2:].upper())
    if _ADDRESS.fullmatch(text) is None or (mixed and not is_checksum_address(text)):
        raise MembershipInvalid(f"{text[:60]!r} is no address of an account", account=text[:60])
    return Address(to_checksum_address(text))


def read_genesis(raw: bytes) -> Genesis:
    """Read a genesis file; raises :class:`GenesisInvalid` that says where."""
    try:
        content = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise GenesisInvalid(str(error), where="file", reason="json") from error
    found = _object(content, "file")
    agreement = _object(found.get("agreement"), "agreement")
    entries = found.get("members")
    if not isinstance(entries, list) or not entries:
        raise _wrong("members", "missing")
    founders = tuple(_founder(entry, f"members[{i}]") for i, entry in enumerate(entries))
    _all_different(founders)
    return Genesis(
        _identity(_text(found, "consortium", "file")),
        _text(agreement, "title", "agreement"),
        _agreement_digest(agreement),
        founders,
        _points(found.get("points", {}), entries, founders),
    )


def _points(common: Any, entries: list[Any], founders: tuple[Founder, ...]) -> tuple[Allocation, ...]:
    purses = _object(common, "points")
    unknown = next((name for name in purses if name not in _COMMON_PURSES), None)
    if unknown is not None:
        raise _wrong(f"points.{unknown}"[:80], "unknown")
    amounts = [(short_text(name), purses.get(name, 0), f"points.{name}") for name in _COMMON_PURSES]
    for i, (entry, founder) in enumerate(zip(entries, founders, strict=True)):
        amounts.append((Hash32(founder.id), entry.get("points", 0), f"members[{i}].points"))
    for _, amount, where in amounts:
        if isinstance(amount, bool) or not isinstance(amount, int) or not 0 <= amount <= _MOST_POINTS:
            raise _wrong(where, "not-a-whole-number")
    if sum(amount for _, amount, _ in amounts) > _MOST_POINTS:
        raise _wrong("points", "too-many")
    return tuple(Allocation(holder, amount * THOUSANDTHS) for holder, amount, _ in amounts if amount)


def _founder(entry: Any, where: str) -> Founder:
    fields = _object(entry, where)
    profile = profile_of(_object(fields.get("profile"), f"{where}.profile"))
    if not profile.name_zh:
        raise _wrong(f"{where}.profile.name_zh", "missing")
    voting = fields.get("voting", True)
    if not isinstance(voting, bool):
        raise _wrong(f"{where}.voting", "not-true-or-false")
    given = fields.get("id")
    if given is not None and not (isinstance(given, str) and is_hash32(given)):
        raise _wrong(f"{where}.id", "not-32-bytes")
    try:
        kind = kind_of(_text(fields, "kind", where))
        officer = read_account(_text(fields, "officer", where))
    except MembershipInvalid as error:
        raise GenesisInvalid(str(error), where=where, reason=str(error)) from error
    return Founder(
        member_id(_text(fields, "registration", where)) if given is None else MemberId(given),
        kind,
        voting,
        officer,
        profile,
    )


def _all_different(founders: tuple[Founder, ...]) -> None:
    if len({founder.id for founder in founders}) < len(founders):
        raise _wrong("members", "registration-twice")
    if len({founder.officer for founder in founders}) < len(founders):
        raise _wrong("members", "officer-twice")
    if not any(founder.voting for founder in founders):
        raise _wrong("members", "nobody-votes")


def _agreement_digest(agreement: Mapping[str, Any]) -> Hash32:
    digest = agreement.get("digest")
    if digest is None:
        return Hash32("0x" + hashlib.sha256(_text(agreement, "text", "agreement").encode()).hexdigest())
    if not (isinstance(digest, str) and is_hash32(digest)):
        raise _wrong("agreement.digest", "not-32-bytes")
    return Hash32(digest)


def _identity(text: str) -> Hash32:
    return Hash32(text) if is_hash32(text) else Hash32("0x" + keccak(text=text).hex())


def _object(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise _wrong(where, "not-an-object")
    return value


def _text(fields: Mapping[str, Any], name: str, where: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not value.strip():
        raise _wrong(f"{where}.{name}", "missing")
    return value.strip()


def _wrong(where: str, reason: str) -> GenesisInvalid:
    return GenesisInvalid(f"{where}: {reason}", where=where, reason=reason)

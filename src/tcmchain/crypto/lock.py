"""The lock of a file: public bytes that say which keys open it, and hold the data key's shares sealed to them.

With one key needed each share is the data key itself; with m of n they are Shamir shares. ``outside`` keys come from
outside the patient's seed (a second device, a guardian). The exact bytes are kept; their SHA-256 stands on the chain.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from nucypher_core.umbral import SecretKey

from tcmchain.crypto.delegation import encapsulate, open_own, public_bytes
from tcmchain.crypto.errors import LockShut, LockUnreadable
from tcmchain.crypto.letters import Use, seal_letter
from tcmchain.crypto.shares import combine, split
from tcmchain.values import Address, Hash32, is_hash32

EMERGENCY_NEEDED: Final = 2
LONGEST: Final = 64 * 1024
"""No lock is longer than this many bytes."""


@dataclass(frozen=True, slots=True)
class CategoryKey:
    """A category's public key (33 bytes) of one epoch, under its label."""

    label: Hash32
    epoch: int
    public: bytes


@dataclass(frozen=True, slots=True)
class CategoryShare:
    """A share sealed to a category's key of one epoch."""

    label: Hash32
    epoch: int
    capsule: bytes
    share: bytes


@dataclass(frozen=True, slots=True)
class OutsideShare:
    """A share sealed to a key from outside the seed."""

    key: bytes
    capsule: bytes
    share: bytes


@dataclass(frozen=True, slots=True)
class EmergencyShare:
    """A share sealed to one custodian's inbox, for break-glass."""

    custodian: Address
    share: bytes


@dataclass(frozen=True, slots=True)
class Lock:
    """Which keys open a file, and how many of them are needed."""

    needed: int
    shares: tuple[CategoryShare, ...]
    outside: tuple[OutsideShare, ...] = ()
    emergency: tuple[EmergencyShare, ...] = ()

    def share_for(self, label: Hash32, epoch: int) -> CategoryShare | None:
        """The share for a category's key, if there is one."""
        return next((share for share in self.shares if (share.label, share.epoch) == (label, epoch)), None)

    def write(self) -> bytes:
        """The bytes that are kept and hashed."""
        content: dict[str, Any] = {
            "needed": self.needed,
            "shares": [
                {"label": s.label, "epoch": s.epoch, "capsule": _text(s.capsule), "share": _text(s.share)}
                for s in self.shares
            ],
            "outside": [
                {"key": "0x" + s.key.hex(), "capsule": _text(s.capsule), "share": _text(s.share)} for s in self.outside
            ],
        }
        if self.emergency:
            shares = [{"custodian": s.custodian, "share": _text(s.share)} for s in self.emergency]
            content["emergency"] = {"needed": EMERGENCY_NEEDED, "shares": shares}
        return json.dumps(content, separators=(",", ":")).encode()

    @classmethod
    def read(cls, raw: bytes) -> "Lock":
        """Read a lock's bytes; raises :class:`LockUnreadable`."""
        if len(raw) > LONGEST:
            raise LockUnreadable(reason="length")
        try:
            content = json.loads(raw)
            found = cls(
                needed=_count(content["needed"]),
                shares=tuple(_category_share(part) for part in content["shares"]),
                outside=tuple(_outside_share(part) for part in content["outside"]),
                emergency=tuple(_emergency_share(part) for part in content.get("emergency", {}).get("shares", ())),
            )
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise LockUnreadable(reason="shape") from error
        if not 1 <= found.needed <= len(found.shares) + len(found.outside):
            raise LockUnreadable(reason="needed")
        if len({(share.label, share.epoch) for share in found.shares}) != len(found.shares):
            raise LockUnreadable(reason="twice")
        return found


def make_lock(
    data_key: bytes,
    needed: int,
    keys: Sequence[CategoryKey],
    outside: Sequence[bytes] = (),
    emergency: Mapping[Address, bytes] | None = None,
    bound: bytes = b"",
) -> Lock:
    """Lock a data key with category keys and keys from outside, ``needed`` of which open it.

    ``emergency`` names three custodians' inbox keys, for files of the emergency category only; ``bound`` is the
    file's ``Place.bound``, so that shares copied into another patient's lock open for no break-glass of that patient.
    Raises :class:`LockUnreadable` for an impossible number, :class:`tcmchain.crypto.errors.KeyUnfit` for a false key.
    """
    total = len(keys) + len(outside)
    if not 1 <= needed <= total:
        raise LockUnreadable(reason="needed")
    parts = (data_key,) * total if needed == 1 else split(data_key, needed, total)
    own = (CategoryShare(k.label, k.epoch, *encapsulate(k.public, part)) for k, part in zip(keys, parts, strict=False))
    foreign = (OutsideShare(k, *encapsulate(k, part)) for k, part in zip(outside, parts[len(keys) :], strict=True))
    return Lock(needed, tuple(own), tuple(foreign), _for_emergency(data_key, emergency or {}, bound))


def _for_emergency(data_key: bytes, custodians: Mapping[Address, bytes], bound: bytes) -> tuple[EmergencyShare, ...]:
    if not custodians:
        return ()
    parts = split(data_key, EMERGENCY_NEEDED, len(custodians))
    return tuple(
        EmergencyShare(account, seal_letter(inbox, part, Use.EMERGENCY, bound))
        for (account, inbox), part in zip(custodians.items(), parts, strict=True)
    )


def join(needed: int, parts: Sequence[bytes]) -> bytes:
    """The data key out of opened shares; raises :class:`LockShut` when they are too few."""
    distinct = list(dict.fromkeys(parts))
    if len(distinct) < needed:
        raise LockShut(needed=needed, shown=len(distinct))
    return distinct[0] if needed == 1 else combine(distinct[:needed])


def open_lock(
    lock: Lock,
    keys: Mapping[tuple[Hash32, int], SecretKey],
    outside: Sequence[SecretKey] = (),
    opened: Sequence[bytes] = (),
) -> bytes:
    """The data key, by secret keys under (label, epoch), keys from outside, and shares that others opened.

    Raises :class:`LockShut` when they are too few, :class:`tcmchain.crypto.errors.SealBroken` when a key under a
    label is not that label's.
    """
    parts = list(opened)
    for share in lock.shares:
        if len(parts) < lock.needed and (secret := keys.get((share.label, share.epoch))) is not None:
            parts.append(open_own(secret, share.capsule, share.share))
    held = {public_bytes(secret): secret for secret in outside}
    for other in lock.outside:
        if len(parts) < lock.needed and other.key in held:
            parts.append(open_own(held[other.key], other.capsule, other.share))
    return join(lock.needed, parts)


def open_emergency(parts: Sequence[bytes]) -> bytes:
    """The data key out of the shares that custodians opened in an emergency; raises :class:`LockShut`."""
    return join(EMERGENCY_NEEDED, parts)


def _text(raw: bytes) -> str:
    return b64encode(raw).decode()


def _bytes(text: str) -> bytes:
    return b64decode(text, validate=True)


def _count(value: object) -> int:
    if type(value) is not int or value < 1:
        raise ValueError(value)
    return value


def _category_share(part: Mapping[str, Any]) -> CategoryShare:
    if not is_hash32(part["label"]):
        raise ValueError(part["label"])
    return CategoryShare(Hash32(part["label"]), _count(part["epoch"]), _bytes(part["capsule"]), _bytes(part["share"]))


def _outside_share(part: Mapping[str, Any]) -> OutsideShare:
    return OutsideShare(bytes.fromhex(part["key"][2:]), _bytes(part["capsule"]), _bytes(part["share"]))


def _emergency_share(part: Mapping[str, Any]) -> EmergencyShare:
    return EmergencyShare(Address(part["custodian"]), _bytes(part["share"]))

"""The desks that doses are sealed to: of this node and of its peers, each held against the chain."""

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from tcmchain.crypto.letters import inbox_of
from tcmchain.members.model.membership import Kind
from tcmchain.members.service.roll import Roll
from tcmchain.values import Address, MemberId

CARING: Final = frozenset({Kind.HOSPITAL, Kind.CLINIC, Kind.PHARMACY})
"""Kinds of members whose practitioners prescribe and dispense."""

_FRESH: Final = 600


class OwnDesk(Protocol):
    """A desk whose key this node has."""

    @property
    def member(self) -> MemberId:
        """Whose desk it is."""
        ...

    @property
    def account(self) -> Address:
        """The account that acts at it."""
        ...

    @property
    def inbox(self) -> X25519PrivateKey:
        """The key of its inbox."""
        ...


@dataclass(frozen=True, slots=True)
class DeskKey:
    """A member's desk, and the key that doses are sealed to."""

    member: MemberId
    account: Address
    inbox: bytes


class DoseDesks:
    """Desks of caring members; ``published`` is the inbox key that an account has on the chain.

    A peer only says which accounts are desks; who they act for is on the chain.
    An account that reads at no desk, such as a physician's own, is not among them, so that nobody can open doses
    without the check that a desk makes.
    """

    def __init__(
        self,
        desks: Callable[[], Sequence[OwnDesk]],
        roll: Roll,
        published: Callable[[Address], bytes | None],
        peers: Sequence[Callable[[], list[Address]]],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._desks = desks
        self._roll = roll
        self._published = published
        self._peers = tuple(peers)
        self._now = now
        self._lock = threading.Lock()
        self._told: list[Address] = []
        self._asked = -float(_FRESH)

    def own(self) -> list[OwnDesk]:
        """Desks of this node."""
        return [desk for desk in self._desks() if self._cares(desk.account) == desk.member]

    def all(self) -> list[DeskKey]:
        """Every desk that is known, one a member account, this node's first."""
        found = [DeskKey(desk.member, desk.account, inbox_of(desk.inbox)) for desk in self.own()]
        known = {one.account for one in found}
        for account in self._elsewhere():
            member = self._cares(account)
            if member is None or account in known:
                continue
            inbox = self._published(account)
            if inbox is None:
                continue
            known.add(account)
            found.append(DeskKey(member, account, inbox))
        return found

    def members(self, accounts: Iterable[Address]) -> list[MemberId]:
        """The members that accounts act for."""
        members = (self._roll.member_of(account) for account in accounts)
        return list(dict.fromkeys(member.id for member in members if member is not None))

    def _cares(self, account: Address) -> MemberId | None:
        member = self._roll.member_of(account)
        return member.id if member is not None and member.kind in CARING and self._roll.may_act(member) else None

    def _elsewhere(self) -> list[Address]:
        with self._lock:
            if self._now() - self._asked >= _FRESH:
                self._told = list(dict.fromkeys(account for ask in self._peers for account in ask()))
                self._asked = self._now()
            return self._told

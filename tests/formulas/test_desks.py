"""Which desks doses are sealed to: what a peer says is held against the chain."""

from dataclasses import dataclass
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from tcmchain.formulas.client.peers import PeerDesks
from tcmchain.formulas.service.desks import DoseDesks
from tcmchain.members.model.membership import Kind
from tcmchain.values import Address, MemberId

OWN, ELSEWHERE, GROWER, STRANGER = (Address("0x" + f"{at:02x}" * 20) for at in (1, 2, 3, 4))
MEMBERS = {OWN: Kind.HOSPITAL, ELSEWHERE: Kind.PHARMACY, GROWER: Kind.GROWER}
INBOX = b"\7" * 32


@dataclass(frozen=True)
class Member:
    id: MemberId
    kind: Kind


@dataclass(frozen=True)
class Desk:
    member: MemberId
    account: Address
    inbox: X25519PrivateKey


def _member(account: Address) -> Member | None:
    return Member(MemberId("0x" + account[2:4] * 32), MEMBERS[account]) if account in MEMBERS else None


class Roll:
    """Who acts for whom, and who was suspended."""

    def __init__(self) -> None:
        self.suspended: set[str] = set()

    def member_of(self, account: Address) -> Member | None:
        return _member(account)

    def may_act(self, member: Member) -> bool:
        return member.id not in self.suspended


class Peer:
    """A node that tells of desks; counts how often it was asked."""

    def __init__(self, answer: Any, status: int = 200) -> None:
        self.asked = 0
        self._answer, self._status = answer, status

    def __call__(self, _: httpx.Request) -> httpx.Response:
        self.asked += 1
        return httpx.Response(self._status, json=self._answer)


def _desks(peer: Peer, clock: list[float]) -> tuple[DoseDesks, Roll]:
    own = _member(OWN)
    assert own is not None
    roll, desk = Roll(), Desk(own.id, OWN, X25519PrivateKey.from_private_bytes(b"\1" * 32))
    published = {OWN: INBOX, ELSEWHERE: INBOX, GROWER: INBOX, STRANGER: INBOX}
    asking = PeerDesks("http://peer.example", httpx.MockTransport(peer))
    desks = DoseDesks(lambda: [desk], roll, published.get, [asking], lambda: clock[0])  # type: ignore[arg-type]
    return desks, roll


def test_list__a_peer_that_names_anybody__takes_only_caring_members() -> None:
    peer = Peer([{"account": account} for account in (ELSEWHERE, GROWER, STRANGER, OWN, "0x", 5)] + ["nonsense"])
    desks, roll = _desks(peer, [1000.0])
    assert [one.account for one in desks.all()] == [OWN, ELSEWHERE]
    suspended = _member(ELSEWHERE)
    assert suspended is not None
    roll.suspended.add(suspended.id)
    assert [one.account for one in desks.all()] == [OWN]


def test_list__asked_often__asks_peers_once_in_ten_minutes() -> None:
    clock, peer = [1000.0], Peer([{"account": ELSEWHERE}])
    desks, _ = _desks(peer, clock)
    for _ in range(5):
        desks.all()
    assert peer.asked == 1
    clock[0] += 700
    desks.all()
    assert peer.asked == 2


def test_list__a_peer_that_fails_or_answers_nonsense__leaves_the_own_desk() -> None:
    for peer in (Peer(None, 500), Peer({"account": ELSEWHERE}), Peer("text")):
        desks, _ = _desks(peer, [1000.0])
        assert [one.account for one in desks.all()] == [OWN]

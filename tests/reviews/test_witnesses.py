"""Other members' nodes bear witness through their doors, and a node alone cannot."""

import asyncio
from pathlib import Path

import httpx
import pytest
from tests.reviews.scene import Scene, member_of, patient

from tcmchain.app import create_app
from tcmchain.chain.keystore import Keystore
from tcmchain.example import cast
from tcmchain.reviews.client.peers import PeerTallies
from tcmchain.reviews.service.tallies import Tallies
from tcmchain.rewards.client.peers import PeerClaims
from tcmchain.rewards.model.errors import PeerSilent, TooFewWitnesses
from tcmchain.rewards.service.earnings import Earnings
from tcmchain.rewards.service.witnessing import Witnessing
from tcmchain.values import MemberId, Points, UnixTime

pytestmark = pytest.mark.engine
_ELSEWHERE = "http://localhost:8000"


def _alone(scene: Scene, folder: Path) -> Witnessing:
    """A node that keeps the pharmacy's account and nobody else's."""
    keystore = Keystore(folder / "keystore", "a passphrase for tests")
    keystore.take_in("pharmacy", cast.service_key("pharmacy"))
    return Witnessing(keystore, scene.running.node.roll)


def test_carry_over__by_a_node_without_voters__asks_the_others(scene: Scene, tmp_path: Path) -> None:
    node, own = scene.running.node, scene.reviewing.tallies
    scene.dispense(patient(61))
    transport = httpx.ASGITransport(create_app(node))
    known = (own._calls, own._records, _alone(scene, tmp_path), node.sender, node.keystore.signer("relay"))
    with pytest.raises(TooFewWitnesses):
        scene.running.run(Tallies(*known).carry_over(member_of("pharmacy")))
    asking = Tallies(*known, [PeerTallies(_ELSEWHERE, transport)])
    assert scene.running.run(asking.level()) == 1
    scene.running.run(scene.running.catch_up())
    standing = scene.reviewing.reviews.standing(member_of("pharmacy"))
    assert standing.tallied == standing.dispensed


def test_claim__by_a_node_without_voters__asks_the_others(scene: Scene, tmp_path: Path) -> None:
    node, own = scene.running.node, scene.earnings
    keys = scene.reviewed(scene.formula(62), patient(62))
    scene.forward(30.1)
    transport = httpx.ASGITransport(create_app(node))
    known = (own._calls, own._records, _alone(scene, tmp_path), node.sender, node.keystore.signer("relay"))
    asking = Earnings(*known, [PeerClaims(_ELSEWHERE, transport)], scene.clock.time)
    (tx,) = scene.running.run(asking.claim(keys.signer.address))
    receipt = scene.running.run(node.sender.wait("care", tx))
    scene.running.run(node.index.wait("care", receipt.block))
    assert own.account(keys.signer.address).paid == 2_000


def test_gather__signatures_of_strangers_and_of_the_member_itself__do_not_count(scene: Scene, tmp_path: Path) -> None:
    _, typed = scene.running.run(scene.reviewing.tallies._calls.tally(member_of("lab"), 1))
    signed = [cast.officer(key).sign_typed_data(typed) for key in ("lab", "grower", "factory", "factory")]

    async def heard() -> list[str]:
        return [*signed, "0x12", "nonsense"]

    async def silent() -> list[str]:
        raise PeerSilent(peer="elsewhere")

    found = _alone(scene, tmp_path).gather(typed, [heard, silent], member_of("lab"))
    with pytest.raises(TooFewWitnesses) as few:
        scene.running.run(found)
    assert few.value.details == {"needed": 2, "given": 1}


def test_ask__a_peer_that_is_away__is_silent(tmp_path: Path) -> None:
    def away(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("away")

    peer = PeerTallies(_ELSEWHERE, httpx.MockTransport(away))
    with pytest.raises(PeerSilent):
        asyncio.run(peer(MemberId("0x" + "11" * 32), 1))
    claims = PeerClaims(_ELSEWHERE, httpx.MockTransport(lambda _: httpx.Response(200, json={"signatures": [1, "0x"]})))
    account = cast.officer("lab").address
    assert list(asyncio.run(claims(account, account, Points(1), UnixTime(1)))) == ["0x"]


@pytest.mark.parametrize(
    "answer",
    [b'{"signatures":null}', b'{"signatures":5}', b"[]", b"7", b"[" * 9_000, b" " * 20_000, b"\xff"],
)
def test_ask__a_peer_that_answers_nonsense__is_silent(answer: bytes) -> None:
    peer = PeerTallies(_ELSEWHERE, httpx.MockTransport(lambda _: httpx.Response(200, content=answer)))
    with pytest.raises(PeerSilent):
        asyncio.run(peer(MemberId("0x" + "11" * 32), 1))

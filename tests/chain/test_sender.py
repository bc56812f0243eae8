"""Transactions on their way."""

import asyncio

import pytest
from tests.chain.fake_ledger import CONTRACT, FakeLedger

from tcmchain.chain.abi import checksum, selector
from tcmchain.chain.calls import Call
from tcmchain.chain.client import Reverted
from tcmchain.chain.contracts import Contracts
from tcmchain.chain.deployments import Deployment, created_address
from tcmchain.chain.failures import FailedInBlock, Failures
from tcmchain.chain.reverts import RefusedByContract, Reverts
from tcmchain.chain.rpc import RpcError
from tcmchain.chain.sender import NotInBlock, Sender
from tcmchain.chain.signers import LocalSigner
from tcmchain.members.contract import REVERTS
from tcmchain.members.model.errors import MayNotAct
from tcmchain.values import Address, ChainName

GROWER = LocalSigner(b"\x01" * 32)
FACTORY = LocalSigner(b"\x02" * 32)
MAY_NOT_ACT = "0x" + selector("MembersMayNotAct(address)") + GROWER.address[2:].lower().rjust(64, "0")


def _call(number: int, chain: ChainName = "care") -> Call:
    return Call(chain, "Members", "carry", (), Address(CONTRACT), f"0x{number:08x}", 100_000)


def _sender(*ledgers: FakeLedger) -> Sender:
    return Sender({ledger.name: ledger.client() for ledger in ledgers})


def _telling_sender(ledger: FakeLedger) -> Sender:
    clients = {ledger.name: ledger.client()}
    contracts = Contracts({("care", "Members"): checksum(CONTRACT)})
    return Sender(clients, Failures(clients, contracts, Reverts(REVERTS)))


async def test_send__two_hundred_calls__keeps_their_order_with_many_in_flight() -> None:
    ledger = FakeLedger()
    hashes = await _sender(ledger).send([_call(n) for n in range(200)], GROWER)
    assert [int.from_bytes(data, "big") for _, _, data in ledger.taken] == list(range(200))
    assert [number for _, number, _ in ledger.taken] == list(range(200))
    assert len(set(hashes)) == 200
    assert ledger.most_pending == 64


async def test_send__several_tasks_for_one_account__numbers_each_transaction_once() -> None:
    ledger = FakeLedger()
    sender = _sender(ledger)
    await asyncio.gather(*(sender.send([_call(n)], signer) for n in range(20) for signer in (GROWER, FACTORY)))
    assert ledger.number(GROWER.address) == ledger.number(FACTORY.address) == 20


async def test_send__calls_on_two_chains__answers_hashes_in_the_order_given() -> None:
    care, pharmacy = FakeLedger(), FakeLedger("pharmacy")
    hashes = await _sender(care, pharmacy).send([_call(1), _call(2, "pharmacy"), _call(3)], GROWER)
    assert [tx in care.transactions for tx in hashes] == [True, False, True]
    assert hashes[1] in pharmacy.transactions


async def test_send__another_program_uses_the_account__asks_for_the_number_again() -> None:
    ledger = FakeLedger()
    mine, theirs = _sender(ledger), _sender(ledger)
    await mine.send([_call(1)], GROWER)
    await theirs.send([_call(2), _call(3)], GROWER)
    await mine.send([_call(4)], GROWER)
    assert [int.from_bytes(data, "big") for _, _, data in ledger.taken] == [1, 2, 3, 4]


async def test_send__door_that_mixes_up_the_order__sends_one_at_a_time() -> None:
    ledger = FakeLedger(mixes_up=True)
    await _sender(ledger).send([_call(n) for n in range(100)], GROWER)
    assert [int.from_bytes(data, "big") for _, _, data in ledger.taken] == list(range(100))


async def test_send__chain_refuses_for_good__raises_and_goes_on_with_the_right_number() -> None:
    ledger = FakeLedger(faults=[RpcError(-32000, "exceeds block gas limit", None)])
    sender = _sender(ledger)
    with pytest.raises(RpcError, match="exceeds"):
        await sender.send([_call(1)], GROWER)
    await sender.send([_call(2)], GROWER)
    assert [(number, int.from_bytes(data, "big")) for _, number, data in ledger.taken] == [(0, 2)]


async def test_send__transaction_the_chain_knows_already__counts_as_sent() -> None:
    ledger = FakeLedger(faults=[RpcError(-32000, "already known", None)])
    (tx,) = await _sender(ledger).send([_call(1)], GROWER)
    assert len(tx) == 66


async def test_send__network_with_fees__offers_twice_the_price() -> None:
    ledger = FakeLedger(price=7)
    await _sender(ledger).send([_call(1)], GROWER)
    assert len(ledger.taken) == 1


async def test_wait__transaction_in_a_block__answers_the_receipt() -> None:
    sender = _sender(FakeLedger())
    (tx,) = await sender.send([_call(1)], GROWER)
    receipt = await sender.wait("care", tx)
    assert receipt.ok
    assert receipt.sender == GROWER.address


async def test_wait__never_in_a_block__gives_up() -> None:
    sender = _sender(FakeLedger(in_block=False))
    (tx,) = await sender.send([_call(1)], GROWER)
    with pytest.raises(NotInBlock) as caught:
        await sender.wait("care", tx, timeout=0.05)
    assert caught.value.details == {"chain": "care", "tx": tx}


async def test_wait__contract_refused__raises_the_slices_error() -> None:
    sender = _telling_sender(FakeLedger(revert=MAY_NOT_ACT))
    (tx,) = await sender.send([_call(1)], GROWER)
    with pytest.raises(MayNotAct) as caught:
        await sender.wait("care", tx)
    assert caught.value.details == {"account": GROWER.address}


async def test_wait__refused_for_an_unknown_reason__says_which_contract() -> None:
    sender = _telling_sender(FakeLedger(revert="0xdeadbeef"))
    (tx,) = await sender.send([_call(1)], GROWER)
    with pytest.raises(RefusedByContract) as caught:
        await sender.wait("care", tx)
    assert caught.value.details == {"contract": "Members", "data": "0xdeadbeef"}


async def test_wait__reason_gone_by_now__says_that_it_failed() -> None:
    ledger = FakeLedger(revert="0xdeadbeef")
    sender = _telling_sender(ledger)
    (tx,) = await sender.send([_call(1)], GROWER)
    ledger.revert = None
    with pytest.raises(FailedInBlock):
        await sender.wait("care", tx)


async def test_check__call_that_would_be_refused__raises_before_anything_is_sent() -> None:
    ledger = FakeLedger(revert=MAY_NOT_ACT)
    with pytest.raises(MayNotAct):
        await _telling_sender(ledger).check([_call(1)], GROWER.address)
    with pytest.raises(Reverted):
        await _sender(ledger).check([_call(1)], GROWER.address)
    assert ledger.taken == []


async def test_deploy__fresh_account__stands_at_the_addresses_foretold() -> None:
    sender = _sender(FakeLedger())
    wanted = [Deployment("care", "Members", b"\x00"), Deployment("care", "Practitioners", b"\x00")]
    assert await sender.deploy(GROWER, wanted) == {
        ("care", "Members"): created_address(GROWER.address, 0),
        ("care", "Practitioners"): created_address(GROWER.address, 1),
    }

"""The journal and the receipts, without a node."""

import asyncio
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tcmchain.chain.signers import LocalSigner
from tcmchain.custodians.client.receipts import check_signature, read_receipt
from tcmchain.custodians.contract import receipt_typed
from tcmchain.custodians.model.errors import ReceiptForged, StoreStuck
from tcmchain.custodians.model.fragments import Fragment
from tcmchain.custodians.model.receipts import Batch, Decision, Outcome, Receipt, Signed, purpose_hash
from tcmchain.custodians.model.signing import receipt_digest, receipt_values
from tcmchain.custodians.readmodel.journal import Journal
from tcmchain.errors import Unavailable
from tcmchain.values import Address, BlockNumber, Hash32, UnixTime

SIGNER = LocalSigner(b"\x07" * 32)
CONTRACT = Address("0x6F49222E2425508e40A9a9874A0A9c3F6F8c3Ba6")
CHAIN = 720101
PATIENT = LocalSigner(b"\x08" * 32).address
GRANT = Hash32("0x" + "ab" * 32)


def decision(outcome: Outcome = Outcome.SERVED, version: int = 1) -> Decision:
    return Decision(
        PATIENT,
        Hash32("0x" + "cd" * 32),
        version,
        GRANT,
        SIGNER.address,
        outcome,
        purpose_hash("会诊"),
        BlockNumber(12),
        UnixTime(1_790_000_000),
    )


def sign(number: int, decided: Decision) -> Signed:
    receipt = Receipt(SIGNER.address, number, decided)
    digest = receipt_digest(receipt, CHAIN, CONTRACT)
    return Signed(receipt, digest, SIGNER.sign_digest(digest))


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    found = Journal(tmp_path / "custodian.db", SIGNER.address, sign)
    yield found
    found.close()


def test_hash__receipt__is_the_eip_712_digest() -> None:
    receipt = Receipt(SIGNER.address, 77, decision(Outcome.WITHDRAWN))
    assert receipt_digest(receipt, CHAIN, CONTRACT) == receipt_typed(receipt, CHAIN, CONTRACT).digest()


def test_read__receipt_as_json__is_the_same() -> None:
    receipt = Receipt(SIGNER.address, 77, decision())
    assert read_receipt(receipt_values(receipt)) == receipt


@pytest.mark.parametrize(
    "change", [{"outcome": 99}, {"number": None}, {"version": "x"}, {"at": -1}, {"file": "0x12"}, {"patient": "nobody"}]
)
def test_check__receipt_with_a_wrong_field__is_refused(change: dict[str, Any]) -> None:
    signed = sign(1, decision())
    with pytest.raises(ReceiptForged):
        check_signature(read_receipt({**receipt_values(signed.receipt), **change}), signed.signature, CHAIN, CONTRACT)


async def test_decide__many_at_once__numbers_without_gaps(journal: Journal) -> None:
    made = await asyncio.gather(*(journal.decide(decision(version=1 + place)) for place in range(300)))
    assert [one.receipt.number for one in made] == list(range(1, 301))
    kept = journal.receipts_of(PATIENT, 0, 1_000)
    assert [(one.receipt, one.signature) for one in kept] == [(one.receipt, one.signature) for one in made]


async def test_decide__store_refuses__tells_nobody_and_reuses_no_number(journal: Journal, tmp_path: Path) -> None:
    await journal.decide(decision())
    blocking = sqlite3.connect(tmp_path / "custodian.db", isolation_level=None)
    blocking.execute("CREATE TRIGGER full BEFORE INSERT ON receipt BEGIN SELECT RAISE(ABORT, 'disk full'); END")
    with pytest.raises(StoreStuck):
        await journal.decide(decision())
    blocking.execute("DROP TRIGGER full")
    blocking.close()
    assert (await journal.decide(decision())).receipt.number == 2
    assert journal.last_receipt() == 2


async def test_decide__no_contract_to_sign_for__tells_so_and_goes_on(tmp_path: Path) -> None:
    unknown = [Unavailable()]

    def sign_later(number: int, decided: Decision) -> Signed:
        if unknown:
            raise unknown.pop()
        return sign(number, decided)

    journal = Journal(tmp_path / "custodian.db", SIGNER.address, sign_later)
    async with asyncio.timeout(5):
        with pytest.raises(StoreStuck):
            await journal.decide(decision())
        assert (await journal.decide(decision())).receipt.number == 1
    journal.close()


async def test_read__store_that_fails__tells_that_it_is_stuck(journal: Journal, tmp_path: Path) -> None:
    await journal.decide(decision())
    other = sqlite3.connect(tmp_path / "custodian.db", isolation_level=None)
    other.execute("ALTER TABLE receipt RENAME TO away")
    for ask in (journal.last_receipt, journal.counts, lambda: journal.receipts_of(PATIENT, 0, 9)):
        with pytest.raises(StoreStuck):
            ask()
    other.execute("ALTER TABLE away RENAME TO receipt")
    other.close()
    assert journal.last_receipt() == 1


async def test_open__again__goes_on_with_the_next_number(tmp_path: Path) -> None:
    first = Journal(tmp_path / "custodian.db", SIGNER.address, sign)
    await first.decide(decision())
    first.close()
    second = Journal(tmp_path / "custodian.db", SIGNER.address, sign)
    assert (await second.decide(decision())).receipt.number == 2
    second.close()


async def test_use__number_twice__is_refused_after_a_restart_too(tmp_path: Path) -> None:
    first = Journal(tmp_path / "custodian.db", SIGNER.address, sign)
    assert first.use(b"n" * 32, 200, 100)
    assert not first.use(b"n" * 32, 200, 100)
    await first.decide(decision())
    first.close()
    second = Journal(tmp_path / "custodian.db", SIGNER.address, sign)
    assert not second.use(b"n" * 32, 200, 100)
    assert second.use(b"n" * 32, 400, 300)
    second.close()


async def test_keep__fragment__is_replaced_and_dropped_when_over(journal: Journal) -> None:
    label = Hash32("0x" + "11" * 32)

    def fragment(sealed: bytes) -> Fragment:
        return Fragment(GRANT, 1, PATIENT, label, sealed, b"v", b"d", b"r", UnixTime(1_000))

    await journal.keep(fragment(b"first"))
    await journal.keep(fragment(b"second"))
    assert journal.fragment(GRANT, 1) == fragment(b"second")
    assert journal.fragment(GRANT, 2) is None
    assert await journal.drop_expired(1_001) == 1
    assert journal.fragment(GRANT, 1) is None


async def test_find__batch_of_a_receipt__only_once_the_chain_has_it(journal: Journal) -> None:
    for _ in range(3):
        await journal.decide(decision())
    await journal.keep_batch(Batch(1, 1, 2, b"r" * 32))
    assert journal.batch_of(1) is None
    anchored = Batch(1, 1, 2, b"r" * 32, Hash32("0x" + "01" * 32))
    await journal.keep_batch(anchored)
    assert journal.batch_of(2) == anchored
    assert journal.batch_of(3) is None

"""The index behind embedded chains."""

import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.members.consortium import RELAY, Consortium, consortium, member, officer

from tcmchain.members.model.errors import NotOfficer

pytestmark = pytest.mark.engine


@pytest.fixture
async def union(tmp_path: Path) -> AsyncIterator[Consortium]:
    async with consortium(tmp_path, embedded=True) as founded:
        yield founded


async def test_follow__write_on_an_embedded_chain__is_indexed_at_once(union: Consortium) -> None:
    signature = officer("grower").sign_typed_data(union.signing.agreement(member("grower")))
    (call, *_) = union.signing.sign_agreement(member("grower"), 1, signature)
    (tx,) = await union.sender.send([call], RELAY)
    receipt = await union.sender.wait("care", tx)
    begun = time.perf_counter()
    await union.index.wait("care", receipt.block, timeout=1)
    assert time.perf_counter() - begun < 0.2
    assert union.roll.member(member("grower")).agreement == 1


async def test_rebuild__founded_consortium__is_the_same_again(union: Consortium) -> None:
    before = union.roll.search()
    await union.index.rebuild()
    assert union.roll.search() == before
    assert union.index.lag("care") == 0
    await union.sign_agreement("lab")
    assert union.roll.member(member("lab")).agreement == 1


async def test_send__many_refused_in_their_block__keep_the_accounts_number(union: Consortium) -> None:
    signature = officer("lab").sign_typed_data(union.signing.agreement(member("grower")))
    wrong = union.calls.sign_agreement("care", member("grower"), 1, signature)
    hashes = await union.sender.send([wrong] * 150, RELAY)
    assert len(set(hashes)) == 150
    with pytest.raises(NotOfficer):
        await union.sender.wait("care", hashes[-1])
    await union.sign_agreement("grower")
    assert union.roll.member(member("grower")).agreement == 1

"""Licences on real chains."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.members.consortium import Consortium, consortium, member, officer

from tcmchain.chain.signers import LocalSigner
from tcmchain.practitioners.model import (
    Licence,
    LicenceKnownAlready,
    LicenceStanding,
    NotCertifier,
    WrongSerial,
    WrongStanding,
    licence_id,
)
from tcmchain.values import CHAINS, Hash32, UnixTime, short_text

pytestmark = pytest.mark.engine
PHYSICIAN = LocalSigner(b"\x21" * 32)
DIGEST = Hash32("0x" + "d1" * 32)
LICENCE = Licence(
    licence_id(member("certifier"), "2026-001"), PHYSICIAN.address, "physician", UnixTime(0), UnixTime(1 << 40), DIGEST
)


@pytest.fixture
async def union(tmp_path: Path) -> AsyncIterator[Consortium]:
    async with consortium(tmp_path, embedded=True) as founded:
        for role in ("certifier", "regulator", "hospital"):
            await founded.sign_agreement(role)
        yield founded


async def _issue(union: Consortium) -> None:
    signature = officer("certifier").sign_typed_data(union.practitioners.typed(LICENCE))
    await union.relay(union.practitioners.issue(LICENCE, signature))


async def _rule(union: Consortium, role: str, standing: LicenceStanding) -> None:
    ruling = union.practitioners.ruling(LICENCE.id, standing, DIGEST)
    signature = officer(role).sign_typed_data(union.practitioners.typed_ruling(ruling))
    await union.relay(union.practitioners.rule(ruling, signature))


async def _allowed(union: Consortium) -> set[bool]:
    scope = short_text("physician")
    answers = {union.practitioners.may_act(PHYSICIAN.address, "physician")}
    for chain in CHAINS:
        answers |= set(
            await union.contracts.ask(union.clients[chain], "Practitioners", "mayAct", LICENCE.holder, scope)
        )
    return answers


async def test_issue__signed_by_a_certifier__lets_the_holder_act_on_every_chain(union: Consortium) -> None:
    assert await _allowed(union) == {False}
    await _issue(union)
    assert await _allowed(union) == {True}
    assert not union.practitioners.may_act(PHYSICIAN.address, "pharmacist")
    (record,) = union.practitioners.licences(holder=PHYSICIAN.address)
    assert (record.licence, record.issuer) == (LICENCE, member("certifier"))
    with pytest.raises(LicenceKnownAlready):
        union.practitioners.typed(LICENCE)


async def test_issue__signed_by_a_hospital__is_refused_here_and_on_the_chain(union: Consortium) -> None:
    signature = officer("hospital").sign_typed_data(union.practitioners.typed(LICENCE))
    with pytest.raises(NotCertifier):
        union.practitioners.issue(LICENCE, signature)


async def test_rule__suspended_reinstated_revoked__changes_what_the_holder_may_do(union: Consortium) -> None:
    await _issue(union)
    steps = (
        ("certifier", LicenceStanding.SUSPENDED, False),
        ("regulator", LicenceStanding.VALID, True),
        ("regulator", LicenceStanding.REVOKED, False),
    )
    for role, standing, allowed in steps:
        await _rule(union, role, standing)
        assert await _allowed(union) == {allowed}
    with pytest.raises(WrongStanding):
        union.practitioners.ruling(LICENCE.id, LicenceStanding.VALID, DIGEST)


async def test_rule__ruling_brought_twice__is_refused(union: Consortium) -> None:
    await _issue(union)
    ruling = union.practitioners.ruling(LICENCE.id, LicenceStanding.SUSPENDED, DIGEST)
    signature = officer("certifier").sign_typed_data(union.practitioners.typed_ruling(ruling))
    await union.relay(union.practitioners.rule(ruling, signature))
    with pytest.raises(WrongSerial):
        union.practitioners.rule(ruling, signature)

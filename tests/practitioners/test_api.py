"""Licences through the doors, by the client that the SDK and the command line use."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from tests.members.consortium import consortium, member, officer
from tests.members.doors import application, node

from tcmchain.chain.signers import LocalSigner
from tcmchain.errors import Invalid
from tcmchain.members.model.errors import AccountUnknown
from tcmchain.practitioners.client import PractitionersClient
from tcmchain.practitioners.model import (
    LicenceInvalid,
    LicenceKnownAlready,
    LicenceStanding,
    LicenceUnknown,
    NotCertifier,
)
from tcmchain.values import Hash32, LicenceId, UnixTime

pytestmark = pytest.mark.engine
PHYSICIAN = LocalSigner(b"\x21" * 32)
DIGEST = Hash32("0x" + "d1" * 32)
NEVER = UnixTime(1 << 40)


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[FastAPI]:
    async with consortium(tmp_path, embedded=True) as union:
        for role in ("certifier", "regulator", "hospital"):
            await union.sign_agreement(role)
        yield application(union, tmp_path)


def _as(app: FastAPI, role: str) -> PractitionersClient:
    return PractitionersClient(node(app, officer(role)))


async def test_issue__certifier__licence_is_found_and_lets_act(app: FastAPI) -> None:
    client = _as(app, "certifier")
    record = await client.issue("2026-001", PHYSICIAN.address, "physician", UnixTime(0), NEVER, DIGEST)
    assert record.issuer == member("certifier")
    assert await client.licences(holder=PHYSICIAN.address) == [record]
    assert await client.licences(issuer=member("regulator")) == []
    assert await client.may_act(PHYSICIAN.address, "physician")
    assert not await client.may_act(PHYSICIAN.address, "pharmacist")
    with pytest.raises(LicenceKnownAlready):
        await client.issue("2026-001", PHYSICIAN.address, "physician", UnixTime(0), NEVER, DIGEST)


async def test_issue__hospital_or_stranger__is_refused(app: FastAPI) -> None:
    with pytest.raises(NotCertifier):
        await _as(app, "hospital").issue("1", PHYSICIAN.address, "physician", UnixTime(0), NEVER, DIGEST)
    stranger = PractitionersClient(node(app, PHYSICIAN))
    with pytest.raises(AccountUnknown):
        await stranger.issue("1", PHYSICIAN.address, "physician", UnixTime(0), NEVER, DIGEST)


async def test_issue__ends_before_it_starts__is_invalid(app: FastAPI) -> None:
    with pytest.raises(LicenceInvalid):
        await _as(app, "certifier").issue("1", PHYSICIAN.address, "physician", UnixTime(9), UnixTime(9), DIGEST)
    with pytest.raises(LicenceInvalid):
        await _as(app, "certifier").issue("1", PHYSICIAN.address, "医" * 11, UnixTime(0), NEVER, DIGEST)


async def test_rule__suspend_by_the_issuer_and_revoke_by_the_regulator__in_turn(app: FastAPI) -> None:
    record = await _as(app, "certifier").issue("1", PHYSICIAN.address, "physician", UnixTime(0), NEVER, DIGEST)
    licence = record.licence.id
    suspended = await _as(app, "certifier").rule(licence, "suspend", DIGEST)
    assert suspended.standing is LicenceStanding.SUSPENDED
    revoked = await _as(app, "regulator").rule(licence, "revoke", DIGEST)
    assert (revoked.standing, revoked.rulings) == (LicenceStanding.REVOKED, 2)
    with pytest.raises(Invalid):
        await _as(app, "regulator").rule(licence, "burn", DIGEST)


async def test_read__licence_that_was_never_issued__is_not_found(app: FastAPI) -> None:
    with pytest.raises(LicenceUnknown):
        await PractitionersClient(node(app)).licence(LicenceId("0x" + "00" * 32))

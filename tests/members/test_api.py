"""Membership through the doors, by the client that the SDK and the command line use."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from tests.members.consortium import Consortium, consortium, member, officer
from tests.members.doors import application, node

from tcmchain.chain.chains import CONTRACTS
from tcmchain.chain.signers import LocalSigner
from tcmchain.errors import Invalid, NotSignedIn
from tcmchain.members.client import MembersClient
from tcmchain.members.model.errors import (
    AccountUnknown,
    MembershipInvalid,
    MemberUnknown,
    NotCarried,
    NotOfficer,
    ProposalUnknown,
    VoterUnknown,
)
from tcmchain.members.model.genesis import member_id
from tcmchain.members.model.membership import Kind, Standing
from tcmchain.values import Hash32, MemberId
from tcmchain.web.http import NodeHttp, NoKey, OtherChain, Sent

pytestmark = pytest.mark.engine
STRANGER = LocalSigner(b"\x31" * 32)


@pytest.fixture
async def union(tmp_path: Path) -> AsyncIterator[Consortium]:
    async with consortium(tmp_path, embedded=True) as founded:
        yield founded


@pytest.fixture
def app(union: Consortium, tmp_path: Path) -> FastAPI:
    return application(union, tmp_path)


def _as(app: FastAPI, role: str) -> MembersClient:
    return MembersClient(node(app, officer(role)))


async def test_search__words_of_a_name__finds_members_by_text_kind_and_pinyin(app: FastAPI) -> None:
    client = MembersClient(node(app))
    assert [m.id for m in await client.search("示例grower")] == [member("grower")]
    assert [m.id for m in await client.search("example lab")] == [member("lab")]
    assert [m.id for m in await client.search(kind="hospital")] == [member("hospital")]
    assert len(await client.search("shili")) == 5
    assert await client.search("nobody") == []


async def test_read__member_by_id_and_by_account__is_the_same(app: FastAPI) -> None:
    client = MembersClient(node(app))
    by_id = await client.member(member("grower"))
    assert by_id == await client.by_account(officer("grower").address)
    assert by_id.kind is Kind.GROWER
    with pytest.raises(MemberUnknown):
        await client.member(MemberId("0x" + "00" * 32))
    with pytest.raises(AccountUnknown):
        await client.by_account(STRANGER.address)


async def test_read__own_member__needs_a_signature(app: FastAPI) -> None:
    assert (await _as(app, "lab").me()).id == member("lab")
    with pytest.raises(NotSignedIn):
        await MembersClient(node(app)).me()
    with pytest.raises(AccountUnknown):
        await MembersClient(node(app, STRANGER)).me()


async def test_sign__agreement_and_operator__through_the_doors(app: FastAPI, union: Consortium) -> None:
    client = _as(app, "grower")
    await client.sign_agreement()
    await client.appoint(STRANGER.address)
    assert union.roll.may_act(union.roll.member(member("grower")))
    assert (await MembersClient(node(app, STRANGER)).me()).id == member("grower")
    await client.dismiss(STRANGER.address)
    with pytest.raises(AccountUnknown):
        await MembersClient(node(app, STRANGER)).me()


async def test_sign__operator_in_place_of_the_officer__is_refused(app: FastAPI) -> None:
    await _as(app, "grower").sign_agreement()
    await _as(app, "grower").appoint(STRANGER.address)
    with pytest.raises(NotOfficer):
        await MembersClient(node(app, STRANGER)).appoint(LocalSigner(b"\x32" * 32).address)


async def test_vote__admission_by_three_of_four__is_carried_on_every_chain(app: FastAPI) -> None:
    proposer = _as(app, "regulator")
    proposal = await proposer.propose(
        matter="admit",
        registration="registration of the clinic",
        kind="Clinic",
        officer=STRANGER.address,
        profile={"name_zh": "示例诊所"},
    )
    with pytest.raises(NotCarried):
        await proposer.carry(proposal.id)
    for role in ("regulator", "certifier", "hospital"):
        ballot = await _as(app, role).vote(proposal.id)
    assert (ballot.votes, ballot.quorum, ballot.decided) == (3, 3, True)
    done = await proposer.carry(proposal.id)
    assert done.carried == ("care", "pharmacy", "resources")
    clinic = await proposer.member(member_id("registration of the clinic"))
    assert clinic.standing is Standing.ACTIVE
    assert [b.id for b in await proposer.motions()] == [proposal.id]


async def test_vote__member_without_a_vote__is_refused(app: FastAPI) -> None:
    proposal = await _as(app, "lab").propose(matter="suspend", member=member("grower"), reason="查处")
    with pytest.raises(VoterUnknown):
        await _as(app, "lab").vote(proposal.id)


async def test_propose__field_missing__names_it(app: FastAPI) -> None:
    with pytest.raises(MembershipInvalid) as caught:
        await _as(app, "lab").propose(matter="suspend", member=member("grower"))
    assert caught.value.details == {"matter": "suspend", "field": "reason"}
    with pytest.raises(Invalid):
        await _as(app, "lab").propose(matter="dissolve")
    with pytest.raises(AccountUnknown):
        await MembersClient(node(app, STRANGER)).propose(matter="suspend", member=member("lab"), reason="x")


async def test_read__motion_that_nobody_proposed__is_not_found(app: FastAPI) -> None:
    with pytest.raises(ProposalUnknown):
        await MembersClient(node(app)).motion(Hash32("0x" + "00" * 32))


async def test_read__agreements_and_contracts__are_open_to_everybody(app: FastAPI) -> None:
    http = node(app)
    await _as(app, "grower").sign_agreement()
    (agreement,) = await http.get("/api/agreements")
    assert agreement["signed"] == 1
    (signature,) = await http.get("/api/agreements/1/signatures")
    assert signature["member"] == member("grower")
    assert len(await http.get("/api/directory")) == sum(len(names) for names in CONTRACTS.values())


async def test_submit__refused_in_the_block__is_told_as_the_slices_error(app: FastAPI, union: Consortium) -> None:
    http = node(app, STRANGER)
    call = union.contracts.call("care", "Members", "signAgreement", member("lab"), 1, _signed_by_grower(union))
    answer = {"calls": [_json(call.to, call.data)]}
    with pytest.raises(NotOfficer) as caught:
        await http.wait(await http.submit(answer))
    assert caught.value.details == {"member": member("lab"), "signer": officer("grower").address}


async def test_submit__call_for_another_chain__is_not_signed(app: FastAPI) -> None:
    call = {**_json("0x" + "11" * 20, "0x"), "chainId": 1}
    with pytest.raises(OtherChain):
        await node(app, STRANGER).submit({"calls": [call]})


async def test_submit__without_a_key__says_so(app: FastAPI) -> None:
    with pytest.raises(NoKey):
        await node(app).submit({"calls": []})


async def test_wait__unknown_transaction__gives_up(app: FastAPI) -> None:
    with pytest.raises(Exception, match="not-in-block"):
        await node(app).wait([Sent("care", Hash32("0x" + "00" * 32))], timeout=0.05)


async def test_sign_out__session_ended__signs_in_anew_when_needed(app: FastAPI) -> None:
    http: NodeHttp = node(app, officer("lab"))
    await http.sign_in()
    await http.sign_out()
    assert (await MembersClient(http).me()).id == member("lab")


def _signed_by_grower(union: Consortium) -> str:
    return officer("grower").sign_typed_data(union.signing.agreement(member("lab")))


def _json(to: str, data: str) -> dict[str, object]:
    return {
        "chain": "care",
        "chainId": 720101,
        "contract": "Members",
        "function": "signAgreement",
        "to": to,
        "data": data,
        "gas": 3_000_000,
    }

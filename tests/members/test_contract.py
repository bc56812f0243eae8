"""The contract on real chains: founding, votes, signatures, appointments, and refusals in our own words."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.members.consortium import DEPLOYER, GENESIS, KINDS, RELAY, Consortium, consortium, member, officer

from tcmchain.chain.sender import Sender
from tcmchain.chain.signers import LocalSigner
from tcmchain.members.model import motions
from tcmchain.members.model.agreements import Appointment
from tcmchain.members.model.errors import (
    AccountTaken,
    AllSettledAlready,
    CarriedAlready,
    NotCarried,
    NotOfficer,
    VotesUnordered,
    WrongSerial,
)
from tcmchain.members.model.genesis import member_id
from tcmchain.members.model.membership import Kind, Role, Standing
from tcmchain.members.model.motions import Decision
from tcmchain.members.model.profile import Profile
from tcmchain.members.service.founding import found
from tcmchain.values import CHAINS, Hash32, UnixTime

pytestmark = pytest.mark.engine
OPERATOR = LocalSigner(b"\x0f" * 32)
VOTERS = ("regulator", "certifier", "grower")


@pytest.fixture
async def union(tmp_path: Path) -> AsyncIterator[Consortium]:
    async with consortium(tmp_path) as founded:
        yield founded


async def _decide(union: Consortium, decision: Decision) -> None:
    proposal = union.motions.propose(decision, RELAY.address)
    for role in VOTERS:
        union.motions.vote(proposal.id, officer(role).sign_typed_data(union.motions.typed(proposal.id)))
    await union.relay(union.motions.calls(proposal.id))


async def test_found__genesis__stands_alike_on_every_chain(union: Consortium) -> None:
    known = union.roll.search()
    assert {m.id for m in known.members} == {member(role) for role in KINDS}
    assert union.roll.member(member("lab")).voting is False
    assert union.roll.agreement().digest == GENESIS.agreement_digest
    assert dict(union.roll.directory()) == union.contracts.addresses()
    for chain in CHAINS:
        (consortium_id,) = await union.contracts.ask(union.clients[chain], "Members", "consortium")
        assert consortium_id == GENESIS.consortium


async def test_found__founded_already__changes_nothing(union: Consortium) -> None:
    again = await found(GENESIS, union.clients, Sender(union.clients), DEPLOYER)
    assert again == union.contracts.addresses()


async def test_sign__agreement_by_the_officer__lets_its_accounts_act_on_every_chain(union: Consortium) -> None:
    address = officer("grower").address
    assert not union.roll.may_act(union.roll.member(member("grower")))
    await union.sign_agreement("grower")
    assert union.roll.may_act(union.roll.member(member("grower")))
    for chain in CHAINS:
        assert await union.contracts.ask(union.clients[chain], "Members", "mayAct", address) == (True,)
    with pytest.raises(AllSettledAlready):
        await union.sign_agreement("grower")


async def test_sign__agreement_by_somebody_else__is_refused_here_and_on_the_chain(union: Consortium) -> None:
    signature = officer("lab").sign_typed_data(union.signing.agreement(member("grower")))
    with pytest.raises(NotOfficer):
        union.signing.sign_agreement(member("grower"), 1, signature)
    with pytest.raises(NotOfficer):
        await union.relay([union.calls.sign_agreement("care", member("grower"), 1, signature)])


async def test_appoint__operator__acts_until_it_is_dismissed(union: Consortium) -> None:
    await union.sign_agreement("grower")
    for appointed in (True, False):
        appointment = union.signing.appointment(member("grower"), OPERATOR.address, appointed)
        signature = officer("grower").sign_typed_data(union.signing.typed(appointment))
        await union.relay(union.signing.appoint(appointment, signature))
        accounts = {account.address: account.role for account in union.roll.accounts(member("grower"))}
        assert accounts.get(OPERATOR.address) == (Role.OPERATOR if appointed else None)
        for chain in CHAINS:
            answer = await union.contracts.ask(union.clients[chain], "Members", "mayAct", OPERATOR.address)
            assert answer == (appointed,)
        with pytest.raises(WrongSerial):
            union.signing.appoint(appointment, signature)


async def test_appoint__account_of_another_member__is_refused_here_and_on_the_chain(union: Consortium) -> None:
    taken = officer("lab").address
    with pytest.raises(AccountTaken):
        union.signing.appointment(member("grower"), taken, True)
    appointment = Appointment(member("grower"), taken, True, 1)
    signature = officer("grower").sign_typed_data(union.signing.typed(appointment))
    with pytest.raises(AccountTaken) as caught:
        await union.relay(union.signing.appoint(appointment, signature))
    assert caught.value.details == {"account": taken}


async def test_carry__majority__admits_a_member_on_every_chain_with_one_signature_each(union: Consortium) -> None:
    clinic, account = member_id("registration of the clinic"), officer("clinic").address
    profile = Profile("示例诊所", "Example clinic", "110000", lon=116.4, lat=39.9)
    await _decide(union, motions.admit(clinic, Kind.CLINIC, True, account, profile))
    admitted = union.roll.member(clinic)
    assert (admitted.kind, admitted.voting, admitted.officer, admitted.profile) == (Kind.CLINIC, True, account, profile)
    (carried,) = union.motions.carried()
    (proposal,) = union.motions.proposals()
    assert carried.id == proposal.id
    assert proposal.carried == CHAINS
    assert set(carried.votes) == {officer(role).address for role in VOTERS}
    assert [member.id for member in union.roll.search("slzs").members] == [clinic]


async def test_carry__too_few_votes__is_refused_here_and_on_the_chain(union: Consortium) -> None:
    proposal = union.motions.propose(motions.suspend(member("grower"), "查处"), RELAY.address)
    vote = officer("regulator").sign_typed_data(union.motions.typed(proposal.id))
    union.motions.vote(proposal.id, vote)
    with pytest.raises(NotCarried) as caught:
        union.motions.calls(proposal.id)
    assert caught.value.details == {"votes": 1, "quorum": 3}
    with pytest.raises(NotCarried) as caught:
        await union.relay([union.calls.carry("care", proposal.motion, [vote])])
    assert caught.value.details == {"votes": 1, "quorum": 3}


async def test_carry__same_vote_three_times__is_refused_by_the_chain(union: Consortium) -> None:
    proposal = union.motions.propose(motions.suspend(member("grower"), "查处"), RELAY.address)
    vote = officer("regulator").sign_typed_data(union.motions.typed(proposal.id))
    with pytest.raises(VotesUnordered):
        await union.relay([union.calls.carry("care", proposal.motion, [vote] * 3)])


async def test_carry__suspension_and_reinstatement__turn_a_member_off_and_on(union: Consortium) -> None:
    await union.sign_agreement("lab")
    lab = officer("lab").address
    for decide, standing in ((motions.suspend, Standing.SUSPENDED), (motions.reinstate, Standing.ACTIVE)):
        await _decide(union, decide(member("lab"), "监督检查"))
        assert union.roll.member(member("lab")).standing is standing
        for chain in CHAINS:
            may_act = await union.contracts.ask(union.clients[chain], "Members", "mayAct", lab)
            assert may_act == (standing is Standing.ACTIVE,)
    assert [entry.reason for entry in union.roll.history(member("lab"))][:2] == ["监督检查", "监督检查"]


async def test_carry__carried_already__is_told_before_anybody_signs(union: Consortium) -> None:
    await _decide(union, motions.expel(member("lab"), "退出"))
    (proposal,) = union.motions.proposals()
    with pytest.raises(CarriedAlready):
        union.motions.calls(proposal.id)
    assert not proposal.open


async def test_carry__chain_that_missed_a_motion__gets_it_later(union: Consortium) -> None:
    proposal = union.motions.propose(motions.suspend(member("lab"), "查处"), RELAY.address)
    for role in VOTERS:
        union.motions.vote(proposal.id, officer(role).sign_typed_data(union.motions.typed(proposal.id)))
    await union.relay([call for call in union.motions.calls(proposal.id) if call.chain == "care"])
    rest = union.motions.calls(proposal.id)
    assert [call.chain for call in rest] == ["pharmacy", "resources"]
    await union.relay(rest)
    assert union.motions.proposal(proposal.id).carried == CHAINS


async def test_carry__new_agreement__must_be_signed_again(union: Consortium) -> None:
    await union.sign_agreement("grower")
    await _decide(union, motions.publish_agreement(2, Hash32("0x" + "b2" * 32), UnixTime(0), "联盟协议 二"))
    assert union.roll.agreement().version == 2
    assert not union.roll.may_act(union.roll.member(member("grower")))


async def test_carry__another_officer__takes_the_place_of_the_first(union: Consortium) -> None:
    fresh = LocalSigner(b"\x11" * 32)
    await _decide(union, motions.replace_officer(member("grower"), fresh.address, "密钥遗失"))
    assert union.roll.member(member("grower")).officer == fresh.address
    assert union.roll.member_of(officer("grower").address) is None


async def test_carry__contract_installed__stands_in_the_directory_of_that_chain_only(union: Consortium) -> None:
    address = union.contracts.address("care", "Members")
    chain_id = await union.clients["pharmacy"].chain_id()
    await _decide(union, motions.install("Reviews", address, chain_id, "评价上线"))
    assert union.contracts.address("pharmacy", "Reviews") == address
    assert ("care", "Reviews") not in union.roll.directory()

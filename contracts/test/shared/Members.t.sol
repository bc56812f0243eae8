// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Appointment, IMembers, Kind, Matter, Motion, Standing} from "../../src/shared/IMembers.sol";
import {Consortium} from "../Consortium.sol";

contract MembersTest is Consortium {
    uint256 private constant _CLINIC = 21;
    address private constant _OPERATOR = address(0x0123);

    function setUp() public {
        setUpConsortium();
    }

    function test_Quorum_IsMoreThanHalfOfTheVoters() public view {
        assertEq(members.quorum(), 3);
    }

    function test_Admit_WithQuorum() public {
        carry(motion(Matter.Admit, _CLINIC));
        assertTrue(members.memberById(id(_CLINIC)).standing == Standing.Active);
        assertTrue(!members.mayAct(officer(_CLINIC)));
        signAgreement(_CLINIC, 1, AGREEMENT);
        (bytes32 member, Kind kind) = members.actor(officer(_CLINIC));
        assertEq(member, id(_CLINIC));
        assertTrue(kind == Kind.Clinic);
    }

    function test_RevertWhen_VotesAreTooFew() public {
        Motion memory m = motion(Matter.Admit, _CLINIC);
        bytes[] memory given = votes(m, two());
        vm.expectRevert(abi.encodeWithSelector(IMembers.MembersNotCarried.selector, 2, 3));
        members.carry(m, given);
    }

    function test_RevertWhen_OneOfficerVotesTwice() public {
        Motion memory m = motion(Matter.Admit, _CLINIC);
        bytes[] memory given = votes(m, three());
        given[1] = given[0];
        vm.expectRevert();
        members.carry(m, given);
    }

    function test_RevertWhen_VoterHasNoVote() public {
        Motion memory m = motion(Matter.Admit, _CLINIC);
        uint256[] memory roles = three();
        roles[0] = MERCHANT;
        bytes[] memory given = votes(m, roles);
        vm.expectRevert(abi.encodeWithSelector(IMembers.MembersVoterUnknown.selector, officer(MERCHANT)));
        members.carry(m, given);
    }

    function test_RevertWhen_MotionIsReplayed() public {
        Motion memory m = motion(Matter.Admit, _CLINIC);
        bytes[] memory given = votes(m, three());
        members.carry(m, given);
        vm.expectRevert(abi.encodeWithSelector(IMembers.MembersWrongSerial.selector, 2, 1));
        members.carry(m, given);
    }

    function test_RevertWhen_MotionHasLapsed() public {
        Motion memory m = motion(Matter.Admit, _CLINIC);
        bytes[] memory given = votes(m, three());
        vm.warp(block.timestamp + 2 days);
        vm.expectRevert(abi.encodeWithSelector(IMembers.MembersLapsed.selector, m.notAfter));
        members.carry(m, given);
    }

    function test_RevertWhen_MotionIsAltered() public {
        Motion memory m = motion(Matter.Admit, _CLINIC);
        bytes[] memory given = votes(m, three());
        m.account = officer(OUTSIDER);
        vm.expectRevert();
        members.carry(m, given);
    }

    function test_Suspend_SilencesUntilReinstated() public {
        carry(motion(Matter.Suspend, FACTORY));
        assertTrue(!members.mayAct(officer(FACTORY)));
        assertEq(members.quorum(), 3);
        carry(motion(Matter.Reinstate, FACTORY));
        assertTrue(members.mayAct(officer(FACTORY)));
    }

    function test_Expel_IsForGood() public {
        carry(motion(Matter.Expel, FACTORY));
        assertTrue(!members.mayAct(officer(FACTORY)));
        Motion memory m = motion(Matter.Reinstate, FACTORY);
        bytes[] memory given = votes(m, three());
        vm.expectRevert(abi.encodeWithSelector(IMembers.MembersWrongStanding.selector, id(FACTORY), Standing.Expelled));
        members.carry(m, given);
    }

    function test_RevertWhen_MemberIsAdmittedTwice() public {
        Motion memory m = motion(Matter.Admit, FACTORY);
        bytes[] memory given = votes(m, three());
        vm.expectRevert(abi.encodeWithSelector(IMembers.MembersKnownAlready.selector, id(FACTORY)));
        members.carry(m, given);
    }

    function test_ReplaceOfficer_TakesThePreviousOnesPower() public {
        Motion memory m = motion(Matter.ReplaceOfficer, FACTORY);
        m.account = officer(OUTSIDER);
        carry(m);
        assertTrue(!members.mayAct(officer(FACTORY)));
        assertTrue(members.mayAct(officer(OUTSIDER)));
    }

    function test_PublishAgreement_BindsFromItsDate() public {
        Motion memory m = motion(Matter.PublishAgreement, OUTSIDER);
        m.number = 2;
        m.from = uint64(block.timestamp + 10 days);
        m.digest = keccak256("second");
        carry(m);
        assertTrue(members.mayAct(officer(GROWER)));
        vm.warp(block.timestamp + 11 days);
        vm.expectRevert(abi.encodeWithSelector(IMembers.MembersAgreementUnsigned.selector, id(GROWER), 2));
        members.actor(officer(GROWER));
        signAgreement(GROWER, 2, keccak256("second"));
        assertTrue(members.mayAct(officer(GROWER)));
    }

    function test_PublishAgreement_OverOneNotYetBinding() public {
        for (uint64 version = 2; version < 4; ++version) {
            Motion memory m = motion(Matter.PublishAgreement, OUTSIDER);
            m.number = version;
            m.from = uint64(block.timestamp + version * 10 days);
            m.digest = keccak256(abi.encode(version));
            carry(m);
        }
        assertTrue(members.mayAct(officer(GROWER)));
        vm.warp(block.timestamp + 30 days);
        assertTrue(!members.mayAct(officer(GROWER)));
    }

    function test_RevertWhen_AVersionIsSkipped() public {
        Motion memory m = motion(Matter.PublishAgreement, OUTSIDER);
        m.number = 3;
        m.digest = AGREEMENT;
        bytes[] memory given = votes(m, three());
        vm.expectRevert(abi.encodeWithSelector(IMembers.MembersInvalid.selector));
        members.carry(m, given);
    }

    function test_RevertWhen_AnotherSignsTheAgreement() public {
        carry(motion(Matter.Admit, _CLINIC));
        bytes32 hash = keccak256(
            abi.encode(
                keccak256("AgreementSigned(bytes32 member,uint32 version,bytes32 digest)"), id(_CLINIC), 1, AGREEMENT
            )
        );
        vm.expectRevert(abi.encodeWithSelector(IMembers.MembersNotOfficer.selector, id(_CLINIC), officer(FACTORY)));
        members.signAgreement(id(_CLINIC), 1, signed(FACTORY, hash));
    }

    function test_Appoint_AndDismiss() public {
        appoint(appointment(GROWER, _OPERATOR, true, 1), GROWER);
        assertEq(members.memberOf(_OPERATOR), id(GROWER));
        assertTrue(members.mayAct(_OPERATOR));
        appoint(appointment(GROWER, _OPERATOR, false, 2), GROWER);
        assertTrue(!members.mayAct(_OPERATOR));
    }

    function test_RevertWhen_AppointmentIsReplayed() public {
        Appointment memory wanted = appointment(GROWER, _OPERATOR, true, 1);
        bytes memory signature = signed(GROWER, hashOf(wanted));
        members.appoint(wanted, signature);
        vm.expectRevert(abi.encodeWithSelector(IMembers.MembersWrongSerial.selector, 2, 1));
        members.appoint(wanted, signature);
    }

    function test_RevertWhen_AnAccountServesTwoMembers() public {
        appoint(appointment(GROWER, _OPERATOR, true, 1), GROWER);
        Appointment memory wanted = appointment(FACTORY, _OPERATOR, true, 1);
        bytes memory signature = signed(FACTORY, hashOf(wanted));
        vm.expectRevert(abi.encodeWithSelector(IMembers.MembersAccountTaken.selector, _OPERATOR));
        members.appoint(wanted, signature);
    }

    function test_RevertWhen_TheOfficerIsDismissed() public {
        Appointment memory wanted = appointment(GROWER, officer(GROWER), false, 1);
        bytes memory signature = signed(GROWER, hashOf(wanted));
        vm.expectRevert(abi.encodeWithSelector(IMembers.MembersAccountUnknown.selector, officer(GROWER)));
        members.appoint(wanted, signature);
    }

    function test_RevertWhen_AnotherThanTheOfficerAppoints() public {
        appoint(appointment(GROWER, _OPERATOR, true, 1), GROWER);
        Appointment memory wanted = appointment(GROWER, address(0x0456), true, 2);
        bytes memory signature = signed(FACTORY, hashOf(wanted));
        vm.expectRevert(abi.encodeWithSelector(IMembers.MembersNotOfficer.selector, id(GROWER), officer(FACTORY)));
        members.appoint(wanted, signature);
    }

    function test_RevertWhen_ANewMembersOfficerServesAnother() public {
        Motion memory m = motion(Matter.Admit, _CLINIC);
        m.account = officer(GROWER);
        bytes[] memory given = votes(m, three());
        vm.expectRevert(abi.encodeWithSelector(IMembers.MembersAccountTaken.selector, officer(GROWER)));
        members.carry(m, given);
    }

    function test_RevertWhen_AnOldVersionIsSigned() public {
        Motion memory m = motion(Matter.PublishAgreement, OUTSIDER);
        m.number = 2;
        m.digest = keccak256("second");
        carry(m);
        vm.expectRevert(abi.encodeWithSelector(IMembers.MembersWrongVersion.selector, 2, 1));
        members.signAgreement(id(GROWER), 1, "");
    }

    function test_RevertWhen_ASuspendedMembersOfficerVotes() public {
        carry(motion(Matter.Suspend, FACTORY));
        Motion memory m = motion(Matter.Admit, _CLINIC);
        uint256[] memory roles = three();
        roles[0] = FACTORY;
        bytes[] memory given = votes(m, roles);
        vm.expectRevert(abi.encodeWithSelector(IMembers.MembersVoterUnknown.selector, officer(FACTORY)));
        members.carry(m, given);
    }

    function test_Install_OnlyOnTheChainMeant() public {
        Motion memory m = motion(Matter.Install, OUTSIDER);
        m.subject = "Provenance";
        m.account = address(0xBEEF);
        m.number = uint64(block.chainid) + 1;
        carry(m);
        assertEq(members.motionsCarried(), 1);
        assertTrue(members.addressOf("Provenance") == address(0));
        m.serial = 2;
        m.number = uint64(block.chainid);
        carry(m);
        assertTrue(members.addressOf("Provenance") == address(0xBEEF));
    }

    function test_RevertWhen_NobodyCouldVoteAnyMore() public {
        uint256[5] memory voters = [FACTORY, LAB, HOSPITAL, REGULATOR, CERTIFIER];
        for (uint256 i = 0; i < 4; ++i) {
            Motion memory next = motion(Matter.Suspend, voters[i]);
            uint256 needed = members.quorum();
            uint256[] memory roles = new uint256[](needed);
            for (uint256 j = 0; j < needed; ++j) {
                roles[j] = voters[4 - j];
            }
            members.carry(next, votes(next, roles));
        }
        Motion memory last = motion(Matter.Suspend, CERTIFIER);
        uint256[] memory only = new uint256[](1);
        only[0] = CERTIFIER;
        bytes[] memory given = votes(last, only);
        vm.expectRevert(abi.encodeWithSelector(IMembers.MembersLastVoter.selector, id(CERTIFIER)));
        members.carry(last, given);
    }

    function testFuzz_Actor_NeverAnswersForStrangers(address stranger) public view {
        vm.assume(members.memberOf(stranger) == 0);
        assertTrue(!members.mayAct(stranger));
    }
}

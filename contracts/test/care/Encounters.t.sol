// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {IMembers} from "../../src/shared/IMembers.sol";
import {IEncounters, VisitState} from "../../src/care/IEncounters.sol";
import {Ward} from "./Ward.sol";

contract EncountersTest is Ward {
    bytes32 private constant _SALT = keccak256("visit salt");

    function setUp() public {
        setUpWard();
    }

    function test_Visit_FromRequestToFinish() public {
        bytes32 visit = _request();
        assertTrue(!encounters.isOpen(visit, patient(), id(HOSPITAL)));
        _permit(visit);
        assertTrue(encounters.isOpen(visit, patient(), id(HOSPITAL)));
        assertTrue(!encounters.isOpen(visit, patient(), id(LAB)));
        assertTrue(!encounters.isOpen(visit, vm.addr(OUTSIDER), id(HOSPITAL)));
        vm.prank(officer(HOSPITAL));
        encounters.finish(visit);
        assertTrue(!encounters.isOpen(visit, patient(), id(HOSPITAL)));
        assertTrue(encounters.visitById(visit).state == VisitState.Finished);
    }

    function test_Visit_LapsesByItself() public {
        bytes32 visit = _request();
        _permit(visit);
        vm.warp(block.timestamp + 2 days + 1);
        assertTrue(!encounters.isOpen(visit, patient(), id(HOSPITAL)));
    }

    function test_Request_TwoAtOnce_DifferentVisits() public {
        assertTrue(_request() != _request());
    }

    function test_Finish_ByThePatient() public {
        bytes32 visit = _request();
        _permit(visit);
        vm.prank(patient());
        encounters.finish(visit);
        vm.prank(patient());
        vm.expectRevert(abi.encodeWithSelector(IEncounters.EncountersWrongState.selector, visit, VisitState.Finished));
        encounters.finish(visit);
    }

    function test_Decline_ByThePatient() public {
        bytes32 visit = _request();
        vm.prank(patient());
        encounters.decline(visit, patient(), _SALT);
        vm.prank(patient());
        vm.expectRevert(abi.encodeWithSelector(IEncounters.EncountersWrongState.selector, visit, VisitState.Declined));
        encounters.permit(visit, patient(), _SALT, keccak256("p"), uint64(block.timestamp + 1 days));
    }

    function test_RevertWhen_AskedWithoutLicenceOrMember() public {
        vm.prank(officer(HOSPITAL));
        vm.expectRevert(abi.encodeWithSelector(IEncounters.EncountersNotPractitioner.selector, officer(HOSPITAL)));
        encounters.request("w", "t", uint64(block.timestamp + 1 days));
        dismiss(PHYSICIAN, HOSPITAL);
        vm.prank(vm.addr(PHYSICIAN));
        vm.expectRevert(abi.encodeWithSelector(IMembers.MembersMayNotAct.selector, vm.addr(PHYSICIAN)));
        encounters.request("w", "t", uint64(block.timestamp + 1 days));
    }

    function test_RevertWhen_RequestIsIncomplete() public {
        vm.prank(vm.addr(PHYSICIAN));
        vm.expectRevert(abi.encodeWithSelector(IEncounters.EncountersNothing.selector));
        encounters.request(0, "t", uint64(block.timestamp + 1 days));
        vm.prank(vm.addr(PHYSICIAN));
        vm.expectRevert(abi.encodeWithSelector(IEncounters.EncountersNothing.selector));
        encounters.request("w", 0, uint64(block.timestamp + 1 days));
        vm.prank(vm.addr(PHYSICIAN));
        vm.expectRevert(abi.encodeWithSelector(IEncounters.EncountersWrongEnd.selector, block.timestamp));
        encounters.request("w", "t", uint64(block.timestamp));
        vm.prank(vm.addr(PHYSICIAN));
        vm.expectRevert(abi.encodeWithSelector(IEncounters.EncountersWrongEnd.selector, block.timestamp + 31 days));
        encounters.request("w", "t", uint64(block.timestamp + 31 days));
    }

    function test_RevertWhen_AnotherPatientAnswers() public {
        bytes32 visit = _request();
        address stranger = vm.addr(OUTSIDER);
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IEncounters.EncountersNotMeant.selector, visit, stranger));
        encounters.permit(visit, stranger, _SALT, keccak256("p"), uint64(block.timestamp + 1 days));
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IEncounters.EncountersMayNotAct.selector, patient(), stranger));
        encounters.permit(visit, patient(), _SALT, keccak256("p"), uint64(block.timestamp + 1 days));
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IEncounters.EncountersMayNotAct.selector, patient(), stranger));
        encounters.decline(visit, patient(), _SALT);
    }

    function test_RevertWhen_AnsweredLateOrWithoutPermission() public {
        bytes32 visit = _request();
        vm.prank(patient());
        vm.expectRevert(abi.encodeWithSelector(IEncounters.EncountersNothing.selector));
        encounters.permit(visit, patient(), _SALT, 0, uint64(block.timestamp + 1 days));
        uint64 until = uint64(block.timestamp + 1 days);
        vm.warp(until + 1);
        vm.prank(patient());
        vm.expectRevert(abi.encodeWithSelector(IEncounters.EncountersWrongEnd.selector, until));
        encounters.permit(visit, patient(), _SALT, keccak256("p"), uint64(block.timestamp + 1 days));
    }

    function test_RevertWhen_AnotherMemberFinishes() public {
        bytes32 visit = _request();
        vm.prank(officer(HOSPITAL));
        vm.expectRevert(abi.encodeWithSelector(IEncounters.EncountersWrongState.selector, visit, VisitState.Requested));
        encounters.finish(visit);
        _permit(visit);
        vm.prank(officer(LAB));
        vm.expectRevert(abi.encodeWithSelector(IEncounters.EncountersMayNotAct.selector, patient(), officer(LAB)));
        encounters.finish(visit);
        vm.expectRevert(abi.encodeWithSelector(IEncounters.EncountersUnknown.selector, bytes32("none")));
        encounters.finish("none");
        vm.expectRevert(abi.encodeWithSelector(IEncounters.EncountersUnknown.selector, bytes32("none")));
        encounters.decline("none", patient(), _SALT);
    }

    function _request() private returns (bytes32) {
        vm.prank(vm.addr(PHYSICIAN));
        return encounters.request(
            keccak256(abi.encode(_SALT, patient())), keccak256("terms"), uint64(block.timestamp + 1 days)
        );
    }

    function _permit(bytes32 visit) private {
        vm.prank(patient());
        encounters.permit(visit, patient(), _SALT, keccak256("permission"), uint64(block.timestamp + 2 days));
    }
}

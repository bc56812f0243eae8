// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {IPatients, Guardianship, Recovery} from "../../src/care/IPatients.sol";
import {Ward} from "./Ward.sol";

contract PatientsTest is Ward {
    uint64 private constant _DELAY = 3 days;

    function setUp() public {
        setUpWard();
    }

    function test_Register_ByTheAccountItself() public view {
        assertTrue(patients.controllerOf(patient()) == patient());
        assertTrue(patients.mayAct(patient(), patient()));
        assertTrue(!patients.mayAct(patient(), vm.addr(PROXY)));
    }

    function test_MayAct_UnknownPatient_Nobody() public view {
        assertTrue(!patients.mayAct(vm.addr(OUTSIDER), vm.addr(OUTSIDER)));
        assertTrue(!patients.mayAct(vm.addr(OUTSIDER), address(0)));
    }

    function test_RevertWhen_RegisteredTwice() public {
        vm.prank(patient());
        vm.expectRevert(abi.encodeWithSelector(IPatients.PatientsKnownAlready.selector, patient()));
        patients.register(keccak256("commitment"), inbox());
    }

    function test_RevertWhen_CommitmentIsMissing() public {
        vm.expectRevert(abi.encodeWithSelector(IPatients.PatientsNothing.selector));
        patients.register(0, inbox());
    }

    function test_RevertWhen_InboxIsOfAnotherLength() public {
        vm.expectRevert(abi.encodeWithSelector(IPatients.PatientsWrongKey.selector, 31));
        patients.register(keccak256("commitment"), new bytes(31));
    }

    function test_SetKeys_OneEpochAfterTheOther() public {
        setKey(1);
        setKey(2);
        assertEq(patients.epochOf(patient(), LABEL), 2);
        assertEq(patients.keyOf(patient(), LABEL, 1), keccak256(point(1)));
        assertEq(patients.keyOf(patient(), LABEL, 2), keccak256(point(2)));
        assertEq(patients.keyOf(patient(), LABEL, 3), bytes32(0));
    }

    function test_RevertWhen_EpochIsSkippedOrRepeated() public {
        setKey(1);
        (bytes32[] memory labels, uint32[] memory epochs, bytes[] memory keys) = oneKey(1);
        vm.prank(patient());
        vm.expectRevert(abi.encodeWithSelector(IPatients.PatientsWrongEpoch.selector, LABEL, 2, 1));
        patients.setKeys(patient(), labels, epochs, keys);
        epochs[0] = 3;
        vm.prank(patient());
        vm.expectRevert(abi.encodeWithSelector(IPatients.PatientsWrongEpoch.selector, LABEL, 2, 3));
        patients.setKeys(patient(), labels, epochs, keys);
    }

    function test_RevertWhen_ListsOfKeysDoNotFit() public {
        (bytes32[] memory labels,, bytes[] memory keys) = oneKey(1);
        vm.prank(patient());
        vm.expectRevert(abi.encodeWithSelector(IPatients.PatientsWrongLength.selector, 1, 2));
        patients.setKeys(patient(), labels, new uint32[](2), keys);
        vm.prank(patient());
        vm.expectRevert(abi.encodeWithSelector(IPatients.PatientsWrongLength.selector, 0, 32));
        patients.setKeys(patient(), new bytes32[](0), new uint32[](0), new bytes[](0));
        vm.prank(patient());
        vm.expectRevert(abi.encodeWithSelector(IPatients.PatientsWrongLength.selector, 33, 32));
        patients.setKeys(patient(), new bytes32[](33), new uint32[](33), new bytes[](33));
        vm.prank(patient());
        vm.expectRevert(abi.encodeWithSelector(IPatients.PatientsWrongLength.selector, 1, 0));
        patients.setKeys(patient(), labels, new uint32[](1), new bytes[](0));
    }

    function testFuzz_RevertWhen_AStrangerSetsKeys(uint256 key) public {
        address stranger = vm.addr(bound(key, 1000, 1 << 128));
        (bytes32[] memory labels, uint32[] memory epochs, bytes[] memory keys) = oneKey(1);
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IPatients.PatientsMayNotAct.selector, patient(), stranger));
        patients.setKeys(patient(), labels, epochs, keys);
    }

    function test_RevertWhen_PatientIsUnknown() public {
        address nobody = vm.addr(OUTSIDER);
        vm.expectRevert(abi.encodeWithSelector(IPatients.PatientsUnknown.selector, nobody));
        patients.setInbox(nobody, inbox());
        vm.expectRevert(abi.encodeWithSelector(IPatients.PatientsUnknown.selector, nobody));
        patients.appointProxy(nobody, vm.addr(PROXY), now_() + 1);
    }

    function test_SetInbox_ByThePatient() public {
        vm.prank(patient());
        patients.setInbox(patient(), abi.encodePacked(keccak256("another")));
        vm.prank(patient());
        vm.expectRevert(abi.encodeWithSelector(IPatients.PatientsWrongKey.selector, 0));
        patients.setInbox(patient(), "");
    }

    function test_AppointProxy_ActsUntilTheEnd() public {
        uint64 until = now_() + 30 days;
        appointProxy(until);
        assertTrue(patients.mayAct(patient(), vm.addr(PROXY)));
        assertEq(patients.proxyUntil(patient(), vm.addr(PROXY)), until);
        vm.warp(until);
        assertTrue(patients.mayAct(patient(), vm.addr(PROXY)));
        vm.warp(until + 1);
        assertTrue(!patients.mayAct(patient(), vm.addr(PROXY)));
        assertEq(patients.proxyUntil(patient(), vm.addr(PROXY)), 0);
    }

    function test_DismissProxy_ByThePatientOrItself() public {
        appointProxy(now_() + 1 days);
        vm.prank(patient());
        patients.dismissProxy(patient(), vm.addr(PROXY));
        assertTrue(!patients.mayAct(patient(), vm.addr(PROXY)));
        appointProxy(now_() + 1 days);
        vm.prank(vm.addr(PROXY));
        patients.dismissProxy(patient(), vm.addr(PROXY));
        assertTrue(!patients.mayAct(patient(), vm.addr(PROXY)));
    }

    function test_RevertWhen_AProxyAppointsOrChoosesGuardians() public {
        appointProxy(now_() + 1 days);
        address proxy = vm.addr(PROXY);
        vm.prank(proxy);
        vm.expectRevert(abi.encodeWithSelector(IPatients.PatientsNotController.selector, patient(), proxy));
        patients.appointProxy(patient(), vm.addr(OUTSIDER), now_() + 1 days);
        vm.prank(proxy);
        vm.expectRevert(abi.encodeWithSelector(IPatients.PatientsNotController.selector, patient(), proxy));
        patients.setGuardians(patient(), guardians(), 2, _DELAY, keccak256("backup"));
        vm.prank(vm.addr(OUTSIDER));
        vm.expectRevert(abi.encodeWithSelector(IPatients.PatientsNotController.selector, patient(), vm.addr(OUTSIDER)));
        patients.dismissProxy(patient(), proxy);
    }

    function test_RevertWhen_ProxyOrItsEndIsWrong() public {
        vm.prank(patient());
        vm.expectRevert(abi.encodeWithSelector(IPatients.PatientsNothing.selector));
        patients.appointProxy(patient(), address(0), now_() + 1 days);
        vm.prank(patient());
        vm.expectRevert(abi.encodeWithSelector(IPatients.PatientsWrongEnd.selector, now_()));
        patients.appointProxy(patient(), vm.addr(PROXY), now_());
        vm.prank(patient());
        vm.expectRevert(abi.encodeWithSelector(IPatients.PatientsWrongEnd.selector, now_() + 21 * 366 days));
        patients.appointProxy(patient(), vm.addr(PROXY), now_() + 21 * 366 days);
        vm.prank(patient());
        vm.expectRevert(abi.encodeWithSelector(IPatients.PatientsNotProxy.selector, vm.addr(PROXY)));
        patients.dismissProxy(patient(), vm.addr(PROXY));
    }

    function test_Recover_AfterTheDelay() public {
        setGuardians(2, _DELAY);
        _propose(GUARDIAN);
        (Guardianship memory terms, Recovery memory before) = patients.recoveryOf(patient());
        assertEq(terms.needed, 2);
        assertEq(before.ready, 0);
        vm.expectRevert(abi.encodeWithSelector(IPatients.PatientsTooEarly.selector, 0));
        patients.completeRecovery(patient());
        uint64 ready = now_() + _DELAY;
        _support(GUARDIAN + 1);
        vm.warp(ready - 1);
        vm.expectRevert(abi.encodeWithSelector(IPatients.PatientsTooEarly.selector, ready));
        patients.completeRecovery(patient());
        vm.warp(ready);
        patients.completeRecovery(patient());
        assertTrue(patients.mayAct(patient(), vm.addr(NEW_DEVICE)));
        assertTrue(!patients.mayAct(patient(), patient()));
        vm.expectRevert(abi.encodeWithSelector(IPatients.PatientsNoRecovery.selector, patient()));
        patients.completeRecovery(patient());
    }

    function test_Recover_LeavesNoProxyOfBefore() public {
        setGuardians(1, _DELAY);
        appointProxy(now_() + 30 days);
        _propose(GUARDIAN);
        vm.warp(block.timestamp + _DELAY);
        patients.completeRecovery(patient());
        assertTrue(!patients.mayAct(patient(), vm.addr(PROXY)));
        assertEq(patients.proxyUntil(patient(), vm.addr(PROXY)), 0);
    }

    function test_Support_AfterEnoughAgreed_DelaysNoLonger() public {
        setGuardians(1, _DELAY);
        _propose(GUARDIAN);
        uint64 ready = now_() + _DELAY;
        vm.warp(ready - 1);
        _support(GUARDIAN + 1);
        (, Recovery memory recovery) = patients.recoveryOf(patient());
        assertEq(recovery.ready, ready);
    }

    function test_ObjectRecovery_EndsItAndSupportCountsNoMore() public {
        setGuardians(2, _DELAY);
        _propose(GUARDIAN);
        _support(GUARDIAN + 1);
        vm.prank(patient());
        patients.objectRecovery(patient());
        vm.warp(block.timestamp + _DELAY);
        vm.expectRevert(abi.encodeWithSelector(IPatients.PatientsNoRecovery.selector, patient()));
        patients.completeRecovery(patient());
        _propose(GUARDIAN + 1);
        (, Recovery memory recovery) = patients.recoveryOf(patient());
        assertEq(recovery.round, 2);
        assertEq(recovery.supporters, 1);
        _support(GUARDIAN);
    }

    function test_SetGuardians_EndsARecoveryAndThoseOfBefore() public {
        setGuardians(2, _DELAY);
        _propose(GUARDIAN);
        address[] memory others = new address[](1);
        others[0] = vm.addr(OUTSIDER);
        vm.prank(patient());
        patients.setGuardians(patient(), others, 1, _DELAY, keccak256("another"));
        vm.prank(vm.addr(GUARDIAN));
        vm.expectRevert(abi.encodeWithSelector(IPatients.PatientsNotGuardian.selector, patient(), vm.addr(GUARDIAN)));
        patients.proposeRecovery(patient(), vm.addr(NEW_DEVICE), inbox());
        vm.expectRevert(abi.encodeWithSelector(IPatients.PatientsNoRecovery.selector, patient()));
        patients.completeRecovery(patient());
    }

    function test_RevertWhen_GuardiansDoNotFit() public {
        _refusedGuardians(guardians(), 0, _DELAY, abi.encodeWithSelector(IPatients.PatientsWrongLength.selector, 3, 0));
        _refusedGuardians(guardians(), 4, _DELAY, abi.encodeWithSelector(IPatients.PatientsWrongLength.selector, 3, 4));
        _refusedGuardians(
            new address[](16), 2, _DELAY, abi.encodeWithSelector(IPatients.PatientsWrongLength.selector, 16, 15)
        );
        _refusedGuardians(guardians(), 2, 0, abi.encodeWithSelector(IPatients.PatientsWrongEnd.selector, 0));
        _refusedGuardians(
            guardians(), 2, 367 days, abi.encodeWithSelector(IPatients.PatientsWrongEnd.selector, 367 days)
        );
        address[] memory twice = guardians();
        twice[1] = twice[0];
        _refusedGuardians(
            twice, 2, _DELAY, abi.encodeWithSelector(IPatients.PatientsSupportedAlready.selector, twice[0])
        );
        twice[1] = patient();
        _refusedGuardians(twice, 2, _DELAY, abi.encodeWithSelector(IPatients.PatientsNothing.selector));
    }

    function test_RevertWhen_RecoveryIsNotTheirs() public {
        setGuardians(2, _DELAY);
        vm.prank(vm.addr(GUARDIAN));
        vm.expectRevert(abi.encodeWithSelector(IPatients.PatientsNoRecovery.selector, patient()));
        patients.supportRecovery(patient(), vm.addr(NEW_DEVICE));
        vm.prank(vm.addr(GUARDIAN));
        vm.expectRevert(abi.encodeWithSelector(IPatients.PatientsNothing.selector));
        patients.proposeRecovery(patient(), patient(), inbox());
        _propose(GUARDIAN);
        vm.prank(vm.addr(GUARDIAN));
        vm.expectRevert(abi.encodeWithSelector(IPatients.PatientsSupportedAlready.selector, vm.addr(GUARDIAN)));
        patients.supportRecovery(patient(), vm.addr(NEW_DEVICE));
        vm.prank(vm.addr(GUARDIAN + 1));
        vm.expectRevert(abi.encodeWithSelector(IPatients.PatientsNoRecovery.selector, patient()));
        patients.supportRecovery(patient(), vm.addr(OUTSIDER));
        vm.prank(vm.addr(GUARDIAN + 1));
        vm.expectRevert(abi.encodeWithSelector(IPatients.PatientsRecoveryUnderway.selector, 1));
        patients.proposeRecovery(patient(), vm.addr(OUTSIDER), inbox());
        vm.prank(vm.addr(OUTSIDER));
        vm.expectRevert(abi.encodeWithSelector(IPatients.PatientsMayNotAct.selector, patient(), vm.addr(OUTSIDER)));
        patients.objectRecovery(patient());
    }

    function test_PublishReader_KeepsTheLast() public {
        vm.prank(vm.addr(PHYSICIAN));
        patients.publishReader(point(7), inbox());
        assertEq(patients.readerOf(vm.addr(PHYSICIAN)), keccak256(point(7)));
        vm.expectRevert(abi.encodeWithSelector(IPatients.PatientsWrongKey.selector, 32));
        patients.publishReader(new bytes(32), inbox());
    }

    function now_() private view returns (uint64) {
        return uint64(block.timestamp);
    }

    function _propose(uint256 guardian) private {
        vm.prank(vm.addr(guardian));
        patients.proposeRecovery(patient(), vm.addr(NEW_DEVICE), inbox());
    }

    function _support(uint256 guardian) private {
        vm.prank(vm.addr(guardian));
        patients.supportRecovery(patient(), vm.addr(NEW_DEVICE));
    }

    function _refusedGuardians(address[] memory wanted, uint8 needed, uint64 delay, bytes memory why) private {
        vm.prank(patient());
        vm.expectRevert(why);
        patients.setGuardians(patient(), wanted, needed, delay, keccak256("backup"));
    }
}

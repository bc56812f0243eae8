// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Entry, IRecords} from "../../src/care/IRecords.sol";
import {Matter, Motion, IMembers} from "../../src/shared/IMembers.sol";
import {Ward} from "./Ward.sol";

contract RecordsTest is Ward {
    bytes32 private constant _FILE = keccak256("file");
    bytes32 private granted;

    function setUp() public {
        setUpWard();
        granted = give(grantTo(HOSPITAL));
    }

    function test_Append_SelfSuppliedAndByAMember_InOneOrder() public {
        vm.prank(patient());
        assertEq(records.append(entry(_FILE, 1), 0, 0), 1);
        bytes32 first = keccak256(abi.encode(bytes32(0), entry(_FILE, 1), uint64(1), patient()));
        vm.prank(officer(HOSPITAL));
        assertEq(records.append(entry("other", 1), granted, SALT_OF_GRANT), 2);
        (uint64 count, bytes32 head) = records.folderOf(patient());
        assertEq(count, 2);
        assertEq(head, keccak256(abi.encode(first, entry("other", 1), uint64(2), officer(HOSPITAL))));
    }

    function test_Append_ByAnOperatorAndAProxy() public {
        vm.prank(vm.addr(PHYSICIAN));
        records.append(entry(_FILE, 1), granted, SALT_OF_GRANT);
        appointProxy(uint64(block.timestamp + 1 days));
        vm.prank(vm.addr(PROXY));
        records.append(entry(_FILE, 2), 0, 0);
        assertEq(records.lockOf(patient(), _FILE, 2), entry(_FILE, 2).lock);
        assertEq(records.lockOf(patient(), _FILE, 3), bytes32(0));
    }

    function test_RevertWhen_TwoAppendTheSameVersion() public {
        vm.prank(officer(HOSPITAL));
        records.append(entry(_FILE, 1), granted, SALT_OF_GRANT);
        vm.prank(patient());
        vm.expectRevert(abi.encodeWithSelector(IRecords.RecordsWrongVersion.selector, _FILE, 2, 1));
        records.append(entry(_FILE, 1), 0, 0);
        vm.prank(patient());
        vm.expectRevert(abi.encodeWithSelector(IRecords.RecordsWrongVersion.selector, _FILE, 2, 3));
        records.append(entry(_FILE, 3), 0, 0);
    }

    function test_RevertWhen_GrantIsAnothersWithdrawnOrExpired() public {
        bytes memory refused = abi.encodeWithSelector(IRecords.RecordsMayNotAppend.selector, patient(), id(LAB));
        vm.prank(officer(LAB));
        vm.expectRevert(refused);
        records.append(entry(_FILE, 1), granted, SALT_OF_GRANT);
        refused = abi.encodeWithSelector(IRecords.RecordsMayNotAppend.selector, patient(), id(HOSPITAL));
        vm.prank(officer(HOSPITAL));
        vm.expectRevert(refused);
        records.append(entry(_FILE, 1), granted, keccak256("guess"));
        vm.prank(patient());
        consent.withdraw(granted);
        vm.prank(officer(HOSPITAL));
        vm.expectRevert(refused);
        records.append(entry(_FILE, 1), granted, SALT_OF_GRANT);
    }

    function test_RevertWhen_AStrangerAppendsAsThePatient() public {
        vm.prank(vm.addr(OUTSIDER));
        vm.expectRevert(abi.encodeWithSelector(IRecords.RecordsMayNotAppend.selector, patient(), bytes32(0)));
        records.append(entry(_FILE, 1), 0, 0);
    }

    function test_RevertWhen_MemberIsSuspended() public {
        Motion memory m = motion(Matter.Suspend, HOSPITAL);
        m.account = address(0);
        carry(m);
        vm.prank(officer(HOSPITAL));
        vm.expectRevert(abi.encodeWithSelector(IMembers.MembersMayNotAct.selector, officer(HOSPITAL)));
        records.append(entry(_FILE, 1), granted, SALT_OF_GRANT);
    }

    function test_RevertWhen_PatientOrAHashIsMissing() public {
        Entry memory wanted = entry(_FILE, 1);
        wanted.patient = vm.addr(OUTSIDER);
        vm.expectRevert(abi.encodeWithSelector(IRecords.RecordsNoPatient.selector, vm.addr(OUTSIDER)));
        records.append(wanted, 0, 0);
        for (uint256 i = 0; i < 4; ++i) {
            wanted = entry(_FILE, 1);
            if (i == 0) wanted.file = 0;
            if (i == 1) wanted.envelope = 0;
            if (i == 2) wanted.lock = 0;
            if (i == 3) wanted.facts = 0;
            vm.prank(patient());
            vm.expectRevert(abi.encodeWithSelector(IRecords.RecordsNothing.selector));
            records.append(wanted, 0, 0);
        }
    }

    function test_Erase_LeavesATombstone() public {
        vm.prank(patient());
        records.append(entry(_FILE, 1), 0, 0);
        vm.prank(officer(HOSPITAL));
        vm.expectRevert(abi.encodeWithSelector(IRecords.RecordsMayNotErase.selector, patient(), officer(HOSPITAL)));
        records.erase(patient(), _FILE);
        vm.prank(patient());
        records.erase(patient(), _FILE);
        assertEq(records.lockOf(patient(), _FILE, 1), bytes32(0));
        (uint32 versions, bool erased) = records.fileOf(patient(), _FILE);
        assertTrue(erased && versions == 1);
        vm.prank(patient());
        vm.expectRevert(abi.encodeWithSelector(IRecords.RecordsErased.selector, _FILE));
        records.append(entry(_FILE, 2), 0, 0);
        vm.prank(patient());
        vm.expectRevert(abi.encodeWithSelector(IRecords.RecordsErased.selector, _FILE));
        records.erase(patient(), _FILE);
        vm.prank(patient());
        vm.expectRevert(abi.encodeWithSelector(IRecords.RecordsUnknown.selector, bytes32("none")));
        records.erase(patient(), "none");
    }

    function test_Multicall_AppendsInOneTransaction() public {
        bytes[] memory calls = new bytes[](2);
        calls[0] = abi.encodeCall(IRecords.append, (entry("one", 1), 0, 0));
        calls[1] = abi.encodeCall(IRecords.append, (entry("two", 1), 0, 0));
        vm.prank(patient());
        records.multicall(calls);
        (uint64 count,) = records.folderOf(patient());
        assertEq(count, 2);
    }
}

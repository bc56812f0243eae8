// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {IMembers, Matter, Motion} from "../../src/shared/IMembers.sol";
import {ICustodians} from "../../src/care/ICustodians.sol";
import {Ward} from "./Ward.sol";

contract CustodiansTest is Ward {
    address private constant _CUSTODIAN = address(0xC0);

    function setUp() public {
        setUpWard();
        vm.prank(officer(HOSPITAL));
        custodians.enrol(_CUSTODIAN, inbox(), "http://127.0.0.1:8301");
    }

    function test_Enrol_ServesForItsMember() public view {
        assertEq(custodians.memberOf(_CUSTODIAN), id(HOSPITAL));
        assertEq(custodians.memberOf(address(1)), bytes32(0));
    }

    function test_MemberOf_MemberSuspended_None() public {
        Motion memory m = motion(Matter.Suspend, HOSPITAL);
        m.account = address(0);
        carry(m);
        assertEq(custodians.memberOf(_CUSTODIAN), bytes32(0));
    }

    function test_RevertWhen_EnrolledTwiceOrByNoMember() public {
        vm.prank(officer(LAB));
        vm.expectRevert(abi.encodeWithSelector(ICustodians.CustodiansKnownAlready.selector, _CUSTODIAN));
        custodians.enrol(_CUSTODIAN, inbox(), "http://127.0.0.1:8302");
        vm.expectRevert(abi.encodeWithSelector(IMembers.MembersMayNotAct.selector, address(this)));
        custodians.enrol(address(2), inbox(), "http://127.0.0.1:8302");
    }

    function test_RevertWhen_KeyAddressOrAccountIsWrong() public {
        _refused(address(0), inbox(), "http://127.0.0.1:8302");
        _refused(address(2), new bytes(33), "http://127.0.0.1:8302");
        _refused(address(2), inbox(), "");
        _refused(address(2), inbox(), string(new bytes(201)));
    }

    function test_Retire_OnceByItsMember_AnchorsStill() public {
        vm.prank(officer(LAB));
        vm.expectRevert(abi.encodeWithSelector(ICustodians.CustodiansNotTheirs.selector, _CUSTODIAN));
        custodians.retire(_CUSTODIAN);
        vm.prank(officer(HOSPITAL));
        custodians.retire(_CUSTODIAN);
        assertEq(custodians.memberOf(_CUSTODIAN), bytes32(0));
        vm.prank(officer(HOSPITAL));
        vm.expectRevert(abi.encodeWithSelector(ICustodians.CustodiansUnknown.selector, _CUSTODIAN));
        custodians.retire(_CUSTODIAN);
        vm.prank(_CUSTODIAN);
        custodians.anchor(keccak256("root"), 3, 1);
        assertEq(custodians.lastBatch(_CUSTODIAN), 1);
    }

    function test_RevertWhen_RootIsMissingOrOutOfOrder() public {
        vm.prank(_CUSTODIAN);
        vm.expectRevert(abi.encodeWithSelector(ICustodians.CustodiansNothing.selector));
        custodians.anchor(0, 1, 1);
        vm.prank(_CUSTODIAN);
        vm.expectRevert(abi.encodeWithSelector(ICustodians.CustodiansNothing.selector));
        custodians.anchor(keccak256("root"), 0, 1);
        vm.prank(_CUSTODIAN);
        vm.expectRevert(abi.encodeWithSelector(ICustodians.CustodiansWrongBatch.selector, 1, 2));
        custodians.anchor(keccak256("root"), 1, 2);
        vm.prank(vm.addr(OUTSIDER));
        vm.expectRevert(abi.encodeWithSelector(ICustodians.CustodiansUnknown.selector, vm.addr(OUTSIDER)));
        custodians.anchor(keccak256("root"), 1, 1);
    }

    function testFuzz_Proves_OnlyWhatStandsUnderTheRoot(bytes32 digest, bytes32 other) public {
        vm.assume(digest != other);
        bytes32 left = keccak256(bytes.concat(keccak256(abi.encode(digest))));
        bytes32 right = keccak256(bytes.concat(keccak256(abi.encode("neighbour"))));
        bytes32 root = left < right ? keccak256(abi.encode(left, right)) : keccak256(abi.encode(right, left));
        vm.prank(_CUSTODIAN);
        custodians.anchor(root, 2, 1);
        bytes32[] memory proof = new bytes32[](1);
        proof[0] = right;
        assertTrue(custodians.proves(_CUSTODIAN, 1, digest, proof));
        assertTrue(!custodians.proves(_CUSTODIAN, 1, other, proof));
        assertTrue(!custodians.proves(_CUSTODIAN, 2, digest, proof));
    }

    function _refused(address custodian, bytes memory key, string memory url) private {
        vm.prank(officer(HOSPITAL));
        vm.expectRevert(abi.encodeWithSelector(ICustodians.CustodiansNothing.selector));
        custodians.enrol(custodian, key, url);
    }
}

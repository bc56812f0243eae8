// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Epcis} from "../../src/care/Epcis.sol";
import {IEpcis} from "../../src/care/IEpcis.sol";
import {IMembers, Matter} from "../../src/shared/IMembers.sol";
import {Consortium} from "../Consortium.sol";

contract EpcisTest is Consortium {
    bytes32 private constant _ROOT = keccak256("root");

    Epcis private _epcis;

    function setUp() public {
        setUpConsortium();
        _epcis = new Epcis(address(members));
    }

    function test_Anchor_NumbersAMembersBatchesWithoutGap() public {
        _anchor(FACTORY, _ROOT, 1);
        _anchor(FACTORY, keccak256("second"), 2);
        assertEq(_epcis.lastBatch(id(FACTORY)), 2);
        assertEq(_epcis.anchored(id(FACTORY), 1), _ROOT);
        assertEq(_epcis.anchored(id(FACTORY), 2), keccak256("second"));
        assertEq(_epcis.anchored(id(FACTORY), 3), 0);
    }

    function test_Anchor_LetsAnotherMemberAnchorTheSame() public {
        _anchor(FACTORY, _ROOT, 1);
        _anchor(HOSPITAL, _ROOT, 1);
        assertEq(_epcis.anchored(id(HOSPITAL), 1), _ROOT);
    }

    function test_RevertWhen_AStrangerAnchors() public {
        vm.expectRevert(abi.encodeWithSelector(IMembers.MembersMayNotAct.selector, officer(OUTSIDER)));
        _anchor(OUTSIDER, _ROOT, 1);
    }

    function test_RevertWhen_ASuspendedMemberAnchors() public {
        carry(motion(Matter.Suspend, FACTORY));
        vm.expectRevert(abi.encodeWithSelector(IMembers.MembersMayNotAct.selector, officer(FACTORY)));
        _anchor(FACTORY, _ROOT, 1);
    }

    function test_RevertWhen_TheRootIsZero() public {
        vm.expectRevert(abi.encodeWithSelector(IEpcis.EpcisNothing.selector));
        _anchor(FACTORY, 0, 1);
    }

    function test_RevertWhen_ThereAreNoLeaves() public {
        vm.prank(officer(FACTORY));
        vm.expectRevert(abi.encodeWithSelector(IEpcis.EpcisNothing.selector));
        _epcis.anchor(_ROOT, 0, 1);
    }

    function test_RevertWhen_ABatchIsLeftOut() public {
        vm.expectRevert(abi.encodeWithSelector(IEpcis.EpcisWrongBatch.selector, 1, 2));
        _anchor(FACTORY, _ROOT, 2);
    }

    function test_RevertWhen_ABatchIsReplaced() public {
        _anchor(FACTORY, _ROOT, 1);
        vm.expectRevert(abi.encodeWithSelector(IEpcis.EpcisWrongBatch.selector, 2, 1));
        _anchor(FACTORY, keccak256("other"), 1);
    }

    function test_RevertWhen_ARootIsAnchoredTwice() public {
        _anchor(FACTORY, _ROOT, 1);
        vm.expectRevert(abi.encodeWithSelector(IEpcis.EpcisAnchoredAlready.selector, _ROOT, 1));
        _anchor(FACTORY, _ROOT, 2);
    }

    function testFuzz_Proves_WhatIsInTheBatchOnly(bytes32 hash, bytes32 other, bytes32 sibling) public {
        vm.assume(hash != other);
        bytes32 root = _pair(_leaf(hash), sibling);
        _anchor(FACTORY, root, 1);
        bytes32[] memory proof = new bytes32[](1);
        proof[0] = sibling;
        assertTrue(_epcis.proves(id(FACTORY), 1, hash, proof));
        assertTrue(!_epcis.proves(id(FACTORY), 1, other, proof));
        assertTrue(!_epcis.proves(id(FACTORY), 2, hash, proof));
        assertTrue(!_epcis.proves(id(HOSPITAL), 1, hash, proof));
        assertTrue(!_epcis.proves(id(FACTORY), 1, hash, new bytes32[](0)));
    }

    function test_Proves_ASingleObservationByItself() public {
        _anchor(FACTORY, _leaf("event"), 1);
        assertTrue(_epcis.proves(id(FACTORY), 1, "event", new bytes32[](0)));
    }

    function _anchor(uint256 role, bytes32 root, uint64 batch) private {
        vm.prank(officer(role));
        _epcis.anchor(root, 1000, batch);
    }

    function _leaf(bytes32 hash) private pure returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(hash))));
    }

    function _pair(bytes32 a, bytes32 b) private pure returns (bytes32) {
        return a < b ? keccak256(abi.encode(a, b)) : keccak256(abi.encode(b, a));
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Claims} from "../../src/care/Claims.sol";
import {Claim, IClaims} from "../../src/care/IClaims.sol";
import {IWitnesses} from "../../src/shared/IWitnesses.sol";
import {Pledged} from "./Pledged.sol";

contract ClaimsTest is Pledged {
    address private constant _SOURCE = address(0xbeef);
    uint256 private constant _CHAIN = 720_102;
    uint256 private constant _REVIEWER = 541;

    Claims private _claims;

    function setUp() public {
        setUpPledged();
        _claims = new Claims(address(members), address(points));
        install("Claims", address(_claims));
    }

    function test_Claim_PaysWhatWasNotPaidYet() public {
        _pay(2000);
        assertEq(points.heldBy(_purse()), 2000);
        _pay(5000);
        assertEq(points.heldBy(_purse()), 5000);
        assertEq(_claims.paid(_CHAIN, _SOURCE, vm.addr(_REVIEWER)), 5000);
    }

    function test_RevertWhen_NothingIsLeft() public {
        _pay(2000);
        _refuse(2000, abi.encodeWithSelector(IClaims.ClaimsNothing.selector, vm.addr(_REVIEWER), 2000));
        _refuse(1000, abi.encodeWithSelector(IClaims.ClaimsNothing.selector, vm.addr(_REVIEWER), 2000));
    }

    function test_RevertWhen_TheVoucherIsOld() public {
        Claim memory old = _claim(2000);
        bytes[] memory signatures = _signed(old, pair(LAB, HOSPITAL));
        vm.warp(old.notAfter + 1);
        vm.expectRevert(abi.encodeWithSelector(IClaims.ClaimsLapsed.selector, old.notAfter));
        _claims.claim(old, signatures);
    }

    function test_RevertWhen_TheReservePaysNoMore_UntilTheNextPeriod() public {
        _pay(60_000_000);
        _refuse(160_000_001, abi.encodeWithSelector(IClaims.ClaimsCapped.selector, 40_000_000, 100_000_001));
        _refuse(100_000_001, abi.encodeWithSelector(IClaims.ClaimsCapped.selector, 40_000_000, 40_000_001));
        _pay(100_000_000);
        vm.warp(block.timestamp + 31 days);
        _pay(100_000_001);
    }

    function test_RevertWhen_TooFewBearWitness() public {
        uint256[] memory one = new uint256[](1);
        one[0] = LAB;
        _refuseBy(one, abi.encodeWithSelector(IWitnesses.WitnessesTooFew.selector, 2, 1));
        _refuseBy(new uint256[](33), abi.encodeWithSelector(IWitnesses.WitnessesTooFew.selector, 2, 33));
    }

    function test_RevertWhen_AWitnessCountsTwiceOrDoesNotVote() public {
        uint256[] memory twice = new uint256[](2);
        (twice[0], twice[1]) = (LAB, LAB);
        _refuseBy(twice, abi.encodeWithSelector(IWitnesses.WitnessesRefused.selector, officer(LAB)));
        uint256[] memory roles = pair(LAB, GROWER);
        _refuseBy(roles, abi.encodeWithSelector(IWitnesses.WitnessesRefused.selector, officer(GROWER)));
        roles = pair(LAB, OUTSIDER);
        (roles[0], roles[1]) = (OUTSIDER, LAB);
        _refuseBy(roles, abi.encodeWithSelector(IWitnesses.WitnessesRefused.selector, officer(OUTSIDER)));
        roles = pair(LAB, HOSPITAL);
        (roles[0], roles[1]) = (roles[1], roles[0]);
        _refuseBy(roles, abi.encodeWithSelector(IWitnesses.WitnessesRefused.selector, officer(roles[1])));
    }

    function test_RevertWhen_TheVoucherWasAltered() public {
        Claim memory claim = _claim(2000);
        bytes[] memory signatures = _signed(claim, pair(LAB, HOSPITAL));
        claim.total = 3000;
        vm.expectRevert();
        _claims.claim(claim, signatures);
    }

    function testFuzz_Claim_PaidIsTheLargestTotal(uint64 first, uint64 second) public {
        first = uint64(bound(first, 1, 10_000_000));
        second = uint64(bound(second, 1, 10_000_000));
        _pay(first);
        if (second > first) _pay(second);
        assertEq(points.heldBy(_purse()), second > first ? second : first);
    }

    function _pay(uint256 total) private {
        Claim memory claim = _claim(total);
        _claims.claim(claim, _signed(claim, pair(LAB, HOSPITAL)));
    }

    function _refuse(uint256 total, bytes memory refusal) private {
        Claim memory claim = _claim(total);
        bytes[] memory signatures = _signed(claim, pair(LAB, HOSPITAL));
        vm.expectRevert(refusal);
        _claims.claim(claim, signatures);
    }

    function _refuseBy(uint256[] memory roles, bytes memory refusal) private {
        Claim memory claim = _claim(2000);
        bytes[] memory signatures = _signed(claim, roles);
        vm.expectRevert(refusal);
        _claims.claim(claim, signatures);
    }

    function _claim(uint256 total) private view returns (Claim memory) {
        return Claim(_CHAIN, _SOURCE, vm.addr(_REVIEWER), total, now_() + 1 days);
    }

    function _signed(Claim memory claim, uint256[] memory roles) private view returns (bytes[] memory found) {
        bytes32 typed = keccak256("Claim(uint256 chain,address source,address account,uint256 total,uint64 notAfter)");
        bytes32 hash = keccak256(abi.encode(typed, claim));
        found = new bytes[](roles.length);
        for (uint256 i = 0; i < roles.length; ++i) {
            uint256 key = roles[i] == 0 ? OUTSIDER : roles[i];
            found[i] = signedFor(key, "TCM Chain Claims", address(_claims), hash);
        }
    }

    function _purse() private pure returns (bytes32) {
        return bytes32(uint256(uint160(vm.addr(_REVIEWER))));
    }
}

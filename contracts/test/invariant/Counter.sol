// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Claims} from "../../src/care/Claims.sol";
import {Claim} from "../../src/care/IClaims.sol";
import {Allocation} from "../../src/care/IRewardToken.sol";
import {RewardToken} from "../../src/care/RewardToken.sol";
import {Opinion, Voucher} from "../../src/pharmacy/IReviews.sol";
import {Deed, Earning} from "../../src/pharmacy/IRewards.sol";
import {Apothecary} from "../pharmacy/Apothecary.sol";

/// @title What patients, witnesses and members do at the counter, in any order
contract Counter is Apothecary {
    uint256 private constant _RESERVE = 1_000_000_000;

    Claims private _claims;
    RewardToken private _points;
    bytes32 private _formula;
    uint64 public tallies;
    uint64 public reviewed;
    bytes32[] private _nullifiers;
    mapping(bytes32 nullifier => bool) private _gone;

    constructor() {
        setUpApothecary();
        Allocation[] memory allocations = new Allocation[](1);
        allocations[0] = Allocation({holder: "reserve", amount: _RESERVE});
        _points = new RewardToken(address(members), allocations);
        _claims = new Claims(address(members), address(_points));
        install("Claims", address(_claims));
        _formula = shareLicensed("document");
    }

    function doTally(uint8 more) external {
        tallies += uint64(bound(more, 1, 3));
        tallied(HOSPITAL, tallies);
    }

    function doReview(uint8 rating, uint8 afterwards) external {
        if (reviewed == tallies) return;
        bytes32 nullifier = keccak256(abi.encode(++reviewed));
        Voucher memory voucher = voucherFor(_formula, nullifier);
        bytes memory signature = signedVoucher(HOSPITAL, voucher);
        Opinion memory opinion = good();
        (opinion.rating, opinion.afterwards) = (uint8(bound(rating, 1, 5)), uint8(bound(afterwards, 0, 100)));
        vm.prank(vm.addr(REVIEWER));
        reviews.review(voucher, signature, opinion);
        _nullifiers.push(nullifier);
    }

    function doWithdraw(uint256 which) external {
        (bytes32 nullifier, bool there) = _one(which);
        if (!there || reviews.reviewById(nullifier).withdrawn) return;
        if (block.timestamp < _earning(nullifier).vests) _gone[nullifier] = true;
        vm.prank(vm.addr(REVIEWER));
        reviews.withdraw(nullifier);
    }

    function doClawBack(uint256 which) external {
        (bytes32 nullifier, bool there) = _one(which);
        if (!there || _earning(nullifier).void) return;
        _gone[nullifier] = true;
        bytes32 earning = rewards.earningId(Deed.Reviewing, nullifier);
        for (uint256 i = 0; i < 3; ++i) {
            vm.prank(officer(FACTORY + i));
            rewards.clawBack(earning, "why");
        }
    }

    function doClaim() external {
        uint256 total = vested();
        if (total <= paid()) return;
        Claim memory claim = Claim(720_102, address(rewards), vm.addr(REVIEWER), total, uint64(block.timestamp));
        bytes32 typed = keccak256("Claim(uint256 chain,address source,address account,uint256 total,uint64 notAfter)");
        uint256[] memory roles = pair(LAB, FACTORY);
        bytes[] memory signatures = new bytes[](2);
        for (uint256 i = 0; i < 2; ++i) {
            signatures[i] =
                signedFor(roles[i], "TCM Chain Claims", address(_claims), keccak256(abi.encode(typed, claim)));
        }
        _claims.claim(claim, signatures);
    }

    function doWait(uint32 seconds_) external {
        vm.warp(block.timestamp + bound(seconds_, 1 hours, 20 days));
    }

    function used() external view returns (uint64 count) {
        (, count) = reviews.standingOf(id(HOSPITAL));
    }

    /// @notice Whether an earning is void exactly when it was given up in time or clawed back.
    function voidAgrees() external view returns (bool) {
        for (uint256 i = 0; i < _nullifiers.length; ++i) {
            if (_earning(_nullifiers[i]).void != _gone[_nullifiers[i]]) return false;
        }
        return true;
    }

    /// @notice What a period may pay one account at most, in thousandths of a point.
    function mostWithinPeriods() external view returns (bool) {
        uint256 period = 0;
        uint256 sum = 0;
        for (uint256 i = 0; i < _nullifiers.length; ++i) {
            Earning memory earning = _earning(_nullifiers[i]);
            uint256 then_ = (earning.vests - 30 days) / 30 days;
            if (then_ != period) (period, sum) = (then_, 0);
            sum += earning.amount;
            if (sum > 8000) return false;
        }
        return true;
    }

    function paid() public view returns (uint256) {
        return _points.heldBy(bytes32(uint256(uint160(vm.addr(REVIEWER)))));
    }

    function left() external view returns (uint256) {
        return _RESERVE - _points.heldBy("reserve");
    }

    /// @notice The most that was ever vested; what was clawed back later may have been paid.
    function vested() public view returns (uint256 sum) {
        for (uint256 i = 0; i < _nullifiers.length; ++i) {
            Earning memory earning = _earning(_nullifiers[i]);
            if (!earning.void && earning.vests <= block.timestamp) sum += earning.amount;
        }
    }

    /// @notice All that was ever earned.
    function earned() external view returns (uint256 sum) {
        for (uint256 i = 0; i < _nullifiers.length; ++i) {
            sum += _earning(_nullifiers[i]).amount;
        }
    }

    function _one(uint256 which) private view returns (bytes32 nullifier, bool there) {
        there = _nullifiers.length != 0;
        if (there) nullifier = _nullifiers[which % _nullifiers.length];
    }

    function _earning(bytes32 nullifier) private view returns (Earning memory) {
        return rewards.earningById(rewards.earningId(Deed.Reviewing, nullifier));
    }
}

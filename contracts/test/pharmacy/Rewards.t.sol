// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Matter} from "../../src/shared/IMembers.sol";
import {Deed, Earning, IRewards} from "../../src/pharmacy/IRewards.sol";
import {Apothecary} from "./Apothecary.sol";

contract RewardsTest is Apothecary {
    uint64 internal constant SHARED = 50_000;
    uint64 internal constant REVIEWED = 2000;
    bytes32 internal constant WHY = keccak256("why");
    bytes32 internal constant FORMULA = keccak256("formula");

    function setUp() public {
        setUpApothecary();
    }

    function test_Earn_ForSharing() public {
        bytes32 wanted = keccak256(abi.encode(Deed.Sharing, FORMULA));
        uint64 vests = uint64(block.timestamp + 90 days);
        vm.expectEmit();
        emit IRewards.Earned(wanted, vm.addr(FOLK), Deed.Sharing, SHARED, vests, FORMULA);
        _share(FOLK, FORMULA);
        Earning memory found = rewards.earningById(wanted);
        assertTrue(found.account == vm.addr(FOLK) && found.deed == Deed.Sharing && !found.void);
        assertEq(found.amount, SHARED);
        assertEq(found.vests, vests);
    }

    function test_Earn_ForReviewing() public {
        _review(REVIEWER, "n", FORMULA, HOSPITAL);
        Earning memory found = _earning(Deed.Reviewing, "n");
        assertEq(found.amount, REVIEWED);
        assertEq(found.vests, block.timestamp + 30 days);
    }

    function test_Earn_BothForTheSameThing() public {
        _share(FOLK, "same");
        _review(FOLK, "same", FORMULA, HOSPITAL);
        assertEq(_earning(Deed.Sharing, "same").amount, SHARED);
        assertEq(_earning(Deed.Reviewing, "same").amount, REVIEWED);
    }

    function test_RevertWhen_AnotherContractReports() public {
        _refuseReport(address(reviews), Deed.Sharing);
        _refuseReport(address(formulas), Deed.Reviewing);
        _refuseReport(address(formulas), Deed.None);
        _refuseReport(address(reviews), Deed.None);
        _refuseReport(officer(REGULATOR), Deed.Sharing);
        _refuseReport(vm.addr(REVIEWER), Deed.Reviewing);
    }

    function test_RevertWhen_TheContractIsReplaced() public {
        install("Formulas", address(0xf0));
        _refuseReport(address(formulas), Deed.Sharing);
    }

    function test_RevertWhen_EarnedAlready() public {
        _share(FOLK, FORMULA);
        bytes32 earning = rewards.earningId(Deed.Sharing, FORMULA);
        vm.prank(address(formulas));
        vm.expectRevert(abi.encodeWithSelector(IRewards.RewardsEarnedAlready.selector, earning));
        rewards.earn(Deed.Sharing, vm.addr(PHYSICIAN), FORMULA, FORMULA, 0);
    }

    function test_RevertWhen_EarningAgainWhatWasCancelled() public {
        _share(FOLK, FORMULA);
        vm.startPrank(address(formulas));
        rewards.cancel(Deed.Sharing, FORMULA);
        bytes32 earning = rewards.earningId(Deed.Sharing, FORMULA);
        vm.expectRevert(abi.encodeWithSelector(IRewards.RewardsEarnedAlready.selector, earning));
        rewards.earn(Deed.Sharing, vm.addr(FOLK), FORMULA, FORMULA, 0);
        vm.stopPrank();
    }

    function test_Earn_SharingIsCapped() public {
        for (uint256 i = 1; i <= 5; ++i) {
            _share(FOLK, bytes32(i));
            assertEq(_earning(Deed.Sharing, bytes32(i)).amount, i <= 4 ? SHARED : 0);
        }
        _share(PHYSICIAN, "another's");
        assertEq(_earning(Deed.Sharing, "another's").amount, SHARED);
        _nextPeriod();
        _share(FOLK, "later");
        assertEq(_earning(Deed.Sharing, "later").amount, SHARED);
    }

    function test_Earn_ReviewsOfAnAccountAreCapped() public {
        for (uint256 i = 1; i <= 5; ++i) {
            _review(REVIEWER, bytes32(i), bytes32(i), HOSPITAL);
            assertEq(_earning(Deed.Reviewing, bytes32(i)).amount, i <= 4 ? REVIEWED : 0);
        }
        _nextPeriod();
        _review(REVIEWER, "later", FORMULA, HOSPITAL);
        assertEq(_earning(Deed.Reviewing, "later").amount, REVIEWED);
    }

    function test_Earn_ReviewsOfAFormulaAreCappedByTheDay() public {
        _crowd(50, 0, FORMULA);
        _review(10_000, "one more", FORMULA, HOSPITAL);
        assertEq(_earning(Deed.Reviewing, "one more").amount, 0);
        _review(10_001, "of another", "another formula", HOSPITAL);
        assertEq(_earning(Deed.Reviewing, "of another").amount, REVIEWED);
        vm.warp(block.timestamp + 1 days);
        _review(10_002, "tomorrow", FORMULA, HOSPITAL);
        assertEq(_earning(Deed.Reviewing, "tomorrow").amount, REVIEWED);
    }

    function test_Earn_ReviewsAtAMemberAreCapped() public {
        for (uint256 i = 0; i < 40; ++i) {
            _crowd(50, i * 50, bytes32(i + 1));
        }
        _review(10_000, "one more", FORMULA, HOSPITAL);
        assertEq(_earning(Deed.Reviewing, "one more").amount, 0);
        _review(10_001, "elsewhere", FORMULA, FACTORY);
        assertEq(_earning(Deed.Reviewing, "elsewhere").amount, REVIEWED);
    }

    function test_Cancel_BeforeItVests() public {
        _share(FOLK, FORMULA);
        bytes32 earning = rewards.earningId(Deed.Sharing, FORMULA);
        vm.warp(block.timestamp + 90 days - 1);
        vm.expectEmit();
        emit IRewards.Cancelled(earning);
        vm.prank(address(formulas));
        rewards.cancel(Deed.Sharing, FORMULA);
        assertTrue(rewards.earningById(earning).void);
    }

    function test_Cancel_ChangesNothingOnceVestedVoidOrUnknown() public {
        _share(FOLK, FORMULA);
        vm.warp(block.timestamp + 90 days);
        vm.startPrank(address(formulas));
        rewards.cancel(Deed.Sharing, FORMULA);
        rewards.cancel(Deed.Sharing, "unknown");
        vm.stopPrank();
        assertTrue(!_earning(Deed.Sharing, FORMULA).void);
        assertTrue(!_earning(Deed.Sharing, "unknown").void);
        _review(REVIEWER, "n", FORMULA, HOSPITAL);
        vm.startPrank(address(reviews));
        rewards.cancel(Deed.Reviewing, "n");
        rewards.cancel(Deed.Reviewing, "n");
        vm.stopPrank();
        assertTrue(_earning(Deed.Reviewing, "n").void);
    }

    function test_RevertWhen_AnotherContractCancels() public {
        _share(FOLK, FORMULA);
        bytes4 refused = IRewards.RewardsNotInForce.selector;
        vm.prank(address(reviews));
        vm.expectRevert(abi.encodeWithSelector(refused, address(reviews)));
        rewards.cancel(Deed.Sharing, FORMULA);
        vm.prank(officer(REGULATOR));
        vm.expectRevert(abi.encodeWithSelector(refused, officer(REGULATOR)));
        rewards.cancel(Deed.Sharing, FORMULA);
    }

    function test_ClawBack_ByTheMajority() public {
        _share(FOLK, FORMULA);
        bytes32 earning = rewards.earningId(Deed.Sharing, FORMULA);
        vm.expectEmit();
        emit IRewards.ClawbackSupported(earning, id(LAB), WHY, 1);
        _clawBack(LAB, earning);
        _clawBack(HOSPITAL, earning);
        assertTrue(!rewards.earningById(earning).void);
        vm.expectEmit();
        emit IRewards.ClawedBack(earning, vm.addr(FOLK), SHARED);
        _clawBack(REGULATOR, earning);
        assertTrue(rewards.earningById(earning).void);
    }

    function test_ClawBack_OfWhatVested() public {
        _share(FOLK, FORMULA);
        bytes32 earning = rewards.earningId(Deed.Sharing, FORMULA);
        vm.warp(block.timestamp + 91 days);
        _clawBack(LAB, earning);
        _clawBack(HOSPITAL, earning);
        _clawBack(REGULATOR, earning);
        assertTrue(rewards.earningById(earning).void);
    }

    function test_RevertWhen_ClawingBackNothing() public {
        bytes4 unknown = IRewards.RewardsUnknown.selector;
        _refuseClawback(LAB, "unknown", WHY, abi.encodeWithSelector(unknown, bytes32("unknown")));
        _share(FOLK, FORMULA);
        bytes32 earning = rewards.earningId(Deed.Sharing, FORMULA);
        _refuseClawback(LAB, earning, 0, abi.encodeWithSelector(IRewards.RewardsNothing.selector));
        vm.prank(address(formulas));
        rewards.cancel(Deed.Sharing, FORMULA);
        _refuseClawback(LAB, earning, WHY, abi.encodeWithSelector(unknown, earning));
    }

    function test_RevertWhen_NoVoterClawsBack() public {
        _share(FOLK, FORMULA);
        bytes32 earning = rewards.earningId(Deed.Sharing, FORMULA);
        bytes4 refused = IRewards.RewardsNotVoter.selector;
        _refuseClawback(GROWER, earning, WHY, abi.encodeWithSelector(refused, officer(GROWER)));
        _refuseClawback(OUTSIDER, earning, WHY, abi.encodeWithSelector(refused, officer(OUTSIDER)));
        carry(motion(Matter.Suspend, CERTIFIER));
        _refuseClawback(CERTIFIER, earning, WHY, abi.encodeWithSelector(refused, officer(CERTIFIER)));
    }

    function test_RevertWhen_AMemberWantsItTwice() public {
        _share(FOLK, FORMULA);
        bytes32 earning = rewards.earningId(Deed.Sharing, FORMULA);
        _clawBack(HOSPITAL, earning);
        _refuseClawback(
            PHYSICIAN,
            earning,
            WHY,
            abi.encodeWithSelector(IRewards.RewardsVotedAlready.selector, earning, id(HOSPITAL))
        );
    }

    function test_Earn_NeverMoreThanTheCaps(uint8 sharings, uint8 written, uint32 apart) public {
        uint256 start = block.timestamp / 30 days;
        uint256 earned = 0;
        for (uint256 i = 1; i <= sharings % 12; ++i) {
            vm.warp(block.timestamp + apart % 3 days);
            _share(FOLK, bytes32(i));
            earned += _earning(Deed.Sharing, bytes32(i)).amount;
        }
        for (uint256 i = 1; i <= written % 12; ++i) {
            vm.warp(block.timestamp + apart % 3 days);
            _review(FOLK, bytes32(i), bytes32(i), HOSPITAL);
            earned += _earning(Deed.Reviewing, bytes32(i)).amount;
        }
        uint256 periods = block.timestamp / 30 days - start + 1;
        assertTrue(earned <= periods * 4 * (uint256(SHARED) + REVIEWED));
    }

    function _share(uint256 key, bytes32 formula) private {
        vm.prank(address(formulas));
        rewards.earn(Deed.Sharing, vm.addr(key), formula, formula, 0);
    }

    function _review(uint256 key, bytes32 nullifier, bytes32 formula, uint256 role) private {
        vm.prank(address(reviews));
        rewards.earn(Deed.Reviewing, vm.addr(key), nullifier, formula, id(role));
    }

    function _crowd(uint256 many, uint256 from, bytes32 formula) private {
        for (uint256 i = from; i < from + many; ++i) {
            bytes32 nullifier = keccak256(abi.encode("crowd", i));
            vm.prank(address(reviews));
            rewards.earn(Deed.Reviewing, address(uint160(0xc0000 + i)), nullifier, formula, id(HOSPITAL));
            assertEq(_earning(Deed.Reviewing, nullifier).amount, REVIEWED);
        }
    }

    function _nextPeriod() private {
        vm.warp((block.timestamp / 30 days + 1) * 30 days);
    }

    function _earning(Deed deed, bytes32 about) private view returns (Earning memory) {
        return rewards.earningById(rewards.earningId(deed, about));
    }

    function _clawBack(uint256 role, bytes32 earning) private {
        vm.prank(officer(role));
        rewards.clawBack(earning, WHY);
    }

    function _refuseClawback(uint256 role, bytes32 earning, bytes32 reason, bytes memory refused) private {
        vm.prank(officer(role));
        vm.expectRevert(refused);
        rewards.clawBack(earning, reason);
    }

    function _refuseReport(address sender, Deed deed) private {
        vm.prank(sender);
        vm.expectRevert(abi.encodeWithSelector(IRewards.RewardsNotInForce.selector, sender));
        rewards.earn(deed, vm.addr(FOLK), "x", FORMULA, 0);
    }
}

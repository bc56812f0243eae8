// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Portion, Reason} from "../../src/care/provenance/Goods.sol";
import {IGuarantees} from "../../src/care/IGuarantees.sol";
import {IRewardToken} from "../../src/care/IRewardToken.sol";
import {BondState, CaseState, Tariff} from "../../src/care/guarantees/Pledges.sol";
import {Pledged} from "./Pledged.sol";

contract GuaranteesTest is Pledged {
    uint128 private constant _KILO = 1_000_000;
    bytes32 private _lot;
    bytes32 private _case;
    bytes32 private _recall;

    function setUp() public {
        setUpPledged();
        setTariff(usual());
    }

    function test_Post_PaysTheFeeAndLocksTheBond() public {
        _lot = commission("L-1", 100 * _KILO);
        assertEq(points.heldBy("fund"), IN_FUND + FEE);
        assertEq(points.balanceOf(address(guarantees)), 210_000);
        assertEq(points.heldBy(id(GROWER)), PURSE - FEE - 210_000);
        assertEq(uint256(guarantees.bondOf(_lot).amount), 210_000);
    }

    function test_Post_IsFreeWithoutATariff() public {
        setUpPledged();
        _lot = commission("L-1", _KILO);
        assertTrue(guarantees.bondOf(_lot).state == BondState.None);
        assertEq(points.heldBy(id(GROWER)), PURSE);
    }

    function test_RevertWhen_TheGrowerHasTooFewPoints() public {
        Tariff memory dear = usual();
        dear.bond = uint96(PURSE);
        setTariff(dear);
        vm.prank(officer(GROWER));
        vm.expectRevert(
            abi.encodeWithSelector(IRewardToken.RewardTokenInsufficient.selector, id(GROWER), PURSE - FEE, PURSE + 2000)
        );
        ledger.commission(quota, "L-1", _KILO, 0, now_(), "{}");
    }

    function test_RevertWhen_PostedByOthers() public {
        vm.prank(officer(GROWER));
        vm.expectRevert(abi.encodeWithSelector(IGuarantees.GuaranteesNotProvenance.selector, officer(GROWER)));
        guarantees.post("L", id(NEIGHBOUR), _KILO);
    }

    function test_RevertWhen_TheTariffMakesNoSense() public {
        bytes memory senseless = abi.encodeWithSelector(IGuarantees.GuaranteesTariffInvalid.selector);
        Tariff memory wanted = usual();
        wanted.term = 0;
        vm.startPrank(officer(REGULATOR));
        vm.expectRevert(senseless);
        guarantees.setTariff(wanted, "{}");
        wanted = usual();
        wanted.window = 3651 days;
        vm.expectRevert(senseless);
        guarantees.setTariff(wanted, "{}");
        wanted = usual();
        wanted.compensation = type(uint96).max;
        vm.expectRevert(senseless);
        guarantees.setTariff(wanted, "{}");
        vm.expectRevert(abi.encodeWithSelector(IGuarantees.GuaranteesFactsTooLong.selector, 4096, 4097));
        guarantees.setTariff(usual(), string(new bytes(4097)));
        vm.stopPrank();
        vm.prank(officer(GROWER));
        vm.expectRevert(abi.encodeWithSelector(IGuarantees.GuaranteesWrongKind.selector, id(GROWER)));
        guarantees.setTariff(usual(), "{}");
    }

    function test_Release_GivesTheBondBackAfterItsTerm() public {
        _lot = commission("L-1", _KILO);
        vm.expectRevert(abi.encodeWithSelector(IGuarantees.GuaranteesTooEarly.selector, block.timestamp + TERM));
        guarantees.release(_lot);
        vm.warp(block.timestamp + TERM + 1);
        guarantees.release(_lot);
        assertEq(points.heldBy(id(GROWER)), PURSE - FEE);
        assertEq(uint256(guarantees.historyOf(id(GROWER)).clean), 1);
        vm.expectRevert(abi.encodeWithSelector(IGuarantees.GuaranteesNotLocked.selector, _lot));
        guarantees.release(_lot);
    }

    function testFuzz_BondFor_FallsWithAGoodHistoryToHalf(uint8 lots) public {
        uint256 count = bound(lots, 0, 40);
        bytes32[] memory made = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) {
            made[i] = commission(bytes32(i + 1), _KILO);
        }
        vm.warp(block.timestamp + TERM + 1);
        for (uint256 i = 0; i < count; ++i) {
            guarantees.release(made[i]);
        }
        uint256 steps = count / 5 > 5 ? 5 : count / 5;
        assertEq(uint256(guarantees.bondFor(id(GROWER), _KILO)), (12_000 * (10 - steps)) / 10);
    }

    function test_RevertWhen_AccusingWithoutTheRight() public {
        _lot = commission("L-1", _KILO);
        vm.prank(officer(REGULATOR));
        vm.expectRevert(abi.encodeWithSelector(IGuarantees.GuaranteesWrongKind.selector, id(REGULATOR)));
        guarantees.accuse(_lot, "report", "{}");
        vm.startPrank(officer(LAB));
        vm.expectRevert(abi.encodeWithSelector(IGuarantees.GuaranteesNotLocked.selector, bytes32("none")));
        guarantees.accuse("none", "report", "{}");
        vm.expectRevert(abi.encodeWithSelector(IGuarantees.GuaranteesNothing.selector));
        guarantees.accuse(_lot, 0, "{}");
        vm.stopPrank();
    }

    function test_RevertWhen_TheLabIsRelatedToTheGrower() public {
        _lot = commission("L-1", _KILO);
        _relate(GROWER, LAB, true);
        vm.prank(officer(LAB));
        vm.expectRevert(abi.encodeWithSelector(IGuarantees.GuaranteesRelated.selector, id(LAB), id(GROWER)));
        guarantees.accuse(_lot, "report", "{}");
    }

    function test_Dismiss_LeavesTheBondLockedAndTheLabSilent() public {
        _accused();
        vm.prank(officer(REGULATOR));
        guarantees.dismiss(_case, "{}");
        assertTrue(guarantees.bondOf(_lot).state == BondState.Locked);
        vm.prank(officer(LAB));
        vm.expectRevert(abi.encodeWithSelector(IGuarantees.GuaranteesAccusedAlready.selector, _lot, id(LAB)));
        guarantees.accuse(_lot, "report", "{}");
        vm.warp(block.timestamp + TERM + 1);
        guarantees.release(_lot);
    }

    function test_AnOpenCase_HoldsTheBondUntilItLapses() public {
        _accused();
        uint256 decided = block.timestamp + 180 days;
        vm.warp(decided);
        vm.expectRevert(abi.encodeWithSelector(IGuarantees.GuaranteesNotLocked.selector, _lot));
        guarantees.release(_lot);
        vm.expectRevert(abi.encodeWithSelector(IGuarantees.GuaranteesTooEarly.selector, decided));
        guarantees.lapse(_case);
        vm.warp(decided + 1);
        vm.prank(officer(REGULATOR));
        vm.expectRevert(abi.encodeWithSelector(IGuarantees.GuaranteesTooLate.selector, decided));
        guarantees.dismiss(_case, "{}");
        guarantees.lapse(_case);
        guarantees.release(_lot);
        assertEq(points.heldBy(id(GROWER)), PURSE - FEE);
    }

    function test_RevertWhen_TheRecallIsNotAboutTheLot() public {
        _accused();
        bytes32 other = commission("L-2", _KILO);
        bytes32 about = _open(REGULATOR, "C-9", other);
        bytes32 own = _open(GROWER, "C-1", _lot);
        vm.startPrank(officer(REGULATOR));
        vm.expectRevert(abi.encodeWithSelector(IGuarantees.GuaranteesWrongRecall.selector, about, _lot));
        guarantees.confirm(_case, about, "{}");
        vm.expectRevert(abi.encodeWithSelector(IGuarantees.GuaranteesWrongRecall.selector, own, _lot));
        guarantees.confirm(_case, own, "{}");
        vm.stopPrank();
    }

    function test_RevertWhen_DecidingWithoutTheRightOrTwice() public {
        _confirmed();
        vm.prank(officer(LAB));
        vm.expectRevert(abi.encodeWithSelector(IGuarantees.GuaranteesWrongKind.selector, id(LAB)));
        guarantees.dismiss(_case, "{}");
        vm.startPrank(officer(REGULATOR));
        bytes memory wrong = abi.encodeWithSelector(IGuarantees.GuaranteesWrongCase.selector, _case);
        vm.expectRevert(wrong);
        guarantees.confirm(_case, _recall, "{}");
        vm.expectRevert(wrong);
        guarantees.dismiss(_case, "{}");
        vm.expectRevert(wrong);
        guarantees.lapse(_case);
        vm.expectRevert(abi.encodeWithSelector(IGuarantees.GuaranteesWrongCase.selector, bytes32("none")));
        guarantees.settle("none");
        vm.stopPrank();
    }

    function test_AVerdict_ResetsTheHistory() public {
        bytes32 first = commission("L-0", _KILO);
        vm.warp(block.timestamp + TERM + 1);
        guarantees.release(first);
        _confirmed();
        assertEq(uint256(guarantees.historyOf(id(GROWER)).clean), 0);
        assertEq(uint256(guarantees.historyOf(id(GROWER)).verdicts), 1);
    }

    /// @dev 100 kg are bad: the pot has 210 points, 40 + 20 + 10 kg claim for 350; the fund adds 140.
    function test_Settle_TheFundAddsWhatThePotLacks() public {
        _confirmed();
        _claim(MERCHANT, _lot);
        _claim(HOSPITAL, _lot);
        _claim(FACTORY, _lot);
        assertEq(guarantees.claimOf(_case, id(HOSPITAL)), 20 * _KILO);
        _settle();
        assertEq(points.heldBy("fund"), IN_FUND + FEE - 140_000);
        _collect(MERCHANT);
        _collect(HOSPITAL);
        _collect(FACTORY);
        assertEq(points.heldBy(id(MERCHANT)), 200_000);
        assertEq(points.heldBy(id(HOSPITAL)), 100_000);
        assertEq(points.heldBy(id(FACTORY)), 50_000);
        assertEq(points.balanceOf(address(guarantees)), 0);
    }

    function test_Settle_WhatThePotLeavesGoesToTheFund() public {
        _confirmed();
        _claim(FACTORY, _lot);
        _settle();
        assertEq(points.heldBy("fund"), IN_FUND + FEE + 160_000);
        _collect(FACTORY);
        assertEq(points.heldBy(id(FACTORY)), 50_000);
    }

    function test_Settle_WithoutClaimsFillsTheFund() public {
        _confirmed();
        _settle();
        assertEq(points.heldBy("fund"), IN_FUND + FEE + 210_000);
        assertEq(points.balanceOf(address(guarantees)), 0);
    }

    function test_Settle_TheFundGoesAsFarAsTheCover() public {
        Tariff memory bare = usual();
        (bare.bondRate, bare.compensation, bare.cover) = (0, 1_000_000, 2);
        setTariff(bare);
        _confirmed();
        _claim(MERCHANT, _lot);
        _claim(HOSPITAL, _lot);
        _settle();
        assertEq(uint256(guarantees.caseById(_case).pot), 30_000);
        _collect(MERCHANT);
        _collect(HOSPITAL);
        assertEq(points.heldBy(id(MERCHANT)) + points.heldBy(id(HOSPITAL)), 30_000);
        assertEq(points.heldBy(id(MERCHANT)), 20_000);
    }

    function test_Settle_AnEmptyFundAddsNothing() public {
        _confirmed();
        _claim(MERCHANT, _lot);
        _claim(HOSPITAL, _lot);
        install("Carrier", address(0xCA11));
        uint256 all = points.heldBy("fund");
        vm.prank(address(0xCA11));
        points.collect("Carrier", "fund", all, "why", 0);
        _settle();
        assertEq(uint256(guarantees.caseById(_case).pot), 210_000);
    }

    function test_Claim_CountsWhatWasDispensed() public {
        _confirmed();
        assertEq(ledger.dispensedBy(_lot, id(HOSPITAL)), 5 * _KILO);
        _claim(HOSPITAL, _lot);
        assertEq(guarantees.claimOf(_case, id(HOSPITAL)), 20 * _KILO);
    }

    function test_RevertWhen_ClaimingTwiceOrForNothing() public {
        _confirmed();
        _claim(HOSPITAL, _lot);
        bytes memory nothing = abi.encodeWithSelector(IGuarantees.GuaranteesNothing.selector);
        vm.startPrank(officer(HOSPITAL));
        vm.expectRevert(nothing);
        guarantees.claim(_case, _lot);
        vm.stopPrank();
        vm.prank(officer(CERTIFIER));
        vm.expectRevert(nothing);
        guarantees.claim(_case, _lot);
    }

    function test_AMilligram_IsCompensatedOnceWhateverReachesIt() public {
        _confirmed();
        _claim(FACTORY, _lot);
        vm.prank(officer(FACTORY));
        ledger.retire(Portion({lot: _lot, milligrams: _KILO}), Reason.Loss, now_(), "{}");
        vm.prank(officer(FACTORY));
        vm.expectRevert(abi.encodeWithSelector(IGuarantees.GuaranteesNothing.selector));
        guarantees.claim(_case, _lot);
    }

    function test_RevertWhen_ClaimingForWhatIsNotFrozen() public {
        _confirmed();
        bytes32 other = commission("L-2", _KILO);
        deliver(GROWER, HOSPITAL, "S-9", other, 5);
        vm.prank(officer(HOSPITAL));
        vm.expectRevert(abi.encodeWithSelector(IGuarantees.GuaranteesNotFrozen.selector, _recall, other));
        guarantees.claim(_case, other);
    }

    function test_RevertWhen_TheGrowerOrItsRelationClaims() public {
        _relate(NEIGHBOUR, GROWER, true);
        _confirmed();
        vm.prank(officer(GROWER));
        vm.expectRevert(abi.encodeWithSelector(IGuarantees.GuaranteesRelated.selector, id(GROWER), id(GROWER)));
        guarantees.claim(_case, _lot);
        vm.prank(officer(NEIGHBOUR));
        vm.expectRevert(abi.encodeWithSelector(IGuarantees.GuaranteesRelated.selector, id(NEIGHBOUR), id(GROWER)));
        guarantees.claim(_case, _lot);
    }

    function test_Strike_TakesOutARelationFoundLater() public {
        _confirmed();
        _claim(NEIGHBOUR, _lot);
        _claim(FACTORY, _lot);
        vm.expectRevert(abi.encodeWithSelector(IGuarantees.GuaranteesUnrelated.selector, id(NEIGHBOUR), id(GROWER)));
        guarantees.strike(_case, id(NEIGHBOUR));
        _relate(NEIGHBOUR, GROWER, true);
        guarantees.strike(_case, id(NEIGHBOUR));
        _settle();
        _collect(FACTORY);
        assertEq(points.heldBy(id(FACTORY)), 50_000);
        assertEq(points.balanceOf(address(guarantees)), 0);
    }

    function test_Strike_AfterTheSettlementGivesTheShareToTheFund() public {
        _confirmed();
        _claim(NEIGHBOUR, _lot);
        _claim(FACTORY, _lot);
        _settle();
        uint256 before = points.heldBy("fund");
        _relate(NEIGHBOUR, GROWER, true);
        vm.prank(officer(NEIGHBOUR));
        vm.expectRevert(abi.encodeWithSelector(IGuarantees.GuaranteesRelated.selector, id(NEIGHBOUR), id(GROWER)));
        guarantees.collect(_case);
        guarantees.strike(_case, id(NEIGHBOUR));
        _collect(FACTORY);
        assertEq(points.heldBy("fund"), before + 50_000);
        assertEq(points.heldBy(id(FACTORY)), 50_000);
        assertEq(points.balanceOf(address(guarantees)), 0);
        vm.expectRevert(abi.encodeWithSelector(IGuarantees.GuaranteesWrongCase.selector, bytes32("none")));
        guarantees.strike("none", id(NEIGHBOUR));
    }

    function test_RevertWhen_OutOfTime() public {
        _confirmed();
        uint64 until = guarantees.caseById(_case).until;
        vm.expectRevert(abi.encodeWithSelector(IGuarantees.GuaranteesTooEarly.selector, until));
        guarantees.settle(_case);
        vm.prank(officer(HOSPITAL));
        vm.expectRevert(abi.encodeWithSelector(IGuarantees.GuaranteesWrongCase.selector, _case));
        guarantees.collect(_case);
        vm.warp(until + 1);
        vm.prank(officer(HOSPITAL));
        vm.expectRevert(abi.encodeWithSelector(IGuarantees.GuaranteesTooLate.selector, until));
        guarantees.claim(_case, _lot);
    }

    function test_RevertWhen_CollectingTwice() public {
        _confirmed();
        _claim(FACTORY, _lot);
        _settle();
        _collect(FACTORY);
        vm.prank(officer(FACTORY));
        vm.expectRevert(abi.encodeWithSelector(IGuarantees.GuaranteesNothing.selector));
        guarantees.collect(_case);
    }

    function test_Relate_HoldsBothWaysAndIsTakenBack() public {
        _relate(NEIGHBOUR, GROWER, true);
        assertTrue(guarantees.relatedTo(id(GROWER), id(NEIGHBOUR)));
        _relate(GROWER, NEIGHBOUR, false);
        assertTrue(!guarantees.relatedTo(id(NEIGHBOUR), id(GROWER)));
        vm.startPrank(officer(REGULATOR));
        vm.expectRevert(abi.encodeWithSelector(IGuarantees.GuaranteesNothing.selector));
        guarantees.relate(id(GROWER), id(GROWER), true, "{}");
        vm.expectRevert(abi.encodeWithSelector(IGuarantees.GuaranteesWrongKind.selector, id(REGULATOR)));
        guarantees.relate(id(GROWER), id(REGULATOR), true, "{}");
        vm.stopPrank();
    }

    /// @notice Whatever is claimed, shares never exceed what is due nor the pot, and nothing stays behind.
    function testFuzz_Collect_SharesAddUp(uint64 amount, uint64 rate, uint8 cover) public {
        Tariff memory wanted = usual();
        wanted.bond = uint96(bound(amount, 1, 1_000_000));
        wanted.compensation = uint96(bound(rate, 0, 50_000));
        (wanted.bondRate, wanted.cover) = (0, cover);
        setTariff(wanted);
        _confirmed();
        _claim(MERCHANT, _lot);
        _claim(HOSPITAL, _lot);
        _claim(FACTORY, _lot);
        _settle();
        uint256 shared = guarantees.caseById(_case).pot;
        _collect(HOSPITAL);
        _collect(MERCHANT);
        _collect(FACTORY);
        uint256 paid = points.heldBy(id(MERCHANT)) + points.heldBy(id(HOSPITAL)) + points.heldBy(id(FACTORY));
        assertEq(paid, shared);
        assertTrue(paid <= 70 * uint256(wanted.compensation));
        assertEq(points.balanceOf(address(guarantees)), 0);
    }

    function _accused() private {
        _lot = commission("L-1", 100 * _KILO);
        deliver(GROWER, MERCHANT, "S-1", _lot, 40 * _KILO);
        deliver(GROWER, HOSPITAL, "S-2", _lot, 20 * _KILO);
        deliver(GROWER, FACTORY, "S-3", _lot, 10 * _KILO);
        deliver(GROWER, NEIGHBOUR, "S-4", _lot, 10 * _KILO);
        vm.prank(officer(HOSPITAL));
        ledger.dispense(Portion({lot: _lot, milligrams: 5 * _KILO}), keccak256("a"), now_(), "{}");
        vm.prank(officer(LAB));
        _case = guarantees.accuse(_lot, "report", "{}");
    }

    function _confirmed() private {
        _accused();
        _recall = _open(REGULATOR, "C-1", _lot);
        vm.prank(officer(REGULATOR));
        guarantees.confirm(_case, _recall, "{}");
        assertTrue(guarantees.caseById(_case).state == CaseState.Confirmed);
    }

    function _settle() private {
        vm.warp(block.timestamp + WINDOW + 1);
        guarantees.settle(_case);
    }

    function _claim(uint256 role, bytes32 lot) private {
        vm.prank(officer(role));
        guarantees.claim(_case, lot);
    }

    function _collect(uint256 role) private {
        vm.prank(officer(role));
        guarantees.collect(_case);
    }

    function _relate(uint256 a, uint256 b, bool related) private {
        vm.prank(officer(REGULATOR));
        guarantees.relate(id(a), id(b), related, "{}");
    }

    function _open(uint256 role, bytes32 ref, bytes32 seed) private returns (bytes32) {
        bytes32[] memory seeds = new bytes32[](1);
        seeds[0] = seed;
        vm.prank(officer(role));
        return ledger.openRecall(ref, false, seeds, now_(), "{}");
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {IWitnesses} from "../../src/shared/IWitnesses.sol";
import {IReviews, Opinion, Tally, Voucher} from "../../src/pharmacy/IReviews.sol";
import {Deed, Earning} from "../../src/pharmacy/IRewards.sol";
import {Apothecary} from "./Apothecary.sol";

contract ReviewsTest is Apothecary {
    bytes32 private _formula;

    function setUp() public {
        setUpApothecary();
        _formula = shareLicensed("document");
        tallied(HOSPITAL, 3);
    }

    function test_Review_CountsAndEarns() public {
        review(_formula, "n");
        (uint64 dispensings, uint64 used) = reviews.standingOf(id(HOSPITAL));
        assertEq(dispensings, 3);
        assertEq(used, 1);
        assertTrue(reviews.reviewById("n").reviewer == vm.addr(REVIEWER));
        assertEq(_earning("n").amount, 2000);
    }

    function test_Review_BadNewsEarnsTheSame() public {
        Opinion memory bad = good();
        (bad.rating, bad.afterwards) = (1, 100);
        Voucher memory voucher = voucherFor(_formula, "bad");
        bytes memory signature = signedVoucher(HOSPITAL, voucher);
        vm.prank(vm.addr(REVIEWER));
        reviews.review(voucher, signature, bad);
        review(_formula, "good");
        assertEq(_earning("bad").amount, _earning("good").amount);
    }

    function test_RevertWhen_TheVoucherIsUsedAgain() public {
        review(_formula, "n");
        _refuse(voucherFor(_formula, "n"), good(), abi.encodeWithSelector(IReviews.ReviewsUsed.selector, bytes32("n")));
    }

    function test_RevertWhen_MoreReviewsThanDispensings() public {
        review(_formula, "1");
        review(_formula, "2");
        review(_formula, "3");
        _refuse(
            voucherFor(_formula, "4"),
            good(),
            abi.encodeWithSelector(IReviews.ReviewsBeyondDispensings.selector, id(HOSPITAL), 3)
        );
        tallied(HOSPITAL, 4);
        review(_formula, "4");
    }

    function test_RevertWhen_TheVoucherIsAnothers() public {
        Voucher memory voucher = voucherFor(_formula, "n");
        bytes memory signature = signedVoucher(HOSPITAL, voucher);
        vm.prank(vm.addr(NEIGHBOUR_OF_REVIEWER));
        vm.expectRevert(
            abi.encodeWithSelector(
                IReviews.ReviewsNotReviewer.selector, vm.addr(REVIEWER), vm.addr(NEIGHBOUR_OF_REVIEWER)
            )
        );
        reviews.review(voucher, signature, good());
    }

    function test_RevertWhen_TheVoucherIsNotOpen() public {
        Voucher memory voucher = voucherFor(_formula, "n");
        voucher.opens = uint64(block.timestamp + 1);
        bytes4 closed = IReviews.ReviewsNotOpen.selector;
        _refuse(voucher, good(), abi.encodeWithSelector(closed, voucher.opens, voucher.closes));
        voucher = voucherFor(_formula, "n");
        vm.warp(voucher.closes + 1);
        _refuse(voucher, good(), abi.encodeWithSelector(closed, voucher.opens, voucher.closes));
        voucher.closes = voucher.opens;
        _refuse(voucher, good(), abi.encodeWithSelector(closed, voucher.opens, voucher.closes));
        voucher.closes = voucher.opens + 180 days + 1;
        _refuse(voucher, good(), abi.encodeWithSelector(closed, voucher.opens, voucher.closes));
    }

    function test_RevertWhen_TheVoucherIsOfNoDispenser() public {
        Voucher memory voucher = voucherFor(_formula, "n");
        bytes4 refused = IReviews.ReviewsNotDispenser.selector;
        bytes memory signature = signedVoucher(FACTORY, voucher);
        vm.prank(vm.addr(REVIEWER));
        vm.expectRevert(abi.encodeWithSelector(refused, officer(FACTORY)));
        reviews.review(voucher, signature, good());
        voucher.member = id(LAB);
        signature = signedVoucher(LAB, voucher);
        vm.prank(vm.addr(REVIEWER));
        vm.expectRevert(abi.encodeWithSelector(refused, officer(LAB)));
        reviews.review(voucher, signature, good());
    }

    function test_RevertWhen_TheVoucherIsEmptyOrOfNoFormula() public {
        Voucher memory voucher = voucherFor(_formula, 0);
        _refuse(voucher, good(), abi.encodeWithSelector(IReviews.ReviewsInvalid.selector));
        voucher = voucherFor(_formula, "n");
        voucher.name = 0;
        _refuse(voucher, good(), abi.encodeWithSelector(IReviews.ReviewsInvalid.selector));
        voucher = voucherFor(_formula, "n");
        voucher.version = 2;
        _refuse(voucher, good(), abi.encodeWithSelector(IReviews.ReviewsWrongFormula.selector, _formula, 2));
        bytes32 folk = shareFolk("card");
        bytes memory unsigned = abi.encodeWithSelector(IReviews.ReviewsWrongFormula.selector, folk, 1);
        _refuse(voucherFor(folk, "n"), good(), unsigned);
    }

    function test_RevertWhen_TheReviewerIsPartial() public {
        _refusePartial(PHYSICIAN);
        _refusePartial(COLLEAGUE);
        _refusePartial(PHARMACIST);
        _refusePartial(GROWER);
    }

    function test_RevertWhen_TheReviewerIsTheFolkAuthor() public {
        bytes32 folk = shareFolk("card");
        approve(folk);
        Voucher memory voucher = voucherFor(folk, "n");
        voucher.reviewer = vm.addr(FOLK);
        bytes memory signature = signedVoucher(HOSPITAL, voucher);
        vm.prank(vm.addr(FOLK));
        vm.expectRevert(abi.encodeWithSelector(IReviews.ReviewsPartial.selector, vm.addr(FOLK)));
        reviews.review(voucher, signature, good());
    }

    function test_RevertWhen_TheOpinionHasNoMeaning() public {
        bytes memory invalid = abi.encodeWithSelector(IReviews.ReviewsInvalid.selector);
        Voucher memory voucher = voucherFor(_formula, "n");
        Opinion memory opinion = good();
        opinion.rating = 0;
        _refuse(voucher, opinion, invalid);
        opinion.rating = 6;
        _refuse(voucher, opinion, invalid);
        opinion = good();
        opinion.before = 0;
        _refuse(voucher, opinion, invalid);
        opinion.before = 101;
        _refuse(voucher, opinion, invalid);
        opinion = good();
        opinion.afterwards = 101;
        _refuse(voucher, opinion, invalid);
        opinion = good();
        opinion.content = 0;
        _refuse(voucher, opinion, invalid);
    }

    function test_Withdraw_TakesTheUnvestedReward() public {
        review(_formula, "n");
        vm.prank(vm.addr(REVIEWER));
        reviews.withdraw("n");
        assertTrue(reviews.reviewById("n").withdrawn);
        assertTrue(_earning("n").void);
        vm.prank(vm.addr(REVIEWER));
        vm.expectRevert(abi.encodeWithSelector(IReviews.ReviewsUnknown.selector, bytes32("n")));
        reviews.withdraw("n");
        _refuse(voucherFor(_formula, "n"), good(), abi.encodeWithSelector(IReviews.ReviewsUsed.selector, bytes32("n")));
    }

    function test_Withdraw_AfterVesting_KeepsTheReward() public {
        review(_formula, "n");
        vm.warp(block.timestamp + 30 days);
        vm.prank(vm.addr(REVIEWER));
        reviews.withdraw("n");
        assertTrue(!_earning("n").void);
    }

    function test_RevertWhen_WithdrawnByAnother() public {
        review(_formula, "n");
        vm.prank(officer(HOSPITAL));
        vm.expectRevert(abi.encodeWithSelector(IReviews.ReviewsUnknown.selector, bytes32("n")));
        reviews.withdraw("n");
    }

    function test_Erase_ByReviewerOrRegulator() public {
        review(_formula, "n");
        vm.prank(officer(HOSPITAL));
        vm.expectRevert(abi.encodeWithSelector(IReviews.ReviewsMayNotAct.selector, officer(HOSPITAL)));
        reviews.erase("n");
        vm.prank(officer(REGULATOR));
        reviews.erase("n");
        assertTrue(reviews.reviewById("n").erased && !reviews.reviewById("n").withdrawn);
        vm.prank(vm.addr(REVIEWER));
        vm.expectRevert(abi.encodeWithSelector(IReviews.ReviewsUnknown.selector, bytes32("n")));
        reviews.erase("n");
        review(_formula, "m");
        vm.prank(vm.addr(REVIEWER));
        reviews.erase("m");
        assertTrue(reviews.reviewById("m").erased);
    }

    function test_ReportHarm_AtOnceAndTheVoucherStaysGood() public {
        Voucher memory voucher = voucherFor(_formula, "n");
        voucher.opens = uint64(block.timestamp + 7 days);
        bytes memory signature = signedVoucher(HOSPITAL, voucher);
        vm.prank(vm.addr(REVIEWER));
        bytes32 id_ = reviews.reportHarm(voucher, signature, 3, keccak256("report"));
        vm.prank(officer(REGULATOR));
        reviews.answerHarm(id_, "looked into");
        vm.warp(block.timestamp + 8 days);
        vm.prank(vm.addr(REVIEWER));
        reviews.review(voucher, signature, good());
    }

    function test_ReportHarm_AlsoWhenTheAuthorTookTheFormulaBack() public {
        Voucher memory voucher = voucherFor(_formula, "n");
        bytes memory signature = signedVoucher(HOSPITAL, voucher);
        vm.prank(vm.addr(PHYSICIAN));
        formulas.withdraw(_formula);
        vm.prank(vm.addr(REVIEWER));
        reviews.reportHarm(voucher, signature, 4, keccak256("report"));
        _refuse(voucher, good(), abi.encodeWithSelector(IReviews.ReviewsWrongFormula.selector, _formula, 1));
    }

    function test_ReportHarmSeen_ByALicensedPractitioner() public {
        vm.prank(vm.addr(PHARMACIST));
        bytes32 one = reviews.reportHarmSeen(_formula, 1, 4, keccak256("report"));
        vm.prank(vm.addr(COLLEAGUE));
        assertTrue(reviews.reportHarmSeen(_formula, 1, 4, keccak256("report")) != one);
        vm.prank(vm.addr(FOLK));
        vm.expectRevert(abi.encodeWithSelector(IReviews.ReviewsMayNotAct.selector, vm.addr(FOLK)));
        reviews.reportHarmSeen(_formula, 1, 4, keccak256("report"));
    }

    function test_RevertWhen_TheReportHasNoMeaning() public {
        vm.startPrank(vm.addr(PHARMACIST));
        vm.expectRevert(abi.encodeWithSelector(IReviews.ReviewsWrongFormula.selector, _formula, 9));
        reviews.reportHarmSeen(_formula, 9, 1, keccak256("report"));
        vm.expectRevert(abi.encodeWithSelector(IReviews.ReviewsInvalid.selector));
        reviews.reportHarmSeen(_formula, 1, 0, keccak256("report"));
        vm.expectRevert(abi.encodeWithSelector(IReviews.ReviewsInvalid.selector));
        reviews.reportHarmSeen(_formula, 1, 5, keccak256("report"));
        vm.expectRevert(abi.encodeWithSelector(IReviews.ReviewsInvalid.selector));
        reviews.reportHarmSeen(_formula, 1, 1, 0);
        vm.stopPrank();
    }

    function test_RevertWhen_AnsweredByWhomItMayNotOrWithoutWords() public {
        vm.prank(vm.addr(PHARMACIST));
        bytes32 harm = reviews.reportHarmSeen(_formula, 1, 4, keccak256("report"));
        vm.prank(officer(HOSPITAL));
        vm.expectRevert(abi.encodeWithSelector(IReviews.ReviewsMayNotAct.selector, officer(HOSPITAL)));
        reviews.answerHarm(harm, "no");
        vm.startPrank(officer(REGULATOR));
        vm.expectRevert(abi.encodeWithSelector(IReviews.ReviewsUnknown.selector, bytes32("none")));
        reviews.answerHarm("none", "looked into");
        vm.expectRevert(abi.encodeWithSelector(IReviews.ReviewsInvalid.selector));
        reviews.answerHarm(harm, "");
        vm.expectRevert(abi.encodeWithSelector(IReviews.ReviewsInvalid.selector));
        reviews.answerHarm(harm, string(new bytes(4097)));
        vm.stopPrank();
    }

    function test_RevertWhen_TheTallyDoesNotGrowOrComesFromElsewhere() public {
        bytes4 wrong = IReviews.ReviewsWrongTally.selector;
        Tally memory same = Tally(720_101, address(0xca4e), id(HOSPITAL), 3);
        bytes[] memory signatures = signedTally(same, pair(LAB, FACTORY));
        vm.expectRevert(abi.encodeWithSelector(wrong, id(HOSPITAL), 3));
        reviews.tally(same, signatures);
        Tally memory elsewhere = Tally(1, address(0xca4e), id(HOSPITAL), 9);
        signatures = signedTally(elsewhere, pair(LAB, FACTORY));
        vm.expectRevert(abi.encodeWithSelector(wrong, id(HOSPITAL), 3));
        reviews.tally(elsewhere, signatures);
    }

    function test_RevertWhen_AMemberBearsWitnessToItself() public {
        Tally memory own = Tally(720_101, address(0xca4e), id(HOSPITAL), 9);
        bytes[] memory signatures = signedTally(own, pair(LAB, HOSPITAL));
        vm.expectRevert(abi.encodeWithSelector(IWitnesses.WitnessesRefused.selector, officer(HOSPITAL)));
        reviews.tally(own, signatures);
    }

    function testFuzz_Review_NeverMoreThanTallied(uint8 dispensings, uint8 tries) public {
        uint64 allowed = uint64(bound(dispensings, 4, 12));
        tallied(HOSPITAL, allowed);
        uint256 wanted = bound(tries, 1, 16);
        for (uint256 i = 0; i < wanted; ++i) {
            Voucher memory voucher = voucherFor(_formula, keccak256(abi.encode(i)));
            bytes memory signature = signedVoucher(HOSPITAL, voucher);
            if (i >= allowed) vm.expectRevert();
            vm.prank(vm.addr(REVIEWER));
            reviews.review(voucher, signature, good());
        }
        (, uint64 used) = reviews.standingOf(id(HOSPITAL));
        assertEq(used, wanted < allowed ? wanted : allowed);
    }

    function _refuse(Voucher memory voucher, Opinion memory opinion, bytes memory refusal) private {
        bytes memory signature = signedVoucher(HOSPITAL, voucher);
        vm.prank(vm.addr(REVIEWER));
        vm.expectRevert(refusal);
        reviews.review(voucher, signature, opinion);
    }

    function _refusePartial(uint256 key) private {
        Voucher memory voucher = voucherFor(_formula, "n");
        voucher.reviewer = vm.addr(key);
        bytes memory signature = signedVoucher(HOSPITAL, voucher);
        vm.prank(vm.addr(key));
        vm.expectRevert(abi.encodeWithSelector(IReviews.ReviewsPartial.selector, vm.addr(key)));
        reviews.review(voucher, signature, good());
    }

    function _earning(bytes32 nullifier) private view returns (Earning memory) {
        return rewards.earningById(rewards.earningId(Deed.Reviewing, nullifier));
    }
}

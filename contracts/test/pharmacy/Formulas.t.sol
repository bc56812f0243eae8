// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {FormulaClass, IFormulas, Version} from "../../src/pharmacy/IFormulas.sol";
import {Deed, Earning} from "../../src/pharmacy/IRewards.sol";
import {Apothecary} from "./Apothecary.sol";

contract FormulasTest is Apothecary {
    function setUp() public {
        setUpApothecary();
    }

    function test_Share_ByAPhysician_MayBeDispensed() public {
        bytes32 formula = shareLicensed("document");
        assertTrue(formulas.mayDispense(formula, 1));
        assertTrue(!formulas.mayDispense(formula, 2));
        Version memory version = formulas.versionOf(formula, 1);
        assertEq(version.content, sha256("document"));
        assertEq(version.shared, block.timestamp);
        assertTrue(formulas.formulaById(formula).author == vm.addr(PHYSICIAN));
    }

    function test_Share_Folk_DispensedOnlyWhenSigned() public {
        bytes32 formula = shareFolk("card");
        assertTrue(!formulas.mayDispense(formula, 1));
        approve(formula);
        assertTrue(formulas.mayDispense(formula, 1));
        vm.prank(vm.addr(FOLK));
        assertEq(formulas.revise(formula, keccak256("other doses"), "other card"), 2);
        assertTrue(!formulas.mayDispense(formula, 2));
        assertTrue(formulas.mayDispense(formula, 1));
    }

    function test_Share_Classic_ByAMember() public {
        vm.prank(officer(LAB));
        assertTrue(formulas.mayDispense(formulas.share(FormulaClass.Classic, 0, "classic"), 1));
    }

    function test_RevertWhen_SharedWithoutLicence() public {
        bytes memory refusal = abi.encodeWithSelector(IFormulas.FormulasNotLicensed.selector, vm.addr(FOLK));
        vm.prank(vm.addr(FOLK));
        vm.expectRevert(refusal);
        formulas.share(FormulaClass.Licensed, 0, "document");
        vm.prank(vm.addr(FOLK));
        vm.expectRevert(refusal);
        formulas.share(FormulaClass.Classic, 0, "document");
        vm.prank(officer(LAB));
        vm.expectRevert(abi.encodeWithSelector(IFormulas.FormulasNotLicensed.selector, officer(LAB)));
        formulas.share(FormulaClass.Licensed, 0, "document");
    }

    function test_RevertWhen_SharedWrongly() public {
        bytes memory invalid = abi.encodeWithSelector(IFormulas.FormulasInvalid.selector);
        _refuse(FormulaClass.None, 0, "document", invalid);
        _refuse(FormulaClass.Licensed, DOSES, "document", invalid);
        _refuse(FormulaClass.Folk, 0, "document", invalid);
        _refuse(FormulaClass.Licensed, 0, "", invalid);
        bytes memory tooLong = abi.encodeWithSelector(IFormulas.FormulasTooLong.selector, 16_384, 16_385);
        _refuse(FormulaClass.Licensed, 0, string(new bytes(16_385)), tooLong);
    }

    function test_RevertWhen_TheSameDocumentIsSharedAgain() public {
        bytes32 formula = shareLicensed("document");
        vm.prank(vm.addr(COLLEAGUE));
        vm.expectRevert(abi.encodeWithSelector(IFormulas.FormulasKnownAlready.selector, formula));
        formulas.share(FormulaClass.Licensed, 0, "document");
    }

    function test_RevertWhen_RevisedByAnotherUnknownOrWithdrawn() public {
        bytes32 formula = shareLicensed("document");
        vm.prank(vm.addr(COLLEAGUE));
        vm.expectRevert(abi.encodeWithSelector(IFormulas.FormulasNotAuthor.selector, formula, vm.addr(COLLEAGUE)));
        formulas.revise(formula, 0, "mine");
        vm.expectRevert(abi.encodeWithSelector(IFormulas.FormulasUnknown.selector, bytes32("none"), 1));
        formulas.revise("none", 0, "mine");
        _withdraw(formula);
        vm.prank(vm.addr(PHYSICIAN));
        vm.expectRevert(abi.encodeWithSelector(IFormulas.FormulasClosed.selector, formula, 1));
        formulas.revise(formula, 0, "later");
    }

    function test_Withdraw_NotDispensedAnyMore() public {
        bytes32 formula = shareLicensed("document");
        vm.prank(vm.addr(COLLEAGUE));
        vm.expectRevert(abi.encodeWithSelector(IFormulas.FormulasNotAuthor.selector, formula, vm.addr(COLLEAGUE)));
        formulas.withdraw(formula);
        _withdraw(formula);
        assertTrue(!formulas.mayDispense(formula, 1));
    }

    function test_Assess_WhatIsNewEarns() public {
        bytes32 formula = shareLicensed("document");
        assess(formula, 799_999);
        Earning memory earning = rewards.earningById(rewards.earningId(Deed.Sharing, formula));
        assertTrue(earning.account == vm.addr(PHYSICIAN));
        assertEq(earning.amount, 50_000);
        assertEq(earning.vests, block.timestamp + 90 days);
    }

    function test_Assess_ACopyEarnsNothing() public {
        bytes32 formula = shareLicensed("document");
        assess(formula, 800_000);
        assertTrue(!_earned(formula));
    }

    function test_Folk_EarnsWhenSignedAndAssessed_InEitherOrder() public {
        bytes32 one = shareFolk("card");
        assess(one, 0);
        assertTrue(!_earned(one));
        approve(one);
        assertTrue(_earned(one));
        bytes32 other = shareFolk("other card");
        approve(other);
        assertTrue(!_earned(other));
        assess(other, 0);
        assertTrue(_earned(other));
    }

    function test_Reward_OnceForAFormula() public {
        bytes32 formula = shareLicensed("document");
        assess(formula, 0);
        approve(formula);
        vm.prank(vm.addr(PHYSICIAN));
        formulas.revise(formula, 0, "later");
        vm.prank(officer(LAB));
        formulas.assess(formula, 2, 0, 0);
        assertTrue(formulas.formulaById(formula).rewarded);
    }

    function test_Classic_EarnsNothing() public {
        vm.prank(vm.addr(PHYSICIAN));
        bytes32 formula = formulas.share(FormulaClass.Classic, 0, "classic");
        assess(formula, 0);
        approve(formula);
        assertTrue(!_earned(formula));
    }

    function test_RevertWhen_AssessedByWhomItMayNot() public {
        bytes32 formula = shareLicensed("document");
        vm.prank(officer(GROWER));
        vm.expectRevert(abi.encodeWithSelector(IFormulas.FormulasNotLicensed.selector, officer(GROWER)));
        formulas.assess(formula, 1, 0, 0);
        vm.prank(vm.addr(OUTSIDER));
        vm.expectRevert(abi.encodeWithSelector(IFormulas.FormulasNotLicensed.selector, vm.addr(OUTSIDER)));
        formulas.assess(formula, 1, 0, 0);
        vm.prank(officer(HOSPITAL));
        vm.expectRevert(abi.encodeWithSelector(IFormulas.FormulasOwn.selector, formula, officer(HOSPITAL)));
        formulas.assess(formula, 1, 0, 0);
    }

    function test_RevertWhen_AssessedWronglyOrTwice() public {
        bytes32 formula = shareLicensed("document");
        vm.startPrank(officer(LAB));
        vm.expectRevert(abi.encodeWithSelector(IFormulas.FormulasInvalid.selector));
        formulas.assess(formula, 1, 0, 1_000_001);
        vm.expectRevert(abi.encodeWithSelector(IFormulas.FormulasInvalid.selector));
        formulas.assess(formula, 1, formula, 0);
        vm.expectRevert(abi.encodeWithSelector(IFormulas.FormulasUnknown.selector, formula, 2));
        formulas.assess(formula, 2, 0, 0);
        formulas.assess(formula, 1, 0, 0);
        vm.expectRevert(abi.encodeWithSelector(IFormulas.FormulasClosed.selector, formula, 1));
        formulas.assess(formula, 1, 0, 0);
        vm.stopPrank();
    }

    function test_RevertWhen_ApprovedByWhomItMayNot() public {
        bytes32 formula = shareLicensed("document");
        vm.prank(vm.addr(FOLK));
        vm.expectRevert(abi.encodeWithSelector(IFormulas.FormulasNotLicensed.selector, vm.addr(FOLK)));
        formulas.approve(formula, 1, "sound");
        vm.prank(vm.addr(PHYSICIAN));
        vm.expectRevert(abi.encodeWithSelector(IFormulas.FormulasOwn.selector, formula, vm.addr(PHYSICIAN)));
        formulas.approve(formula, 1, "sound");
    }

    function test_RevertWhen_ApprovedTwiceOrWithoutWords() public {
        bytes32 formula = shareFolk("card");
        vm.startPrank(vm.addr(COLLEAGUE));
        vm.expectRevert(abi.encodeWithSelector(IFormulas.FormulasInvalid.selector));
        formulas.approve(formula, 1, "");
        vm.expectRevert(abi.encodeWithSelector(IFormulas.FormulasTooLong.selector, 4096, 4097));
        formulas.reject(formula, 1, string(new bytes(4097)));
        formulas.reject(formula, 1, "not yet");
        formulas.approve(formula, 1, "sound");
        vm.expectRevert(abi.encodeWithSelector(IFormulas.FormulasClosed.selector, formula, 1));
        formulas.reject(formula, 1, "after all");
        vm.stopPrank();
    }

    function test_Multicall_SharesMany() public {
        bytes[] memory calls = new bytes[](2);
        calls[0] = abi.encodeCall(IFormulas.share, (FormulaClass.Classic, 0, "one"));
        calls[1] = abi.encodeCall(IFormulas.share, (FormulaClass.Classic, 0, "two"));
        vm.prank(officer(LAB));
        bytes[] memory made = formulas.multicall(calls);
        assertTrue(formulas.mayDispense(abi.decode(made[1], (bytes32)), 1));
    }

    function testFuzz_Share_EachDocumentStandsOnce(string memory document) public {
        vm.assume(bytes(document).length != 0 && bytes(document).length <= 16_384);
        bytes32 formula = shareLicensed(document);
        vm.prank(vm.addr(COLLEAGUE));
        vm.expectRevert(abi.encodeWithSelector(IFormulas.FormulasKnownAlready.selector, formula));
        formulas.share(FormulaClass.Licensed, 0, document);
    }

    function _earned(bytes32 formula) private view returns (bool) {
        return rewards.earningById(rewards.earningId(Deed.Sharing, formula)).deed == Deed.Sharing;
    }

    function _withdraw(bytes32 formula) private {
        vm.prank(vm.addr(PHYSICIAN));
        formulas.withdraw(formula);
    }

    function _refuse(FormulaClass class, bytes32 doses, string memory document, bytes memory refusal) private {
        vm.prank(vm.addr(PHYSICIAN));
        vm.expectRevert(refusal);
        formulas.share(class, doses, document);
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Practitioners} from "../../src/shared/Practitioners.sol";
import {IMembers} from "../../src/shared/IMembers.sol";
import {IPrescriptions, Override, PrescriptionState} from "../../src/care/IPrescriptions.sol";
import {Prescriptions} from "../../src/care/Prescriptions.sol";
import {IProvenance} from "../../src/care/IProvenance.sol";
import {ILotLedger} from "../../src/care/provenance/ILotLedger.sol";
import {Portion} from "../../src/care/provenance/Goods.sol";
import {Licensed} from "../Licensed.sol";
import {Field} from "./Field.sol";

contract PrescriptionsTest is Field, Licensed {
    uint256 private constant _PHYSICIAN = 521;
    uint256 private constant _PHARMACIST = 522;
    uint256 private constant _SLIP = 531;
    uint256 private constant _THIEF = 532;
    bytes32 private constant _FINDING = keccak256("finding");
    bytes32 private constant _COMMITMENT = keccak256("commitment");
    bytes32 private constant _VOUCHER = keccak256("voucher");

    Prescriptions private _prescriptions;
    bytes32 private _lot;

    function setUp() public {
        setUpField();
        practitioners = new Practitioners(address(members));
        _prescriptions = new Prescriptions(address(members), address(practitioners));
        install("Provenance", address(ledger));
        install("Prescriptions", address(_prescriptions));
        employ(_PHYSICIAN, HOSPITAL);
        license(_PHYSICIAN, "L-1", "physician");
        employ(_PHARMACIST, HOSPITAL);
        license(_PHARMACIST, "L-2", "pharmacist");
        vm.prank(vm.addr(_PHARMACIST));
        _prescriptions.publishRules(1, keccak256("rules"), "{}");
        _lot = commission("LOT", 1000);
        deliver(GROWER, HOSPITAL, "S-1", _lot, 1000);
    }

    function test_Fulfil_BurnsTheRightAndDrawsFromTheLot() public {
        bytes32 written = _issue(new Override[](0));
        _fulfil(written, portions(_lot, 400));
        assertTrue(_prescriptions.prescriptionById(written).state == PrescriptionState.Dispensed);
        assertEq(ledger.held(_lot, id(HOSPITAL)), 600);
        assertEq(ledger.dispensedBy(_lot, id(HOSPITAL)), 400);
        assertEq(_prescriptions.vouchersOf(id(HOSPITAL)), 1);
        bytes memory signature = _slip(_SLIP, written, HOSPITAL, _VOUCHER);
        vm.prank(officer(HOSPITAL));
        vm.expectRevert(
            abi.encodeWithSelector(
                IPrescriptions.PrescriptionsWrongState.selector, written, PrescriptionState.Dispensed
            )
        );
        _prescriptions.fulfil(written, portions(_lot, 1), _COMMITMENT, _VOUCHER, signature, now_(), "{}");
    }

    function test_Fulfil_WithoutTracedHerbs_NoVoucher() public {
        bytes32 written = _issue(new Override[](0));
        Portion[] memory none = new Portion[](0);
        bytes memory signature = _slip(_SLIP, written, HOSPITAL, _VOUCHER);
        vm.prank(officer(HOSPITAL));
        vm.expectRevert(abi.encodeWithSelector(IPrescriptions.PrescriptionsNothing.selector));
        _prescriptions.fulfil(written, none, _COMMITMENT, _VOUCHER, signature, now_(), "{}");
        signature = _slip(_SLIP, written, HOSPITAL, 0);
        vm.prank(officer(HOSPITAL));
        _prescriptions.fulfil(written, none, _COMMITMENT, 0, signature, now_(), "{}");
        assertEq(_prescriptions.vouchersOf(id(HOSPITAL)), 0);
    }

    function test_RevertWhen_TheLotHasTooLittle_TheRightStays() public {
        bytes32 written = _issue(new Override[](0));
        bytes memory signature = _slip(_SLIP, written, HOSPITAL, _VOUCHER);
        vm.prank(officer(HOSPITAL));
        vm.expectRevert(
            abi.encodeWithSelector(ILotLedger.ProvenanceInsufficient.selector, _lot, id(HOSPITAL), 1000, 1001)
        );
        _prescriptions.fulfil(written, portions(_lot, 1001), _COMMITMENT, _VOUCHER, signature, now_(), "{}");
        assertTrue(_prescriptions.prescriptionById(written).state == PrescriptionState.Issued);
        _fulfil(written, portions(_lot, 1000));
    }

    function test_RevertWhen_TheSlipSignedForAnother() public {
        bytes32 written = _issue(new Override[](0));
        bytes memory forged = _slip(_THIEF, written, HOSPITAL, _VOUCHER);
        vm.prank(officer(HOSPITAL));
        vm.expectRevert(abi.encodeWithSelector(IPrescriptions.PrescriptionsNotHolder.selector, written, id(HOSPITAL)));
        _prescriptions.fulfil(written, portions(_lot, 1), _COMMITMENT, _VOUCHER, forged, now_(), "{}");
        forged = _slip(_SLIP, written, LAB, _VOUCHER);
        vm.prank(officer(HOSPITAL));
        vm.expectRevert(abi.encodeWithSelector(IPrescriptions.PrescriptionsNotHolder.selector, written, id(HOSPITAL)));
        _prescriptions.fulfil(written, portions(_lot, 1), _COMMITMENT, _VOUCHER, forged, now_(), "{}");
        bytes memory signature = _slip(_SLIP, written, HOSPITAL, _VOUCHER);
        vm.prank(officer(HOSPITAL));
        vm.expectRevert(abi.encodeWithSelector(IPrescriptions.PrescriptionsNotHolder.selector, written, id(HOSPITAL)));
        _prescriptions.fulfil(written, portions(_lot, 1), _COMMITMENT, keccak256("own"), signature, now_(), "{}");
    }

    function test_RevertWhen_DispensedByAWrongKindOrTooLate() public {
        bytes32 written = _issue(new Override[](0));
        bytes memory signature = _slip(_SLIP, written, LAB, _VOUCHER);
        vm.prank(officer(LAB));
        vm.expectRevert(abi.encodeWithSelector(IPrescriptions.PrescriptionsWrongKind.selector, id(LAB)));
        _prescriptions.fulfil(written, portions(_lot, 1), _COMMITMENT, _VOUCHER, signature, now_(), "{}");
        uint64 until = _prescriptions.prescriptionById(written).until;
        vm.warp(until + 1);
        signature = _slip(_SLIP, written, HOSPITAL, _VOUCHER);
        vm.prank(officer(HOSPITAL));
        vm.expectRevert(abi.encodeWithSelector(IPrescriptions.PrescriptionsLapsed.selector, written, until));
        _prescriptions.fulfil(written, portions(_lot, 1), _COMMITMENT, _VOUCHER, signature, now_(), "{}");
    }

    function test_RevertWhen_NoCommitmentOrUnknown() public {
        bytes32 written = _issue(new Override[](0));
        vm.prank(officer(HOSPITAL));
        vm.expectRevert(abi.encodeWithSelector(IPrescriptions.PrescriptionsNothing.selector));
        _prescriptions.fulfil(written, portions(_lot, 1), 0, _VOUCHER, "", now_(), "{}");
        vm.prank(officer(HOSPITAL));
        vm.expectRevert(abi.encodeWithSelector(IPrescriptions.PrescriptionsUnknown.selector, bytes32("none")));
        _prescriptions.fulfil("none", portions(_lot, 1), _COMMITMENT, _VOUCHER, "", now_(), "{}");
    }

    function test_Countersign_ASecondPersonOpensTheWay() public {
        bytes32 written = _issue(_one(true));
        assertEq(_prescriptions.prescriptionById(written).unsigned, 1);
        bytes memory signature = _slip(_SLIP, written, HOSPITAL, _VOUCHER);
        vm.prank(officer(HOSPITAL));
        vm.expectRevert(abi.encodeWithSelector(IPrescriptions.PrescriptionsUnsigned.selector, written, 1));
        _prescriptions.fulfil(written, portions(_lot, 1), _COMMITMENT, _VOUCHER, signature, now_(), "{}");
        vm.prank(vm.addr(_PHARMACIST));
        _prescriptions.countersign(written, _FINDING);
        _fulfil(written, portions(_lot, 1));
    }

    function test_Override_WithoutSecond_NeedsNobody() public {
        _fulfil(_issue(_one(false)), portions(_lot, 1));
    }

    function test_RevertWhen_CountersignedByThePrescriberOrTwiceOrUnlicensed() public {
        bytes32 written = _issue(_one(true));
        bytes memory refused =
            abi.encodeWithSelector(IPrescriptions.PrescriptionsNothingToSign.selector, written, _FINDING);
        vm.prank(vm.addr(_PHYSICIAN));
        vm.expectRevert(refused);
        _prescriptions.countersign(written, _FINDING);
        vm.prank(officer(HOSPITAL));
        vm.expectRevert(abi.encodeWithSelector(IPrescriptions.PrescriptionsNotLicensed.selector, officer(HOSPITAL)));
        _prescriptions.countersign(written, _FINDING);
        vm.prank(vm.addr(_PHARMACIST));
        _prescriptions.countersign(written, _FINDING);
        vm.prank(vm.addr(_PHARMACIST));
        vm.expectRevert(refused);
        _prescriptions.countersign(written, _FINDING);
    }

    function test_RevertWhen_OverridesAreEmptyTwiceOrTooMany() public {
        Override[] memory same = new Override[](2);
        same[0] = Override(_FINDING, true);
        same[1] = Override(_FINDING, true);
        _refuse(same, abi.encodeWithSelector(IPrescriptions.PrescriptionsNothing.selector));
        _refuse(new Override[](1), abi.encodeWithSelector(IPrescriptions.PrescriptionsNothing.selector));
        _refuse(new Override[](33), abi.encodeWithSelector(IPrescriptions.PrescriptionsTooMany.selector, 32, 33));
    }

    function test_Cancel_ByTheMember() public {
        bytes32 written = _issue(new Override[](0));
        vm.prank(officer(LAB));
        vm.expectRevert(abi.encodeWithSelector(IPrescriptions.PrescriptionsMayNotAct.selector, written, officer(LAB)));
        _prescriptions.cancel(written);
        vm.prank(officer(HOSPITAL));
        _prescriptions.cancel(written);
        vm.prank(officer(HOSPITAL));
        vm.expectRevert(
            abi.encodeWithSelector(
                IPrescriptions.PrescriptionsWrongState.selector, written, PrescriptionState.Cancelled
            )
        );
        _prescriptions.cancel(written);
    }

    function test_RevertWhen_WrittenWithoutLicenceMemberOrKind() public {
        vm.prank(officer(HOSPITAL));
        vm.expectRevert(abi.encodeWithSelector(IPrescriptions.PrescriptionsNotLicensed.selector, officer(HOSPITAL)));
        _prescriptions.issue("c", vm.addr(_SLIP), now_() + 1 days, 1, new Override[](0));
        suspend("L-1");
        vm.prank(vm.addr(_PHYSICIAN));
        vm.expectRevert(abi.encodeWithSelector(IPrescriptions.PrescriptionsNotLicensed.selector, vm.addr(_PHYSICIAN)));
        _prescriptions.issue("c", vm.addr(_SLIP), now_() + 1 days, 1, new Override[](0));
        license(_THIEF, "L-3", "physician");
        vm.prank(vm.addr(_THIEF));
        vm.expectRevert(abi.encodeWithSelector(IMembers.MembersMayNotAct.selector, vm.addr(_THIEF)));
        _prescriptions.issue("c", vm.addr(_SLIP), now_() + 1 days, 1, new Override[](0));
        employ(_THIEF, LAB);
        vm.prank(vm.addr(_THIEF));
        vm.expectRevert(abi.encodeWithSelector(IPrescriptions.PrescriptionsWrongKind.selector, id(LAB)));
        _prescriptions.issue("c", vm.addr(_SLIP), now_() + 1 days, 1, new Override[](0));
    }

    function test_RevertWhen_WrittenIncompletely() public {
        bytes memory nothing = abi.encodeWithSelector(IPrescriptions.PrescriptionsNothing.selector);
        _refuseIssue(0, vm.addr(_SLIP), now_() + 1 days, 1, nothing);
        _refuseIssue("c", address(0), now_() + 1 days, 1, nothing);
        bytes4 end = IPrescriptions.PrescriptionsWrongEnd.selector;
        _refuseIssue("c", vm.addr(_SLIP), now_(), 1, abi.encodeWithSelector(end, now_()));
        uint64 late = now_() + 3 days + 1;
        _refuseIssue("c", vm.addr(_SLIP), late, 1, abi.encodeWithSelector(end, late));
        bytes memory rules = abi.encodeWithSelector(IPrescriptions.PrescriptionsWrongRules.selector, 1, 2);
        _refuseIssue("c", vm.addr(_SLIP), now_() + 1 days, 2, rules);
    }

    function test_PublishRules_ByAPharmacistInOrder() public {
        assertEq(_prescriptions.rulesInForce(), 1);
        assertEq(_prescriptions.rulesOf(1), keccak256("rules"));
        vm.prank(vm.addr(_PHYSICIAN));
        vm.expectRevert(abi.encodeWithSelector(IPrescriptions.PrescriptionsNotLicensed.selector, vm.addr(_PHYSICIAN)));
        _prescriptions.publishRules(2, keccak256("2"), "{}");
        vm.startPrank(vm.addr(_PHARMACIST));
        vm.expectRevert(abi.encodeWithSelector(IPrescriptions.PrescriptionsWrongRules.selector, 2, 3));
        _prescriptions.publishRules(3, keccak256("3"), "{}");
        vm.expectRevert(abi.encodeWithSelector(IPrescriptions.PrescriptionsNothing.selector));
        _prescriptions.publishRules(2, 0, "{}");
        vm.expectRevert(abi.encodeWithSelector(IPrescriptions.PrescriptionsTooMany.selector, 4096, 4097));
        _prescriptions.publishRules(2, keccak256("2"), string(new bytes(4097)));
        _prescriptions.publishRules(2, keccak256("2"), "{}");
        vm.stopPrank();
        assertEq(_prescriptions.rulesInForce(), 2);
    }

    function test_RevertWhen_AnybodyElseAsksForADispensing() public {
        vm.prank(officer(HOSPITAL));
        vm.expectRevert(abi.encodeWithSelector(IProvenance.ProvenanceNotInForce.selector, officer(HOSPITAL)));
        ledger.dispenseFor(officer(HOSPITAL), portions(_lot, 1), _COMMITMENT, now_(), "{}");
    }

    function testFuzz_Fulfil_NeverMoreThanIsHeld(uint128 milligrams) public {
        milligrams = uint128(bound(milligrams, 1, 2000));
        bytes32 written = _issue(new Override[](0));
        bytes memory signature = _slip(_SLIP, written, HOSPITAL, _VOUCHER);
        if (milligrams > 1000) vm.expectRevert();
        vm.prank(officer(HOSPITAL));
        _prescriptions.fulfil(written, portions(_lot, milligrams), _COMMITMENT, _VOUCHER, signature, now_(), "{}");
        assertEq(ledger.held(_lot, id(HOSPITAL)) + ledger.dispensedBy(_lot, id(HOSPITAL)), 1000);
    }

    function _issue(Override[] memory overrides) private returns (bytes32) {
        vm.prank(vm.addr(_PHYSICIAN));
        return _prescriptions.issue("content", vm.addr(_SLIP), now_() + 1 days, 1, overrides);
    }

    function _refuse(Override[] memory overrides, bytes memory refusal) private {
        vm.prank(vm.addr(_PHYSICIAN));
        vm.expectRevert(refusal);
        _prescriptions.issue("content", vm.addr(_SLIP), now_() + 1 days, 1, overrides);
    }

    function _refuseIssue(bytes32 content, address key, uint64 until, uint32 rules, bytes memory refusal) private {
        vm.prank(vm.addr(_PHYSICIAN));
        vm.expectRevert(refusal);
        _prescriptions.issue(content, key, until, rules, new Override[](0));
    }

    function _fulfil(bytes32 written, Portion[] memory taken) private {
        bytes memory signature = _slip(_SLIP, written, HOSPITAL, _VOUCHER);
        vm.prank(officer(HOSPITAL));
        _prescriptions.fulfil(written, taken, _COMMITMENT, _VOUCHER, signature, now_(), "{}");
    }

    function _slip(uint256 key, bytes32 written, uint256 role, bytes32 voucher) private view returns (bytes memory) {
        bytes32 typed = keccak256("Dispensing(bytes32 prescription,bytes32 member,bytes32 commitment,bytes32 voucher)");
        bytes32 hash = keccak256(abi.encode(typed, written, id(role), _COMMITMENT, voucher));
        return signedFor(key, "TCM Chain Prescriptions", address(_prescriptions), hash);
    }

    function _one(bool second) private pure returns (Override[] memory found) {
        found = new Override[](1);
        found[0] = Override(_FINDING, second);
    }
}

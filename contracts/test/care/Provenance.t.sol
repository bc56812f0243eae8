// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {IProvenance} from "../../src/care/IProvenance.sol";
import {Observation, Portion, Reason} from "../../src/care/provenance/Goods.sol";
import {ILotLedger} from "../../src/care/provenance/ILotLedger.sol";
import {IRules} from "../../src/care/provenance/IRules.sol";
import {IMembers, Matter} from "../../src/shared/IMembers.sol";
import {Field} from "./Field.sol";

contract ProvenanceTest is Field {
    uint128 private constant _MADE = 600_000_000;

    function setUp() public {
        setUpField();
    }

    function test_Commission_DrawsOnTheQuota() public {
        bytes32 lot = commission("F-1", _MADE);
        assertEq(ledger.held(lot, id(GROWER)), _MADE);
        assertEq(ledger.quotaById(quota).left, QUOTA - _MADE);
        assertEq(lot, ledger.lotId(id(GROWER), "F-1"));
    }

    function test_RevertWhen_QuotaIsExceeded() public {
        commission("F-1", _MADE);
        vm.prank(officer(GROWER));
        vm.expectRevert(
            abi.encodeWithSelector(
                IProvenance.ProvenanceQuotaExceeded.selector, quota, QUOTA - _MADE, QUOTA - _MADE + 1
            )
        );
        ledger.commission(quota, "F-2", QUOTA - _MADE + 1, 0, now_(), "{}");
    }

    function test_RevertWhen_QuotaIsAnothers() public {
        vm.prank(officer(NEIGHBOUR));
        vm.expectRevert(abi.encodeWithSelector(IProvenance.ProvenanceNotQuotaGrower.selector, quota, id(NEIGHBOUR)));
        ledger.commission(quota, "F-1", 1, 0, now_(), "{}");
    }

    function test_RevertWhen_QuotaIsWithdrawn() public {
        vm.prank(officer(REGULATOR));
        ledger.withdrawQuota(quota, "{}");
        vm.prank(officer(GROWER));
        vm.expectRevert(abi.encodeWithSelector(IRules.ProvenanceQuotaClosed.selector, quota));
        ledger.commission(quota, "F-1", 1, 0, now_(), "{}");
    }

    function test_RevertWhen_LotNumberIsUsedTwice() public {
        bytes32 lot = commission("F-1", 1);
        vm.prank(officer(GROWER));
        vm.expectRevert(abi.encodeWithSelector(ILotLedger.ProvenanceLotKnownAlready.selector, lot));
        ledger.commission(quota, "F-1", 1, 0, now_(), "{}");
    }

    function test_RevertWhen_CounterfeiterIsNoMember() public {
        vm.prank(officer(OUTSIDER));
        vm.expectRevert(abi.encodeWithSelector(IMembers.MembersMayNotAct.selector, officer(OUTSIDER)));
        ledger.commission(quota, "F-1", 1, 0, now_(), "{}");
    }

    function test_RevertWhen_MemberIsSuspended() public {
        bytes32 lot = commission("F-1", _MADE);
        carry(motion(Matter.Suspend, GROWER));
        vm.prank(officer(GROWER));
        vm.expectRevert(abi.encodeWithSelector(IMembers.MembersMayNotAct.selector, officer(GROWER)));
        ledger.ship("S-1", id(MERCHANT), portions(lot, 1), 0, now_(), "{}");
    }

    function test_RevertWhen_DeedIsInTheFuture() public {
        uint64 tomorrow = uint64(block.timestamp + 1 days + 1);
        vm.prank(officer(GROWER));
        vm.expectRevert(abi.encodeWithSelector(ILotLedger.ProvenanceInFuture.selector, tomorrow));
        ledger.commission(quota, "F-1", 1, 0, tomorrow, "{}");
    }

    function test_RevertWhen_FactsAreTooLong() public {
        string memory facts = string(new bytes(4097));
        vm.prank(officer(GROWER));
        vm.expectRevert(abi.encodeWithSelector(ILotLedger.ProvenanceFactsTooLong.selector, 4096, 4097));
        ledger.commission(quota, "F-1", 1, 0, now_(), facts);
    }

    function test_RevertWhen_YieldGoesBackwards() public {
        vm.prank(officer(REGULATOR));
        vm.expectRevert(abi.encodeWithSelector(IRules.ProvenanceWrongOrder.selector, RED, FRESH));
        ledger.setYield(RED, FRESH, 1_000_000, 0);
    }

    function test_RevertWhen_YieldMakesMass() public {
        vm.prank(officer(REGULATOR));
        vm.expectRevert(abi.encodeWithSelector(ILotLedger.ProvenanceTooMany.selector, 1_000_000, 1_000_001));
        ledger.setYield(FRESH, RED, 1_000_001, 0);
    }

    function test_RevertWhen_AnExpiredLotMoves() public {
        uint64 expires = uint64(block.timestamp + 30 days);
        vm.startPrank(officer(GROWER));
        bytes32 lot = ledger.commission(quota, "F-1", 100, expires, now_(), "{}");
        vm.warp(expires + 1);
        vm.expectRevert(abi.encodeWithSelector(ILotLedger.ProvenanceExpired.selector, lot, expires));
        ledger.ship("S-1", id(MERCHANT), portions(lot, 1), 0, now_(), "{}");
        ledger.retire(Portion({lot: lot, milligrams: 100}), Reason.Spoilage, now_(), "{}");
        vm.stopPrank();
        assertEq(ledger.held(lot, id(GROWER)), 0);
    }

    function test_Dispense_ByHospitalOnly() public {
        bytes32 lot = commission("F-1", 1_000);
        deliver(GROWER, HOSPITAL, "S-1", lot, 500);
        Portion memory portion = Portion({lot: lot, milligrams: 60});
        vm.prank(officer(HOSPITAL));
        ledger.dispense(portion, keccak256("code"), now_(), "{}");
        assertEq(ledger.held(lot, id(HOSPITAL)), 440);
        vm.prank(officer(GROWER));
        vm.expectRevert(abi.encodeWithSelector(ILotLedger.ProvenanceWrongKind.selector, id(GROWER)));
        ledger.dispense(portion, keccak256("code"), now_(), "{}");
    }

    function test_Observe_InspectionByLabOnly() public {
        bytes32 lot = commission("F-1", 1_000);
        vm.prank(officer(LAB));
        ledger.observe(lot, Observation.Inspection, true, now_(), "{}");
        vm.prank(officer(GROWER));
        vm.expectRevert(abi.encodeWithSelector(ILotLedger.ProvenanceWrongKind.selector, id(GROWER)));
        ledger.observe(lot, Observation.Inspection, true, now_(), "{}");
    }

    function test_Observe_FieldWorkByTheQuotasGrower() public {
        vm.prank(officer(GROWER));
        ledger.observe(quota, Observation.FieldWork, true, now_(), "{}");
        vm.prank(officer(MERCHANT));
        vm.expectRevert(abi.encodeWithSelector(ILotLedger.ProvenanceInsufficient.selector, quota, id(MERCHANT), 0, 1));
        ledger.observe(quota, Observation.FieldWork, true, now_(), "{}");
    }

    function test_Multicall_AllOrNothing() public {
        bytes[] memory calls = new bytes[](2);
        calls[0] = abi.encodeCall(ledger.commission, (quota, "F-1", 100, 0, now_(), "{}"));
        calls[1] = abi.encodeCall(ledger.commission, (quota, "F-2", QUOTA, 0, now_(), "{}"));
        vm.prank(officer(GROWER));
        vm.expectRevert();
        ledger.multicall(calls);
        assertEq(ledger.quotaById(quota).left, QUOTA);
        calls[1] = abi.encodeCall(ledger.commission, (quota, "F-2", 100, 0, now_(), "{}"));
        vm.prank(officer(GROWER));
        ledger.multicall(calls);
        assertEq(ledger.quotaById(quota).left, QUOTA - 200);
    }

    function test_RevertWhen_AFormIsDeclaredTwice() public {
        vm.prank(officer(CERTIFIER));
        vm.expectRevert(abi.encodeWithSelector(IRules.ProvenanceFormKnownAlready.selector, FRESH));
        ledger.declareForm(FRESH, 1, "{}");
    }

    function test_RevertWhen_AGrowerLaysDownRules() public {
        vm.startPrank(officer(GROWER));
        bytes memory refusal = abi.encodeWithSelector(ILotLedger.ProvenanceWrongKind.selector, id(GROWER));
        vm.expectRevert(refusal);
        ledger.declareForm("x", 1, "{}");
        vm.expectRevert(refusal);
        ledger.setYield(FRESH, RED, 1_000_000, 0);
        vm.expectRevert(refusal);
        ledger.certifyQuota("Q-9", id(GROWER), FRESH, 1, now_(), "{}");
        vm.expectRevert(refusal);
        ledger.withdrawQuota(quota, "{}");
        vm.stopPrank();
    }

    function test_RevertWhen_AQuotaIsCertifiedWrongly() public {
        vm.startPrank(officer(CERTIFIER));
        vm.expectRevert(abi.encodeWithSelector(IRules.ProvenanceQuotaKnownAlready.selector, quota));
        ledger.certifyQuota("Q-1", id(GROWER), FRESH, 1, now_(), "{}");
        vm.expectRevert(abi.encodeWithSelector(ILotLedger.ProvenanceWrongKind.selector, id(FACTORY)));
        ledger.certifyQuota("Q-2", id(FACTORY), FRESH, 1, now_(), "{}");
        vm.expectRevert(abi.encodeWithSelector(IRules.ProvenanceUnknownForm.selector, bytes32("none")));
        ledger.certifyQuota("Q-2", id(GROWER), "none", 1, now_(), "{}");
        vm.expectRevert(abi.encodeWithSelector(ILotLedger.ProvenanceTooMany.selector, 1 << 53, (1 << 53) + 1));
        ledger.certifyQuota("Q-2", id(GROWER), FRESH, (1 << 53) + 1, now_(), "{}");
        vm.stopPrank();
    }

    function test_RevertWhen_TheQuotasTimeHasPassed() public {
        vm.warp(block.timestamp + 366 days);
        vm.prank(officer(GROWER));
        vm.expectRevert(abi.encodeWithSelector(IRules.ProvenanceQuotaClosed.selector, quota));
        ledger.commission(quota, "F-1", 1, 0, now_(), "{}");
    }

    function test_RevertWhen_NothingIsThere() public {
        vm.startPrank(officer(GROWER));
        vm.expectRevert(abi.encodeWithSelector(IRules.ProvenanceUnknownQuota.selector, bytes32("none")));
        ledger.commission("none", "F-1", 1, 0, now_(), "{}");
        vm.expectRevert(abi.encodeWithSelector(ILotLedger.ProvenanceNothing.selector));
        ledger.commission(quota, "F-1", 0, 0, now_(), "{}");
        vm.expectRevert(abi.encodeWithSelector(ILotLedger.ProvenanceUnknownLot.selector, bytes32("none")));
        ledger.observe("none", Observation.Storage, true, now_(), "{}");
        vm.stopPrank();
    }

    function test_RevertWhen_DispensedAfterExpiry() public {
        uint64 expires = uint64(block.timestamp + 30 days);
        vm.prank(officer(GROWER));
        bytes32 lot = ledger.commission(quota, "F-1", 100, expires, now_(), "{}");
        deliver(GROWER, HOSPITAL, "S-1", lot, 100);
        vm.warp(expires + 1);
        vm.prank(officer(HOSPITAL));
        vm.expectRevert(abi.encodeWithSelector(ILotLedger.ProvenanceExpired.selector, lot, expires));
        ledger.dispense(Portion({lot: lot, milligrams: 60}), keccak256("code"), now_(), "{}");
    }

    function test_RevertWhen_DispensedWithoutCommitment() public {
        bytes32 lot = commission("F-1", 1_000);
        deliver(GROWER, HOSPITAL, "S-1", lot, 500);
        vm.prank(officer(HOSPITAL));
        vm.expectRevert(abi.encodeWithSelector(ILotLedger.ProvenanceNothing.selector));
        ledger.dispense(Portion({lot: lot, milligrams: 60}), 0, now_(), "{}");
    }

    function test_RevertWhen_AnothersGoodsAreRetired() public {
        bytes32 lot = commission("F-1", 1_000);
        vm.prank(officer(MERCHANT));
        vm.expectRevert(abi.encodeWithSelector(ILotLedger.ProvenanceInsufficient.selector, lot, id(MERCHANT), 0, 1));
        ledger.retire(Portion({lot: lot, milligrams: 1}), Reason.Loss, now_(), "{}");
    }
}

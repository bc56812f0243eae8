// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {IProvenance, Observation, Output, Portion, Reason, ShipmentState} from "../../src/care/IProvenance.sol";
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
        vm.expectRevert(abi.encodeWithSelector(IProvenance.ProvenanceQuotaClosed.selector, quota));
        ledger.commission(quota, "F-1", 1, 0, now_(), "{}");
    }

    function test_RevertWhen_LotNumberIsUsedTwice() public {
        bytes32 lot = commission("F-1", 1);
        vm.prank(officer(GROWER));
        vm.expectRevert(abi.encodeWithSelector(IProvenance.ProvenanceLotKnownAlready.selector, lot));
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
        vm.expectRevert(abi.encodeWithSelector(IProvenance.ProvenanceInFuture.selector, tomorrow));
        ledger.commission(quota, "F-1", 1, 0, tomorrow, "{}");
    }

    function test_RevertWhen_FactsAreTooLong() public {
        string memory facts = string(new bytes(4097));
        vm.prank(officer(GROWER));
        vm.expectRevert(abi.encodeWithSelector(IProvenance.ProvenanceFactsTooLong.selector, 4096, 4097));
        ledger.commission(quota, "F-1", 1, 0, now_(), facts);
    }

    function test_Ship_ReceiveWithLoss() public {
        bytes32 lot = commission("F-1", _MADE);
        bytes32 shipment = ship(GROWER, MERCHANT, "S-1", lot, 500);
        assertEq(ledger.held(lot, id(GROWER)), _MADE - 500);
        vm.prank(officer(MERCHANT));
        ledger.receiveShipment(shipment, amounts(490), now_(), "{}");
        assertEq(ledger.held(lot, id(MERCHANT)), 490);
        (ShipmentState state,,,) = ledger.shipmentById(shipment);
        assertTrue(state == ShipmentState.Received);
    }

    function test_RevertWhen_MoreIsShippedThanHeld() public {
        bytes32 lot = commission("F-1", 100);
        vm.prank(officer(GROWER));
        vm.expectRevert(abi.encodeWithSelector(IProvenance.ProvenanceInsufficient.selector, lot, id(GROWER), 100, 101));
        ledger.ship("S-1", id(MERCHANT), portions(lot, 101), 0, now_(), "{}");
    }

    function test_RevertWhen_MoreIsReceivedThanShipped() public {
        bytes32 shipment = ship(GROWER, MERCHANT, "S-1", commission("F-1", _MADE), 500);
        bytes32 lot = ledger.lotId(id(GROWER), "F-1");
        vm.prank(officer(MERCHANT));
        vm.expectRevert(abi.encodeWithSelector(IProvenance.ProvenanceReceivedTooMuch.selector, lot, 500, 501));
        ledger.receiveShipment(shipment, amounts(501), now_(), "{}");
    }

    function test_RevertWhen_ShipmentIsReceivedTwice() public {
        bytes32 shipment = ship(GROWER, MERCHANT, "S-1", commission("F-1", _MADE), 500);
        vm.startPrank(officer(MERCHANT));
        ledger.receiveShipment(shipment, amounts(500), now_(), "{}");
        vm.expectRevert(
            abi.encodeWithSelector(IProvenance.ProvenanceShipmentNotUnderway.selector, shipment, ShipmentState.Received)
        );
        ledger.receiveShipment(shipment, amounts(500), now_(), "{}");
        vm.stopPrank();
    }

    function test_RevertWhen_AThirdPartyReceives() public {
        bytes32 shipment = ship(GROWER, MERCHANT, "S-1", commission("F-1", _MADE), 500);
        vm.prank(officer(FACTORY));
        vm.expectRevert(abi.encodeWithSelector(IProvenance.ProvenanceNotParty.selector, shipment, id(FACTORY)));
        ledger.receiveShipment(shipment, amounts(500), now_(), "{}");
    }

    function test_RevertWhen_ShippedToOneself() public {
        bytes32 lot = commission("F-1", _MADE);
        vm.prank(officer(GROWER));
        vm.expectRevert(abi.encodeWithSelector(IProvenance.ProvenanceUnknownConsignee.selector, id(GROWER)));
        ledger.ship("S-1", id(GROWER), portions(lot, 1), 0, now_(), "{}");
    }

    function test_Refuse_AndCancel_GiveBack() public {
        bytes32 lot = commission("F-1", _MADE);
        bytes32 refused = ship(GROWER, MERCHANT, "S-1", lot, 500);
        vm.prank(officer(MERCHANT));
        ledger.refuseShipment(refused, now_(), "{}");
        bytes32 cancelled = ship(GROWER, MERCHANT, "S-2", lot, 500);
        vm.prank(officer(GROWER));
        ledger.cancelShipment(cancelled, now_(), "{}");
        assertEq(ledger.held(lot, id(GROWER)), _MADE);
        vm.prank(officer(MERCHANT));
        vm.expectRevert(
            abi.encodeWithSelector(
                IProvenance.ProvenanceShipmentNotUnderway.selector, cancelled, ShipmentState.Cancelled
            )
        );
        ledger.receiveShipment(cancelled, amounts(500), now_(), "{}");
    }

    function test_RoundTrip_MakesNothing() public {
        bytes32 lot = commission("F-1", _MADE);
        deliver(GROWER, MERCHANT, "S-1", lot, _MADE);
        deliver(MERCHANT, GROWER, "S-1", lot, _MADE);
        assertEq(ledger.held(lot, id(GROWER)), _MADE);
        assertEq(ledger.held(lot, id(MERCHANT)), 0);
    }

    function test_Process_WithinTheYield() public {
        bytes32 lot = _atFactory(1_000);
        vm.prank(officer(FACTORY));
        ledger.process("steaming", portions(lot, 1_000), outputs("R-1", RED, 350), now_(), "{}");
        assertEq(ledger.held(ledger.lotId(id(FACTORY), "R-1"), id(FACTORY)), 350);
        assertEq(ledger.held(lot, id(FACTORY)), 0);
    }

    function test_RevertWhen_YieldIsExceeded() public {
        bytes32 lot = _atFactory(1_000);
        vm.prank(officer(FACTORY));
        vm.expectRevert(abi.encodeWithSelector(IProvenance.ProvenanceYieldExceeded.selector, RED, 350, 351));
        ledger.process("steaming", portions(lot, 1_000), outputs("R-1", RED, 351), now_(), "{}");
    }

    function test_RevertWhen_AnInputServesTwoOutputs() public {
        bytes32 lot = _atFactory(1_000);
        Output[] memory made = new Output[](2);
        made[0] = Output({ref: "R-1", form: RED, milligrams: 200, expires: 0});
        made[1] = Output({ref: "P-1", form: SLICED, milligrams: 200, expires: 0});
        vm.prank(officer(FACTORY));
        vm.expectRevert(abi.encodeWithSelector(IProvenance.ProvenanceYieldExceeded.selector, SLICED, 350, 200));
        ledger.process("steaming", portions(lot, 1_000), made, now_(), "{}");
    }

    function test_RevertWhen_NoRuleLeadsThere() public {
        bytes32 lot = _atFactory(1_000);
        vm.prank(officer(FACTORY));
        vm.expectRevert(abi.encodeWithSelector(IProvenance.ProvenanceNoYield.selector, FRESH, FRIED));
        ledger.process("frying", portions(lot, 1_000), outputs("X", FRIED, 1), now_(), "{}");
    }

    function test_Process_AuxiliaryAddsOnlyItsShare() public {
        (bytes32 sliced, bytes32 honey) = _slicedAndHoney();
        Portion[] memory inputs = new Portion[](2);
        inputs[0] = Portion({lot: sliced, milligrams: 100});
        inputs[1] = Portion({lot: honey, milligrams: 100});
        vm.startPrank(officer(FACTORY));
        vm.expectRevert(abi.encodeWithSelector(IProvenance.ProvenanceYieldExceeded.selector, FRIED, 125, 126));
        ledger.process("honey-frying", inputs, outputs("H-1", FRIED, 126), now_(), "{}");
        ledger.process("honey-frying", inputs, outputs("H-1", FRIED, 125), now_(), "{}");
        vm.stopPrank();
    }

    function test_RevertWhen_OnlyTheAuxiliaryIsProcessed() public {
        (, bytes32 honey) = _slicedAndHoney();
        vm.prank(officer(FACTORY));
        vm.expectRevert(abi.encodeWithSelector(IProvenance.ProvenanceYieldExceeded.selector, FRIED, 0, 1));
        ledger.process("honey-frying", portions(honey, 100), outputs("H-1", FRIED, 1), now_(), "{}");
    }

    function test_RevertWhen_YieldGoesBackwards() public {
        vm.prank(officer(REGULATOR));
        vm.expectRevert(abi.encodeWithSelector(IProvenance.ProvenanceWrongOrder.selector, RED, FRESH));
        ledger.setYield(RED, FRESH, 1_000_000, 0);
    }

    function test_RevertWhen_YieldMakesMass() public {
        vm.prank(officer(REGULATOR));
        vm.expectRevert(abi.encodeWithSelector(IProvenance.ProvenanceTooMany.selector, 1_000_000, 1_000_001));
        ledger.setYield(FRESH, RED, 1_000_001, 0);
    }

    function test_RevertWhen_MerchantProcesses() public {
        bytes32 lot = commission("F-1", _MADE);
        deliver(GROWER, MERCHANT, "S-1", lot, 100);
        vm.prank(officer(MERCHANT));
        vm.expectRevert(abi.encodeWithSelector(IProvenance.ProvenanceWrongKind.selector, id(MERCHANT)));
        ledger.process("steaming", portions(lot, 100), outputs("R-1", RED, 1), now_(), "{}");
    }

    function test_SplitAndMerge_Conserve() public {
        bytes32 lot = commission("F-1", 1_000);
        Output[] memory parts = new Output[](2);
        parts[0] = Output({ref: "A", form: FRESH, milligrams: 400, expires: 0});
        parts[1] = Output({ref: "B", form: FRESH, milligrams: 100, expires: 0});
        vm.startPrank(officer(GROWER));
        ledger.split(lot, parts, now_(), "{}");
        assertEq(ledger.held(lot, id(GROWER)), 500);
        Portion[] memory both = new Portion[](2);
        both[0] = Portion({lot: ledger.lotId(id(GROWER), "A"), milligrams: 400});
        both[1] = Portion({lot: lot, milligrams: 500});
        bytes32 merged = ledger.merge(both, "M", now_(), "{}");
        vm.stopPrank();
        assertEq(ledger.held(merged, id(GROWER)), 900);
        assertEq(ledger.held(lot, id(GROWER)), 0);
    }

    function test_RevertWhen_ASplitPartOutlivesItsLot() public {
        uint64 expires = uint64(block.timestamp + 30 days);
        vm.startPrank(officer(GROWER));
        bytes32 lot = ledger.commission(quota, "F-1", 100, expires, now_(), "{}");
        Output[] memory parts = outputs("A", FRESH, 10);
        vm.expectRevert(abi.encodeWithSelector(IProvenance.ProvenanceOutlives.selector, lot, expires));
        ledger.split(lot, parts, now_(), "{}");
        vm.stopPrank();
    }

    function test_RevertWhen_AnExpiredLotMoves() public {
        uint64 expires = uint64(block.timestamp + 30 days);
        vm.startPrank(officer(GROWER));
        bytes32 lot = ledger.commission(quota, "F-1", 100, expires, now_(), "{}");
        vm.warp(expires + 1);
        vm.expectRevert(abi.encodeWithSelector(IProvenance.ProvenanceExpired.selector, lot, expires));
        ledger.ship("S-1", id(MERCHANT), portions(lot, 1), 0, now_(), "{}");
        ledger.retire(Portion({lot: lot, milligrams: 100}), Reason.Spoilage, now_(), "{}");
        vm.stopPrank();
        assertEq(ledger.held(lot, id(GROWER)), 0);
    }

    function test_Pack_KeepsFormAndQuantity() public {
        bytes32 lot = _atFactory(1_000);
        vm.prank(officer(FACTORY));
        bytes32 packed = ledger.pack(Portion({lot: lot, milligrams: 800}), "P", 80, 9520000010010, 0, now_(), "{}");
        assertEq(ledger.held(packed, id(FACTORY)), 800);
        assertEq(ledger.lotById(packed).form, FRESH);
    }

    function test_Dispense_ByHospitalOnly() public {
        bytes32 lot = commission("F-1", 1_000);
        deliver(GROWER, HOSPITAL, "S-1", lot, 500);
        Portion memory portion = Portion({lot: lot, milligrams: 60});
        vm.prank(officer(HOSPITAL));
        ledger.dispense(portion, keccak256("code"), now_(), "{}");
        assertEq(ledger.held(lot, id(HOSPITAL)), 440);
        vm.prank(officer(GROWER));
        vm.expectRevert(abi.encodeWithSelector(IProvenance.ProvenanceWrongKind.selector, id(GROWER)));
        ledger.dispense(portion, keccak256("code"), now_(), "{}");
    }

    function test_Observe_InspectionByLabOnly() public {
        bytes32 lot = commission("F-1", 1_000);
        vm.prank(officer(LAB));
        ledger.observe(lot, Observation.Inspection, true, now_(), "{}");
        vm.prank(officer(GROWER));
        vm.expectRevert(abi.encodeWithSelector(IProvenance.ProvenanceWrongKind.selector, id(GROWER)));
        ledger.observe(lot, Observation.Inspection, true, now_(), "{}");
    }

    function test_Observe_FieldWorkByTheQuotasGrower() public {
        vm.prank(officer(GROWER));
        ledger.observe(quota, Observation.FieldWork, true, now_(), "{}");
        vm.prank(officer(MERCHANT));
        vm.expectRevert(abi.encodeWithSelector(IProvenance.ProvenanceInsufficient.selector, quota, id(MERCHANT), 0, 1));
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

    function testFuzz_Process_NeverMakesMoreThanTheYield(uint128 taken, uint128 made) public {
        taken = uint128(bound(taken, 1, QUOTA));
        made = uint128(bound(made, 1, QUOTA));
        bytes32 lot = _atFactory(taken);
        vm.prank(officer(FACTORY));
        try ledger.process("steaming", portions(lot, taken), outputs("R-1", RED, made), now_(), "{}") {
            assertTrue(uint256(made) * 1_000_000 <= uint256(taken) * 350_000);
        } catch {
            assertTrue(uint256(made) * 1_000_000 > uint256(taken) * 350_000);
        }
    }

    function _atFactory(uint128 milligrams) private returns (bytes32 lot) {
        lot = commission("F-1", milligrams);
        deliver(GROWER, FACTORY, "S-1", lot, milligrams);
    }

    function _slicedAndHoney() private returns (bytes32 sliced, bytes32 honey) {
        bytes32 honeyQuota = certify("Q-2", GROWER, HONEY, 1_000);
        vm.prank(officer(GROWER));
        honey = ledger.commission(honeyQuota, "H-0", 1_000, 0, now_(), "{}");
        deliver(GROWER, FACTORY, "S-H", honey, 1_000);
        bytes32 lot = _atFactory(1_000);
        vm.prank(officer(FACTORY));
        ledger.process("cutting", portions(lot, 1_000), outputs("P-1", SLICED, 300), now_(), "{}");
        sliced = ledger.lotId(id(FACTORY), "P-1");
    }
}

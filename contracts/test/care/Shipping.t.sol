// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Portion, ShipmentState} from "../../src/care/provenance/Goods.sol";
import {ILotLedger} from "../../src/care/provenance/ILotLedger.sol";
import {IShipping} from "../../src/care/provenance/IShipping.sol";
import {Matter} from "../../src/shared/IMembers.sol";
import {Field} from "./Field.sol";

contract ShippingTest is Field {
    uint128 private constant _MADE = 600_000_000;

    function setUp() public {
        setUpField();
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
        vm.expectRevert(abi.encodeWithSelector(ILotLedger.ProvenanceInsufficient.selector, lot, id(GROWER), 100, 101));
        ledger.ship("S-1", id(MERCHANT), portions(lot, 101), 0, now_(), "{}");
    }

    function test_RevertWhen_MoreIsReceivedThanShipped() public {
        bytes32 shipment = ship(GROWER, MERCHANT, "S-1", commission("F-1", _MADE), 500);
        bytes32 lot = ledger.lotId(id(GROWER), "F-1");
        vm.prank(officer(MERCHANT));
        vm.expectRevert(abi.encodeWithSelector(IShipping.ProvenanceReceivedTooMuch.selector, lot, 500, 501));
        ledger.receiveShipment(shipment, amounts(501), now_(), "{}");
    }

    function test_RevertWhen_ShipmentIsReceivedTwice() public {
        bytes32 shipment = ship(GROWER, MERCHANT, "S-1", commission("F-1", _MADE), 500);
        vm.startPrank(officer(MERCHANT));
        ledger.receiveShipment(shipment, amounts(500), now_(), "{}");
        vm.expectRevert(
            abi.encodeWithSelector(IShipping.ProvenanceShipmentNotUnderway.selector, shipment, ShipmentState.Received)
        );
        ledger.receiveShipment(shipment, amounts(500), now_(), "{}");
        vm.stopPrank();
    }

    function test_RevertWhen_AThirdPartyReceives() public {
        bytes32 shipment = ship(GROWER, MERCHANT, "S-1", commission("F-1", _MADE), 500);
        vm.prank(officer(FACTORY));
        vm.expectRevert(abi.encodeWithSelector(IShipping.ProvenanceNotParty.selector, shipment, id(FACTORY)));
        ledger.receiveShipment(shipment, amounts(500), now_(), "{}");
    }

    function test_RevertWhen_ShippedToOneself() public {
        bytes32 lot = commission("F-1", _MADE);
        vm.prank(officer(GROWER));
        vm.expectRevert(abi.encodeWithSelector(IShipping.ProvenanceUnknownConsignee.selector, id(GROWER)));
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
            abi.encodeWithSelector(IShipping.ProvenanceShipmentNotUnderway.selector, cancelled, ShipmentState.Cancelled)
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

    function test_RevertWhen_TheConsigneeIsNoActiveMember() public {
        bytes32 lot = commission("F-1", _MADE);
        vm.prank(officer(GROWER));
        vm.expectRevert(abi.encodeWithSelector(IShipping.ProvenanceUnknownConsignee.selector, id(OUTSIDER)));
        ledger.ship("S-1", id(OUTSIDER), portions(lot, 1), 0, now_(), "{}");
        carry(motion(Matter.Suspend, MERCHANT));
        vm.prank(officer(GROWER));
        vm.expectRevert(abi.encodeWithSelector(IShipping.ProvenanceUnknownConsignee.selector, id(MERCHANT)));
        ledger.ship("S-1", id(MERCHANT), portions(lot, 1), 0, now_(), "{}");
    }

    function test_RevertWhen_ShipmentNumberIsUsedTwice() public {
        bytes32 lot = commission("F-1", _MADE);
        bytes32 shipment = ship(GROWER, MERCHANT, "S-1", lot, 1);
        vm.prank(officer(GROWER));
        vm.expectRevert(abi.encodeWithSelector(IShipping.ProvenanceShipmentKnownAlready.selector, shipment));
        ledger.ship("S-1", id(MERCHANT), portions(lot, 1), 0, now_(), "{}");
    }

    function test_RevertWhen_ShipmentIsEmptyOrTooLong() public {
        bytes32 lot = commission("F-1", _MADE);
        vm.startPrank(officer(GROWER));
        vm.expectRevert(abi.encodeWithSelector(ILotLedger.ProvenanceNothing.selector));
        ledger.ship("S-1", id(MERCHANT), new Portion[](0), 0, now_(), "{}");
        vm.expectRevert(abi.encodeWithSelector(ILotLedger.ProvenanceTooMany.selector, 32, 33));
        ledger.ship("S-1", id(MERCHANT), new Portion[](33), 0, now_(), "{}");
        vm.expectRevert(abi.encodeWithSelector(ILotLedger.ProvenanceNothing.selector));
        ledger.ship("S-1", id(MERCHANT), portions(lot, 0), 0, now_(), "{}");
        vm.expectRevert(abi.encodeWithSelector(ILotLedger.ProvenanceUnknownLot.selector, bytes32("none")));
        ledger.ship("S-1", id(MERCHANT), portions("none", 1), 0, now_(), "{}");
        vm.stopPrank();
    }

    function test_RevertWhen_LinesDiffer() public {
        bytes32 shipment = ship(GROWER, MERCHANT, "S-1", commission("F-1", _MADE), 500);
        vm.prank(officer(MERCHANT));
        vm.expectRevert(abi.encodeWithSelector(IShipping.ProvenanceLinesDiffer.selector, 1, 2));
        ledger.receiveShipment(shipment, new uint128[](2), now_(), "{}");
    }

    function test_RevertWhen_TheWrongPartyEndsAShipment() public {
        bytes32 shipment = ship(GROWER, MERCHANT, "S-1", commission("F-1", _MADE), 500);
        vm.prank(officer(GROWER));
        vm.expectRevert(abi.encodeWithSelector(IShipping.ProvenanceNotParty.selector, shipment, id(GROWER)));
        ledger.refuseShipment(shipment, now_(), "{}");
        vm.prank(officer(MERCHANT));
        vm.expectRevert(abi.encodeWithSelector(IShipping.ProvenanceNotParty.selector, shipment, id(MERCHANT)));
        ledger.cancelShipment(shipment, now_(), "{}");
    }

    function test_RevertWhen_OneLotIsShippedTwiceOverInOneShipment() public {
        bytes32 lot = commission("F-1", 100);
        Portion[] memory both = new Portion[](2);
        both[0] = Portion({lot: lot, milligrams: 60});
        both[1] = Portion({lot: lot, milligrams: 60});
        vm.prank(officer(GROWER));
        vm.expectRevert(abi.encodeWithSelector(ILotLedger.ProvenanceInsufficient.selector, lot, id(GROWER), 40, 60));
        ledger.ship("S-1", id(MERCHANT), both, 0, now_(), "{}");
    }

    function testFuzz_RoundTrip_OnlyLoses(uint128 sent, uint128 arrived, uint128 back) public {
        bytes32 lot = commission("F-1", _MADE);
        sent = uint128(bound(sent, 1, _MADE));
        arrived = uint128(bound(arrived, 1, sent));
        back = uint128(bound(back, 0, arrived));
        bytes32 there = ship(GROWER, MERCHANT, "S-1", lot, sent);
        vm.prank(officer(MERCHANT));
        ledger.receiveShipment(there, amounts(arrived), now_(), "{}");
        bytes32 home = ship(MERCHANT, GROWER, "S-1", lot, arrived);
        vm.prank(officer(GROWER));
        ledger.receiveShipment(home, amounts(back), now_(), "{}");
        assertEq(ledger.held(lot, id(GROWER)), _MADE - sent + back);
        assertEq(ledger.held(lot, id(MERCHANT)), 0);
    }
}

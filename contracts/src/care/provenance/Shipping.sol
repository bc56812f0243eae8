// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Standing} from "../../shared/IMembers.sol";
import {Portion, ShipmentState} from "./Goods.sol";
import {IShipping} from "./IShipping.sol";
import {LotLedger} from "./LotLedger.sol";

/// @title Goods on the way from one member to another
abstract contract Shipping is IShipping, LotLedger {
    struct Shipment {
        bytes32 from;
        bytes32 to;
        ShipmentState state;
        Portion[] portions;
    }

    mapping(bytes32 shipment => Shipment) private _shipments;

    /// @inheritdoc IShipping
    function ship(
        bytes32 ref,
        bytes32 to,
        Portion[] calldata portions,
        bytes32 terms,
        uint64 happened,
        string calldata facts
    ) external returns (bytes32 shipment) {
        (bytes32 from,) = _act(happened, facts);
        require(ref != 0, ProvenanceNothing());
        _checkCount(portions.length);
        require(to != from && MEMBERS.memberById(to).standing == Standing.Active, ProvenanceUnknownConsignee(to));
        shipment = shipmentId(from, ref);
        Shipment storage record = _shipments[shipment];
        require(record.state == ShipmentState.None, ProvenanceShipmentKnownAlready(shipment));
        record.from = from;
        record.to = to;
        record.state = ShipmentState.Underway;
        for (uint256 i = 0; i < portions.length; ++i) {
            _usable(portions[i].lot);
            _take(portions[i].lot, from, portions[i].milligrams);
            record.portions.push(portions[i]);
        }
        emit Shipped(shipment, from, to, ref, portions, terms, happened, msg.sender, facts);
    }

    /// @inheritdoc IShipping
    function receiveShipment(bytes32 shipment, uint128[] calldata milligrams, uint64 happened, string calldata facts)
        external
    {
        (bytes32 member,) = _act(happened, facts);
        Shipment storage record = _close(shipment, ShipmentState.Received);
        require(member == record.to, ProvenanceNotParty(shipment, member));
        (Portion[] memory portions, uint128[] memory lost) = _arrive(record, milligrams);
        emit Received(shipment, record.from, record.to, portions, lost, happened, msg.sender, facts);
    }

    /// @inheritdoc IShipping
    function refuseShipment(bytes32 shipment, uint64 happened, string calldata facts) external {
        (bytes32 member,) = _act(happened, facts);
        Shipment storage record = _close(shipment, ShipmentState.Refused);
        require(member == record.to, ProvenanceNotParty(shipment, member));
        emit Refused(shipment, record.from, record.to, _giveBack(record), happened, msg.sender, facts);
    }

    /// @inheritdoc IShipping
    function cancelShipment(bytes32 shipment, uint64 happened, string calldata facts) external {
        (bytes32 member,) = _act(happened, facts);
        Shipment storage record = _close(shipment, ShipmentState.Cancelled);
        require(member == record.from, ProvenanceNotParty(shipment, member));
        emit Cancelled(shipment, record.from, record.to, _giveBack(record), happened, msg.sender, facts);
    }

    /// @inheritdoc IShipping
    function shipmentById(bytes32 shipment)
        external
        view
        returns (ShipmentState state, bytes32 from, bytes32 to, Portion[] memory portions)
    {
        Shipment storage record = _shipments[shipment];
        return (record.state, record.from, record.to, record.portions);
    }

    /// @inheritdoc IShipping
    function shipmentId(bytes32 from, bytes32 ref) public pure returns (bytes32) {
        return keccak256(abi.encode("shipment", from, ref));
    }

    function _close(bytes32 shipment, ShipmentState state) private returns (Shipment storage record) {
        record = _shipments[shipment];
        require(record.state == ShipmentState.Underway, ProvenanceShipmentNotUnderway(shipment, record.state));
        record.state = state;
    }

    function _arrive(Shipment storage record, uint128[] calldata milligrams)
        private
        returns (Portion[] memory portions, uint128[] memory lost)
    {
        portions = record.portions;
        require(portions.length == milligrams.length, ProvenanceLinesDiffer(portions.length, milligrams.length));
        lost = new uint128[](portions.length);
        bytes32 to = record.to;
        for (uint256 i = 0; i < portions.length; ++i) {
            Portion memory portion = portions[i];
            uint128 arrived = milligrams[i];
            require(arrived <= portion.milligrams, ProvenanceReceivedTooMuch(portion.lot, portion.milligrams, arrived));
            lost[i] = portion.milligrams - arrived;
            portion.milligrams = arrived;
            _give(portion.lot, to, arrived);
        }
    }

    function _giveBack(Shipment storage record) private returns (Portion[] memory portions) {
        portions = record.portions;
        bytes32 from = record.from;
        for (uint256 i = 0; i < portions.length; ++i) {
            _give(portions[i].lot, from, portions[i].milligrams);
        }
    }
}

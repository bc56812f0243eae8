// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Portion, ShipmentState} from "./Goods.sol";

/// @title Goods on the way from one member to another
interface IShipping {
    /// @notice Goods were sent; until they arrive nobody holds them.
    /// @param shipment the shipment's id
    /// @param from the sender
    /// @param to the consignee
    /// @param ref the sender's own number
    /// @param portions what was sent
    /// @param terms a salted commitment to the price and conditions of the sale, zero if none
    /// @param happened when it was sent
    /// @param account the operator that signed
    /// @param facts how it was sent, as JSON
    event Shipped(
        bytes32 indexed shipment,
        bytes32 indexed from,
        bytes32 indexed to,
        bytes32 ref,
        Portion[] portions,
        bytes32 terms,
        uint64 happened,
        address account,
        string facts
    );

    /// @notice A shipment arrived.
    /// @param shipment the shipment
    /// @param from the sender
    /// @param to the consignee
    /// @param portions what arrived
    /// @param lost lost[i] = shipped - received of portion i
    /// @param happened when it arrived
    /// @param account the operator that signed
    /// @param facts how it arrived, as JSON
    event Received(
        bytes32 indexed shipment,
        bytes32 indexed from,
        bytes32 indexed to,
        Portion[] portions,
        uint128[] lost,
        uint64 happened,
        address account,
        string facts
    );

    /// @notice The consignee refused a shipment; the sender holds the goods again.
    /// @param shipment the shipment
    /// @param from the sender
    /// @param to the consignee
    /// @param portions what went back
    /// @param happened when it was refused
    /// @param account the operator that signed
    /// @param facts the reason, as JSON
    event Refused(
        bytes32 indexed shipment,
        bytes32 indexed from,
        bytes32 indexed to,
        Portion[] portions,
        uint64 happened,
        address account,
        string facts
    );

    /// @notice The sender called a shipment off; it holds the goods again.
    /// @param shipment the shipment
    /// @param from the sender
    /// @param to the consignee
    /// @param portions what went back
    /// @param happened when it was called off
    /// @param account the operator that signed
    /// @param facts the reason, as JSON
    event Cancelled(
        bytes32 indexed shipment,
        bytes32 indexed from,
        bytes32 indexed to,
        Portion[] portions,
        uint64 happened,
        address account,
        string facts
    );

    /// @notice The consignee is the sender itself or no active member.
    error ProvenanceUnknownConsignee(bytes32 member);
    /// @notice The sender has used this number before.
    error ProvenanceShipmentKnownAlready(bytes32 shipment);
    /// @notice The shipment is unknown or has ended.
    error ProvenanceShipmentNotUnderway(bytes32 shipment, ShipmentState state);
    /// @notice The member is not the party that may end the shipment this way.
    error ProvenanceNotParty(bytes32 shipment, bytes32 member);
    /// @notice More was received than shipped.
    error ProvenanceReceivedTooMuch(bytes32 lot, uint128 shipped, uint128 received);
    /// @notice One quantity is needed for each portion of the shipment.
    error ProvenanceLinesDiffer(uint256 expected, uint256 given);

    /// @notice Send portions of lots that have not expired to another active member.
    /// @param ref the sender's own number
    /// @param to the consignee
    /// @param portions what is sent, 32 portions at most
    /// @param terms a salted commitment to the price and conditions of the sale, zero if none
    /// @param happened when it was sent
    /// @param facts how it was sent, as JSON
    /// @return shipment the shipment's id
    function ship(
        bytes32 ref,
        bytes32 to,
        Portion[] calldata portions,
        bytes32 terms,
        uint64 happened,
        string calldata facts
    ) external returns (bytes32 shipment);

    /// @notice Take a shipment in; by its consignee. What did not arrive is lost.
    /// @param shipment the shipment
    /// @param milligrams what arrived of each portion, in the order shipped
    /// @param happened when it arrived
    /// @param facts how it arrived, as JSON
    function receiveShipment(bytes32 shipment, uint128[] calldata milligrams, uint64 happened, string calldata facts)
        external;

    /// @notice Refuse a shipment that is underway; by its consignee. All of it goes back to the sender.
    /// @param shipment the shipment
    /// @param happened when it was refused
    /// @param facts the reason, as JSON
    function refuseShipment(bytes32 shipment, uint64 happened, string calldata facts) external;

    /// @notice Call a shipment off that is underway; by its sender, who then holds all of it again.
    /// @param shipment the shipment
    /// @param happened when it was called off
    /// @param facts the reason, as JSON
    function cancelShipment(bytes32 shipment, uint64 happened, string calldata facts) external;

    /// @notice The shipment that a sender's own number names.
    function shipmentId(bytes32 from, bytes32 ref) external pure returns (bytes32);

    /// @notice How a shipment stands, its parties and what was sent.
    function shipmentById(bytes32 shipment)
        external
        view
        returns (ShipmentState state, bytes32 from, bytes32 to, Portion[] memory portions);
}

// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Lot} from "./Goods.sol";

/// @title Lots and who holds how much of them
interface ILotLedger {
    /// @notice The member's kind does not allow this step.
    error ProvenanceWrongKind(bytes32 member);
    /// @notice There is no such lot.
    error ProvenanceUnknownLot(bytes32 lot);
    /// @notice The maker has used this lot number before.
    error ProvenanceLotKnownAlready(bytes32 lot);
    /// @notice The lot has expired; it may only be retired, or come back from the way.
    error ProvenanceExpired(bytes32 lot, uint64 expires);
    /// @notice A recall holds the lot; it may only be retired, or arrive from the way.
    error ProvenanceFrozen(bytes32 lot);
    /// @notice The holder has less of the lot than the step takes.
    error ProvenanceInsufficient(bytes32 lot, bytes32 holder, uint128 held, uint128 asked);
    /// @notice A quantity, a number, a list or a commitment is empty.
    error ProvenanceNothing();
    /// @notice A list is too long, or a number too large.
    error ProvenanceTooMany(uint256 limit, uint256 given);
    /// @notice The deed is said to happen more than a day after the block.
    error ProvenanceInFuture(uint64 happened);
    /// @notice The facts are longer than 4096 bytes.
    error ProvenanceFactsTooLong(uint256 limit, uint256 given);

    /// @notice A lot's record; its maker is zero when the lot is unknown.
    function lotById(bytes32 lot) external view returns (Lot memory);

    /// @notice How much of a lot a member has at hand, in milligrams; what is on the way is nobody's.
    function held(bytes32 lot, bytes32 holder) external view returns (uint128);

    /// @notice How much of a lot a member has dispensed, in milligrams.
    function dispensedBy(bytes32 lot, bytes32 holder) external view returns (uint128);

    /// @notice The Merkle root over the codes of a packed lot's units, and how many they are; zero if it has none.
    function unitsOf(bytes32 lot) external view returns (bytes32 root, uint32 units);

    /// @notice The lot that a maker's own lot number names.
    /// @param maker the member that makes the lot
    /// @param ref its lot number, as short text
    function lotId(bytes32 maker, bytes32 ref) external pure returns (bytes32);
}

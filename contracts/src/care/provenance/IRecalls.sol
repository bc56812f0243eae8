// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Descent, Portion, Reach, Recall} from "./Goods.sol";

/// @title Calling goods back: from a bad lot to every lot made of it
/// @notice A recall begins with its seeds and is carried on, in batches, to every lot that was made of a frozen one. A
/// frozen lot cannot be shipped, used, divided, merged, packed or dispensed, so nothing new can be made of it: after as
/// many batches as there are lots to reach, nothing is left to freeze.
interface IRecalls {
    /// @notice Goods are being called back.
    /// @param recall the recall's id
    /// @param by the member that calls back
    /// @param ref its own number, as short text
    /// @param drill whether it is a drill, which holds nothing up
    /// @param seeds the lots it begins with, frozen from now on
    /// @param happened when it was decided
    /// @param account the operator that signed
    /// @param facts the reason, as JSON
    event RecallOpened(
        bytes32 indexed recall,
        bytes32 indexed by,
        bytes32 ref,
        bool indexed drill,
        bytes32[] seeds,
        uint64 happened,
        address account,
        string facts
    );

    /// @notice Lots that were made of frozen ones are frozen from now on.
    /// @param recall the recall
    /// @param by the member that carried it on
    /// @param lots the lots reached
    /// @param happened the moment of the block
    /// @param account the operator that signed
    event Frozen(bytes32 indexed recall, bytes32 indexed by, bytes32[] lots, uint64 happened, address account);

    /// @notice A holder says how much of the frozen lots it has put aside.
    /// @param recall the recall
    /// @param holder the member
    /// @param secured what it put aside
    /// @param happened when it was put aside
    /// @param account the operator that signed
    /// @param facts as JSON
    event Secured(
        bytes32 indexed recall,
        bytes32 indexed holder,
        Portion[] secured,
        uint64 happened,
        address account,
        string facts
    );

    /// @notice Lots were found to be sound and are free again, as far as this recall is concerned.
    /// @param recall the recall
    /// @param by the member that released them
    /// @param lots the lots
    /// @param happened when it was decided
    /// @param account the operator that signed
    /// @param facts the reason, as JSON
    event Released(
        bytes32 indexed recall, bytes32 indexed by, bytes32[] lots, uint64 happened, address account, string facts
    );

    /// @notice The recall is over; what it froze stays frozen until it is released or retired.
    /// @param recall the recall
    /// @param by the member that ended it
    /// @param happened when it was decided
    /// @param account the operator that signed
    /// @param facts what came of it, as JSON
    event RecallClosed(bytes32 indexed recall, bytes32 indexed by, uint64 happened, address account, string facts);

    /// @notice There is no such recall.
    error ProvenanceUnknownRecall(bytes32 recall);
    /// @notice The member has used this number before.
    error ProvenanceRecallKnownAlready(bytes32 recall);
    /// @notice The recall is over.
    error ProvenanceRecallOver(bytes32 recall);
    /// @notice Only the member that opened the recall, or a regulator, may do this.
    error ProvenanceNotRecaller(bytes32 recall, bytes32 member);
    /// @notice Only a regulator may call back what it has not made itself.
    error ProvenanceNotMaker(bytes32 lot, bytes32 member);
    /// @notice These are not the lots that the lot was made of, or none of them is frozen in the recall.
    error ProvenanceNotDescended(bytes32 recall, bytes32 lot);
    /// @notice The recall does not hold the lot.
    error ProvenanceNotFrozen(bytes32 recall, bytes32 lot);

    /// @notice Call lots back; by a regulator, or by the member that made them all.
    /// @param ref the member's own number
    /// @param drill whether it is a drill, which holds nothing up
    /// @param seeds the lots it begins with, 32 at most
    /// @param happened when it was decided
    /// @param facts the reason, as JSON
    /// @return recall the recall's id
    function openRecall(bytes32 ref, bool drill, bytes32[] calldata seeds, uint64 happened, string calldata facts)
        external
        returns (bytes32 recall);

    /// @notice Carry a recall on to lots made of frozen ones; by any member. Lots that it has reached before are passed
    /// over, so that two may carry it on at once.
    /// @param recall the recall
    /// @param descents the lots and what each was made of, 128 lots at most
    function freeze(bytes32 recall, Descent[] calldata descents) external;

    /// @notice State what was put aside of the frozen lots; by a member, of what it holds.
    /// @param recall the recall
    /// @param portions what was put aside, 32 portions at most
    /// @param happened when it was put aside
    /// @param facts as JSON
    function secure(bytes32 recall, Portion[] calldata portions, uint64 happened, string calldata facts) external;

    /// @notice Release lots that were found to be sound; by the member that opened the recall, or a regulator.
    /// @param recall the recall
    /// @param lots the lots, 128 at most
    /// @param happened when it was decided
    /// @param facts the reason, as JSON
    function releaseLots(bytes32 recall, bytes32[] calldata lots, uint64 happened, string calldata facts) external;

    /// @notice End a recall; by the member that opened it, or a regulator.
    /// @param recall the recall
    /// @param happened when it was decided
    /// @param facts what came of it, as JSON
    function closeRecall(bytes32 recall, uint64 happened, string calldata facts) external;

    /// @notice The recall that a member's own number names.
    function recallId(bytes32 by, bytes32 ref) external pure returns (bytes32);

    /// @notice A recall's record; its member is zero when the recall is unknown.
    function recallById(bytes32 recall) external view returns (Recall memory);

    /// @notice How a lot stands in a recall.
    function reachOf(bytes32 recall, bytes32 lot) external view returns (Reach);

    /// @notice Whether a recall that is no drill holds the lot.
    function frozenIn(bytes32 recall, bytes32 lot) external view returns (bool);

    /// @notice Whether a recall began with the lot.
    function isSeed(bytes32 recall, bytes32 lot) external view returns (bool);
}

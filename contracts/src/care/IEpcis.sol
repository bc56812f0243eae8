// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

/// @title Epcis: roots of observations that members captured
/// @notice What a member observed stays in its own node; the chain keeps the root of many observations at once, so that
/// none can be changed or dated back afterwards. A leaf is keccak256(keccak256(hash)), where hash is the SHA-256 of the
/// event as CBV 2.0 forms it (the event hash id); pairs are hashed in ascending order.
interface IEpcis {
    event Anchored(bytes32 indexed member, uint64 indexed batch, bytes32 root, uint32 count, address account);

    error EpcisNothing();
    error EpcisWrongBatch(uint64 expected, uint64 given);
    error EpcisAnchoredAlready(bytes32 root, uint64 batch);

    /// @notice Anchor the root of observations; by an operator of an active member.
    /// @param root root of the tree over the leaves
    /// @param count number of leaves
    /// @param batch one more than the member's last, so that none is lost and none is told twice
    function anchor(bytes32 root, uint32 count, uint64 batch) external;

    /// @notice The root of a member's batch, zero if there is none.
    function anchored(bytes32 member, uint64 batch) external view returns (bytes32 root);

    /// @notice The number of a member's last batch, zero if there is none.
    function lastBatch(bytes32 member) external view returns (uint64 batch);

    /// @notice Whether an observation is in a member's batch.
    /// @param hash the event's SHA-256, out of which the leaf is made
    /// @param proof siblings from the leaf up
    function proves(bytes32 member, uint64 batch, bytes32 hash, bytes32[] calldata proof) external view returns (bool);
}

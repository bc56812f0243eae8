// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

/// @notice Why somebody opens a unit.
enum Purpose {
    Take,
    Gift,
    Check
}

/// @notice What the key under a unit's scratch panel signs.
/// @param lot the packed lot
/// @param serial the unit's open number, at most 60 bits
/// @param purpose why it is opened
/// @param happened when, in Unix seconds
/// @param place a province or city by its GB/T 2260 code of six digits, zero if not told
struct Opening {
    bytes32 lot;
    uint64 serial;
    Purpose purpose;
    uint64 happened;
    uint32 place;
}

/// @title Units: single packages, each opened once
/// @notice Packing anchors the root of a Merkle tree over all units of a lot. A leaf is
/// SHA-256(SHA-256(abi.encode(serial, key))), `key` being the address of a key that only the unit's hidden code yields;
/// an inner node is the SHA-256 of its two children, the lesser first. Anybody may bring what the key signed.
interface IUnits {
    /// @notice A unit was opened, for the first and only time.
    /// @param lot the packed lot
    /// @param serial the unit's open number
    /// @param purpose why it was opened
    /// @param happened when, as its key states it
    /// @param place a GB/T 2260 code, zero if not told
    /// @param relay the account that brought the signature
    event Opened(
        bytes32 indexed lot,
        uint64 indexed serial,
        Purpose indexed purpose,
        uint64 happened,
        uint32 place,
        address relay
    );

    /// @notice The lot was packed without unit codes, or is no lot.
    error UnitsWithoutCodes(bytes32 lot);
    /// @notice No unit of the lot has this serial and the key that signed.
    error UnitsNotProven(bytes32 lot, uint64 serial);
    /// @notice The unit was opened before.
    error UnitsOpenedAlready(bytes32 lot, uint64 serial, uint64 opened);
    /// @notice The opening is said to happen more than a day after the block.
    error UnitsInFuture(uint64 happened);
    /// @notice A place has six digits.
    error UnitsPlaceUnreadable(uint32 place);
    /// @notice The proof is longer than that of any tree.
    error UnitsTooMany(uint256 limit, uint256 given);

    /// @notice Open a unit.
    /// @param opening what was signed
    /// @param proof siblings from the leaf to the root
    /// @param signature the unit key's EIP-712 signature
    function open(Opening calldata opening, bytes32[] calldata proof, bytes calldata signature) external;

    /// @notice The moment of the block in which a unit was opened, zero if it was not.
    function openedAt(bytes32 lot, uint64 serial) external view returns (uint64);
}

// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

/// @notice A quantity of a lot.
struct Portion {
    bytes32 lot;
    uint128 milligrams;
}

/// @notice A lot that a step is to make. `ref` is the maker's own lot number, as short text.
struct Output {
    bytes32 ref;
    bytes32 form;
    uint128 milligrams;
    uint64 expires;
}

/// @notice A lot that a step has made.
struct Created {
    bytes32 lot;
    bytes32 ref;
    bytes32 form;
    uint128 milligrams;
    uint64 expires;
}

/// @notice What was observed.
enum Observation {
    FieldWork,
    Inspection,
    Storage
}

/// @notice Why a quantity leaves the ledger.
enum Reason {
    Sampling,
    Spoilage,
    Loss
}

/// @notice A lot. made = held by all + in transit + used + dispensed + retired + lost on the way, always.
/// @dev expires is in Unix seconds, zero when the lot does not expire; freezes counts the recalls that hold it; origin
/// is the keccak256 of the lots it was made of, as abi.encode(bytes32[]), zero for a harvest
struct Lot {
    bytes32 form;
    bytes32 maker;
    uint128 made;
    uint64 expires;
    uint32 freezes;
    bytes32 origin;
}

/// @notice What a member has, and has given out, of a lot.
struct Hand {
    uint128 held;
    uint128 dispensed;
}

/// @notice The Merkle root over the codes of a packed lot's units, and how many they are.
struct UnitCodes {
    bytes32 root;
    uint32 units;
}

/// @notice A recall. A drill goes the same way and holds nothing up.
struct Recall {
    bytes32 by;
    bool drill;
    bool closed;
}

/// @notice How a lot stands in a recall.
enum Reach {
    None,
    Frozen,
    Released
}

/// @notice A lot and all the lots it was made of, in the order of the step that made it.
struct Descent {
    bytes32 lot;
    bytes32[] sources;
}

/// @notice A certified quota: plot × species × season.
struct Quota {
    bytes32 grower;
    bytes32 form;
    uint128 left;
    uint64 notAfter;
    bool withdrawn;
}

/// @notice How a shipment stands.
enum ShipmentState {
    None,
    Underway,
    Received,
    Refused,
    Cancelled
}

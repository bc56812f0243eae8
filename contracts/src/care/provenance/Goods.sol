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
/// @dev expires is in Unix seconds, zero when the lot does not expire
struct Lot {
    bytes32 form;
    bytes32 maker;
    uint128 made;
    uint64 expires;
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

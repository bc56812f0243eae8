// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

/// @notice What an entry costs and what stands behind it; points in thousandths, times in seconds.
/// @dev fee          for each entry, to the fund
/// @dev bond         locked for each lot
/// @dev bondRate     locked besides, for each kilogram
/// @dev compensation for each kilogram that a holder has of the frozen lots
/// @dev cover        the fund adds at most so many times the bond to its pot
/// @dev term         how long a bond stays locked
/// @dev window       how long holders may claim
struct Tariff {
    uint96 fee;
    uint96 bond;
    uint64 bondRate;
    uint96 compensation;
    uint32 cover;
    uint32 term;
    uint32 window;
}

/// @notice How a lot's bond stands.
enum BondState {
    None,
    Locked,
    Accused,
    Taken,
    Returned
}

/// @notice What a grower has locked for a lot, with the terms of that day.
struct Bond {
    bytes32 grower;
    uint96 amount;
    uint96 compensation;
    uint64 until;
    uint32 window;
    uint32 cover;
    BondState state;
    uint64 accusations;
}

/// @notice How a case stands.
enum CaseState {
    None,
    Open,
    Dismissed,
    Lapsed,
    Confirmed,
    Settled
}

/// @notice What a lab holds against a lot, and what came of it.
/// @dev until       when it lapses undecided, or when claims end
/// @dev recall      the recall whose frozen lots may be claimed for
/// @dev weight      milligrams claimed for and not yet collected
/// @dev pot         points that are there for them
struct Case {
    bytes32 lot;
    bytes32 lab;
    bytes32 recall;
    CaseState state;
    uint64 until;
    uint128 weight;
    uint128 pot;
}

/// @notice A grower's history: lots returned since its last verdict, and verdicts.
struct History {
    uint32 clean;
    uint32 verdicts;
}

// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

/// @title Guarantees: what a grower pays and pledges for its harvest
interface IGuarantees {
    /// @notice Collect the fee for an entry and lock the bond for its lot; by Provenance only.
    /// @param lot the lot entered
    /// @param grower the member that entered it
    /// @param milligrams how much
    function post(bytes32 lot, bytes32 grower, uint128 milligrams) external;
}

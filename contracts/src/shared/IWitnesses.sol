// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

/// @title Facts of another chain that members bear witness to
interface IWitnesses {
    /// @notice Too few members signed the fact
    /// @param needed how many must
    /// @param given how many did
    error WitnessesTooFew(uint256 needed, uint256 given);
    /// @notice A signer is out of order, acts for nobody or no vote, or for the member that the fact is about
    /// @param signer who
    error WitnessesRefused(address signer);
}

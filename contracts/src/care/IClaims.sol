// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

/// @notice What an account has earned on another chain, all of it since the beginning
/// @param chain EIP-155 id of the chain where it was earned
/// @param source the contract Rewards there
/// @param account who earned it
/// @param total thousandths of a point that have vested and were not clawed back
/// @param notAfter last second in which the voucher can be used
struct Claim {
    uint256 chain;
    address source;
    address account;
    uint256 total;
    uint64 notAfter;
}

/// @title Claims: points earned on another chain, paid out of the reserve of the one points ledger
interface IClaims {
    /// @notice Points were paid
    /// @param account to whom
    /// @param source the contract where they were earned
    /// @param amount how many now, in thousandths of a point
    /// @param total how many since the beginning
    event Paid(address indexed account, address indexed source, uint256 amount, uint256 total);

    /// @notice Nothing is left to be paid
    /// @param account to whom
    /// @param total how many were paid since the beginning
    error ClaimsNothing(address account, uint256 total);
    /// @notice The voucher's time is over
    /// @param notAfter its last second
    error ClaimsLapsed(uint64 notAfter);
    /// @notice The reserve pays no more within these thirty days
    /// @param left how many it still pays
    /// @param asked how many are asked for
    error ClaimsCapped(uint256 left, uint256 asked);

    /// @notice Pay what a voucher says and was not paid yet; anybody may hand it in
    /// @param voucher what was earned
    /// @param signatures of two members or more that vote, by the ascending number of the members
    function claim(Claim calldata voucher, bytes[] calldata signatures) external;

    /// @notice How much was paid to an account since the beginning, in thousandths of a point
    /// @param chain where it was earned
    /// @param source the contract there
    /// @param account to whom
    function paid(uint256 chain, address source, address account) external view returns (uint256);
}

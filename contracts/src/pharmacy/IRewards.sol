// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

enum Deed {
    None,
    Sharing,
    Reviewing
}

/// @notice What a deed earned
/// @param account who did it
/// @param vests from when it can be claimed
/// @param deed what was done
/// @param void whether it was cancelled or clawed back
/// @param amount thousandths of a point; zero where a cap was reached
struct Earning {
    address account;
    uint64 vests;
    Deed deed;
    bool void;
    uint64 amount;
}

/// @title Rewards: what sharing and reviewing earn
interface IRewards {
    /// @notice A deed earned points
    /// @param id of the earning, made of the deed and what it is about
    /// @param account who did it
    /// @param deed what was done
    /// @param amount thousandths of a point; zero where a cap was reached
    /// @param vests from when it can be claimed
    /// @param about what it is about: the formula shared, the voucher's nullifier
    event Earned(
        bytes32 indexed id, address indexed account, Deed indexed deed, uint64 amount, uint64 vests, bytes32 about
    );
    /// @notice An earning was given up before it vested
    /// @param id of the earning
    event Cancelled(bytes32 indexed id);
    /// @notice A member wants an earning back
    /// @param id of the earning
    /// @param member which
    /// @param reason SHA-256 of the reason
    /// @param votes how many members want it by now
    event ClawbackSupported(bytes32 indexed id, bytes32 indexed member, bytes32 reason, uint256 votes);
    /// @notice An earning was clawed back; what was claimed already is taken off what comes later
    /// @param id of the earning
    /// @param account whose it was
    /// @param amount thousandths of a point
    event ClawedBack(bytes32 indexed id, address indexed account, uint64 amount);

    /// @notice Only a contract in force may report this deed
    /// @param account who tried
    error RewardsNotInForce(address account);
    /// @notice There is no such earning, or it is void
    /// @param id which
    error RewardsUnknown(bytes32 id);
    /// @notice The deed has earned already
    /// @param id of the earning
    error RewardsEarnedAlready(bytes32 id);
    /// @notice The account acts for no member that votes
    /// @param account who tried
    error RewardsNotVoter(address account);
    /// @notice The member has said so already
    /// @param id of the earning
    /// @param member which
    error RewardsVotedAlready(bytes32 id, bytes32 member);
    /// @notice A reason is missing
    error RewardsNothing();

    /// @notice Count a deed; as the contract Formulas for sharing, as Reviews for reviewing
    /// @param deed what was done
    /// @param account who did it
    /// @param about what it is about, once for each deed
    /// @param formula the formula
    /// @param member where it was dispensed; zero for sharing
    function earn(Deed deed, address account, bytes32 about, bytes32 formula, bytes32 member) external;

    /// @notice Give an earning up that has not vested; as the contract that reported the deed
    /// @param deed what was done
    /// @param about what it is about
    function cancel(Deed deed, bytes32 about) external;

    /// @notice As a member that votes, want an earning back; the majority of the voting members takes it
    /// @param id of the earning
    /// @param reason SHA-256 of the reason
    function clawBack(bytes32 id, bytes32 reason) external;

    /// @notice An earning
    /// @param id which
    function earningById(bytes32 id) external view returns (Earning memory);

    /// @notice The id of an earning
    /// @param deed what was done
    /// @param about what it is about
    function earningId(Deed deed, bytes32 about) external pure returns (bytes32);
}

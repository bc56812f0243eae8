// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @notice What a holder has from the first block, taken from the genesis file.
struct Allocation {
    bytes32 holder;
    uint256 amount;
}

/// @title RewardToken: the consortium's closed-loop points
/// @notice A fixed supply, counted in thousandths of a point. A holder is a member's id, one of the words `fund` and
/// `reserve`, or the name of a contract in the Directory. What a member, the fund or the reserve holds stands in a
/// purse: an address derived from the holder, whose key nobody has. Points leave a purse only by a contract that is in
/// force, and no transfer ends outside purses and contracts of the Directory.
interface IRewardToken is IERC20 {
    /// @notice Points changed hands.
    /// @param from who had them; zero at the founding
    /// @param to who has them now
    /// @param why what for, as short text
    /// @param amount how many, in thousandths of a point
    /// @param about what it concerns, a lot or case; zero for nothing
    event Moved(bytes32 indexed from, bytes32 indexed to, bytes32 indexed why, uint256 amount, bytes32 about);

    /// @notice A regulator gave a member points out of the reserve.
    /// @param member who has them now
    /// @param by the regulator
    /// @param amount how many, in thousandths of a point
    /// @param account the operator that signed
    /// @param facts the reason, as JSON
    event Allotted(bytes32 indexed member, bytes32 indexed by, uint256 amount, address account, string facts);

    /// @notice A contract of the Directory may hold points from now on.
    /// @param name its name in the Directory
    /// @param current its address
    event Enlisted(bytes32 indexed name, address indexed current);

    /// @notice The caller, or the receiver, is no contract in force under this name.
    error RewardTokenNotInForce(bytes32 name, address account);
    /// @notice The holder has fewer points than asked.
    error RewardTokenInsufficient(bytes32 holder, uint256 has, uint256 asked);
    /// @notice Only a regulator may do this.
    error RewardTokenNotRegulator(bytes32 member);
    /// @notice A regulator may not favour itself.
    error RewardTokenOwnPurse(bytes32 member);
    /// @notice There is no such member.
    error RewardTokenUnknownMember(bytes32 member);
    /// @notice There is nothing to move, or nobody to move it to.
    error RewardTokenNothing();
    /// @notice The facts are longer than they may be.
    error RewardTokenFactsTooLong(uint256 most, uint256 given);

    /// @notice Let a contract in force hold points; anybody may call it.
    /// @param name its name in the Directory
    function enlist(bytes32 name) external;

    /// @notice Take points out of a purse into the calling contract.
    /// @param name the caller's name in the Directory
    /// @param from whose purse
    /// @param amount how many, in thousandths of a point
    /// @param why what for, as short text
    /// @param about what it concerns
    function collect(bytes32 name, bytes32 from, uint256 amount, bytes32 why, bytes32 about) external;

    /// @notice Move points from purse to purse, for the calling contract.
    /// @param name the caller's name in the Directory
    /// @param from whose purse
    /// @param to whose purse they go to
    /// @param amount how many, in thousandths of a point
    /// @param why what for, as short text
    /// @param about what it concerns
    function move(bytes32 name, bytes32 from, bytes32 to, uint256 amount, bytes32 why, bytes32 about) external;

    /// @notice Put points of the calling contract into a purse; also when it is no longer in force, so that what it
    /// holds can be given back.
    /// @param to whose purse
    /// @param amount how many, in thousandths of a point
    /// @param why what for, as short text
    /// @param about what it concerns
    function pay(bytes32 to, uint256 amount, bytes32 why, bytes32 about) external;

    /// @notice Give a member points out of the reserve; by a regulator, not to itself.
    /// @param member who is to have them
    /// @param amount how many, in thousandths of a point
    /// @param facts the reason, as JSON
    function allot(bytes32 member, uint256 amount, string calldata facts) external;

    /// @notice How many points a purse holds.
    function heldBy(bytes32 holder) external view returns (uint256);

    /// @notice The address of a holder's purse; nobody has its key.
    function purseOf(bytes32 holder) external pure returns (address);
}

// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IMembers, Kind} from "../shared/IMembers.sol";
import {Allocation, IRewardToken} from "./IRewardToken.sol";

/// @title RewardToken: the consortium's closed-loop points
contract RewardToken is ERC20, IRewardToken {
    bytes32 private constant _RESERVE = "reserve";
    uint256 private constant _MOST_FACTS = 4096;
    uint256 private constant _MOST_ALLOCATIONS = 256;

    IMembers private immutable MEMBERS;

    /// @dev The names of contracts that hold or have held points.
    mapping(address current => bytes32 name) private _names;

    /// @param members the contract Members of this chain
    /// @param allocations the whole supply, by holder
    constructor(address members, Allocation[] memory allocations) ERC20("TCM Chain Points", "TCMP") {
        MEMBERS = IMembers(members);
        require(allocations.length <= _MOST_ALLOCATIONS, RewardTokenNothing());
        for (uint256 i = 0; i < allocations.length; ++i) {
            (bytes32 holder, uint256 amount) = (allocations[i].holder, allocations[i].amount);
            require(holder != 0 && amount != 0, RewardTokenNothing());
            _mint(purseOf(holder), amount);
            emit Moved(0, holder, "founding", amount, 0);
        }
    }

    /// @inheritdoc IRewardToken
    function enlist(bytes32 name) external {
        address current = MEMBERS.addressOf(name);
        require(name != 0 && current != address(0), RewardTokenNotInForce(name, current));
        _enlist(name, current);
    }

    /// @inheritdoc IRewardToken
    function collect(bytes32 name, bytes32 from, uint256 amount, bytes32 why, bytes32 about) external {
        _inForce(name);
        _enlist(name, msg.sender);
        _leave(from, amount);
        emit Moved(from, name, why, amount, about);
        _transfer(purseOf(from), msg.sender, amount);
    }

    /// @inheritdoc IRewardToken
    function move(bytes32 name, bytes32 from, bytes32 to, uint256 amount, bytes32 why, bytes32 about) external {
        _inForce(name);
        require(to != 0, RewardTokenNothing());
        _leave(from, amount);
        emit Moved(from, to, why, amount, about);
        _transfer(purseOf(from), purseOf(to), amount);
    }

    /// @inheritdoc IRewardToken
    function pay(bytes32 to, uint256 amount, bytes32 why, bytes32 about) external {
        bytes32 name = _names[msg.sender];
        require(name != 0, RewardTokenNotInForce(0, msg.sender));
        require(to != 0 && amount != 0, RewardTokenNothing());
        uint256 has = balanceOf(msg.sender);
        require(amount <= has, RewardTokenInsufficient(name, has, amount));
        emit Moved(name, to, why, amount, about);
        _transfer(msg.sender, purseOf(to), amount);
    }

    /// @inheritdoc IRewardToken
    function allot(bytes32 member, uint256 amount, string calldata facts) external {
        uint256 length = bytes(facts).length;
        require(length <= _MOST_FACTS, RewardTokenFactsTooLong(_MOST_FACTS, length));
        (bytes32 by, Kind kind) = MEMBERS.actor(msg.sender);
        require(kind == Kind.Regulator, RewardTokenNotRegulator(by));
        require(member != by, RewardTokenOwnPurse(by));
        require(MEMBERS.memberById(member).kind != Kind.None, RewardTokenUnknownMember(member));
        _leave(_RESERVE, amount);
        emit Moved(_RESERVE, member, "allotment", amount, 0);
        emit Allotted(member, by, amount, msg.sender, facts);
        _transfer(purseOf(_RESERVE), purseOf(member), amount);
    }

    /// @notice Move points between contracts of the Directory; no other transfer is possible.
    /// @param to a contract in force
    /// @param amount how many, in thousandths of a point
    /// @return done always true
    function transfer(address to, uint256 amount) public override(ERC20, IERC20) returns (bool done) {
        _between(msg.sender, to, amount);
        return super.transfer(to, amount);
    }

    /// @notice Move points between contracts of the Directory, with the allowance of the one that has them.
    /// @param from the contract that has them
    /// @param to a contract in force
    /// @param amount how many, in thousandths of a point
    /// @return done always true
    function transferFrom(address from, address to, uint256 amount) public override(ERC20, IERC20) returns (bool done) {
        _between(from, to, amount);
        return super.transferFrom(from, to, amount);
    }

    /// @inheritdoc IRewardToken
    function heldBy(bytes32 holder) public view returns (uint256) {
        return balanceOf(purseOf(holder));
    }

    /// @notice Amounts are counted in thousandths of a point.
    /// @return places always 3
    function decimals() public pure override returns (uint8 places) {
        return 3;
    }

    /// @inheritdoc IRewardToken
    function purseOf(bytes32 holder) public pure returns (address) {
        return address(uint160(uint256(keccak256(abi.encode("purse", holder)))));
    }

    function _enlist(bytes32 name, address current) private {
        if (_names[current] == name) return;
        _names[current] = name;
        emit Enlisted(name, current);
    }

    function _between(address from, address to, uint256 amount) private {
        bytes32 name = _names[from];
        bytes32 target = _names[to];
        require(name != 0, RewardTokenNotInForce(0, from));
        require(target != 0 && MEMBERS.addressOf(target) == to, RewardTokenNotInForce(target, to));
        emit Moved(name, target, "transfer", amount, 0);
    }

    function _inForce(bytes32 name) private view {
        require(MEMBERS.addressOf(name) == msg.sender, RewardTokenNotInForce(name, msg.sender));
    }

    function _leave(bytes32 from, uint256 amount) private view {
        require(amount != 0, RewardTokenNothing());
        uint256 has = heldBy(from);
        require(amount <= has, RewardTokenInsufficient(from, has, amount));
    }
}

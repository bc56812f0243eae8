// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {IMembers} from "../shared/IMembers.sol";
import {Deed, Earning, IRewards} from "./IRewards.sol";

/// @title Rewards: what sharing and reviewing earn
/// @dev A review earns the same whatever it says. Caps hold for thirty days, counted from the epoch; a deed over a cap
/// is counted and earns nothing. Points are claimed on `care`.
contract Rewards is IRewards {
    uint64 private constant _SHARING = 50_000;
    uint64 private constant _REVIEWING = 2_000;
    uint64 private constant _SHARING_VESTS = 90 days;
    uint64 private constant _REVIEWING_VESTS = 30 days;
    uint64 private constant _PERIOD = 30 days;
    uint64 private constant _DAY = 1 days;
    uint32 private constant _SHARINGS_OF_ACCOUNT = 4;
    uint32 private constant _REVIEWS_OF_ACCOUNT = 4;
    uint32 private constant _REVIEWS_AT_MEMBER = 2_000;
    uint32 private constant _REVIEWS_OF_FORMULA_A_DAY = 50;

    IMembers private immutable _MEMBERS;
    mapping(bytes32 id => Earning) private _earnings;
    mapping(bytes32 who => mapping(uint256 period => uint32)) private _counts;
    mapping(bytes32 id => mapping(bytes32 member => bool)) private _wanted;
    mapping(bytes32 id => uint256) private _votes;

    /// @param members the contract Members of this chain
    constructor(address members) {
        _MEMBERS = IMembers(members);
    }

    /// @inheritdoc IRewards
    function earn(Deed deed, address account, bytes32 about, bytes32 formula, bytes32 member) external {
        _reported(deed);
        bytes32 id = earningId(deed, about);
        require(_earnings[id].deed == Deed.None, RewardsEarnedAlready(id));
        bool sharing = deed == Deed.Sharing;
        bool within = sharing ? _sharing(account) : _reviewing(account, formula, member);
        uint64 amount = within ? (sharing ? _SHARING : _REVIEWING) : 0;
        uint64 vests = uint64(block.timestamp) + (sharing ? _SHARING_VESTS : _REVIEWING_VESTS);
        _earnings[id] = Earning({account: account, vests: vests, deed: deed, void: false, amount: amount});
        emit Earned(id, account, deed, amount, vests, about);
    }

    /// @inheritdoc IRewards
    function cancel(Deed deed, bytes32 about) external {
        _reported(deed);
        bytes32 id = earningId(deed, about);
        Earning storage earning = _earnings[id];
        if (earning.void || block.timestamp >= earning.vests) return;
        earning.void = true;
        emit Cancelled(id);
    }

    /// @inheritdoc IRewards
    function clawBack(bytes32 id, bytes32 reason) external {
        Earning storage earning = _earnings[id];
        require(earning.deed != Deed.None && !earning.void, RewardsUnknown(id));
        require(reason != 0, RewardsNothing());
        bytes32 member = _MEMBERS.memberOf(msg.sender);
        require(_MEMBERS.mayAct(msg.sender) && _MEMBERS.memberById(member).voting, RewardsNotVoter(msg.sender));
        require(!_wanted[id][member], RewardsVotedAlready(id, member));
        _wanted[id][member] = true;
        uint256 votes = ++_votes[id];
        emit ClawbackSupported(id, member, reason, votes);
        if (votes < _MEMBERS.quorum()) return;
        earning.void = true;
        emit ClawedBack(id, earning.account, earning.amount);
    }

    /// @inheritdoc IRewards
    function earningById(bytes32 id) external view returns (Earning memory) {
        return _earnings[id];
    }

    /// @inheritdoc IRewards
    function earningId(Deed deed, bytes32 about) public pure returns (bytes32) {
        return keccak256(abi.encode(deed, about));
    }

    function _sharing(address account) private returns (bool) {
        return _count(bytes32(uint256(uint160(account))), _PERIOD) <= _SHARINGS_OF_ACCOUNT;
    }

    function _reviewing(address account, bytes32 formula, bytes32 member) private returns (bool) {
        uint32 ofAccount = _count(keccak256(abi.encode(account)), _PERIOD);
        uint32 atMember = _count(member, _PERIOD);
        uint32 ofFormula = _count(formula, _DAY);
        return
            ofAccount <= _REVIEWS_OF_ACCOUNT && atMember <= _REVIEWS_AT_MEMBER && ofFormula <= _REVIEWS_OF_FORMULA_A_DAY;
    }

    function _count(bytes32 who, uint64 period) private returns (uint32) {
        return ++_counts[who][block.timestamp / period];
    }

    function _reported(Deed deed) private view {
        bytes32 name = deed == Deed.Sharing ? bytes32("Formulas") : bytes32("Reviews");
        require(deed != Deed.None && msg.sender == _MEMBERS.addressOf(name), RewardsNotInForce(msg.sender));
    }
}

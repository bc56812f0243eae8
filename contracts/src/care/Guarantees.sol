// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";
import {IMembers, Kind} from "../shared/IMembers.sol";
import {IGuarantees} from "./IGuarantees.sol";
import {IProvenance} from "./IProvenance.sol";
import {IRewardToken} from "./IRewardToken.sol";
import {Bonds} from "./guarantees/Bonds.sol";
import {Bond, BondState, Case, CaseState} from "./guarantees/Pledges.sol";

/// @title Guarantees: what a grower pays and pledges for its harvest, and who gets it when the harvest is bad
contract Guarantees is Bonds, Multicall {
    uint64 private constant _TO_DECIDE = 180 days;

    mapping(bytes32 id => Case) private _cases;
    mapping(bytes32 id => mapping(bytes32 member => uint128)) private _claims;
    /// @dev A milligram is compensated once, whatever the number of cases that reach it.
    mapping(bytes32 lot => mapping(bytes32 member => uint128)) private _claimed;
    mapping(bytes32 lot => mapping(bytes32 lab => bool)) private _accused;

    /// @param members the contract Members of this chain
    /// @param points the contract RewardToken of this chain
    constructor(address members, address points) {
        MEMBERS = IMembers(members);
        POINTS = IRewardToken(points);
    }

    /// @inheritdoc IGuarantees
    function accuse(bytes32 lot, bytes32 findings, string calldata facts) external returns (bytes32 id) {
        bytes32 lab = _by(Kind.Lab, facts);
        Bond storage bond = _bonds[lot];
        require(bond.state == BondState.Locked, GuaranteesNotLocked(lot));
        require(findings != 0, GuaranteesNothing());
        require(!_accused[lot][lab], GuaranteesAccusedAlready(lot, lab));
        require(!relatedTo(bond.grower, lab), GuaranteesRelated(lab, bond.grower));
        _accused[lot][lab] = true;
        id = keccak256(abi.encode("case", lot, ++bond.accusations));
        bond.state = BondState.Accused;
        uint64 until = uint64(block.timestamp) + _TO_DECIDE;
        Case storage record = _cases[id];
        (record.lot, record.lab, record.state, record.until) = (lot, lab, CaseState.Open, until);
        emit Accused(id, lot, lab, findings, until, msg.sender, facts);
    }

    /// @inheritdoc IGuarantees
    function dismiss(bytes32 id, string calldata facts) external {
        (Case storage record, Bond storage bond, bytes32 regulator) = _judge(id, facts);
        record.state = CaseState.Dismissed;
        bond.state = BondState.Locked;
        emit Dismissed(id, record.lot, regulator, msg.sender, facts);
    }

    /// @inheritdoc IGuarantees
    function lapse(bytes32 id) external {
        Case storage record = _standing(id, CaseState.Open);
        require(block.timestamp > record.until, GuaranteesTooEarly(record.until));
        record.state = CaseState.Lapsed;
        _bonds[record.lot].state = BondState.Locked;
        emit Lapsed(id, record.lot);
    }

    /// @inheritdoc IGuarantees
    function confirm(bytes32 id, bytes32 recall, string calldata facts) external {
        (Case storage record, Bond storage bond, bytes32 regulator) = _judge(id, facts);
        bytes32 grower = bond.grower;
        _checkRecall(recall, record.lot, grower);
        bond.state = BondState.Taken;
        record.state = CaseState.Confirmed;
        (record.recall, record.pot) = (recall, bond.amount);
        record.until = uint64(block.timestamp) + bond.window;
        _histories[grower].clean = 0;
        ++_histories[grower].verdicts;
        emit Confirmed(id, record.lot, regulator, recall, grower, bond.amount, record.until, msg.sender, facts);
    }

    /// @inheritdoc IGuarantees
    function claim(bytes32 id, bytes32 lot) external {
        (bytes32 member,) = _actor();
        Case storage record = _standing(id, CaseState.Confirmed);
        require(block.timestamp <= record.until, GuaranteesTooLate(record.until));
        _checkUnrelated(record, member);
        IProvenance ledger = _ledger();
        require(ledger.frozenIn(record.recall, lot), GuaranteesNotFrozen(record.recall, lot));
        uint128 has = ledger.held(lot, member) + ledger.dispensedBy(lot, member);
        uint128 before = _claimed[lot][member];
        require(has > before, GuaranteesNothing());
        uint128 milligrams = has - before;
        _claimed[lot][member] = has;
        _claims[id][member] += milligrams;
        record.weight += milligrams;
        emit Claimed(id, member, lot, milligrams, msg.sender);
    }

    /// @inheritdoc IGuarantees
    function strike(bytes32 id, bytes32 member) external {
        Case storage record = _cases[id];
        bool settled = record.state == CaseState.Settled;
        require(settled || record.state == CaseState.Confirmed, GuaranteesWrongCase(id));
        bytes32 grower = _bonds[record.lot].grower;
        require(relatedTo(grower, member), GuaranteesUnrelated(member, grower));
        (uint128 milligrams, uint128 share) = _take(record, id, member);
        if (!settled) (record.pot, share) = (record.pot + share, 0);
        emit Struck(id, member, milligrams, share);
        if (share != 0) POINTS.pay(FUND, share, "struck", id);
    }

    /// @inheritdoc IGuarantees
    function settle(bytes32 id) external {
        Case storage record = _standing(id, CaseState.Confirmed);
        require(block.timestamp > record.until, GuaranteesTooEarly(record.until));
        Bond storage bond = _bonds[record.lot];
        (uint128 weight, uint256 pot) = (record.weight, record.pot);
        uint256 due = (uint256(weight) * bond.compensation) / MILLIGRAMS;
        uint256 added = due > pot ? _least(due - pot, pot * bond.cover, POINTS.heldBy(FUND)) : 0;
        uint256 left = due < pot ? pot - due : 0;
        uint128 shared = uint128(pot + added - left);
        record.state = CaseState.Settled;
        record.pot = shared;
        emit Settled(id, record.lot, weight, due, shared, added, left);
        if (added != 0) POINTS.collect(NAME, FUND, added, "cover", id);
        if (left != 0) POINTS.pay(FUND, left, "left", id);
    }

    /// @inheritdoc IGuarantees
    function collect(bytes32 id) external {
        (bytes32 member,) = _actor();
        Case storage record = _standing(id, CaseState.Settled);
        _checkUnrelated(record, member);
        (uint128 milligrams, uint128 share) = _take(record, id, member);
        emit Collected(id, member, milligrams, share);
        if (share != 0) POINTS.pay(member, share, "compensation", id);
    }

    /// @inheritdoc IGuarantees
    function caseById(bytes32 id) external view returns (Case memory) {
        return _cases[id];
    }

    /// @inheritdoc IGuarantees
    function claimOf(bytes32 id, bytes32 member) external view returns (uint128) {
        return _claims[id][member];
    }

    /// @dev A claim and its share of the pot. Each share is of what is left, so that the last one takes what rounding
    /// left.
    function _take(Case storage record, bytes32 id, bytes32 member)
        private
        returns (uint128 milligrams, uint128 share)
    {
        milligrams = _claims[id][member];
        require(milligrams != 0, GuaranteesNothing());
        (uint128 pot, uint128 weight) = (record.pot, record.weight);
        share = uint128((uint256(pot) * milligrams) / weight);
        _claims[id][member] = 0;
        (record.pot, record.weight) = (pot - share, weight - milligrams);
    }

    /// @dev An open case in time, its bond, and the regulator that decides it.
    function _judge(bytes32 id, string calldata facts)
        private
        view
        returns (Case storage record, Bond storage bond, bytes32 regulator)
    {
        regulator = _by(Kind.Regulator, facts);
        record = _standing(id, CaseState.Open);
        require(block.timestamp <= record.until, GuaranteesTooLate(record.until));
        _checkUnrelated(record, regulator);
        bond = _bonds[record.lot];
    }

    function _standing(bytes32 id, CaseState state) private view returns (Case storage record) {
        record = _cases[id];
        require(record.state == state, GuaranteesWrongCase(id));
    }

    function _checkUnrelated(Case storage record, bytes32 member) private view {
        bytes32 grower = _bonds[record.lot].grower;
        require(member != grower && !relatedTo(grower, member), GuaranteesRelated(member, grower));
    }

    /// @dev Whoever opened a recall may release its lots again: the grower must not be able to shut claimants out.
    function _checkRecall(bytes32 recall, bytes32 lot, bytes32 grower) private view {
        IProvenance ledger = _ledger();
        bool seeded = ledger.isSeed(recall, lot) && ledger.frozenIn(recall, lot);
        require(seeded && ledger.recallById(recall).by != grower, GuaranteesWrongRecall(recall, lot));
    }

    function _ledger() private view returns (IProvenance) {
        return IProvenance(MEMBERS.addressOf("Provenance"));
    }

    function _least(uint256 a, uint256 b, uint256 c) private pure returns (uint256) {
        uint256 least = a < b ? a : b;
        return least < c ? least : c;
    }
}

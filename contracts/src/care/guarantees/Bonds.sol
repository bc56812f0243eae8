// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {IMembers, Kind} from "../../shared/IMembers.sol";
import {IGuarantees} from "../IGuarantees.sol";
import {IRewardToken} from "../IRewardToken.sol";
import {Bond, BondState, History, Tariff} from "./Pledges.sol";

/// @title What an entry costs, what is locked for it, and who is related to whom
abstract contract Bonds is IGuarantees {
    bytes32 internal constant NAME = "Guarantees";
    bytes32 internal constant FUND = "fund";
    uint256 internal constant MILLIGRAMS = 1_000_000;
    uint256 private constant _MOST_FACTS = 4096;
    uint256 private constant _MOST_POINTS = 1 << 60;
    uint32 private constant _LONGEST = 3650 days;
    uint256 private constant _STEP = 5;
    uint256 private constant _MOST_STEPS = 5;

    IMembers internal immutable MEMBERS;
    IRewardToken internal immutable POINTS;

    Tariff private _tariff;
    mapping(bytes32 lot => Bond) internal _bonds;
    mapping(bytes32 grower => History) internal _histories;
    mapping(bytes32 pair => bool) private _related;

    /// @inheritdoc IGuarantees
    function post(bytes32 lot, bytes32 grower, uint128 milligrams) external {
        require(msg.sender == MEMBERS.addressOf("Provenance"), GuaranteesNotProvenance(msg.sender));
        Tariff memory now_ = _tariff;
        if (now_.term == 0) return;
        uint96 amount = bondFor(grower, milligrams);
        uint64 until = uint64(block.timestamp) + now_.term;
        _bonds[lot] = Bond({
            grower: grower,
            amount: amount,
            compensation: now_.compensation,
            until: until,
            window: now_.window,
            cover: now_.cover,
            state: BondState.Locked,
            accusations: 0
        });
        emit Posted(lot, grower, milligrams, now_.fee, amount, until);
        if (now_.fee != 0) POINTS.move(NAME, grower, FUND, now_.fee, "fee", lot);
        if (amount != 0) POINTS.collect(NAME, grower, amount, "bond", lot);
    }

    /// @inheritdoc IGuarantees
    function setTariff(Tariff calldata wanted, string calldata facts) external {
        bytes32 by = _by(Kind.Regulator, facts);
        bool timed = wanted.term != 0 && wanted.term <= _LONGEST && wanted.window != 0 && wanted.window <= _LONGEST;
        bool bounded = wanted.fee <= _MOST_POINTS && wanted.bond <= _MOST_POINTS && wanted.bondRate <= _MOST_POINTS;
        require(timed && bounded && wanted.compensation <= _MOST_POINTS, GuaranteesTariffInvalid());
        _tariff = wanted;
        emit TariffSet(by, wanted, msg.sender, facts);
    }

    /// @inheritdoc IGuarantees
    function relate(bytes32 a, bytes32 b, bool related, string calldata facts) external {
        bytes32 by = _by(Kind.Regulator, facts);
        require(a != b && a != 0 && b != 0, GuaranteesNothing());
        require(by != a && by != b, GuaranteesWrongKind(by));
        _related[_pair(a, b)] = related;
        emit Related(a, b, related, by, msg.sender, facts);
    }

    /// @inheritdoc IGuarantees
    function release(bytes32 lot) external {
        Bond storage bond = _bonds[lot];
        require(bond.state == BondState.Locked, GuaranteesNotLocked(lot));
        require(block.timestamp > bond.until, GuaranteesTooEarly(bond.until));
        (bytes32 grower, uint96 amount) = (bond.grower, bond.amount);
        bond.state = BondState.Returned;
        ++_histories[grower].clean;
        emit Returned(lot, grower, amount);
        if (amount != 0) POINTS.pay(grower, amount, "return", lot);
    }

    /// @inheritdoc IGuarantees
    function tariff() external view returns (Tariff memory) {
        return _tariff;
    }

    /// @inheritdoc IGuarantees
    function bondOf(bytes32 lot) external view returns (Bond memory) {
        return _bonds[lot];
    }

    /// @inheritdoc IGuarantees
    function historyOf(bytes32 grower) external view returns (History memory) {
        return _histories[grower];
    }

    /// @inheritdoc IGuarantees
    function relatedTo(bytes32 a, bytes32 b) public view returns (bool) {
        return _related[_pair(a, b)];
    }

    /// @inheritdoc IGuarantees
    function bondFor(bytes32 grower, uint128 milligrams) public view returns (uint96) {
        uint256 full = _tariff.bond + (uint256(_tariff.bondRate) * milligrams) / MILLIGRAMS;
        uint256 steps = _histories[grower].clean / _STEP;
        if (steps > _MOST_STEPS) steps = _MOST_STEPS;
        return uint96((full * (10 - steps)) / 10);
    }

    /// @dev The acting member, when it is of this kind.
    function _by(Kind wanted, string calldata facts) internal view returns (bytes32 member) {
        uint256 length = bytes(facts).length;
        require(length <= _MOST_FACTS, GuaranteesFactsTooLong(_MOST_FACTS, length));
        Kind kind;
        (member, kind) = _actor();
        require(kind == wanted, GuaranteesWrongKind(member));
    }

    function _actor() internal view returns (bytes32 member, Kind kind) {
        (member, kind) = MEMBERS.actor(msg.sender);
    }

    function _pair(bytes32 a, bytes32 b) private pure returns (bytes32) {
        return a < b ? keccak256(abi.encode(a, b)) : keccak256(abi.encode(b, a));
    }
}

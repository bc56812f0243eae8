// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IMembers, Kind} from "../shared/IMembers.sol";
import {IPractitioners} from "../shared/IPractitioners.sol";
import {Witnesses} from "../shared/Witnesses.sol";
import {IFormulas} from "./IFormulas.sol";
import {IReviews, Opinion, Review, Tally, Voucher} from "./IReviews.sol";
import {Deed, IRewards} from "./IRewards.sol";

/// @title Reviews: one of a formula for each dispensing
contract Reviews is IReviews, Witnesses, EIP712 {
    bytes32 private constant _VOUCHER = keccak256(
        "Voucher(bytes32 formula,uint32 version,bytes32 nullifier,address reviewer,bytes32 name,bytes32 member,uint64 opens,uint64 closes)"
    );
    bytes32 private constant _TALLY = keccak256("Tally(uint256 chain,address source,bytes32 member,uint64 count)");
    bytes32 private constant _PHYSICIAN = "physician";
    bytes32 private constant _PHARMACIST = "pharmacist";
    uint64 private constant _LONGEST = 180 days;
    uint256 private constant _MOST_STATEMENT = 4_096;

    struct Dispensings {
        bytes32 source;
        uint64 tallied;
        uint64 used;
    }

    IPractitioners private immutable _PRACTITIONERS;
    IFormulas private immutable _FORMULAS;
    mapping(bytes32 nullifier => Review) private _reviews;
    mapping(bytes32 member => Dispensings) private _dispensings;
    mapping(bytes32 id => bool) private _harms;
    uint64 private _reports;

    /// @param members the contract Members of this chain
    /// @param practitioners the contract Practitioners of this chain
    /// @param formulas the contract Formulas of this chain
    constructor(address members, address practitioners, address formulas) EIP712("TCM Chain Reviews", "1") {
        MEMBERS = IMembers(members);
        _PRACTITIONERS = IPractitioners(practitioners);
        _FORMULAS = IFormulas(formulas);
    }

    /// @inheritdoc IReviews
    function review(Voucher calldata voucher, bytes calldata signature, Opinion calldata opinion) external {
        _check(voucher, signature);
        require(
            _FORMULAS.mayDispense(voucher.formula, voucher.version),
            ReviewsWrongFormula(voucher.formula, voucher.version)
        );
        require(
            block.timestamp >= voucher.opens && block.timestamp <= voucher.closes,
            ReviewsNotOpen(voucher.opens, voucher.closes)
        );
        require(_meaningful(opinion), ReviewsInvalid());
        require(_reviews[voucher.nullifier].reviewer == address(0), ReviewsUsed(voucher.nullifier));
        Dispensings storage had = _dispensings[voucher.member];
        require(had.used < had.tallied, ReviewsBeyondDispensings(voucher.member, had.tallied));
        ++had.used;
        _reviews[voucher.nullifier] = Review(msg.sender, voucher.formula, voucher.version, false, false);
        _tell(voucher, opinion);
        IRewards(MEMBERS.addressOf("Rewards"))
            .earn(Deed.Reviewing, msg.sender, voucher.nullifier, voucher.formula, voucher.member);
    }

    /// @inheritdoc IReviews
    function withdraw(bytes32 nullifier) external {
        Review storage found = _reviews[nullifier];
        require(found.reviewer == msg.sender && !found.withdrawn, ReviewsUnknown(nullifier));
        (found.withdrawn, found.erased) = (true, true);
        emit Withdrawn(nullifier);
        IRewards(MEMBERS.addressOf("Rewards")).cancel(Deed.Reviewing, nullifier);
    }

    /// @inheritdoc IReviews
    function erase(bytes32 nullifier) external {
        Review storage found = _reviews[nullifier];
        require(found.reviewer != address(0) && !found.erased, ReviewsUnknown(nullifier));
        if (found.reviewer != msg.sender) _regulator();
        found.erased = true;
        emit Erased(nullifier, msg.sender);
    }

    /// @inheritdoc IReviews
    function reportHarm(Voucher calldata voucher, bytes calldata signature, uint8 severity, bytes32 content)
        external
        returns (bytes32 id)
    {
        _check(voucher, signature);
        return _report(voucher.formula, voucher.version, severity, voucher.member, content);
    }

    /// @inheritdoc IReviews
    function reportHarmSeen(bytes32 formula, uint32 version, uint8 severity, bytes32 content)
        external
        returns (bytes32 id)
    {
        require(
            _PRACTITIONERS.mayAct(msg.sender, _PHYSICIAN) || _PRACTITIONERS.mayAct(msg.sender, _PHARMACIST),
            ReviewsMayNotAct(msg.sender)
        );
        return _report(formula, version, severity, 0, content);
    }

    /// @inheritdoc IReviews
    function answerHarm(bytes32 id, string calldata statement) external {
        bytes32 member = _regulator();
        require(_harms[id], ReviewsUnknown(id));
        require(bytes(statement).length != 0 && bytes(statement).length <= _MOST_STATEMENT, ReviewsInvalid());
        emit HarmAnswered(id, member, statement);
    }

    /// @inheritdoc IReviews
    function tally(Tally calldata counted, bytes[] calldata signatures) external {
        _witnessed(_hashTypedDataV4(keccak256(abi.encode(_TALLY, counted))), signatures, counted.member);
        Dispensings storage had = _dispensings[counted.member];
        bytes32 source = keccak256(abi.encode(counted.chain, counted.source));
        require(
            counted.count > had.tallied && (had.source == 0 || had.source == source),
            ReviewsWrongTally(counted.member, had.tallied)
        );
        (had.tallied, had.source) = (counted.count, source);
        emit Tallied(counted.member, counted.count);
    }

    /// @inheritdoc IReviews
    function reviewById(bytes32 nullifier) external view returns (Review memory) {
        return _reviews[nullifier];
    }

    /// @inheritdoc IReviews
    function standingOf(bytes32 member) external view returns (uint64 tallied, uint64 used) {
        Dispensings storage had = _dispensings[member];
        return (had.tallied, had.used);
    }

    function _tell(Voucher calldata voucher, Opinion calldata opinion) private {
        emit Reviewed(
            voucher.nullifier,
            voucher.formula,
            msg.sender,
            voucher.version,
            voucher.member,
            voucher.name,
            opinion.rating,
            opinion.before,
            opinion.afterwards,
            opinion.content
        );
    }

    function _report(bytes32 formula, uint32 version, uint8 severity, bytes32 member, bytes32 content)
        private
        returns (bytes32 id)
    {
        require(_FORMULAS.versionOf(formula, version).shared != 0, ReviewsWrongFormula(formula, version));
        require(severity >= 1 && severity <= 4 && content != 0, ReviewsInvalid());
        id = keccak256(abi.encode("harm", msg.sender, ++_reports));
        _harms[id] = true;
        emit HarmReported(id, formula, msg.sender, version, severity, member, content);
    }

    function _check(Voucher calldata voucher, bytes calldata signature) private view {
        require(voucher.reviewer == msg.sender, ReviewsNotReviewer(voucher.reviewer, msg.sender));
        require(voucher.nullifier != 0 && voucher.name != 0, ReviewsInvalid());
        require(
            voucher.opens < voucher.closes && voucher.closes - voucher.opens <= _LONGEST,
            ReviewsNotOpen(voucher.opens, voucher.closes)
        );
        _dispenser(ECDSA.recover(_hashTypedDataV4(keccak256(abi.encode(_VOUCHER, voucher))), signature), voucher.member);
        require(!_partial(voucher.formula), ReviewsPartial(msg.sender));
    }

    function _dispenser(address signer, bytes32 named) private view {
        (bytes32 member, Kind kind) = _actor(signer);
        bool dispenses = kind == Kind.Hospital || kind == Kind.Clinic || kind == Kind.Pharmacy;
        require(member == named && dispenses, ReviewsNotDispenser(signer));
    }

    function _regulator() private view returns (bytes32 member) {
        Kind kind;
        (member, kind) = _actor(msg.sender);
        require(kind == Kind.Regulator, ReviewsMayNotAct(msg.sender));
    }

    function _partial(bytes32 formula) private view returns (bool) {
        return MEMBERS.memberOf(msg.sender) != 0 || _PRACTITIONERS.isHolder(msg.sender, _PHYSICIAN)
            || _PRACTITIONERS.isHolder(msg.sender, _PHARMACIST) || _FORMULAS.formulaById(formula).author == msg.sender;
    }

    function _actor(address account) private view returns (bytes32 member, Kind kind) {
        (member, kind) = MEMBERS.actor(account);
    }

    function _meaningful(Opinion calldata opinion) private pure returns (bool) {
        return opinion.rating >= 1 && opinion.rating <= 5 && opinion.before >= 1 && opinion.before <= 100
            && opinion.afterwards <= 100 && opinion.content != 0;
    }
}

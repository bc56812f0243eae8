// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {IMembers, Kind} from "../../shared/IMembers.sol";
import {IPractitioners} from "../../shared/IPractitioners.sol";
import {IPatients} from "../IPatients.sol";
import {IConsent, Glass, GlassState} from "../IConsent.sol";

/// @title The guarded way in when a patient cannot be asked
abstract contract BreakGlass is IConsent {
    /// @dev The scope of a licence to treat people.
    bytes32 private constant _PRACTICE = "physician";
    uint64 private constant _TO_SECOND = 1 hours;
    uint64 private constant _TO_READ = 24 hours;
    uint64 private constant _TO_REVIEW = 7 days;
    uint256 private constant _MOST_WAITING = 8;

    IMembers internal immutable MEMBERS;
    IPractitioners internal immutable PRACTITIONERS;
    IPatients internal immutable PATIENTS;

    mapping(bytes32 id => Glass) private _glasses;
    mapping(address practitioner => uint64) private _broken;
    /// @dev Seconded and not yet reviewed; the next waits for the review of any that is overdue.
    mapping(address practitioner => bytes32[] ids) private _waiting;

    constructor(address members, address practitioners, address patients) {
        MEMBERS = IMembers(members);
        PRACTITIONERS = IPractitioners(practitioners);
        PATIENTS = IPatients(patients);
    }

    /// @inheritdoc IConsent
    function breakGlass(address patient, bytes32 reason, bytes calldata readingKey) external returns (bytes32 id) {
        bytes32 member = _practitioner();
        require(PATIENTS.controllerOf(patient) != address(0), ConsentNoPatient(patient));
        require(reason != 0, ConsentNothing());
        bytes32 hash = keccak256(readingKey);
        require(PATIENTS.readerOf(msg.sender) == hash, ConsentWrongKey(msg.sender));
        _checkReviews(msg.sender);
        id = keccak256(abi.encode("break-glass", msg.sender, ++_broken[msg.sender]));
        Glass storage glass = _glasses[id];
        (glass.patient, glass.state, glass.first) = (patient, GlassState.Broken, msg.sender);
        (glass.firstMember, glass.readingKey) = (member, hash);
        uint64 until = uint64(block.timestamp) + _TO_SECOND;
        glass.until = until;
        emit GlassBroken(id, patient, msg.sender, member, reason, readingKey, until);
    }

    /// @inheritdoc IConsent
    function second(bytes32 id) external {
        bytes32 member = _practitioner();
        Glass storage glass = _glasses[id];
        require(glass.state == GlassState.Broken, ConsentWrongState(id, glass.state));
        require(block.timestamp <= glass.until, ConsentWrongEnd(glass.until));
        require(member != glass.firstMember, ConsentSameMember(member));
        uint64 until = uint64(block.timestamp) + _TO_READ;
        uint64 reviewBy = uint64(block.timestamp) + _TO_REVIEW;
        (glass.state, glass.second, glass.until, glass.reviewBy) = (GlassState.Seconded, msg.sender, until, reviewBy);
        _await(glass.first, id);
        emit GlassSeconded(id, msg.sender, member, until, reviewBy);
    }

    /// @inheritdoc IConsent
    function endBreakGlass(bytes32 id) external {
        Glass storage glass = _glasses[id];
        GlassState state = glass.state;
        require(state == GlassState.Broken || state == GlassState.Seconded, ConsentWrongState(id, state));
        require(
            msg.sender == glass.first || PATIENTS.mayAct(glass.patient, msg.sender),
            ConsentMayNotGrant(glass.patient, msg.sender)
        );
        glass.state = GlassState.Ended;
        emit GlassEnded(id, msg.sender);
    }

    /// @inheritdoc IConsent
    function review(bytes32 id, bool justified, bytes32 digest) external {
        (bytes32 regulator, Kind kind) = MEMBERS.actor(msg.sender);
        require(kind == Kind.Regulator, ConsentNotRegulator(msg.sender));
        Glass storage glass = _glasses[id];
        require(glass.reviewBy != 0 && !glass.reviewed, ConsentWrongState(id, glass.state));
        require(digest != 0, ConsentNothing());
        glass.reviewed = true;
        _settle(_waiting[glass.first], id);
        emit GlassReviewed(id, regulator, justified, digest);
    }

    /// @inheritdoc IConsent
    function glassById(bytes32 id) external view returns (Glass memory) {
        return _glasses[id];
    }

    /// @inheritdoc IConsent
    function releases(bytes32 id, address patient, address reader) external view returns (bool) {
        Glass storage glass = _glasses[id];
        return glass.state == GlassState.Seconded && glass.patient == patient && glass.first == reader
            && block.timestamp <= glass.until && PRACTITIONERS.mayAct(reader, _PRACTICE);
    }

    function _await(address practitioner, bytes32 id) private {
        bytes32[] storage waiting = _waiting[practitioner];
        require(waiting.length < _MOST_WAITING, ConsentTooManyUnreviewed(practitioner, waiting.length));
        waiting.push(id);
    }

    function _settle(bytes32[] storage waiting, bytes32 id) private {
        for (uint256 i = 0; i < waiting.length; ++i) {
            if (waiting[i] == id) {
                waiting[i] = waiting[waiting.length - 1];
                waiting.pop();
                return;
            }
        }
    }

    function _practitioner() internal view returns (bytes32 member) {
        require(PRACTITIONERS.mayAct(msg.sender, _PRACTICE), ConsentNotPractitioner(msg.sender));
        member = MEMBERS.memberOf(msg.sender);
        require(member != 0 && MEMBERS.mayAct(msg.sender), ConsentNotPractitioner(msg.sender));
    }

    /// @dev A reader that has a licence must have it in force; a member's account must be able to act.
    function _isSuspended(address reader) internal view returns (bool) {
        if (MEMBERS.memberOf(reader) != 0 && !MEMBERS.mayAct(reader)) return true;
        return PRACTITIONERS.isHolder(reader, _PRACTICE) && !PRACTITIONERS.mayAct(reader, _PRACTICE);
    }

    function _checkReviews(address practitioner) private view {
        bytes32[] storage waiting = _waiting[practitioner];
        for (uint256 i = 0; i < waiting.length; ++i) {
            uint64 reviewBy = _glasses[waiting[i]].reviewBy;
            require(block.timestamp <= reviewBy, ConsentReviewOverdue(waiting[i], reviewBy));
        }
    }
}

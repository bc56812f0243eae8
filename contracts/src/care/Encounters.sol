// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {IMembers, Kind} from "../shared/IMembers.sol";
import {IPractitioners} from "../shared/IPractitioners.sol";
import {IEncounters, Visit, VisitState} from "./IEncounters.sol";
import {IPatients} from "./IPatients.sol";

/// @title Encounters: a practitioner asks, a patient permits, a visit takes place
contract Encounters is IEncounters {
    bytes32 private constant _PRACTICE = "physician";
    uint64 private constant _LONGEST = 30 days;

    IMembers private immutable _MEMBERS;
    IPractitioners private immutable _PRACTITIONERS;
    IPatients private immutable _PATIENTS;
    mapping(bytes32 id => Visit) private _visits;
    mapping(address practitioner => uint64) private _requests;

    /// @param members the contract Members of this chain
    /// @param practitioners the contract Practitioners of this chain
    /// @param patients the contract Patients of this chain
    constructor(address members, address practitioners, address patients) {
        _MEMBERS = IMembers(members);
        _PRACTITIONERS = IPractitioners(practitioners);
        _PATIENTS = IPatients(patients);
    }

    /// @inheritdoc IEncounters
    function request(bytes32 whom, bytes32 terms, uint64 until) external returns (bytes32 id) {
        require(_PRACTITIONERS.mayAct(msg.sender, _PRACTICE), EncountersNotPractitioner(msg.sender));
        (bytes32 member,) = _actor();
        require(whom != 0 && terms != 0, EncountersNothing());
        _checkEnd(until);
        id = keccak256(abi.encode("visit", msg.sender, ++_requests[msg.sender]));
        Visit storage visit = _visits[id];
        (visit.member, visit.state, visit.until) = (member, VisitState.Requested, until);
        (visit.practitioner, visit.whom) = (msg.sender, whom);
        emit Requested(id, member, msg.sender, whom, terms, until);
    }

    /// @inheritdoc IEncounters
    function permit(bytes32 id, address patient, bytes32 salt, bytes32 permission, uint64 until) external {
        Visit storage visit = _answer(id, patient, salt);
        require(permission != 0, EncountersNothing());
        _checkEnd(until);
        (visit.state, visit.patient, visit.until) = (VisitState.Permitted, patient, until);
        emit Permitted(id, patient, permission, until);
    }

    /// @inheritdoc IEncounters
    function decline(bytes32 id, address patient, bytes32 salt) external {
        _answer(id, patient, salt).state = VisitState.Declined;
        emit Declined(id);
    }

    /// @inheritdoc IEncounters
    function finish(bytes32 id) external {
        Visit storage visit = _visits[id];
        require(visit.state != VisitState.None, EncountersUnknown(id));
        require(visit.state == VisitState.Permitted, EncountersWrongState(id, visit.state));
        if (!_PATIENTS.mayAct(visit.patient, msg.sender)) {
            (bytes32 member,) = _actor();
            require(member == visit.member, EncountersMayNotAct(visit.patient, msg.sender));
        }
        visit.state = VisitState.Finished;
        emit Finished(id, msg.sender);
    }

    /// @inheritdoc IEncounters
    function visitById(bytes32 id) external view returns (Visit memory) {
        return _visits[id];
    }

    /// @inheritdoc IEncounters
    function isOpen(bytes32 id, address patient, bytes32 member) external view returns (bool) {
        Visit storage visit = _visits[id];
        return visit.state == VisitState.Permitted && visit.patient == patient && visit.member == member
            && block.timestamp <= visit.until;
    }

    function _answer(bytes32 id, address patient, bytes32 salt) private view returns (Visit storage visit) {
        visit = _visits[id];
        require(visit.state != VisitState.None, EncountersUnknown(id));
        require(visit.state == VisitState.Requested, EncountersWrongState(id, visit.state));
        require(block.timestamp <= visit.until, EncountersWrongEnd(visit.until));
        require(visit.whom == keccak256(abi.encode(salt, patient)), EncountersNotMeant(id, patient));
        require(_PATIENTS.mayAct(patient, msg.sender), EncountersMayNotAct(patient, msg.sender));
    }

    function _checkEnd(uint64 until) private view {
        require(until > block.timestamp && until <= block.timestamp + _LONGEST, EncountersWrongEnd(until));
    }

    function _actor() private view returns (bytes32 member, Kind kind) {
        (member, kind) = _MEMBERS.actor(msg.sender);
    }
}

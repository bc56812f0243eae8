// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";
import {IMembers, Kind} from "../shared/IMembers.sol";
import {IConsent} from "./IConsent.sol";
import {IPatients} from "./IPatients.sol";
import {IRecords, Entry} from "./IRecords.sol";

/// @title Records: the files of patients, sealed elsewhere, committed to here in order
contract Records is IRecords, Multicall {
    struct Folder {
        uint64 count;
        bytes32 head;
    }

    struct File {
        uint32 versions;
        bool erased;
    }

    IMembers private immutable _MEMBERS;
    IPatients private immutable _PATIENTS;
    IConsent private immutable _CONSENT;
    mapping(address patient => Folder) private _folders;
    mapping(address patient => mapping(bytes32 file => File)) private _files;
    mapping(address patient => mapping(bytes32 file => mapping(uint32 version => bytes32 lock))) private _locks;

    /// @param members the contract Members of this chain
    /// @param patients the contract Patients of this chain
    /// @param consent the contract Consent of this chain
    constructor(address members, address patients, address consent) {
        _MEMBERS = IMembers(members);
        _PATIENTS = IPatients(patients);
        _CONSENT = IConsent(consent);
    }

    /// @inheritdoc IRecords
    function append(Entry calldata entry, bytes32 grant, bytes32 salt) external returns (uint64 number) {
        bytes32 member = _author(entry.patient, grant, salt);
        require(entry.file != 0 && entry.envelope != 0 && entry.lock != 0 && entry.facts != 0, RecordsNothing());
        _keep(entry);
        Folder storage folder = _folders[entry.patient];
        number = ++folder.count;
        bytes32 head = keccak256(abi.encode(folder.head, entry, number, msg.sender));
        folder.head = head;
        emit Appended(
            entry.patient,
            entry.file,
            number,
            entry.version,
            entry.envelope,
            entry.lock,
            entry.facts,
            head,
            msg.sender,
            member
        );
    }

    /// @inheritdoc IRecords
    function erase(address patient, bytes32 file) external {
        require(_PATIENTS.mayAct(patient, msg.sender), RecordsMayNotErase(patient, msg.sender));
        File storage record = _files[patient][file];
        require(record.versions != 0, RecordsUnknown(file));
        require(!record.erased, RecordsErased(file));
        record.erased = true;
        emit Erased(patient, file, record.versions, msg.sender);
    }

    /// @inheritdoc IRecords
    function folderOf(address patient) external view returns (uint64 count, bytes32 head) {
        Folder storage folder = _folders[patient];
        return (folder.count, folder.head);
    }

    /// @inheritdoc IRecords
    function fileOf(address patient, bytes32 file) external view returns (uint32 versions, bool erased) {
        File storage record = _files[patient][file];
        return (record.versions, record.erased);
    }

    /// @inheritdoc IRecords
    function lockOf(address patient, bytes32 file, uint32 version) external view returns (bytes32) {
        return _files[patient][file].erased ? bytes32(0) : _locks[patient][file][version];
    }

    function _keep(Entry calldata entry) private {
        File storage record = _files[entry.patient][entry.file];
        require(!record.erased, RecordsErased(entry.file));
        uint32 next = record.versions + 1;
        require(entry.version == next, RecordsWrongVersion(entry.file, next, entry.version));
        record.versions = next;
        _locks[entry.patient][entry.file][next] = entry.lock;
    }

    function _author(address patient, bytes32 grant, bytes32 salt) private view returns (bytes32 member) {
        require(_PATIENTS.controllerOf(patient) != address(0), RecordsNoPatient(patient));
        if (grant == 0) {
            require(_PATIENTS.mayAct(patient, msg.sender), RecordsMayNotAppend(patient, 0));
            return 0;
        }
        (member,) = _actor();
        require(_CONSENT.mayWrite(grant, patient, salt, member), RecordsMayNotAppend(patient, member));
    }

    function _actor() private view returns (bytes32 member, Kind kind) {
        (member, kind) = _MEMBERS.actor(msg.sender);
    }
}

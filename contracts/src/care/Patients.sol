// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";
import {IPatients, Guardianship, Recovery} from "./IPatients.sol";

/// @title Patients: pseudonymous accounts, their keys, guardians and proxies
contract Patients is IPatients, Multicall {
    uint256 private constant _INBOX = 32;
    uint256 private constant _POINT = 33;
    uint256 private constant _MOST_KEYS = 32;
    uint256 private constant _MOST_GUARDIANS = 15;
    uint64 private constant _LONGEST_PROXY = 20 * 366 days;
    uint64 private constant _LONGEST_DELAY = 366 days;

    mapping(address patient => address account) private _controllers;
    /// @dev By tenure: whoever held a stolen device before a recovery leaves no proxy behind.
    mapping(address patient => uint64 tenure) private _tenures;
    mapping(address patient => mapping(uint64 tenure => mapping(address proxy => uint64 until))) private _proxies;
    mapping(address patient => mapping(bytes32 label => uint32 epoch)) private _epochs;
    mapping(address patient => mapping(bytes32 label => mapping(uint32 epoch => bytes32 hash))) private _keys;
    mapping(address account => bytes32 hash) private _readers;
    mapping(address patient => Guardianship) private _guardianships;
    /// @dev By set: choosing anew makes guardians of before none, without a loop.
    mapping(address patient => uint64 set) private _sets;
    mapping(address patient => mapping(uint64 set => mapping(address guardian => bool))) private _guardians;
    mapping(address patient => Recovery) private _recoveries;
    mapping(address patient => mapping(uint64 round => mapping(address guardian => bool))) private _supports;

    /// @inheritdoc IPatients
    function register(bytes32 commitment, bytes calldata inbox) external {
        require(_controllers[msg.sender] == address(0), PatientsKnownAlready(msg.sender));
        require(commitment != 0, PatientsNothing());
        _checkLength(inbox, _INBOX);
        _controllers[msg.sender] = msg.sender;
        emit Registered(msg.sender, commitment, inbox);
    }

    /// @inheritdoc IPatients
    function setKeys(address patient, bytes32[] calldata labels, uint32[] calldata epochs, bytes[] calldata keys)
        external
    {
        _authorise(patient);
        require(labels.length == epochs.length, PatientsWrongLength(labels.length, epochs.length));
        require(labels.length == keys.length, PatientsWrongLength(labels.length, keys.length));
        require(labels.length != 0 && labels.length <= _MOST_KEYS, PatientsWrongLength(labels.length, _MOST_KEYS));
        for (uint256 i = 0; i < labels.length; ++i) {
            _setKey(patient, labels[i], epochs[i], keys[i]);
        }
    }

    /// @inheritdoc IPatients
    function setInbox(address patient, bytes calldata inbox) external {
        _authorise(patient);
        _checkLength(inbox, _INBOX);
        emit InboxSet(patient, inbox);
    }

    /// @inheritdoc IPatients
    function appointProxy(address patient, address account, uint64 until) external {
        _control(patient);
        require(account != address(0) && account != msg.sender, PatientsNothing());
        require(until > block.timestamp && until <= block.timestamp + _LONGEST_PROXY, PatientsWrongEnd(until));
        _proxies[patient][_tenures[patient]][account] = until;
        emit ProxyAppointed(patient, account, until);
    }

    /// @inheritdoc IPatients
    function dismissProxy(address patient, address account) external {
        if (msg.sender != account) _control(patient);
        uint64 tenure = _tenures[patient];
        require(_proxies[patient][tenure][account] != 0, PatientsNotProxy(account));
        delete _proxies[patient][tenure][account];
        emit ProxyDismissed(patient, account);
    }

    /// @inheritdoc IPatients
    function setGuardians(address patient, address[] calldata guardians, uint8 needed, uint64 delay, bytes32 backup)
        external
    {
        _control(patient);
        require(guardians.length <= _MOST_GUARDIANS, PatientsWrongLength(guardians.length, _MOST_GUARDIANS));
        require(needed != 0 && needed <= guardians.length, PatientsWrongLength(guardians.length, needed));
        require(delay != 0 && delay <= _LONGEST_DELAY, PatientsWrongEnd(delay));
        require(backup != 0, PatientsNothing());
        uint64 set = ++_sets[patient];
        for (uint256 i = 0; i < guardians.length; ++i) {
            _addGuardian(patient, set, guardians[i]);
        }
        _guardianships[patient] = Guardianship({needed: needed, delay: delay, backup: backup});
        _endRecovery(patient);
        emit GuardiansSet(patient, guardians, needed, delay, backup);
    }

    /// @inheritdoc IPatients
    function proposeRecovery(address patient, address account, bytes calldata inbox) external {
        _checkGuardian(patient);
        Recovery storage recovery = _recoveries[patient];
        require(recovery.account == address(0), PatientsRecoveryUnderway(recovery.round));
        require(account != address(0) && account != _controllers[patient], PatientsNothing());
        _checkLength(inbox, _INBOX);
        uint64 round = ++recovery.round;
        recovery.account = account;
        emit RecoveryProposed(patient, round, account, inbox, msg.sender);
        _support(patient, recovery);
    }

    /// @inheritdoc IPatients
    function supportRecovery(address patient, address account) external {
        _checkGuardian(patient);
        Recovery storage recovery = _underway(patient);
        require(recovery.account == account, PatientsNoRecovery(patient));
        require(!_supports[patient][recovery.round][msg.sender], PatientsSupportedAlready(msg.sender));
        _support(patient, recovery);
    }

    /// @inheritdoc IPatients
    function objectRecovery(address patient) external {
        _authorise(patient);
        uint64 round = _underway(patient).round;
        _endRecovery(patient);
        emit RecoveryObjected(patient, round, msg.sender);
    }

    /// @inheritdoc IPatients
    function completeRecovery(address patient) external {
        Recovery storage recovery = _underway(patient);
        uint64 ready = recovery.ready;
        require(ready != 0 && block.timestamp >= ready, PatientsTooEarly(ready));
        address account = recovery.account;
        _controllers[patient] = account;
        ++_tenures[patient];
        _endRecovery(patient);
        emit Recovered(patient, recovery.round, account);
    }

    /// @inheritdoc IPatients
    function publishReader(bytes calldata readingKey, bytes calldata inbox) external {
        _checkLength(readingKey, _POINT);
        _checkLength(inbox, _INBOX);
        _readers[msg.sender] = keccak256(readingKey);
        emit ReaderPublished(msg.sender, readingKey, inbox);
    }

    /// @inheritdoc IPatients
    function mayAct(address patient, address account) external view returns (bool) {
        return _mayAct(patient, account);
    }

    /// @inheritdoc IPatients
    function controllerOf(address patient) external view returns (address) {
        return _controllers[patient];
    }

    /// @inheritdoc IPatients
    function proxyUntil(address patient, address account) external view returns (uint64) {
        uint64 until = _proxies[patient][_tenures[patient]][account];
        return block.timestamp <= until ? until : 0;
    }

    /// @inheritdoc IPatients
    function epochOf(address patient, bytes32 label) external view returns (uint32) {
        return _epochs[patient][label];
    }

    /// @inheritdoc IPatients
    function keyOf(address patient, bytes32 label, uint32 epoch) external view returns (bytes32) {
        return _keys[patient][label][epoch];
    }

    /// @inheritdoc IPatients
    function readerOf(address account) external view returns (bytes32) {
        return _readers[account];
    }

    /// @inheritdoc IPatients
    function recoveryOf(address patient)
        external
        view
        returns (Guardianship memory guardianship, Recovery memory recovery)
    {
        return (_guardianships[patient], _recoveries[patient]);
    }

    function _setKey(address patient, bytes32 label, uint32 epoch, bytes calldata key) private {
        _checkLength(key, _POINT);
        uint32 next = _epochs[patient][label] + 1;
        require(epoch == next, PatientsWrongEpoch(label, next, epoch));
        _epochs[patient][label] = epoch;
        _keys[patient][label][epoch] = keccak256(key);
        emit KeySet(patient, label, epoch, key, msg.sender);
    }

    function _addGuardian(address patient, uint64 set, address guardian) private {
        require(guardian != address(0) && guardian != _controllers[patient], PatientsNothing());
        require(!_guardians[patient][set][guardian], PatientsSupportedAlready(guardian));
        _guardians[patient][set][guardian] = true;
    }

    function _support(address patient, Recovery storage recovery) private {
        uint64 round = recovery.round;
        _supports[patient][round][msg.sender] = true;
        uint8 supporters = ++recovery.supporters;
        Guardianship storage guardianship = _guardianships[patient];
        if (supporters == guardianship.needed) recovery.ready = uint64(block.timestamp) + guardianship.delay;
        emit RecoverySupported(patient, round, msg.sender, supporters, recovery.ready);
    }

    function _endRecovery(address patient) private {
        Recovery storage recovery = _recoveries[patient];
        (recovery.account, recovery.supporters, recovery.ready) = (address(0), 0, 0);
    }

    function _underway(address patient) private view returns (Recovery storage recovery) {
        recovery = _recoveries[patient];
        require(recovery.account != address(0), PatientsNoRecovery(patient));
    }

    function _checkGuardian(address patient) private view {
        require(_guardians[patient][_sets[patient]][msg.sender], PatientsNotGuardian(patient, msg.sender));
    }

    function _control(address patient) private view {
        address account = _controllers[patient];
        require(account != address(0), PatientsUnknown(patient));
        require(account == msg.sender, PatientsNotController(patient, msg.sender));
    }

    function _authorise(address patient) private view {
        require(_controllers[patient] != address(0), PatientsUnknown(patient));
        require(_mayAct(patient, msg.sender), PatientsMayNotAct(patient, msg.sender));
    }

    function _mayAct(address patient, address account) private view returns (bool) {
        if (account == address(0)) return false;
        return account == _controllers[patient] || block.timestamp <= _proxies[patient][_tenures[patient]][account];
    }

    function _checkLength(bytes calldata key, uint256 length) private pure {
        require(key.length == length, PatientsWrongKey(key.length));
    }
}

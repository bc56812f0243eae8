// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Grant, Reading} from "../../src/care/IConsent.sol";
import {Entry} from "../../src/care/IRecords.sol";
import {Ward} from "../care/Ward.sol";

/// @title What a patient, a proxy, members and guardians do, in any order
contract Wards is Ward {
    uint256 private constant _FILES = 4;

    uint64 public appended;
    bytes32 public head;
    bytes32[] private _grants;
    mapping(bytes32 id => bool) private _withdrawn;
    mapping(bytes32 file => uint32 versions) private _versions;
    mapping(bytes32 file => bool) private _erased;
    bytes32[] private _glasses;
    mapping(bytes32 id => bool) private _seconded;
    uint256 private _controller = PATIENT;
    uint256 private _devices = 600;

    constructor() {
        setUpWard();
        setGuardians(2, 1 days);
        vm.prank(vm.addr(PHYSICIAN));
        patients.publishReader(point(7), inbox());
    }

    function doGrant(bool toLab, uint32 length) external {
        Grant memory wanted = grantTo(toLab ? LAB : HOSPITAL);
        wanted.terms = keccak256(abi.encode("terms", _grants.length));
        wanted.until = uint64(block.timestamp + bound(length, 1, 30 days));
        _grants.push(consent.grant(wanted, signedBy(_controller, wanted, address(consent), block.chainid)));
    }

    function doWithdraw(uint256 which) external {
        if (_grants.length == 0) return;
        bytes32 granted = _grants[which % _grants.length];
        if (_withdrawn[granted]) return;
        _withdrawn[granted] = true;
        vm.prank(vm.addr(_controller));
        consent.withdraw(granted);
    }

    function doAppend(uint256 which, uint256 file, bool byLab) external {
        bytes32 name = keccak256(abi.encode(file % _FILES));
        if (_erased[name]) return;
        uint256 role = byLab ? LAB : HOSPITAL;
        bytes32 granted = _grants.length == 0 ? bytes32(0) : _grants[which % _grants.length];
        bool may = granted != 0 && consent.mayWrite(granted, patient(), SALT_OF_GRANT, id(role));
        address author = may ? officer(role) : vm.addr(_controller);
        Entry memory wanted = entry(name, ++_versions[name]);
        head = keccak256(abi.encode(head, wanted, ++appended, author));
        vm.prank(author);
        records.append(wanted, may ? granted : bytes32(0), may ? SALT_OF_GRANT : bytes32(0));
    }

    function doErase(uint256 file) external {
        bytes32 name = keccak256(abi.encode(file % _FILES));
        if (_erased[name] || _versions[name] == 0) return;
        _erased[name] = true;
        vm.prank(vm.addr(_controller));
        records.erase(patient(), name);
    }

    function doRecover(bool object) external {
        uint256 latest = ++_devices;
        vm.prank(vm.addr(GUARDIAN));
        patients.proposeRecovery(patient(), vm.addr(latest), inbox());
        vm.prank(vm.addr(GUARDIAN + 2));
        patients.supportRecovery(patient(), vm.addr(latest));
        vm.warp(block.timestamp + 1 days);
        if (object) {
            vm.prank(vm.addr(_controller));
            patients.objectRecovery(patient());
        } else {
            patients.completeRecovery(patient());
            _controller = latest;
        }
    }

    function doBreakGlass(bool alsoSecond) external {
        if (!practitioners.mayAct(vm.addr(PHYSICIAN), "physician")) return;
        for (uint256 i = 0; i < _glasses.length; ++i) {
            _reviewed(_glasses[i]);
        }
        vm.prank(vm.addr(PHYSICIAN));
        bytes32 glass = consent.breakGlass(patient(), keccak256("reason"), point(7));
        _glasses.push(glass);
        if (!alsoSecond) return;
        vm.prank(vm.addr(COLLEAGUE));
        consent.second(glass);
        _seconded[glass] = true;
    }

    function doWait(uint32 time) external {
        vm.warp(block.timestamp + bound(time, 1, 3 days));
    }

    function controller() external view returns (address) {
        return vm.addr(_controller);
    }

    function actsAsPatient(address account) external view returns (bool) {
        return patients.mayAct(patient(), account);
    }

    function device(uint256 number) external view returns (address) {
        return number > _devices ? patient() : vm.addr(number);
    }

    function folder() external view returns (uint64 count, bytes32 top) {
        return records.folderOf(patient());
    }

    function versionsAgree() external view returns (bool) {
        for (uint256 i = 0; i < _FILES; ++i) {
            bytes32 name = keccak256(abi.encode(i));
            (uint32 versions, bool erased) = records.fileOf(patient(), name);
            if (versions != _versions[name] || erased != _erased[name]) return false;
            if (records.lockOf(patient(), name, versions + 1) != 0) return false;
        }
        return true;
    }

    function withdrawnReads() external view returns (bool) {
        for (uint256 i = 0; i < _grants.length; ++i) {
            bytes32 granted = _grants[i];
            if (!_withdrawn[granted]) continue;
            bytes32 terms = keccak256(abi.encode("terms", i));
            if (consent.reads(granted, terms, vm.addr(PHYSICIAN)) == Reading.Allowed) return true;
            if (consent.mayWrite(granted, patient(), SALT_OF_GRANT, id(HOSPITAL))) return true;
        }
        return false;
    }

    function releasedWithoutSecond() external view returns (bool) {
        for (uint256 i = 0; i < _glasses.length; ++i) {
            bool released = consent.releases(_glasses[i], patient(), vm.addr(PHYSICIAN));
            if (released && !_seconded[_glasses[i]]) return true;
        }
        return false;
    }

    function _reviewed(bytes32 glass) private {
        if (!_seconded[glass] || consent.glassById(glass).reviewed) return;
        vm.prank(officer(REGULATOR));
        consent.review(glass, true, keccak256("findings"));
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";
import {IConsent, Grant, Granting, Reading} from "./IConsent.sol";
import {BreakGlass} from "./consent/BreakGlass.sol";

/// @title Consent: what patients grant, to whom only the parties know, and what happens in an emergency
contract Consent is BreakGlass, EIP712, Multicall {
    bytes32 private constant _GRANT =
        keccak256("Grant(address patient,bytes32 terms,bytes32 writer,bytes32 passer,uint64 until)");
    uint64 private constant _LONGEST = 20 * 366 days;

    mapping(bytes32 id => Granting) private _grants;
    /// @dev Who passed on may take it back.
    mapping(bytes32 id => address by) private _passers;

    /// @param members the contract Members of this chain
    /// @param practitioners the contract Practitioners of this chain
    /// @param patients the contract Patients of this chain
    constructor(address members, address practitioners, address patients)
        BreakGlass(members, practitioners, patients)
        EIP712("TCM Chain Consent", "1")
    {}

    /// @inheritdoc IConsent
    function grant(Grant calldata given, bytes calldata signature) external returns (bytes32 id) {
        id = keccak256(abi.encode(_GRANT, given));
        address signer = ECDSA.recover(_hashTypedDataV4(id), signature);
        require(PATIENTS.mayAct(given.patient, signer), ConsentMayNotGrant(given.patient, signer));
        _keep(id, given, 0);
        emit Granted(id, given.patient, given.terms, given.writer, given.passer, given.until, signer);
    }

    /// @inheritdoc IConsent
    function withdraw(bytes32 id) external {
        Granting storage granting = _grants[id];
        address patient = granting.patient;
        require(patient != address(0), ConsentUnknown(id));
        require(
            PATIENTS.mayAct(patient, msg.sender) || _passers[id] == msg.sender, ConsentMayNotGrant(patient, msg.sender)
        );
        require(granting.withdrawn == 0, ConsentWithdrawn(id));
        granting.withdrawn = uint64(block.timestamp);
        emit Withdrawn(id, patient, msg.sender);
    }

    /// @inheritdoc IConsent
    function passOn(bytes32 parent, bytes32 salt, bytes32 terms, uint64 until) external returns (bytes32 id) {
        Granting storage from = _grants[parent];
        address patient = from.patient;
        require(patient != address(0), ConsentUnknown(parent));
        require(from.withdrawn == 0, ConsentWithdrawn(parent));
        bytes32 passer = keccak256(abi.encode(salt, msg.sender));
        require(from.passer == passer, ConsentMayNotPassOn(parent, msg.sender));
        require(until <= from.until, ConsentWrongEnd(until));
        Grant memory given = Grant({patient: patient, terms: terms, writer: 0, passer: 0, until: until});
        id = keccak256(abi.encode(parent, msg.sender, given));
        _keep(id, given, parent);
        _passers[id] = msg.sender;
        emit PassedOn(id, parent, patient, terms, until, msg.sender);
    }

    /// @inheritdoc IConsent
    function reads(bytes32 id, bytes32 terms, address reader) external view returns (Reading why) {
        Granting storage granting = _grants[id];
        if (granting.patient == address(0)) return Reading.Unknown;
        if (_isWithdrawn(granting)) return Reading.Withdrawn;
        if (block.timestamp > granting.until) return Reading.Expired;
        if (granting.terms != terms) return Reading.WrongTerms;
        return _isSuspended(reader) ? Reading.Suspended : Reading.Allowed;
    }

    /// @inheritdoc IConsent
    function mayWrite(bytes32 id, address patient, bytes32 salt, bytes32 member) external view returns (bool) {
        Granting storage granting = _grants[id];
        if (granting.patient != patient || patient == address(0)) return false;
        if (_isWithdrawn(granting) || block.timestamp > granting.until) return false;
        return granting.writer == keccak256(abi.encode(salt, member));
    }

    /// @inheritdoc IConsent
    function grantById(bytes32 id) external view returns (Granting memory) {
        return _grants[id];
    }

    function _keep(bytes32 id, Grant memory given, bytes32 parent) private {
        require(_grants[id].patient == address(0), ConsentKnownAlready(id));
        require(given.terms != 0, ConsentNothing());
        require(
            given.until > block.timestamp && given.until <= block.timestamp + _LONGEST, ConsentWrongEnd(given.until)
        );
        _grants[id] = Granting({
            terms: given.terms,
            patient: given.patient,
            until: given.until,
            withdrawn: 0,
            parent: parent,
            writer: given.writer,
            passer: given.passer
        });
    }

    function _isWithdrawn(Granting storage granting) private view returns (bool) {
        // What was passed on cannot be passed on again, so one step up is all the way.
        return granting.withdrawn != 0 || _grants[granting.parent].withdrawn != 0;
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {IMembers, Kind} from "./IMembers.sol";
import {IPractitioners, Licence, LicenceStanding, Ruling} from "./IPractitioners.sol";
import {SignedMessages} from "./SignedMessages.sol";

/// @title Licences of practitioners
contract Practitioners is IPractitioners, SignedMessages {
    bytes32 private constant _LICENCE =
        keccak256("Licence(bytes32 licence,address holder,bytes32 scope,uint64 from,uint64 notAfter,bytes32 digest)");
    bytes32 private constant _RULING = keccak256("Ruling(bytes32 licence,uint8 standing,uint64 serial,bytes32 digest)");

    struct Record {
        Licence licence;
        bytes32 issuer;
        bytes32 previous;
        uint64 rulings;
        LicenceStanding standing;
    }

    IMembers private immutable _MEMBERS;
    mapping(bytes32 licence => Record) private _records;
    mapping(address holder => mapping(bytes32 scope => bytes32 licence)) private _inForce;

    /// @param members the contract Members of this chain
    constructor(address members) SignedMessages(IMembers(members).consortium()) {
        _MEMBERS = IMembers(members);
    }

    /// @inheritdoc IPractitioners
    function issue(Licence calldata licence, bytes calldata signature) external {
        address signer = _signer(keccak256(abi.encode(_LICENCE, licence)), signature);
        (bytes32 issuer, Kind kind) = _certifier(signer);
        require(kind == Kind.Certifier || kind == Kind.Regulator, PractitionersNotCertifier(signer));
        require(
            licence.licence != 0 && licence.holder != address(0) && licence.scope != 0
                && licence.from < licence.notAfter,
            PractitionersInvalid()
        );
        require(_records[licence.licence].standing == LicenceStanding.None, PractitionersKnownAlready(licence.licence));
        bytes32 previous = _succeed(licence);
        _records[licence.licence] =
            Record({licence: licence, issuer: issuer, previous: previous, rulings: 0, standing: LicenceStanding.Valid});
        emit Issued(
            licence.licence, licence.holder, licence.scope, issuer, licence.from, licence.notAfter, licence.digest
        );
    }

    /// @inheritdoc IPractitioners
    function rule(Ruling calldata ruling, bytes calldata signature) external {
        Record storage record = _records[ruling.licence];
        LicenceStanding standing = record.standing;
        require(standing != LicenceStanding.None, PractitionersUnknown(ruling.licence));
        uint64 serial = record.rulings + 1;
        require(ruling.serial == serial, PractitionersWrongSerial(serial, ruling.serial));
        address signer = _signer(keccak256(abi.encode(_RULING, ruling)), signature);
        (bytes32 by, Kind kind) = _certifier(signer);
        require(by == record.issuer || kind == Kind.Regulator, PractitionersNotCertifier(signer));
        require(
            ruling.standing != LicenceStanding.None && ruling.standing != standing
                && standing != LicenceStanding.Revoked,
            PractitionersWrongStanding(ruling.licence, standing)
        );
        record.rulings = serial;
        record.standing = ruling.standing;
        if (ruling.standing == LicenceStanding.Suspended) {
            emit Suspended(ruling.licence, by, serial, ruling.digest);
        } else if (ruling.standing == LicenceStanding.Valid) {
            emit Reinstated(ruling.licence, by, serial, ruling.digest);
        } else {
            emit Revoked(ruling.licence, by, serial, ruling.digest);
        }
    }

    /// @inheritdoc IPractitioners
    function mayAct(address account, bytes32 scope) external view returns (bool) {
        Record storage record = _records[_inForce[account][scope]];
        // Renewed in good time: until the new licence begins, the one before it holds.
        if (record.standing == LicenceStanding.Valid && block.timestamp < record.licence.from) {
            record = _records[record.previous];
        }
        return record.standing == LicenceStanding.Valid && record.licence.from <= block.timestamp
            && block.timestamp <= record.licence.notAfter;
    }

    /// @inheritdoc IPractitioners
    function isHolder(address account, bytes32 scope) external view returns (bool) {
        return _inForce[account][scope] != 0;
    }

    /// @inheritdoc IPractitioners
    function licenceById(bytes32 licence)
        external
        view
        returns (Licence memory record, LicenceStanding standing, bytes32 issuer, uint64 rulings)
    {
        Record storage found = _records[licence];
        return (found.licence, found.standing, found.issuer, found.rulings);
    }

    /// @dev The newer licence counts for its holder and scope, but none gets round a suspension.
    function _succeed(Licence calldata licence) private returns (bytes32 previous) {
        previous = _inForce[licence.holder][licence.scope];
        LicenceStanding standing = _records[previous].standing;
        require(standing != LicenceStanding.Suspended, PractitionersWrongStanding(previous, standing));
        _inForce[licence.holder][licence.scope] = licence.licence;
    }

    function _certifier(address signer) private view returns (bytes32 member, Kind kind) {
        require(_MEMBERS.mayAct(signer), PractitionersNotCertifier(signer));
        (member, kind) = _MEMBERS.actor(signer);
    }
}

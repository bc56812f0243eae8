// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IMembers, Kind} from "../shared/IMembers.sol";
import {IPractitioners} from "../shared/IPractitioners.sol";
import {IPrescriptions, Override, Prescription, PrescriptionState} from "./IPrescriptions.sol";
import {IProvenance} from "./IProvenance.sol";
import {Portion} from "./provenance/Goods.sol";

/// @title Prescriptions: a right to be dispensed once, at any member pharmacy
contract Prescriptions is IPrescriptions, EIP712 {
    bytes32 private constant _DISPENSING =
        keccak256("Dispensing(bytes32 prescription,bytes32 member,bytes32 commitment,bytes32 voucher)");
    bytes32 private constant _PHYSICIAN = "physician";
    bytes32 private constant _PHARMACIST = "pharmacist";
    uint64 private constant _LONGEST = 3 days;
    uint256 private constant _MOST_OVERRIDES = 32;
    uint256 private constant _MOST_FACTS = 4096;

    IMembers private immutable _MEMBERS;
    IPractitioners private immutable _PRACTITIONERS;
    uint32 private _version;
    mapping(uint32 version => bytes32 digest) private _rules;
    mapping(bytes32 id => Prescription) private _prescriptions;
    mapping(bytes32 id => mapping(bytes32 finding => bool)) private _waiting;
    mapping(address prescriber => uint64) private _written;
    mapping(bytes32 member => uint64) private _vouchers;

    /// @param members the contract Members of this chain
    /// @param practitioners the contract Practitioners of this chain
    constructor(address members, address practitioners) EIP712("TCM Chain Prescriptions", "1") {
        _MEMBERS = IMembers(members);
        _PRACTITIONERS = IPractitioners(practitioners);
    }

    /// @inheritdoc IPrescriptions
    function publishRules(uint32 version, bytes32 digest, string calldata facts) external {
        require(_PRACTITIONERS.mayAct(msg.sender, _PHARMACIST), PrescriptionsNotLicensed(msg.sender));
        require(version == _version + 1, PrescriptionsWrongRules(_version + 1, version));
        require(digest != 0, PrescriptionsNothing());
        require(bytes(facts).length <= _MOST_FACTS, PrescriptionsTooMany(_MOST_FACTS, bytes(facts).length));
        _version = version;
        _rules[version] = digest;
        emit RulesPublished(version, msg.sender, digest, facts);
    }

    /// @inheritdoc IPrescriptions
    function issue(bytes32 content, address key, uint64 until, uint32 rules, Override[] calldata overrides)
        external
        returns (bytes32 id)
    {
        require(_PRACTITIONERS.mayAct(msg.sender, _PHYSICIAN), PrescriptionsNotLicensed(msg.sender));
        (bytes32 member, Kind kind) = _actor();
        require(kind == Kind.Hospital || kind == Kind.Clinic, PrescriptionsWrongKind(member));
        require(content != 0 && key != address(0), PrescriptionsNothing());
        require(until > block.timestamp && until <= block.timestamp + _LONGEST, PrescriptionsWrongEnd(until));
        require(_rules[rules] != 0, PrescriptionsWrongRules(_version, rules));
        id = keccak256(abi.encode("prescription", msg.sender, ++_written[msg.sender]));
        Prescription storage written = _prescriptions[id];
        (written.member, written.until, written.rules, written.state) = (member, until, rules, PrescriptionState.Issued);
        (written.prescriber, written.key, written.content) = (msg.sender, key, content);
        emit Issued(id, member, msg.sender, key, content, rules, until);
        written.unsigned = _override(id, overrides);
    }

    /// @inheritdoc IPrescriptions
    function countersign(bytes32 id, bytes32 finding) external {
        Prescription storage written = _standing(id);
        require(
            _PRACTITIONERS.mayAct(msg.sender, _PHARMACIST) || _PRACTITIONERS.mayAct(msg.sender, _PHYSICIAN),
            PrescriptionsNotLicensed(msg.sender)
        );
        require(_waiting[id][finding] && msg.sender != written.prescriber, PrescriptionsNothingToSign(id, finding));
        _waiting[id][finding] = false;
        --written.unsigned;
        emit Countersigned(id, finding, msg.sender);
    }

    /// @inheritdoc IPrescriptions
    function cancel(bytes32 id) external {
        Prescription storage written = _standing(id);
        (bytes32 member,) = _actor();
        require(member == written.member, PrescriptionsMayNotAct(id, msg.sender));
        written.state = PrescriptionState.Cancelled;
        emit Cancelled(id, msg.sender);
    }

    /// @inheritdoc IPrescriptions
    function fulfil(
        bytes32 id,
        Portion[] calldata portions,
        bytes32 commitment,
        bytes32 voucher,
        bytes calldata signature,
        uint64 happened,
        string calldata facts
    ) external {
        Prescription storage written = _standing(id);
        require(block.timestamp <= written.until, PrescriptionsLapsed(id, written.until));
        require(written.unsigned == 0, PrescriptionsUnsigned(id, written.unsigned));
        require(commitment != 0 && (voucher == 0 || portions.length != 0), PrescriptionsNothing());
        bytes32 member = _dispenser();
        bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(_DISPENSING, id, member, commitment, voucher)));
        require(ECDSA.recoverCalldata(digest, signature) == written.key, PrescriptionsNotHolder(id, member));
        written.state = PrescriptionState.Dispensed;
        if (voucher != 0) ++_vouchers[member];
        emit Fulfilled(id, member, commitment, voucher, _vouchers[member], msg.sender);
        if (portions.length == 0) return;
        IProvenance(_MEMBERS.addressOf("Provenance")).dispenseFor(msg.sender, portions, commitment, happened, facts);
    }

    /// @inheritdoc IPrescriptions
    function prescriptionById(bytes32 id) external view returns (Prescription memory) {
        return _prescriptions[id];
    }

    /// @inheritdoc IPrescriptions
    function rulesOf(uint32 version) external view returns (bytes32 digest) {
        return _rules[version];
    }

    /// @inheritdoc IPrescriptions
    function rulesInForce() external view returns (uint32 version) {
        return _version;
    }

    /// @inheritdoc IPrescriptions
    function vouchersOf(bytes32 member) external view returns (uint64 count) {
        return _vouchers[member];
    }

    function _override(bytes32 id, Override[] calldata overrides) private returns (uint8 unsigned) {
        require(overrides.length <= _MOST_OVERRIDES, PrescriptionsTooMany(_MOST_OVERRIDES, overrides.length));
        for (uint256 i = 0; i < overrides.length; ++i) {
            (bytes32 finding, bool second) = (overrides[i].finding, overrides[i].second);
            require(finding != 0 && !_waiting[id][finding], PrescriptionsNothing());
            if (second) {
                _waiting[id][finding] = true;
                ++unsigned;
            }
            emit Overridden(id, finding, msg.sender, second);
        }
    }

    function _standing(bytes32 id) private view returns (Prescription storage written) {
        written = _prescriptions[id];
        require(written.state != PrescriptionState.None, PrescriptionsUnknown(id));
        require(written.state == PrescriptionState.Issued, PrescriptionsWrongState(id, written.state));
    }

    function _dispenser() private view returns (bytes32 member) {
        Kind kind;
        (member, kind) = _actor();
        require(kind == Kind.Hospital || kind == Kind.Clinic || kind == Kind.Pharmacy, PrescriptionsWrongKind(member));
    }

    function _actor() private view returns (bytes32 member, Kind kind) {
        (member, kind) = _MEMBERS.actor(msg.sender);
    }
}

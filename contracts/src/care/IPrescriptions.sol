// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Portion} from "./provenance/Goods.sol";

enum PrescriptionState {
    None,
    Issued,
    Dispensed,
    Cancelled
}

/// @notice A prescription; what it says is sealed
/// @param member where it was written
/// @param until last second in which it may be dispensed
/// @param rules version of the rule set that it was checked by
/// @param state where it stands
/// @param unsigned second signatures that are missing
/// @param prescriber who wrote it
/// @param key account of the slip: who holds it may have the prescription dispensed
/// @param content commitment to what it says
struct Prescription {
    bytes32 member;
    uint64 until;
    uint32 rules;
    PrescriptionState state;
    uint8 unsigned;
    address prescriber;
    address key;
    bytes32 content;
}

/// @notice A finding that the prescriber overrides
/// @param finding keccak256(abi.encode(salt, SHA-256 of the finding's name)): some findings tell of the patient
/// @param second whether a second person has to sign as well
struct Override {
    bytes32 finding;
    bool second;
}

/// @title Prescriptions: a right to be dispensed once, at any member pharmacy
interface IPrescriptions {
    /// @notice A pharmacist signed a rule set
    /// @param version its number, from 1 on
    /// @param pharmacist who signed
    /// @param digest SHA-256 of the rule set
    /// @param facts name of the pharmacist and what changed, as JSON
    event RulesPublished(uint32 indexed version, address indexed pharmacist, bytes32 digest, string facts);
    /// @notice A prescription was written
    /// @param id of the prescription
    /// @param member where
    /// @param prescriber who wrote it
    /// @param key account of the slip
    /// @param content commitment to what it says
    /// @param rules version of the rule set that it was checked by
    /// @param until last second in which it may be dispensed
    event Issued(
        bytes32 indexed id,
        bytes32 indexed member,
        address indexed prescriber,
        address key,
        bytes32 content,
        uint32 rules,
        uint64 until
    );
    /// @notice The prescriber insists in spite of a finding
    /// @param id of the prescription
    /// @param finding commitment to its name
    /// @param prescriber who insists
    /// @param second whether a second person has to sign as well
    event Overridden(bytes32 indexed id, bytes32 indexed finding, address indexed prescriber, bool second);
    /// @notice A second person signed
    /// @param id of the prescription
    /// @param finding commitment to its name
    /// @param by who signed
    event Countersigned(bytes32 indexed id, bytes32 indexed finding, address indexed by);
    /// @notice The prescription was taken back
    /// @param id of the prescription
    /// @param by who took it back
    event Cancelled(bytes32 indexed id, address by);
    /// @notice The prescription was dispensed, and its right is used up
    /// @param id of the prescription
    /// @param member where
    /// @param commitment the one under which Provenance dispensed the portions
    /// @param voucher keccak256(abi.encode("voucher", secret)) with a secret of the patient; zero for none
    /// @param count how many dispensings with a voucher this member has had, this one included
    /// @param account the operator that signed
    event Fulfilled(
        bytes32 indexed id,
        bytes32 indexed member,
        bytes32 indexed commitment,
        bytes32 voucher,
        uint64 count,
        address account
    );

    /// @notice There is no such prescription
    /// @param id which
    error PrescriptionsUnknown(bytes32 id);
    /// @notice The prescription is not in the state that this needs
    /// @param id which
    /// @param state its state
    error PrescriptionsWrongState(bytes32 id, PrescriptionState state);
    /// @notice The end lies in the past or more than three days ahead
    /// @param until the end
    error PrescriptionsWrongEnd(uint64 until);
    /// @notice The prescription's time is over
    /// @param id which
    /// @param until its last second
    error PrescriptionsLapsed(bytes32 id, uint64 until);
    /// @notice The account has no licence in force for this
    /// @param account who tried
    error PrescriptionsNotLicensed(address account);
    /// @notice The member is neither hospital, clinic nor pharmacy, or writes no prescriptions
    /// @param member which
    error PrescriptionsWrongKind(bytes32 member);
    /// @notice Second signatures are missing
    /// @param id of the prescription
    /// @param missing how many
    error PrescriptionsUnsigned(bytes32 id, uint8 missing);
    /// @notice This finding waits for no signature of this account
    /// @param id of the prescription
    /// @param finding commitment to its name
    error PrescriptionsNothingToSign(bytes32 id, bytes32 finding);
    /// @notice The slip's key did not sign for this member
    /// @param id of the prescription
    /// @param member which
    error PrescriptionsNotHolder(bytes32 id, bytes32 member);
    /// @notice No rule set has this number, or it is not the next
    /// @param expected the last number, or the next
    /// @param given the number
    error PrescriptionsWrongRules(uint32 expected, uint32 given);
    /// @notice The account does not act for the prescriber's member
    /// @param id of the prescription
    /// @param account who tried
    error PrescriptionsMayNotAct(bytes32 id, address account);
    /// @notice A commitment or list is empty, or a voucher stands without portions
    error PrescriptionsNothing();
    /// @notice A list is too long
    /// @param most how many there may be
    /// @param given how many there are
    error PrescriptionsTooMany(uint256 most, uint256 given);

    /// @notice As a licensed pharmacist, sign the next rule set
    /// @param version the last number and one
    /// @param digest SHA-256 of the rule set
    /// @param facts name of the pharmacist and what changed, as JSON
    function publishRules(uint32 version, bytes32 digest, string calldata facts) external;

    /// @notice As a licensed physician of a hospital or clinic, write a prescription
    /// @param content commitment to what it says
    /// @param key account of the slip
    /// @param until last second in which it may be dispensed, at most three days ahead
    /// @param rules version of the rule set that it was checked by
    /// @param overrides findings that the prescriber overrides
    /// @return id of the prescription
    function issue(bytes32 content, address key, uint64 until, uint32 rules, Override[] calldata overrides)
        external
        returns (bytes32 id);

    /// @notice As a second licensed physician or a pharmacist, sign a finding that needs it
    /// @param id of the prescription
    /// @param finding commitment to its name
    function countersign(bytes32 id, bytes32 finding) external;

    /// @notice As an account of the prescriber's member, take the prescription back
    /// @param id of the prescription
    function cancel(bytes32 id) external;

    /// @notice As a hospital, clinic or pharmacy, dispense; the right is used up and the portions leave the lots
    /// @param id of the prescription
    /// @param portions what is dispensed; herbs that are not traced have none
    /// @param commitment a salted commitment; it says nothing of the patient
    /// @param voucher keccak256(abi.encode("voucher", secret)); zero for none, which it is without portions
    /// @param signature of the slip's key over Dispensing(prescription, member, commitment, voucher)
    /// @param happened when it was dispensed
    /// @param facts as JSON
    function fulfil(
        bytes32 id,
        Portion[] calldata portions,
        bytes32 commitment,
        bytes32 voucher,
        bytes calldata signature,
        uint64 happened,
        string calldata facts
    ) external;

    /// @notice A prescription
    /// @param id which
    function prescriptionById(bytes32 id) external view returns (Prescription memory);

    /// @notice The SHA-256 of a rule set, zero for none
    /// @param version its number
    function rulesOf(uint32 version) external view returns (bytes32 digest);

    /// @notice The number of the rule set in force
    function rulesInForce() external view returns (uint32 version);

    /// @notice How many dispensings with a voucher a member has had
    /// @param member which
    function vouchersOf(bytes32 member) external view returns (uint64 count);
}

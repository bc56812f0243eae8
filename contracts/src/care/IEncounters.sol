// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

enum VisitState {
    None,
    Requested,
    Permitted,
    Declined,
    Finished
}

/// @notice A visit of a patient at a member
/// @param member where
/// @param state where it stands
/// @param until last second of the request; once permitted, of the visit
/// @param practitioner the account that asked
/// @param patient who permitted; zero before
/// @param whom commitment to the patient
struct Visit {
    bytes32 member;
    VisitState state;
    uint64 until;
    address practitioner;
    address patient;
    bytes32 whom;
}

/// @title Encounters: a practitioner asks, a patient permits, a visit takes place
interface IEncounters {
    /// @notice A practitioner asked a patient, known to both only, for folder and permission
    /// @param id of the visit
    /// @param member where the visit takes place
    /// @param practitioner who asks
    /// @param whom commitment to the patient
    /// @param terms commitment to categories, rights, purpose and time
    /// @param until last second in which the patient can answer
    event Requested(
        bytes32 indexed id,
        bytes32 indexed member,
        address indexed practitioner,
        bytes32 whom,
        bytes32 terms,
        uint64 until
    );
    /// @notice The patient permitted
    /// @param id of the visit
    /// @param patient the pseudonym for this member
    /// @param permission commitment to the grants that were given
    /// @param until last second of the visit
    event Permitted(bytes32 indexed id, address indexed patient, bytes32 permission, uint64 until);
    /// @notice The patient declined
    /// @param id of the visit
    event Declined(bytes32 indexed id);
    /// @notice The visit ended
    /// @param id of the visit
    /// @param by the member's account or the patient
    event Finished(bytes32 indexed id, address by);

    /// @notice There is no such visit
    /// @param id which
    error EncountersUnknown(bytes32 id);
    /// @notice The visit is not in the state that this needs
    /// @param id which
    /// @param state its state
    error EncountersWrongState(bytes32 id, VisitState state);
    /// @notice The end lies in the past or more than 30 days ahead
    /// @param until the end
    error EncountersWrongEnd(uint64 until);
    /// @notice The request was not meant for this patient
    /// @param id which
    /// @param patient who tried
    error EncountersNotMeant(bytes32 id, address patient);
    /// @notice The account may not act for the patient
    /// @param patient for whom
    /// @param account who tried
    error EncountersMayNotAct(address patient, address account);
    /// @notice The account has no licence in force
    /// @param account who tried
    error EncountersNotPractitioner(address account);
    /// @notice A commitment is missing
    error EncountersNothing();

    /// @notice As a licensed practitioner of a member, ask a patient for folder and permission
    /// @param whom keccak256(abi.encode(salt, patient))
    /// @param terms commitment to what is asked for
    /// @param until last second in which the patient can answer, at most 30 days ahead
    /// @return id of the visit
    function request(bytes32 whom, bytes32 terms, uint64 until) external returns (bytes32 id);

    /// @notice As the patient, or a proxy, permit
    /// @param id of the visit
    /// @param patient the pseudonym for this member
    /// @param salt opens the commitment
    /// @param permission commitment to the grants that were given
    /// @param until last second of the visit, at most 30 days ahead
    function permit(bytes32 id, address patient, bytes32 salt, bytes32 permission, uint64 until) external;

    /// @notice As the patient, or a proxy, decline
    /// @param id of the visit
    /// @param patient the pseudonym for this member
    /// @param salt opens the commitment
    function decline(bytes32 id, address patient, bytes32 salt) external;

    /// @notice End a visit, as an account of the member or as the patient
    /// @param id of the visit
    function finish(bytes32 id) external;

    /// @notice A visit
    /// @param id which
    function visitById(bytes32 id) external view returns (Visit memory);

    /// @notice Whether a visit of this patient takes place at this member now
    /// @param id which
    /// @param patient the pseudonym
    /// @param member where
    function isOpen(bytes32 id, address patient, bytes32 member) external view returns (bool);
}

// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

/// @notice What a member of the consortium is.
enum Kind {
    None,
    Grower,
    Merchant,
    Factory,
    Lab,
    Hospital,
    Clinic,
    Pharmacy,
    Regulator,
    Certifier,
    Insurer,
    Research
}

/// @notice How a member stands.
enum Standing {
    None,
    Active,
    Suspended,
    Expelled
}

/// @notice What a motion decides.
enum Matter {
    Admit,
    Suspend,
    Reinstate,
    Expel,
    ReplaceOfficer,
    PublishAgreement,
    Install
}

/// @notice A member of the founding set, taken from the genesis file.
struct Founder {
    bytes32 member;
    Kind kind;
    bool voting;
    address officer;
    string profile;
}

/// @notice A contract in force from the first block, taken from the genesis file.
struct Installation {
    bytes32 name;
    address current;
}

/// @notice One member of the consortium.
struct Member {
    Kind kind;
    Standing standing;
    bool voting;
    address officer;
    uint32 agreement;
    uint64 appointments;
}

/// @notice A decision of the members: one EIP-712 message, signed once and relayed to every chain.
/// @dev serial   one more than the number of motions carried; orders motions alike on every chain
/// @dev subject  the member concerned; for Install the name of the contract; for PublishAgreement zero
/// @dev account  Admit, ReplaceOfficer: the officer; Install: the new address
/// @dev number   PublishAgreement: the version; Install: the chain id it is meant for
/// @dev from     PublishAgreement: when members must have signed it (Unix seconds)
/// @dev digest   SHA-256 of the agreement or of the reason's document
/// @dev text     Admit: the profile (JSON); otherwise the reason or title in words
/// @dev notAfter when the motion lapses (Unix seconds)
struct Motion {
    uint64 serial;
    Matter matter;
    bytes32 subject;
    Kind kind;
    bool voting;
    address account;
    uint64 number;
    uint64 from;
    bytes32 digest;
    string text;
    uint64 notAfter;
}

/// @notice A member's officer appoints or dismisses an operator's account: one message for every chain.
struct Appointment {
    bytes32 member;
    address account;
    bool appointed;
    uint64 serial;
}

/// @title Members of the consortium and the Directory of contracts in force
/// @notice Membership and contract addresses change only by a majority of the voting members.
/// The EIP-712 domain is {name: "TCM Chain", version: "1", salt: consortium}: no chain id and no address, so that
/// one signed message holds on all chains of the consortium.
interface IMembers {
    event Admitted(bytes32 indexed member, Kind indexed kind, bool voting, address officer, string profile);
    event Suspended(bytes32 indexed member, bytes32 digest, string reason);
    event Reinstated(bytes32 indexed member, bytes32 digest, string reason);
    event Expelled(bytes32 indexed member, bytes32 digest, string reason);
    event OfficerReplaced(bytes32 indexed member, address indexed from, address indexed to);
    event OperatorAppointed(bytes32 indexed member, address indexed account, uint64 serial);
    event OperatorDismissed(bytes32 indexed member, address indexed account, uint64 serial);
    event AgreementPublished(uint32 indexed version, bytes32 digest, uint64 from, string title);
    event AgreementSigned(bytes32 indexed member, uint32 indexed version, bytes32 digest);
    event Installed(bytes32 indexed name, address indexed current, address indexed previous);
    event MotionCarried(uint64 indexed serial, Matter indexed matter, bytes32 indexed motion, address[] votes);

    error MembersNotCarried(uint256 votes, uint256 quorum);
    error MembersWrongSerial(uint64 expected, uint64 given);
    error MembersLapsed(uint64 notAfter);
    error MembersVoterUnknown(address voter);
    error MembersVotesUnordered(address voter);
    error MembersUnknown(bytes32 member);
    error MembersKnownAlready(bytes32 member);
    error MembersWrongStanding(bytes32 member, Standing standing);
    error MembersAccountTaken(address account);
    error MembersAccountUnknown(address account);
    error MembersNotOfficer(bytes32 member, address signer);
    error MembersAgreementUnsigned(bytes32 member, uint32 version);
    error MembersWrongVersion(uint32 expected, uint32 given);
    error MembersMayNotAct(address account);
    error MembersLastVoter(bytes32 member);
    error MembersInvalid();

    /// @notice Carry out a motion with the votes of a majority of the voting, active members' officers.
    /// @param motion the decision
    /// @param votes EIP-712 signatures of officers, ordered by ascending signer address
    function carry(Motion calldata motion, bytes[] calldata votes) external;

    /// @notice Record that a member signed the agreement's version; anybody may relay it.
    /// @param member the member
    /// @param version the version in force
    /// @param signature the officer's EIP-712 signature over AgreementSigned(bytes32 member,uint32 version,bytes32 digest)
    function signAgreement(bytes32 member, uint32 version, bytes calldata signature) external;

    /// @notice Appoint or dismiss an operator's account; anybody may relay it.
    /// @param appointment what the officer decided; its serial is one more than the member's last
    /// @param signature the officer's EIP-712 signature
    function appoint(Appointment calldata appointment, bytes calldata signature) external;

    /// @notice Who an account acts for. Reverts with MembersMayNotAct unless the account is an operator (or the
    /// officer) of an active member, and with MembersAgreementUnsigned unless that member has signed the agreement in
    /// force.
    function actor(address account) external view returns (bytes32 member, Kind kind);

    /// @notice Whether `actor` would answer.
    function mayAct(address account) external view returns (bool);

    /// @notice The member of an account, zero if none; says nothing of standing.
    function memberOf(address account) external view returns (bytes32);

    /// @notice A member's record.
    function memberById(bytes32 member) external view returns (Member memory);

    /// @notice Votes that a motion needs: more than half of the voting, active members.
    function quorum() external view returns (uint256);

    /// @notice Number of motions carried so far.
    function motionsCarried() external view returns (uint64);

    /// @notice The agreement in force: version, digest and the moment from which it binds.
    function agreement() external view returns (uint32 version, bytes32 digest, uint64 from);

    /// @notice The address in force for a contract's name, zero if none.
    function addressOf(bytes32 name) external view returns (address);

    /// @notice The consortium's identity: the salt of the EIP-712 domain.
    function consortium() external view returns (bytes32);
}

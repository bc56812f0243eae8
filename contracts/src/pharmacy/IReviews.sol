// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

/// @notice A right to one review, signed by the member that dispensed
/// @param formula what was dispensed
/// @param version which version of it
/// @param nullifier keccak256(abi.encode("review", secret)) with the secret that the patient committed to
/// @param reviewer the pseudonym that may use it
/// @param name salted commitment to the reviewer's real name, which the member has verified
/// @param member which member dispensed
/// @param opens when the course is over
/// @param closes last second in which it can be used
struct Voucher {
    bytes32 formula;
    uint32 version;
    bytes32 nullifier;
    address reviewer;
    bytes32 name;
    bytes32 member;
    uint64 opens;
    uint64 closes;
}

/// @notice What a reviewer says
/// @param rating 1 to 5
/// @param before how bad it was before, 1 to 100
/// @param afterwards how bad it was after the course, 0 to 100
/// @param content SHA-256 of name and text as they stand in an erasable store
struct Opinion {
    uint8 rating;
    uint8 before;
    uint8 afterwards;
    bytes32 content;
}

/// @notice How many dispensings with a voucher a member had on another chain
/// @param chain EIP-155 id of that chain
/// @param source the contract Prescriptions there
/// @param member which
/// @param count how many
struct Tally {
    uint256 chain;
    address source;
    bytes32 member;
    uint64 count;
}

/// @notice A review as the chain has it
/// @param reviewer the pseudonym
/// @param formula what was reviewed
/// @param version which version of it
/// @param withdrawn whether it counts no more
/// @param erased whether name and text are to be deleted everywhere
struct Review {
    address reviewer;
    bytes32 formula;
    uint32 version;
    bool withdrawn;
    bool erased;
}

/// @title Reviews: one of a formula for each dispensing
interface IReviews {
    /// @notice A patient reviewed a formula
    /// @param nullifier of the voucher; the review's id
    /// @param formula what was reviewed
    /// @param reviewer the pseudonym
    /// @param version which version of the formula
    /// @param member which member dispensed and verified the name
    /// @param name salted commitment to the real name
    /// @param rating 1 to 5
    /// @param before how bad it was before, 1 to 100
    /// @param afterwards how bad it was after the course, 0 to 100
    /// @param content SHA-256 of name and text as they stand in an erasable store
    event Reviewed(
        bytes32 indexed nullifier,
        bytes32 indexed formula,
        address indexed reviewer,
        uint32 version,
        bytes32 member,
        bytes32 name,
        uint8 rating,
        uint8 before,
        uint8 afterwards,
        bytes32 content
    );
    /// @notice The reviewer took the review back; it counts no more and its text is to be deleted
    /// @param nullifier the review's id
    event Withdrawn(bytes32 indexed nullifier);
    /// @notice Name and text are to be deleted everywhere; the rating stays
    /// @param nullifier the review's id
    /// @param by the reviewer or a regulator
    event Erased(bytes32 indexed nullifier, address indexed by);
    /// @notice Somebody reports harm
    /// @param id of the report
    /// @param formula what was taken
    /// @param by the patient's pseudonym or a licensed practitioner
    /// @param version which version of the formula
    /// @param severity 1 mild, 2 moderate, 3 severe, 4 life-threatening
    /// @param member which member dispensed; zero when a practitioner without voucher reports
    /// @param content SHA-256 of the report as it stands in an erasable store
    event HarmReported(
        bytes32 indexed id,
        bytes32 indexed formula,
        address indexed by,
        uint32 version,
        uint8 severity,
        bytes32 member,
        bytes32 content
    );
    /// @notice A regulator has taken note of a report
    /// @param id of the report
    /// @param member the regulator
    /// @param statement what follows, as text
    event HarmAnswered(bytes32 indexed id, bytes32 indexed member, string statement);
    /// @notice Members bore witness to how many dispensings a member had
    /// @param member which
    /// @param count how many
    event Tallied(bytes32 indexed member, uint64 count);

    /// @notice The voucher was not signed by an account of a hospital, clinic or pharmacy that it names
    /// @param signer who signed
    error ReviewsNotDispenser(address signer);
    /// @notice The voucher is another account's
    /// @param reviewer whose
    /// @param account who tried
    error ReviewsNotReviewer(address reviewer, address account);
    /// @notice The reviewer is a practitioner, acts for a member, or is the author
    /// @param account who tried
    error ReviewsPartial(address account);
    /// @notice The voucher opens later, is over, or its times make no sense
    /// @param opens from when it can be used
    /// @param closes until when
    error ReviewsNotOpen(uint64 opens, uint64 closes);
    /// @notice The voucher was used
    /// @param nullifier its nullifier
    error ReviewsUsed(bytes32 nullifier);
    /// @notice The member has more reviews than dispensings that members bore witness to
    /// @param member which
    /// @param tallied how many dispensings
    error ReviewsBeyondDispensings(bytes32 member, uint64 tallied);
    /// @notice No such version, or it may not be dispensed
    /// @param formula what
    /// @param version which version
    error ReviewsWrongFormula(bytes32 formula, uint32 version);
    /// @notice A rating, a severity or a commitment has no meaning
    error ReviewsInvalid();
    /// @notice There is no such review or report, or it is not the account's
    /// @param id which
    error ReviewsUnknown(bytes32 id);
    /// @notice The account may not do this
    /// @param account who tried
    error ReviewsMayNotAct(address account);
    /// @notice The count does not grow, or comes from another source than before
    /// @param member which
    /// @param tallied how many are known
    error ReviewsWrongTally(bytes32 member, uint64 tallied);

    /// @notice As the voucher's reviewer, review what was dispensed
    /// @param voucher the right to it
    /// @param signature of the member that dispensed
    /// @param opinion what the reviewer says
    function review(Voucher calldata voucher, bytes calldata signature, Opinion calldata opinion) external;

    /// @notice As the reviewer, take a review back
    /// @param nullifier the review's id
    function withdraw(bytes32 nullifier) external;

    /// @notice As the reviewer or a regulator, have name and text deleted everywhere
    /// @param nullifier the review's id
    function erase(bytes32 nullifier) external;

    /// @notice As the voucher's reviewer, report harm at once; the voucher stays good for the review. An author that
    /// takes the formula back does not silence whoever took it
    /// @param voucher the right to it; it need not be open
    /// @param signature of the member that dispensed
    /// @param severity 1 mild to 4 life-threatening
    /// @param content SHA-256 of the report
    /// @return id of the report
    function reportHarm(Voucher calldata voucher, bytes calldata signature, uint8 severity, bytes32 content)
        external
        returns (bytes32 id);

    /// @notice As a licensed physician or pharmacist, report harm
    /// @param formula what was taken
    /// @param version which version of it
    /// @param severity 1 mild to 4 life-threatening
    /// @param content SHA-256 of the report
    /// @return id of the report
    function reportHarmSeen(bytes32 formula, uint32 version, uint8 severity, bytes32 content)
        external
        returns (bytes32 id);

    /// @notice As a regulator, say what follows from a report
    /// @param id of the report
    /// @param statement as text
    function answerHarm(bytes32 id, string calldata statement) external;

    /// @notice Carry over how many dispensings a member had; anybody may hand it in
    /// @param counted how many
    /// @param signatures of two other members or more that vote, by the ascending number of the members
    function tally(Tally calldata counted, bytes[] calldata signatures) external;

    /// @notice A review
    /// @param nullifier its id
    function reviewById(bytes32 nullifier) external view returns (Review memory);

    /// @notice How many dispensings of a member are known here, and how many reviews came from them
    /// @param member which
    function standingOf(bytes32 member) external view returns (uint64 tallied, uint64 used);
}

// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

/// @notice What a patient signs: who may do what is hidden in commitments
/// @param patient whose category
/// @param terms commitment to grantee, reading key, label, rights, purpose and end
/// @param writer commitment to the member that may append; 0 when none may
/// @param passer commitment to the account that may pass on; 0 when none may
/// @param until last second
struct Grant {
    address patient;
    bytes32 terms;
    bytes32 writer;
    bytes32 passer;
    uint64 until;
}

/// @notice What stands on chain of a grant
/// @param terms commitment to what was granted
/// @param patient whose category
/// @param until last second
/// @param withdrawn since when; 0 when in force
/// @param parent the grant from which it was passed on; 0 when it is the patient's own
/// @param writer commitment to the member that may append
/// @param passer commitment to the account that may pass on
struct Granting {
    bytes32 terms;
    address patient;
    uint64 until;
    uint64 withdrawn;
    bytes32 parent;
    bytes32 writer;
    bytes32 passer;
}

/// @notice Whether a grant can be used now, and if not, why
enum Reading {
    Allowed,
    Unknown,
    Withdrawn,
    Expired,
    WrongTerms,
    Suspended
}

enum GlassState {
    None,
    Broken,
    Seconded,
    Ended
}

/// @notice A break-glass: two practitioners of different members read the emergency category of a patient for a day
/// @param patient whose emergency category
/// @param state where it stands
/// @param first the practitioner who asked, and who reads
/// @param until last second of reading; while broken, last second in which it can be seconded
/// @param firstMember member of the first
/// @param second the practitioner of another member who confirmed
/// @param reviewBy when the review is due
/// @param reviewed whether a regulator reviewed it
/// @param readingKey keccak hash of the key to which the shares go
struct Glass {
    address patient;
    GlassState state;
    address first;
    uint64 until;
    bytes32 firstMember;
    address second;
    uint64 reviewBy;
    bool reviewed;
    bytes32 readingKey;
}

/// @title Consent: what patients grant, to whom only the parties know, and what happens in an emergency
interface IConsent {
    /// @notice A patient granted something
    /// @param id hash of the signed grant
    /// @param patient whose category
    /// @param terms commitment to what was granted
    /// @param writer commitment to the member that may append; 0 when none may
    /// @param passer commitment to the account that may pass on; 0 when none may
    /// @param until last second
    /// @param by who signed: the patient's account or a proxy
    event Granted(
        bytes32 indexed id,
        address indexed patient,
        bytes32 terms,
        bytes32 writer,
        bytes32 passer,
        uint64 until,
        address by
    );
    /// @notice Who may pass on did
    /// @param id the new grant
    /// @param parent the grant from which it comes
    /// @param patient whose category
    /// @param terms commitment to what was passed on
    /// @param until last second
    /// @param by who passed on
    event PassedOn(
        bytes32 indexed id, bytes32 indexed parent, address indexed patient, bytes32 terms, uint64 until, address by
    );
    /// @notice A grant holds no longer, nor what was passed on from it
    /// @param id which
    /// @param patient whose
    /// @param by who withdrew
    event Withdrawn(bytes32 indexed id, address indexed patient, address by);
    /// @notice A practitioner asked for the emergency category of a patient
    /// @param id number of the break-glass, as a hash
    /// @param patient whose
    /// @param first the practitioner, who will read
    /// @param member of the practitioner
    /// @param reason commitment to the words of the reason
    /// @param readingKey the key to which the custodians seal their shares
    /// @param until when it lapses unless another practitioner confirms
    event GlassBroken(
        bytes32 indexed id,
        address indexed patient,
        address indexed first,
        bytes32 member,
        bytes32 reason,
        bytes readingKey,
        uint64 until
    );
    /// @notice A practitioner of another member confirmed: custodians release their shares
    /// @param id which
    /// @param second who confirmed
    /// @param member of the second
    /// @param until last second of reading
    /// @param reviewBy when the review is due
    event GlassSeconded(bytes32 indexed id, address indexed second, bytes32 member, uint64 until, uint64 reviewBy);
    /// @notice A break-glass ended before its time
    /// @param id which
    /// @param by the patient, a proxy or the practitioner who asked
    event GlassEnded(bytes32 indexed id, address indexed by);
    /// @notice A regulator reviewed a break-glass
    /// @param id which
    /// @param regulator who
    /// @param justified whether it was right
    /// @param digest hash of the findings
    event GlassReviewed(bytes32 indexed id, bytes32 indexed regulator, bool justified, bytes32 digest);

    /// @notice Who signed may not act for the patient
    /// @param patient whose
    /// @param signer who signed
    error ConsentMayNotGrant(address patient, address signer);
    /// @notice The grant stands already
    /// @param id which
    error ConsentKnownAlready(bytes32 id);
    /// @notice There is no such grant
    /// @param id which
    error ConsentUnknown(bytes32 id);
    /// @notice The grant was withdrawn before, or its parent
    /// @param id which
    error ConsentWithdrawn(bytes32 id);
    /// @notice The end lies in the past, too far ahead or after the parent's
    /// @param until the end
    error ConsentWrongEnd(uint64 until);
    /// @notice A commitment is missing
    error ConsentNothing();
    /// @notice The grant does not let this account pass on
    /// @param id which
    /// @param account who tried
    error ConsentMayNotPassOn(bytes32 id, address account);
    /// @notice The account has no licence in force, or acts for no member
    /// @param account who tried
    error ConsentNotPractitioner(address account);
    /// @notice The patient is not known
    /// @param patient which
    error ConsentNoPatient(address patient);
    /// @notice A break-glass of this practitioner was not reviewed in time
    /// @param id which
    /// @param reviewBy when the review was due
    error ConsentReviewOverdue(bytes32 id, uint64 reviewBy);
    /// @notice Too many break-glasses of this practitioner wait for their review
    /// @param practitioner who
    /// @param waiting how many
    error ConsentTooManyUnreviewed(address practitioner, uint256 waiting);
    /// @notice The second must belong to another member
    /// @param member of both
    error ConsentSameMember(bytes32 member);
    /// @notice The break-glass is not in the state that this needs
    /// @param id which
    /// @param state its state
    error ConsentWrongState(bytes32 id, GlassState state);
    /// @notice The key is not the one that the account published, or is none
    /// @param account whose
    error ConsentWrongKey(address account);
    /// @notice Only a regulator reviews
    /// @param account who tried
    error ConsentNotRegulator(address account);

    /// @notice Grant what the patient, or a proxy, signed; anybody may hand it in
    /// @dev EIP-712, domain ("TCM Chain Consent", "1", chain id, this contract)
    /// @param given what was signed
    /// @param signature r ‖ s ‖ v
    /// @return id hash of the signed grant
    function grant(Grant calldata given, bytes calldata signature) external returns (bytes32 id);

    /// @notice Withdraw a grant, as the patient, a proxy, or as who passed it on
    /// @param id which
    function withdraw(bytes32 id) external;

    /// @notice Pass on what a grant with this right gives, within its time
    /// @param parent the grant
    /// @param salt opens the commitment to the sender's account
    /// @param terms commitment to what is passed on
    /// @param until last second, not after the parent's
    /// @return id of the new grant
    function passOn(bytes32 parent, bytes32 salt, bytes32 terms, uint64 until) external returns (bytes32 id);

    /// @notice As a practitioner, ask for the emergency category of a patient
    /// @param patient whose
    /// @param reason commitment to the words of the reason
    /// @param readingKey the key that the sender published
    /// @return id of the break-glass
    function breakGlass(address patient, bytes32 reason, bytes calldata readingKey) external returns (bytes32 id);

    /// @notice As a practitioner of another member, confirm within the hour
    /// @param id which
    function second(bytes32 id) external;

    /// @notice End a break-glass, as the patient, a proxy, or as who asked
    /// @param id which
    function endBreakGlass(bytes32 id) external;

    /// @notice As a regulator, review a break-glass that was seconded
    /// @param id which
    /// @param justified whether it was right
    /// @param digest hash of the findings
    function review(bytes32 id, bool justified, bytes32 digest) external;

    /// @notice Whether a grant can be used now by a reader
    /// @param id which
    /// @param terms the commitment that the reader opened
    /// @param reader who
    /// @return why not, or that it can
    function reads(bytes32 id, bytes32 terms, address reader) external view returns (Reading why);

    /// @notice Whether a grant lets a member append to a folder now
    /// @param id which
    /// @param patient whose folder
    /// @param salt opens the commitment
    /// @param member who wants to append
    function mayWrite(bytes32 id, address patient, bytes32 salt, bytes32 member) external view returns (bool);

    /// @notice What stands on chain of a grant
    /// @param id which
    function grantById(bytes32 id) external view returns (Granting memory);

    /// @notice A break-glass
    /// @param id which
    function glassById(bytes32 id) external view returns (Glass memory);

    /// @notice Whether custodians may release shares of a patient's emergency category to a reader now
    /// @param id which break-glass
    /// @param patient whose
    /// @param reader who
    function releases(bytes32 id, address patient, address reader) external view returns (bool);
}

// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

enum FormulaClass {
    None,
    Classic,
    Licensed,
    Folk
}

/// @notice A formula
/// @param author who shared it
/// @param class what it is
/// @param withdrawn whether the author took it back
/// @param rewarded whether sharing it has been counted for a reward
/// @param versions how many it has, numbered from 1
struct Formula {
    address author;
    FormulaClass class;
    bool withdrawn;
    bool rewarded;
    uint32 versions;
}

/// @notice A version of a formula
/// @param content SHA-256 of the document
/// @param doses SHA-256 of the sealed doses, zero where the document has them
/// @param shared when
/// @param likeness to the nearest earlier formula, in millionths
/// @param assessed whether a member has compared it with all others
/// @param approver the licensed practitioner who signed it; zero for none
struct Version {
    bytes32 content;
    bytes32 doses;
    uint64 shared;
    uint32 likeness;
    bool assessed;
    address approver;
}

/// @title Formulas: shared with versions and authors
interface IFormulas {
    /// @notice A version was shared
    /// @param formula id of the formula
    /// @param version its number
    /// @param author who shared it
    /// @param class what it is
    /// @param content SHA-256 of the document
    /// @param doses SHA-256 of the sealed doses, zero where the document has them
    /// @param document the formula as JSON; of a folk formula the card without doses
    event Shared(
        bytes32 indexed formula,
        uint32 indexed version,
        address indexed author,
        FormulaClass class,
        bytes32 content,
        bytes32 doses,
        string document
    );
    /// @notice A member compared a version with all formulas that it knows
    /// @param formula id of the formula
    /// @param version its number
    /// @param member which
    /// @param nearest the earlier formula that is most like it; zero for none
    /// @param likeness to it, in millionths
    event Assessed(
        bytes32 indexed formula, uint32 indexed version, bytes32 indexed member, bytes32 nearest, uint32 likeness
    );
    /// @notice A licensed practitioner signed a version
    /// @param formula id of the formula
    /// @param version its number
    /// @param approver who
    /// @param statement what was found, as text
    event Approved(bytes32 indexed formula, uint32 indexed version, address indexed approver, string statement);
    /// @notice A licensed practitioner refused to sign a version
    /// @param formula id of the formula
    /// @param version its number
    /// @param by who
    /// @param statement what was found, as text
    event Rejected(bytes32 indexed formula, uint32 indexed version, address indexed by, string statement);
    /// @notice The author took the formula back; it stays readable and is dispensed no more
    /// @param formula id of the formula
    event Withdrawn(bytes32 indexed formula);

    /// @notice There is no such formula or version
    /// @param formula id of the formula
    /// @param version its number
    error FormulasUnknown(bytes32 formula, uint32 version);
    /// @notice The same document was shared before
    /// @param formula where it stands
    error FormulasKnownAlready(bytes32 formula);
    /// @notice The account has no licence in force, or acts for no member, and this needs it
    /// @param account who tried
    error FormulasNotLicensed(address account);
    /// @notice Nobody but the author may do this
    /// @param formula id of the formula
    /// @param account who tried
    error FormulasNotAuthor(bytes32 formula, address account);
    /// @notice Nobody judges what is their own
    /// @param formula id of the formula
    /// @param account who tried
    error FormulasOwn(bytes32 formula, address account);
    /// @notice The version was judged before, or the formula was withdrawn
    /// @param formula id of the formula
    /// @param version its number
    error FormulasClosed(bytes32 formula, uint32 version);
    /// @notice The class is missing, a document is empty, or doses stand where they may not
    error FormulasInvalid();
    /// @notice A text is too long
    /// @param most bytes that there may be
    /// @param given bytes that there are
    error FormulasTooLong(uint256 most, uint256 given);

    /// @notice Share a formula; anyone may share a folk formula, a licensed physician one of his own, and a physician or
    /// a member a classic one
    /// @param class what it is
    /// @param doses SHA-256 of the sealed doses of a folk formula, else zero
    /// @param document the formula as JSON, of a folk formula the card without doses
    /// @return formula id of the formula
    function share(FormulaClass class, bytes32 doses, string calldata document) external returns (bytes32 formula);

    /// @notice As the author, share the next version
    /// @param formula id of the formula
    /// @param doses SHA-256 of the sealed doses of a folk formula, else zero
    /// @param document the formula as JSON, of a folk formula the card without doses
    /// @return version its number
    function revise(bytes32 formula, bytes32 doses, string calldata document) external returns (uint32 version);

    /// @notice As an operator of a member that votes, and not the author's, say how near a version is to earlier ones
    /// @param formula id of the formula
    /// @param version its number
    /// @param nearest the earlier formula that is most like it; zero for none
    /// @param likeness to it, in millionths
    function assess(bytes32 formula, uint32 version, bytes32 nearest, uint32 likeness) external;

    /// @notice As a licensed physician other than the author, sign a version
    /// @param formula id of the formula
    /// @param version its number
    /// @param statement what was found, as text
    function approve(bytes32 formula, uint32 version, string calldata statement) external;

    /// @notice As a licensed physician other than the author, say why a version is not signed
    /// @param formula id of the formula
    /// @param version its number
    /// @param statement what was found, as text
    function reject(bytes32 formula, uint32 version, string calldata statement) external;

    /// @notice As the author, take the formula back
    /// @param formula id of the formula
    function withdraw(bytes32 formula) external;

    /// @notice A formula
    /// @param formula id of the formula
    function formulaById(bytes32 formula) external view returns (Formula memory);

    /// @notice A version of a formula
    /// @param formula id of the formula
    /// @param version its number
    function versionOf(bytes32 formula, uint32 version) external view returns (Version memory);

    /// @notice Whether a version may be prescribed and dispensed
    /// @param formula id of the formula
    /// @param version its number
    function mayDispense(bytes32 formula, uint32 version) external view returns (bool);
}

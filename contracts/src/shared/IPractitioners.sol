// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

/// @notice How a licence stands.
enum LicenceStanding {
    None,
    Valid,
    Suspended,
    Revoked
}

/// @notice A licence: one EIP-712 message signed by a certifier's operator, relayed to every chain.
/// @dev licence  its id; holder: the practitioner's account; scope: what it allows, as short text ("physician")
/// @dev digest   SHA-256 of the licence's document
struct Licence {
    bytes32 licence;
    address holder;
    bytes32 scope;
    uint64 from;
    uint64 notAfter;
    bytes32 digest;
}

/// @notice A later decision on a licence, signed by an operator of the issuing member or of a regulator.
/// @dev standing Suspended, Valid (reinstates) or Revoked; serial: one more than the licence's last ruling
struct Ruling {
    bytes32 licence;
    LicenceStanding standing;
    uint64 serial;
    bytes32 digest;
}

/// @title Practitioners: licences and the question "may this account act?"
/// @notice The EIP-712 domain is that of `IMembers`.
interface IPractitioners {
    event Issued(
        bytes32 indexed licence,
        address indexed holder,
        bytes32 indexed scope,
        bytes32 issuer,
        uint64 from,
        uint64 notAfter,
        bytes32 digest
    );
    event Suspended(bytes32 indexed licence, bytes32 indexed by, uint64 serial, bytes32 digest);
    event Reinstated(bytes32 indexed licence, bytes32 indexed by, uint64 serial, bytes32 digest);
    event Revoked(bytes32 indexed licence, bytes32 indexed by, uint64 serial, bytes32 digest);

    error PractitionersNotCertifier(address signer);
    error PractitionersUnknown(bytes32 licence);
    error PractitionersKnownAlready(bytes32 licence);
    error PractitionersWrongSerial(uint64 expected, uint64 given);
    error PractitionersWrongStanding(bytes32 licence, LicenceStanding standing);
    error PractitionersInvalid();

    /// @notice Issue a licence; anybody may relay it.
    /// @param licence the licence
    /// @param signature EIP-712 signature of an operator of an active certifier or regulator
    function issue(Licence calldata licence, bytes calldata signature) external;

    /// @notice Suspend, reinstate or revoke a licence; anybody may relay it. A revoked licence stays revoked.
    /// @param ruling the decision
    /// @param signature EIP-712 signature of an operator of the issuing member or of an active regulator
    function rule(Ruling calldata ruling, bytes calldata signature) external;

    /// @notice Whether the account holds a valid licence of this scope now.
    function mayAct(address account, bytes32 scope) external view returns (bool);

    /// @notice Whether an account ever got a licence within a scope, in force or not
    /// @param account whose
    /// @param scope what it allows, as short text
    function isHolder(address account, bytes32 scope) external view returns (bool);

    /// @notice A licence's record, its standing and its issuer.
    function licenceById(bytes32 licence)
        external
        view
        returns (Licence memory record, LicenceStanding standing, bytes32 issuer, uint64 rulings);
}

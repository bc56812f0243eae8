// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

/// @title Custodians: who keeps sealed fragments for patients, and the roots of their receipts
interface ICustodians {
    /// @notice A member runs a custodian
    /// @param custodian its account: signs receipts, sends roots
    /// @param member who runs it
    /// @param inbox X25519 public key to which fragments are sealed
    /// @param url where it listens
    event Enrolled(address indexed custodian, bytes32 indexed member, bytes inbox, string url);
    /// @notice A custodian serves no longer
    /// @param custodian its account
    /// @param member who ran it
    event Retired(address indexed custodian, bytes32 indexed member);
    /// @notice A custodian anchored receipts
    /// @param custodian whose receipts
    /// @param batch number of the root, from 1 without gaps
    /// @param root Merkle root over the receipts' digests
    /// @param count how many
    event ReceiptsAnchored(address indexed custodian, uint64 indexed batch, bytes32 root, uint32 count);

    /// @notice The account is enrolled already, or was before
    /// @param custodian the account
    error CustodiansKnownAlready(address custodian);
    /// @notice The account is no custodian in service
    /// @param custodian the account
    error CustodiansUnknown(address custodian);
    /// @notice The member runs another custodian
    /// @param custodian its account
    error CustodiansNotTheirs(address custodian);
    /// @notice The key, the address or the root is missing or of a wrong length
    error CustodiansNothing();
    /// @notice Roots come one after the other
    /// @param expected the next number
    /// @param given the one given
    error CustodiansWrongBatch(uint64 expected, uint64 given);

    /// @notice As a member, enrol a custodian
    /// @param custodian its account
    /// @param inbox X25519 public key
    /// @param url where it listens, at most 200 bytes
    function enrol(address custodian, bytes calldata inbox, string calldata url) external;

    /// @notice As the member that runs it, take a custodian out of service
    /// @param custodian its account
    function retire(address custodian) external;

    /// @notice As a custodian, anchor the receipts since the last root
    /// @param root Merkle root over the receipts' digests
    /// @param count how many
    /// @param batch number of the root
    function anchor(bytes32 root, uint32 count, uint64 batch) external;

    /// @notice The member that runs a custodian in service; 0 when it is none, or its member may not act
    /// @param custodian its account
    function memberOf(address custodian) external view returns (bytes32);

    /// @notice The last root's number
    /// @param custodian whose
    function lastBatch(address custodian) external view returns (uint64);

    /// @notice Whether a receipt stands under an anchored root
    /// @param custodian whose
    /// @param batch number of the root
    /// @param digest EIP-712 digest of the receipt
    /// @param proof hashes from leaf to root
    function proves(address custodian, uint64 batch, bytes32 digest, bytes32[] calldata proof)
        external
        view
        returns (bool);
}

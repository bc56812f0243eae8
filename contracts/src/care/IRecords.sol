// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

/// @notice One version of a file in a patient's folder
/// @param patient whose folder
/// @param file unique id of the file
/// @param version from 1 without gaps
/// @param envelope SHA-256 of the envelope, which is one block: its content address
/// @param lock SHA-256 of the lock, by which custodians know which keys open the file
/// @param facts commitment to the sealed facts
struct Entry {
    address patient;
    bytes32 file;
    uint32 version;
    bytes32 envelope;
    bytes32 lock;
    bytes32 facts;
}

/// @title Records: the files of patients, sealed elsewhere, committed to here in order
interface IRecords {
    /// @notice A version of a file was appended to a folder
    /// @param patient whose folder
    /// @param file unique id
    /// @param number place in the folder, from 1 without gaps
    /// @param version of the file
    /// @param envelope SHA-256 of the envelope
    /// @param lock SHA-256 of the lock
    /// @param facts commitment to the sealed facts
    /// @param head rolling hash of the folder up to here
    /// @param author the account that appended
    /// @param member for which it acts; 0: the patient, or a proxy, supplied it
    event Appended(
        address indexed patient,
        bytes32 indexed file,
        uint64 indexed number,
        uint32 version,
        bytes32 envelope,
        bytes32 lock,
        bytes32 facts,
        bytes32 head,
        address author,
        bytes32 member
    );
    /// @notice A file's keys were destroyed: this is its tombstone
    /// @param patient whose folder
    /// @param file which
    /// @param versions how many versions it had
    /// @param by who asked for it
    event Erased(address indexed patient, bytes32 indexed file, uint32 versions, address by);

    /// @notice The patient is not known
    /// @param patient which
    error RecordsNoPatient(address patient);
    /// @notice The grant does not let the sender's member append to this folder now
    /// @param patient whose folder
    /// @param member who tried
    error RecordsMayNotAppend(address patient, bytes32 member);
    /// @notice Versions come one after the other: somebody else appended one meanwhile
    /// @param file which
    /// @param expected the next version
    /// @param given the one given
    error RecordsWrongVersion(bytes32 file, uint32 expected, uint32 given);
    /// @notice A hash is missing
    error RecordsNothing();
    /// @notice The file was erased
    /// @param file which
    error RecordsErased(bytes32 file);
    /// @notice The folder has no such file
    /// @param file which
    error RecordsUnknown(bytes32 file);
    /// @notice Only the patient, or a proxy, erases
    /// @param patient whose folder
    /// @param account who tried
    error RecordsMayNotErase(address patient, address account);

    /// @notice Append a version of a file: as the patient or a proxy, or as a member under a grant
    /// @param entry the version
    /// @param grant the grant to append; 0 for the patient's own
    /// @param salt opens the grant's commitment to the member
    /// @return number place in the folder
    function append(Entry calldata entry, bytes32 grant, bytes32 salt) external returns (uint64 number);

    /// @notice Leave a tombstone in place of a file: custodians refuse it, and nodes drop its blocks
    /// @param patient whose folder
    /// @param file which
    function erase(address patient, bytes32 file) external;

    /// @notice How many entries a folder has, and its rolling head
    /// @param patient whose
    function folderOf(address patient) external view returns (uint64 count, bytes32 head);

    /// @notice The last version of a file, and whether it was erased
    /// @param patient whose folder
    /// @param file which
    function fileOf(address patient, bytes32 file) external view returns (uint32 versions, bool erased);

    /// @notice The lock of a version; 0 when there is none, or the file was erased
    /// @param patient whose folder
    /// @param file which
    /// @param version which
    function lockOf(address patient, bytes32 file, uint32 version) external view returns (bytes32);
}

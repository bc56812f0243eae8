// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

/// @notice Who helps a patient whose keys are lost
/// @param needed how many guardians must agree
/// @param delay seconds in which the patient can object, once enough have agreed
/// @param backup hash of the sealed words that the guardians' shares open
struct Guardianship {
    uint8 needed;
    uint64 delay;
    bytes32 backup;
}

/// @notice A recovery underway
/// @param round counts the recoveries of a patient, so that support for one is none for the next
/// @param account the account that shall act for the patient
/// @param supporters how many guardians agreed
/// @param ready when it can be completed; 0 as long as too few agreed
struct Recovery {
    uint64 round;
    address account;
    uint8 supporters;
    uint64 ready;
}

/// @title Patients: pseudonymous accounts, their keys, guardians and proxies
/// @notice A patient is the first account of one relation between a person and an institution. A person has several,
/// and nothing here joins them. No name, no id number and no category in clear ever stands here.
interface IPatients {
    /// @notice A patient registered
    /// @param patient the account, a pseudonym
    /// @param commitment SHA-256 of the id number and a random salt that stays with the patient
    /// @param inbox X25519 public key for letters (RFC 9180)
    event Registered(address indexed patient, bytes32 commitment, bytes inbox);
    /// @notice A key of a category came into force
    /// @param patient whose
    /// @param label opaque name of the category
    /// @param epoch its number, from 1
    /// @param key the Umbral public key, a compressed point of secp256k1
    /// @param by who set it
    event KeySet(address indexed patient, bytes32 indexed label, uint32 indexed epoch, bytes key, address by);
    /// @notice Letters go to another key from now on
    /// @param patient whose
    /// @param inbox X25519 public key
    event InboxSet(address indexed patient, bytes inbox);
    /// @notice Somebody may act for a patient until a time
    /// @param patient for whom
    /// @param proxy the account that may
    /// @param until last second
    event ProxyAppointed(address indexed patient, address indexed proxy, uint64 until);
    /// @notice A proxy may no longer act
    /// @param patient for whom
    /// @param proxy the account that might
    event ProxyDismissed(address indexed patient, address indexed proxy);
    /// @notice A patient chose guardians
    /// @param patient whose
    /// @param guardians their accounts
    /// @param needed how many must agree
    /// @param delay seconds in which the patient can object
    /// @param backup hash of the sealed words
    event GuardiansSet(address indexed patient, address[] guardians, uint8 needed, uint64 delay, bytes32 backup);
    /// @notice A guardian wants an account to act for a patient whose keys are lost
    /// @param patient whose
    /// @param round number of the recovery
    /// @param account the new account
    /// @param inbox its X25519 public key
    /// @param guardian who proposed
    event RecoveryProposed(
        address indexed patient, uint64 indexed round, address indexed account, bytes inbox, address guardian
    );
    /// @notice A guardian agreed, the proposing one included
    /// @param patient whose
    /// @param round number of the recovery
    /// @param guardian who agreed
    /// @param supporters how many have
    /// @param ready when it can be completed; 0 as long as too few agreed
    event RecoverySupported(
        address indexed patient, uint64 indexed round, address indexed guardian, uint8 supporters, uint64 ready
    );
    /// @notice The patient objected: the recovery is over
    /// @param patient whose
    /// @param round number of the recovery
    /// @param by who objected
    event RecoveryObjected(address indexed patient, uint64 indexed round, address by);
    /// @notice Another account acts for the patient from now on
    /// @param patient whose
    /// @param round number of the recovery
    /// @param account the account that acts
    event Recovered(address indexed patient, uint64 indexed round, address indexed account);
    /// @notice An account published the keys under which it reads
    /// @param account whose
    /// @param readingKey Umbral public key, a compressed point of secp256k1
    /// @param inbox X25519 public key for letters
    event ReaderPublished(address indexed account, bytes readingKey, bytes inbox);

    /// @notice Nobody registered under this account
    /// @param patient the account
    error PatientsUnknown(address patient);
    /// @notice The account is registered already
    /// @param patient the account
    error PatientsKnownAlready(address patient);
    /// @notice The account may not act for the patient
    /// @param patient for whom
    /// @param account who tried
    error PatientsMayNotAct(address patient, address account);
    /// @notice Only the patient's own account may do this, no proxy
    /// @param patient whose
    /// @param account who tried
    error PatientsNotController(address patient, address account);
    /// @notice A key is not of the length that its kind has
    /// @param length what was given, in bytes
    error PatientsWrongKey(uint256 length);
    /// @notice Keys come one epoch after the other
    /// @param label of which category
    /// @param expected the next epoch
    /// @param given the one given
    error PatientsWrongEpoch(bytes32 label, uint32 expected, uint32 given);
    /// @notice Lists that belong together differ in length, are empty or too long
    /// @param first length of one
    /// @param second length of the other
    error PatientsWrongLength(uint256 first, uint256 second);
    /// @notice The end lies in the past or too far ahead
    /// @param until the end
    error PatientsWrongEnd(uint64 until);
    /// @notice The account is no proxy of the patient
    /// @param proxy the account
    error PatientsNotProxy(address proxy);
    /// @notice A commitment, an account or a number is missing
    error PatientsNothing();
    /// @notice The account is no guardian of the patient
    /// @param patient whose
    /// @param account who tried
    error PatientsNotGuardian(address patient, address account);
    /// @notice The guardian agreed already
    /// @param guardian who
    error PatientsSupportedAlready(address guardian);
    /// @notice A recovery is underway already
    /// @param round its number
    error PatientsRecoveryUnderway(uint64 round);
    /// @notice No recovery is underway, or one for another account
    /// @param patient whose
    error PatientsNoRecovery(address patient);
    /// @notice The patient can still object
    /// @param ready when it can be completed; 0: too few agreed
    error PatientsTooEarly(uint64 ready);

    /// @notice Register the sender's account as a patient
    /// @param commitment SHA-256 of the id number and a random salt
    /// @param inbox X25519 public key for letters
    function register(bytes32 commitment, bytes calldata inbox) external;

    /// @notice Put keys of categories into force, each as the next epoch of its label
    /// @param patient whose
    /// @param labels opaque names of the categories
    /// @param epochs the number that each key gets: one more than the last of its label
    /// @param keys Umbral public keys, compressed
    function setKeys(address patient, bytes32[] calldata labels, uint32[] calldata epochs, bytes[] calldata keys)
        external;

    /// @notice Have letters sent to another key
    /// @param patient whose
    /// @param inbox X25519 public key
    function setInbox(address patient, bytes calldata inbox) external;

    /// @notice Let an account act for a patient until a time; by the patient's own account only
    /// @param patient for whom
    /// @param account who may
    /// @param until last second, at most 20 years ahead
    function appointProxy(address patient, address account, uint64 until) external;

    /// @notice Take this back; a proxy may also resign
    /// @param patient for whom
    /// @param account who might
    function dismissProxy(address patient, address account) external;

    /// @notice Choose guardians in place of those before; ends a recovery underway
    /// @param patient whose
    /// @param guardians their accounts, at most 15, each once and none the patient's own
    /// @param needed how many must agree
    /// @param delay seconds in which the patient can object, at most a year
    /// @param backup hash of the sealed words
    function setGuardians(address patient, address[] calldata guardians, uint8 needed, uint64 delay, bytes32 backup)
        external;

    /// @notice As a guardian, propose the account that shall act for a patient; counts as the first support
    /// @param patient whose
    /// @param account the new account
    /// @param inbox its X25519 public key
    function proposeRecovery(address patient, address account, bytes calldata inbox) external;

    /// @notice As a guardian, agree to the recovery underway
    /// @param patient whose
    /// @param account the account that was proposed: an agreement to one is none to another
    function supportRecovery(address patient, address account) external;

    /// @notice As the patient, end a recovery underway
    /// @param patient whose
    function objectRecovery(address patient) external;

    /// @notice After the delay, let the proposed account act, and no proxy of before; anybody may send this
    /// @param patient whose
    function completeRecovery(address patient) external;

    /// @notice Publish the keys under which the sender's account reads
    /// @param readingKey Umbral public key, compressed
    /// @param inbox X25519 public key for letters
    function publishReader(bytes calldata readingKey, bytes calldata inbox) external;

    /// @notice Whether an account may act for a patient now: its own, or a proxy's
    /// @param patient for whom
    /// @param account who
    function mayAct(address patient, address account) external view returns (bool);

    /// @notice The account that acts for a patient; zero for an unknown one
    /// @param patient whose
    function controllerOf(address patient) external view returns (address);

    /// @notice Until when a proxy may act; 0 when it may not
    /// @param patient for whom
    /// @param account who
    function proxyUntil(address patient, address account) external view returns (uint64);

    /// @notice The last epoch of a label; 0 when there is none
    /// @param patient whose
    /// @param label which
    function epochOf(address patient, bytes32 label) external view returns (uint32);

    /// @notice Keccak hash of a category key
    /// @param patient whose
    /// @param label which
    /// @param epoch which
    function keyOf(address patient, bytes32 label, uint32 epoch) external view returns (bytes32);

    /// @notice Keccak hash of the reading key that an account published last
    /// @param account whose
    function readerOf(address account) external view returns (bytes32);

    /// @notice The guardians' terms of a patient, and the recovery underway
    /// @param patient whose
    function recoveryOf(address patient)
        external
        view
        returns (Guardianship memory guardianship, Recovery memory recovery);
}

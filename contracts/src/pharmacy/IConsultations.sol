// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

/// @notice A question
/// @param asker the pseudonym that asked
/// @param answers how many answers it has, numbered from 1
/// @param closed whether the asker closed it
/// @param erased whether its text is to be deleted everywhere
struct Question {
    address asker;
    uint32 answers;
    bool closed;
    bool erased;
}

/// @title Consultations: a condition that nobody could help, and what practitioners answer
interface IConsultations {
    /// @notice Somebody asked
    /// @param question its id
    /// @param asker a pseudonym
    /// @param content SHA-256 of the text as it stands in an erasable store
    event Asked(bytes32 indexed question, address indexed asker, bytes32 content);
    /// @notice A practitioner answered
    /// @param question its id
    /// @param answer number of the answer
    /// @param practitioner who answered
    /// @param content SHA-256 of the text
    /// @param formula a formula that the answer names, zero for none
    /// @param version its version
    event Answered(
        bytes32 indexed question,
        uint32 indexed answer,
        address indexed practitioner,
        bytes32 content,
        bytes32 formula,
        uint32 version
    );
    /// @notice The asker says that an answer helped
    /// @param question its id
    /// @param answer number of the answer
    event Helped(bytes32 indexed question, uint32 indexed answer);
    /// @notice The asker wants no more answers
    /// @param question its id
    event Closed(bytes32 indexed question);
    /// @notice The text of a question is to be deleted everywhere; the answers stay
    /// @param question its id
    /// @param by the asker or a regulator
    event Erased(bytes32 indexed question, address indexed by);

    /// @notice There is no such question or answer
    /// @param question its id
    error ConsultationsUnknown(bytes32 question);
    /// @notice The question is closed, or its text deleted already
    /// @param question its id
    error ConsultationsClosed(bytes32 question);
    /// @notice The account has no licence in force
    /// @param account who tried
    error ConsultationsNotLicensed(address account);
    /// @notice Only the asker, or a regulator where it is about deleting, may do this
    /// @param question its id
    /// @param account who tried
    error ConsultationsNotAsker(bytes32 question, address account);
    /// @notice A text is missing
    error ConsultationsNothing();

    /// @notice Ask
    /// @param content SHA-256 of the text
    /// @return question its id
    function ask(bytes32 content) external returns (bytes32 question);

    /// @notice As a licensed physician, answer
    /// @param question its id
    /// @param content SHA-256 of the text
    /// @param formula a formula that the answer names, zero for none
    /// @param version its version
    /// @return number of the answer
    function answer(bytes32 question, bytes32 content, bytes32 formula, uint32 version) external returns (uint32 number);

    /// @notice As the asker, say that an answer helped
    /// @param question its id
    /// @param number of the answer
    function thank(bytes32 question, uint32 number) external;

    /// @notice As the asker, close the question
    /// @param question its id
    function close(bytes32 question) external;

    /// @notice As the asker or a regulator, have the question's text deleted everywhere
    /// @param question its id
    function erase(bytes32 question) external;

    /// @notice A question
    /// @param question its id
    function questionById(bytes32 question) external view returns (Question memory);
}

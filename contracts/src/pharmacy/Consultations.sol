// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {IMembers, Kind} from "../shared/IMembers.sol";
import {IPractitioners} from "../shared/IPractitioners.sol";
import {IConsultations, Question} from "./IConsultations.sol";

/// @title Consultations: a condition that nobody could help, and what practitioners answer
contract Consultations is IConsultations {
    bytes32 private constant _PHYSICIAN = "physician";

    IMembers private immutable _MEMBERS;
    IPractitioners private immutable _PRACTITIONERS;
    mapping(bytes32 question => Question) private _questions;
    mapping(address asker => uint64) private _asked;

    /// @param members the contract Members of this chain
    /// @param practitioners the contract Practitioners of this chain
    constructor(address members, address practitioners) {
        _MEMBERS = IMembers(members);
        _PRACTITIONERS = IPractitioners(practitioners);
    }

    /// @inheritdoc IConsultations
    function ask(bytes32 content) external returns (bytes32 question) {
        require(content != 0, ConsultationsNothing());
        question = keccak256(abi.encode("question", msg.sender, ++_asked[msg.sender]));
        _questions[question].asker = msg.sender;
        emit Asked(question, msg.sender, content);
    }

    /// @inheritdoc IConsultations
    function answer(bytes32 question, bytes32 content, bytes32 formula, uint32 version)
        external
        returns (uint32 number)
    {
        Question storage found = _open(question);
        require(_PRACTITIONERS.mayAct(msg.sender, _PHYSICIAN), ConsultationsNotLicensed(msg.sender));
        require(content != 0, ConsultationsNothing());
        number = ++found.answers;
        emit Answered(question, number, msg.sender, content, formula, version);
    }

    /// @inheritdoc IConsultations
    function thank(bytes32 question, uint32 number) external {
        Question storage found = _own(question);
        require(number != 0 && number <= found.answers, ConsultationsUnknown(question));
        emit Helped(question, number);
    }

    /// @inheritdoc IConsultations
    function close(bytes32 question) external {
        _own(question);
        _open(question).closed = true;
        emit Closed(question);
    }

    /// @inheritdoc IConsultations
    function erase(bytes32 question) external {
        Question storage found = _known(question);
        require(!found.erased, ConsultationsClosed(question));
        if (found.asker != msg.sender) {
            (, Kind kind) = _actor();
            require(kind == Kind.Regulator, ConsultationsNotAsker(question, msg.sender));
        }
        (found.erased, found.closed) = (true, true);
        emit Erased(question, msg.sender);
    }

    /// @inheritdoc IConsultations
    function questionById(bytes32 question) external view returns (Question memory) {
        return _questions[question];
    }

    function _own(bytes32 question) private view returns (Question storage found) {
        found = _known(question);
        require(found.asker == msg.sender, ConsultationsNotAsker(question, msg.sender));
    }

    function _open(bytes32 question) private view returns (Question storage found) {
        found = _known(question);
        require(!found.closed, ConsultationsClosed(question));
    }

    function _known(bytes32 question) private view returns (Question storage found) {
        found = _questions[question];
        require(found.asker != address(0), ConsultationsUnknown(question));
    }

    function _actor() private view returns (bytes32 member, Kind kind) {
        (member, kind) = _MEMBERS.actor(msg.sender);
    }
}

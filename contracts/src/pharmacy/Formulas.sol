// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";
import {IMembers} from "../shared/IMembers.sol";
import {IPractitioners} from "../shared/IPractitioners.sol";
import {Formula, FormulaClass, IFormulas, Version} from "./IFormulas.sol";
import {Deed, IRewards} from "./IRewards.sol";

/// @title Formulas: shared with versions and authors
contract Formulas is IFormulas, Multicall {
    bytes32 private constant _PHYSICIAN = "physician";
    uint256 private constant _MOST_DOCUMENT = 16_384;
    uint256 private constant _MOST_STATEMENT = 4_096;
    /// @dev From this likeness on a formula is a copy, and earns nothing.
    uint32 private constant _COPY = 800_000;
    uint32 private constant _WHOLE = 1_000_000;

    IMembers private immutable _MEMBERS;
    IPractitioners private immutable _PRACTITIONERS;
    mapping(bytes32 formula => Formula) private _formulas;
    mapping(bytes32 formula => mapping(uint32 version => Version)) private _versions;
    mapping(bytes32 content => bytes32 formula) private _known;
    mapping(address author => uint64) private _shared;

    /// @param members the contract Members of this chain
    /// @param practitioners the contract Practitioners of this chain
    constructor(address members, address practitioners) {
        _MEMBERS = IMembers(members);
        _PRACTITIONERS = IPractitioners(practitioners);
    }

    /// @inheritdoc IFormulas
    function share(FormulaClass class, bytes32 doses, string calldata document) external returns (bytes32 formula) {
        require(class != FormulaClass.None, FormulasInvalid());
        require(_mayShare(class), FormulasNotLicensed(msg.sender));
        formula = keccak256(abi.encode("formula", msg.sender, ++_shared[msg.sender]));
        (_formulas[formula].author, _formulas[formula].class) = (msg.sender, class);
        _add(formula, doses, document);
    }

    /// @inheritdoc IFormulas
    function revise(bytes32 formula, bytes32 doses, string calldata document) external returns (uint32 version) {
        _open(formula, 1);
        require(_formulas[formula].author == msg.sender, FormulasNotAuthor(formula, msg.sender));
        return _add(formula, doses, document);
    }

    /// @inheritdoc IFormulas
    function assess(bytes32 formula, uint32 version, bytes32 nearest, uint32 likeness) external {
        Version storage judged = _open(formula, version);
        bytes32 member = _MEMBERS.memberOf(msg.sender);
        require(_MEMBERS.mayAct(msg.sender) && _MEMBERS.memberById(member).voting, FormulasNotLicensed(msg.sender));
        require(_MEMBERS.memberOf(_formulas[formula].author) != member, FormulasOwn(formula, msg.sender));
        require(!judged.assessed, FormulasClosed(formula, version));
        require(likeness <= _WHOLE && nearest != formula, FormulasInvalid());
        (judged.assessed, judged.likeness) = (true, likeness);
        emit Assessed(formula, version, member, nearest, likeness);
        _reward(formula, judged);
    }

    /// @inheritdoc IFormulas
    function approve(bytes32 formula, uint32 version, string calldata statement) external {
        Version storage judged = _judge(formula, version, statement);
        judged.approver = msg.sender;
        emit Approved(formula, version, msg.sender, statement);
        _reward(formula, judged);
    }

    /// @inheritdoc IFormulas
    function reject(bytes32 formula, uint32 version, string calldata statement) external {
        _judge(formula, version, statement);
        emit Rejected(formula, version, msg.sender, statement);
    }

    /// @inheritdoc IFormulas
    function withdraw(bytes32 formula) external {
        _open(formula, 1);
        require(_formulas[formula].author == msg.sender, FormulasNotAuthor(formula, msg.sender));
        _formulas[formula].withdrawn = true;
        emit Withdrawn(formula);
    }

    /// @inheritdoc IFormulas
    function formulaById(bytes32 formula) external view returns (Formula memory) {
        return _formulas[formula];
    }

    /// @inheritdoc IFormulas
    function versionOf(bytes32 formula, uint32 version) external view returns (Version memory) {
        return _versions[formula][version];
    }

    /// @inheritdoc IFormulas
    function mayDispense(bytes32 formula, uint32 version) external view returns (bool) {
        Formula storage found = _formulas[formula];
        Version storage asked = _versions[formula][version];
        return
            asked.shared != 0 && !found.withdrawn && (found.class != FormulaClass.Folk || asked.approver != address(0));
    }

    function _add(bytes32 formula, bytes32 doses, string calldata document) private returns (uint32 version) {
        Formula storage record = _formulas[formula];
        uint256 length = bytes(document).length;
        require(length <= _MOST_DOCUMENT, FormulasTooLong(_MOST_DOCUMENT, length));
        require(length != 0 && (record.class == FormulaClass.Folk) == (doses != 0), FormulasInvalid());
        bytes32 content = sha256(bytes(document));
        bytes32 known = _known[content];
        require(known == 0, FormulasKnownAlready(known));
        _known[content] = formula;
        version = ++record.versions;
        Version storage added = _versions[formula][version];
        (added.content, added.doses, added.shared) = (content, doses, uint64(block.timestamp));
        emit Shared(formula, version, msg.sender, record.class, content, doses, document);
    }

    /// @dev What is new, and either written or signed by a licensed practitioner, earns; a formula earns once.
    function _reward(bytes32 formula, Version storage judged) private {
        Formula storage record = _formulas[formula];
        bool sound = record.class == FormulaClass.Licensed || judged.approver != address(0);
        if (record.rewarded || record.class == FormulaClass.Classic || !sound) return;
        if (!judged.assessed || judged.likeness >= _COPY) return;
        record.rewarded = true;
        IRewards(_MEMBERS.addressOf("Rewards")).earn(Deed.Sharing, record.author, formula, formula, 0);
    }

    function _judge(bytes32 formula, uint32 version, string calldata statement)
        private
        view
        returns (Version storage judged)
    {
        judged = _open(formula, version);
        require(_licensed(msg.sender), FormulasNotLicensed(msg.sender));
        require(_formulas[formula].author != msg.sender, FormulasOwn(formula, msg.sender));
        require(judged.approver == address(0), FormulasClosed(formula, version));
        uint256 length = bytes(statement).length;
        require(length <= _MOST_STATEMENT, FormulasTooLong(_MOST_STATEMENT, length));
        require(length != 0, FormulasInvalid());
    }

    function _open(bytes32 formula, uint32 version) private view returns (Version storage found) {
        found = _versions[formula][version];
        require(found.shared != 0, FormulasUnknown(formula, version));
        require(!_formulas[formula].withdrawn, FormulasClosed(formula, version));
    }

    function _mayShare(FormulaClass class) private view returns (bool) {
        if (class == FormulaClass.Folk || _licensed(msg.sender)) return true;
        return class == FormulaClass.Classic && _MEMBERS.mayAct(msg.sender);
    }

    function _licensed(address account) private view returns (bool) {
        return _PRACTITIONERS.mayAct(account, _PHYSICIAN);
    }
}

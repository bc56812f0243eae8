// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {IMembers, Kind} from "../shared/IMembers.sol";
import {ICustodians} from "./ICustodians.sol";

/// @title Custodians: who keeps sealed fragments for patients, and the roots of their receipts
contract Custodians is ICustodians {
    uint256 private constant _INBOX = 32;
    uint256 private constant _LONGEST_URL = 200;

    IMembers private immutable _MEMBERS;
    mapping(address custodian => bytes32 member) private _members;
    mapping(address custodian => bool) private _retired;
    mapping(address custodian => uint64 batch) private _last;
    mapping(address custodian => mapping(uint64 batch => bytes32 root)) private _roots;

    /// @param members the contract Members of this chain
    constructor(address members) {
        _MEMBERS = IMembers(members);
    }

    /// @inheritdoc ICustodians
    function enrol(address custodian, bytes calldata inbox, string calldata url) external {
        (bytes32 member,) = _actor();
        require(_members[custodian] == 0, CustodiansKnownAlready(custodian));
        require(custodian != address(0) && inbox.length == _INBOX, CustodiansNothing());
        require(bytes(url).length != 0 && bytes(url).length <= _LONGEST_URL, CustodiansNothing());
        _members[custodian] = member;
        emit Enrolled(custodian, member, inbox, url);
    }

    /// @inheritdoc ICustodians
    function retire(address custodian) external {
        (bytes32 member,) = _actor();
        require(_members[custodian] == member, CustodiansNotTheirs(custodian));
        require(!_retired[custodian], CustodiansUnknown(custodian));
        _retired[custodian] = true;
        emit Retired(custodian, member);
    }

    /// @inheritdoc ICustodians
    function anchor(bytes32 root, uint32 count, uint64 batch) external {
        // A custodian out of service still anchors what it has to answer for.
        require(_members[msg.sender] != 0, CustodiansUnknown(msg.sender));
        require(root != 0 && count != 0, CustodiansNothing());
        uint64 next = _last[msg.sender] + 1;
        require(batch == next, CustodiansWrongBatch(next, batch));
        _last[msg.sender] = batch;
        _roots[msg.sender][batch] = root;
        emit ReceiptsAnchored(msg.sender, batch, root, count);
    }

    /// @inheritdoc ICustodians
    function memberOf(address custodian) external view returns (bytes32) {
        bytes32 member = _members[custodian];
        if (member == 0 || _retired[custodian] || !_isActive(member)) return 0;
        return member;
    }

    /// @inheritdoc ICustodians
    function lastBatch(address custodian) external view returns (uint64) {
        return _last[custodian];
    }

    /// @inheritdoc ICustodians
    function proves(address custodian, uint64 batch, bytes32 digest, bytes32[] calldata proof)
        external
        view
        returns (bool)
    {
        bytes32 root = _roots[custodian][batch];
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(digest))));
        return root != 0 && MerkleProof.verifyCalldata(proof, root, leaf);
    }

    function _isActive(bytes32 member) private view returns (bool) {
        return _MEMBERS.mayAct(_MEMBERS.memberById(member).officer);
    }

    function _actor() private view returns (bytes32 member, Kind kind) {
        (member, kind) = _MEMBERS.actor(msg.sender);
    }
}

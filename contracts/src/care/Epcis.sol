// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {IMembers, Kind} from "../shared/IMembers.sol";
import {IEpcis} from "./IEpcis.sol";

/// @title Roots of observations that members captured
contract Epcis is IEpcis {
    IMembers private immutable _MEMBERS;
    mapping(bytes32 member => uint64 batch) private _last;
    mapping(bytes32 member => mapping(uint64 batch => bytes32 root)) private _roots;
    // By member: a root that others see underway must not be theirs to take.
    mapping(bytes32 member => mapping(bytes32 root => uint64 batch)) private _batches;

    /// @param members the contract Members of this chain
    constructor(address members) {
        _MEMBERS = IMembers(members);
    }

    /// @inheritdoc IEpcis
    function anchor(bytes32 root, uint32 count, uint64 batch) external {
        (bytes32 member,) = _actor();
        require(root != 0 && count != 0, EpcisNothing());
        uint64 next = _last[member] + 1;
        require(batch == next, EpcisWrongBatch(next, batch));
        uint64 earlier = _batches[member][root];
        require(earlier == 0, EpcisAnchoredAlready(root, earlier));
        _last[member] = batch;
        _roots[member][batch] = root;
        _batches[member][root] = batch;
        emit Anchored(member, batch, root, count, msg.sender);
    }

    /// @inheritdoc IEpcis
    function anchored(bytes32 member, uint64 batch) external view returns (bytes32 root) {
        return _roots[member][batch];
    }

    /// @inheritdoc IEpcis
    function lastBatch(bytes32 member) external view returns (uint64 batch) {
        return _last[member];
    }

    /// @inheritdoc IEpcis
    function proves(bytes32 member, uint64 batch, bytes32 hash, bytes32[] calldata proof) external view returns (bool) {
        bytes32 root = _roots[member][batch];
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(hash))));
        return root != 0 && MerkleProof.verifyCalldata(proof, root, leaf);
    }

    function _actor() private view returns (bytes32 member, Kind kind) {
        (member, kind) = _MEMBERS.actor(msg.sender);
    }
}

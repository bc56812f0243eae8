// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {IMembers} from "../shared/IMembers.sol";
import {SignedMessages} from "../shared/SignedMessages.sol";
import {ILotLedger} from "./provenance/ILotLedger.sol";
import {IUnits, Opening} from "./IUnits.sol";

/// @title Units: single packages, each opened once
contract Units is IUnits, SignedMessages {
    bytes32 private constant _OPENING =
        keccak256("Opening(bytes32 lot,uint64 serial,uint8 purpose,uint64 happened,uint32 place)");
    uint256 private constant _DEEPEST = 32;
    uint32 private constant _PLACES = 1_000_000;

    IMembers private immutable _MEMBERS;
    mapping(bytes32 lot => mapping(uint64 serial => uint64 opened)) private _opened;

    /// @param members the contract Members of this chain
    constructor(address members) SignedMessages(IMembers(members).consortium()) {
        _MEMBERS = IMembers(members);
    }

    /// @inheritdoc IUnits
    function open(Opening calldata opening, bytes32[] calldata proof, bytes calldata signature) external {
        require(opening.happened <= block.timestamp + 1 days, UnitsInFuture(opening.happened));
        require(opening.place < _PLACES, UnitsPlaceUnreadable(opening.place));
        require(proof.length <= _DEEPEST, UnitsTooMany(_DEEPEST, proof.length));
        uint64 before = _opened[opening.lot][opening.serial];
        require(before == 0, UnitsOpenedAlready(opening.lot, opening.serial, before));
        _prove(opening, proof, _signer(keccak256(abi.encode(_OPENING, opening)), signature));
        _opened[opening.lot][opening.serial] = uint64(block.timestamp);
        emit Opened(opening.lot, opening.serial, opening.purpose, opening.happened, opening.place, msg.sender);
    }

    /// @inheritdoc IUnits
    function openedAt(bytes32 lot, uint64 serial) external view returns (uint64) {
        return _opened[lot][serial];
    }

    function _prove(Opening calldata opening, bytes32[] calldata proof, address key) private view {
        (bytes32 root, uint32 units) = ILotLedger(_MEMBERS.addressOf("Provenance")).unitsOf(opening.lot);
        require(root != 0 && units != 0, UnitsWithoutCodes(opening.lot));
        // A leaf's outer hash is of 32 bytes and a node's of 64, so none can stand for the other.
        bytes32 leaf = sha256(bytes.concat(sha256(abi.encode(opening.serial, key))));
        require(MerkleProof.verifyCalldata(proof, root, leaf, _node), UnitsNotProven(opening.lot, opening.serial));
    }

    function _node(bytes32 a, bytes32 b) private pure returns (bytes32) {
        return a < b ? sha256(bytes.concat(a, b)) : sha256(bytes.concat(b, a));
    }
}

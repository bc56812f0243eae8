// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Kind} from "../../shared/IMembers.sol";
import {Descent, Lot, Portion, Reach, Recall} from "./Goods.sol";
import {IRecalls} from "./IRecalls.sol";
import {LotLedger} from "./LotLedger.sol";

/// @title Calling goods back: from a bad lot to every lot made of it
abstract contract Recalls is IRecalls, LotLedger {
    uint256 private constant _MOST_LOTS = 128;

    mapping(bytes32 recall => Recall) private _recalls;
    mapping(bytes32 recall => mapping(bytes32 lot => Reach)) private _reached;
    mapping(bytes32 recall => mapping(bytes32 lot => bool)) private _seeds;

    /// @inheritdoc IRecalls
    function openRecall(bytes32 ref, bool drill, bytes32[] calldata seeds, uint64 happened, string calldata facts)
        external
        returns (bytes32 recall)
    {
        (bytes32 member, Kind kind) = _act(happened, facts);
        require(ref != 0, ProvenanceNothing());
        _checkCount(seeds.length);
        recall = recallId(member, ref);
        require(_recalls[recall].by == 0, ProvenanceRecallKnownAlready(recall));
        _recalls[recall] = Recall({by: member, drill: drill, closed: false});
        for (uint256 i = 0; i < seeds.length; ++i) {
            Lot storage lot = _known(seeds[i]);
            require(kind == Kind.Regulator || lot.maker == member, ProvenanceNotMaker(seeds[i], member));
            _seeds[recall][seeds[i]] = true;
            if (_reached[recall][seeds[i]] == Reach.None) _reach(recall, seeds[i], drill);
        }
        emit RecallOpened(recall, member, ref, drill, seeds, happened, msg.sender, facts);
    }

    /// @inheritdoc IRecalls
    function freeze(bytes32 recall, Descent[] calldata descents) external {
        (bytes32 member,) = _actor();
        Recall storage record = _open(recall);
        uint256 count = descents.length;
        _checkLots(count);
        bytes32[] memory lots = new bytes32[](count);
        uint256 reached = 0;
        bool drill = record.drill;
        for (uint256 i = 0; i < count; ++i) {
            bytes32 lot = descents[i].lot;
            if (_reached[recall][lot] != Reach.None) continue;
            require(_descends(recall, descents[i]), ProvenanceNotDescended(recall, lot));
            _reach(recall, lot, drill);
            lots[reached++] = lot;
        }
        if (reached != 0) emit Frozen(recall, member, _first(lots, reached), uint64(block.timestamp), msg.sender);
    }

    /// @inheritdoc IRecalls
    function secure(bytes32 recall, Portion[] calldata portions, uint64 happened, string calldata facts) external {
        (bytes32 member,) = _act(happened, facts);
        _open(recall);
        _checkCount(portions.length);
        for (uint256 i = 0; i < portions.length; ++i) {
            (bytes32 lot, uint128 asked) = (portions[i].lot, portions[i].milligrams);
            require(_reached[recall][lot] == Reach.Frozen, ProvenanceNotFrozen(recall, lot));
            uint128 has = _hands[lot][member].held;
            require(asked <= has, ProvenanceInsufficient(lot, member, has, asked));
        }
        emit Secured(recall, member, portions, happened, msg.sender, facts);
    }

    /// @inheritdoc IRecalls
    function releaseLots(bytes32 recall, bytes32[] calldata lots, uint64 happened, string calldata facts) external {
        bytes32 member = _recaller(recall, happened, facts);
        _checkLots(lots.length);
        bool drill = _recalls[recall].drill;
        for (uint256 i = 0; i < lots.length; ++i) {
            bytes32 lot = lots[i];
            require(_reached[recall][lot] == Reach.Frozen, ProvenanceNotFrozen(recall, lot));
            _reached[recall][lot] = Reach.Released;
            if (!drill) --_lots[lot].freezes;
        }
        emit Released(recall, member, lots, happened, msg.sender, facts);
    }

    /// @inheritdoc IRecalls
    function closeRecall(bytes32 recall, uint64 happened, string calldata facts) external {
        bytes32 member = _recaller(recall, happened, facts);
        _open(recall).closed = true;
        emit RecallClosed(recall, member, happened, msg.sender, facts);
    }

    /// @inheritdoc IRecalls
    function recallById(bytes32 recall) external view returns (Recall memory) {
        return _recalls[recall];
    }

    /// @inheritdoc IRecalls
    function reachOf(bytes32 recall, bytes32 lot) external view returns (Reach) {
        return _reached[recall][lot];
    }

    /// @inheritdoc IRecalls
    function frozenIn(bytes32 recall, bytes32 lot) external view returns (bool) {
        return !_recalls[recall].drill && _reached[recall][lot] == Reach.Frozen;
    }

    /// @inheritdoc IRecalls
    function isSeed(bytes32 recall, bytes32 lot) external view returns (bool) {
        return _seeds[recall][lot];
    }

    /// @inheritdoc IRecalls
    function recallId(bytes32 by, bytes32 ref) public pure returns (bytes32) {
        return keccak256(abi.encode("recall", by, ref));
    }

    function _reach(bytes32 recall, bytes32 lot, bool drill) private {
        _reached[recall][lot] = Reach.Frozen;
        if (!drill) ++_lots[lot].freezes;
    }

    function _recaller(bytes32 recall, uint64 happened, string calldata facts) private view returns (bytes32 member) {
        Kind kind;
        (member, kind) = _act(happened, facts);
        bytes32 by = _recalls[recall].by;
        require(by != 0, ProvenanceUnknownRecall(recall));
        require(member == by || kind == Kind.Regulator, ProvenanceNotRecaller(recall, member));
    }

    function _open(bytes32 recall) private view returns (Recall storage record) {
        record = _recalls[recall];
        require(record.by != 0, ProvenanceUnknownRecall(recall));
        require(!record.closed, ProvenanceRecallOver(recall));
    }

    function _descends(bytes32 recall, Descent calldata descent) private view returns (bool) {
        if (_lots[descent.lot].origin != _originOf(descent.sources)) return false;
        for (uint256 i = 0; i < descent.sources.length; ++i) {
            if (_reached[recall][descent.sources[i]] == Reach.Frozen) return true;
        }
        return false;
    }

    function _checkLots(uint256 count) private pure {
        require(count != 0, ProvenanceNothing());
        require(count <= _MOST_LOTS, ProvenanceTooMany(_MOST_LOTS, count));
    }

    function _first(bytes32[] memory lots, uint256 count) private pure returns (bytes32[] memory found) {
        found = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) {
            found[i] = lots[i];
        }
    }
}

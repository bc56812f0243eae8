// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {IMembers, Kind} from "../../shared/IMembers.sol";
import {Created, Lot, Output, Portion} from "./Goods.sol";
import {ILotLedger} from "./ILotLedger.sol";

/// @title Lots and who holds how much of them
/// @dev Quantities change only through `_create`, `_take` and `_give`.
abstract contract LotLedger is ILotLedger {
    uint256 internal constant MOST_PORTIONS = 32;
    uint256 internal constant MOST_FACTS = 4096;
    uint256 internal constant MOST_MILLIGRAMS = 1 << 53;

    IMembers internal immutable MEMBERS;

    mapping(bytes32 lot => Lot) internal _lots;
    mapping(bytes32 lot => mapping(bytes32 holder => uint128)) internal _held;

    /// @inheritdoc ILotLedger
    function lotById(bytes32 lot) external view returns (Lot memory) {
        return _lots[lot];
    }

    /// @inheritdoc ILotLedger
    function held(bytes32 lot, bytes32 holder) external view returns (uint128) {
        return _held[lot][holder];
    }

    /// @inheritdoc ILotLedger
    function lotId(bytes32 maker, bytes32 ref) public pure returns (bytes32) {
        return keccak256(abi.encode(maker, ref));
    }

    /// @dev The acting member, after the checks that every step shares.
    function _act(uint64 happened, string calldata facts) internal view returns (bytes32 member, Kind kind) {
        require(happened <= block.timestamp + 1 days, ProvenanceInFuture(happened));
        _checkFacts(facts);
        (member, kind) = MEMBERS.actor(msg.sender);
    }

    function _checkFacts(string calldata facts) internal pure {
        require(bytes(facts).length <= MOST_FACTS, ProvenanceFactsTooLong(MOST_FACTS, bytes(facts).length));
    }

    function _checkCount(uint256 count) internal pure {
        require(count != 0, ProvenanceNothing());
        require(count <= MOST_PORTIONS, ProvenanceTooMany(MOST_PORTIONS, count));
    }

    function _create(bytes32 maker, Output memory output) internal returns (Created memory) {
        require(output.milligrams != 0 && output.ref != 0, ProvenanceNothing());
        bytes32 lot = lotId(maker, output.ref);
        require(_lots[lot].maker == 0, ProvenanceLotKnownAlready(lot));
        _lots[lot] = Lot({form: output.form, maker: maker, made: output.milligrams, expires: output.expires});
        _held[lot][maker] = output.milligrams;
        return
            Created({
                lot: lot, ref: output.ref, form: output.form, milligrams: output.milligrams, expires: output.expires
            });
    }

    function _take(bytes32 lot, bytes32 holder, uint128 milligrams) internal {
        require(milligrams != 0, ProvenanceNothing());
        uint128 has = _held[lot][holder];
        require(has >= milligrams, ProvenanceInsufficient(lot, holder, has, milligrams));
        unchecked {
            _held[lot][holder] = has - milligrams;
        }
    }

    function _give(bytes32 lot, bytes32 holder, uint128 milligrams) internal {
        _held[lot][holder] += milligrams;
    }

    /// @dev The lot of a portion; reverts when it is unknown or has expired.
    function _usable(bytes32 lot) internal view returns (Lot storage found) {
        found = _known(lot);
        uint64 expires = found.expires;
        require(expires == 0 || block.timestamp <= expires, ProvenanceExpired(lot, expires));
    }

    function _known(bytes32 lot) internal view returns (Lot storage found) {
        found = _lots[lot];
        require(found.maker != 0, ProvenanceUnknownLot(lot));
    }

    function _total(Output[] calldata outputs) internal pure returns (uint256 sum) {
        for (uint256 i = 0; i < outputs.length; ++i) {
            sum += outputs[i].milligrams;
        }
    }

    function _total(Portion[] calldata portions) internal pure returns (uint256 sum) {
        for (uint256 i = 0; i < portions.length; ++i) {
            sum += portions[i].milligrams;
        }
    }
}

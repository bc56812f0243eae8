// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {IMembers, Kind} from "../../shared/IMembers.sol";
import {Created, Hand, Lot, Output, Portion, UnitCodes} from "./Goods.sol";
import {ILotLedger} from "./ILotLedger.sol";

/// @title Lots and who holds how much of them
/// @dev Quantities change only through `_create`, `_take` and `_give`.
abstract contract LotLedger is ILotLedger {
    uint256 internal constant MOST_PORTIONS = 32;
    uint256 internal constant MOST_FACTS = 4096;
    uint256 internal constant MOST_MILLIGRAMS = 1 << 53;

    IMembers internal immutable MEMBERS;

    mapping(bytes32 lot => Lot) internal _lots;
    mapping(bytes32 lot => mapping(bytes32 holder => Hand)) internal _hands;
    mapping(bytes32 lot => UnitCodes) internal _unitCodes;

    /// @inheritdoc ILotLedger
    function lotById(bytes32 lot) external view returns (Lot memory) {
        return _lots[lot];
    }

    /// @inheritdoc ILotLedger
    function held(bytes32 lot, bytes32 holder) external view returns (uint128) {
        return _hands[lot][holder].held;
    }

    /// @inheritdoc ILotLedger
    function dispensedBy(bytes32 lot, bytes32 holder) external view returns (uint128) {
        return _hands[lot][holder].dispensed;
    }

    /// @inheritdoc ILotLedger
    function unitsOf(bytes32 lot) external view returns (bytes32 root, uint32 units) {
        UnitCodes storage codes = _unitCodes[lot];
        return (codes.root, codes.units);
    }

    /// @inheritdoc ILotLedger
    function lotId(bytes32 maker, bytes32 ref) public pure returns (bytes32) {
        return keccak256(abi.encode(maker, ref));
    }

    /// @dev The acting member, after the checks that every step shares.
    function _act(uint64 happened, string calldata facts) internal view returns (bytes32 member, Kind kind) {
        _checkDeed(happened, facts);
        return _actor();
    }

    function _checkDeed(uint64 happened, string calldata facts) internal view {
        require(happened <= block.timestamp + 1 days, ProvenanceInFuture(happened));
        _checkFacts(facts);
    }

    function _actor() internal view returns (bytes32 member, Kind kind) {
        (member, kind) = MEMBERS.actor(msg.sender);
    }

    function _checkFacts(string calldata facts) internal pure {
        require(bytes(facts).length <= MOST_FACTS, ProvenanceFactsTooLong(MOST_FACTS, bytes(facts).length));
    }

    function _checkCount(uint256 count) internal pure {
        require(count != 0, ProvenanceNothing());
        require(count <= MOST_PORTIONS, ProvenanceTooMany(MOST_PORTIONS, count));
    }

    /// @dev `origin` is what `_originOf` makes of the lots that go in.
    function _create(bytes32 maker, Output memory output, bytes32 origin) internal returns (Created memory) {
        require(output.milligrams != 0 && output.ref != 0, ProvenanceNothing());
        bytes32 lot = lotId(maker, output.ref);
        require(_lots[lot].maker == 0, ProvenanceLotKnownAlready(lot));
        _lots[lot] = Lot({
            form: output.form,
            maker: maker,
            made: output.milligrams,
            expires: output.expires,
            freezes: 0,
            origin: origin
        });
        _hands[lot][maker].held = output.milligrams;
        return
            Created({
                lot: lot, ref: output.ref, form: output.form, milligrams: output.milligrams, expires: output.expires
            });
    }

    function _take(bytes32 lot, bytes32 holder, uint128 milligrams) internal {
        require(milligrams != 0, ProvenanceNothing());
        Hand storage hand = _hands[lot][holder];
        uint128 has = hand.held;
        require(has >= milligrams, ProvenanceInsufficient(lot, holder, has, milligrams));
        unchecked {
            hand.held = has - milligrams;
        }
    }

    function _give(bytes32 lot, bytes32 holder, uint128 milligrams) internal {
        _hands[lot][holder].held += milligrams;
    }

    /// @dev The lot of a portion; reverts when it is unknown, frozen or has expired.
    function _usable(bytes32 lot) internal view returns (Lot storage found) {
        found = _free(lot);
        uint64 expires = found.expires;
        require(expires == 0 || block.timestamp <= expires, ProvenanceExpired(lot, expires));
    }

    function _free(bytes32 lot) internal view returns (Lot storage found) {
        found = _known(lot);
        require(found.freezes == 0, ProvenanceFrozen(lot));
    }

    function _known(bytes32 lot) internal view returns (Lot storage found) {
        found = _lots[lot];
        require(found.maker != 0, ProvenanceUnknownLot(lot));
    }

    function _originOf(bytes32 source) internal pure returns (bytes32) {
        bytes32[] memory sources = new bytes32[](1);
        sources[0] = source;
        return _originOf(sources);
    }

    function _originOf(Portion[] calldata portions) internal pure returns (bytes32) {
        bytes32[] memory sources = new bytes32[](portions.length);
        for (uint256 i = 0; i < portions.length; ++i) {
            sources[i] = portions[i].lot;
        }
        return _originOf(sources);
    }

    function _originOf(bytes32[] memory sources) internal pure returns (bytes32) {
        return keccak256(abi.encode(sources));
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

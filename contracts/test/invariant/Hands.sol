// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Descent, Output, Portion, Reason, ShipmentState} from "../../src/care/provenance/Goods.sol";
import {Field} from "../care/Field.sol";

/// @title Hands that do whatever the ledger lets them, and keep their own books
/// @dev Every call is shaped so that it must succeed; a revert is a fault of the ledger.
contract Hands is Field {
    uint256[4] private _roles = [GROWER, MERCHANT, FACTORY, HOSPITAL];

    bytes32[] public lots;
    bytes32[] public shipments;
    /// @notice What left each lot for good: used, divided off, dispensed, retired or lost.
    mapping(bytes32 lot => uint256) public gone;
    uint256 public commissioned;
    uint256 public used;
    uint256 public processed;
    uint256 public dispensed;
    uint256 public retired;
    uint256 public lost;
    /// @notice What each lot was made of, as the hands remember it; harvests have none.
    mapping(bytes32 lot => bytes32[]) private _sources;
    /// @notice How much of a lot all held, and was underway, when it was frozen; it must never be more.
    mapping(bytes32 lot => uint256) public atFreeze;
    bytes32 public recall;
    uint256 private _counter;

    constructor() {
        setUpField();
        lots.push(commission("first", 1_000_000));
        commissioned = 1_000_000;
    }

    function doCommission(uint128 milligrams) external {
        uint128 left = ledger.quotaById(quota).left;
        if (left == 0) return;
        milligrams = uint128(bound(milligrams, 1, left < 1_000_000 ? left : 1_000_000));
        lots.push(commission(_next(), milligrams));
        commissioned += milligrams;
    }

    function doShip(uint256 pick, uint256 from, uint256 to, uint128 milligrams) external {
        bytes32 lot = lots[pick % lots.length];
        (uint256 sender, uint256 consignee) = (_roles[from % 4], _roles[to % 4]);
        uint128 has = ledger.held(lot, id(sender));
        if (sender == consignee || has == 0 || _frozen(lot)) return;
        shipments.push(ship(sender, consignee, _next(), lot, uint128(bound(milligrams, 1, has))));
    }

    function doEnd(uint256 pick, uint256 way, uint128 arrived) external {
        if (shipments.length == 0) return;
        bytes32 shipment = shipments[pick % shipments.length];
        (ShipmentState state, bytes32 from, bytes32 to, Portion[] memory sent) = ledger.shipmentById(shipment);
        if (state != ShipmentState.Underway) return;
        if (way % 3 == 0) {
            arrived = uint128(bound(arrived, 0, sent[0].milligrams));
            vm.prank(_officerOf(to));
            ledger.receiveShipment(shipment, amounts(arrived), now_(), "{}");
            lost += sent[0].milligrams - arrived;
            gone[sent[0].lot] += sent[0].milligrams - arrived;
        } else if (way % 3 == 1) {
            vm.prank(_officerOf(to));
            ledger.refuseShipment(shipment, now_(), "{}");
        } else {
            vm.prank(_officerOf(from));
            ledger.cancelShipment(shipment, now_(), "{}");
        }
    }

    function doProcess(uint256 pick, uint128 milligrams, uint128 made) external {
        bytes32 lot = lots[pick % lots.length];
        uint128 has = ledger.held(lot, id(FACTORY));
        bytes32 form = ledger.lotById(lot).form;
        if (has == 0 || (form != FRESH && form != RED) || _frozen(lot)) return;
        milligrams = uint128(bound(milligrams, 1, has));
        uint256 most = form == FRESH ? uint256(milligrams) * 350_000 / 1_000_000 : milligrams;
        if (most == 0) return;
        made = uint128(bound(made, 1, most));
        bytes32 ref = _next();
        vm.prank(officer(FACTORY));
        ledger.process("m", portions(lot, milligrams), outputs(ref, form == FRESH ? RED : SLICED, made), now_(), "{}");
        _born(ledger.lotId(id(FACTORY), ref), lot);
        used += milligrams;
        gone[lot] += milligrams;
        processed += made;
    }

    function doSplit(uint256 pick, uint256 who, uint128 milligrams) external {
        bytes32 lot = lots[pick % lots.length];
        uint256 role = _roles[who % 4];
        uint128 has = ledger.held(lot, id(role));
        if (has == 0 || _frozen(lot)) return;
        bytes32 ref = _next();
        Output[] memory parts = outputs(ref, ledger.lotById(lot).form, uint128(bound(milligrams, 1, has)));
        vm.prank(officer(role));
        ledger.split(lot, parts, now_(), "{}");
        gone[lot] += parts[0].milligrams;
        _born(ledger.lotId(id(role), ref), lot);
    }

    function doMerge(uint256 pick, uint256 other, uint256 who) external {
        (bytes32 a, bytes32 b) = (lots[pick % lots.length], lots[other % lots.length]);
        uint256 role = _roles[who % 4];
        (uint128 hasA, uint128 hasB) = (ledger.held(a, id(role)), ledger.held(b, id(role)));
        if (
            a == b || _frozen(a) || _frozen(b) || hasA == 0 || hasB == 0
                || ledger.lotById(a).form != ledger.lotById(b).form
        ) return;
        Portion[] memory both = new Portion[](2);
        both[0] = Portion({lot: a, milligrams: hasA});
        both[1] = Portion({lot: b, milligrams: hasB});
        vm.prank(officer(role));
        bytes32 merged = ledger.merge(both, _next(), now_(), "{}");
        _born(merged, a);
        _sources[merged].push(b);
        gone[a] += hasA;
        gone[b] += hasB;
    }

    function doPack(uint256 pick, uint128 milligrams) external {
        bytes32 lot = lots[pick % lots.length];
        uint128 has = ledger.held(lot, id(FACTORY));
        if (has == 0 || _frozen(lot)) return;
        Portion memory portion = Portion({lot: lot, milligrams: uint128(bound(milligrams, 1, has))});
        vm.prank(officer(FACTORY));
        _born(ledger.pack(portion, _next(), 1, 0, 0, now_(), "{}"), lot);
        gone[lot] += portion.milligrams;
    }

    function doDispense(uint256 pick, uint128 milligrams) external {
        bytes32 lot = lots[pick % lots.length];
        uint128 has = ledger.held(lot, id(HOSPITAL));
        if (has == 0 || _frozen(lot)) return;
        milligrams = uint128(bound(milligrams, 1, has));
        vm.prank(officer(HOSPITAL));
        ledger.dispense(Portion({lot: lot, milligrams: milligrams}), keccak256("code"), now_(), "{}");
        dispensed += milligrams;
        gone[lot] += milligrams;
    }

    function doRetire(uint256 pick, uint256 who, uint128 milligrams) external {
        bytes32 lot = lots[pick % lots.length];
        uint256 role = _roles[who % 4];
        uint128 has = ledger.held(lot, id(role));
        if (has == 0) return;
        milligrams = uint128(bound(milligrams, 1, has));
        vm.prank(officer(role));
        ledger.retire(Portion({lot: lot, milligrams: milligrams}), Reason.Loss, now_(), "{}");
        retired += milligrams;
        gone[lot] += milligrams;
    }

    function doOpenRecall(uint256 pick) external {
        if (recall != 0 || lots.length < 4) return;
        bytes32[] memory seeds = new bytes32[](1);
        seeds[0] = lots[pick % lots.length];
        vm.prank(officer(REGULATOR));
        recall = ledger.openRecall("recall", false, seeds, now_(), "{}");
        atFreeze[seeds[0]] = somewhere(seeds[0]);
    }

    function doFreeze(uint256 pick) external {
        bytes32 lot = lots[pick % lots.length];
        if (recall == 0 || ledger.frozenIn(recall, lot) || !_hasFrozenSource(lot)) return;
        Descent[] memory descents = new Descent[](1);
        descents[0] = Descent({lot: lot, sources: _sources[lot]});
        vm.prank(officer(MERCHANT));
        ledger.freeze(recall, descents);
        atFreeze[lot] = somewhere(lot);
    }

    /// @notice What is held and underway of a lot.
    function somewhere(bytes32 lot) public view returns (uint256 sum) {
        for (uint256 j = 0; j < 4; ++j) {
            sum += ledger.held(lot, id(_roles[j]));
        }
        for (uint256 j = 0; j < shipments.length; ++j) {
            (ShipmentState state,,, Portion[] memory sent) = ledger.shipmentById(shipments[j]);
            if (state == ShipmentState.Underway && sent[0].lot == lot) sum += sent[0].milligrams;
        }
    }

    /// @notice The first frozen lot of which there is more than when it was frozen.
    function firstGrown() external view returns (bytes32) {
        for (uint256 i = 0; i < lots.length; ++i) {
            if (_frozen(lots[i]) && somewhere(lots[i]) > atFreeze[lots[i]]) return lots[i];
        }
        return 0;
    }

    /// @notice Everything at hand with anybody, over all lots.
    function heldByAll() external view returns (uint256 sum) {
        for (uint256 i = 0; i < lots.length; ++i) {
            for (uint256 j = 0; j < 4; ++j) {
                sum += ledger.held(lots[i], id(_roles[j]));
            }
        }
    }

    /// @notice Everything on the way.
    function underway() external view returns (uint256 sum) {
        for (uint256 i = 0; i < shipments.length; ++i) {
            (ShipmentState state,,, Portion[] memory sent) = ledger.shipmentById(shipments[i]);
            if (state == ShipmentState.Underway) sum += sent[0].milligrams;
        }
    }

    /// @notice What was made of each lot less what is held, underway or gone of it; the first that is not zero.
    function firstImbalance() external view returns (int256) {
        for (uint256 i = 0; i < lots.length; ++i) {
            uint256 known = gone[lots[i]] + somewhere(lots[i]);
            int256 difference = int256(uint256(ledger.lotById(lots[i]).made)) - int256(known);
            if (difference != 0) return difference;
        }
        return 0;
    }

    /// @notice What the quota has left.
    function quotaLeft() external view returns (uint256) {
        return ledger.quotaById(quota).left;
    }

    /// @notice The whole quota.
    function quotaTotal() external pure returns (uint256) {
        return QUOTA;
    }

    function _next() private returns (bytes32) {
        return bytes32(++_counter);
    }

    function _born(bytes32 lot, bytes32 source) private {
        lots.push(lot);
        _sources[lot].push(source);
    }

    function _frozen(bytes32 lot) private view returns (bool) {
        return ledger.lotById(lot).freezes != 0;
    }

    function _hasFrozenSource(bytes32 lot) private view returns (bool) {
        for (uint256 i = 0; i < _sources[lot].length; ++i) {
            if (ledger.frozenIn(recall, _sources[lot][i])) return true;
        }
        return false;
    }

    function _officerOf(bytes32 member) private view returns (address) {
        return members.memberById(member).officer;
    }
}

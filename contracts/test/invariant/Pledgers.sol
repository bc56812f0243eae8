// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Bond, BondState, Case, CaseState} from "../../src/care/guarantees/Pledges.sol";
import {Pledged} from "../care/Pledged.sol";

/// @title Growers, a lab, a regulator and holders that do whatever Guarantees lets them
/// @dev Every call is shaped so that it must succeed; a revert is a fault of the contracts.
contract Pledgers is Pledged {
    uint256[4] private _roles = [NEIGHBOUR, MERCHANT, FACTORY, HOSPITAL];
    bytes32[] private _lots;
    bytes32[] private _open;
    uint256 private _counter;
    uint256 private _now;

    uint256 public founding;
    uint256 public delivered;
    uint256 public claimed;
    /// @notice Whether a related party gained by a collection, or a release gave back more or less than the bond.
    bool public wronged;

    constructor() {
        setUpPledged();
        setTariff(usual());
        founding = points.totalSupply();
        _now = block.timestamp;
    }

    modifier atNow() {
        vm.warp(_now);
        _;
    }

    function doEnter(uint256 milligrams) external atNow {
        uint128 left = ledger.quotaById(quota).left;
        uint128 most = left < 20_000_000 ? left : 20_000_000;
        if (most == 0 || block.timestamp > ledger.quotaById(quota).notAfter) return;
        uint128 weight = uint128(bound(milligrams, 1, most));
        if (points.heldBy(id(GROWER)) < FEE + guarantees.bondFor(id(GROWER), weight)) return;
        _lots.push(commission(_next(), weight));
    }

    function doDeliver(uint256 pick, uint256 to, uint128 milligrams) external atNow {
        if (_lots.length == 0) return;
        bytes32 lot = _lots[pick % _lots.length];
        uint128 has = ledger.held(lot, id(GROWER));
        if (has == 0 || ledger.lotById(lot).freezes != 0) return;
        uint128 weight = uint128(bound(milligrams, 1, has));
        deliver(GROWER, _roles[to % 4], _next(), lot, weight);
        delivered += weight;
    }

    function doAccuse(uint256 pick) external atNow {
        if (_lots.length == 0) return;
        bytes32 lot = _lots[pick % _lots.length];
        Bond memory bond = guarantees.bondOf(lot);
        if (bond.state != BondState.Locked || bond.accusations != 0) return;
        vm.prank(officer(LAB));
        _open.push(guarantees.accuse(lot, "report", "{}"));
    }

    function doDecide(uint256 pick, bool bad) external atNow {
        (bytes32 found, Case memory record) = _pick(pick);
        if (record.state != CaseState.Open) return;
        if (block.timestamp > record.until) {
            guarantees.lapse(found);
            return;
        }
        vm.startPrank(officer(REGULATOR));
        if (bad) {
            bytes32[] memory seeds = new bytes32[](1);
            seeds[0] = record.lot;
            guarantees.confirm(found, ledger.openRecall(_next(), false, seeds, now_(), "{}"), "{}");
        } else {
            guarantees.dismiss(found, "{}");
        }
        vm.stopPrank();
    }

    function doClaim(uint256 pick, uint256 who) external atNow {
        (bytes32 found, Case memory record) = _pick(pick);
        uint256 role = _roles[who % 4];
        if (record.state != CaseState.Confirmed || block.timestamp > record.until) return;
        if (guarantees.relatedTo(id(GROWER), id(role)) || guarantees.claimOf(found, id(role)) != 0) return;
        uint128 has = ledger.held(record.lot, id(role));
        if (has == 0) return;
        vm.prank(officer(role));
        guarantees.claim(found, record.lot);
        claimed += has;
    }

    function doRelate(uint256 pick, bool related) external atNow {
        vm.prank(officer(REGULATOR));
        guarantees.relate(id(GROWER), id(NEIGHBOUR), related, "{}");
        (bytes32 found, Case memory record) = _pick(pick);
        bool standing = record.state == CaseState.Confirmed || record.state == CaseState.Settled;
        uint128 weight = guarantees.claimOf(found, id(NEIGHBOUR));
        if (!related || !standing || weight == 0) return;
        guarantees.strike(found, id(NEIGHBOUR));
    }

    function doSettle(uint256 pick) external atNow {
        (bytes32 found, Case memory record) = _pick(pick);
        if (record.state == CaseState.Confirmed && block.timestamp > record.until) guarantees.settle(found);
    }

    function doCollect(uint256 pick, uint256 who) external atNow {
        (bytes32 found, Case memory record) = _pick(pick);
        uint256 role = _roles[who % 4];
        if (record.state != CaseState.Settled || guarantees.claimOf(found, id(role)) == 0) return;
        bool related = guarantees.relatedTo(id(GROWER), id(role));
        uint256 before = points.heldBy(id(role));
        vm.prank(officer(role));
        if (related) vm.expectRevert();
        guarantees.collect(found);
        if (related && points.heldBy(id(role)) != before) wronged = true;
    }

    function doRelease(uint256 pick) external atNow {
        if (_lots.length == 0) return;
        bytes32 lot = _lots[pick % _lots.length];
        Bond memory bond = guarantees.bondOf(lot);
        uint256 before = points.heldBy(id(GROWER));
        if (bond.state != BondState.Locked || block.timestamp <= bond.until) return;
        guarantees.release(lot);
        if (points.heldBy(id(GROWER)) != before + bond.amount) wronged = true;
    }

    function doWait(uint256 length) external {
        _now += bound(length, 1, 40 days);
    }

    function supply() external view returns (uint256) {
        return points.totalSupply();
    }

    function locked() external view returns (uint256) {
        return points.balanceOf(address(guarantees));
    }

    function inPurses() external view returns (uint256 sum) {
        sum = points.heldBy("fund") + points.heldBy("reserve") + points.heldBy(id(GROWER));
        for (uint256 i = 0; i < 4; ++i) {
            sum += points.heldBy(id(_roles[i]));
        }
    }

    function bondsAndPots() external view returns (uint256 sum) {
        for (uint256 i = 0; i < _lots.length; ++i) {
            Bond memory bond = guarantees.bondOf(_lots[i]);
            if (bond.state == BondState.Locked || bond.state == BondState.Accused) sum += bond.amount;
        }
        for (uint256 i = 0; i < _open.length; ++i) {
            sum += guarantees.caseById(_open[i]).pot;
        }
    }

    function firstUnequalCase() external view returns (bytes32) {
        for (uint256 i = 0; i < _open.length; ++i) {
            Case memory record = guarantees.caseById(_open[i]);
            uint256 sum = 0;
            for (uint256 j = 0; j < 4; ++j) {
                sum += guarantees.claimOf(_open[i], id(_roles[j]));
            }
            bool stranded = record.state == CaseState.Settled && record.weight == 0 && record.pot != 0;
            if (sum != record.weight || stranded) return _open[i];
        }
        return 0;
    }

    function _pick(uint256 pick) private view returns (bytes32 found, Case memory record) {
        if (_open.length == 0) return (0, record);
        found = _open[pick % _open.length];
        record = guarantees.caseById(found);
    }

    function _next() private returns (bytes32) {
        return bytes32(++_counter);
    }
}

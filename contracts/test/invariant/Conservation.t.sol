// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Test} from "../Test.sol";
import {Hands} from "./Hands.sol";

/// @title No sequence of calls makes more than was commissioned
contract ConservationTest is Test {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    Hands private _hands;

    function setUp() public {
        _hands = new Hands();
    }

    function targetContracts() external view returns (address[] memory found) {
        found = new address[](1);
        found[0] = address(_hands);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory found) {
        bytes4[] memory selectors = new bytes4[](11);
        selectors[0] = Hands.doCommission.selector;
        selectors[1] = Hands.doShip.selector;
        selectors[2] = Hands.doEnd.selector;
        selectors[3] = Hands.doProcess.selector;
        selectors[4] = Hands.doSplit.selector;
        selectors[5] = Hands.doMerge.selector;
        selectors[6] = Hands.doPack.selector;
        selectors[7] = Hands.doDispense.selector;
        selectors[8] = Hands.doRetire.selector;
        selectors[9] = Hands.doOpenRecall.selector;
        selectors[10] = Hands.doFreeze.selector;
        found = new FuzzSelector[](1);
        found[0] = FuzzSelector({addr: address(_hands), selectors: selectors});
    }

    /// @notice Commissioned + made by processing = held + underway + used + dispensed + retired + lost.
    function invariant_EveryMilligramIsSomewhere() public view {
        uint256 gone = _hands.used() + _hands.dispensed() + _hands.retired() + _hands.lost();
        assertEq(_hands.commissioned() + _hands.processed(), _hands.heldByAll() + _hands.underway() + gone);
    }

    /// @notice Of every lot: made = held + underway + used + dispensed + retired + lost.
    function invariant_EveryLotIsAccountedFor() public view {
        assertTrue(_hands.firstImbalance() == 0);
    }

    /// @notice Processing never makes more than it takes.
    function invariant_ProcessingOnlyLoses() public view {
        assertTrue(_hands.processed() <= _hands.used());
    }

    /// @notice What was commissioned and what is left make up the quota.
    function invariant_QuotaIsNeverExceeded() public view {
        assertEq(_hands.commissioned() + _hands.quotaLeft(), _hands.quotaTotal());
    }

    /// @notice Nothing is added to a frozen lot, and nothing is made of it.
    function invariant_WhatIsFrozenOnlyShrinks() public view {
        assertTrue(_hands.firstGrown() == 0);
    }
}

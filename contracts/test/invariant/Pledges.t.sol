// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Test} from "../Test.sol";
import {Pledgers} from "./Pledgers.sol";

/// @title No sequence of calls makes, loses or strands a point
contract PledgesTest is Test {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    Pledgers private _pledgers;

    function setUp() public {
        _pledgers = new Pledgers();
    }

    function targetContracts() external view returns (address[] memory found) {
        found = new address[](1);
        found[0] = address(_pledgers);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory found) {
        bytes4[] memory selectors = new bytes4[](10);
        selectors[0] = Pledgers.doEnter.selector;
        selectors[1] = Pledgers.doDeliver.selector;
        selectors[2] = Pledgers.doAccuse.selector;
        selectors[3] = Pledgers.doDecide.selector;
        selectors[4] = Pledgers.doClaim.selector;
        selectors[5] = Pledgers.doRelate.selector;
        selectors[6] = Pledgers.doSettle.selector;
        selectors[7] = Pledgers.doCollect.selector;
        selectors[8] = Pledgers.doRelease.selector;
        selectors[9] = Pledgers.doWait.selector;
        found = new FuzzSelector[](1);
        found[0] = FuzzSelector({addr: address(_pledgers), selectors: selectors});
    }

    /// @notice Purses, fund, reserve and what is locked make up the supply, which never changes.
    function invariant_EveryPointIsSomewhere() public view {
        assertEq(_pledgers.supply(), _pledgers.founding());
        assertEq(_pledgers.inPurses() + _pledgers.locked(), _pledgers.founding());
    }

    /// @notice What Guarantees holds is exactly its bonds and pots.
    function invariant_WhatIsLockedIsBondsAndPots() public view {
        assertEq(_pledgers.locked(), _pledgers.bondsAndPots());
    }

    /// @notice What a case has yet to pay is its claims' weight, and none is left without a claimant.
    function invariant_ClaimsMakeUpTheWeight() public view {
        assertTrue(_pledgers.firstUnequalCase() == 0);
    }

    /// @notice No milligram is claimed for twice.
    function invariant_NothingIsClaimedTwice() public view {
        assertTrue(_pledgers.claimed() <= _pledgers.delivered());
    }

    /// @notice No related party was compensated, and every returned bond came back whole.
    function invariant_NobodyIsWronged() public view {
        assertTrue(!_pledgers.wronged());
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Test} from "../Test.sol";
import {Counter} from "./Counter.sol";

/// @title No sequence of calls makes more reviews than dispensings, or more points than were earned
contract ReviewingTest is Test {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    Counter private _counter;

    function setUp() public {
        _counter = new Counter();
    }

    function targetContracts() external view returns (address[] memory found) {
        found = new address[](1);
        found[0] = address(_counter);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory found) {
        bytes4[] memory selectors = new bytes4[](6);
        selectors[0] = Counter.doTally.selector;
        selectors[1] = Counter.doReview.selector;
        selectors[2] = Counter.doWithdraw.selector;
        selectors[3] = Counter.doClawBack.selector;
        selectors[4] = Counter.doClaim.selector;
        selectors[5] = Counter.doWait.selector;
        found = new FuzzSelector[](1);
        found[0] = FuzzSelector({addr: address(_counter), selectors: selectors});
    }

    /// @notice A member's reviews are counted one by one and never exceed what witnesses have seen dispensed.
    function invariant_NoMoreReviewsThanDispensings() public view {
        assertEq(_counter.used(), _counter.reviewed());
        assertTrue(_counter.used() <= _counter.tallies());
    }

    /// @notice Earnings are void exactly when they were given up before vesting, or clawed back.
    function invariant_VoidIsWhatWasGivenUpOrClawedBack() public view {
        assertTrue(_counter.voidAgrees());
    }

    /// @notice An account earns no more in a period than the cap allows.
    function invariant_CapsHold() public view {
        assertTrue(_counter.mostWithinPeriods());
    }

    /// @notice What was paid left the reserve, and never more than was earned.
    function invariant_PaidWasEarned() public view {
        assertEq(_counter.paid(), _counter.left());
        assertTrue(_counter.paid() <= _counter.earned());
    }
}

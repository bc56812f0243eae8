// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Test} from "../Test.sol";
import {Wards} from "./Wards.sol";

/// @title No sequence of calls opens a folder that its patient keeps closed, or loses an entry
contract ConsentingTest is Test {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    Wards private _wards;

    function setUp() public {
        _wards = new Wards();
    }

    function targetContracts() external view returns (address[] memory found) {
        found = new address[](1);
        found[0] = address(_wards);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory found) {
        bytes4[] memory selectors = new bytes4[](7);
        selectors[0] = Wards.doGrant.selector;
        selectors[1] = Wards.doWithdraw.selector;
        selectors[2] = Wards.doAppend.selector;
        selectors[3] = Wards.doErase.selector;
        selectors[4] = Wards.doRecover.selector;
        selectors[5] = Wards.doBreakGlass.selector;
        selectors[6] = Wards.doWait.selector;
        found = new FuzzSelector[](1);
        found[0] = FuzzSelector({addr: address(_wards), selectors: selectors});
    }

    /// @notice A folder has every entry, and its head binds them in their order.
    function invariant_FolderKeepsEveryEntryInOrder() public view {
        (uint64 count, bytes32 head) = _wards.folder();
        assertEq(count, _wards.appended());
        assertEq(head, _wards.head());
        assertTrue(_wards.versionsAgree());
    }

    /// @notice What was withdrawn neither reads nor writes, ever again.
    function invariant_WithdrawnStaysWithdrawn() public view {
        assertTrue(!_wards.withdrawnReads());
    }

    /// @notice One account acts for a patient; those of lost devices do not.
    function invariant_OnlyTheLastDeviceActs() public view {
        assertTrue(_wards.actsAsPatient(_wards.controller()));
        for (uint256 number = 601; number < 640; ++number) {
            address device = _wards.device(number);
            if (device != _wards.controller()) assertTrue(!_wards.actsAsPatient(device));
        }
    }

    /// @notice No practitioner reads alone.
    function invariant_BreakGlassTakesTwoMembers() public view {
        assertTrue(!_wards.releasedWithoutSecond());
    }
}

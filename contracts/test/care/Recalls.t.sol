// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Descent, Output, Portion, Reach, Reason} from "../../src/care/provenance/Goods.sol";
import {ILotLedger} from "../../src/care/provenance/ILotLedger.sol";
import {IRecalls} from "../../src/care/provenance/IRecalls.sol";
import {Field} from "./Field.sol";

contract RecallsTest is Field {
    bytes32 private _fresh;
    bytes32 private _red;

    function setUp() public {
        setUpField();
        _fresh = commission("F-1", 1_000_000);
        deliver(GROWER, FACTORY, "S-1", _fresh, 600_000);
        vm.prank(officer(FACTORY));
        ledger.process("steaming", portions(_fresh, 500_000), outputs("R-1", RED, 100_000), now_(), "{}");
        _red = ledger.lotId(id(FACTORY), "R-1");
    }

    function test_OpenRecall_FreezesTheSeeds() public {
        bytes32 recall = _open(REGULATOR, "C-1", false, _fresh);
        assertTrue(ledger.frozenIn(recall, _fresh));
        assertTrue(ledger.isSeed(recall, _fresh));
        assertEq(ledger.lotById(_fresh).freezes, 1);
        assertEq(ledger.recallById(recall).by, id(REGULATOR));
    }

    function test_OpenRecall_OfOnesOwnLot() public {
        bytes32 recall = _open(FACTORY, "C-1", false, _red);
        assertTrue(ledger.frozenIn(recall, _red));
    }

    function test_OpenRecall_OfASeedNamedTwiceCountsOnce() public {
        bytes32[] memory seeds = new bytes32[](2);
        (seeds[0], seeds[1]) = (_fresh, _fresh);
        vm.prank(officer(REGULATOR));
        ledger.openRecall("C-1", false, seeds, now_(), "{}");
        assertEq(ledger.lotById(_fresh).freezes, 1);
    }

    function test_RevertWhen_RecallingAnothersLot() public {
        vm.prank(officer(MERCHANT));
        vm.expectRevert(abi.encodeWithSelector(IRecalls.ProvenanceNotMaker.selector, _fresh, id(MERCHANT)));
        ledger.openRecall("C-1", false, _one(_fresh), now_(), "{}");
    }

    function test_RevertWhen_RecallingAnUnknownLot() public {
        vm.prank(officer(REGULATOR));
        vm.expectRevert(abi.encodeWithSelector(ILotLedger.ProvenanceUnknownLot.selector, bytes32("none")));
        ledger.openRecall("C-1", false, _one("none"), now_(), "{}");
    }

    function test_RevertWhen_TheRecallsNumberIsUsedTwice() public {
        bytes32 recall = _open(REGULATOR, "C-1", false, _fresh);
        vm.prank(officer(REGULATOR));
        vm.expectRevert(abi.encodeWithSelector(IRecalls.ProvenanceRecallKnownAlready.selector, recall));
        ledger.openRecall("C-1", false, _one(_red), now_(), "{}");
    }

    function test_RevertWhen_ShippingWhatIsFrozen() public {
        _open(REGULATOR, "C-1", false, _fresh);
        vm.prank(officer(FACTORY));
        vm.expectRevert(abi.encodeWithSelector(ILotLedger.ProvenanceFrozen.selector, _fresh));
        ledger.ship("S-2", id(HOSPITAL), portions(_fresh, 1), 0, now_(), "{}");
    }

    function test_RevertWhen_MakingSomethingOfWhatIsFrozen() public {
        _open(REGULATOR, "C-1", false, _fresh);
        bytes memory frozen = abi.encodeWithSelector(ILotLedger.ProvenanceFrozen.selector, _fresh);
        vm.startPrank(officer(FACTORY));
        vm.expectRevert(frozen);
        ledger.process("m", portions(_fresh, 1000), outputs("R-2", RED, 1), now_(), "{}");
        vm.expectRevert(frozen);
        ledger.split(_fresh, outputs("F-2", FRESH, 1), now_(), "{}");
        vm.expectRevert(frozen);
        ledger.merge(portions(_fresh, 1), "F-2", now_(), "{}");
        vm.expectRevert(frozen);
        ledger.pack(Portion({lot: _fresh, milligrams: 1}), "P-1", 1, 0, 0, now_(), "{}");
        vm.stopPrank();
    }

    function test_RevertWhen_DispensingWhatIsFrozen() public {
        deliver(FACTORY, HOSPITAL, "S-2", _red, 1000);
        _open(REGULATOR, "C-1", false, _red);
        vm.prank(officer(HOSPITAL));
        vm.expectRevert(abi.encodeWithSelector(ILotLedger.ProvenanceFrozen.selector, _red));
        ledger.dispense(Portion({lot: _red, milligrams: 1}), keccak256("code"), now_(), "{}");
    }

    function test_AFrozenLot_ArrivesFromTheWayAndIsRetired() public {
        bytes32 shipment = ship(FACTORY, HOSPITAL, "S-2", _red, 1000);
        _open(REGULATOR, "C-1", false, _red);
        vm.startPrank(officer(HOSPITAL));
        ledger.receiveShipment(shipment, amounts(1000), now_(), "{}");
        ledger.retire(Portion({lot: _red, milligrams: 1000}), Reason.Spoilage, now_(), "{}");
        vm.stopPrank();
        assertEq(ledger.held(_red, id(HOSPITAL)), 0);
    }

    function test_Freeze_ReachesWhatWasMadeOfASeed() public {
        bytes32 recall = _open(REGULATOR, "C-1", false, _fresh);
        vm.prank(officer(MERCHANT));
        ledger.freeze(recall, _descent(_red, _fresh));
        assertTrue(ledger.frozenIn(recall, _red));
    }

    function test_Freeze_GoesOnWithinOneBatch() public {
        vm.prank(officer(FACTORY));
        bytes32 packed = ledger.pack(Portion({lot: _red, milligrams: 500}), "P-1", 5, 0, 0, now_(), "{}");
        bytes32 recall = _open(REGULATOR, "C-1", false, _fresh);
        Descent[] memory both = new Descent[](2);
        both[0] = Descent({lot: _red, sources: _one(_fresh)});
        both[1] = Descent({lot: packed, sources: _one(_red)});
        vm.prank(officer(REGULATOR));
        ledger.freeze(recall, both);
        assertTrue(ledger.frozenIn(recall, packed));
    }

    function test_Freeze_PassesOverWhatItHasReached() public {
        bytes32 recall = _open(REGULATOR, "C-1", false, _fresh);
        vm.startPrank(officer(REGULATOR));
        ledger.freeze(recall, _descent(_red, _fresh));
        ledger.freeze(recall, _descent(_red, _fresh));
        vm.stopPrank();
        assertEq(ledger.lotById(_red).freezes, 1);
    }

    function test_RevertWhen_FreezingWhatDoesNotDescend() public {
        bytes32 other = commission("F-2", 1000);
        bytes32 recall = _open(REGULATOR, "C-1", false, _fresh);
        vm.startPrank(officer(REGULATOR));
        vm.expectRevert(abi.encodeWithSelector(IRecalls.ProvenanceNotDescended.selector, recall, other));
        ledger.freeze(recall, _descent(other, _fresh));
        vm.expectRevert(abi.encodeWithSelector(IRecalls.ProvenanceNotDescended.selector, recall, _red));
        ledger.freeze(recall, _descent(_red, other));
        vm.stopPrank();
    }

    function test_RevertWhen_FreezingByNoMember() public {
        bytes32 recall = _open(REGULATOR, "C-1", false, _fresh);
        vm.prank(officer(OUTSIDER));
        vm.expectRevert();
        ledger.freeze(recall, _descent(_red, _fresh));
    }

    function test_RevertWhen_FreezingTooMany() public {
        bytes32 recall = _open(REGULATOR, "C-1", false, _fresh);
        vm.startPrank(officer(REGULATOR));
        vm.expectRevert(abi.encodeWithSelector(ILotLedger.ProvenanceTooMany.selector, 128, 129));
        ledger.freeze(recall, new Descent[](129));
        vm.expectRevert(abi.encodeWithSelector(ILotLedger.ProvenanceNothing.selector));
        ledger.freeze(recall, new Descent[](0));
        vm.stopPrank();
    }

    function test_RevertWhen_FreezingUnderARecallThatIsOver() public {
        bytes32 recall = _open(REGULATOR, "C-1", false, _fresh);
        vm.startPrank(officer(REGULATOR));
        ledger.closeRecall(recall, now_(), "{}");
        vm.expectRevert(abi.encodeWithSelector(IRecalls.ProvenanceRecallOver.selector, recall));
        ledger.freeze(recall, _descent(_red, _fresh));
        vm.stopPrank();
        assertTrue(ledger.frozenIn(recall, _fresh));
    }

    function test_RevertWhen_TheRecallIsUnknown() public {
        bytes memory unknown = abi.encodeWithSelector(IRecalls.ProvenanceUnknownRecall.selector, bytes32("none"));
        vm.startPrank(officer(REGULATOR));
        vm.expectRevert(unknown);
        ledger.freeze("none", _descent(_red, _fresh));
        vm.expectRevert(unknown);
        ledger.closeRecall("none", now_(), "{}");
        vm.expectRevert(unknown);
        ledger.secure("none", portions(_red, 1), now_(), "{}");
        vm.stopPrank();
    }

    function test_ADrill_ReachesAndHoldsNothingUp() public {
        bytes32 recall = _open(FACTORY, "D-1", true, _red);
        assertTrue(ledger.reachOf(recall, _red) == Reach.Frozen);
        assertTrue(!ledger.frozenIn(recall, _red));
        deliver(FACTORY, HOSPITAL, "S-2", _red, 1000);
        vm.prank(officer(FACTORY));
        ledger.releaseLots(recall, _one(_red), now_(), "{}");
        assertEq(ledger.lotById(_red).freezes, 0);
    }

    function test_Secure_StatesWhatAHolderPutAside() public {
        bytes32 recall = _open(REGULATOR, "C-1", false, _fresh);
        vm.prank(officer(FACTORY));
        ledger.secure(recall, portions(_fresh, 100_000), now_(), "{}");
        assertEq(ledger.held(_fresh, id(FACTORY)), 100_000);
    }

    function test_RevertWhen_SecuringMoreThanHeld() public {
        bytes32 recall = _open(REGULATOR, "C-1", false, _fresh);
        vm.prank(officer(FACTORY));
        vm.expectRevert(
            abi.encodeWithSelector(ILotLedger.ProvenanceInsufficient.selector, _fresh, id(FACTORY), 100_000, 100_001)
        );
        ledger.secure(recall, portions(_fresh, 100_001), now_(), "{}");
    }

    function test_RevertWhen_SecuringWhatTheRecallDoesNotHold() public {
        bytes32 recall = _open(REGULATOR, "C-1", false, _fresh);
        vm.prank(officer(FACTORY));
        vm.expectRevert(abi.encodeWithSelector(IRecalls.ProvenanceNotFrozen.selector, recall, _red));
        ledger.secure(recall, portions(_red, 1), now_(), "{}");
    }

    function test_ReleaseLots_FreesThemUnlessAnotherRecallHoldsThem() public {
        bytes32 first = _open(REGULATOR, "C-1", false, _red);
        bytes32 second = _open(FACTORY, "C-1", false, _red);
        vm.prank(officer(REGULATOR));
        ledger.releaseLots(first, _one(_red), now_(), "{}");
        assertEq(ledger.lotById(_red).freezes, 1);
        vm.prank(officer(FACTORY));
        ledger.releaseLots(second, _one(_red), now_(), "{}");
        deliver(FACTORY, HOSPITAL, "S-2", _red, 1000);
    }

    function test_AReleasedLot_IsNotReachedAgain() public {
        bytes32 recall = _open(REGULATOR, "C-1", false, _fresh);
        vm.startPrank(officer(REGULATOR));
        ledger.freeze(recall, _descent(_red, _fresh));
        ledger.releaseLots(recall, _one(_red), now_(), "{}");
        ledger.freeze(recall, _descent(_red, _fresh));
        vm.stopPrank();
        assertTrue(ledger.reachOf(recall, _red) == Reach.Released);
    }

    function test_RevertWhen_ReleasingWithoutTheRight() public {
        bytes32 recall = _open(REGULATOR, "C-1", false, _red);
        bytes memory notAllowed = abi.encodeWithSelector(IRecalls.ProvenanceNotRecaller.selector, recall, id(FACTORY));
        vm.startPrank(officer(FACTORY));
        vm.expectRevert(notAllowed);
        ledger.releaseLots(recall, _one(_red), now_(), "{}");
        vm.expectRevert(notAllowed);
        ledger.closeRecall(recall, now_(), "{}");
        vm.stopPrank();
    }

    function test_Pack_KeepsTheRootOfItsUnits() public {
        vm.prank(officer(FACTORY));
        bytes32 lot = ledger.pack(Portion({lot: _red, milligrams: 500}), "P-1", 5, 0, "root", now_(), "{}");
        (bytes32 root, uint32 units) = ledger.unitsOf(lot);
        assertEq(root, "root");
        assertEq(uint256(units), 5);
    }

    function test_Dispense_IsCountedForItsHolder() public {
        deliver(FACTORY, HOSPITAL, "S-2", _red, 1000);
        vm.startPrank(officer(HOSPITAL));
        ledger.dispense(Portion({lot: _red, milligrams: 300}), keccak256("a"), now_(), "{}");
        ledger.dispense(Portion({lot: _red, milligrams: 200}), keccak256("b"), now_(), "{}");
        vm.stopPrank();
        assertEq(ledger.dispensedBy(_red, id(HOSPITAL)), 500);
        assertEq(ledger.held(_red, id(HOSPITAL)), 500);
    }

    /// @notice A chain of lots, each made of the one before, is reached to its end in one batch of any order that
    /// names parents first; what is left out stays free.
    function testFuzz_Freeze_StopsWhereTheBatchStops(uint8 length, uint8 frozen) public {
        uint256 count = bound(length, 1, 20);
        uint256 reached = bound(frozen, 0, count);
        bytes32[] memory lots = new bytes32[](count + 1);
        lots[0] = _red;
        for (uint256 i = 1; i <= count; ++i) {
            lots[i] = _divide(lots[i - 1], bytes32(i));
        }
        bytes32 recall = _open(REGULATOR, "C-1", false, _red);
        Descent[] memory batch = new Descent[](reached);
        for (uint256 i = 0; i < reached; ++i) {
            batch[i] = Descent({lot: lots[i + 1], sources: _one(lots[i])});
        }
        if (reached != 0) {
            vm.prank(officer(REGULATOR));
            ledger.freeze(recall, batch);
        }
        for (uint256 i = 0; i <= count; ++i) {
            assertTrue(ledger.frozenIn(recall, lots[i]) == (i <= reached));
        }
    }

    function _divide(bytes32 lot, bytes32 ref) private returns (bytes32) {
        Output[] memory parts = outputs(ref, RED, ledger.held(lot, id(FACTORY)) / 2 + 1);
        vm.prank(officer(FACTORY));
        ledger.split(lot, parts, now_(), "{}");
        return ledger.lotId(id(FACTORY), ref);
    }

    function _open(uint256 role, bytes32 ref, bool drill, bytes32 seed) private returns (bytes32) {
        vm.prank(officer(role));
        return ledger.openRecall(ref, drill, _one(seed), now_(), "{}");
    }

    function _descent(bytes32 lot, bytes32 source) private pure returns (Descent[] memory found) {
        found = new Descent[](1);
        found[0] = Descent({lot: lot, sources: _one(source)});
    }

    function _one(bytes32 lot) private pure returns (bytes32[] memory found) {
        found = new bytes32[](1);
        found[0] = lot;
    }
}

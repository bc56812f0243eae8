// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Output, Portion} from "../../src/care/provenance/Goods.sol";
import {ILotLedger} from "../../src/care/provenance/ILotLedger.sol";
import {IMaking} from "../../src/care/provenance/IMaking.sol";
import {Field} from "./Field.sol";

contract MakingTest is Field {
    uint128 private constant _MADE = 600_000_000;

    function setUp() public {
        setUpField();
    }

    function test_Process_WithinTheYield() public {
        bytes32 lot = _atFactory(1_000);
        vm.prank(officer(FACTORY));
        ledger.process("steaming", portions(lot, 1_000), outputs("R-1", RED, 350), now_(), "{}");
        assertEq(ledger.held(ledger.lotId(id(FACTORY), "R-1"), id(FACTORY)), 350);
        assertEq(ledger.held(lot, id(FACTORY)), 0);
    }

    function test_RevertWhen_YieldIsExceeded() public {
        bytes32 lot = _atFactory(1_000);
        vm.prank(officer(FACTORY));
        vm.expectRevert(abi.encodeWithSelector(IMaking.ProvenanceYieldExceeded.selector, RED, 350, 351));
        ledger.process("steaming", portions(lot, 1_000), outputs("R-1", RED, 351), now_(), "{}");
    }

    function test_RevertWhen_AnInputServesTwoOutputs() public {
        bytes32 lot = _atFactory(1_000);
        Output[] memory made = new Output[](2);
        made[0] = Output({ref: "R-1", form: RED, milligrams: 200, expires: 0});
        made[1] = Output({ref: "P-1", form: SLICED, milligrams: 200, expires: 0});
        vm.prank(officer(FACTORY));
        vm.expectRevert(abi.encodeWithSelector(IMaking.ProvenanceYieldExceeded.selector, SLICED, 350, 200));
        ledger.process("steaming", portions(lot, 1_000), made, now_(), "{}");
    }

    function test_RevertWhen_NoRuleLeadsThere() public {
        bytes32 lot = _atFactory(1_000);
        vm.prank(officer(FACTORY));
        vm.expectRevert(abi.encodeWithSelector(IMaking.ProvenanceNoYield.selector, FRESH, FRIED));
        ledger.process("frying", portions(lot, 1_000), outputs("X", FRIED, 1), now_(), "{}");
    }

    function test_Process_AuxiliaryAddsOnlyItsShare() public {
        (bytes32 sliced, bytes32 honey) = _slicedAndHoney();
        Portion[] memory inputs = new Portion[](2);
        inputs[0] = Portion({lot: sliced, milligrams: 100});
        inputs[1] = Portion({lot: honey, milligrams: 100});
        vm.startPrank(officer(FACTORY));
        vm.expectRevert(abi.encodeWithSelector(IMaking.ProvenanceYieldExceeded.selector, FRIED, 125, 126));
        ledger.process("honey-frying", inputs, outputs("H-1", FRIED, 126), now_(), "{}");
        ledger.process("honey-frying", inputs, outputs("H-1", FRIED, 125), now_(), "{}");
        vm.stopPrank();
    }

    function test_RevertWhen_OnlyTheAuxiliaryIsProcessed() public {
        (, bytes32 honey) = _slicedAndHoney();
        vm.prank(officer(FACTORY));
        vm.expectRevert(abi.encodeWithSelector(IMaking.ProvenanceYieldExceeded.selector, FRIED, 0, 1));
        ledger.process("honey-frying", portions(honey, 100), outputs("H-1", FRIED, 1), now_(), "{}");
    }

    function test_RevertWhen_MerchantProcesses() public {
        bytes32 lot = commission("F-1", _MADE);
        deliver(GROWER, MERCHANT, "S-1", lot, 100);
        vm.prank(officer(MERCHANT));
        vm.expectRevert(abi.encodeWithSelector(ILotLedger.ProvenanceWrongKind.selector, id(MERCHANT)));
        ledger.process("steaming", portions(lot, 100), outputs("R-1", RED, 1), now_(), "{}");
    }

    function test_SplitAndMerge_Conserve() public {
        bytes32 lot = commission("F-1", 1_000);
        Output[] memory parts = new Output[](2);
        parts[0] = Output({ref: "A", form: FRESH, milligrams: 400, expires: 0});
        parts[1] = Output({ref: "B", form: FRESH, milligrams: 100, expires: 0});
        vm.startPrank(officer(GROWER));
        ledger.split(lot, parts, now_(), "{}");
        assertEq(ledger.held(lot, id(GROWER)), 500);
        Portion[] memory both = new Portion[](2);
        both[0] = Portion({lot: ledger.lotId(id(GROWER), "A"), milligrams: 400});
        both[1] = Portion({lot: lot, milligrams: 500});
        bytes32 merged = ledger.merge(both, "M", now_(), "{}");
        vm.stopPrank();
        assertEq(ledger.held(merged, id(GROWER)), 900);
        assertEq(ledger.held(lot, id(GROWER)), 0);
    }

    function test_RevertWhen_ASplitPartOutlivesItsLot() public {
        uint64 expires = uint64(block.timestamp + 30 days);
        vm.startPrank(officer(GROWER));
        bytes32 lot = ledger.commission(quota, "F-1", 100, expires, now_(), "{}");
        Output[] memory parts = outputs("A", FRESH, 10);
        vm.expectRevert(abi.encodeWithSelector(IMaking.ProvenanceOutlives.selector, lot, expires));
        ledger.split(lot, parts, now_(), "{}");
        vm.stopPrank();
    }

    function test_Pack_KeepsFormAndQuantity() public {
        bytes32 lot = _atFactory(1_000);
        vm.prank(officer(FACTORY));
        bytes32 packed = ledger.pack(Portion({lot: lot, milligrams: 800}), "P", 80, 9520000010010, 0, now_(), "{}");
        assertEq(ledger.held(packed, id(FACTORY)), 800);
        assertEq(ledger.lotById(packed).form, FRESH);
    }

    function testFuzz_Process_NeverMakesMoreThanTheYield(uint128 taken, uint128 made) public {
        taken = uint128(bound(taken, 1, QUOTA));
        made = uint128(bound(made, 1, QUOTA));
        bytes32 lot = _atFactory(taken);
        vm.prank(officer(FACTORY));
        try ledger.process("steaming", portions(lot, taken), outputs("R-1", RED, made), now_(), "{}") {
            assertTrue(uint256(made) * 1_000_000 <= uint256(taken) * 350_000);
        } catch {
            assertTrue(uint256(made) * 1_000_000 > uint256(taken) * 350_000);
        }
    }

    function _atFactory(uint128 milligrams) private returns (bytes32 lot) {
        lot = commission("F-1", milligrams);
        deliver(GROWER, FACTORY, "S-1", lot, milligrams);
    }

    function _slicedAndHoney() private returns (bytes32 sliced, bytes32 honey) {
        bytes32 honeyQuota = certify("Q-2", GROWER, HONEY, 1_000);
        vm.prank(officer(GROWER));
        honey = ledger.commission(honeyQuota, "H-0", 1_000, 0, now_(), "{}");
        deliver(GROWER, FACTORY, "S-H", honey, 1_000);
        bytes32 lot = _atFactory(1_000);
        vm.prank(officer(FACTORY));
        ledger.process("cutting", portions(lot, 1_000), outputs("P-1", SLICED, 300), now_(), "{}");
        sliced = ledger.lotId(id(FACTORY), "P-1");
    }

    function test_RevertWhen_APortionOfAnotherFormIsMerged() public {
        (bytes32 sliced, bytes32 honey) = _slicedAndHoney();
        Portion[] memory both = new Portion[](2);
        both[0] = Portion({lot: sliced, milligrams: 100});
        both[1] = Portion({lot: honey, milligrams: 100});
        vm.prank(officer(FACTORY));
        vm.expectRevert(abi.encodeWithSelector(IMaking.ProvenanceMixedForms.selector, SLICED, HONEY));
        ledger.merge(both, "M", now_(), "{}");
    }

    function test_RevertWhen_APartIsOfAnotherForm() public {
        bytes32 lot = _atFactory(1_000);
        vm.prank(officer(FACTORY));
        vm.expectRevert(abi.encodeWithSelector(IMaking.ProvenanceMixedForms.selector, FRESH, RED));
        ledger.split(lot, outputs("A", RED, 1), now_(), "{}");
    }

    function test_RevertWhen_MoreIsSplitThanHeld() public {
        bytes32 lot = _atFactory(1_000);
        vm.prank(officer(FACTORY));
        vm.expectRevert(
            abi.encodeWithSelector(ILotLedger.ProvenanceInsufficient.selector, lot, id(FACTORY), 1_000, 1_001)
        );
        ledger.split(lot, outputs("A", FRESH, 1_001), now_(), "{}");
    }

    function test_Merge_ExpiresWithTheEarliest() public {
        uint64 soon = uint64(block.timestamp + 30 days);
        vm.startPrank(officer(GROWER));
        Portion[] memory three_ = new Portion[](3);
        three_[0] = Portion({lot: ledger.commission(quota, "A", 10, 0, now_(), "{}"), milligrams: 10});
        three_[1] = Portion({lot: ledger.commission(quota, "B", 10, soon + 1, now_(), "{}"), milligrams: 10});
        three_[2] = Portion({lot: ledger.commission(quota, "C", 10, soon, now_(), "{}"), milligrams: 10});
        bytes32 merged = ledger.merge(three_, "M", now_(), "{}");
        vm.stopPrank();
        assertEq(ledger.lotById(merged).expires, soon);
        assertEq(ledger.lotById(merged).made, 30);
    }

    function test_RevertWhen_APartsLotNumberIsTaken() public {
        bytes32 lot = _atFactory(1_000);
        vm.startPrank(officer(FACTORY));
        ledger.split(lot, outputs("A", FRESH, 1), now_(), "{}");
        bytes32 taken = ledger.lotId(id(FACTORY), "A");
        vm.expectRevert(abi.encodeWithSelector(ILotLedger.ProvenanceLotKnownAlready.selector, taken));
        ledger.split(lot, outputs("A", FRESH, 1), now_(), "{}");
        vm.stopPrank();
    }

    function test_RevertWhen_AnExpiredLotIsUsed() public {
        uint64 expires = uint64(block.timestamp + 30 days);
        vm.startPrank(officer(GROWER));
        bytes32 lot = ledger.commission(quota, "F-1", 100, expires, now_(), "{}");
        vm.warp(expires + 1);
        bytes memory refusal = abi.encodeWithSelector(ILotLedger.ProvenanceExpired.selector, lot, expires);
        vm.expectRevert(refusal);
        ledger.process("steaming", portions(lot, 100), outputs("R-1", RED, 1), now_(), "{}");
        vm.expectRevert(refusal);
        ledger.pack(Portion({lot: lot, milligrams: 1}), "P", 1, 0, 0, now_(), "{}");
        vm.stopPrank();
    }

    function test_RevertWhen_ALabPacks() public {
        bytes32 lot = commission("F-1", 100);
        deliver(GROWER, LAB, "S-1", lot, 100);
        vm.prank(officer(LAB));
        vm.expectRevert(abi.encodeWithSelector(ILotLedger.ProvenanceWrongKind.selector, id(LAB)));
        ledger.pack(Portion({lot: lot, milligrams: 1}), "P", 1, 0, 0, now_(), "{}");
    }

    function test_RevertWhen_PackedIntoNoUnits() public {
        bytes32 lot = _atFactory(1_000);
        vm.prank(officer(FACTORY));
        vm.expectRevert(abi.encodeWithSelector(ILotLedger.ProvenanceNothing.selector));
        ledger.pack(Portion({lot: lot, milligrams: 1}), "P", 0, 0, 0, now_(), "{}");
    }

    function testFuzz_Process_SharesAnInputBetweenOutputs(uint128 first, uint128 second) public {
        bytes32 lot = _atFactory(1_000_000);
        Output[] memory made = new Output[](2);
        made[0] = Output({ref: "R-1", form: RED, milligrams: uint128(bound(first, 1, 400_000)), expires: 0});
        made[1] = Output({ref: "P-1", form: SLICED, milligrams: uint128(bound(second, 1, 400_000)), expires: 0});
        vm.prank(officer(FACTORY));
        try ledger.process("steaming", portions(lot, 1_000_000), made, now_(), "{}") {
            assertTrue(made[0].milligrams + made[1].milligrams <= 350_000);
        } catch {
            // Rounding goes against the maker, by less than a milligram an output.
            assertTrue(made[0].milligrams + made[1].milligrams > 350_000 - 2);
        }
    }
}

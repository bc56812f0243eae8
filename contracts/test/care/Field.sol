// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Output, Portion} from "../../src/care/provenance/Goods.sol";
import {Provenance} from "../../src/care/Provenance.sol";
import {Consortium} from "../Consortium.sol";

/// @title A consortium with forms, yields and a quota of ginseng
abstract contract Field is Consortium {
    bytes32 internal constant FRESH = "renshen.fresh";
    bytes32 internal constant RED = "renshen.red";
    bytes32 internal constant SLICED = "renshen.red-sliced";
    bytes32 internal constant HONEY = "fengmi.refined";
    bytes32 internal constant FRIED = "renshen.honey";
    uint128 internal constant QUOTA = 1_000_000_000;

    Provenance internal ledger;
    bytes32 internal quota;

    function setUpField() internal {
        setUpConsortium();
        ledger = new Provenance(address(members));
        vm.startPrank(officer(REGULATOR));
        ledger.declareForm(FRESH, 10, "{}");
        ledger.declareForm(HONEY, 10, "{}");
        ledger.declareForm(RED, 30, "{}");
        ledger.declareForm(SLICED, 40, "{}");
        ledger.declareForm(FRIED, 50, "{}");
        ledger.setYield(FRESH, RED, 350_000, 0);
        ledger.setYield(FRESH, SLICED, 350_000, 0);
        ledger.setYield(RED, SLICED, 1_000_000, 0);
        ledger.setYield(SLICED, FRIED, 1_000_000, 0);
        ledger.setYield(HONEY, FRIED, 1_000_000, 250_000);
        vm.stopPrank();
        quota = certify("Q-1", GROWER, FRESH, QUOTA);
    }

    function certify(bytes32 ref, uint256 role, bytes32 form, uint128 milligrams) internal returns (bytes32) {
        vm.prank(officer(CERTIFIER));
        return ledger.certifyQuota(ref, id(role), form, milligrams, uint64(block.timestamp + 365 days), "{}");
    }

    function commission(bytes32 ref, uint128 milligrams) internal returns (bytes32) {
        vm.prank(officer(GROWER));
        return ledger.commission(quota, ref, milligrams, 0, now_(), "{}");
    }

    function portions(bytes32 lot, uint128 milligrams) internal pure returns (Portion[] memory found) {
        found = new Portion[](1);
        found[0] = Portion({lot: lot, milligrams: milligrams});
    }

    function outputs(bytes32 ref, bytes32 form, uint128 milligrams) internal pure returns (Output[] memory found) {
        found = new Output[](1);
        found[0] = Output({ref: ref, form: form, milligrams: milligrams, expires: 0});
    }

    function amounts(uint128 milligrams) internal pure returns (uint128[] memory found) {
        found = new uint128[](1);
        found[0] = milligrams;
    }

    function ship(uint256 from, uint256 to, bytes32 ref, bytes32 lot, uint128 milligrams) internal returns (bytes32) {
        vm.prank(officer(from));
        return ledger.ship(ref, id(to), portions(lot, milligrams), 0, now_(), "{}");
    }

    function deliver(uint256 from, uint256 to, bytes32 ref, bytes32 lot, uint128 milligrams) internal {
        bytes32 shipment = ship(from, to, ref, lot, milligrams);
        vm.prank(officer(to));
        ledger.receiveShipment(shipment, amounts(milligrams), now_(), "{}");
    }

    function now_() internal view returns (uint64) {
        return uint64(block.timestamp);
    }
}

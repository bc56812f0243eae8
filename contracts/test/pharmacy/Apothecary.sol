// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Consultations} from "../../src/pharmacy/Consultations.sol";
import {Formulas} from "../../src/pharmacy/Formulas.sol";
import {FormulaClass} from "../../src/pharmacy/IFormulas.sol";
import {Opinion, Tally, Voucher} from "../../src/pharmacy/IReviews.sol";
import {Reviews} from "../../src/pharmacy/Reviews.sol";
import {Rewards} from "../../src/pharmacy/Rewards.sol";
import {Licensed} from "../Licensed.sol";

/// @title The chain `pharmacy` with two physicians, a pharmacist, a folk practitioner and a patient
abstract contract Apothecary is Licensed {
    uint256 internal constant PHYSICIAN = 521;
    uint256 internal constant COLLEAGUE = 522;
    uint256 internal constant PHARMACIST = 523;
    uint256 internal constant FOLK = 524;
    uint256 internal constant REVIEWER = 531;
    uint256 internal constant NEIGHBOUR_OF_REVIEWER = 532;
    bytes32 internal constant DOSES = keccak256("sealed doses");

    Formulas internal formulas;
    Reviews internal reviews;
    Rewards internal rewards;
    Consultations internal consultations;

    function setUpApothecary() internal {
        setUpLicensed();
        formulas = new Formulas(address(members), address(practitioners));
        reviews = new Reviews(address(members), address(practitioners), address(formulas));
        rewards = new Rewards(address(members));
        consultations = new Consultations(address(members), address(practitioners));
        install("Formulas", address(formulas));
        install("Reviews", address(reviews));
        install("Rewards", address(rewards));
        employ(PHYSICIAN, HOSPITAL);
        license(PHYSICIAN, "L-1", "physician");
        license(COLLEAGUE, "L-2", "physician");
        license(PHARMACIST, "L-3", "pharmacist");
    }

    function shareLicensed(string memory document) internal returns (bytes32) {
        vm.prank(vm.addr(PHYSICIAN));
        return formulas.share(FormulaClass.Licensed, 0, document);
    }

    function shareFolk(string memory card) internal returns (bytes32) {
        vm.prank(vm.addr(FOLK));
        return formulas.share(FormulaClass.Folk, DOSES, card);
    }

    function assess(bytes32 formula, uint32 likeness) internal {
        vm.prank(officer(LAB));
        formulas.assess(formula, 1, 0, likeness);
    }

    function approve(bytes32 formula) internal {
        vm.prank(vm.addr(COLLEAGUE));
        formulas.approve(formula, 1, "sound");
    }

    function voucherFor(bytes32 formula, bytes32 nullifier) internal view returns (Voucher memory) {
        return Voucher({
            formula: formula,
            version: 1,
            nullifier: nullifier,
            reviewer: vm.addr(REVIEWER),
            name: keccak256("name"),
            member: id(HOSPITAL),
            opens: uint64(block.timestamp),
            closes: uint64(block.timestamp + 30 days)
        });
    }

    function signedVoucher(uint256 key, Voucher memory voucher) internal view returns (bytes memory) {
        bytes32 typed = keccak256(
            "Voucher(bytes32 formula,uint32 version,bytes32 nullifier,address reviewer,bytes32 name,bytes32 member,uint64 opens,uint64 closes)"
        );
        return signedFor(key, "TCM Chain Reviews", address(reviews), keccak256(abi.encode(typed, voucher)));
    }

    function good() internal pure returns (Opinion memory) {
        return Opinion({rating: 5, before: 80, afterwards: 10, content: keccak256("text")});
    }

    function tallied(uint256 role, uint64 count) internal {
        Tally memory counted = Tally(720_101, address(0xca4e), id(role), count);
        reviews.tally(counted, signedTally(counted, pair(LAB, FACTORY)));
    }

    function signedTally(Tally memory counted, uint256[] memory roles) internal view returns (bytes[] memory found) {
        bytes32 typed = keccak256("Tally(uint256 chain,address source,bytes32 member,uint64 count)");
        found = new bytes[](roles.length);
        for (uint256 i = 0; i < roles.length; ++i) {
            found[i] = signedFor(roles[i], "TCM Chain Reviews", address(reviews), keccak256(abi.encode(typed, counted)));
        }
    }

    function review(bytes32 formula, bytes32 nullifier) internal {
        Voucher memory voucher = voucherFor(formula, nullifier);
        bytes memory signature = signedVoucher(HOSPITAL, voucher);
        vm.prank(vm.addr(REVIEWER));
        reviews.review(voucher, signature, good());
    }
}

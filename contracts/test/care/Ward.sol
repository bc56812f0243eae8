// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Consent} from "../../src/care/Consent.sol";
import {Custodians} from "../../src/care/Custodians.sol";
import {Encounters} from "../../src/care/Encounters.sol";
import {Grant} from "../../src/care/IConsent.sol";
import {Entry} from "../../src/care/IRecords.sol";
import {Patients} from "../../src/care/Patients.sol";
import {Records} from "../../src/care/Records.sol";
import {Licensed} from "../Licensed.sol";

/// @title Two hospitals' physicians, a patient, a proxy and guardians
abstract contract Ward is Licensed {
    uint256 internal constant PATIENT = 501;
    uint256 internal constant PROXY = 502;
    uint256 internal constant NEW_DEVICE = 503;
    uint256 internal constant GUARDIAN = 511;
    uint256 internal constant PHYSICIAN = 521;
    /// @dev Of another member than the physician.
    uint256 internal constant COLLEAGUE = 522;
    bytes32 internal constant LABEL = keccak256("label");
    bytes32 internal constant SALT_OF_GRANT = keccak256("salt");

    Patients internal patients;
    Consent internal consent;
    Custodians internal custodians;
    Records internal records;
    Encounters internal encounters;

    function setUpWard() internal {
        setUpLicensed();
        patients = new Patients();
        consent = new Consent(address(members), address(practitioners), address(patients));
        custodians = new Custodians(address(members));
        records = new Records(address(members), address(patients), address(consent));
        encounters = new Encounters(address(members), address(practitioners), address(patients));
        employ(PHYSICIAN, HOSPITAL);
        license(PHYSICIAN, "L-1", "physician");
        employ(COLLEAGUE, LAB);
        license(COLLEAGUE, "L-2", "physician");
        vm.prank(patient());
        patients.register(keccak256("commitment"), inbox());
    }

    function patient() internal pure returns (address) {
        return vm.addr(PATIENT);
    }

    function inbox() internal pure returns (bytes memory) {
        return abi.encodePacked(keccak256("inbox"));
    }

    function point(uint8 number) internal pure returns (bytes memory) {
        return abi.encodePacked(uint8(2), keccak256(abi.encode(number)));
    }

    function setKey(uint32 epoch) internal {
        (bytes32[] memory labels, uint32[] memory epochs, bytes[] memory keys) = oneKey(epoch);
        vm.prank(patient());
        patients.setKeys(patient(), labels, epochs, keys);
    }

    function oneKey(uint32 epoch) internal pure returns (bytes32[] memory, uint32[] memory, bytes[] memory) {
        bytes32[] memory labels = new bytes32[](1);
        uint32[] memory epochs = new uint32[](1);
        bytes[] memory keys = new bytes[](1);
        (labels[0], epochs[0], keys[0]) = (LABEL, epoch, point(uint8(epoch)));
        return (labels, epochs, keys);
    }

    function appointProxy(uint64 until) internal {
        vm.prank(patient());
        patients.appointProxy(patient(), vm.addr(PROXY), until);
    }

    function setGuardians(uint8 needed, uint64 delay) internal {
        vm.prank(patient());
        patients.setGuardians(patient(), guardians(), needed, delay, keccak256("backup"));
    }

    function guardians() internal pure returns (address[] memory found) {
        found = new address[](3);
        for (uint256 i = 0; i < found.length; ++i) {
            found[i] = vm.addr(GUARDIAN + i);
        }
    }

    function grantTo(uint256 member) internal view returns (Grant memory) {
        return Grant({
            patient: patient(),
            terms: keccak256("terms"),
            writer: keccak256(abi.encode(SALT_OF_GRANT, id(member))),
            passer: keccak256(abi.encode(SALT_OF_GRANT, vm.addr(PHYSICIAN))),
            until: uint64(block.timestamp + 10 days)
        });
    }

    function give(Grant memory wanted) internal returns (bytes32) {
        return consent.grant(wanted, signedBy(PATIENT, wanted, address(consent), block.chainid));
    }

    function signedBy(uint256 key, Grant memory wanted, address contract_, uint256 chain)
        internal
        pure
        returns (bytes memory)
    {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("TCM Chain Consent"),
                keccak256("1"),
                chain,
                contract_
            )
        );
        bytes32 hash = keccak256(
            abi.encode(
                keccak256("Grant(address patient,bytes32 terms,bytes32 writer,bytes32 passer,uint64 until)"), wanted
            )
        );
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, keccak256(abi.encodePacked("\x19\x01", domain, hash)));
        return abi.encodePacked(r, s, v);
    }

    function entry(bytes32 file, uint32 version) internal pure returns (Entry memory) {
        return Entry({
            patient: patient(),
            file: file,
            version: version,
            envelope: keccak256(abi.encode(file, version)),
            lock: keccak256(abi.encode("lock", file, version)),
            facts: keccak256("facts")
        });
    }
}

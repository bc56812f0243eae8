// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Founder, Installation, Kind, Matter, Motion, Appointment} from "../src/shared/IMembers.sol";
import {Members} from "../src/shared/Members.sol";
import {Test} from "./Test.sol";

/// @title A consortium whose officers' keys the tests hold
/// @dev The officer of a role has the role's number as key; every founder has signed the agreement.
abstract contract Consortium is Test {
    bytes32 internal constant SALT = keccak256("consortium");
    bytes32 internal constant AGREEMENT = keccak256("agreement");
    bytes32 private constant _MOTION = keccak256(
        "Motion(uint64 serial,uint8 matter,bytes32 subject,uint8 kind,bool voting,address account,uint64 number,uint64 from,bytes32 digest,string text,uint64 notAfter)"
    );

    uint256 internal constant GROWER = 11;
    uint256 internal constant NEIGHBOUR = 12;
    uint256 internal constant MERCHANT = 13;
    uint256 internal constant FACTORY = 14;
    uint256 internal constant LAB = 15;
    uint256 internal constant HOSPITAL = 16;
    uint256 internal constant REGULATOR = 17;
    uint256 internal constant CERTIFIER = 18;
    uint256 internal constant OUTSIDER = 99;

    Members internal members;

    function setUpConsortium() internal {
        vm.warp(1_760_000_000);
        Founder[] memory founders = new Founder[](8);
        founders[0] = _founder(GROWER, Kind.Grower, false);
        founders[1] = _founder(NEIGHBOUR, Kind.Grower, false);
        founders[2] = _founder(MERCHANT, Kind.Merchant, false);
        founders[3] = _founder(FACTORY, Kind.Factory, true);
        founders[4] = _founder(LAB, Kind.Lab, true);
        founders[5] = _founder(HOSPITAL, Kind.Hospital, true);
        founders[6] = _founder(REGULATOR, Kind.Regulator, true);
        founders[7] = _founder(CERTIFIER, Kind.Certifier, true);
        members = new Members(SALT, founders, AGREEMENT, "first", new Installation[](0));
        for (uint256 i = 0; i < founders.length; ++i) {
            signAgreement(GROWER + i, 1, AGREEMENT);
        }
    }

    function id(uint256 role) internal pure returns (bytes32) {
        return keccak256(abi.encode("member", role));
    }

    function officer(uint256 role) internal pure returns (address) {
        return vm.addr(role);
    }

    function signAgreement(uint256 role, uint32 version, bytes32 digest) internal {
        bytes32 hash = keccak256(
            abi.encode(
                keccak256("AgreementSigned(bytes32 member,uint32 version,bytes32 digest)"), id(role), version, digest
            )
        );
        members.signAgreement(id(role), version, signed(role, hash));
    }

    function appointment(uint256 role, address account, bool appointed, uint64 serial)
        internal
        pure
        returns (Appointment memory)
    {
        return Appointment({member: id(role), account: account, appointed: appointed, serial: serial});
    }

    function appoint(Appointment memory wanted, uint256 key) internal {
        members.appoint(wanted, signed(key, hashOf(wanted)));
    }

    function hashOf(Appointment memory wanted) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                keccak256("Appointment(bytes32 member,address account,bool appointed,uint64 serial)"),
                wanted.member,
                wanted.account,
                wanted.appointed,
                wanted.serial
            )
        );
    }

    function motion(Matter matter, uint256 role) internal view returns (Motion memory) {
        return Motion({
            serial: members.motionsCarried() + 1,
            matter: matter,
            subject: id(role),
            kind: Kind.Clinic,
            voting: false,
            account: officer(role),
            number: 0,
            from: 0,
            digest: 0,
            text: "why",
            notAfter: uint64(block.timestamp + 1 days)
        });
    }

    function hashOf(Motion memory m) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                _MOTION,
                m.serial,
                m.matter,
                m.subject,
                m.kind,
                m.voting,
                m.account,
                m.number,
                m.from,
                m.digest,
                keccak256(bytes(m.text)),
                m.notAfter
            )
        );
    }

    /// @dev Signatures of these officers over a motion, ordered by their addresses.
    function votes(Motion memory m, uint256[] memory roles) internal pure returns (bytes[] memory found) {
        for (uint256 i = 0; i < roles.length; ++i) {
            for (uint256 j = i + 1; j < roles.length; ++j) {
                if (officer(roles[j]) < officer(roles[i])) (roles[i], roles[j]) = (roles[j], roles[i]);
            }
        }
        found = new bytes[](roles.length);
        for (uint256 i = 0; i < roles.length; ++i) {
            found[i] = signed(roles[i], hashOf(m));
        }
    }

    function three() internal pure returns (uint256[] memory roles) {
        roles = new uint256[](3);
        (roles[0], roles[1], roles[2]) = (LAB, HOSPITAL, REGULATOR);
    }

    function two() internal pure returns (uint256[] memory roles) {
        roles = new uint256[](2);
        (roles[0], roles[1]) = (LAB, HOSPITAL);
    }

    function carry(Motion memory m) internal {
        members.carry(m, votes(m, three()));
    }

    function install(bytes32 name, address current) internal {
        Motion memory wanted = motion(Matter.Install, GROWER);
        (wanted.subject, wanted.account, wanted.number) = (name, current, uint64(block.chainid));
        carry(wanted);
    }

    /// @dev Signature over typed data of a contract on this chain.
    function signedFor(uint256 key, string memory name, address contract_, bytes32 structHash)
        internal
        view
        returns (bytes memory)
    {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256(bytes(name)),
                keccak256("1"),
                block.chainid,
                contract_
            )
        );
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, keccak256(abi.encodePacked("\x19\x01", domain, structHash)));
        return abi.encodePacked(r, s, v);
    }

    /// @dev These roles by the ascending number of their members, as witnesses sign.
    function inOrder(uint256[] memory roles) internal pure returns (uint256[] memory) {
        for (uint256 i = 0; i < roles.length; ++i) {
            for (uint256 j = i + 1; j < roles.length; ++j) {
                if (id(roles[j]) < id(roles[i])) (roles[i], roles[j]) = (roles[j], roles[i]);
            }
        }
        return roles;
    }

    function pair(uint256 one, uint256 other) internal pure returns (uint256[] memory roles) {
        roles = new uint256[](2);
        (roles[0], roles[1]) = (one, other);
        return inOrder(roles);
    }

    function signed(uint256 key, bytes32 structHash) internal pure returns (bytes memory) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,bytes32 salt)"),
                keccak256("TCM Chain"),
                keccak256("1"),
                SALT
            )
        );
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, keccak256(abi.encodePacked("\x19\x01", domain, structHash)));
        return abi.encodePacked(r, s, v);
    }

    function _founder(uint256 role, Kind kind, bool voting) private pure returns (Founder memory) {
        return Founder({member: id(role), kind: kind, voting: voting, officer: officer(role), profile: "{}"});
    }
}

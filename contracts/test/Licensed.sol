// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Licence, LicenceStanding, Ruling} from "../src/shared/IPractitioners.sol";
import {Practitioners} from "../src/shared/Practitioners.sol";
import {Consortium} from "./Consortium.sol";

/// @title A consortium with licensed practitioners
abstract contract Licensed is Consortium {
    Practitioners internal practitioners;

    function setUpLicensed() internal {
        setUpConsortium();
        practitioners = new Practitioners(address(members));
    }

    function employ(uint256 key, uint256 role) internal {
        appoint(appointment(role, vm.addr(key), true, members.memberById(id(role)).appointments + 1), role);
    }

    function dismiss(uint256 key, uint256 role) internal {
        appoint(appointment(role, vm.addr(key), false, members.memberById(id(role)).appointments + 1), role);
    }

    function license(uint256 key, bytes32 number, bytes32 scope) internal {
        Licence memory licence = Licence({
            licence: number,
            holder: vm.addr(key),
            scope: scope,
            from: uint64(block.timestamp),
            notAfter: uint64(block.timestamp + 365 days),
            digest: keccak256("document")
        });
        bytes32 typed = keccak256(
            "Licence(bytes32 licence,address holder,bytes32 scope,uint64 from,uint64 notAfter,bytes32 digest)"
        );
        practitioners.issue(licence, signed(CERTIFIER, keccak256(abi.encode(typed, licence))));
    }

    function suspend(bytes32 licence) internal {
        Ruling memory ruling =
            Ruling({licence: licence, standing: LicenceStanding.Suspended, serial: 1, digest: keccak256("why")});
        bytes32 typed = keccak256("Ruling(bytes32 licence,uint8 standing,uint64 serial,bytes32 digest)");
        practitioners.rule(ruling, signed(REGULATOR, keccak256(abi.encode(typed, ruling))));
    }
}

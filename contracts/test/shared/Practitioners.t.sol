// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {IPractitioners, Licence, LicenceStanding, Ruling} from "../../src/shared/IPractitioners.sol";
import {Practitioners} from "../../src/shared/Practitioners.sol";
import {Consortium} from "../Consortium.sol";

contract PractitionersTest is Consortium {
    bytes32 private constant _SCOPE = "physician";
    address private constant _PHYSICIAN = address(0xD0C);

    Practitioners private _practitioners;

    function setUp() public {
        setUpConsortium();
        _practitioners = new Practitioners(address(members));
    }

    function test_Issue_LetsTheHolderAct() public {
        _issue(_licence("L-1"), CERTIFIER);
        assertTrue(_practitioners.mayAct(_PHYSICIAN, _SCOPE));
        assertTrue(!_practitioners.mayAct(_PHYSICIAN, "pharmacist"));
    }

    function test_IsHolder_OfWhateverLicence() public {
        assertTrue(!_practitioners.isHolder(_PHYSICIAN, _SCOPE));
        _issue(_licence("L-1"), CERTIFIER);
        _rule("L-1", LicenceStanding.Revoked, 1, REGULATOR);
        assertTrue(_practitioners.isHolder(_PHYSICIAN, _SCOPE));
        assertTrue(!_practitioners.isHolder(_PHYSICIAN, "pharmacist"));
    }

    function test_MayAct_EndsWithTheLicence() public {
        _issue(_licence("L-1"), CERTIFIER);
        vm.warp(block.timestamp + 400 days);
        assertTrue(!_practitioners.mayAct(_PHYSICIAN, _SCOPE));
    }

    function test_Issue_RenewsInGoodTime() public {
        _issue(_licence("L-1"), CERTIFIER);
        Licence memory next = _licence("L-2");
        next.from += 300 days;
        next.notAfter += 300 days;
        _issue(next, CERTIFIER);
        assertTrue(_practitioners.mayAct(_PHYSICIAN, _SCOPE));
        vm.warp(block.timestamp + 400 days);
        assertTrue(_practitioners.mayAct(_PHYSICIAN, _SCOPE));
        _rule("L-2", LicenceStanding.Suspended, 1, REGULATOR);
        assertTrue(!_practitioners.mayAct(_PHYSICIAN, _SCOPE));
    }

    function test_RevertWhen_IssuerIsNoCertifier() public {
        Licence memory licence = _licence("L-1");
        bytes memory signature = signed(HOSPITAL, _hash(licence));
        vm.expectRevert(abi.encodeWithSelector(IPractitioners.PractitionersNotCertifier.selector, officer(HOSPITAL)));
        _practitioners.issue(licence, signature);
    }

    function test_RevertWhen_LicenceIsIssuedTwice() public {
        Licence memory licence = _licence("L-1");
        _issue(licence, CERTIFIER);
        bytes memory signature = signed(REGULATOR, _hash(licence));
        vm.expectRevert(abi.encodeWithSelector(IPractitioners.PractitionersKnownAlready.selector, bytes32("L-1")));
        _practitioners.issue(licence, signature);
    }

    function test_Rule_SuspendReinstateRevoke() public {
        _issue(_licence("L-1"), CERTIFIER);
        _rule("L-1", LicenceStanding.Suspended, 1, REGULATOR);
        assertTrue(!_practitioners.mayAct(_PHYSICIAN, _SCOPE));
        _rule("L-1", LicenceStanding.Valid, 2, CERTIFIER);
        assertTrue(_practitioners.mayAct(_PHYSICIAN, _SCOPE));
        _rule("L-1", LicenceStanding.Revoked, 3, CERTIFIER);
        assertTrue(!_practitioners.mayAct(_PHYSICIAN, _SCOPE));
    }

    function test_RevertWhen_RevokedLicenceIsReinstated() public {
        _issue(_licence("L-1"), CERTIFIER);
        _rule("L-1", LicenceStanding.Revoked, 1, CERTIFIER);
        Ruling memory ruling = Ruling({licence: "L-1", standing: LicenceStanding.Valid, serial: 2, digest: 0});
        bytes memory signature = signed(CERTIFIER, _hash(ruling));
        vm.expectRevert(
            abi.encodeWithSelector(
                IPractitioners.PractitionersWrongStanding.selector, bytes32("L-1"), LicenceStanding.Revoked
            )
        );
        _practitioners.rule(ruling, signature);
    }

    function test_RevertWhen_SuspensionIsCircumvented() public {
        _issue(_licence("L-1"), CERTIFIER);
        _rule("L-1", LicenceStanding.Suspended, 1, REGULATOR);
        Licence memory second = _licence("L-2");
        bytes memory signature = signed(CERTIFIER, _hash(second));
        vm.expectRevert(
            abi.encodeWithSelector(
                IPractitioners.PractitionersWrongStanding.selector, bytes32("L-1"), LicenceStanding.Suspended
            )
        );
        _practitioners.issue(second, signature);
    }

    function test_RevertWhen_TheLicenceIsUnknown() public {
        Ruling memory ruling = Ruling({licence: "L-1", standing: LicenceStanding.Revoked, serial: 1, digest: 0});
        vm.expectRevert(abi.encodeWithSelector(IPractitioners.PractitionersUnknown.selector, bytes32("L-1")));
        _practitioners.rule(ruling, "");
    }

    function test_RevertWhen_AnotherThanIssuerOrRegulatorRules() public {
        _issue(_licence("L-1"), CERTIFIER);
        Ruling memory ruling = Ruling({licence: "L-1", standing: LicenceStanding.Revoked, serial: 1, digest: 0});
        bytes memory signature = signed(HOSPITAL, _hash(ruling));
        vm.expectRevert(abi.encodeWithSelector(IPractitioners.PractitionersNotCertifier.selector, officer(HOSPITAL)));
        _practitioners.rule(ruling, signature);
    }

    function test_RevertWhen_AStrangerIssues() public {
        Licence memory licence = _licence("L-1");
        bytes memory signature = signed(OUTSIDER, _hash(licence));
        vm.expectRevert(abi.encodeWithSelector(IPractitioners.PractitionersNotCertifier.selector, officer(OUTSIDER)));
        _practitioners.issue(licence, signature);
    }

    function test_RevertWhen_RulingIsReplayed() public {
        _issue(_licence("L-1"), CERTIFIER);
        Ruling memory ruling = Ruling({licence: "L-1", standing: LicenceStanding.Suspended, serial: 1, digest: 0});
        bytes memory signature = signed(CERTIFIER, _hash(ruling));
        _practitioners.rule(ruling, signature);
        vm.expectRevert(abi.encodeWithSelector(IPractitioners.PractitionersWrongSerial.selector, 2, 1));
        _practitioners.rule(ruling, signature);
    }

    function _licence(bytes32 number) private view returns (Licence memory) {
        return Licence({
            licence: number,
            holder: _PHYSICIAN,
            scope: _SCOPE,
            from: uint64(block.timestamp),
            notAfter: uint64(block.timestamp + 365 days),
            digest: keccak256("document")
        });
    }

    function _issue(Licence memory licence, uint256 key) private {
        _practitioners.issue(licence, signed(key, _hash(licence)));
    }

    function _rule(bytes32 licence, LicenceStanding standing, uint64 serial, uint256 key) private {
        Ruling memory ruling = Ruling({licence: licence, standing: standing, serial: serial, digest: 0});
        _practitioners.rule(ruling, signed(key, _hash(ruling)));
    }

    function _hash(Licence memory licence) private pure returns (bytes32) {
        return keccak256(
            abi.encode(
                keccak256(
                    "Licence(bytes32 licence,address holder,bytes32 scope,uint64 from,uint64 notAfter,bytes32 digest)"
                ),
                licence
            )
        );
    }

    function _hash(Ruling memory ruling) private pure returns (bytes32) {
        return
            keccak256(
                abi.encode(keccak256("Ruling(bytes32 licence,uint8 standing,uint64 serial,bytes32 digest)"), ruling)
            );
    }
}

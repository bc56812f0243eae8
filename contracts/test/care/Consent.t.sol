// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Matter, Motion} from "../../src/shared/IMembers.sol";
import {Consent} from "../../src/care/Consent.sol";
import {Grant, IConsent, Reading} from "../../src/care/IConsent.sol";
import {Ward} from "./Ward.sol";

contract ConsentTest is Ward {
    function setUp() public {
        setUpWard();
    }

    function test_Grant_AnybodyHandsItIn() public {
        Grant memory wanted = grantTo(HOSPITAL);
        bytes memory signature = signedBy(PATIENT, wanted, address(consent), block.chainid);
        vm.prank(address(0xbeef));
        bytes32 granted = consent.grant(wanted, signature);
        assertTrue(_why(granted) == Reading.Allowed);
        assertTrue(consent.grantById(granted).patient == patient());
    }

    function test_Grant_ByAProxyUntilItsEnd() public {
        appointProxy(uint64(block.timestamp + 1 days));
        Grant memory wanted = grantTo(HOSPITAL);
        bytes memory signature = signedBy(PROXY, wanted, address(consent), block.chainid);
        vm.warp(block.timestamp + 2 days);
        vm.expectRevert(abi.encodeWithSelector(IConsent.ConsentMayNotGrant.selector, patient(), vm.addr(PROXY)));
        consent.grant(wanted, signature);
        vm.warp(block.timestamp - 1 days);
        assertTrue(_why(consent.grant(wanted, signature)) == Reading.Allowed);
    }

    function test_RevertWhen_GrantIsReplayed() public {
        Grant memory wanted = grantTo(HOSPITAL);
        bytes32 granted = give(wanted);
        bytes memory signature = signedBy(PATIENT, wanted, address(consent), block.chainid);
        vm.expectRevert(abi.encodeWithSelector(IConsent.ConsentKnownAlready.selector, granted));
        consent.grant(wanted, signature);
        vm.prank(patient());
        consent.withdraw(granted);
        vm.expectRevert(abi.encodeWithSelector(IConsent.ConsentKnownAlready.selector, granted));
        consent.grant(wanted, signature);
    }

    function test_RevertWhen_GrantIsOfAnotherContractOrChain() public {
        Grant memory wanted = grantTo(HOSPITAL);
        Consent another = new Consent(address(members), address(practitioners), address(patients));
        bytes memory signature = signedBy(PATIENT, wanted, address(consent), block.chainid);
        vm.expectRevert();
        another.grant(wanted, signature);
        vm.chainId(999);
        vm.expectRevert();
        consent.grant(wanted, signature);
    }

    function testFuzz_RevertWhen_SignedByAnother(uint256 key) public {
        key = bound(key, 1000, 1 << 128);
        Grant memory wanted = grantTo(HOSPITAL);
        bytes memory signature = signedBy(key, wanted, address(consent), block.chainid);
        vm.expectRevert(abi.encodeWithSelector(IConsent.ConsentMayNotGrant.selector, patient(), vm.addr(key)));
        consent.grant(wanted, signature);
    }

    function test_RevertWhen_SignatureIsTheOtherHalf() public {
        Grant memory wanted = grantTo(HOSPITAL);
        bytes memory signature = signedBy(PATIENT, wanted, address(consent), block.chainid);
        (bytes32 r, bytes32 s) = _parts(signature);
        uint256 order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;
        bytes memory mirrored = abi.encodePacked(r, bytes32(order - uint256(s)), signature[64] == 0x1b ? 0x1c : 0x1b);
        vm.expectRevert();
        consent.grant(wanted, mirrored);
    }

    function test_RevertWhen_TermsOrEndAreWrong() public {
        Grant memory wanted = grantTo(HOSPITAL);
        wanted.terms = 0;
        _refused(wanted, abi.encodeWithSelector(IConsent.ConsentNothing.selector));
        wanted = grantTo(HOSPITAL);
        wanted.until = uint64(block.timestamp);
        _refused(wanted, abi.encodeWithSelector(IConsent.ConsentWrongEnd.selector, wanted.until));
        wanted.until = uint64(block.timestamp + 21 * 366 days);
        _refused(wanted, abi.encodeWithSelector(IConsent.ConsentWrongEnd.selector, wanted.until));
    }

    function test_Reads_SaysWhyNot() public {
        bytes32 granted = give(grantTo(HOSPITAL));
        address reader = vm.addr(PHYSICIAN);
        assertTrue(consent.reads(keccak256("none"), keccak256("terms"), reader) == Reading.Unknown);
        assertTrue(consent.reads(granted, keccak256("other"), reader) == Reading.WrongTerms);
        vm.warp(block.timestamp + 10 days);
        assertTrue(_why(granted) == Reading.Allowed);
        vm.warp(block.timestamp + 1);
        assertTrue(_why(granted) == Reading.Expired);
        assertTrue(consent.reads(granted, keccak256("terms"), vm.addr(OUTSIDER)) == Reading.Expired);
    }

    function test_Withdraw_FromTheNextBlock() public {
        bytes32 granted = give(grantTo(HOSPITAL));
        vm.prank(patient());
        consent.withdraw(granted);
        assertTrue(_why(granted) == Reading.Withdrawn);
        assertTrue(!consent.mayWrite(granted, patient(), SALT_OF_GRANT, id(HOSPITAL)));
        vm.prank(patient());
        vm.expectRevert(abi.encodeWithSelector(IConsent.ConsentWithdrawn.selector, granted));
        consent.withdraw(granted);
    }

    function test_RevertWhen_WithdrawnByAnother() public {
        bytes32 granted = give(grantTo(HOSPITAL));
        address physician = vm.addr(PHYSICIAN);
        vm.prank(physician);
        vm.expectRevert(abi.encodeWithSelector(IConsent.ConsentMayNotGrant.selector, patient(), physician));
        consent.withdraw(granted);
        vm.expectRevert(abi.encodeWithSelector(IConsent.ConsentUnknown.selector, bytes32("none")));
        consent.withdraw("none");
    }

    function test_Reads_LicenceSuspended() public {
        bytes32 granted = give(grantTo(HOSPITAL));
        suspend("L-1");
        assertTrue(_why(granted) == Reading.Suspended);
    }

    function test_Reads_MemberSuspended() public {
        bytes32 granted = give(grantTo(HOSPITAL));
        Motion memory m = motion(Matter.Suspend, HOSPITAL);
        m.account = address(0);
        carry(m);
        assertTrue(_why(granted) == Reading.Suspended);
    }

    function test_MayWrite_OnlyTheMemberGranted() public {
        bytes32 granted = give(grantTo(HOSPITAL));
        assertTrue(consent.mayWrite(granted, patient(), SALT_OF_GRANT, id(HOSPITAL)));
        assertTrue(!consent.mayWrite(granted, patient(), SALT_OF_GRANT, id(LAB)));
        assertTrue(!consent.mayWrite(granted, vm.addr(OUTSIDER), SALT_OF_GRANT, id(HOSPITAL)));
        assertTrue(!consent.mayWrite("none", address(0), SALT_OF_GRANT, id(HOSPITAL)));
        vm.warp(block.timestamp + 11 days);
        assertTrue(!consent.mayWrite(granted, patient(), SALT_OF_GRANT, id(HOSPITAL)));
    }

    function test_PassOn_FallsWithItsParent() public {
        bytes32 granted = give(grantTo(HOSPITAL));
        bytes32 passed = _passOn(granted, uint64(block.timestamp + 5 days));
        assertTrue(_why(passed) == Reading.Allowed);
        assertEq(consent.grantById(passed).parent, granted);
        vm.prank(patient());
        consent.withdraw(granted);
        assertTrue(_why(passed) == Reading.Withdrawn);
    }

    function test_PassOn_TakenBackByWhoPassedOn() public {
        bytes32 passed = _passOn(give(grantTo(HOSPITAL)), uint64(block.timestamp + 5 days));
        vm.prank(vm.addr(PHYSICIAN));
        consent.withdraw(passed);
        assertTrue(_why(passed) == Reading.Withdrawn);
    }

    function test_RevertWhen_PassedOnWithoutTheRight() public {
        bytes32 granted = give(grantTo(HOSPITAL));
        address colleague = vm.addr(COLLEAGUE);
        vm.prank(colleague);
        vm.expectRevert(abi.encodeWithSelector(IConsent.ConsentMayNotPassOn.selector, granted, colleague));
        consent.passOn(granted, SALT_OF_GRANT, keccak256("terms"), uint64(block.timestamp + 1 days));
        bytes32 passed = _passOn(granted, uint64(block.timestamp + 5 days));
        vm.prank(vm.addr(PHYSICIAN));
        vm.expectRevert(abi.encodeWithSelector(IConsent.ConsentMayNotPassOn.selector, passed, vm.addr(PHYSICIAN)));
        consent.passOn(passed, SALT_OF_GRANT, keccak256("terms"), uint64(block.timestamp + 1 days));
    }

    function test_RevertWhen_PassedOnBeyondTheParent() public {
        Grant memory wanted = grantTo(HOSPITAL);
        bytes32 granted = give(wanted);
        vm.prank(vm.addr(PHYSICIAN));
        vm.expectRevert(abi.encodeWithSelector(IConsent.ConsentWrongEnd.selector, wanted.until + 1));
        consent.passOn(granted, SALT_OF_GRANT, keccak256("terms"), wanted.until + 1);
        vm.expectRevert(abi.encodeWithSelector(IConsent.ConsentUnknown.selector, bytes32("none")));
        consent.passOn("none", SALT_OF_GRANT, keccak256("terms"), wanted.until);
        vm.prank(patient());
        consent.withdraw(granted);
        vm.prank(vm.addr(PHYSICIAN));
        vm.expectRevert(abi.encodeWithSelector(IConsent.ConsentWithdrawn.selector, granted));
        consent.passOn(granted, SALT_OF_GRANT, keccak256("terms"), wanted.until);
    }

    function _passOn(bytes32 granted, uint64 until) private returns (bytes32) {
        vm.prank(vm.addr(PHYSICIAN));
        return consent.passOn(granted, SALT_OF_GRANT, keccak256("terms"), until);
    }

    function _refused(Grant memory wanted, bytes memory why) private {
        bytes memory signature = signedBy(PATIENT, wanted, address(consent), block.chainid);
        vm.expectRevert(why);
        consent.grant(wanted, signature);
    }

    function _why(bytes32 granted) private view returns (Reading) {
        return consent.reads(granted, keccak256("terms"), vm.addr(PHYSICIAN));
    }

    function _parts(bytes memory signature) private pure returns (bytes32 r, bytes32 s) {
        bytes memory rest = new bytes(64);
        for (uint256 i = 0; i < 64; ++i) {
            rest[i] = signature[i];
        }
        return abi.decode(rest, (bytes32, bytes32));
    }
}

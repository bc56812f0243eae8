// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Glass, GlassState, IConsent} from "../../src/care/IConsent.sol";
import {Ward} from "./Ward.sol";

contract BreakGlassTest is Ward {
    bytes32 private constant _REASON = keccak256("reason");

    function setUp() public {
        setUpWard();
        vm.prank(vm.addr(PHYSICIAN));
        patients.publishReader(point(7), inbox());
    }

    function test_BreakGlass_TwoOfDifferentMembersReadForADay() public {
        bytes32 glass = _break();
        assertTrue(!_released(glass));
        _second(glass);
        assertTrue(_released(glass));
        assertTrue(!consent.releases(glass, patient(), vm.addr(COLLEAGUE)));
        assertTrue(!consent.releases(glass, vm.addr(OUTSIDER), vm.addr(PHYSICIAN)));
        vm.warp(block.timestamp + 24 hours);
        assertTrue(_released(glass));
        vm.warp(block.timestamp + 1);
        assertTrue(!_released(glass));
    }

    function test_Second_LateOrSameMember_Refused() public {
        bytes32 glass = _break();
        Glass memory record = consent.glassById(glass);
        vm.prank(vm.addr(PHYSICIAN));
        vm.expectRevert(abi.encodeWithSelector(IConsent.ConsentSameMember.selector, id(HOSPITAL)));
        consent.second(glass);
        vm.warp(block.timestamp + 1 hours + 1);
        vm.prank(vm.addr(COLLEAGUE));
        vm.expectRevert(abi.encodeWithSelector(IConsent.ConsentWrongEnd.selector, record.until));
        consent.second(glass);
    }

    function test_RevertWhen_SecondedTwiceOrUnknown() public {
        bytes32 glass = _break();
        _second(glass);
        vm.prank(vm.addr(COLLEAGUE));
        vm.expectRevert(abi.encodeWithSelector(IConsent.ConsentWrongState.selector, glass, GlassState.Seconded));
        consent.second(glass);
        vm.prank(vm.addr(COLLEAGUE));
        vm.expectRevert(abi.encodeWithSelector(IConsent.ConsentWrongState.selector, bytes32("x"), GlassState.None));
        consent.second("x");
    }

    function test_RevertWhen_NotAPractitioner() public {
        vm.prank(officer(HOSPITAL));
        vm.expectRevert(abi.encodeWithSelector(IConsent.ConsentNotPractitioner.selector, officer(HOSPITAL)));
        consent.breakGlass(patient(), _REASON, point(7));
        suspend("L-1");
        vm.prank(vm.addr(PHYSICIAN));
        vm.expectRevert(abi.encodeWithSelector(IConsent.ConsentNotPractitioner.selector, vm.addr(PHYSICIAN)));
        consent.breakGlass(patient(), _REASON, point(7));
    }

    function test_RevertWhen_PractitionerActsForNoMember() public {
        dismiss(COLLEAGUE, LAB);
        bytes32 glass = _break();
        vm.prank(vm.addr(COLLEAGUE));
        vm.expectRevert(abi.encodeWithSelector(IConsent.ConsentNotPractitioner.selector, vm.addr(COLLEAGUE)));
        consent.second(glass);
    }

    function test_RevertWhen_PatientReasonOrKeyIsWrong() public {
        address physician = vm.addr(PHYSICIAN);
        vm.prank(physician);
        vm.expectRevert(abi.encodeWithSelector(IConsent.ConsentNoPatient.selector, vm.addr(OUTSIDER)));
        consent.breakGlass(vm.addr(OUTSIDER), _REASON, point(7));
        vm.prank(physician);
        vm.expectRevert(abi.encodeWithSelector(IConsent.ConsentNothing.selector));
        consent.breakGlass(patient(), 0, point(7));
        vm.prank(physician);
        vm.expectRevert(abi.encodeWithSelector(IConsent.ConsentWrongKey.selector, physician));
        consent.breakGlass(patient(), _REASON, point(8));
    }

    function test_EndBreakGlass_ByThePatient() public {
        bytes32 glass = _break();
        _second(glass);
        address colleague = vm.addr(COLLEAGUE);
        vm.prank(colleague);
        vm.expectRevert(abi.encodeWithSelector(IConsent.ConsentMayNotGrant.selector, patient(), colleague));
        consent.endBreakGlass(glass);
        vm.prank(patient());
        consent.endBreakGlass(glass);
        assertTrue(!_released(glass));
        vm.prank(patient());
        vm.expectRevert(abi.encodeWithSelector(IConsent.ConsentWrongState.selector, glass, GlassState.Ended));
        consent.endBreakGlass(glass);
    }

    function test_Releases_LicenceSuspended_NoLonger() public {
        bytes32 glass = _break();
        _second(glass);
        suspend("L-1");
        assertTrue(!_released(glass));
    }

    function test_Review_OnceByARegulator_EvenWhenEnded() public {
        bytes32 glass = _break();
        vm.prank(officer(REGULATOR));
        vm.expectRevert(abi.encodeWithSelector(IConsent.ConsentWrongState.selector, glass, GlassState.Broken));
        consent.review(glass, true, keccak256("findings"));
        _second(glass);
        vm.prank(vm.addr(PHYSICIAN));
        consent.endBreakGlass(glass);
        vm.prank(officer(HOSPITAL));
        vm.expectRevert(abi.encodeWithSelector(IConsent.ConsentNotRegulator.selector, officer(HOSPITAL)));
        consent.review(glass, true, keccak256("findings"));
        vm.prank(officer(REGULATOR));
        vm.expectRevert(abi.encodeWithSelector(IConsent.ConsentNothing.selector));
        consent.review(glass, true, 0);
        vm.prank(officer(REGULATOR));
        consent.review(glass, true, keccak256("findings"));
        assertTrue(consent.glassById(glass).reviewed);
        vm.prank(officer(REGULATOR));
        vm.expectRevert(abi.encodeWithSelector(IConsent.ConsentWrongState.selector, glass, GlassState.Ended));
        consent.review(glass, true, keccak256("findings"));
    }

    function test_RevertWhen_TheReviewIsOverdue() public {
        bytes32 first = _break();
        _second(first);
        uint64 due = consent.glassById(first).reviewBy;
        vm.warp(due + 1);
        vm.prank(vm.addr(PHYSICIAN));
        vm.expectRevert(abi.encodeWithSelector(IConsent.ConsentReviewOverdue.selector, first, due));
        consent.breakGlass(patient(), _REASON, point(7));
        vm.prank(officer(REGULATOR));
        consent.review(first, false, keccak256("findings"));
        assertTrue(_break() != first);
    }

    function test_RevertWhen_AnOlderReviewIsOverdue() public {
        bytes32 first = _break();
        _second(first);
        uint64 due = consent.glassById(first).reviewBy;
        vm.warp(block.timestamp + 6 days);
        _second(_break());
        vm.warp(due + 1);
        vm.prank(vm.addr(PHYSICIAN));
        vm.expectRevert(abi.encodeWithSelector(IConsent.ConsentReviewOverdue.selector, first, due));
        consent.breakGlass(patient(), _REASON, point(7));
    }

    function test_RevertWhen_TooManyWaitForReview() public {
        for (uint256 i = 0; i < 8; ++i) {
            _second(_break());
        }
        bytes32 ninth = _break();
        vm.prank(vm.addr(COLLEAGUE));
        vm.expectRevert(abi.encodeWithSelector(IConsent.ConsentTooManyUnreviewed.selector, vm.addr(PHYSICIAN), 8));
        consent.second(ninth);
    }

    function _break() private returns (bytes32) {
        vm.prank(vm.addr(PHYSICIAN));
        return consent.breakGlass(patient(), _REASON, point(7));
    }

    function _second(bytes32 glass) private {
        vm.prank(vm.addr(COLLEAGUE));
        consent.second(glass);
    }

    function _released(bytes32 glass) private view returns (bool) {
        return consent.releases(glass, patient(), vm.addr(PHYSICIAN));
    }
}

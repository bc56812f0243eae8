// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {IConsultations, Question} from "../../src/pharmacy/IConsultations.sol";
import {Apothecary} from "./Apothecary.sol";

contract ConsultationsTest is Apothecary {
    bytes32 internal constant WORDS = keccak256("words");
    bytes32 internal constant ANSWER = keccak256("answer");
    uint256 internal constant ASKER = 541;
    uint256 internal constant STRANGER = 542;

    bytes32 private _question;

    function setUp() public {
        setUpApothecary();
        _question = _ask(ASKER);
    }

    function test_Ask_ByAnybody() public {
        bytes32 wanted = keccak256(abi.encode("question", vm.addr(STRANGER), uint64(1)));
        vm.expectEmit();
        emit IConsultations.Asked(wanted, vm.addr(STRANGER), WORDS);
        assertEq(_ask(STRANGER), wanted);
        Question memory found = consultations.questionById(wanted);
        assertTrue(found.asker == vm.addr(STRANGER) && found.answers == 0 && !found.closed && !found.erased);
    }

    function test_Ask_EachIsAnother() public {
        assertTrue(_ask(ASKER) != _question);
        assertTrue(_ask(STRANGER) != _question);
    }

    function test_RevertWhen_NothingIsAsked() public {
        vm.prank(vm.addr(ASKER));
        vm.expectRevert(abi.encodeWithSelector(IConsultations.ConsultationsNothing.selector));
        consultations.ask(0);
    }

    function test_Answer_ByPhysicians() public {
        assertEq(_answer(PHYSICIAN), 1);
        bytes32 formula = shareLicensed("document");
        vm.expectEmit();
        emit IConsultations.Answered(_question, 2, vm.addr(COLLEAGUE), ANSWER, formula, 1);
        vm.prank(vm.addr(COLLEAGUE));
        assertEq(consultations.answer(_question, ANSWER, formula, 1), 2);
        assertEq(consultations.questionById(_question).answers, 2);
    }

    function test_RevertWhen_NoPhysicianAnswers() public {
        _refuseAnswer(ASKER);
        _refuseAnswer(PHARMACIST);
        _refuseAnswer(FOLK);
        _refuseAnswer(REGULATOR);
        suspend("L-1");
        _refuseAnswer(PHYSICIAN);
    }

    function test_RevertWhen_TheLicenceIsOver() public {
        vm.warp(block.timestamp + 366 days);
        _refuseAnswer(COLLEAGUE);
    }

    function test_RevertWhen_NothingIsAnswered() public {
        vm.prank(vm.addr(PHYSICIAN));
        vm.expectRevert(abi.encodeWithSelector(IConsultations.ConsultationsNothing.selector));
        consultations.answer(_question, 0, 0, 0);
    }

    function test_RevertWhen_TheQuestionIsUnknown() public {
        bytes memory unknown = abi.encodeWithSelector(IConsultations.ConsultationsUnknown.selector, bytes32("none"));
        vm.prank(vm.addr(PHYSICIAN));
        vm.expectRevert(unknown);
        consultations.answer("none", ANSWER, 0, 0);
        vm.startPrank(vm.addr(ASKER));
        vm.expectRevert(unknown);
        consultations.thank("none", 1);
        vm.expectRevert(unknown);
        consultations.close("none");
        vm.expectRevert(unknown);
        consultations.erase("none");
        vm.stopPrank();
    }

    function test_RevertWhen_AnsweringAClosedQuestion() public {
        _close(ASKER);
        _refuseClosed();
    }

    function test_RevertWhen_AnsweringAnErasedQuestion() public {
        _erase(ASKER);
        _refuseClosed();
    }

    function test_Thank_ByTheAsker() public {
        _answer(PHYSICIAN);
        vm.expectEmit();
        emit IConsultations.Helped(_question, 1);
        vm.prank(vm.addr(ASKER));
        consultations.thank(_question, 1);
    }

    function test_Thank_AfterClosing() public {
        _answer(PHYSICIAN);
        _close(ASKER);
        vm.prank(vm.addr(ASKER));
        consultations.thank(_question, 1);
    }

    function test_RevertWhen_ThankingForNoAnswer(uint32 number) public {
        _answer(PHYSICIAN);
        vm.assume(number != 1);
        vm.prank(vm.addr(ASKER));
        vm.expectRevert(abi.encodeWithSelector(IConsultations.ConsultationsUnknown.selector, _question));
        consultations.thank(_question, number);
    }

    function test_RevertWhen_AnotherThanTheAskerActs() public {
        _answer(PHYSICIAN);
        _refuseActs(STRANGER);
        _refuseActs(PHYSICIAN);
        _refuseActs(REGULATOR);
    }

    function test_Close_Once() public {
        vm.expectEmit();
        emit IConsultations.Closed(_question);
        _close(ASKER);
        assertTrue(consultations.questionById(_question).closed);
        vm.prank(vm.addr(ASKER));
        vm.expectRevert(abi.encodeWithSelector(IConsultations.ConsultationsClosed.selector, _question));
        consultations.close(_question);
    }

    function test_Erase_ByTheAsker() public {
        _answer(PHYSICIAN);
        vm.expectEmit();
        emit IConsultations.Erased(_question, vm.addr(ASKER));
        _erase(ASKER);
        Question memory found = consultations.questionById(_question);
        assertTrue(found.erased && found.closed && found.answers == 1);
    }

    function test_Erase_OfAClosedQuestion() public {
        _close(ASKER);
        _erase(ASKER);
        assertTrue(consultations.questionById(_question).erased);
    }

    function test_Erase_ByARegulator() public {
        vm.expectEmit();
        emit IConsultations.Erased(_question, officer(REGULATOR));
        _erase(REGULATOR);
    }

    function test_RevertWhen_SomebodyElseErases() public {
        _refuseErasing(STRANGER);
        _refuseErasing(PHYSICIAN);
        _refuseErasing(HOSPITAL);
        _refuseErasing(CERTIFIER);
    }

    function test_RevertWhen_ErasedAlready() public {
        _erase(ASKER);
        vm.prank(officer(REGULATOR));
        vm.expectRevert(abi.encodeWithSelector(IConsultations.ConsultationsClosed.selector, _question));
        consultations.erase(_question);
    }

    function test_Ask_WhateverIsAsked(uint256 key, bytes32 content, uint8 times) public {
        vm.assume(content != 0);
        key = key % type(uint128).max + 1000;
        bytes32 last = 0;
        for (uint256 i = 0; i < times % 8; ++i) {
            vm.prank(vm.addr(key));
            bytes32 next = consultations.ask(content);
            assertTrue(next != last);
            last = next;
        }
        assertTrue(consultations.questionById(_question).asker == vm.addr(ASKER));
    }

    function _ask(uint256 key) private returns (bytes32) {
        vm.prank(vm.addr(key));
        return consultations.ask(WORDS);
    }

    function _answer(uint256 key) private returns (uint32) {
        vm.prank(vm.addr(key));
        return consultations.answer(_question, ANSWER, 0, 0);
    }

    function _close(uint256 key) private {
        vm.prank(vm.addr(key));
        consultations.close(_question);
    }

    function _erase(uint256 key) private {
        vm.prank(vm.addr(key));
        consultations.erase(_question);
    }

    function _refuseAnswer(uint256 key) private {
        vm.prank(vm.addr(key));
        vm.expectRevert(abi.encodeWithSelector(IConsultations.ConsultationsNotLicensed.selector, vm.addr(key)));
        consultations.answer(_question, ANSWER, 0, 0);
    }

    function _refuseClosed() private {
        vm.prank(vm.addr(PHYSICIAN));
        vm.expectRevert(abi.encodeWithSelector(IConsultations.ConsultationsClosed.selector, _question));
        consultations.answer(_question, ANSWER, 0, 0);
    }

    function _refuseActs(uint256 key) private {
        bytes memory refused =
            abi.encodeWithSelector(IConsultations.ConsultationsNotAsker.selector, _question, vm.addr(key));
        vm.startPrank(vm.addr(key));
        vm.expectRevert(refused);
        consultations.thank(_question, 1);
        vm.expectRevert(refused);
        consultations.close(_question);
        vm.stopPrank();
    }

    function _refuseErasing(uint256 key) private {
        vm.prank(vm.addr(key));
        vm.expectRevert();
        consultations.erase(_question);
        assertTrue(!consultations.questionById(_question).erased);
    }
}

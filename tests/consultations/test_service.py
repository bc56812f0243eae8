"""Asking, answering, finding and forgetting, over a read model that is told events."""

from pathlib import Path

import pytest
from tests.consultations.telling import ASKER, FORMULA, PHYSICIAN, STRANGER, Told

from tcmchain.consultations.model import errors
from tcmchain.consultations.model.questions import State
from tcmchain.consultations.model.texts import AnswerText, QuestionText
from tcmchain.consultations.service.consultations import Narrowed
from tcmchain.values import FormulaId, QuestionId
from tcmchain.web.texts import Standing, TextErased

ALL = Narrowed()


@pytest.fixture
def told(tmp_path: Path) -> Told:
    return Told(tmp_path)


async def _ask(told: Told, words: str, number: int = 1, tried: str = "") -> QuestionId:
    [call] = told.consultations.ask(QuestionText(condition=words, tried=tried))
    return await told.asked(call, number)


async def _answer(told: Told, question: QuestionId, words: str, number: int = 1, formula: bool = False) -> None:
    named = (FORMULA, 2) if formula else (None, 0)
    [call] = told.consultations.answer(question, AnswerText(words=words), *named)
    await told.answered(call, number)


async def test_ask__named_on_the_chain__found_with_its_text(told: Told) -> None:
    [call] = told.consultations.ask(QuestionText(condition="夜里盗汗，五心烦热"))
    assert (call.chain, call.contract, call.function) == ("pharmacy", "Consultations", "ask")
    question = await told.asked(call)
    found = told.consultations.question(question)
    assert found.state is State.OPEN
    assert found.text == QuestionText(condition="夜里盗汗，五心烦热")
    assert told.consultations.asked_in(found.tx) == question


def test_question__unknown__refused(told: Told) -> None:
    with pytest.raises(errors.QuestionUnknown):
        told.consultations.question(QuestionId("0x" + "00" * 32))
    with pytest.raises(errors.QuestionUnknown):
        told.consultations.answer(QuestionId("0x" + "00" * 32), AnswerText(words="x"))


async def test_answer__names_a_formula__found_from_the_formula(told: Told) -> None:
    question = await _ask(told, "夜里盗汗")
    await _answer(told, question, "阴虚火旺，可考虑当归六黄汤", formula=True)
    assert told.consultations.question(question).state is State.ANSWERED
    [answer] = told.consultations.answers(question)
    assert (answer.practitioner, answer.formula, answer.version) == (PHYSICIAN, FORMULA, 2)
    assert told.consultations.naming(FORMULA) == [answer]
    assert [one.question.id for one in told.consultations.search("", Narrowed(formula=FORMULA), 9).found] == [question]
    assert told.consultations.search("", Narrowed(practitioner=STRANGER), 9).total == 0


@pytest.mark.parametrize(("formula", "version"), [(FORMULA, 3), (FORMULA, 0), (FormulaId("0x" + "0f" * 32), 1)])
async def test_answer__names_what_is_not_there__refused(told: Told, formula: FormulaId, version: int) -> None:
    question = await _ask(told, "夜里盗汗")
    with pytest.raises(errors.FormulaNotThere):
        told.consultations.answer(question, AnswerText(words="见方"), formula, version)


async def test_state__thanked_closed_erased__each_in_its_turn(told: Told) -> None:
    question = await _ask(told, "夜里盗汗")
    await _answer(told, question, "一")
    await _answer(told, question, "二", 2)
    for _ in range(2):
        told.tell("Helped", question=question, answer=2)
    found = told.consultations.question(question)
    assert (found.state, found.helped, found.answers) == (State.HELPED, 1, 2)
    assert [answer.number for answer in told.consultations.answers(question)] == [2, 1]
    other = await _ask(told, "口苦", 2)
    told.tell("Closed", question=other)
    assert told.consultations.question(other).state is State.CLOSED
    counts = {state: told.consultations.search("", Narrowed(state), 9).total for state in State}
    assert counts == told.consultations.counts()
    assert counts == {State.OPEN: 0, State.ANSWERED: 0, State.HELPED: 1, State.CLOSED: 1, State.ERASED: 0}


async def test_erase__text_and_words_go_everywhere__answers_stay(told: Told) -> None:
    question = await _ask(told, "独一无二的怪病名叫zzunique")
    await _answer(told, question, "从未见过，建议会诊")
    content = told.consultations.question(question).content
    told.tell("Erased", question=question, by=ASKER)
    await told.texts.level()
    found = told.consultations.question(question)
    assert (found.state, found.text) == (State.ERASED, None)
    assert told.consultations.search("zzunique", ALL, 9).total == 0
    assert told.consultations.search("", ALL, 9).total == 0
    [answer] = told.consultations.answers(question)
    assert answer.text == AnswerText(words="从未见过，建议会诊")
    with pytest.raises(TextErased):
        told.texts.here(content)
    assert not any(b"zzunique" in file.read_bytes() for file in told.folder.glob("*.db*"))


async def test_erase__another_named_the_same_text_later__text_of_the_first_stays(told: Told) -> None:
    mine = await _ask(told, "夜里盗汗")
    content = told.consultations.question(mine).content
    copied = QuestionId("0x" + "07" * 32)
    told.tell("Asked", question=copied, asker=STRANGER, content=content)
    told.tell("Erased", question=copied, by=STRANGER)
    await told.texts.level()
    assert told.records.standing(content) is Standing.NAMED
    assert told.consultations.question(mine).text == QuestionText(condition="夜里盗汗")


async def test_search__words_symptoms_pinyin_answers__the_best_first(told: Told) -> None:
    sweats = await _ask(told, "夜里睡着后出汗，醒来即止，这是盗汗吗", 1)
    bitter = await _ask(told, "早上口苦咽干", 2)
    await _answer(told, bitter, "可予小柴胡汤")

    def found(query: str, narrowed: Narrowed = ALL) -> list[QuestionId]:
        return [one.question.id for one in told.consultations.search(query, narrowed, 9).found]

    assert found("盗汗")[0] == sweats
    assert found("daohan") == [sweats]
    assert found("口苦")[0] == bitter
    assert found("小柴胡汤") == [bitter]
    assert found("口苦", Narrowed(State.OPEN)) == []
    assert found("口苦", Narrowed(practitioner=PHYSICIAN)) == [bitter]
    assert found("zz") == []
    assert "盗汗" in told.consultations.search("盗汗", ALL, 9).found[0].because


async def test_similar__asked_before__helped_ones_first(told: Told) -> None:
    first = await _ask(told, "产后身痛，遍身关节疼痛怕风", 1)
    second = await _ask(told, "产后身痛，关节酸楚", 2)
    await _ask(told, "小儿夜啼", 3)
    await _answer(told, second, "可考虑黄芪桂枝五物汤")
    told.tell("Helped", question=second, answer=1)
    assert [one.question.id for one in told.consultations.similar("产后身痛怕风", 5)] == [second, first]
    assert told.consultations.similar("完全不同xyz", 5) == []


async def test_pages__more_than_one__each_question_once(told: Told) -> None:
    ids = [await _ask(told, f"头痛第{number}次", number) for number in range(1, 8)]
    for query in ("", "头痛"):
        seen = [
            one.question.id for offset in (0, 3, 6) for one in told.consultations.search(query, ALL, 3, offset).found
        ]
        assert sorted(seen) == sorted(ids)
        assert told.consultations.search(query, ALL, 3, 3).total == 7


async def test_replay__cleared_and_told_again__same_tables(told: Told) -> None:
    question = await _ask(told, "夜里盗汗")
    with told.engine.begin() as connection:
        told.projection.clear(connection, "pharmacy")
    assert told.consultations.search("", ALL, 9).total == 0
    with pytest.raises(errors.QuestionUnknown):
        told.consultations.question(question)

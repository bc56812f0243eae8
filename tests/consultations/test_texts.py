"""The texts of questions and answers: their form, and what may not stand in them."""

import pytest

from tcmchain.consultations.model import errors
from tcmchain.consultations.model.texts import (
    LONGEST_CONDITION,
    AnswerText,
    QuestionText,
    check_question,
    new_salt,
    read_document,
    salt_or_new,
)
from tcmchain.terms.vocabulary import diseases, syndromes
from tcmchain.web.texts import digest_of


def test_read_document__question_and_answer__come_back_as_written() -> None:
    disease, syndrome = next(iter(diseases())), next(iter(syndromes()))
    question = QuestionText(condition="盗汗三月", tried="六味地黄丸", disease=disease, syndrome=syndrome)
    assert read_document(question.document(new_salt())) == question
    answer = AnswerText(words="阴虚火旺，可考虑当归六黄汤", source="《兰室秘藏》", language="en")
    assert read_document(answer.document(new_salt())) == answer


def test_document__same_words_twice__two_names() -> None:
    text = QuestionText(condition="盗汗三月")
    assert digest_of(text.document(new_salt())) != digest_of(text.document(new_salt()))


@pytest.mark.parametrize(
    "words",
    [
        "我叫某某，电话13812345678",
        "电话 138 1234 5678",
        "身份证 11010519491231002X",
        "写信到 someone@example.com",
        "座机 010-12345678",
    ],
)
def test_check__what_identifies__refused(words: str) -> None:
    with pytest.raises(errors.Identifying):
        check_question(QuestionText(condition=words))


@pytest.mark.parametrize("words", ["血压 120/80，2024 年起", "每次 15 克，共 1234567 步", "体温 38.5，心率 110"])
def test_check__figures_of_an_illness__taken(words: str) -> None:
    assert check_question(QuestionText(condition=words)).condition == words


def test_check__empty_or_too_long_or_unknown_code__refused() -> None:
    with pytest.raises(errors.NothingSaid):
        check_question(QuestionText(condition=" \n"))
    with pytest.raises(errors.TextUnfit):
        check_question(QuestionText(condition="长" * (LONGEST_CONDITION + 1)))
    with pytest.raises(errors.TextUnfit):
        check_question(QuestionText(condition="\x00"))
    with pytest.raises(errors.CodeUnknown):
        check_question(QuestionText(condition="盗汗", disease="nope"))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"schema": "other"}, "schema"),
        ({"more": "x"}, "more"),
        ({"condition": 3}, "condition"),
        ({"language": "fr"}, "language"),
    ],
)
def test_read_document__not_in_its_form__refused(change: dict[str, object], field: str) -> None:
    document = QuestionText(condition="盗汗三月").document(new_salt()) | change
    with pytest.raises(errors.TextUnfit) as caught:
        read_document(document)
    assert caught.value.details["field"] == field


def test_salt_or_new__bad_salt__refused() -> None:
    with pytest.raises(errors.TextUnfit):
        salt_or_new("0x12")
    assert salt_or_new("0x" + "5a" * 32) == "0x" + "5a" * 32

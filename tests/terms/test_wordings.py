"""Characters, wordings and effects, by which a description is brought to the terms of today."""

from tcmchain.terms.characters import simplify
from tcmchain.terms.effects import effects
from tcmchain.terms.wordings import meanings, wordings


def test_simplify__old_book__is_written_as_today() -> None:
    assert simplify("舌上白胎，心下痞鞕，脈濇") == "舌上白胎，心下痞硬，脉涩"


def test_meanings__wording_within_another__gives_both() -> None:
    assert list(meanings("下利清谷，不得眠")) == ["下利", "下利清谷", "清谷", "不得眠"]


def test_wordings__every_row__is_in_characters_of_today_and_means_something_else() -> None:
    for wording, terms in wordings().items():
        assert simplify(wording) == wording
        assert all(simplify(term) == term and term != wording for term in terms)


def test_effects__every_herb__has_terms_and_no_sentences() -> None:
    assert effects()["酸枣仁"]
    assert all(len(term) <= 8 for terms in effects().values() for term in terms)

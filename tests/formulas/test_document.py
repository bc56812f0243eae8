"""A formula has one spelling and one hash, and nothing that a stranger writes is taken for one."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcmchain.errors import Invalid, NotFound
from tcmchain.formulas.model import folk
from tcmchain.formulas.model.document import MOST_BYTES, card, digest, is_card, plain, read_document, write_document
from tcmchain.formulas.model.errors import (
    DocumentTooLarge,
    DocumentUnreadable,
    DosesAstray,
    DosesMissing,
    DosesShown,
    HerbTwice,
)
from tcmchain.formulas.model.formula import (
    DosageForm,
    Dosing,
    FormulaClass,
    FormulaDocument,
    FormulaSource,
    Indication,
    Ingredient,
    Parent,
)
from tcmchain.terms.errors import AmountUnreadable, TermUnknown
from tcmchain.terms.herbs import HerbId, herbs
from tcmchain.terms.measures import conventions
from tcmchain.terms.preparations import preparations, roles
from tcmchain.values import FormulaId, Hash32

_DOCUMENT = FormulaDocument(
    kind=FormulaClass.FOLK,
    name="止咳方",
    pinyin="zhǐ ké fāng",
    dosing=Dosing("per-batch", 3, 3),
    ingredients=(
        Ingredient(
            herb=HerbId("mahuang"),
            name="麻黄",
            words="三两",
            convention="clinic-3",
            role="sovereign",
            processing=("去节",),
            preparation="decoct-first",
        ),
        Ingredient(herb=HerbId("kuxingren"), name="杏仁", words="9–12g", convention="metric"),
    ),
    indications=(Indication(symptoms=("咳嗽", "气喘"), words="受凉后咳"),),
    source=FormulaSource(contributor="某村"),
)

_EMPTY = {"symptoms": [], "words": ""}
_words = st.text("甲乙丙丁方汤散丸咳喘", min_size=1, max_size=12)
_ingredients = st.lists(
    st.builds(
        Ingredient,
        herb=st.sampled_from([each.id for each in herbs()]),
        name=_words,
        words=st.sampled_from(["三两", "二兩半", "十二枚", "9–15g", "半升", "一方寸匕"]),
        convention=st.sampled_from(sorted(conventions())),
        role=st.none() | st.sampled_from(sorted(roles())),
        processing=st.lists(_words, max_size=3, unique=True).map(tuple),
        preparation=st.none() | st.sampled_from(sorted(preparations())),
    ),
    min_size=1,
    max_size=12,
    unique_by=lambda one: one.herb,
).map(tuple)
_documents = st.builds(
    FormulaDocument,
    kind=st.sampled_from(FormulaClass),
    name=_words,
    ingredients=_ingredients,
    dosing=st.builds(
        Dosing,
        st.sampled_from(["per-dose", "per-batch", "per-day"]),
        st.none() | st.integers(1, 1000),
        st.none() | st.integers(1, 24),
    ),
    form=st.sampled_from(DosageForm),
    method=st.just("水煎服\n分三次"),
    parent=st.none() | st.builds(Parent, st.just(FormulaId("0x" + "ab" * 32)), st.integers(1, 9)),
)


@given(_documents)
def test_read_document__any_document__comes_back_as_it_was(document: FormulaDocument) -> None:
    raw = write_document(document)
    assert read_document(raw) == document
    assert digest(raw) == digest(write_document(read_document(raw)))


@given(_documents)
def test_part__any_folk_formula__is_a_card_without_doses_and_joins_again(document: FormulaDocument) -> None:
    document = replace(document, kind=FormulaClass.FOLK)
    shown, sheet = folk.part(document)
    assert is_card(read_document(shown))
    assert all(each["words"] is None for each in json.loads(shown)["ingredients"])
    assert folk.join(shown, sheet) == document


@given(st.binary(max_size=400))
def test_read_document__any_bytes__are_refused(raw: bytes) -> None:
    with pytest.raises((Invalid, NotFound)):
        read_document(raw)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=8), st.lists, max_leaves=8), st.data())
def test_read_document__any_value_in_any_field__is_read_or_refused(value: object, data: st.DataObject) -> None:
    fields = plain(_DOCUMENT)
    place: Any = fields
    for _ in range(data.draw(st.integers(0, 2))):
        inner = [
            each for each in (place.values() if isinstance(place, dict) else place) if isinstance(each, dict | list)
        ]
        if not inner:
            break
        place = data.draw(st.sampled_from(inner))
    if not place:
        return
    place[data.draw(st.sampled_from(list(place) if isinstance(place, dict) else range(len(place))))] = value
    try:
        read_document(_spelled(fields))
    except (Invalid, NotFound):
        return


def _spelled(fields: object) -> bytes:
    return json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode(errors="replace")


def _changed(change: Callable[[dict[str, Any]], object]) -> bytes:
    fields = plain(_DOCUMENT)
    change(fields)
    return _spelled(fields)


def _line(name: str, value: object) -> Callable[[dict[str, Any]], object]:
    return lambda fields: fields["ingredients"][0].update({name: value})


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda f: f.update(schema="tcmchain.formula.9"), DocumentUnreadable),
        (lambda f: f.update({"class": "secret"}), DocumentUnreadable),
        (lambda f: f.update(name=""), DocumentUnreadable),
        (lambda f: f.update(name=" 方"), DocumentUnreadable),
        (lambda f: f.update(name="方\u202e"), DocumentUnreadable),
        (lambda f: f.update(name="e\u0301"), DocumentUnreadable),
        (lambda f: f.update(extra=1), DocumentUnreadable),
        (lambda f: f.pop("note"), DocumentUnreadable),
        (lambda f: f.update(ingredients=[]), DocumentUnreadable),
        (lambda f: f["ingredients"].append(f["ingredients"][0]), HerbTwice),
        (lambda f: f["dosing"].update(servings=True), DocumentUnreadable),
        (lambda f: f["dosing"].update(servings=0), DocumentUnreadable),
        (lambda f: f["indications"].append(dict.fromkeys(("disease", "syndrome"), None) | _EMPTY), DocumentUnreadable),
        (lambda f: f["indications"][0].update(syndrome="B99"), TermUnknown),
        (lambda f: f["source"].update(sha256="0x12"), DocumentUnreadable),
        (_line("herb", "wutou"), TermUnknown),
        (_line("herb", "乌头"), TermUnknown),
        (_line("words", "许多"), AmountUnreadable),
        (_line("words", None), DosesMissing),
        (_line("convention", "roman"), TermUnknown),
        (_line("role", "king"), DocumentUnreadable),
        (_line("preparation", "fry"), DocumentUnreadable),
        (lambda f: f.update(dosing=None), DosesShown),
    ],
)  # fmt: skip
def test_read_document__something_wrong__is_refused_by_name(
    change: Callable[[dict[str, Any]], object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        read_document(_changed(change))


def test_read_document__other_spelling_of_the_same__is_refused() -> None:
    with pytest.raises(DocumentUnreadable):
        read_document(json.dumps(plain(_DOCUMENT), ensure_ascii=False, sort_keys=True).encode())


def test_read_document__name_twice__is_refused() -> None:
    raw = write_document(_DOCUMENT)
    with pytest.raises(DocumentUnreadable):
        read_document(raw[:-1] + b',"note":""}')


def test_read_document__depth_without_end__is_refused() -> None:
    with pytest.raises(DocumentUnreadable):
        read_document(b"[" * MOST_BYTES)


def test_read_document__too_large__is_refused_before_it_is_read() -> None:
    with pytest.raises(DocumentTooLarge) as wrong:
        read_document(b" " * (MOST_BYTES + 1))
    assert wrong.value.details == {"limit": MOST_BYTES, "given": MOST_BYTES + 1}


def test_read_document__classic_without_doses__is_refused() -> None:
    with pytest.raises(DosesMissing):
        write_document(card(replace(_DOCUMENT, kind=FormulaClass.CLASSIC)))


def test_join__doses_of_another_card__are_refused() -> None:
    shown, _ = folk.part(_DOCUMENT)
    _, other = folk.part(replace(_DOCUMENT, name="另一方"))
    with pytest.raises(DosesAstray):
        folk.join(shown, other)


@pytest.mark.parametrize("change", [lambda s: s["doses"].pop(), lambda s: s.update(card=None), lambda s: s.update(x=1)])
def test_join__sheet_with_a_line_missing_or_too_many__is_refused(change: Callable[[dict[str, Any]], object]) -> None:
    shown, sheet = folk.part(_DOCUMENT)
    fields = json.loads(sheet)
    change(fields)
    with pytest.raises(Invalid):
        folk.join(shown, _spelled(fields))


def test_grams__ingredient__comes_to_what_its_words_say() -> None:
    first, second = _DOCUMENT.ingredients
    assert str(_DOCUMENT.grams(first)) == "9"
    assert str(_DOCUMENT.grams_a_day(second)) == "9–12"
    assert card(_DOCUMENT).grams(card(_DOCUMENT).ingredients[0]) is None


def test_digest__same_formula__is_the_same_hash() -> None:
    assert digest(write_document(_DOCUMENT)) == digest(write_document(replace(_DOCUMENT)))
    assert digest(b"") == Hash32("0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")

"""How near a formula is to earlier ones: every disguise of a copy is seen through, and what is new stays new."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcmchain.formulas.model.novelty import COPY, Neighbours, likeness, profile, profile_of
from tcmchain.formulas.model.seeds import document_of, seed_documents
from tcmchain.terms.formulas import seeds_of
from tcmchain.terms.herbs import HerbId, herbs
from tcmchain.values import FormulaId

Doses = dict[HerbId, float]

_FORMULA: Doses = {
    HerbId(id): grams
    for id, grams in {"chaihu": 12, "huangqin": 9, "renshen": 6, "banxia": 9, "gancao": 5, "shengjiang": 9}.items()
}
_OTHERS = tuple(each.id for each in herbs() if each.base is None and each.id not in _FORMULA)
_doses = st.dictionaries(st.sampled_from([*_FORMULA, *_OTHERS[:60]]), st.floats(0.5, 60), min_size=1, max_size=14).map(
    lambda found: dict(found)
)


def _id(number: int) -> FormulaId:
    return FormulaId(f"0x{number:064x}")


def _other_dose(doses: Doses) -> Doses:
    return {**doses, HerbId("chaihu"): 24.0}


def _batch(doses: Doses) -> Doses:
    return {id: grams * 50 for id, grams in doses.items()}


def _processed(doses: Doses) -> Doses:
    return {{"gancao": HerbId("zhigancao"), "banxia": HerbId("fabanxia")}.get(id, id): g for id, g in doses.items()}


def _inert(doses: Doses) -> Doses:
    return {**doses, HerbId("maiya"): 1.0, HerbId("fuxiaomai"): 1.0, HerbId("jingmi"): 1.0}


def _half(doses: Doses) -> Doses:
    return dict(list(doses.items())[:3])


def _other_half(doses: Doses) -> Doses:
    return dict(list(doses.items())[3:])


@pytest.mark.parametrize(
    "disguise", [dict, _other_dose, _batch, _processed, _inert, _half, _other_half], ids=lambda f: f.__name__
)
def test_nearest__copy_in_disguise__is_found_as_copy(disguise: Callable[[Doses], Doses]) -> None:
    known = Neighbours()
    for number, document in enumerate(seed_documents()):
        known.add(_id(number), profile_of(document))
    known.add(_id(9999), profile(_FORMULA.items()))
    nearest = known.nearest(profile(disguise(_FORMULA).items()))
    assert nearest is not None
    assert nearest.likeness >= COPY


def test_likeness__eight_gentlemen_beside_four__is_no_copy() -> None:
    four, eight = (profile_of(document_of(seeds_of(id)[0])) for id in ("sijunzitang", "bazhentang"))
    assert likeness(eight, four) < COPY
    assert likeness(four, eight) >= COPY


def test_likeness__one_heavy_herb_in_common__is_no_copy() -> None:
    restoring, blood = (profile_of(document_of(seeds_of(id)[0])) for id in ("buyanghuanwutang", "dangguibuxuetang"))
    assert likeness(restoring, blood) < 0.5


def test_profile__dose_that_cannot_be_computed__counts_as_the_middle() -> None:
    shares = profile([(HerbId("gancao"), 6.0), (HerbId("banxia"), None), (HerbId("chaihu"), 6.0)])
    assert shares[HerbId("banxia")] == pytest.approx(1 / 3)


def test_profile__card_without_doses__has_equal_shares() -> None:
    assert set(profile([(HerbId("gancao"), None), (HerbId("banxia"), None)]).values()) == {0.5}


@pytest.mark.parametrize("chaihu", [0.5, 6.0, 12.0, 24.0, 200.0])
def test_nearest__sealed_doses__cannot_be_read_off_the_likeness(chaihu: float) -> None:
    known = Neighbours()
    known.add(_id(1), profile(_FORMULA.items()), sealed=True)
    found = known.nearest(profile({**_FORMULA, HerbId("chaihu"): chaihu}.items()))
    assert found is not None
    assert found.likeness == 1.0


def test_nearest__part_of_sealed_formula__is_a_copy_and_what_is_new_is_none() -> None:
    known = Neighbours()
    known.add(_id(1), profile(_FORMULA.items()), sealed=True)
    part = dict(list(_FORMULA.items())[:4])
    copied = known.nearest(profile(part.items()))
    assert copied is not None
    assert copied.likeness >= COPY
    other = {**dict(list(_FORMULA.items())[:2]), **dict.fromkeys(_OTHERS[:6], 9.0)}
    assert known.nearest(profile(other.items())) is None


def test_nearest__own_earlier_version__is_left_out() -> None:
    known = Neighbours()
    known.add(_id(1), profile(_FORMULA.items()))
    assert known.nearest(profile(_FORMULA.items()), but=_id(1)) is None


@given(_doses)
def test_likeness__formula_with_itself__is_whole(doses: Doses) -> None:
    shares = profile(doses.items())
    assert likeness(shares, shares) == pytest.approx(1)


@given(_doses, _doses)
def test_likeness__any_two__lies_between_nothing_and_whole(new: Doses, earlier: Doses) -> None:
    assert 0 <= likeness(profile(new.items()), profile(earlier.items())) <= 1


@given(st.lists(_doses, min_size=1, max_size=40), _doses)
def test_nearest__any_formulas__is_what_comparing_each_finds(earlier: list[Doses], new: Doses) -> None:
    known, shares = Neighbours(), profile(new.items())
    for number, doses in enumerate(earlier):
        known.add(_id(number), profile(doses.items()))
    best = max(likeness(shares, profile(doses.items())) for doses in earlier)
    found = known.nearest(shares)
    assert (found.likeness if found else 0.5) == pytest.approx(max(best, 0.5), abs=1e-5)

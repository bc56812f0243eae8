"""Events into tables and out of them, whatever a stranger wrote."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcmchain.chain.events import Event
from tcmchain.formulas.model.errors import DocumentUnreadable
from tcmchain.formulas.model.formula import FormulaClass
from tcmchain.formulas.readmodel.projection import LOGS_IN_BLOCK, FormulasProjection
from tcmchain.formulas.readmodel.records import FormulasRecords
from tcmchain.formulas.service.shelf import checked_document, document_in
from tcmchain.index.engine import open_engine
from tcmchain.values import ZERO_ADDRESS, ZERO_HASH, BlockNumber, FormulaId, Hash32, MemberId, UnixTime

AUTHOR = "0x9858EfFD232B4033E47d90003D41EC34EcaEda94"
PHYSICIAN = "0x6Fac4D18c912343BF86fa7049364Dd4E424Ab9C0"
FORMULA, OTHER = FormulaId("0x" + "f0" * 32), FormulaId("0x" + "f1" * 32)
MEMBER = MemberId("0x" + "a1" * 32)


class Told:
    """Events told one after the other, and what is read of them."""

    def __init__(self, url: str) -> None:
        self.engine, self.projection, self._block = open_engine(url), FormulasProjection(), 0
        with self.engine.begin() as connection:
            self.projection.metadata.drop_all(connection)
            self.projection.metadata.create_all(connection)
        self.records = FormulasRecords(self.engine)

    def tell(self, name: str, **args: Any) -> int:
        self._block += 1
        tx = Hash32("0x" + self._block.to_bytes(32, "big").hex())
        place = (ZERO_ADDRESS, BlockNumber(self._block), UnixTime(1_800_000_000 + self._block), tx, 3)
        with self.engine.begin() as connection:
            self.projection.apply(connection, [Event("pharmacy", "Formulas", name, args, *place)])
        return self._block * LOGS_IN_BLOCK + 3

    def shared(self, document: str = "{}", formula: str = FORMULA, version: int = 1, kind: int = 3) -> int:
        content = Hash32("0x" + (self._block + 1).to_bytes(32, "big").hex())
        more = {"author": AUTHOR, "class": kind, "content": content, "doses": ZERO_HASH, "document": document}
        return self.tell("Shared", formula=formula, version=version, **more)


@pytest.fixture
def told(tmp_path: Path) -> Told:
    return Told(f"sqlite:///{tmp_path / 'index.db'}")


def test_apply__the_whole_life_of_a_formula__is_read_back(told: Told) -> None:
    told.shared('{"name":"姜枣汤"}')
    told.tell("Assessed", formula=FORMULA, version=1, member=MEMBER, nearest=OTHER, likeness=730_000)
    told.tell("Rejected", formula=FORMULA, version=1, by=PHYSICIAN, statement="剂量偏大")
    told.shared('{"name":"姜枣汤加减"}', version=2)
    told.tell("Approved", formula=FORMULA, version=2, approver=PHYSICIAN, statement="可")
    formula = told.records.formula(FORMULA)
    assert formula is not None
    assert (formula.name, formula.versions, formula.approved, formula.kind) == (
        "姜枣汤加减",
        2,
        True,
        FormulaClass.FOLK,
    )
    first, second = told.records.versions(FORMULA)
    assert (first.nearest, first.likeness, first.assessed_by) == (OTHER, 730_000, MEMBER)
    assert [one.approves for one in first.judgements] == [False]
    assert not formula.dispensable(first)
    assert formula.dispensable(second)
    told.tell("Withdrawn", formula=FORMULA)
    formula = told.records.formula(FORMULA)
    assert formula is not None
    assert not formula.dispensable(second)
    assert told.records.counts() == {}


def test_follow__changes_after_a_step__come_in_order_and_once(told: Told) -> None:
    first = told.shared(formula=FORMULA)
    second = told.shared(formula=OTHER)
    assert [one.id for one in told.records.changed(0)] == [FORMULA, OTHER]
    assert [one.id for one in told.records.changed(first)] == [OTHER]
    last = told.tell("Withdrawn", formula=FORMULA)
    assert [(one.id, one.changed) for one in told.records.changed(second)] == [(FORMULA, last)]
    assert told.records.last_change() == last
    assert [one.step for one in told.records.versions_after(-1)] == [first, second]


def test_list__by_class_before_a_step__pages_without_gaps(told: Told) -> None:
    steps = [told.shared(formula="0x" + f"{at:064x}", kind=1 + at % 3) for at in range(9)]
    found = told.records.formulas(2, kind=FormulaClass.CLASSIC)
    rest = told.records.formulas(9, before=found[-1].step, kind=FormulaClass.CLASSIC)
    assert [one.step for one in (*found, *rest)] == [steps[6], steps[3], steps[0]]
    assert len(told.records.formulas(9, waiting=True)) == 3


@given(
    document=st.text(max_size=300)
    | st.sampled_from(['{"name":"\\ud800"}', '{"name":5}', "[" * 5000, "\0", '{"name":"a\\u0000b"}'])
)
def test_apply__a_document_that_is_none__stands_and_is_not_read(
    tmp_path_factory: pytest.TempPathFactory, document: str
) -> None:
    told = Told(f"sqlite:///{tmp_path_factory.getbasetemp() / 'hostile.db'}")
    told.shared(document)
    version = told.records.version(FORMULA, 1)
    assert version is not None
    assert document_in(version) is None
    with pytest.raises(DocumentUnreadable):
        checked_document(version)


@pytest.mark.postgres
def test_apply__to_postgresql__reads_the_same(postgres_url: str) -> None:
    told = Told(postgres_url)
    told.shared('{"name":"姜\\u0000枣\\ud800汤"}\0')
    told.tell("Approved", formula=FORMULA, version=1, approver=PHYSICIAN, statement="可\0")
    formula, version = told.records.formula(FORMULA), told.records.version(FORMULA, 1)
    assert formula is not None
    assert version is not None
    assert formula.name == "姜枣?汤"
    assert version.judgements[0].statement == "可"

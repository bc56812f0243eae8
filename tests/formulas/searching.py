"""Formulas to be searched, made by hand."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from tcmchain.formulas.model.document import digest, write_document
from tcmchain.formulas.model.formula import FormulaClass, FormulaDocument
from tcmchain.formulas.model.query import Searchable
from tcmchain.formulas.model.shared import SharedFormula, SharedVersion
from tcmchain.terms.lookup import find
from tcmchain.values import Address, FormulaId, Hash32, UnixTime


def searchable(number: int, name: str, herbs: str, **told: object) -> Searchable:
    """A formula: its herbs by name, apart by spaces."""
    plain = Searchable(
        formula=FormulaId(f"0x{number:064x}"),
        version=1,
        kind=FormulaClass.CLASSIC,
        name=name,
        aliases=(),
        herbs=tuple(find(herb).id for herb in herbs.split()),
        diseases=(),
        syndromes=(),
        symptoms=(),
        words=(),
        book="",
    )
    return replace(plain, **told)  # type: ignore[arg-type]


GUIZHI = searchable(
    1, "桂枝汤", "桂枝 白芍 炙甘草 生姜 大枣", aliases=("阳旦汤",), symptoms=("发热", "汗出", "恶风", "头痛"),
    words=("太阳中风",), book="伤寒论",
)  # fmt: skip
MAHUANG = searchable(
    2, "麻黄汤", "麻黄 桂枝 苦杏仁 炙甘草", symptoms=("发热", "恶寒", "无汗", "头痛"), words=("喘",), book="伤寒论",
)  # fmt: skip
SUANZAOREN = searchable(
    3, "酸枣仁汤", "酸枣仁 川芎 知母 茯苓 甘草", symptoms=("失眠", "心烦"), words=("虚劳虚烦不得眠",), book="金匮要略",
)  # fmt: skip
FOLK = searchable(
    4, "祖传安神方", "酸枣仁 远志", kind=FormulaClass.FOLK, symptoms=("失眠", "多梦"),
)  # fmt: skip
ALL = (GUIZHI, MAHUANG, SUANZAOREN, FOLK)

AUTHOR = Address("0x" + "1" * 40)


@dataclass
class Chain:
    """Formulas as the read model has them, in the order of their last change."""

    formulas: list[SharedFormula] = field(default_factory=list)
    documents: dict[FormulaId, bytes] = field(default_factory=dict)

    def share(self, raw: bytes, name: str = "", kind: FormulaClass = FormulaClass.CLASSIC) -> FormulaId:
        step = len(self.formulas) + 1
        id = FormulaId(f"0x{step:064x}")
        self.documents[id] = raw
        times = (UnixTime(0), UnixTime(0), step, step)
        self.formulas.append(SharedFormula(id, AUTHOR, kind, name, 1, False, *times))
        return id

    def change(self, id: FormulaId, **to: object) -> None:
        old = next(one for one in self.formulas if one.id == id)
        self.formulas.remove(old)
        self.formulas.append(replace(old, changed=self.last_change() + 1, **to))  # type: ignore[arg-type]

    def changed(self, after: int, limit: int = 500) -> Sequence[SharedFormula]:
        return [one for one in self.formulas if one.changed > after][:limit]

    def newest(self, formulas: Sequence[SharedFormula]) -> Mapping[FormulaId, SharedVersion]:
        return {one.id: _version(one, self.documents[one.id]) for one in formulas}

    def formula(self, id: FormulaId) -> SharedFormula | None:
        return next((one for one in self.formulas if one.id == id), None)

    def version(self, id: FormulaId, number: int) -> SharedVersion | None:
        one = self.formula(id)
        return None if one is None or number != one.versions else _version(one, self.documents[id])

    def named(self, ids: Iterable[FormulaId]) -> Mapping[FormulaId, SharedFormula]:
        return {one.id: one for one in self.formulas if one.id in set(ids)}

    def called(self, name: str, limit: int = 50) -> Sequence[SharedFormula]:
        return [one for one in self.formulas if one.name == name][:limit]

    def last_change(self) -> int:
        return max((one.changed for one in self.formulas), default=0)


def _version(one: SharedFormula, raw: bytes) -> SharedVersion:
    nothing = (None, UnixTime(0), None, 0, ())
    text = raw.decode(errors="replace")
    return SharedVersion(
        one.id, one.versions, digest(raw), None, text, UnixTime(0), Hash32("0x" + "0" * 64), 1, *nothing
    )


def shared(documents: Sequence[FormulaDocument]) -> Chain:
    made = Chain()
    for document in documents:
        made.share(write_document(document), document.name)
    return made

"""Formulas to be searched, made by hand."""

from dataclasses import replace

from tcmchain.formulas.model.formula import FormulaClass
from tcmchain.formulas.model.query import Searchable
from tcmchain.terms.lookup import find
from tcmchain.values import FormulaId


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

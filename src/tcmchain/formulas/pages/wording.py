"""What formulas are called on a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tcmchain.formulas.model.formula import DosageForm, FormulaClass, FormulaDocument, Indication, Ingredient
from tcmchain.formulas.model.shared import COPY, SharedFormula, SharedVersion
from tcmchain.members.service.roll import Roll
from tcmchain.terms.herbs import herb
from tcmchain.terms.measures import Basis, GramRange, conventions
from tcmchain.terms.vocabulary import CodeKind, code
from tcmchain.values import BEIJING, Address
from tcmchain.web.i18n import N_, Language, translator

KINDS: Final = {
    FormulaClass.CLASSIC: (N_("经典方"), N_("出自典籍，照录原文的药味与用量。"), "book-open"),
    FormulaClass.LICENSED: (N_("医师方"), N_("持有执照的医师分享的自拟方。"), "stethoscope"),
    FormulaClass.FOLK: (N_("偏方"), N_("任何人都可以分享；医师审核签名之后才能开方取药。"), "users"),
}
"""Name, meaning and icon of a class."""

FORMS: Final = {
    DosageForm.DECOCTION: N_("汤剂"),
    DosageForm.POWDER: N_("散剂"),
    DosageForm.PILL: N_("丸剂"),
    DosageForm.PASTE: N_("膏剂"),
    DosageForm.WINE: N_("酒剂"),
    DosageForm.EXTERNAL: N_("外用"),
}

BASES: Final[dict[Basis, str]] = {
    "per-batch": N_("一剂（一次所制）"),
    "per-day": N_("一日量"),
    "per-dose": N_("一次量"),
}

FIELDS: Final = {
    "name": N_("方名"),
    "aliases": N_("别名"),
    "form": N_("剂型"),
    "dosing": N_("剂量所指"),
    "indications": N_("主治"),
    "source": N_("出处"),
    "method": N_("用法"),
    "note": N_("备注"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A herb as a page shows it; empty texts are not shown, ``grams`` is none where it cannot be computed."""

    herb: str
    zh: str
    name: str
    words: str
    convention: str
    grams: str | None
    grams_a_day: str | None
    role: str
    processing: str
    preparation: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a version may be prescribed, in words, with a tone."""

    text: str
    tone: str
    icon: str


class Words:
    """Words for one reader."""

    def __init__(self, roll: Roll, language: Language) -> None:
        self._roll = roll
        self.language = language
        self.say = translator(language)

    def author(self, account: Address) -> str:
        """The member that an account acts for, else the account's beginning and end."""
        member = self._roll.member_of(account)
        return short(account) if member is None else member.profile.name(self.language)

    def lines(self, document: FormulaDocument) -> Sequence[Line]:
        """The herbs of a formula."""
        return [self._line(document, one) for one in document.ingredients]

    def uses(self, document: FormulaDocument) -> Sequence[str]:
        """What it is for: disease and syndrome by name, symptoms, words."""
        return [self._use(one) for one in document.indications]

    def source(self, document: FormulaDocument) -> str:
        """Book, clause and edition, or who gave it."""
        return " · ".join(part for part in self.cited(document) if part)

    def cited(self, document: FormulaDocument) -> tuple[str, str]:
        """Book with clause, then edition or who gave it."""
        told = document.source
        book = f"《{told.book}》" if told.book and self.language == "zh" and "《" not in told.book else told.book
        clause = self.say("第 %(n)s 条", n=told.clause) if told.clause.isdecimal() else told.clause
        given = (told.edition, told.contributor)
        return " · ".join(part for part in (book, clause) if part), " · ".join(part for part in given if part)

    def convention(self, document: FormulaDocument) -> str:
        """How the old units count, where all lines count alike."""
        used = {one.convention for one in document.ingredients}
        known = conventions().get(next(iter(used)) or "") if len(used) == 1 else None
        return "" if known is None else known.name(self.language)

    def dosing(self, document: FormulaDocument) -> str:
        """What the doses are for."""
        told = document.dosing
        if told is None:
            return ""
        parts = [self.say(BASES[told.basis])]
        if told.servings:
            parts.append(self.say("分 %(n)s 服", n=told.servings))
        if told.takings:
            parts.append(self.say("一日 %(n)s 服", n=told.takings))
        return "，".join(parts) if self.language == "zh" else ", ".join(parts)

    def standing(self, formula: SharedFormula, version: SharedVersion) -> Standing:
        """Whether it may be prescribed."""
        if formula.withdrawn:
            return Standing(self.say("作者已撤回"), "bad", "undo-2")
        if formula.dispensable(version):
            return Standing(self.say("可开方取药"), "ok", "badge-check")
        return Standing(self.say("待医师审核，尚不能取药"), "warn", "hourglass")

    def likeness(self, version: SharedVersion) -> str:
        """How near it is to the earlier formula that it is nearest to; empty until a member compared it."""
        if version.assessed_by is None:
            return ""
        if version.likeness == 0:
            return self.say("没有相近的方剂")
        shown = self.say("最相近的方剂，相似度 %(n)s%%", n=version.likeness // 10_000)
        return f"{shown} · {self.say('视为同方，不予奖励')}" if version.likeness >= COPY else shown

    def _line(self, document: FormulaDocument, one: Ingredient) -> Line:
        known = herb(one.herb)
        role, preparation = one.role_term, one.preparation_term
        convention = conventions().get(one.convention or "")
        return Line(
            herb=one.herb,
            zh=known.zh if self.language == "zh" or not known.en else known.en,
            name=one.name,
            words=one.words or "",
            convention="" if convention is None else convention.name(self.language),
            grams=_grams(document.grams(one)),
            grams_a_day=_grams(document.grams_a_day(one)),
            role="" if role is None else role.name(self.language),
            processing="、".join(one.processing),
            preparation="" if preparation is None else preparation.name(self.language),
        )

    def _use(self, one: Indication) -> str:
        codes: tuple[tuple[CodeKind, str | None], ...] = (("disease", one.disease), ("syndrome", one.syndrome))
        named = [code(kind, text).zh for kind, text in codes if text is not None]
        return " · ".join(part for part in (*named, "、".join(one.symptoms), one.words) if part)


def short(account: str) -> str:
    """The beginning and end of an account."""
    return f"{account[:8]}…{account[-4:]}"


def moment(at: int) -> str:
    """A moment in Beijing."""
    return datetime.fromtimestamp(at, BEIJING).strftime("%Y-%m-%d %H:%M")


def _grams(found: GramRange | None) -> str | None:
    return None if found is None else str(found)

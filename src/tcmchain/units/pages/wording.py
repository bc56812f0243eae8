"""What evidence is called on a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tcmchain.members.service.roll import Roll
from tcmchain.terms.errors import TermUnknown
from tcmchain.terms.places import place, provinces
from tcmchain.units.model.verdict import Evidence, Grade, Ground, Verdict
from tcmchain.values import BEIJING, MemberId
from tcmchain.web.i18n import N_, Language, translator

TITLES: Final[Mapping[Grade, tuple[str, str, str]]] = {
    Grade.FINE: (N_("未见异常"), "shield-check", "ok"),
    Grade.NOTICE: (N_("请留意"), "circle-alert", "warn"),
    Grade.SUSPECTED: (N_("疑似被复制，请先不要使用"), "shield-alert", "bad"),
}
"""Title, icon and tone of a grade."""

RECALLED: Final = (N_("已被召回，请停止使用"), "snowflake", "bad")
"""The same for a lot held up, which is no suspicion against the unit and yet no reason to use it."""

SAYINGS: Final[Mapping[Ground, tuple[str, str]]] = {
    Ground.PROVEN: (N_("编号在包装方上链登记的编码之中。编号可能被复印，请结合其他各项判断。"), "badge-check"),
    Ground.UNCHECKED: (N_("暂时取不到这批货的编码树，编号无法核对。请稍后再查。"), "circle-help"),
    Ground.UNKNOWN_CODE: (N_("包装方没有登记过这个编号。请核对输入；编号无误时请勿使用，并联系售出方。"), "badge-x"),
    Ground.OPENED_BEFORE: (N_("涂层下的密码已用过一次。若不是您或家人所为，请勿使用。"), "package-open"),
    Ground.DISPENSED: (N_("已发给患者。"), "pill"),
    Ground.SECOND_DISPENSING: (N_("账本上又一次发药；同一件只能发一次。"), "copy"),
    Ground.TRADE_AFTER_DISPENSING: (N_("发药之后又在流通环节被扫描。"), "truck"),
    Ground.TRADE_AFTER_OPENING: (N_("开启之后又在流通环节被扫描。"), "truck"),
    Ground.IMPOSSIBLE_TRAVEL: (N_("两家机构的扫描相距约 %(n)s 公里，时间上来不及运到。"), "map-pin"),
    Ground.FAR_LOOKS: (N_("两次查看相距约 %(n)s 公里而时间很近；也可能是有人转发了照片。"), "map-pin"),
    Ground.HELD_UP: (N_("所在批次已被召回冻结，请停止使用，并联系取药的机构。"), "snowflake"),
    Ground.OTHER_CHANNEL: (N_("在约定的销售区域以外被扫描。"), "route"),
    Ground.MANY_LOOKS: (N_("近期被查看 %(n)s 次，多于寻常。"), "eye"),
}
"""Sentence and icon of each ground."""


@dataclass(frozen=True, slots=True)
class Line:
    """One piece of evidence as a page shows it; empty texts are not shown."""

    text: str
    icon: str
    tone: str
    when: str
    where: str
    who: str
    tx: str


def title_of(verdict: Verdict) -> tuple[str, str, str]:
    """Title, icon and tone of a verdict."""
    held_up = any(one.ground is Ground.HELD_UP for one in verdict.evidence)
    return RECALLED if held_up and verdict.grade is not Grade.SUSPECTED else TITLES[verdict.grade]


def lines_of(verdict: Verdict, roll: Roll, language: Language) -> Sequence[Line]:
    """The evidence in the reader's language."""
    members = roll.members([one.member for one in verdict.evidence if one.member is not None])
    names = {id: member.profile.name(language) for id, member in members.items()}
    return [_line(one, names, language) for one in verdict.evidence]


def place_name(code: int, language: Language) -> str:
    """A place by its GB/T 2260 code; empty for none and for one that is on no list."""
    try:
        return place(f"{code:06d}").name(language) if code else ""
    except TermUnknown:
        return ""


def choices(language: Language) -> Sequence[tuple[str, str]]:
    """Codes and names of the provinces, which are as much of a place as anybody is asked for."""
    return [(found.code, found.name(language)) for found in provinces()]


def _line(one: Evidence, names: Mapping[MemberId, str], language: Language) -> Line:
    text, icon = SAYINGS[one.ground]
    _ = translator(language)
    return Line(
        text=_(text, n=f"{one.amount:,}") if one.amount else _(text),
        icon=icon,
        tone=TITLES[one.grade][2],
        when="" if one.at is None else datetime.fromtimestamp(one.at, BEIJING).strftime("%Y-%m-%d %H:%M"),
        where=place_name(one.place, language),
        who="" if one.member is None else names.get(one.member, f"{one.member[:10]}…"),
        tx=one.tx or "",
    )

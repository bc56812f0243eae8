"""Steps as a timeline tells them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from tcmchain.provenance.model.facts import FACTS
from tcmchain.provenance.model.lots import Lot
from tcmchain.provenance.model.quantity import format_mass
from tcmchain.provenance.model.steps import Flow, Observation, Reason, Step, StepKind
from tcmchain.provenance.pages.names import Names, Party
from tcmchain.values import BEIJING, LotId, UnixTime
from tcmchain.web.i18n import N_, translator

TITLES: Final[Mapping[StepKind, str]] = MappingProxyType(
    {
        StepKind.COMMISSIONED: N_("采收"),
        StepKind.OBSERVED: N_("观察"),
        StepKind.SHIPPED: N_("发货"),
        StepKind.RECEIVED: N_("收货"),
        StepKind.REFUSED: N_("拒收退回"),
        StepKind.CANCELLED: N_("撤回发货"),
        StepKind.PROCESSED: N_("炮制加工"),
        StepKind.SPLIT: N_("拆分"),
        StepKind.MERGED: N_("合批"),
        StepKind.PACKED: N_("包装"),
        StepKind.DISPENSED: N_("调剂发药"),
        StepKind.RETIRED: N_("核减"),
        StepKind.RECALL_OPENED: N_("发起召回"),
        StepKind.FROZEN: N_("召回冻结"),
        StepKind.SECURED: N_("召回封存"),
        StepKind.RELEASED: N_("解除冻结"),
        StepKind.RECALL_CLOSED: N_("召回结束"),
    }
)
ICONS: Final[Mapping[StepKind, str]] = MappingProxyType(
    {
        StepKind.COMMISSIONED: "shovel",
        StepKind.OBSERVED: "clipboard-check",
        StepKind.SHIPPED: "truck",
        StepKind.RECEIVED: "package-check",
        StepKind.REFUSED: "undo-2",
        StepKind.CANCELLED: "undo-2",
        StepKind.PROCESSED: "factory",
        StepKind.SPLIT: "split",
        StepKind.MERGED: "combine",
        StepKind.PACKED: "package",
        StepKind.DISPENSED: "pill",
        StepKind.RETIRED: "package-minus",
        StepKind.RECALL_OPENED: "triangle-alert",
        StepKind.FROZEN: "snowflake",
        StepKind.SECURED: "warehouse",
        StepKind.RELEASED: "shield-check",
        StepKind.RECALL_CLOSED: "flag",
    }
)
_OBSERVATIONS: Final = MappingProxyType(
    {
        Observation.FIELD_WORK: (N_("农事记录"), "sprout"),
        Observation.INSPECTION: (N_("质量检验"), "flask-conical"),
        Observation.STORAGE: (N_("仓储记录"), "thermometer"),
    }
)
REASONS: Final = MappingProxyType(
    {Reason.SAMPLING: N_("留样取样"), Reason.SPOILAGE: N_("变质"), Reason.LOSS: N_("丢失")}
)
_FLOWS: Final = MappingProxyType(
    {
        Flow.COMMISSIONED: N_("采收量"),
        Flow.MADE: N_("产出"),
        Flow.PURCHASED: N_("实收"),
        Flow.RETURNED: N_("退回"),
        Flow.SHIPPED: N_("发出"),
        Flow.USED: N_("投料"),
        Flow.DISPENSED: N_("发药量"),
        Flow.RETIRED: N_("核减量"),
        Flow.LOST: N_("途中损失"),
        Flow.REPACKED: N_("数量"),
        Flow.SECURED: N_("封存量"),
    }
)
_ELSEWHERE: Final = frozenset({"place", "lon", "lat", "tests", "report_sha256"})


@dataclass(frozen=True, slots=True)
class Chip:
    """One fact: its name and its value, both in the reader's language."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Stage:
    """One step; ``place`` is where it was done, with coordinates if they are known."""

    id: int
    title: str
    icon: str
    when: str
    moment: str
    member: Party
    other: Party | None
    place: str
    lon: float | None
    lat: float | None
    chips: tuple[Chip, ...]
    tx: str
    conforms: bool | None
    report: str


def stage_of(step: Step, names: Names, lots: Mapping[LotId, Lot]) -> Stage:
    """Tell a step; quantities are those of ``lots``, or of all when that is empty."""
    _ = translator(names.language)
    title, icon = TITLES[step.kind], ICONS[step.kind]
    if step.observation is not None:
        title, icon = _OBSERVATIONS[step.observation]
    member = names.party(step.member)
    where, lon, lat = _where(step.facts, member)
    return Stage(
        id=step.id,
        title=f"{_(title)} · {names.method(step.method)}" if step.method else _(title),
        icon=icon,
        when=moment_text(step.happened),
        moment=datetime.fromtimestamp(step.happened, BEIJING).isoformat(),
        member=member,
        other=None if step.other is None else names.party(step.other),
        place=where,
        lon=lon,
        lat=lat,
        chips=(*_quantities(step, names, lots), *_stated(step, names), *fact_chips(step.facts, names)),
        tx=step.tx,
        conforms=step.conforms,
        report=str(step.facts.get("report_sha256", "")),
    )


def moment_text(moment: UnixTime) -> str:
    """A moment as Beijing's clocks show it; midnight is a date alone."""
    found = datetime.fromtimestamp(moment, BEIJING)
    return found.strftime("%Y-%m-%d" if (found.hour, found.minute) == (0, 0) else "%Y-%m-%d %H:%M")


def day_text(moment: UnixTime) -> str:
    """The day of a moment, a dash for none."""
    return datetime.fromtimestamp(moment, BEIJING).strftime("%Y-%m-%d") if moment else "—"


def _where(facts: Mapping[str, Any], member: Party) -> tuple[str, float | None, float | None]:
    lon, lat = facts.get("lon"), facts.get("lat")
    known = isinstance(lon, int | float) and isinstance(lat, int | float)
    stated = str(facts.get("place", ""))
    return (
        stated or member.place,
        float(lon) if known and lon is not None else member.lon,
        float(lat) if known and lat is not None else member.lat,
    )


def _quantities(step: Step, names: Names, lots: Mapping[LotId, Lot]) -> Sequence[Chip]:
    _ = translator(names.language)
    sums: dict[Flow, int] = {}
    taken = 0
    for movement in step.movements:
        if movement.flow not in _FLOWS or (lots and movement.lot not in lots):
            continue
        if movement.flow is Flow.REPACKED and movement.delta < 0:
            taken += movement.amount
            continue
        sums[movement.flow] = sums.get(movement.flow, 0) + movement.amount
    if taken and Flow.REPACKED not in sums:
        sums[Flow.REPACKED] = taken
    chips = [Chip(_(_FLOWS[flow]), format_mass(amount)) for flow, amount in sums.items()]
    used, made = (sum(m.amount for m in step.movements if m.flow is flow) for flow in (Flow.USED, Flow.MADE))
    if step.kind is StepKind.PROCESSED and used:
        chips.append(Chip(_("总得率"), f"{100 * made / used:.1f}%"))
    return chips


def _stated(step: Step, names: Names) -> Sequence[Chip]:
    _ = translator(names.language)
    chips = []
    if step.reference and step.kind is StepKind.SHIPPED:
        chips.append(Chip(_("单号"), step.reference))
    elif step.reference:
        chips.append(Chip(_("批号"), step.reference))
    if step.reason is not None:
        chips.append(Chip(_("去向"), _(REASONS[step.reason])))
    if step.conforms is not None:
        chips.append(Chip(_("结论"), _("符合规定") if step.conforms else _("不符合规定")))
    if step.digest is not None and step.kind is StepKind.DISPENSED:
        chips.append(Chip(_("发药凭证"), f"{step.digest[:8]}…{step.digest[-4:]}"))
    return chips


def fact_chips(facts: Mapping[str, Any], names: Names) -> Sequence[Chip]:
    """Stated facts that have no place of their own on the page."""
    chips = []
    for key, value in facts.items():
        fact = FACTS.get(key)
        if fact is None or key in _ELSEWHERE:
            continue
        name = fact.zh if names.language == "zh" else fact.en
        if isinstance(value, list):
            parts = map(names.region if key == "channel" else str, value)
            value = ("、" if names.language == "zh" else ", ").join(parts)
        chips.append(Chip(name, f"{value} {fact.unit}".strip() if fact.unit != "%" else f"{value}%"))
    return chips

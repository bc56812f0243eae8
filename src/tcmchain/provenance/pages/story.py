"""A certificate as its page tells it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tcmchain.provenance.model.certificate import Certificate
from tcmchain.provenance.model.lots import Lot
from tcmchain.provenance.model.quantity import format_mass
from tcmchain.provenance.model.steps import Observation, StepKind
from tcmchain.provenance.pages.drawings import Figure, draw_balance, draw_lineage, draw_route
from tcmchain.provenance.pages.inspections import Inspection, inspections_of
from tcmchain.provenance.pages.names import HerbName, Names, Party
from tcmchain.provenance.pages.stages import Chip, Stage, day_text, stage_of
from tcmchain.web.i18n import N_, Translate, translator

_SOON_DAYS: Final = 90
_DAY: Final = 86_400


@dataclass(frozen=True, slots=True)
class Portion:
    """A part of the balance, or what one holder has."""

    css: str
    name: str
    amount: str
    party: Party | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """All that the page of a lot shows; texts are in the reader's language."""

    lot: Lot
    herb: HerbName
    maker: Party
    headline: tuple[Chip, ...]
    stages: tuple[Stage, ...]
    inspections: tuple[Inspection, ...]
    route: Figure | None
    lineage: Figure | None
    flows: tuple[Portion, ...]
    balance: Figure
    holders: tuple[Portion, ...]
    quotas: tuple[Chip, ...]
    warnings: tuple[str, ...]
    doubtful: bool


def story_of(found: Certificate, names: Names, now: float) -> Story:
    """Tell a certificate to one reader at a moment."""
    _ = translator(names.language)
    names.read(_members(found))
    stages = tuple(stage_of(step, names, found.lots) for step in found.steps)
    inspections = inspections_of(found.steps, names)
    flows = tuple(_flows(found, _))
    warnings, doubtful = _warnings(found, now, _)
    return Story(
        lot=found.lot,
        herb=names.herb(found.lot.form),
        maker=names.party(found.lot.maker),
        headline=tuple(_headline(found, stages, names)),
        stages=stages,
        inspections=inspections,
        route=draw_route(stages, _),
        lineage=draw_lineage(found, names),
        flows=flows,
        balance=draw_balance(found.balance, [(flow.css, flow.name, flow.amount) for flow in flows], _),
        holders=tuple(_holders(found, names)),
        quotas=tuple(_quotas(found, names)),
        warnings=tuple(warnings),
        doubtful=doubtful,
    )


def proofs_of(found: Certificate) -> list[dict[str, Any]]:
    """What the browser is to find again on the chain, step by step."""
    return [
        {
            "id": step.id,
            "kind": step.kind.value,
            "tx": step.tx,
            "block": step.block,
            "logIndex": step.log_index,
            "member": step.member,
            "account": step.account,
            "happened": step.happened,
            "facts": dict(step.facts),
            "amounts": sorted(f"{m.lot}:{m.amount}" for m in step.movements if m.amount),
        }
        for step in found.steps
    ]


def _members(found: Certificate) -> set[Any]:
    ids = {step.member for step in found.steps} | {step.other for step in found.steps if step.other}
    ids |= {lot.maker for lot in found.lots.values()} | {held.holder for held in found.holdings}
    return ids | {quota.certifier for quota in found.quotas.values()}


def _headline(found: Certificate, stages: Sequence[Stage], names: Names) -> Sequence[Chip]:
    _ = translator(names.language)
    lot = found.lot
    facts: dict[str, Any] = {}
    for step in found.steps:
        facts |= step.facts
    harvests = [step for step in found.steps if step.kind is StepKind.COMMISSIONED]
    origins = dict.fromkeys(
        stage.place
        for stage, step in zip(stages, found.steps, strict=True)
        if step.kind is StepKind.COMMISSIONED and stage.place
    )
    days = sorted(str(step.facts.get("picked") or day_text(step.happened)) for step in harvests)
    picked = days[0] if days and days[0] == days[-1] else _("%(a)s 至 %(b)s", a=days[0], b=days[-1]) if days else "—"
    grade = str(facts.get("grade", ""))
    age = f"{facts['age']} {_('年')}" if "age" in facts else ""
    return [
        Chip(_("产地"), " · ".join(origins) or "—"),
        Chip(_("采收日期"), picked),
        Chip(_("等级 / 年限"), " · ".join(part for part in (grade, age) if part) or "—"),
        Chip(_("规格"), _size(lot)),
        Chip(_("生产单位"), names.party(lot.maker).name),
        Chip(_("生产批号"), lot.reference),
        Chip(_("执行标准"), str(facts.get("standard", "—"))),
        Chip(_("有效期至"), day_text(lot.expires)),
    ]


def _size(lot: Lot) -> str:
    if lot.units and lot.made % lot.units == 0:
        return f"{format_mass(lot.made // lot.units)} × {lot.units}"
    return f"{format_mass(lot.made)} / {lot.units}" if lot.units else format_mass(lot.made)


_FLOW_NAMES: Final[Mapping[str, str]] = {
    "held": N_("在库"),
    "in_transit": N_("在途"),
    "used": N_("已投料或分装"),
    "dispensed": N_("已发药"),
    "retired": N_("已核减"),
    "lost": N_("途中损失"),
}


def _flows(found: Certificate, translate: Translate) -> Sequence[Portion]:
    return [
        Portion(css, translate(name), format_mass(getattr(found.balance, css)))
        for css, name in _FLOW_NAMES.items()
        if getattr(found.balance, css) or css == "held"
    ]


def _holders(found: Certificate, names: Names) -> Sequence[Portion]:
    held = sorted(found.holdings, key=lambda holding: -holding.milligrams)
    return [Portion("held", "", format_mass(h.milligrams), names.party(h.holder)) for h in held if h.milligrams]


def _quotas(found: Certificate, names: Names) -> Sequence[Chip]:
    _ = translator(names.language)
    return [
        Chip(
            f"{names.party(quota.certifier).name} · {quota.reference}",
            _("核定 %(total)s，已采 %(drawn)s", total=format_mass(quota.total), drawn=format_mass(quota.drawn)),
        )
        for quota in found.quotas.values()
    ]


def _warnings(found: Certificate, now: float, translate: Translate) -> tuple[list[str], bool]:
    """What a buyer must know, and whether any of it makes the goods doubtful."""
    lot = found.lot
    told: list[str] = []
    doubtful = False
    if lot.expires and lot.expires <= now:
        told.append(translate("本批已于 %(day)s 过期，请勿使用。", day=day_text(lot.expires)))
        doubtful = True
    elif lot.expires and lot.expires <= now + _SOON_DAYS * _DAY:
        days = int(lot.expires - now) // _DAY
        told.append(translate("本批将在 %(days)s 天后过期。", days=days))
    failed = [s for s in found.steps if s.observation is Observation.INSPECTION and s.conforms is False]
    if failed:
        told.append(translate("流转中有 %(n)s 次检验不符合规定。", n=len(failed)))
        doubtful = True
    if any(quota.withdrawn for quota in found.quotas.values()):
        told.append(translate("本批所用的采收配额已被认证机构撤销。"))
        doubtful = True
    if not found.balance.closes:
        told.append(translate("本批的数量不平衡。"))
        doubtful = True
    if not found.complete:
        told.append(translate("流转过长，本页只显示其中一部分。"))
    return told, doubtful

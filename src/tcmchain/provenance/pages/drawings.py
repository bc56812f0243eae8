"""The drawings of a certificate: where the goods went, what they were made of, where they are."""

import re
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from tcmchain.provenance.model.certificate import Certificate
from tcmchain.provenance.model.lots import Lot, LotOrigin
from tcmchain.provenance.model.quantity import format_mass
from tcmchain.provenance.model.stock import Balance
from tcmchain.provenance.pages.names import Names
from tcmchain.provenance.pages.stages import Stage
from tcmchain.values import LotId
from tcmchain.web.drawing.bars import share_bar
from tcmchain.web.drawing.lineage import Box, Curve, lineage
from tcmchain.web.drawing.route_map import Stop, distance_km, route_map
from tcmchain.web.i18n import Translate, translator

_MOST_BOXES: Final = 30
_PROVINCE = re.compile(r"^.+?(?:省|自治区)(?=.)")


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing with a short note beside its heading."""

    drawing: Markup
    note: str = ""


def draw_route(stages: Sequence[Stage], translate: Translate) -> Figure | None:
    """The map of the way, if any place on it is known."""
    stops = _stops(stages)
    if not stops:
        return None
    way = "、".join(f"{stop.number} {stop.name}" for stop in stops)
    label = translate("流转路线，依次经过：%(way)s", way=way)
    return Figure(route_map(tuple(stops), label), translate("约 %(km)s 公里", km=f"{distance_km(stops):,}"))


def _stops(stages: Sequence[Stage]) -> list[Stop]:
    groups: list[tuple[float, float, str, list[int]]] = []
    for number, stage in enumerate(stages, start=1):
        if stage.lon is None or stage.lat is None:
            continue
        if groups and abs(groups[-1][0] - stage.lon) < 0.05 and abs(groups[-1][1] - stage.lat) < 0.05:
            groups[-1][3].append(number)
            continue
        name = _PROVINCE.sub("", stage.place).split(",")[0] or stage.member.name
        groups.append((stage.lon, stage.lat, name, [number]))
    return [Stop(lon, lat, name, _numbers(numbers)) for lon, lat, name, numbers in groups]


def _numbers(numbers: Sequence[int]) -> str:
    return str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]}–{numbers[-1]}"


def draw_lineage(found: Certificate, names: Names) -> Figure | None:
    """The lots that went into this one; the nearest if there are very many. ``None`` when there are none."""
    if not found.edges:
        return None
    translate = translator(names.language)
    shown = _nearest(found)
    boxes = tuple(_box(found.lots[lot], found.lot.id, names) for lot in shown)
    pairs = dict.fromkeys((e.parent, e.child) for e in found.edges if e.parent in shown and e.child in shown)
    curves = tuple(Curve(parent, child) for parent, child in pairs)
    told = "；".join(f"{box.name} {box.detail} {box.amount}" for box in boxes)
    note = translate("%(n)s 个批次", n=len(found.lots))
    return Figure(lineage(boxes, curves, translate("批次谱系：%(told)s", told=told)), note)


def _nearest(found: Certificate) -> list[LotId]:
    parents: dict[LotId, list[LotId]] = {}
    for edge in found.edges:
        parents.setdefault(edge.child, []).append(edge.parent)
    seen = {found.lot.id: None}
    waiting = deque([found.lot.id])
    while waiting and len(seen) < _MOST_BOXES:
        for parent in parents.get(waiting.popleft(), ()):
            if parent not in seen and parent in found.lots and len(seen) < _MOST_BOXES:
                seen[parent] = None
                waiting.append(parent)
    return list(seen)


def _box(lot: Lot, this: LotId, names: Names) -> Box:
    kind = "this" if lot.id == this else "origin" if lot.origin is LotOrigin.COMMISSIONED else "step"
    return Box(
        lot.id, names.form(lot.form), lot.reference, format_mass(lot.made), kind, "" if lot.id == this else lot.path
    )


def draw_balance(balance: Balance, parts: Sequence[tuple[str, str, str]], translate: Translate) -> Figure:
    """Where all that was made is, as one bar."""
    told = "，".join(f"{name} {amount}" for _, name, amount in parts)
    amounts = tuple((css, int(getattr(balance, css))) for css, _, _ in parts)
    return Figure(share_bar(amounts, translate("去向：%(told)s", told=told)), format_mass(balance.made))

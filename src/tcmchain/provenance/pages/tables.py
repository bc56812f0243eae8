"""Tables to take away: lots found, steps, and a member's stock."""

import csv
import io
from collections.abc import Iterable, Sequence

from fastapi.responses import Response

from tcmchain.provenance.model.lots import Lot
from tcmchain.provenance.model.quantity import format_mass, mass_in
from tcmchain.provenance.model.stock import StockLine
from tcmchain.provenance.pages.names import Names
from tcmchain.provenance.pages.stages import Stage, day_text
from tcmchain.web.i18n import translator

_BOM = "\ufeff"
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


def lots_table(lots: Iterable[Lot], names: Names) -> Response:
    """Lots as a CSV file."""
    _ = translator(names.language)
    lots = list(lots)
    names.read({lot.maker for lot in lots})
    heading = (_("追溯码"), _("形态"), _("生产单位"), _("批号"), _("数量"), _("有效期至"), "GTIN", "id")
    rows = (
        (
            lot.code,
            names.form(lot.form),
            names.party(lot.maker).name,
            lot.reference,
            format_mass(lot.made),
            day_text(lot.expires),
            lot.gtin,
            lot.id,
        )
        for lot in lots
    )
    return table_file("lots.csv", heading, rows)


def stages_table(stages: Iterable[Stage], names: Names) -> Response:
    """Steps as a CSV file."""
    _ = translator(names.language)
    heading = (_("日期"), _("环节"), _("成员"), _("对方"), _("地点"), _("内容"), _("交易"))
    rows = (
        (
            stage.when,
            stage.title,
            stage.member.name,
            stage.other.name if stage.other else "",
            stage.place,
            "；".join(f"{chip.name} {chip.value}" for chip in stage.chips),
            stage.tx,
        )
        for stage in stages
    )
    return table_file("steps.csv", heading, rows)


def stock_table(lines: Iterable[StockLine], names: Names) -> Response:
    """Stock as a CSV file, in grams."""
    _ = translator(names.language)
    heading = (
        _("形态"),
        *(f"{name} (g)" for name in (_("期初"), _("购入"), _("存储量"), _("流出量"), _("剩余量"))),
        _("最早到期"),
    )
    rows = (
        (
            names.form(line.form),
            *(mass_in(m, "g") for m in (a.opening, a.came_in, a.stored, a.went_out, a.left)),
            day_text(line.earliest_expiry),
        )
        for line in lines
        for a in (line.account,)
    )
    return table_file("stock.csv", heading, rows)


def table_file(name: str, heading: Sequence[str], rows: Iterable[Sequence[str]]) -> Response:
    """A CSV file that office programs open as it is meant."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(heading)
    # office programs would run a cell that begins like a formula
    writer.writerows([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in row] for row in rows)
    return Response(
        _BOM + text.getvalue(),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )

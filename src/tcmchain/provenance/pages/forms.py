"""Which steps there are to take, who may take them, and what each asks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from tcmchain.members.model.membership import Kind
from tcmchain.web.i18n import N_

_HOLDERS: Final = frozenset({Kind.GROWER, Kind.MERCHANT, Kind.FACTORY, Kind.HOSPITAL, Kind.CLINIC, Kind.PHARMACY})
_MAKERS: Final = _HOLDERS - {Kind.MERCHANT}
_DISPENSERS: Final = frozenset({Kind.HOSPITAL, Kind.CLINIC, Kind.PHARMACY})
_RULERS: Final = frozenset({Kind.REGULATOR, Kind.CERTIFIER})


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that a form asks for.

    ``kind`` chooses the control: ``text``, ``quantity``, ``day``, ``moment``, ``number``, ``choice`` (of ``options``)
    or one of ``lot``, ``quota``, ``member``, ``grower``, ``form``, ``method`` (chosen out of what the ledger knows).
    """

    name: str
    label: str
    kind: str = "text"
    required: bool = True
    hint: str = ""
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class StepForm:
    """A page on which a step is taken; ``rows`` are tables that the form has besides its fields."""

    slug: str
    title: str
    icon: str
    lead: str
    endpoint: str
    kinds: frozenset[Kind]
    fields: tuple[Field, ...] = ()
    rows: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    happened: bool = True


_REFERENCE: Final = Field("reference", N_("批号"), hint=N_("本单位自己的编号，不可重复，最多 31 个字节"))
_QUANTITY: Final = Field("quantity", N_("数量"), "quantity")
_LOT: Final = Field("lot", N_("批次"), "lot")
_EXPIRES: Final = Field("expires", N_("有效期至"), "day", required=False)
_CONFORMS: Final = Field(
    "conforms", N_("结论"), "choice", options=(("true", N_("符合规定")), ("false", N_("不符合规定")))
)

_GROWING: Final = (
    StepForm(
        "commission",
        N_("采收入链"),
        "shovel",
        N_("从已核定的配额中采收一批；数量不能超过配额的余量。"),
        "/api/provenance/lots",
        frozenset({Kind.GROWER}),
        (Field("quota", N_("配额"), "quota"), _REFERENCE, _QUANTITY, _EXPIRES),
        facts=("picked", "place", "plot", "grade", "age", "cultivation", "seed", "altitude", "weather", "note"),
    ),
    StepForm(
        "field-work",
        N_("记录农事"),
        "sprout",
        N_("播种、施肥、用药、除草等，记在配额或批次上。"),
        "/api/provenance/observations",
        frozenset({Kind.GROWER}),
        (Field("subject", N_("配额或批次"), "subject"), _CONFORMS),
        facts=("work", "fertiliser", "pesticide", "planted", "plot", "area", "weather", "note"),
    ),
)

_MOVING: Final = (
    StepForm(
        "ship",
        N_("发货"),
        "truck",
        N_("把批次的一部分或全部发给另一成员；对方收货前可以撤回。"),
        "/api/provenance/shipments",
        _HOLDERS,
        (Field("reference", N_("发货单号"), hint=_REFERENCE.hint), Field("to", N_("收货方"), "member")),
        rows=("lines",),
        facts=("carrier", "waybill", "temperature", "packaging", "note"),
    ),
    StepForm(
        "receive",
        N_("收货"),
        "package-check",
        N_("按实收数量确认；少收的部分记为途中损失。"),
        "/api/provenance/shipments/{shipment}/receive",
        _HOLDERS,
        facts=("warehouse", "temperature", "humidity", "note"),
    ),
    StepForm(
        "refuse",
        N_("拒收"),
        "undo-2",
        N_("整单退回发货方。"),
        "/api/provenance/shipments/{shipment}/refuse",
        _HOLDERS,
        facts=("cause", "note"),
    ),
    StepForm(
        "cancel",
        N_("撤回发货"),
        "undo-2",
        N_("对方尚未收货时，整单撤回。"),
        "/api/provenance/shipments/{shipment}/cancel",
        _HOLDERS,
        facts=("cause", "note"),
    ),
    StepForm(
        "storage",
        N_("记录仓储"),
        "thermometer",
        N_("库房温湿度与养护情况。"),
        "/api/provenance/observations",
        _HOLDERS,
        (Field("subject", N_("批次"), "lot"), _CONFORMS),
        facts=("warehouse", "temperature", "humidity", "storage", "note"),
    ),
)

_MAKING: Final = (
    StepForm(
        "process",
        N_("炮制加工"),
        "factory",
        N_("投料与产出；产出不能超过得率规则允许的数量，差额记为损耗。"),
        "/api/provenance/runs",
        _MAKERS,
        (Field("method", N_("方法"), "method"),),
        rows=("inputs", "outputs"),
        facts=("standard", "hours", "temperature", "equipment", "auxiliary", "moisture", "note"),
    ),
    StepForm(
        "split",
        N_("拆分"),
        "split",
        N_("把一批分成几批，形态不变。"),
        "/api/provenance/splits",
        _HOLDERS,
        (_LOT,),
        rows=("parts",),
        facts=("note",),
    ),
    StepForm(
        "merge",
        N_("合批"),
        "combine",
        N_("把同一形态的几批合成一批，有效期取最早的。"),
        "/api/provenance/merges",
        _HOLDERS,
        (_REFERENCE,),
        rows=("lines",),
        facts=("note",),
    ),
    StepForm(
        "pack",
        N_("包装"),
        "package",
        N_("装成可销售的单位；填写 GTIN 后即有 GS1 追溯链接。"),
        "/api/provenance/packs",
        _HOLDERS,
        (
            _LOT,
            _QUANTITY,
            _REFERENCE,
            Field("units", N_("件数"), "number"),
            Field("gtin", "GTIN", required=False, hint=N_("商品条码，8 至 14 位；没有可不填")),
            Field("units_root", N_("单件根"), required=False, hint=N_("没有逐件编码可不填")),
        ),
        facts=("packaging", "standard", "storage", "grade", "channel", "trace_codes", "note"),
    ),
)

_LEAVING: Final = (
    StepForm(
        "dispense",
        N_("调剂发药"),
        "pill",
        N_("先到期先出；凭证只交给患者，账本上只有它的摘要。"),
        "/api/provenance/dispensings",
        _DISPENSERS,
        rows=("lines",),
        facts=("units", "override", "note"),
    ),
    StepForm(
        "retire",
        N_("核减"),
        "package-minus",
        N_("留样、变质或丢失的数量从账上核减。"),
        "/api/provenance/retirements",
        _HOLDERS,
        (
            _LOT,
            _QUANTITY,
            Field(
                "reason",
                N_("去向"),
                "choice",
                options=(
                    ("sampling", N_("留样取样")),
                    ("spoilage", N_("变质")),
                    ("loss", N_("丢失")),
                ),
            ),
        ),
        facts=("cause", "note"),
    ),
)

_JUDGING: Final = (
    StepForm(
        "inspection",
        N_("检验报告"),
        "flask-conical",
        N_("先找到批次，再填写检验项目；结论与每项结果公开可查。"),
        "/api/provenance/observations",
        frozenset({Kind.LAB}),
        (_CONFORMS,),
        rows=("tests",),
        facts=("report", "report_sha256", "standard", "place", "note"),
    ),
    StepForm(
        "quota",
        N_("核定配额"),
        "scale",
        N_("为药农的一个地块、一个品种、一个采季核定最大采收量。"),
        "/api/provenance/quotas",
        _RULERS,
        (
            Field("reference", N_("配额编号"), hint=_REFERENCE.hint),
            Field("grower", N_("药农"), "grower"),
            Field("form", N_("形态"), "form"),
            _QUANTITY,
            Field("not_after", N_("采收截止"), "day"),
        ),
        facts=("place", "plot", "area", "lon", "lat", "altitude", "note"),
        happened=False,
    ),
    StepForm(
        "withdraw",
        N_("撤销配额"),
        "ban",
        N_("余量不可再采；已采收的批次会带有提示。"),
        "/api/provenance/quotas/{quota}/withdraw",
        _RULERS,
        facts=("cause", "note"),
        happened=False,
    ),
    StepForm(
        "form",
        N_("登记形态"),
        "leaf",
        N_("登记药材的一种形态与它在加工次序中的位置。"),
        "/api/provenance/forms",
        _RULERS,
        (Field("form", N_("形态"), "any-form"), Field("rank", N_("次序"), "number", hint=N_("加工只能从小到大"))),
        facts=("note",),
        happened=False,
    ),
    StepForm(
        "yield",
        N_("设定得率"),
        "scale",
        N_("一种形态最多能制成多少另一种形态，以百万分之一计。"),
        "/api/provenance/yields",
        _RULERS,
        (
            Field("source", N_("原料形态"), "form"),
            Field("target", N_("产出形态"), "form"),
            Field("ppm", N_("得率上限（ppm）"), "number", hint=N_("280000 即 28%")),
            Field(
                "auxiliary_ppm", N_("辅料上限（ppm）"), "number", required=False, hint=N_("原料是蜜、酒等辅料时填写")
            ),
        ),
        happened=False,
    ),
)

STEP_FORMS: Final[Mapping[str, StepForm]] = MappingProxyType(
    {form.slug: form for form in (*_GROWING, *_MOVING, *_MAKING, *_LEAVING, *_JUDGING)}
)
_REACHED_FROM_ELSEWHERE: Final = frozenset({"receive", "refuse", "cancel", "withdraw"})


def tiles(kind: Kind) -> tuple[StepForm, ...]:
    """The steps that a desk offers to a kind of member."""
    return tuple(
        form for form in STEP_FORMS.values() if kind in form.kinds and form.slug not in _REACHED_FROM_ELSEWHERE
    )

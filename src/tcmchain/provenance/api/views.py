"""What the read doors answer."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from tcmchain.provenance.model.certificate import Certificate
from tcmchain.provenance.model.lots import DeclaredForm, Lot, Quota, Shipment, Yield
from tcmchain.provenance.model.steps import Step
from tcmchain.provenance.model.stock import Balance, Holding, StockLine
from tcmchain.web.calls import CallView


class LotView(BaseModel):
    """A lot; masses are milligrams, moments Unix seconds (0: none)."""

    id: str
    code: str
    path: str
    form: str
    maker: str
    reference: str
    made: int
    expires: int
    origin: str
    happened: int
    quota: str | None
    gtin: str
    units: int

    @classmethod
    def of(cls, lot: Lot) -> "LotView":
        return cls(
            id=lot.id,
            code=lot.code,
            path=lot.path,
            form=lot.form,
            maker=lot.maker,
            reference=lot.reference,
            made=lot.made,
            expires=lot.expires,
            origin=lot.origin.value,
            happened=lot.happened,
            quota=lot.quota,
            gtin=lot.gtin,
            units=lot.units,
        )


class MovementView(BaseModel):
    lot: str
    holder: str
    flow: str
    delta: int
    amount: int


class StepView(BaseModel):
    """A step with its place on the chain."""

    id: int
    kind: str
    tx: str
    block: int
    log_index: int
    recorded: int
    happened: int
    member: str
    account: str
    other: str | None
    shipment: str | None
    reference: str
    method: str
    observation: str | None
    conforms: bool | None
    reason: str | None
    digest: str | None
    subject: str
    facts: Mapping[str, Any]
    movements: list[MovementView]

    @classmethod
    def of(cls, step: Step) -> "StepView":
        return cls(
            id=step.id,
            kind=step.kind.value,
            tx=step.tx,
            block=step.block,
            log_index=step.log_index,
            recorded=step.recorded,
            happened=step.happened,
            member=step.member,
            account=step.account,
            other=step.other,
            shipment=step.shipment,
            reference=step.reference,
            method=step.method,
            observation=None if step.observation is None else step.observation.name.lower().replace("_", "-"),
            conforms=step.conforms,
            reason=None if step.reason is None else step.reason.name.lower(),
            digest=step.digest,
            subject=step.subject,
            facts=step.facts,
            movements=[
                MovementView(lot=m.lot, holder=m.holder, flow=m.flow.value, delta=m.delta, amount=m.amount)
                for m in step.movements
            ],
        )


class HoldingView(BaseModel):
    lot: LotView
    holder: str
    milligrams: int

    @classmethod
    def of(cls, holding: Holding) -> "HoldingView":
        return cls(lot=LotView.of(holding.lot), holder=holding.holder, milligrams=holding.milligrams)


class BalanceView(BaseModel):
    """Where all that was made of a lot is; the parts add up to ``made``."""

    made: int
    held: int
    in_transit: int
    used: int
    dispensed: int
    retired: int
    lost: int
    closes: bool

    @classmethod
    def of(cls, balance: Balance) -> "BalanceView":
        return cls(
            made=balance.made,
            held=balance.held,
            in_transit=balance.in_transit,
            used=balance.used,
            dispensed=balance.dispensed,
            retired=balance.retired,
            lost=balance.lost,
            closes=balance.closes,
        )


class QuotaView(BaseModel):
    id: str
    grower: str
    form: str
    certifier: str
    reference: str
    total: int
    drawn: int
    left: int
    not_after: int
    withdrawn: bool
    facts: Mapping[str, Any]

    @classmethod
    def of(cls, quota: Quota) -> "QuotaView":
        return cls(
            id=quota.id,
            grower=quota.grower,
            form=quota.form,
            certifier=quota.certifier,
            reference=quota.reference,
            total=quota.total,
            drawn=quota.drawn,
            left=quota.left,
            not_after=quota.not_after,
            withdrawn=quota.withdrawn,
            facts=quota.facts,
        )


class EdgeView(BaseModel):
    parent: str
    child: str
    step: int
    milligrams: int


class CertificateView(BaseModel):
    """A lot's whole way, as read at ``block``."""

    lot: LotView
    lots: list[LotView]
    quotas: list[QuotaView]
    edges: list[EdgeView]
    steps: list[StepView]
    holdings: list[HoldingView]
    balance: BalanceView
    block: int
    complete: bool

    @classmethod
    def of(cls, found: Certificate) -> "CertificateView":
        return cls(
            lot=LotView.of(found.lot),
            lots=[LotView.of(lot) for lot in found.lots.values()],
            quotas=[QuotaView.of(quota) for quota in found.quotas.values()],
            edges=[EdgeView(parent=e.parent, child=e.child, step=e.step, milligrams=e.milligrams) for e in found.edges],
            steps=[StepView.of(step) for step in found.steps],
            holdings=[HoldingView.of(holding) for holding in found.holdings],
            balance=BalanceView.of(found.balance),
            block=found.block,
            complete=found.complete,
        )


class StockView(BaseModel):
    """One form in a holder's stock: 购入 came_in, 存储量 stored, 流出量 went_out, 剩余量 left."""

    form: str
    opening: int
    came_in: int
    stored: int
    went_out: int
    left: int
    lots: int
    earliest_expiry: int
    low: bool

    @classmethod
    def of(cls, line: StockLine) -> "StockView":
        return cls(
            form=line.form,
            opening=line.account.opening,
            came_in=line.account.came_in,
            stored=line.account.stored,
            went_out=line.account.went_out,
            left=line.account.left,
            lots=line.lots,
            earliest_expiry=line.earliest_expiry,
            low=line.low,
        )


class ShipmentLineView(BaseModel):
    lot: str
    shipped: int
    received: int | None


class ShipmentView(BaseModel):
    id: str
    sender: str
    consignee: str
    reference: str
    state: str
    shipped: int
    lines: list[ShipmentLineView]

    @classmethod
    def of(cls, shipment: Shipment) -> "ShipmentView":
        return cls(
            id=shipment.id,
            sender=shipment.sender,
            consignee=shipment.consignee,
            reference=shipment.reference,
            state=shipment.state.value,
            shipped=shipment.shipped,
            lines=[
                ShipmentLineView(lot=line.lot, shipped=line.shipped, received=line.received) for line in shipment.lines
            ],
        )


class FormView(BaseModel):
    id: str
    rank: int
    facts: Mapping[str, Any]

    @classmethod
    def of(cls, form: DeclaredForm) -> "FormView":
        return cls(id=form.id, rank=form.rank, facts=form.facts)


class YieldView(BaseModel):
    source: str
    target: str
    ppm: int
    auxiliary_ppm: int

    @classmethod
    def of(cls, rule: Yield) -> "YieldView":
        return cls(source=rule.source, target=rule.target, ppm=rule.ppm, auxiliary_ppm=rule.auxiliary_ppm)


class Page(BaseModel):
    """A page of lots; ``total`` counts all that were found; ``block`` is the block of the answer."""

    total: int
    block: int
    lots: list[LotView]


class PickView(BaseModel):
    lot: str
    milligrams: int


class RowErrorView(BaseModel):
    row: int
    column: str
    code: str
    message: str
    details: Mapping[str, Any]


class BulkView(BaseModel):
    """What a table would do; ``calls`` are empty in a dry run."""

    kind: str
    rows: int
    transactions: int
    errors: list[RowErrorView]
    calls: list[CallView]

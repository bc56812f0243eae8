"""What the doors answer; points in thousandths, masses in milligrams, moments in Unix seconds (0: not yet)."""

from typing import Any

from pydantic import BaseModel

from tcmchain.guarantees.model.growers import GrowerRecord, Inspection
from tcmchain.guarantees.model.pledges import (
    Bond,
    Case,
    Claim,
    Claimable,
    History,
    Relation,
    SetTariff,
    Share,
    Totals,
)


class TariffView(BaseModel):
    fee: int
    bond: int
    bond_rate: int
    compensation: int
    cover: int
    term: int
    window: int
    by: str
    happened: int
    facts: dict[str, Any]

    @classmethod
    def of(cls, found: SetTariff) -> "TariffView":
        terms = found.tariff
        names = ("fee", "bond", "bond_rate", "compensation", "cover", "term", "window")
        amounts = {name: getattr(terms, name) for name in names}
        return cls(**amounts, by=found.by, happened=found.happened, facts=dict(found.facts))


class BondView(BaseModel):
    """A lot's bond; ``step`` is what the next page is asked with."""

    lot: str
    grower: str
    milligrams: int
    fee: int
    amount: int
    until: int
    state: str
    posted: int
    closed: int
    step: int

    @classmethod
    def of(cls, found: Bond) -> "BondView":
        return cls(**{name: getattr(found, name) for name in cls.model_fields})


class CaseView(BaseModel):
    """A case; ``step`` is what the next page is asked with."""

    id: str
    lot: str
    grower: str
    lab: str
    findings: str
    facts: dict[str, Any]
    state: str
    opened: int
    until: int
    regulator: str | None
    recall: str | None
    decided: int
    reason: dict[str, Any]
    weight: int
    pot: int
    due: int
    from_fund: int
    to_fund: int
    settled: int
    step: int

    @classmethod
    def of(cls, found: Case) -> "CaseView":
        return cls(**{name: getattr(found, name) for name in cls.model_fields})


class ClaimView(BaseModel):
    case: str
    member: str
    lot: str
    milligrams: int
    happened: int

    @classmethod
    def of(cls, found: Claim) -> "ClaimView":
        return cls(**{name: getattr(found, name) for name in cls.model_fields})


class ShareView(BaseModel):
    """A claimant's part: ``waiting`` is what it has still to collect."""

    case: str
    member: str
    weight: int
    collected: int
    waiting: int
    struck: bool
    done: bool

    @classmethod
    def of(cls, found: Share) -> "ShareView":
        return cls(**{name: getattr(found, name) for name in cls.model_fields})


class CaseReportView(BaseModel):
    case: CaseView
    claims: list[ClaimView]
    shares: list[ShareView]


class ClaimableView(BaseModel):
    case: str
    lot: str
    milligrams: int

    @classmethod
    def of(cls, found: Claimable) -> "ClaimableView":
        return cls(case=found.case.id, lot=found.lot, milligrams=found.milligrams)


class RelationView(BaseModel):
    a: str
    b: str
    related: bool
    by: str
    happened: int
    facts: dict[str, Any]

    @classmethod
    def of(cls, found: Relation) -> "RelationView":
        return cls(**{name: getattr(found, name) for name in cls.model_fields})


class TotalsView(BaseModel):
    """Sums over all bonds and cases."""

    locked_bonds: int
    locked: int
    fees: int
    open_cases: int
    verdicts: int
    in_pots: int
    compensated: int

    @classmethod
    def of(cls, found: Totals) -> "TotalsView":
        return cls(**{name: getattr(found, name) for name in cls.model_fields})


class HistoryView(BaseModel):
    """A grower's sums; ``clean`` counts lots returned since the last verdict."""

    entries: int
    milligrams: int
    fees: int
    locked: int
    returned: int
    clean: int
    verdicts: int
    open_cases: int
    dismissed: int
    taken: int

    @classmethod
    def of(cls, found: History) -> "HistoryView":
        return cls(**{name: getattr(found, name) for name in cls.model_fields})


class InspectionView(BaseModel):
    subject: str
    lab: str
    passed: bool
    happened: int
    tx: str

    @classmethod
    def of(cls, found: Inspection) -> "InspectionView":
        step = found.step
        return cls(subject=found.subject, lab=step.member, passed=found.passed, happened=step.happened, tx=step.tx)


class GrowerView(BaseModel):
    """A grower's public record out of events; ``whole`` is false when only its newest lots were looked at."""

    member: str
    history: HistoryView
    lots: int
    milligrams: int
    passed: int
    failed: int
    discount: int
    inspections: list[InspectionView]
    cases: list[CaseView]
    bonds: list[BondView]
    recalls: list[str]
    whole: bool

    @classmethod
    def of(cls, found: GrowerRecord) -> "GrowerView":
        return cls(
            member=found.member,
            history=HistoryView.of(found.history),
            lots=len(found.lots),
            milligrams=found.milligrams,
            passed=found.passed,
            failed=found.failed,
            discount=found.discount,
            inspections=[InspectionView.of(inspection) for inspection in found.inspections],
            cases=[CaseView.of(case) for case in found.cases],
            bonds=[BondView.of(bond) for bond in found.bonds],
            recalls=list(dict.fromkeys(recall.id for _, recall in found.recalls)),
            whole=found.whole,
        )

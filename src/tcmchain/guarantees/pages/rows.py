"""Bonds, cases and shares as lists show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tcmchain.guarantees.model.pledges import Bond, Case, Claimable, Relation, SetTariff, Share
from tcmchain.guarantees.pages.wording import BOND_STATES, CASE_STATES, Names, duration_text, moment_text
from tcmchain.provenance.model.quantity import format_mass
from tcmchain.rewards.model import format_points
from tcmchain.web.i18n import Translate


@dataclass(frozen=True, slots=True)
class BondRow:
    """A bond in words."""

    bond: Bond
    lot: str
    path: str
    grower: str
    mass: str
    amount: str
    fee: str
    state: str
    tone: str
    posted: str
    until: str


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case in words."""

    case: Case
    lot: str
    path: str
    grower: str
    lab: str
    regulator: str
    cause: str
    reason: str
    state: str
    tone: str
    opened: str
    until: str
    decided: str
    settled: str
    pot: str
    weight: str
    due: str
    from_fund: str
    to_fund: str


@dataclass(frozen=True, slots=True)
class ShareRow:
    """A claimant's part in words; ``worth`` is what it got or waits for."""

    share: Share
    member: str
    weight: str
    worth: str


def bond_rows(bonds: Sequence[Bond], names: Names, translate: Translate) -> list[BondRow]:
    """Bonds as a list tells them."""
    names.read({bond.grower for bond in bonds}, {bond.lot for bond in bonds})
    return [_bond(bond, names, translate) for bond in bonds]


def _bond(bond: Bond, names: Names, translate: Translate) -> BondRow:
    state, tone = BOND_STATES[bond.state]
    return BondRow(
        bond=bond,
        lot=names.lot(bond.lot),
        path=names.path(bond.lot),
        grower=names.member(bond.grower),
        mass=format_mass(bond.milligrams),
        amount=format_points(bond.amount),
        fee=format_points(bond.fee),
        state=translate(state),
        tone=tone,
        posted=moment_text(bond.posted),
        until=moment_text(bond.until),
    )


def case_rows(cases: Sequence[Case], names: Names, translate: Translate) -> list[CaseRow]:
    """Cases as a list tells them."""
    members = {case.grower for case in cases} | {case.lab for case in cases}
    names.read(members, {case.lot for case in cases})
    return [_case(case, names, translate) for case in cases]


def _case(case: Case, names: Names, translate: Translate) -> CaseRow:
    state, tone = CASE_STATES[case.state]
    return CaseRow(
        case=case,
        lot=names.lot(case.lot),
        path=names.path(case.lot),
        grower=names.member(case.grower),
        lab=names.member(case.lab),
        regulator=names.member(case.regulator),
        cause=str(case.facts.get("cause", "")),
        reason=str(case.reason.get("cause", "")),
        state=translate(state),
        tone=tone,
        opened=moment_text(case.opened),
        until=moment_text(case.until),
        decided=moment_text(case.decided),
        settled=moment_text(case.settled),
        pot=format_points(case.pot),
        weight=format_mass(case.weight),
        due=format_points(case.due),
        from_fund=format_points(case.from_fund),
        to_fund=format_points(case.to_fund),
    )


def share_rows(shares: Sequence[Share], names: Names) -> list[ShareRow]:
    """Shares as a list tells them."""
    names.read({share.member for share in shares}, [])
    return [
        ShareRow(
            share,
            names.member(share.member),
            format_mass(share.weight),
            format_points(share.collected or share.waiting),
        )
        for share in shares
    ]


def claimable_rows(found: Sequence[Claimable], names: Names) -> list[dict[str, Any]]:
    """What may be claimed, by case."""
    names.read({one.case.grower for one in found}, {one.lot for one in found})
    cases: dict[str, dict[str, Any]] = {}
    for one in found:
        row = cases.setdefault(
            one.case.id, {"case": one.case, "grower": names.member(one.case.grower), "until": "", "lots": []}
        )
        row["until"] = moment_text(one.case.until)
        row["lots"].append((names.lot(one.lot), format_mass(one.milligrams)))
    return list(cases.values())


def tariff_rows(found: SetTariff, translate: Translate) -> list[tuple[str, str]]:
    """A tariff as names and values."""
    tariff = found.tariff
    return [
        (translate("入账费（每批）"), format_points(tariff.fee)),
        (translate("保证金（每批）"), format_points(tariff.bond)),
        (translate("保证金（每公斤）"), format_points(tariff.bond_rate)),
        (translate("补偿（每公斤）"), format_points(tariff.compensation)),
        (translate("互助金最多补足"), translate("保证金的 %(n)s 倍", n=tariff.cover)),
        (translate("锁定期"), duration_text(tariff.term, translate)),
        (translate("申领期"), duration_text(tariff.window, translate)),
    ]


def relation_rows(relations: Sequence[Relation], names: Names) -> list[dict[str, str]]:
    """Related parties as a list tells them."""
    names.read({r.a for r in relations} | {r.b for r in relations} | {r.by for r in relations}, [])
    return [
        {
            "a": names.member(r.a),
            "b": names.member(r.b),
            "by": names.member(r.by),
            "cause": str(r.facts.get("cause", "")),
            "when": moment_text(r.happened),
        }
        for r in relations
    ]

"""Bonds and cases: what stands, what may be claimed, and the calls that carry a case on."""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Final

from tcmchain.chain.calls import Call
from tcmchain.guarantees.contract import GuaranteesCalls
from tcmchain.guarantees.model.errors import NothingToDo, NotLocked, TooEarly, UnknownBond, UnknownCase, WrongCase
from tcmchain.guarantees.model.pledges import (
    Bond,
    BondState,
    Case,
    CaseState,
    Claim,
    Claimable,
    Relation,
    SetTariff,
    Share,
    Tariff,
    Totals,
)
from tcmchain.guarantees.readmodel.records import GuaranteesRecords
from tcmchain.provenance.model.facts import read_facts
from tcmchain.provenance.model.steps import Flow, StepKind
from tcmchain.provenance.service.ledger import Ledger
from tcmchain.provenance.service.recalls import Recalls
from tcmchain.values import CaseId, Hash32, LotId, MemberId, Milligrams, RecallId, UnixTime

_CLAIMS_IN_ONE: Final = 50
_MOST_STEPS: Final = 1_000
_MOST_RELATIONS: Final = 500
_MOST_CASES: Final = 200

Facts = Mapping[str, Any]


class Guarantees:
    """Questions and calls; every answer is a replay of the chain's events. The contract decides."""

    def __init__(
        self,
        calls: GuaranteesCalls,
        records: GuaranteesRecords,
        ledger: Ledger,
        recalls: Recalls,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._calls = calls
        self._records = records
        self._ledger = ledger
        self._recalls = recalls
        self.now = now

    def tariff(self) -> SetTariff | None:
        """The tariff in force, if one was ever set."""
        found = self._records.tariffs(1)
        return found[0] if found else None

    def tariffs(self, limit: int = 20) -> Sequence[SetTariff]:
        """Tariffs, the one in force first."""
        return self._records.tariffs(limit)

    def totals(self) -> Totals:
        """Sums over all bonds and cases."""
        return self._records.totals()

    def bond(self, lot: LotId) -> Bond:
        """A lot's bond; raises ``UnknownBond``."""
        found = self._records.bond(lot)
        if found is None:
            raise UnknownBond(lot=lot)
        return found

    def bonds(
        self,
        limit: int = 50,
        before: int | None = None,
        grower: MemberId | None = None,
        state: BondState | None = None,
    ) -> Sequence[Bond]:
        """Bonds, newest first."""
        return self._records.bonds(limit, before, grower, state)

    def case(self, case: CaseId) -> Case:
        """A case; raises ``UnknownCase``."""
        found = self._records.case(case)
        if found is None:
            raise UnknownCase(id=case)
        return found

    def cases(
        self,
        limit: int = 50,
        before: int | None = None,
        grower: MemberId | None = None,
        states: Collection[CaseState] = (),
        lot: LotId | None = None,
    ) -> Sequence[Case]:
        """Cases, newest first."""
        return self._records.cases(limit, before, grower, states, lot)

    def claims(self, case: CaseId) -> Sequence[Claim]:
        """What was claimed for in a case."""
        return self._records.claims(case)

    def shares(self, case: Case) -> Sequence[Share]:
        """Every claimant's part in a case, the largest first."""
        return self._records.shares(case)

    def relations(self, member: MemberId | None = None) -> Sequence[Relation]:
        """Pairs that are related now, by the newest word on each."""
        newest: dict[frozenset[MemberId], Relation] = {}
        for relation in self._records.relations(member, _MOST_RELATIONS):
            newest.setdefault(frozenset((relation.a, relation.b)), relation)
        return [relation for relation in newest.values() if relation.related]

    def related(self, grower: MemberId, member: MemberId) -> bool:
        """Whether a member is the grower or related to it."""
        pair = {grower, member}
        return grower == member or any({r.a, r.b} == pair for r in self.relations(grower))

    def claimable(self, member: MemberId, case: CaseId | None = None) -> Sequence[Claimable]:
        """What a member may claim for now, in one case or in all that are open to claims."""
        cases = [self.case(case)] if case is not None else self.cases(_MOST_CASES, states=[CaseState.CONFIRMED])
        return [
            claimable
            for found in cases
            if found.claims_open(self.now()) and not self.related(found.grower, member)
            for claimable in self._claimable(found, member)
        ]

    def waiting(self, member: MemberId) -> Sequence[tuple[Case, Share]]:
        """Shares that a member has still to collect."""
        return [
            (case, share)
            for case in self.cases(_MOST_CASES, states=[CaseState.SETTLED])
            for share in self.shares(case)
            if share.member == member and share.waiting > 0
        ]

    def _claimable(self, case: Case, member: MemberId) -> list[Claimable]:
        if case.recall is None:
            return []
        reach = self._recalls.report(case.recall)[1]
        frozen = {found.lot.id for found in reach.lots if found.reached is not None and not found.reached.released}
        mine = next((holder for holder in reach.holders if holder.holder == member), None)
        if mine is None:
            return []
        has = {h.lot.id: int(h.milligrams) for h in self._ledger.holdings(member) if h.lot.id in frozen}
        if mine.dispensed:
            for step in self._ledger.steps(member=member, kind=StepKind.DISPENSED, limit=_MOST_STEPS):
                for move in step.movements:
                    if move.flow is Flow.DISPENSED and move.lot in frozen:
                        has[move.lot] = has.get(move.lot, 0) + move.amount
        before = self._records.claimed(member, list(has))
        found = [Claimable(case, lot, Milligrams(amount - before.get(lot, 0))) for lot, amount in has.items()]
        return [claimable for claimable in found if claimable.milligrams > 0]

    def set_tariff(self, tariff: Tariff, facts: Facts) -> list[Call]:
        """Set the tariff for later lots; by a regulator."""
        return [self._calls.set_tariff(tariff, read_facts(facts))]

    def relate(self, a: MemberId, b: MemberId, related: bool, facts: Facts) -> list[Call]:
        """Say whether two members are related parties; by a regulator that is neither."""
        return [self._calls.relate(a, b, related, read_facts(facts))]

    def release(self, lot: LotId) -> list[Call]:
        """Return a bond whose term is over; by anybody. Raises ``NotLocked``, ``TooEarly``."""
        bond = self.bond(lot)
        if bond.state is not BondState.LOCKED:
            raise NotLocked(lot=lot)
        self._over(bond.until)
        return [self._calls.release(lot)]

    def accuse(self, lot: LotId, findings: Hash32, facts: Facts) -> list[Call]:
        """Hold something against a bonded lot; by a lab."""
        return [self._calls.accuse(self.bond(lot).lot, findings, read_facts(facts))]

    def dismiss(self, case: CaseId, facts: Facts) -> list[Call]:
        """Find for the grower; by a regulator."""
        return [self._calls.dismiss(self.case(case).id, read_facts(facts))]

    def lapse(self, case: CaseId) -> list[Call]:
        """End a case that nobody decided in time; by anybody. Raises ``WrongCase``, ``TooEarly``."""
        self._over(self._standing(case, CaseState.OPEN).until)
        return [self._calls.lapse(case)]

    def confirm(self, case: CaseId, recall: RecallId, facts: Facts) -> list[Call]:
        """Find against the grower, with the recall that began with the lot; by a regulator."""
        return [self._calls.confirm(self.case(case).id, recall, read_facts(facts))]

    def claim(self, case: CaseId, member: MemberId, lots: Collection[LotId] = ()) -> list[Call]:
        """Claim for frozen lots, or for all that the member may claim for; raises ``NothingToDo``."""
        found = self.case(case).id
        wanted = list(lots) or [claimable.lot for claimable in self.claimable(member, found)]
        if not wanted:
            raise NothingToDo()
        calls = [self._calls.claim(found, lot) for lot in wanted]
        return [self._calls.together(calls[at : at + _CLAIMS_IN_ONE]) for at in range(0, len(calls), _CLAIMS_IN_ONE)]

    def strike(self, case: CaseId, member: MemberId) -> list[Call]:
        """Strike out the claim of a related party; by anybody."""
        return [self._calls.strike(self.case(case).id, member)]

    def settle(self, case: CaseId) -> list[Call]:
        """Fix the shares when claims have ended; by anybody. Raises ``WrongCase``, ``TooEarly``."""
        self._over(self._standing(case, CaseState.CONFIRMED).until)
        return [self._calls.settle(case)]

    def collect(self, case: CaseId) -> list[Call]:
        """Put the caller's share into its purse."""
        return [self._calls.collect(self.case(case).id)]

    def _standing(self, case: CaseId, state: CaseState) -> Case:
        found = self.case(case)
        if found.state is not state:
            raise WrongCase(id=case)
        return found

    def _over(self, until: UnixTime) -> None:
        # A quiet chain's newest block is old: a rehearsal on it would refuse what the next block takes.
        if self.now() <= until:
            raise TooEarly(until=until)

"""Steps that members take: each gives the calls that the actor is to sign."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tcmchain.chain.calls import Call
from tcmchain.provenance.contract import Deed, Output, Portion, ProvenanceCalls
from tcmchain.provenance.model.errors import LinesDiffer, Nothing, UnknownForm, UnknownLot
from tcmchain.provenance.model.facts import read_facts
from tcmchain.provenance.model.references import read_reference
from tcmchain.provenance.model.steps import Observation, Reason
from tcmchain.provenance.service.ledger import Ledger
from tcmchain.terms.forms import forms, yields
from tcmchain.values import ZERO_HASH, FormId, Hash32, LotId, MemberId, Milligrams, QuotaId, ShipmentId, UnixTime

__all__ = ["Deed", "Part", "Portion", "Steps", "deed"]

_AT_ONCE: Final = 100


@dataclass(frozen=True, slots=True)
class Part:
    """A lot that a step is to make. ``expires`` ``None`` states no date, or takes over that of the lot it is of."""

    reference: str
    milligrams: Milligrams
    form: FormId | None = None
    expires: UnixTime | None = None


def deed(happened: UnixTime, facts: Mapping[str, Any]) -> Deed:
    """When something was done and what is stated of it; raises ``FactsUnreadable``."""
    return Deed(happened, read_facts(facts))


class Steps:
    """Use cases that write. The contract decides; what is checked here only makes a refusal clearer."""

    def __init__(self, calls: ProvenanceCalls, ledger: Ledger) -> None:
        self._calls = calls
        self._ledger = ledger

    def declare_form(self, form: FormId, rank: int, facts: Mapping[str, Any]) -> list[Call]:
        """Declare a form with its place in the order of processing; by a regulator or certifier."""
        return [self._calls.declare_form(FormId(read_reference(form)), rank, read_facts(facts))]

    def set_yield(self, source: FormId, target: FormId, ppm: int, auxiliary_ppm: int) -> list[Call]:
        """Say how much may be made of what; by a regulator or certifier."""
        self._known_forms(source, target)
        return [self._calls.set_yield(source, target, ppm, auxiliary_ppm)]

    def declare_terms(self) -> list[Call]:
        """Declare the forms and yields of the term tables that the ledger lacks, many in one transaction."""
        known = {form.id for form in self._ledger.forms()}
        declared = [self._calls.declare_form(form.id, form.rank, {}) for form in forms() if form.id not in known]
        ruled = {(rule.source, rule.target) for rule in self._ledger.yields()}
        wanted = [rule for rule in yields() if (rule.source, rule.product) not in ruled]
        rules = [self._calls.set_yield(r.source, r.product, r.ppm, r.auxiliary_ppm) for r in wanted]
        steps = [*declared, *rules]
        return [self._calls.together(steps[at : at + _AT_ONCE]) for at in range(0, len(steps), _AT_ONCE)]

    def certify_quota(
        self,
        reference: str,
        grower: MemberId,
        form: FormId,
        milligrams: Milligrams,
        not_after: UnixTime,
        facts: Mapping[str, Any],
    ) -> list[Call]:
        """Certify what a grower may harvest of a plot in a season; by a regulator or certifier."""
        self._known_forms(form)
        number = read_reference(reference)
        return [self._calls.certify_quota(number, grower, form, milligrams, not_after, read_facts(facts))]

    def withdraw_quota(self, quota: QuotaId, facts: Mapping[str, Any]) -> list[Call]:
        """Withdraw a quota; what was commissioned stays."""
        return [self._calls.withdraw_quota(self._ledger.quota(quota).id, read_facts(facts))]

    def commission(
        self, quota: QuotaId, reference: str, milligrams: Milligrams, expires: UnixTime | None, done: Deed
    ) -> list[Call]:
        """Enter a harvest as a new lot within a quota; by the quota's grower."""
        number = read_reference(reference)
        return [self._calls.commission(quota, number, milligrams, expires or UnixTime(0), done)]

    def observe(self, subject: str, observation: Observation, conforms: bool, done: Deed) -> list[Call]:
        """State field work, an inspection or a storage reading of a lot or, before the harvest, of a quota."""
        return [self._calls.observe(subject, observation, conforms, done)]

    def ship(
        self,
        reference: str,
        to: MemberId,
        portions: Sequence[Portion],
        done: Deed,
        terms: Hash32 = ZERO_HASH,
    ) -> list[Call]:
        """Sell and send goods to another member; they are underway until received or refused."""
        return [self._calls.ship(read_reference(reference), to, _some(portions), done, terms)]

    def receive(self, shipment: ShipmentId, received: Sequence[Portion], done: Deed) -> list[Call]:
        """Take in a shipment, each line with what arrived; a shortfall is an explicit loss.

        Without lines all arrived in full. Raises ``LinesDiffer`` when they are not those of the shipment.
        """
        lines = self._ledger.shipment(shipment).lines
        if not received:
            amounts = [line.shipped for line in lines]
        elif [line.lot for line in lines] != [portion.lot for portion in received]:
            raise LinesDiffer(expected=len(lines), given=len(received))
        else:
            amounts = [portion.milligrams for portion in received]
        return [self._calls.receive(shipment, amounts, done)]

    def refuse(self, shipment: ShipmentId, done: Deed) -> list[Call]:
        """Refuse a shipment; the goods are the sender's again."""
        return [self._calls.refuse(self._ledger.shipment(shipment).id, done)]

    def cancel(self, shipment: ShipmentId, done: Deed) -> list[Call]:
        """Call a shipment back while it is underway."""
        return [self._calls.cancel(self._ledger.shipment(shipment).id, done)]

    def process(self, method: str, inputs: Sequence[Portion], outputs: Sequence[Part], done: Deed) -> list[Call]:
        """Process lots into lots of later forms (炮制); what is not made is the explicit loss."""
        made = [Output(read_reference(o.reference), _form(o), o.milligrams, o.expires or UnixTime(0)) for o in outputs]
        self._known_forms(*(output.form for output in made))
        return [self._calls.process(read_reference(method), _some(inputs), made, done)]

    def split(self, lot: LotId, parts: Sequence[Part], done: Deed) -> list[Call]:
        """Divide a quantity of a lot into lots of its own form."""
        whole = self._ledger.lot(lot)
        made = [
            Output(
                read_reference(part.reference),
                whole.form,
                part.milligrams,
                whole.expires if part.expires is None else part.expires,
            )
            for part in parts
        ]
        if not made:
            raise Nothing()
        return [self._calls.split(lot, made, done)]

    def merge(self, portions: Sequence[Portion], reference: str, done: Deed) -> list[Call]:
        """Put quantities of one form together as a new lot, which expires with the first of them."""
        return [self._calls.merge(_some(portions), read_reference(reference), done)]

    def pack(
        self,
        portion: Portion,
        reference: str,
        units: int,
        gtin: str,
        done: Deed,
        units_root: Hash32 = ZERO_HASH,
    ) -> list[Call]:
        """Pack a quantity as so many units of a trade item (GTIN of fourteen digits), with the root of their codes."""
        return [self._calls.pack(portion, read_reference(reference), units, int(gtin or 0), done, units_root)]

    def dispense(self, portions: Sequence[Portion], commitment: Hash32, done: Deed) -> list[Call]:
        """Hand quantities to a patient, who is on the chain only as a commitment; all lines or none."""
        calls = [self._calls.dispense(portion, commitment, done) for portion in _some(portions)]
        return [self._calls.together(calls)]

    def retire(self, portion: Portion, reason: Reason, done: Deed) -> list[Call]:
        """Take a quantity off the ledger: a sample, spoilage or a loss."""
        return [self._calls.retire(portion, reason, done)]

    def together(self, calls: Sequence[Call]) -> Call:
        """Several steps of one account as one transaction."""
        return self._calls.together(calls)

    def _known_forms(self, *forms: FormId) -> None:
        known = {form.id for form in self._ledger.forms()}
        for form in forms:
            if form not in known:
                raise UnknownForm(form=form)


def _form(part: Part) -> FormId:
    if part.form is None:
        raise UnknownForm(form="")
    return part.form


def _some(portions: Sequence[Portion]) -> Sequence[Portion]:
    if not portions:
        raise Nothing()
    if any(not portion.lot for portion in portions):
        raise UnknownLot(lot="")
    return portions

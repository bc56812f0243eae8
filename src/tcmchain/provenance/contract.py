"""The contract Provenance: its calls, and what its refusals mean."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from tcmchain.chain.calls import Call
from tcmchain.chain.contracts import Contracts
from tcmchain.errors import TcmChainError
from tcmchain.provenance.model import errors
from tcmchain.provenance.model.facts import write_facts
from tcmchain.provenance.model.steps import Observation, Reason
from tcmchain.values import (
    ZERO_HASH,
    FormId,
    Hash32,
    LotId,
    MemberId,
    Milligrams,
    QuotaId,
    RecallId,
    ShipmentId,
    UnixTime,
    short_text,
)

NAME: Final = "Provenance"
CHAIN: Final = "care"
NEVER: Final = UnixTime(0)
"""No date of expiry."""

REVERTS: Final[Mapping[str, type[TcmChainError]]] = MappingProxyType(
    {
        "ProvenanceWrongKind": errors.WrongKind,
        "ProvenanceUnknownForm": errors.UnknownForm,
        "ProvenanceFormKnownAlready": errors.FormKnownAlready,
        "ProvenanceUnknownQuota": errors.UnknownQuota,
        "ProvenanceQuotaKnownAlready": errors.QuotaKnownAlready,
        "ProvenanceQuotaClosed": errors.QuotaClosed,
        "ProvenanceQuotaExceeded": errors.QuotaExceeded,
        "ProvenanceNotQuotaGrower": errors.NotQuotaGrower,
        "ProvenanceUnknownLot": errors.UnknownLot,
        "ProvenanceLotKnownAlready": errors.LotKnownAlready,
        "ProvenanceExpired": errors.Expired,
        "ProvenanceOutlives": errors.Outlives,
        "ProvenanceFrozen": errors.FrozenLot,
        "ProvenanceUnknownRecall": errors.UnknownRecall,
        "ProvenanceRecallKnownAlready": errors.RecallKnownAlready,
        "ProvenanceRecallOver": errors.RecallOver,
        "ProvenanceNotRecaller": errors.NotRecaller,
        "ProvenanceNotMaker": errors.NotMaker,
        "ProvenanceNotDescended": errors.NotDescended,
        "ProvenanceNotFrozen": errors.NotFrozen,
        "ProvenanceInsufficient": errors.Insufficient,
        "ProvenanceUnknownConsignee": errors.UnknownConsignee,
        "ProvenanceShipmentKnownAlready": errors.ShipmentKnownAlready,
        "ProvenanceShipmentNotUnderway": errors.ShipmentNotUnderway,
        "ProvenanceNotParty": errors.NotParty,
        "ProvenanceReceivedTooMuch": errors.ReceivedTooMuch,
        "ProvenanceLinesDiffer": errors.LinesDiffer,
        "ProvenanceWrongOrder": errors.WrongOrder,
        "ProvenanceNoYield": errors.NoYield,
        "ProvenanceYieldExceeded": errors.YieldExceeded,
        "ProvenanceUnbalanced": errors.Unbalanced,
        "ProvenanceMixedForms": errors.MixedForms,
        "ProvenanceNothing": errors.Nothing,
        "ProvenanceTooMany": errors.TooManyPortions,
        "ProvenanceInFuture": errors.InFuture,
        "ProvenanceFactsTooLong": errors.FactsTooLong,
        "ProvenanceNotInForce": errors.NotInForce,
    }
)
"""One error of the contract, one class here; the arguments become details under the same names."""


@dataclass(frozen=True, slots=True)
class Portion:
    """A quantity of a lot."""

    lot: LotId
    milligrams: Milligrams


@dataclass(frozen=True, slots=True)
class Output:
    """A lot that a step is to make."""

    reference: str
    form: FormId
    milligrams: Milligrams
    expires: UnixTime = NEVER


@dataclass(frozen=True, slots=True)
class Deed:
    """When a step was done and what it states."""

    happened: UnixTime
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Descent:
    """A lot, and the lots it was made of in the order of the step that made it."""

    lot: LotId
    sources: tuple[LotId, ...]


class ProvenanceCalls:
    """Typed calls of the contract; whoever holds the key signs them."""

    def __init__(self, contracts: Contracts) -> None:
        self._contracts = contracts

    def declare_form(self, form: FormId, rank: int, facts: Mapping[str, Any]) -> Call:
        return self._call("declareForm", short_text(form), rank, write_facts(facts))

    def set_yield(self, source: FormId, target: FormId, ppm: int, auxiliary_ppm: int) -> Call:
        return self._call("setYield", short_text(source), short_text(target), ppm, auxiliary_ppm)

    def certify_quota(
        self,
        reference: str,
        grower: MemberId,
        form: FormId,
        milligrams: Milligrams,
        not_after: UnixTime,
        facts: Mapping[str, Any],
    ) -> Call:
        return self._call(
            "certifyQuota",
            short_text(reference),
            grower,
            short_text(form),
            milligrams,
            not_after,
            write_facts(facts),
        )

    def withdraw_quota(self, quota: QuotaId, facts: Mapping[str, Any]) -> Call:
        return self._call("withdrawQuota", quota, write_facts(facts))

    def commission(self, quota: QuotaId, reference: str, milligrams: Milligrams, expires: UnixTime, deed: Deed) -> Call:
        return self._step("commission", deed, quota, short_text(reference), milligrams, expires)

    def observe(self, subject: str, observation: Observation, conforms: bool, deed: Deed) -> Call:
        return self._step("observe", deed, subject, int(observation), conforms)

    def ship(
        self, reference: str, to: MemberId, portions: Sequence[Portion], deed: Deed, terms: Hash32 = ZERO_HASH
    ) -> Call:
        return self._step("ship", deed, short_text(reference), to, _portions(portions), terms)

    def receive(self, shipment: ShipmentId, received: Sequence[Milligrams], deed: Deed) -> Call:
        return self._step("receiveShipment", deed, shipment, list(received))

    def refuse(self, shipment: ShipmentId, deed: Deed) -> Call:
        return self._step("refuseShipment", deed, shipment)

    def cancel(self, shipment: ShipmentId, deed: Deed) -> Call:
        return self._step("cancelShipment", deed, shipment)

    def process(self, method: str, inputs: Sequence[Portion], outputs: Sequence[Output], deed: Deed) -> Call:
        return self._step("process", deed, short_text(method), _portions(inputs), _outputs(outputs))

    def split(self, lot: LotId, parts: Sequence[Output], deed: Deed) -> Call:
        return self._step("split", deed, lot, _outputs(parts))

    def merge(self, portions: Sequence[Portion], reference: str, deed: Deed) -> Call:
        return self._step("merge", deed, _portions(portions), short_text(reference))

    def pack(
        self, portion: Portion, reference: str, units: int, gtin: int, deed: Deed, units_root: Hash32 = ZERO_HASH
    ) -> Call:
        return self._step("pack", deed, _portion(portion), short_text(reference), units, gtin, units_root)

    def dispense(self, portion: Portion, commitment: Hash32, deed: Deed) -> Call:
        return self._step("dispense", deed, _portion(portion), commitment)

    def retire(self, portion: Portion, reason: Reason, deed: Deed) -> Call:
        return self._step("retire", deed, _portion(portion), int(reason))

    def open_recall(self, reference: str, drill: bool, seeds: Sequence[LotId], deed: Deed) -> Call:
        return self._step("openRecall", deed, short_text(reference), drill, list(seeds))

    def freeze(self, recall: RecallId, descents: Sequence[Descent]) -> Call:
        return self._call("freeze", recall, [(descent.lot, list(descent.sources)) for descent in descents])

    def secure(self, recall: RecallId, portions: Sequence[Portion], deed: Deed) -> Call:
        return self._step("secure", deed, recall, _portions(portions))

    def release(self, recall: RecallId, lots: Sequence[LotId], deed: Deed) -> Call:
        return self._step("releaseLots", deed, recall, list(lots))

    def close_recall(self, recall: RecallId, deed: Deed) -> Call:
        return self._step("closeRecall", deed, recall)

    def together(self, calls: Sequence[Call]) -> Call:
        """Several steps of one account as one transaction: all of them are taken or none."""
        if len(calls) == 1:
            return calls[0]
        return self._call("multicall", [bytes.fromhex(call.data[2:]) for call in calls])

    def _step(self, function: str, deed: Deed, *args: Any) -> Call:
        return self._call(function, *args, deed.happened, write_facts(deed.facts))

    def _call(self, function: str, *args: Any) -> Call:
        return self._contracts.call(CHAIN, NAME, function, *args)


def _portion(portion: Portion) -> tuple[str, int]:
    return portion.lot, portion.milligrams


def _portions(portions: Sequence[Portion]) -> list[tuple[str, int]]:
    return [_portion(portion) for portion in portions]


def _outputs(outputs: Sequence[Output]) -> list[tuple[str, str, int, int]]:
    return [(short_text(o.reference), short_text(o.form), o.milligrams, o.expires) for o in outputs]

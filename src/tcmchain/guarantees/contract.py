"""The contract Guarantees: its calls, and what its refusals mean."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from tcmchain.chain.calls import Call
from tcmchain.chain.contracts import Contracts
from tcmchain.errors import TcmChainError
from tcmchain.guarantees.model import errors
from tcmchain.guarantees.model.pledges import Tariff
from tcmchain.provenance.model.facts import write_facts
from tcmchain.values import CaseId, Hash32, LotId, MemberId, RecallId

NAME: Final = "Guarantees"
CHAIN: Final = "care"

REVERTS: Final[Mapping[str, type[TcmChainError]]] = MappingProxyType(
    {
        "GuaranteesNotProvenance": errors.NotProvenance,
        "GuaranteesWrongKind": errors.WrongKind,
        "GuaranteesTariffInvalid": errors.TariffInvalid,
        "GuaranteesNotLocked": errors.NotLocked,
        "GuaranteesTooEarly": errors.TooEarly,
        "GuaranteesTooLate": errors.TooLate,
        "GuaranteesAccusedAlready": errors.AccusedAlready,
        "GuaranteesWrongCase": errors.WrongCase,
        "GuaranteesWrongRecall": errors.WrongRecall,
        "GuaranteesNotFrozen": errors.NotFrozen,
        "GuaranteesRelated": errors.RelatedParty,
        "GuaranteesUnrelated": errors.Unrelated,
        "GuaranteesNothing": errors.NothingToDo,
        "GuaranteesFactsTooLong": errors.ReasonTooLong,
    }
)
"""One error of the contract, one class here; the arguments become details under the same names."""

Facts = Mapping[str, Any]


class GuaranteesCalls:
    """Typed calls of the contract; whoever holds the key signs them."""

    def __init__(self, contracts: Contracts) -> None:
        self._contracts = contracts

    def set_tariff(self, tariff: Tariff, facts: Facts) -> Call:
        terms = (tariff.fee, tariff.bond, tariff.bond_rate, tariff.compensation)
        return self._call("setTariff", (*terms, tariff.cover, tariff.term, tariff.window), write_facts(facts))

    def relate(self, a: MemberId, b: MemberId, related: bool, facts: Facts) -> Call:
        return self._call("relate", a, b, related, write_facts(facts))

    def release(self, lot: LotId) -> Call:
        return self._call("release", lot)

    def accuse(self, lot: LotId, findings: Hash32, facts: Facts) -> Call:
        return self._call("accuse", lot, findings, write_facts(facts))

    def dismiss(self, case: CaseId, facts: Facts) -> Call:
        return self._call("dismiss", case, write_facts(facts))

    def lapse(self, case: CaseId) -> Call:
        return self._call("lapse", case)

    def confirm(self, case: CaseId, recall: RecallId, facts: Facts) -> Call:
        return self._call("confirm", case, recall, write_facts(facts))

    def claim(self, case: CaseId, lot: LotId) -> Call:
        return self._call("claim", case, lot)

    def strike(self, case: CaseId, member: MemberId) -> Call:
        return self._call("strike", case, member)

    def settle(self, case: CaseId) -> Call:
        return self._call("settle", case)

    def collect(self, case: CaseId) -> Call:
        return self._call("collect", case)

    def together(self, calls: list[Call]) -> Call:
        """Several calls of one account as one transaction: all of them are taken or none."""
        if len(calls) == 1:
            return calls[0]
        return self._call("multicall", [bytes.fromhex(call.data[2:]) for call in calls])

    def _call(self, function: str, *args: Any) -> Call:
        return self._contracts.call(CHAIN, NAME, function, *args)

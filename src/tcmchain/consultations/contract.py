"""The contract Consultations: its calls, and what its refusals mean."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from tcmchain.chain.calls import Call
from tcmchain.chain.contracts import Contracts
from tcmchain.consultations.model import errors
from tcmchain.errors import TcmChainError
from tcmchain.values import ZERO_HASH, FormulaId, Hash32, QuestionId

NAME: Final = "Consultations"
CHAIN: Final = "pharmacy"

REVERTS: Final[Mapping[str, type[TcmChainError]]] = MappingProxyType(
    {
        "ConsultationsUnknown": errors.QuestionUnknown,
        "ConsultationsClosed": errors.QuestionClosed,
        "ConsultationsNotLicensed": errors.NotLicensed,
        "ConsultationsNotAsker": errors.NotAsker,
        "ConsultationsNothing": errors.NothingSaid,
    }
)
"""One error of the contract, one class here; the arguments become details under the same names."""


class ConsultationsCalls:
    """Typed calls of the contract; whoever holds the key signs them."""

    def __init__(self, contracts: Contracts) -> None:
        self._contracts = contracts

    def ask(self, content: Hash32) -> Call:
        """Ask; ``content`` is the name of the question's text."""
        return self._call("ask", content)

    def answer(self, question: QuestionId, content: Hash32, formula: FormulaId | None, version: int) -> Call:
        """Answer as a licensed physician, with or without a formula."""
        return self._call("answer", question, content, formula or ZERO_HASH, version if formula else 0)

    def thank(self, question: QuestionId, number: int) -> Call:
        """Say as the asker that an answer helped."""
        return self._call("thank", question, number)

    def close(self, question: QuestionId) -> Call:
        """Want no more answers, as the asker."""
        return self._call("close", question)

    def erase(self, question: QuestionId) -> Call:
        """Have the question's text deleted everywhere, as the asker or a regulator."""
        return self._call("erase", question)

    def _call(self, function: str, *arguments: object) -> Call:
        return self._contracts.call(CHAIN, NAME, function, *arguments)

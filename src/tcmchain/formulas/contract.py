"""The contract Formulas: its calls, and what its refusals mean."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from tcmchain.chain.calls import Call
from tcmchain.chain.client import ChainClient
from tcmchain.chain.contracts import Contracts
from tcmchain.errors import TcmChainError
from tcmchain.formulas.model import refusals
from tcmchain.formulas.model.formula import Formula, FormulaClass
from tcmchain.values import ZERO_HASH, Address, ChainName, FormulaId, Hash32

NAME: Final = "Formulas"
CHAIN: Final[ChainName] = "pharmacy"

REVERTS: Final[Mapping[str, type[TcmChainError]]] = MappingProxyType(
    {
        "FormulasUnknown": refusals.FormulaUnknown,
        "FormulasKnownAlready": refusals.FormulaKnownAlready,
        "FormulasNotLicensed": refusals.NotLicensed,
        "FormulasNotAuthor": refusals.NotAuthor,
        "FormulasOwn": refusals.OwnFormula,
        "FormulasClosed": refusals.FormulaClosed,
        "FormulasInvalid": refusals.FormulaRefused,
        "FormulasTooLong": refusals.TextTooLong,
    }
)
"""One error of the contract, one class here; the arguments become details under the same names."""


class FormulasCalls:
    """Typed calls of the contract; whoever holds the key signs them."""

    def __init__(self, contracts: Contracts, client: ChainClient) -> None:
        self._contracts = contracts
        self._client = client

    def share(self, kind: FormulaClass, document: str, doses: Hash32 | None = None) -> Call:
        """Share a formula; ``doses`` is the SHA-256 of the sealed doses of a folk formula."""
        return self._call("share", int(kind), doses or ZERO_HASH, document)

    def revise(self, formula: FormulaId, document: str, doses: Hash32 | None = None) -> Call:
        """As the author, share the next version."""
        return self._call("revise", formula, doses or ZERO_HASH, document)

    def assess(self, formula: FormulaId, version: int, nearest: FormulaId | None, likeness: int) -> Call:
        """Say how near a version is to the earlier ones, in millionths."""
        return self._call("assess", formula, version, nearest or ZERO_HASH, likeness)

    def approve(self, formula: FormulaId, version: int, statement: str) -> Call:
        """As a licensed physician other than the author, sign a version."""
        return self._call("approve", formula, version, statement)

    def reject(self, formula: FormulaId, version: int, statement: str) -> Call:
        """As a licensed physician other than the author, say why a version is not signed."""
        return self._call("reject", formula, version, statement)

    def withdraw(self, formula: FormulaId) -> Call:
        """As the author, take the formula back."""
        return self._call("withdraw", formula)

    def together(self, calls: Sequence[Call]) -> Call:
        """Several calls of one account as one transaction: all of them are taken or none."""
        if len(calls) == 1:
            return calls[0]
        return self._call("multicall", [bytes.fromhex(call.data[2:]) for call in calls])

    async def may_dispense(self, formula: FormulaId, version: int) -> bool:
        """Ask the chain whether a version may be prescribed and dispensed."""
        (found,) = await self._contracts.ask(self._client, NAME, "mayDispense", formula, version)
        return bool(found)

    async def formula(self, formula: FormulaId) -> Formula | None:
        """Ask the chain what it keeps of a formula."""
        (found,) = await self._contracts.ask(self._client, NAME, "formulaById", formula)
        author, kind, withdrawn, rewarded, versions = found
        if not versions:
            return None
        return Formula(formula, Address(author), FormulaClass(kind), bool(withdrawn), bool(rewarded), int(versions))

    def _call(self, function: str, *arguments: Any) -> Call:
        return self._contracts.call(CHAIN, NAME, function, *arguments)

"""What the chain says of formulas: who shared which version when, and what others said of it."""

from dataclasses import dataclass

from tcmchain.formulas.model.formula import FormulaClass
from tcmchain.values import Address, FormulaId, Hash32, MemberId, UnixTime

WHOLE = 1_000_000
"""A likeness of one: the same formula."""

COPY = 800_000
"""From this likeness on a formula is a copy, and earns nothing (``Formulas.sol``)."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A licensed practitioner signed a version, or said why not."""

    approves: bool
    by: Address
    statement: str
    at: UnixTime
    tx: Hash32


@dataclass(frozen=True, slots=True)
class SharedVersion:
    """A version as it stands on the chain.

    ``content`` is the SHA-256 of ``document``; ``doses`` that of the sealed doses of a folk formula. ``likeness`` is
    to ``nearest`` in millionths, 0 until a member ``assessed_by`` compared it. ``step`` orders all versions.
    """

    formula: FormulaId
    number: int
    content: Hash32
    doses: Hash32 | None
    document: str
    shared: UnixTime
    tx: Hash32
    step: int
    assessed_by: MemberId | None
    assessed: UnixTime
    nearest: FormulaId | None
    likeness: int
    judgements: tuple[Judgement, ...]

    @property
    def approval(self) -> Judgement | None:
        """Who signed it."""
        return next((one for one in self.judgements if one.approves), None)


@dataclass(frozen=True, slots=True)
class SharedFormula:
    """A formula as it stands on the chain; ``withdrawn`` is when, or 0, and ``name`` that of its newest card."""

    id: FormulaId
    author: Address
    kind: FormulaClass
    name: str
    versions: int
    approved: bool
    withdrawn: UnixTime
    shared: UnixTime
    step: int
    changed: int

    def dispensable(self, version: SharedVersion) -> bool:
        """Whether a version may be prescribed: not withdrawn, and a folk one signed (``Formulas.mayDispense``)."""
        return not self.withdrawn and (self.kind is not FormulaClass.FOLK or version.approval is not None)

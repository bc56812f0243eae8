"""What a prescriber may insist on, with how many signatures, and the commitment that stands on the chain for it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from eth_hash.auto import keccak

from tcmchain.prescriptions.model.errors import ExplanationMissing, NotOverridable
from tcmchain.prescriptions.model.findings import Verdict
from tcmchain.prescriptions.model.grades import Grade
from tcmchain.values import Hash32


@dataclass(frozen=True, slots=True)
class Need:
    """A finding that has to be overridden by name; ``second`` says that another person signs as well."""

    finding: str
    second: bool


def commitment_of(finding: str, salt: Hash32) -> Hash32:
    """What the chain gets of an overridden finding: keccak256(abi.encode(salt, SHA-256 of the finding's id)).

    Without the salt nobody can try the few findings there are; some tell of the patient.
    """
    named = hashlib.sha256(finding.encode()).digest()
    return Hash32("0x" + keccak(bytes.fromhex(salt[2:]) + named).hex())


def needs_of(verdict: Verdict) -> tuple[Need, ...]:
    """The findings that the prescriber has to override; raises :class:`NotOverridable` where one stops for good."""
    for finding in verdict.findings:
        if finding.grade is Grade.HARD_STOP:
            raise NotOverridable(finding=finding.id)
    return tuple(
        Need(finding.id, finding.grade is Grade.TWO_SIGNATURES)
        for finding in verdict.findings
        if finding.grade >= Grade.EXPLAIN
    )


def require_reasons(verdict: Verdict, reasons: Mapping[str, str]) -> tuple[Need, ...]:
    """The same, each with a reason given; raises :class:`NotOverridable` and :class:`ExplanationMissing`."""
    needs = needs_of(verdict)
    for need in needs:
        if not reasons.get(need.finding, "").strip():
            raise ExplanationMissing(finding=need.finding)
    return needs

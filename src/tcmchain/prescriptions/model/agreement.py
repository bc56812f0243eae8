"""Whether the chain carries what a prescription's verdict asks for.

The contract cannot read what is sealed, so it takes the prescriber's word on which findings are overridden and which
need a second person. Whoever opens the prescription sees both, and holds one against the other before dispensing.
"""

from collections.abc import Iterable
from typing import Final

from tcmchain.prescriptions.model.document import Document
from tcmchain.prescriptions.model.findings import Verdict
from tcmchain.prescriptions.model.grades import Grade
from tcmchain.prescriptions.model.overrides import commitment_of
from tcmchain.prescriptions.model.rights import Override

GRACE: Final = 3_600
"""Seconds in which a prescription may still name the rule set before the newest, as it was being written meanwhile."""


def rules_due(published: Iterable[tuple[int, int]], issued: int) -> int:
    """The oldest rule set that a prescription may name, out of numbers with their moments; 0 before there was one."""
    return max((version for version, at in published if at <= issued - GRACE), default=0)


def lacking(document: Document, verdict: Verdict, overrides: Iterable[Override], rules: int) -> tuple[str, ...]:
    """Findings that nobody signed for on the chain as their grade wants it; ``rules`` where another set was named.

    ``verdict`` is the one found anew, not the one that the document brings along.
    """
    signed = {one.finding: one.second for one in overrides}
    salts = {one.finding: one.salt for one in document.overrides}
    found = [] if document.rules == rules == verdict.version else ["rules"]
    for finding in verdict.findings:
        if finding.grade < Grade.EXPLAIN:
            continue
        salt = salts.get(finding.id)
        second = None if salt is None else signed.get(commitment_of(finding.id, salt))
        stops = finding.grade is Grade.HARD_STOP
        if stops or second is None or (finding.grade is Grade.TWO_SIGNATURES and not second):
            found.append(finding.id)
    return tuple(found)

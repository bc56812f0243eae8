"""What a check found, and the verdict that holds all of it."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tcmchain.prescriptions.model.errors import VerdictUnreadable
from tcmchain.prescriptions.model.grades import GRADE_BY_WORD, Grade, Kind
from tcmchain.terms.herbs import HerbId
from tcmchain.values import Hash32

SCHEMA: Final = "tcmchain.verdict.1"
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding of a check.

    ``id`` is the rule's word and what it found, such as ``eighteen/banxia+fuzi``: the same for the same prescription
    in whatever order it was written. ``version`` is that of the rule set and ``source`` the id of the source that the
    rule rests on. ``subjects`` are the herbs concerned, and ``data`` the values that the sentence shows.
    """

    id: str
    rule: str
    version: int
    source: str
    grade: Grade
    kind: Kind
    subjects: tuple[HerbId, ...] = ()
    data: tuple[tuple[str, str], ...] = ()

    def document(self) -> dict[str, Any]:
        """The finding as JSON."""
        return {
            "data": dict(self.data),
            "grade": self.grade.word,
            "id": self.id,
            "kind": self.kind.value,
            "rule": self.rule,
            "source": self.source,
            "subjects": list(self.subjects),
        }


@dataclass(frozen=True, slots=True)
class Verdict:
    """All findings of one prescription by one rule set, the gravest first.

    ``rules`` and ``prescription`` are the SHA-256 of the bytes that were checked: whoever has both comes to the same
    verdict, byte by byte.
    """

    rules: Hash32
    version: int
    prescription: Hash32
    findings: tuple[Finding, ...]

    @property
    def grade(self) -> Grade | None:
        """The gravest grade; none when nothing was found."""
        return max((finding.grade for finding in self.findings), default=None)

    @property
    def unchecked(self) -> tuple[Finding, ...]:
        """What could not be checked, which is never as good as having passed."""
        return tuple(finding for finding in self.findings if finding.kind is Kind.CANNOT_CHECK)

    @property
    def passes(self) -> bool:
        """Whether everything could be checked and nothing was found that needs more than being read."""
        return not self.unchecked and (self.grade or Grade.INFORM) is Grade.INFORM

    def write(self) -> bytes:
        """The verdict as canonical JSON."""
        return canonical(
            {
                "findings": [finding.document() for finding in self.findings],
                "prescription": self.prescription,
                "rules": self.rules,
                "schema": SCHEMA,
                "version": self.version,
            }
        )


def read_verdict(content: bytes) -> Verdict:
    """Read what :meth:`Verdict.write` wrote; raises :class:`VerdictUnreadable`."""
    try:
        told = json.loads(content)
        if told["schema"] != SCHEMA:
            raise VerdictUnreadable(reason="schema")
        found = tuple(_finding(told["version"], one) for one in told["findings"])
        return Verdict(Hash32(told["rules"]), told["version"], Hash32(told["prescription"]), found)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise VerdictUnreadable(reason=type(error).__name__) from error


def _finding(version: int, told: Mapping[str, Any]) -> Finding:
    return Finding(
        id=told["id"],
        rule=told["rule"],
        version=version,
        source=told["source"],
        grade=GRADE_BY_WORD[told["grade"]],
        kind=Kind(told["kind"]),
        subjects=tuple(HerbId(id) for id in told["subjects"]),
        data=tuple(sorted(told["data"].items())),
    )


def ordered(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Findings in their one order: the gravest first, then by id."""
    return tuple(sorted(findings, key=lambda finding: (-finding.grade, finding.id)))


def canonical(document: Mapping[str, Any]) -> bytes:
    """JSON in its one spelling here: keys sorted, no blanks, UTF-8."""
    return _ENCODER.encode(document).encode()


def digest_of(content: bytes) -> Hash32:
    """SHA-256."""
    return Hash32("0x" + hashlib.sha256(content).hexdigest())

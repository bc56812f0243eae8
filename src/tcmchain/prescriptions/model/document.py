"""What a sealed prescription says, as one JSON document; only its slip opens it.

Schema ``tcmchain.prescription.1``: canonical JSON (sorted names, no blanks, UTF-8), padded with spaces to a multiple of
512 bytes so that its length tells little. ``prescription`` is what the check reads and ``verdict`` what it found, so
that the verdict can be replayed from the document and the rule set alone.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from tcmchain.prescriptions.model.findings import canonical
from tcmchain.prescriptions.model.picking import Needed, processed_names, total
from tcmchain.prescriptions.model.reading import prescription_of
from tcmchain.prescriptions.model.refusals import DocumentUnreadable
from tcmchain.values import Address, FormulaId, Hash32, MemberId, UnixTime, is_hash32

SCHEMA: Final = "tcmchain.prescription.1"
_PAGE: Final = 512


@dataclass(frozen=True, slots=True)
class Overridden:
    """A finding that the prescriber overrides: its name, the salt of its commitment, and the prescriber's reason."""

    finding: str
    salt: Hash32
    second: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Followed:
    """The version of a formula that the prescription follows."""

    formula: FormulaId
    version: int


@dataclass(frozen=True, slots=True)
class Prescriber:
    """Who wrote, and where."""

    account: Address
    name: str
    member: MemberId
    member_name: str


@dataclass(frozen=True, slots=True)
class Document:
    """A prescription as its prescriber wrote it; the patient's name stands here and nowhere else.

    ``record`` is the number of the outpatient record, ``code`` that of a visit under which the dispensing is recorded
    by itself, both may be empty. ``course`` is how many days it is taken for.
    """

    salt: Hash32
    patient: str
    record: str
    prescriber: Prescriber
    written: UnixTime
    prescription: Mapping[str, Any]
    rules: int
    rules_digest: Hash32
    verdict: Mapping[str, Any]
    course: int
    overrides: Sequence[Overridden] = ()
    formula: Followed | None = None
    code: str = ""
    printed: Mapping[str, str] = field(default_factory=dict)

    def write(self) -> bytes:
        """The document's bytes, padded."""
        who = self.prescriber
        followed = self.formula
        content = {
            "schema": SCHEMA,
            "salt": self.salt,
            "patient": {"name": self.patient, "record": self.record},
            "prescriber": {
                "account": who.account,
                "name": who.name,
                "member": who.member,
                "member_name": who.member_name,
            },
            "written": self.written,
            "prescription": dict(self.prescription),
            "rules": {"version": self.rules, "digest": self.rules_digest},
            "verdict": dict(self.verdict),
            "course": self.course,
            "overrides": [
                {"finding": one.finding, "salt": one.salt, "second": one.second, "reason": one.reason}
                for one in self.overrides
            ],
            "formula": None if followed is None else {"id": followed.formula, "version": followed.version},
            "code": self.code,
            "printed": dict(self.printed),
        }
        raw = canonical(content)
        return raw + b" " * (-len(raw) % _PAGE)

    def needs(self) -> tuple[Needed, ...]:
        """What is dispensed: the grams of each line times the number of doses; raises ``LineUnreadable``."""
        sheet = prescription_of(dict(self.prescription))
        return tuple(
            Needed(line.herb, total(line.grams, sheet.doses), processed_names(line.name, line.processing))
            for line in sheet.lines
            if line.herb
        )

    @classmethod
    def read(cls, raw: bytes) -> "Document":
        """Read what :meth:`write` wrote, here or in a browser; raises :class:`DocumentUnreadable`."""
        try:
            content = json.loads(raw)
            if content["schema"] != SCHEMA:
                raise DocumentUnreadable(reason="schema")
            return _read(content)
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
            raise DocumentUnreadable(reason="fields") from error


def _read(content: Mapping[str, Any]) -> Document:
    who, rules, formula = content["prescriber"], content["rules"], content["formula"]
    return Document(
        salt=_hash(content["salt"]),
        patient=str(content["patient"]["name"]),
        record=str(content["patient"]["record"]),
        prescriber=Prescriber(
            Address(who["account"]), str(who["name"]), MemberId(_hash(who["member"])), str(who["member_name"])
        ),
        written=UnixTime(int(content["written"])),
        prescription=dict(content["prescription"]),
        rules=int(rules["version"]),
        rules_digest=_hash(rules["digest"]),
        verdict=dict(content["verdict"]),
        course=int(content["course"]),
        overrides=tuple(
            Overridden(str(one["finding"]), _hash(one["salt"]), bool(one["second"]), str(one["reason"]))
            for one in content["overrides"]
        ),
        formula=None if formula is None else Followed(FormulaId(_hash(formula["id"])), int(formula["version"])),
        code=str(content["code"]),
        printed={str(name): str(value) for name, value in content["printed"].items()},
    )


def _hash(text: Any) -> Hash32:
    if not isinstance(text, str) or not is_hash32(text):
        raise ValueError("no 32 bytes")
    return Hash32(text)

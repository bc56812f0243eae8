"""What can be wrong with an EPCIS event or document."""

from dataclasses import dataclass

from tcmchain.errors import Invalid


@dataclass(frozen=True, slots=True)
class Finding:
    """One wrong place of a document.

    ``index`` is the event's number in the list, counted from 0, or ``None`` when the document itself is wrong.
    ``place`` is a JSON pointer (RFC 6901) into the document, ``rule`` the stable name of the rule that it breaks and
    ``value`` what stands there, shortened.
    """

    index: int | None
    place: str
    rule: str
    value: str = ""


class EventInvalid(Invalid):
    """An event breaks a rule: ``place``, ``rule``, ``value``."""

    code = "epcis-event-invalid"

    def __init__(self, place: str, rule: str, value: str = "") -> None:
        super().__init__(f"{rule} at {place or 'the document'}", place=place, rule=rule, value=value or "—")
        self.place = place
        self.rule = rule
        self.value = value


class DocumentInvalid(Invalid):
    """A document or events of it break rules: ``count``, ``place`` and ``rule`` of the first; ``findings`` has all."""

    code = "epcis-document-invalid"

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        first = findings[0]
        super().__init__(
            f"{first.rule} at {first.place or 'the document'}",
            count=len(findings),
            place=first.place,
            rule=first.rule,
            value=first.value or "—",
        )
        self.findings = findings

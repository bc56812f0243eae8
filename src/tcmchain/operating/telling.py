"""Findings in words: lines for people, in both languages, and JSON for programs."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from rich.text import Text

from tcmchain.operating.checking import sound
from tcmchain.operating.examined import Fault, Finding, Outcome
from tcmchain.web.i18n import Language
from tcmchain.web.sentences import Sentences

_MOST_FAULTS: Final = 10
_LANGUAGES: Final[tuple[Language, ...]] = ("zh", "en")
_MARKS: Final = {
    Outcome.PASSED: ("✓", "green"),
    Outcome.FAILED: ("✗", "bold red"),
    Outcome.NOT_APPLICABLE: ("–", "dim"),
}
_SENTENCES: Final = Sentences([Path(__file__).parent / "templates"])


def rows(finding: Finding) -> Iterator[Text]:
    """Lines about a finding: its name and title, what is wrong, and what to do about it."""
    mark, style = _MARKS[finding.outcome]
    title = " ".join(_SENTENCES.text(f"check-title-{finding.name}", language, {}) for language in _LANGUAGES)
    yield Text.assemble((f"{mark} ", style), (f"{finding.name:<18}", "bold"), f" {title}  {finding.seconds:.2f} s")
    for fault in finding.faults[:_MOST_FAULTS]:
        for language in _LANGUAGES:
            yield Text(f"    {_said(fault, language)}", style if finding.outcome is Outcome.FAILED else "dim")
    if len(finding.faults) > _MOST_FAULTS:
        yield Text(f"    … {len(finding.faults) - _MOST_FAULTS}", style)
    if finding.outcome is Outcome.FAILED:
        for language in _LANGUAGES:
            yield Text(f"    → {_SENTENCES.text(f'check-do-{finding.name}', language, {})}")


def as_json(url: str, findings: Sequence[Finding]) -> dict[str, Any]:
    """Findings for programs; ``name``, ``outcome`` and a fault's ``code`` are stable."""
    return {
        "node": url,
        "sound": sound(findings),
        "checks": [
            {
                "name": finding.name,
                "outcome": finding.outcome.value,
                "seconds": round(finding.seconds, 3),
                "faults": [
                    {"code": fault.code, "details": _plain(fault.details), "message": _said(fault, "en")}
                    for fault in finding.faults
                ],
            }
            for finding in findings
        ],
    }


def _said(fault: Fault, language: Language) -> str:
    return _SENTENCES.text(fault.code, language, fault.details)


def _plain(details: Any) -> dict[str, Any]:
    return {name: value if isinstance(value, int | float | str) else str(value) for name, value in details.items()}

"""Where the parts of a check put what they find."""

from collections.abc import Iterable

from tcmchain.prescriptions.model.findings import Finding
from tcmchain.prescriptions.model.grades import Rule
from tcmchain.prescriptions.model.prescription import Line, Prescription, Route
from tcmchain.prescriptions.model.rules import HerbRules, RuleSet
from tcmchain.terms.herbs import HerbId

BY_ITSELF = frozenset({"infuse", "swallow"})
"""Ways of taking a herb as powder beside the decoction."""


class Collector:
    """One prescription under check: its known herbs, and the findings so far."""

    def __init__(self, prescription: Prescription, rules: RuleSet) -> None:
        self.prescription = prescription
        self.rules = rules
        self.lines: dict[HerbId, list[Line]] = {}
        """The lines of every herb that the rule set knows."""
        self.unknown: dict[HerbId, list[Line]] = {}
        """The lines of herbs that the rule set does not know."""
        for line in prescription.lines:
            if line.herb:
                known = self.lines if line.herb in rules.herbs else self.unknown
                known.setdefault(line.herb, []).append(line)
        self.herbs: tuple[HerbRules, ...] = tuple(rules.herbs[id] for id in self.lines)
        self._found: dict[str, Finding] = {}

    def add(self, rule: Rule, source: str, subjects: Iterable[HerbId] = (), mark: str = "", /, **data: object) -> None:
        """Keep a finding; ``mark`` names what it found where the herbs alone do not, ``data`` is for its sentence."""
        grade = self.rules.grades.get(rule)
        if grade is None:
            return
        herbs = tuple(sorted(set(subjects)))
        parts = [part for part in ("+".join(herbs), mark) if part]
        id = "/".join((rule.value, *parts))
        told = tuple(sorted((name, str(value)) for name, value in data.items()))
        self._found[id] = Finding(id, rule.value, self.rules.version, source, grade, rule.kind, herbs, told)

    def found(self) -> tuple[Finding, ...]:
        """Everything kept, in no order."""
        return tuple(self._found.values())

    def outside(self, line: Line) -> bool:
        """Whether a line is used on the skin and not taken."""
        external = self.prescription.route is Route.EXTERNAL
        return external or line.form == "external" or "externally" in line.preparations


def as_taken(line: Line) -> str:
    """In which form a line is taken: a herb that is swallowed or infused beside the decoction is a powder."""
    return "powder" if line.form == "decoction" and BY_ITSELF & set(line.preparations) else line.form

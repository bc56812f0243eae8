"""Findings in a reader's words: one sentence a rule, in both languages, of ``templates/findings``."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from tcmchain.prescriptions.model.findings import Finding, Verdict
from tcmchain.prescriptions.model.rules import RuleSet
from tcmchain.terms.errors import TermUnknown
from tcmchain.terms.herbs import HerbId, herb
from tcmchain.terms.preparations import preparations
from tcmchain.web.i18n import Language
from tcmchain.web.sentences import Sentences

FOLDER: Final = Path(__file__).parent.parent / "templates" / "findings"
_CODED: Final = ("form", "basis", "wording", "fact", "whom")


@dataclass(frozen=True, slots=True)
class Told:
    """A finding and how it is told: its sentence, its grade and kind by name, its source with the edition."""

    finding: Finding
    sentence: str
    grade: str
    kind: str
    source: str
    herbs: tuple[str, ...]

    def document(self) -> dict[str, Any]:
        """The finding as JSON, with its words under ``told``."""
        words = {"grade": self.grade, "kind": self.kind, "source": self.source, "herbs": list(self.herbs)}
        return {**self.finding.document(), "told": {"sentence": self.sentence, **words}}


class Wording:
    """The sentences of findings."""

    def __init__(self) -> None:
        self._sentences = Sentences([FOLDER])

    def tell(self, verdict: Verdict, rules: RuleSet, language: Language) -> tuple[Told, ...]:
        """All findings of a verdict in their order; ``rules`` is the set that it was found by."""
        return tuple(self._tell(finding, rules, language) for finding in verdict.findings)

    def word(self, group: str, word: str, language: Language) -> str:
        """One word of a finding, such as a grade's name; a word that only another release knows stays as it is."""
        code = f"prescriptions-word-{group}-{word}"
        return self._sentences.text(code, language, {}) if code in self._sentences.codes() else word

    def _tell(self, finding: Finding, rules: RuleSet, language: Language) -> Told:
        herbs = tuple(_name(id, rules, language) for id in finding.subjects)
        sentence = self._sentences.text(
            f"prescriptions-finding-{finding.rule}", language, self._details(finding, herbs, language)
        )
        return Told(
            finding=finding,
            sentence=sentence,
            grade=self.word("grade", finding.grade.word, language),
            kind=self.word("kind", finding.kind.value, language),
            source=_source(finding.source, rules, language),
            herbs=herbs,
        )

    def _details(self, finding: Finding, herbs: tuple[str, ...], language: Language) -> dict[str, str]:
        told = dict(finding.data)
        for name in _CODED:
            if name in told:
                told[name] = self.word(name, told[name], language)
        if "missing" in told:
            named = (self.word("missing", word, language) for word in told["missing"].split(","))
            told["missing"] = _joined(tuple(named), language)
        if "ways" in told:
            known = preparations()
            named = (known[way].name(language) if way in known else way for way in told["ways"].split(","))
            told["ways"] = self.word("ways", "or", language).join(named)
        return told | {"herbs": _joined(herbs, language)}


@cache
def _wording() -> Wording:
    return Wording()


def tell(verdict: Verdict, rules: RuleSet, language: Language) -> tuple[Told, ...]:
    """All findings of a verdict in their order, by the rule set that it was found by."""
    return _wording().tell(verdict, rules, language)


def _joined(names: tuple[str, ...], language: Language) -> str:
    return ("、" if language == "zh" else ", ").join(names)


def _name(id: HerbId, rules: RuleSet, language: Language) -> str:
    known = rules.herbs.get(id)
    if language == "zh" and known is not None:
        return known.name
    try:
        return herb(id).name(language)
    except TermUnknown:
        return known.name if known is not None else id


def _source(id: str, rules: RuleSet, language: Language) -> str:
    given = rules.sources.get(id)
    return str(given[language]) if given else "—"

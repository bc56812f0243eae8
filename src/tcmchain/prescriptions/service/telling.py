"""Findings as sentences in the reader's language, with the names of herbs and of sources."""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from tcmchain.prescriptions.model.findings import Finding
from tcmchain.terms.errors import TermUnknown
from tcmchain.terms.herbs import HerbId, herb
from tcmchain.terms.preparations import preparations
from tcmchain.terms.tables import sources
from tcmchain.web.i18n import Language
from tcmchain.web.sentences import Sentences

_FOLDER: Final = Path(__file__).parent.parent / "templates" / "findings"
_CODE: Final = "prescriptions-finding-"


@cache
def _sentences() -> Sentences:
    return Sentences([_FOLDER])


@cache
def _words() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """What codes in findings are called, by the place in the sentence where they stand."""
    found: Mapping[str, Mapping[str, Mapping[str, str]]] = json.loads((_FOLDER / "words.json").read_text("utf-8"))
    return found


def sentence_of(finding: Finding, language: Language) -> str:
    """What a finding says; its id where a rule set of another program has a rule that is not known here."""
    code = _CODE + finding.rule
    if code not in _sentences().codes():
        return finding.id
    details = {name: _said(name, value, language) for name, value in finding.data}
    details["herbs"] = _listed((_name(one, language) for one in finding.subjects), language)
    return _sentences().text(code, language, details)


def source_name(id: str, language: Language) -> str:
    """The source of a rule by name."""
    found = sources().get(id)
    if found is None:
        return id
    return found.zh if language == "zh" else found.en or found.zh


def _said(place: str, value: str, language: Language) -> str:
    if place == "ways":
        return _listed((_way(one, language) for one in value.split(",")), language)
    known = _words().get(place)
    if known is None:
        return value
    return _listed((known[one][language] if one in known else one for one in value.split(",")), language)


def _name(id: HerbId, language: Language) -> str:
    try:
        return herb(id).name(language)
    except TermUnknown:
        return id


def _way(id: str, language: Language) -> str:
    found = preparations().get(id)
    if found is None:
        return id
    return found.zh if language == "zh" else found.en


def _listed(names: Iterable[str], language: Language) -> str:
    return ("、" if language == "zh" else ", ").join(names)

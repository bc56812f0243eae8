"""What the ``@context`` of a document says: which prefixes stand for which namespaces (JSON-LD 1.1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import orjson

from tcmchain.epcis.model.errors import EventInvalid

EPCIS_CONTEXT: Final = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"

STANDARD_CONTEXTS: Final = frozenset(
    {
        EPCIS_CONTEXT,
        "https://ref.gs1.org/standards/epcis/epcis-context.jsonld",
        "https://ref.gs1.org/standards/epcis/2.0/epcis-context.jsonld",
        "https://gs1.github.io/EPCIS/epcis-context.jsonld",
    }
)
"""Where the standard's own context stands or stood."""

STANDARD_PREFIXES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "epcis": "https://ref.gs1.org/epcis/",
        "cbv": "https://ref.gs1.org/cbv/",
        "cbvmda": "urn:epcglobal:cbv:mda:",
        "gs1": "https://gs1.org/voc/",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "owl": "http://www.w3.org/2002/07/owl#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
        "dcterms": "http://purl.org/dc/terms/",
    }
)
"""Prefixes that the standard's context declares."""

_SCHEMES: Final = frozenset({"http", "https", "urn", "ni", "geo", "mailto", "tel", "did", "data", "tag"})


@dataclass(frozen=True, slots=True)
class Context:
    """Prefixes in force; ``standard`` tells whether the EPCIS context is among those named."""

    prefixes: Mapping[str, str]
    standard: bool

    def expand(self, value: str) -> str:
        """A compact URI as the full one; any other text as it is."""
        head, colon, tail = value.partition(":")
        if colon and head in self.prefixes and not tail.startswith("//"):
            return self.prefixes[head] + tail
        return value

    def name(self, member: str) -> str | None:
        """A member's name as ``{namespace}name``, or ``None`` when its prefix was never declared."""
        head, _, tail = member.partition(":")
        namespace = self.prefixes.get(head)
        if namespace is not None:
            return f"{{{namespace}}}{tail}" if tail else None
        if head in _SCHEMES:
            at = max(member.rfind("/"), member.rfind("#"), member.rfind(":")) + 1
            return f"{{{member[:at]}}}{member[at:]}" if at < len(member) else None
        return None


def read_context(given: Any, place: str = "/@context", outer: Context | None = None) -> Context:
    """Read a ``@context``, which adds to an ``outer`` one; raises ``EventInvalid``.

    Contexts elsewhere than the standard's are not fetched: what they declare must be declared in place.
    """
    try:
        orjson.dumps(given)
    except TypeError as error:
        # what is nested so deep cannot be written back
        raise EventInvalid(place, "too-deep") from error
    prefixes = dict(outer.prefixes if outer else STANDARD_PREFIXES)
    standard = outer.standard if outer else False
    for number, part in enumerate(given if isinstance(given, list) else [given]):
        at = f"{place}/{number}" if isinstance(given, list) else place
        if isinstance(part, str):
            standard = standard or part in STANDARD_CONTEXTS
        elif isinstance(part, dict):
            _declare(prefixes, part, at)
        else:
            raise EventInvalid(at, "context-unreadable")
    return Context(MappingProxyType(prefixes), standard)


def _declare(prefixes: dict[str, str], part: dict[str, Any], place: str) -> None:
    for term, meaning in part.items():
        if term.startswith("@"):
            continue
        target = meaning.get("@id", "") if isinstance(meaning, dict) else meaning
        if not isinstance(target, str):
            raise EventInvalid(f"{place}/{pointer(term)}", "context-unreadable")
        # a definition that only says how a term's values are read declares no prefix
        if target and not target.startswith("@"):
            prefixes[term] = target


def pointer(name: str) -> str:
    """A member's name as a part of a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")

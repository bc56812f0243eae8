"""Sets of links about one thing, and which of them a request means.

RFC 9264 (``application/linkset+json``), and the GS1-Conformant Resolver standard 1.2: what is asked by ``linkType``,
then language, then media type; without a link type it is the default link.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tcmchain.gs1.errors import LinkTypeUnknown
from tcmchain.gs1.link_types import LinkType, link_type

MEDIA_TYPE: Final = "application/linkset+json"
CONTEXT: Final = "https://ref.gs1.org/standards/resolver/linkset-context"
ALL: Final = ("all", "linkset")


@dataclass(frozen=True, slots=True)
class Link:
    """A link: where it leads, of which type, titled in which languages, and what comes from there."""

    type: LinkType
    href: str
    title: str
    media_type: str = "text/html"
    languages: tuple[str, ...] = ()

    def target(self) -> dict[str, Any]:
        """The link as a target object of RFC 9264, 4.2.3."""
        shown: dict[str, Any] = {"href": self.href, "title": self.title, "type": self.media_type}
        return {**shown, "hreflang": list(self.languages)} if self.languages else shown


@dataclass(frozen=True, slots=True)
class Linkset:
    """All links about a thing, whose Digital Link is ``anchor``; the first one is where people go by default."""

    anchor: str
    description: str
    links: tuple[Link, ...]

    def document(self) -> dict[str, Any]:
        """The linkset as JSON, by link type."""
        context: dict[str, Any] = {"anchor": self.anchor, "description": self.description}
        if self.links:
            context[link_type("defaultLink").uri] = [self.links[0].target()]
        for link in self.links:
            context.setdefault(link.type.uri, []).append(link.target())
        return {"linkset": [context]}

    def encode(self) -> bytes:
        """The document as bytes of UTF-8."""
        return json.dumps(self.document(), ensure_ascii=False, separators=(",", ":")).encode()

    def choose(self, asked: str, languages: Sequence[str] = (), accept: Sequence[str] = ()) -> Link:
        """The link that a request means; raises :class:`LinkTypeUnknown` with those that there are.

        ``languages`` and ``accept`` are the reader's, most wanted first.
        """
        if asked in ("", "gs1:defaultLink", "defaultLink") and self.links:
            return self.links[0]
        fitting = [link for link in self.links if asked in (link.type.curie, link.type.name, link.type.uri)]
        if not fitting:
            raise LinkTypeUnknown(asked=asked[:80], known=list(dict.fromkeys(link.type.curie for link in self.links)))
        return min(fitting, key=lambda link: (_spoken(link, languages), _rank((link.media_type,), accept)))

    def header(self) -> str:
        """The value of an HTTP ``Link`` header that says where the whole set is (RFC 8288)."""
        anchor = f'<{self.anchor}?linkType=all>; rel="linkset"; type="{MEDIA_TYPE}"'
        context = f'<{CONTEXT}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"'
        return f"{anchor}, {context}"


def _spoken(link: Link, wanted: Sequence[str]) -> int:
    return _rank(link.languages, wanted) if link.languages else 0


def _rank(offered: Iterable[str], wanted: Sequence[str]) -> int:
    return min((at for at, one in enumerate(wanted) if one in offered), default=len(wanted))


def wishes(header: str) -> tuple[str, ...]:
    """What an ``Accept`` or ``Accept-Language`` header asks for, most wanted first; languages without their region."""
    found = []
    for part in header.lower().split(",")[:20]:
        name, _, parameters = part.partition(";")
        quality = parameters.strip().removeprefix("q=") if parameters.strip().startswith("q=") else "1"
        weight = float(quality) if quality.replace(".", "", 1).isdigit() else 0.0
        if name.strip() and weight:
            found.append((-weight, name.strip() if "/" in name else name.strip().split("-")[0]))
    return tuple(dict.fromkeys(name for _, name in sorted(found, key=lambda wish: wish[0])))


def is_asked_for(link_types: str, accept: str) -> bool:
    """Tell whether a request wants the whole set: by ``linkType=all`` (or ``linkset``) or by its ``Accept``."""
    return link_types in ALL or MEDIA_TYPE in (part.split(";")[0].strip() for part in accept.split(","))


def describe_resolver(root: str, name: str, keys: Sequence[str]) -> dict[str, Any]:
    """What stands at ``/.well-known/gs1resolver``: who resolves which keys by which vocabulary."""
    return {
        "resolverRoot": root,
        "name": name,
        "supportedPrimaryKeys": list(keys),
        "supportedLinkType": [{"namespace": "https://ref.gs1.org/voc/", "prefix": "gs1:"}],
        "linkTypeDefaultCanBeLinkset": False,
    }

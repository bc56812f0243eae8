"""The kinds of links that lead on from a GS1 key.

``data/link_types.csv`` holds the names of the GS1 Web Vocabulary 1.16 (github.com/gs1/WebVoc, ``gs1:linkType``), with
words of our own for them.
"""

from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Final

from tcmchain.gs1.errors import LinkTypeUnknown
from tcmchain.gs1.tables import rows

VOCABULARY: Final = "https://ref.gs1.org/voc/"
_PREFIXES: Final = ("gs1:", VOCABULARY, "https://gs1.org/voc/", "https://www.gs1.org/voc/")


@dataclass(frozen=True, slots=True)
class LinkType:
    """A kind of link and its words."""

    name: str
    zh: str
    en: str

    @property
    def curie(self) -> str:
        """The name as one asks for it, ``gs1:pip``."""
        return f"gs1:{self.name}"

    @property
    def uri(self) -> str:
        """The name as it stands in a linkset."""
        return f"{VOCABULARY}{self.name}"


@cache
def link_types() -> MappingProxyType[str, LinkType]:
    """All link types by name."""
    return MappingProxyType({row["name"]: LinkType(row["name"], row["zh"], row["en"]) for row in rows("link_types")})


def link_type(text: str) -> LinkType:
    """The link type that ``gs1:pip``, ``pip`` or its whole address means; raises :class:`LinkTypeUnknown`."""
    name = next((text[len(prefix) :] for prefix in _PREFIXES if text.startswith(prefix)), text)
    found = link_types().get(name)
    if found is None:
        raise LinkTypeUnknown(asked=text[:80], known=sorted(one.curie for one in link_types().values()))
    return found

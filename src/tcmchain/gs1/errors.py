"""What can be wrong with a GS1 code: which text, at which place, against which rule.

``place`` counts characters from one; ``rule`` names a row of ``data/refusals.csv``, which has the words for people.
"""

from typing import Any, ClassVar

from tcmchain.errors import Invalid, NotFound
from tcmchain.gs1.tables import rows

_LONGEST = 120


class Refused(Invalid):
    """A code breaks a rule: ``text``, ``place``, ``rule``, and ``ai`` where an application identifier is concerned."""

    code: ClassVar[str] = "gs1-refused"

    def __init__(self, text: str, place: int, rule: str, **details: Any) -> None:
        super().__init__(f"{rule} at {place}", text=text[:_LONGEST], place=place, rule=rule, **details)
        self.place = place
        self.rule = rule


class KeyRefused(Refused):
    """Not a GS1 key, or its check digit is wrong."""

    code: ClassVar[str] = "gs1-key-refused"


class ElementRefused(Refused):
    """Not a GS1 element string."""

    code: ClassVar[str] = "gs1-element-refused"


class LinkRefused(Refused):
    """Not a GS1 Digital Link URI."""

    code: ClassVar[str] = "gs1-link-refused"


class EpcRefused(Refused):
    """Not an EPC URI, or one that no GS1 key answers to."""

    code: ClassVar[str] = "gs1-epc-refused"


class TagRefused(Refused):
    """Not the content of an EPC tag, or nothing that the tag's scheme can hold."""

    code: ClassVar[str] = "gs1-tag-refused"


class TraceCodeRefused(Refused):
    """Not a drug trace code."""

    code: ClassVar[str] = "gs1-trace-code-refused"


class CodeUnknown(Refused):
    """A text is no code of any kind that this kit reads."""

    code: ClassVar[str] = "gs1-code-unknown"


class KeyUnknown(NotFound):
    """A well-formed key that nothing is recorded under here: ``ai``, ``value``."""

    code: ClassVar[str] = "gs1-key-unknown"


class LinkTypeUnknown(NotFound):
    """No link of this type leads on from here: ``asked``, ``known``."""

    code: ClassVar[str] = "gs1-link-type-unknown"


def rule_zh(rule: str) -> str:
    """A rule in Chinese words; the rule's name when there are none."""
    return _WORDS.get(rule, (rule, rule))[0]


def rule_en(rule: str) -> str:
    """A rule in English words; the rule's name when there are none."""
    return _WORDS.get(rule, (rule, rule))[1]


_WORDS = {row["rule"]: (row["zh"], row["en"]) for row in rows("refusals")}

"""The rules of events in words for people."""

from tcmchain.epcis.model.tables import rows


def rule_zh(rule: str) -> str:
    """A rule in Chinese words; the rule's name when there are none."""
    return _WORDS.get(rule, (rule, rule))[0]


def rule_en(rule: str) -> str:
    """A rule in English words; the rule's name when there are none."""
    return _WORDS.get(rule, (rule, rule))[1]


_WORDS = {row["rule"]: (row["zh"], row["en"]) for row in rows("rules")}

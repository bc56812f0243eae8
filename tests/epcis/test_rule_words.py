"""Every rule that an event can break is told in both languages."""

import re
from pathlib import Path

from tcmchain.epcis.model import errors, rule_words
from tcmchain.epcis.model.tables import rows

_MODEL = Path(errors.__file__).parent
_NAMED = re.compile(
    r'(?:Finding\([^"]*?(?:"[^"]*", )?|EventInvalid\([^"]*"[^"]*", |yield (?:f?"[^"]*"|at), )"([a-z-]+)"'
)
_MOVE = re.compile(r'"(move-[a-z-]+)"')


def test_tell__every_rule_of_the_source__has_words() -> None:
    named = set()
    for path in _MODEL.glob("*.py"):
        source = path.read_text(encoding="utf-8")
        named |= set(_NAMED.findall(source)) | set(_MOVE.findall(source))
    assert len(named) > 30
    assert named - {row["rule"] for row in rows("rules")} == set()


def test_tell__rule__is_words_in_each_language_and_itself_when_unknown() -> None:
    assert rule_words.rule_en("time-future") == "the moment is more than a day ahead"
    assert rule_words.rule_zh("time-future") == "时间在未来一天以后"
    assert rule_words.rule_en("unheard-of") == "unheard-of"
    assert all(row["zh"] and row["en"] and len(row) == 3 for row in rows("rules"))
    assert len({row["rule"] for row in rows("rules")}) == len(rows("rules"))

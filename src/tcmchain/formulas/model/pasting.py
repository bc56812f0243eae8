"""A formula out of running text: 麻黄三两 去节 桂枝二两 去皮 甘草（炙）一两, and 人参 干姜 白术各三两."""

import re
from dataclasses import replace
from functools import lru_cache
from typing import Final

from tcmchain.errors import TcmChainError
from tcmchain.formulas.model.drafts import DraftLine
from tcmchain.formulas.model.errors import LinesUnreadable
from tcmchain.terms.amounts import is_beside, read_amount, read_dose
from tcmchain.terms.errors import AmountUnreadable, TermAmbiguous
from tcmchain.terms.lookup import find
from tcmchain.terms.preparations import preparation, role

MOST_LETTERS: Final = 4000
MOST_LINES: Final = 60
_PARTS: Final = re.compile(r"[^\s,，、;；。:：()（）]+")


def lines_in(text: str, convention: str) -> tuple[DraftLine, ...]:
    """The lines that a text holds, each a herb by name or a word with an amount, and what is said of it until the next.

    A dose that is shared (各三两) goes to all herbs before it that have none. A herb that is not known, or a name of
    several, stays as it was written, so that the line shows what is wrong with it. Raises ``LinesUnreadable`` where
    the text begins with no herb, or is too long.
    """
    if len(text) > MOST_LETTERS:
        raise LinesUnreadable(reason=f"> {MOST_LETTERS}", text=text[:20])
    found: list[DraftLine] = []
    said: list[list[str]] = []
    for part in _PARTS.findall(text):
        begun = _begun(part)
        if begun is not None:
            found.append(DraftLine(name=begun[0], convention=convention))
            said.append([begun[1]] if begun[1] else [])
        elif found:
            said[-1].append(part)
        else:
            raise LinesUnreadable(reason="no herb", text=part[:20])
    if not 0 < len(found) <= MOST_LINES:
        raise LinesUnreadable(reason=f"1–{MOST_LINES}", text=text[:20])
    return _shared([_told(line, words) for line, words in zip(found, said, strict=True)])


def _begun(part: str) -> tuple[str, str] | None:
    """The herb's name and the amount that stands at its end, where a part begins a new line."""
    if _known(part):
        return part, ""
    parted = [(part[:at], part[at:]) for at in range(len(part) - 1, 0, -1) if _is_amount(part[at:])]
    named = [one for one in parted if _known(one[0])]
    if named:
        return named[0]
    name, amount = parted[-1] if parted and not (_is_amount(part) or is_beside(part)) else ("", "")
    # A single letter before an amount is what is done to the herb: 破八片.
    return (name, amount) if len(name) > 1 else None


def _told(line: DraftLine, said: list[str]) -> tuple[DraftLine, bool]:
    """The line with its dose and what else is said, and whether its dose is shared."""
    read = read_dose("，".join(said))
    line = replace(line, words=read.words)
    processing: list[str] = []
    for mark in (*read.processing, *read.otherwise):
        if not line.role and _is_role(mark):
            line = replace(line, role=mark)
        elif not line.preparation and _is_preparation(mark):
            line = replace(line, preparation=mark)
        else:
            processing.append(mark)
    return replace(line, processing=tuple(dict.fromkeys(processing))), read.shared


def _shared(told: list[tuple[DraftLine, bool]]) -> tuple[DraftLine, ...]:
    """The lines, with a shared dose at every herb before it that has none."""
    lines: list[DraftLine] = []
    for line, shared in told:
        if shared:
            lines = [one if one.words else replace(one, words=line.words) for one in lines]
        lines.append(line)
    return tuple(lines)


@lru_cache(maxsize=4096)
def _known(name: str) -> bool:
    try:
        find(name)
    except TermAmbiguous:
        return True
    except TcmChainError:
        return False
    return True


def _is_amount(words: str) -> bool:
    try:
        read_amount(words)
    except AmountUnreadable:
        return False
    return True


def _is_role(word: str) -> bool:
    try:
        role(word)
    except TcmChainError:
        return False
    return True


def _is_preparation(word: str) -> bool:
    try:
        preparation(word)
    except TcmChainError:
        return False
    return True

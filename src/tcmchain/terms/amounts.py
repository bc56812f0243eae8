"""Amounts in the words of old books and of today: 二兩半, 一兩十六銖, 大者一枚, 如雞子大, 各三兩, 9–15g."""

import re
import unicodedata
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache, lru_cache
from typing import Final, Literal, cast

from tcmchain.terms.errors import AmountUnreadable
from tcmchain.terms.numerals import Range, read_number
from tcmchain.terms.tables import Term, rows, several

Kind = Literal["weight", "gram", "volume", "millilitre", "count", "part", "needed"]

MOST_LETTERS: Final = 40
_MOST_PARTS: Final = 3
_SIZES: Final = {"大": "large", "中": "middle", "小": "small"}
_BEFORE: Final = re.compile(r"(?:约|約|如|各)*([大中小](?:者|的)?)?(?=.)")
_AFTER: Final = re.compile(r"([大中小])(?:者|的)$|(?<!少)(?:许|許)$")
_TO: Final = re.compile(r"[-–—~～至到]")
_BREAK: Final = re.compile(r"[，,、；;。\s]+")
_ONE_IS_MEANT: Final = "鸡雞弹彈方钱錢适適少"
_SIZE: Final = re.compile(r"[大中小]者")
_ALIKE: Final = re.compile(r"各?等分")
_OTHERWISE: Final = re.compile(r"本云|一法|一云|一作|一方|或|强人|強人|可")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit(Term):
    """A unit; ``per`` is its share of the first unit of its kind: 两, gram, 升, millilitre."""

    id: str
    kind: Kind
    per: Fraction
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of one unit, by the unit's id."""

    number: Fraction
    unit: str


@dataclass(frozen=True, slots=True)
class Amount:
    """From ``low`` to ``high``, each a sum such as 一两 and 十六铢; ``size`` is large, middle, small or not told."""

    low: tuple[Quantity, ...]
    high: tuple[Quantity, ...]
    size: str = ""

    @property
    def unit(self) -> str:
        """The id of the unit that leads."""
        return self.low[0].unit

    @property
    def number(self) -> Range:
        """From how many to how many of the unit that leads; what is added to it does not show here."""
        return self.low[0].number, self.high[0].number


@dataclass(frozen=True, slots=True)
class DoseWords:
    """What stands beside a herb in a book.

    ``words`` are those of the amount, empty where there is none; ``shared`` tells that it holds for the herbs before
    it too (各三兩); ``alike`` that all are taken in equal parts (等分); ``otherwise`` are other doses that the text
    allows beside; ``processing`` is all else, such as 炙 and 去皮.
    """

    words: str
    amount: Amount | None
    shared: bool
    alike: bool
    processing: tuple[str, ...]
    otherwise: tuple[str, ...]


@cache
def units() -> dict[str, Unit]:
    """All units by id."""
    return {
        row["id"]: Unit(
            id=row["id"],
            zh=row["zh"],
            en=row["en"],
            kind=cast(Kind, row["kind"]),
            per=Fraction(row["per"] or 0),
            words=several(row["words"]),
        )
        for row in rows("units")
    }


@cache
def _unit_words() -> tuple[tuple[str, str], ...]:
    """Every spelling with its unit, the longest first."""
    spelled = [(word, unit.id) for unit in units().values() for word in unit.words]
    return tuple(sorted(spelled, key=lambda pair: -len(pair[0])))


@lru_cache(maxsize=16_384)
def read_amount(words: str) -> Amount:
    """What an amount says; raises ``AmountUnreadable`` for anything that is none, and for nothing or less."""
    text = "".join(unicodedata.normalize("NFKC", words).split())
    if not 0 < len(text) <= MOST_LETTERS:
        raise AmountUnreadable(words=words[:MOST_LETTERS])
    before = _BEFORE.match(text)
    size = before.group(1) if before else None
    text = text[before.end() :] if before else text
    after = _AFTER.search(text)
    if after:
        text, size = text[: after.start()], after.group(1) or size
    found = _range(text)
    if found is None or any(not sum(q.number for q in end) for end in found):
        raise AmountUnreadable(words=words[:MOST_LETTERS])
    return Amount(*found, size=_SIZES[size[0]] if size else "")


def read_dose(text: str) -> DoseWords:
    """Part the text beside a herb into its amount, what is done to the herb, and other doses; never raises."""
    words, amount, shared, alike, size = "", None, False, False, ""
    processing: list[str] = []
    otherwise: list[str] = []
    for piece in filter(None, _BREAK.split(text[:400])):
        if _ALIKE.fullmatch(piece):
            alike = True
            continue
        if _SIZE.fullmatch(piece):
            size = piece
            continue
        try:
            read = read_amount(piece)
        except AmountUnreadable:
            (otherwise if is_beside(piece) else processing).append(piece)
            continue
        if amount is None:
            shared = piece.startswith("各")
            words, amount = piece.removeprefix("各"), read
        else:
            otherwise.append(piece)
    if amount is not None and size and not amount.size:
        words, amount = size + words, replace(amount, size=_SIZES[size[0]])
    return DoseWords(words, amount, shared, alike, tuple(processing), tuple(otherwise))


def is_beside(piece: str) -> bool:
    """Whether words give another dose that the text allows beside, such as 強人可四兩."""
    return _OTHERWISE.match(piece) is not None


def _range(text: str) -> tuple[tuple[Quantity, ...], tuple[Quantity, ...]] | None:
    """Both ends of a text: 三两, 三至五钱, 三两至四两, 9-15g."""
    parted = _TO.split(text)
    if len(parted) > 2:
        return None
    if len(parted) == 1:
        return _ends(text)
    high = _ends(parted[1])
    if high is None:
        return None
    low = _ends(parted[0])
    if low is None:
        bare = read_number(parted[0])
        if bare is None or bare[1] != len(parted[0]) or len(high[0]) != 1:
            return None
        low = ((Quantity(bare[0][0], high[0][0].unit),),) * 2
    alike = [q.unit for q in low[0]] == [q.unit for q in high[1]]
    return (low[0], high[1]) if not alike or low[0][0].number <= high[1][0].number else None


def _ends(text: str) -> tuple[tuple[Quantity, ...], tuple[Quantity, ...]] | None:
    """The sum of numbers with their units that a text is made of, as it may be read low and high."""
    low: list[Quantity] = []
    high: list[Quantity] = []
    while text:
        read = _one(text)
        if read is None or len(low) == _MOST_PARTS:
            return None
        (least, most), unit, text = read
        if low and units()[unit].kind != units()[low[0].unit].kind:
            return None
        low.append(Quantity(least, unit))
        high.append(Quantity(most, unit))
    return (tuple(low), tuple(high)) if low else None


def _one(text: str) -> tuple[Range, str, str] | None:
    """A number with its unit and perhaps a half after it, and the rest of the text."""
    number = read_number(text)
    if number is None and text[0] in "两兩" and _unit(text[1:]):
        number = (Fraction(2), Fraction(2)), 1
    if number is None and text[0] not in _ONE_IS_MEANT:
        return None
    (low, high), taken = number or ((Fraction(1), Fraction(1)), 0)
    found = _unit(text[taken:])
    if found is None:
        return None
    word, unit = found
    rest = text[taken + len(word) :]
    if rest.startswith("半") and not _unit(rest[1:]):
        return (low + Fraction(1, 2), high + Fraction(1, 2)), unit, rest[1:]
    return (low, high), unit, rest


def _unit(text: str) -> tuple[str, str] | None:
    return next(((word, id) for word, id in _unit_words() if text.startswith(word)), None)

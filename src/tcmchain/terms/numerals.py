"""Numbers as dose words write them: 二兩半, 十四枚, 廿, 三至五, 9–15, 0.3."""

import re
from fractions import Fraction
from typing import Final

_DIGITS: Final = {c: n for n, c in enumerate("〇一二三四五六七八九")} | {
    "零": 0,
    "壹": 1,
    "贰": 2,
    "貳": 2,
}
_TENS: Final = {"廿": 20, "卅": 30, "卌": 40}
_SCALES: Final = {"十": 10, "百": 100, "千": 1000}
_PLAIN: Final = re.compile(r"(\d{1,7})(?:[.](\d{1,6})|/([1-9]\d{0,3}))?")
_CHINESE: Final = re.compile(r"[〇零一二三四五六七八九十百千廿卅卌壹贰貳]{1,9}")
_NEIGHBOURS: Final = re.compile(r"([一二三四五六七八九])([一二三四五六七八九])")

Range = tuple[Fraction, Fraction]


def read_number(text: str) -> tuple[Range, int] | None:
    """The number at the beginning of ``text`` as a range, and how many letters it takes; none where there is none.

    A plain number is a range of one value. Two neighbouring digits such as 五六 mean from the one to the other. Arabic
    numbers may have decimals or be a fraction; a text that is no number, such as 一一百, is none.
    """
    plain = _PLAIN.match(text)
    if plain:
        whole, decimals, divisor = plain.groups()
        value = Fraction(f"{whole}.{decimals}") if decimals else Fraction(int(whole), int(divisor or 1))
        return (value, value), plain.end()
    if text[:1] == "半":
        return (Fraction(1, 2), Fraction(1, 2)), 1
    chinese = _CHINESE.match(text)
    if not chinese:
        return None
    word = chinese.group()
    found = _ends(word)
    return (found, len(word)) if found else None


def _ends(word: str) -> Range | None:
    neighbours = _NEIGHBOURS.search(word)
    if neighbours:
        at = neighbours.start()
        low, high = _whole(word[: at + 1] + word[at + 2 :]), _whole(word[:at] + word[at + 1 :])
        return (Fraction(low), Fraction(high)) if low is not None and high is not None and low < high else None
    value = _whole(word)
    return None if value is None else (Fraction(value), Fraction(value))


def _whole(word: str) -> int | None:
    """A whole number below ten thousand; scales must fall, as in 一百二十."""
    total, digit, last = 0, None, 10_000
    for letter in word:
        if letter in _TENS:
            if digit is not None or last <= 10:
                return None
            total, last = total + _TENS[letter], 10
        elif letter in _SCALES:
            scale = _SCALES[letter]
            if scale >= last or digit == 0:
                return None
            total, digit, last = total + (1 if digit is None else digit) * scale, None, scale
        elif digit is not None and (digit != 0 or letter in "〇零"):
            return None
        else:
            digit = _DIGITS[letter]
    return total + (digit or 0)

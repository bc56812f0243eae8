"""Bits of a tag, put together and taken apart from the left."""

from typing import Final

from tcmchain.gs1.errors import TagRefused

WORD: Final = 16
"""Tags are written in words of so many bits."""

CHARACTER: Final = 7
"""Bits of a character of text."""


class Bits:
    """Bits from left to right."""

    __slots__ = ("count", "value")

    def __init__(self) -> None:
        self.value = 0
        self.count = 0

    def put(self, number: int, width: int) -> None:
        """Add a number in so many bits."""
        self.value = self.value << width | number
        self.count += width

    def hex(self) -> str:
        """All bits in hexadecimal digits, filled up to a word with zeros."""
        fill = -self.count % WORD
        return f"{self.value << fill:0{(self.count + fill) // 4}X}"


class Fields:
    """The fields of a number of bits, taken from the left."""

    __slots__ = ("_number", "_total", "left", "source")

    def __init__(self, source: str, number: int, total: int) -> None:
        self.source = source
        self._number = number
        self._total = total
        self.left = total

    @property
    def place(self) -> int:
        """The next bit, counted from one."""
        return self._total - self.left + 1

    def take(self, width: int) -> int:
        """The next bits as a number; raises :class:`TagRefused` when there are fewer."""
        if width > self.left:
            raise TagRefused(self.source, self.place, "bits")
        self.left -= width
        return self._number >> self.left & ((1 << width) - 1)

    def digits(self, width: int, length: int) -> str:
        """The next bits as so many decimal digits."""
        place = self.place
        number = self.take(width)
        if number >= 10**length:
            raise TagRefused(self.source, place, "field-range")
        return f"{number:0{length}}" if length else ""

    def text(self, width: int, whole: int) -> str:
        """Seven-bit characters up to the first zero; behind it only zeros may follow."""
        place = self.place
        number = self.take(whole) >> (whole - width)
        characters = bytes(number >> at & 0x7F for at in range(width - CHARACTER, -1, -CHARACTER))
        found, zero, behind = characters.partition(b"\0")
        if not found:
            raise TagRefused(self.source, place, "empty")
        if zero and behind.strip(b"\0"):
            raise TagRefused(self.source, place, "padding")
        return found.decode("ascii")

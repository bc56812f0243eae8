"""Check digits and check characters of GS1 keys, and the GTIN in its four lengths.

GS1 General Specifications 7.9.1 (modulo ten, for GTIN, SSCC, GLN, GSRN, GSIN and the numeric part of GDTI, GRAI and
GCN) and 7.9.5 (the pair of check characters of the GMN).
"""

from typing import Final

from tcmchain.gs1.errors import KeyRefused

GTIN_LENGTHS: Final = (8, 12, 13, 14)
GLN_LENGTH: Final = 13

_CHARACTERS: Final = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_PAIR: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_PRIMES: Final = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83)
_MODULUS: Final = 1021


def check_digit(digits: str) -> int:
    """Check digit that follows ``digits``: weights 3 and 1 from the right, modulo ten."""
    return -(3 * sum(map(int, digits[::-2])) + sum(map(int, digits[-2::-2]))) % 10


def with_check_digit(digits: str) -> str:
    """``digits`` and the digit that follows them."""
    return f"{digits}{check_digit(digits)}"


def is_checked(key: str) -> bool:
    """Tell whether the last digit of an all-numeric key is its check digit."""
    return (3 * sum(map(int, key[-2::-2])) + sum(map(int, key[::-2]))) % 10 == 0


def is_gln(text: str) -> bool:
    """Tell whether a text is a Global Location Number: thirteen digits, the last of them the check digit."""
    return len(text) == GLN_LENGTH and text.isascii() and text.isdigit() and is_checked(text)


def check_pair(text: str) -> str:
    """The two characters that follow a Global Model Number of at most 23 characters of set 82."""
    total = sum((_CHARACTERS.index(c) * weight) for c, weight in zip(reversed(text), _PRIMES, strict=False)) % _MODULUS
    return _PAIR[total >> 5] + _PAIR[total & 31]


def parse_gtin(text: str) -> str:
    """Read a GTIN-8, -12, -13 or -14 and give it as fourteen digits; raises :class:`KeyRefused`."""
    digits = text.strip()
    if not (digits.isascii() and digits.isdigit()):
        raise KeyRefused(text, next((i for i, c in enumerate(digits, 1) if c not in "0123456789"), 1), "digits")
    if len(digits) not in GTIN_LENGTHS:
        raise KeyRefused(text, len(digits), "length")
    if int(digits) == 0:
        raise KeyRefused(text, 1, "not-zero")
    if not is_checked(digits):
        raise KeyRefused(text, len(digits), "check-digit")
    return digits.zfill(14)

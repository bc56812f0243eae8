"""The two codes of a unit, and the key that the hidden one yields.

The open code is a serial of twelve characters of Crockford's Base32 (https://www.crockford.com/base32.html): 60 random
bits, so that it cannot be guessed. The hidden code has sixteen, 80 random bits, under a scratch panel. The unit's
secp256k1 key is HKDF-SHA-256 (RFC 5869) with the salt ``tcmchain unit key``, the sixteen characters as input keying
material, ``{gtin}/{lot}/{serial}`` as info and 32 bytes of output, read as a number; one that is no key is refused.
"""

import hmac
import re
import secrets
from dataclasses import dataclass
from typing import Final, NewType

from tcmchain.units.model.errors import HiddenUnreadable, SerialUnreadable

Serial = NewType("Serial", int)
"""A unit's open number, below 2**60."""

SERIAL_LENGTH: Final = 12
HIDDEN_LENGTH: Final = 16
SERIALS: Final = 1 << 60
RANDOM_BYTES: Final = 18
ORDER: Final = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
"""The order of secp256k1 (SEC 2, 2.4.1)."""

_SALT: Final = b"tcmchain unit key"
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS: Final = tuple(first + second for first in _ALPHABET for second in _ALPHABET)
_MISREAD: Final = str.maketrans("OIL", "011")
_GAPS: Final = re.compile(r"[\s\-–—]")
_PLAIN: Final = re.compile(f"[{_ALPHABET}]+")


@dataclass(frozen=True, slots=True)
class Code:
    """Both codes of a unit, as printed; ``number`` is the serial as a number."""

    number: Serial
    serial: str
    hidden: str


def new_code() -> Code:
    """Two random codes of 60 and 80 bits."""
    return code_of(secrets.token_bytes(RANDOM_BYTES))


def code_of(raw: bytes) -> Code:
    """The codes that eighteen bytes spell: eight for the serial, of which 60 bits are used, and ten for the other."""
    number = Serial(int.from_bytes(raw[:8]) >> 4)
    return Code(number, _write(number, SERIAL_LENGTH), _write(int.from_bytes(raw[8:]), HIDDEN_LENGTH))


def read_serial(text: str) -> Serial:
    """A serial as a number; letters that look like digits and gaps are forgiven. Raises ``SerialUnreadable``."""
    plain = _plain(text, SERIAL_LENGTH)
    if plain is None:
        raise SerialUnreadable(serial=text[:40])
    number = 0
    for letter in plain:
        number = number << 5 | _ALPHABET.index(letter)
    return Serial(number)


def write_serial(serial: Serial) -> str:
    """A serial as it stands in the Digital Link, without gaps."""
    return _write(serial, SERIAL_LENGTH)


def read_hidden(text: str) -> str:
    """A hidden code in its one spelling; raises ``HiddenUnreadable``, which does not repeat it."""
    plain = _plain(text, HIDDEN_LENGTH)
    if plain is None:
        raise HiddenUnreadable
    return plain


def grouped(code: str) -> str:
    """A code in groups of four, for people."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def key_of(hidden: str, gtin: str, lot: str, serial: str) -> bytes:
    """The unit's private key, 32 bytes. ``gtin`` has fourteen digits, ``lot`` is the number printed beside it.

    ``hidden`` and ``serial`` are in their one spelling. Raises ``HiddenUnreadable`` for the one code in 2**128 that
    yields none.
    """
    extracted = hmac.digest(_SALT, hidden.encode(), "sha256")
    key = hmac.digest(extracted, f"{gtin}/{lot}/{serial}".encode() + b"\x01", "sha256")
    if not 0 < int.from_bytes(key) < ORDER:
        raise HiddenUnreadable
    return key


def _write(number: int, length: int) -> str:
    """A number of five bits a letter; ``length`` is even, as two letters are looked up at once."""
    return "".join([_PAIRS[number >> shift & 1023] for shift in range(5 * length - 10, -1, -10)])


def _plain(text: str, length: int) -> str | None:
    plain = _GAPS.sub("", text.upper()).translate(_MISREAD)
    return plain if len(plain) == length and _PLAIN.fullmatch(plain) else None

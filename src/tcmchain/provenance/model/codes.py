"""A lot's short code: what a person types when there is nothing to scan.

Twelve characters of Crockford's Base32 (https://www.crockford.com/base32.html) are the first 60 bits of the lot's id.
"""

import re
from typing import Final

from tcmchain.values import LotId

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD: Final = str.maketrans("OIL", "011")
_CODE = re.compile(f"[{_ALPHABET}]{{12}}")


def lot_code(lot: LotId) -> str:
    """Short code of a lot, as ``XXXX-XXXX-XXXX``."""
    number = int(lot[2:17], 16)
    text = "".join(_ALPHABET[number >> shift & 31] for shift in range(55, -1, -5))
    return f"{text[:4]}-{text[4:8]}-{text[8:]}"


def lot_prefix(code: str) -> str | None:
    """How the id begins of the lot with this code (``0x`` and 15 digits); ``None`` when it is no code."""
    plain = re.sub(r"[\s\-–]", "", code.upper()).translate(_MISREAD)
    if not _CODE.fullmatch(plain):
        return None
    number = 0
    for letter in plain:
        number = number << 5 | _ALPHABET.index(letter)
    return f"0x{number:015x}"

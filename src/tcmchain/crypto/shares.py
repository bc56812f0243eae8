"""A secret in parts of which some are needed: Shamir's scheme over GF(256), byte by byte.

The field is that of AES (FIPS 197 §4.2); a share is the values at one place x, then x itself, as npm's
``shamir-secret-sharing`` lays it out, so that browser and node join each other's shares.
A. Shamir, How to share a secret, CACM 22 (11), 1979.
"""

import secrets
from collections.abc import Sequence
from typing import Final

from tcmchain.crypto.errors import SharesUnfit

MOST: Final = 255


def _tables() -> tuple[bytes, bytes]:
    powers, logs = bytearray(510), bytearray(256)
    value = 1
    for exponent in range(255):
        powers[exponent] = powers[exponent + 255] = value
        logs[value] = exponent
        value ^= value << 1
        if value & 0x100:
            value ^= 0x11B
    return bytes(powers), bytes(logs)


_POWERS, _LOGS = _tables()


def _times(left: int, right: int) -> int:
    return _POWERS[_LOGS[left] + _LOGS[right]] if left and right else 0


def _over(left: int, right: int) -> int:
    return _POWERS[_LOGS[left] + 255 - _LOGS[right]] if left else 0


def split(secret: bytes, needed: int, total: int) -> tuple[bytes, ...]:
    """``total`` shares of which any ``needed`` give the secret and fewer give nothing.

    2 ≤ needed ≤ total ≤ 255; raises :class:`SharesUnfit`.
    """
    if not 2 <= needed <= total <= MOST or not secret:
        raise SharesUnfit(needed=needed, total=total)
    lines = [bytes([byte]) + secrets.token_bytes(needed - 1) for byte in secret]
    places = secrets.SystemRandom().sample(range(1, MOST + 1), total)
    return tuple(bytes(_at(place, line) for line in lines) + bytes([place]) for place in places)


def _at(place: int, line: bytes) -> int:
    value = 0
    for factor in reversed(line):
        value = _times(value, place) ^ factor
    return value


def combine(shares: Sequence[bytes]) -> bytes:
    """The secret behind enough shares; raises :class:`SharesUnfit`.

    Too few true shares, or a false one among them, give other bytes: only what they are to open can tell.
    """
    places = [share[-1] for share in shares if share]
    lengths = {len(share) for share in shares}
    if len(shares) < 2 or len(lengths) != 1 or lengths & {0, 1} or 0 in places or len(set(places)) != len(shares):
        raise SharesUnfit
    weights = [_weight(place, places) for place in places]
    return bytes(_sum(weights, column) for column in zip(*(share[:-1] for share in shares), strict=True))


def _weight(place: int, places: Sequence[int]) -> int:
    weight = 1
    for other in places:
        if other != place:
            weight = _times(weight, _over(other, other ^ place))
    return weight


def _sum(weights: Sequence[int], column: Sequence[int]) -> int:
    total = 0
    for weight, value in zip(weights, column, strict=True):
        total ^= _times(weight, value)
    return total

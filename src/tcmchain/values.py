"""Ids, hashes and units that every model may use.

Hashes and 32-byte identifiers are lower-case ``0x`` hex of 64 digits, addresses are EIP-55 checksummed,
masses are whole milligrams and moments are whole seconds of Unix time.
"""

import re
from datetime import date, datetime, timedelta, timezone
from typing import Final, Literal, NewType

ChainName = Literal["care", "pharmacy", "resources"]
CHAINS: Final[tuple[ChainName, ...]] = ("care", "pharmacy", "resources")

Address = NewType("Address", str)
Hash32 = NewType("Hash32", str)
BlockNumber = NewType("BlockNumber", int)
UnixTime = NewType("UnixTime", int)
Milligrams = NewType("Milligrams", int)
Points = NewType("Points", int)
"""Reward points in thousandths."""

MemberId = NewType("MemberId", str)
LicenceId = NewType("LicenceId", str)
FormId = NewType("FormId", str)
QuotaId = NewType("QuotaId", str)
LotId = NewType("LotId", str)
ShipmentId = NewType("ShipmentId", str)
RecallId = NewType("RecallId", str)
CaseId = NewType("CaseId", str)
VisitId = NewType("VisitId", str)
FormulaId = NewType("FormulaId", str)
PrescriptionId = NewType("PrescriptionId", str)
QuestionId = NewType("QuestionId", str)
Cid = NewType("Cid", str)
"""Content identifier of a block: CIDv1 in base32, SHA-256."""

ZERO_HASH: Final = Hash32("0x" + "00" * 32)
ZERO_ADDRESS: Final = Address("0x" + "00" * 20)

BEIJING: Final = timezone(timedelta(hours=8))
"""China has one time zone."""

_HASH32 = re.compile(r"0x[0-9a-f]{64}")


def is_hash32(text: str) -> bool:
    """Tell whether ``text`` is a 32-byte identifier in its one accepted spelling."""
    return _HASH32.fullmatch(text) is not None


def short_text(value: str) -> Hash32:
    """Pack up to 31 bytes of UTF-8 into a ``bytes32``, padded with zeros on the right.

    Raises ``ValueError`` when the text is empty, longer, or holds a zero byte.
    """
    raw = value.encode()
    if not 0 < len(raw) <= 31 or 0 in raw:
        raise ValueError(f"{value!r} does not fit into 31 bytes")
    return Hash32("0x" + raw.ljust(32, b"\0").hex())


def from_short_text(value: str) -> str:
    """Read back what :func:`short_text` packed."""
    return bytes.fromhex(value[2:]).rstrip(b"\0").decode()


def day_of(moment: UnixTime) -> date:
    """The day of a moment in Beijing."""
    return datetime.fromtimestamp(moment, BEIJING).date()

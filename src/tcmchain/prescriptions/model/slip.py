"""The slip: what a patient carries to a pharmacy, as a QR code or as text that can be typed."""

import base64
import binascii
from dataclasses import dataclass, field
from typing import Final

from tcmchain.prescriptions.model.refusals import SlipUnreadable
from tcmchain.values import Hash32, PrescriptionId

_HEAD: Final = "TCMRX1."
_VOUCHER: Final = ".v"
_SIZE: Final = 32


@dataclass(frozen=True, slots=True)
class Slip:
    """Whoever holds it can read the prescription, and have it dispensed once.

    ``secret`` are 32 random bytes made where the prescription was written. ``voucher`` is the patient's commitment
    to a secret of the patient's own, which gives the right to one review; ``None`` when none is wanted.
    """

    id: PrescriptionId
    secret: bytes = field(repr=False)
    voucher: Hash32 | None = None

    def write(self) -> str:
        """``TCMRX1.`` and base64url of id and secret, and ``.v`` with base64url of the voucher's commitment."""
        text = _HEAD + _encode(bytes.fromhex(self.id[2:]) + self.secret)
        return text if self.voucher is None else text + _VOUCHER + _encode(bytes.fromhex(self.voucher[2:]))


def read_slip(text: str) -> Slip:
    """Read a slip, forgiving blanks and line breaks; raises :class:`SlipUnreadable`."""
    plain = "".join(text.split())
    if not plain.startswith(_HEAD):
        raise SlipUnreadable
    body, mark, voucher = plain.removeprefix(_HEAD).partition(_VOUCHER)
    raw = _decode(body, 2 * _SIZE)
    committed = Hash32("0x" + _decode(voucher, _SIZE).hex()) if mark else None
    return Slip(PrescriptionId("0x" + raw[:_SIZE].hex()), raw[_SIZE:], committed)


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _decode(text: str, size: int) -> bytes:
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise SlipUnreadable from error
    # One spelling only, so that the same slip is the same text.
    if len(raw) != size or _encode(raw) != text:
        raise SlipUnreadable
    return raw

"""药品追溯码: the drug trace code of China, one for each smallest box.

NMPAB/T 1002-2019: twenty characters of which the first seven name the drug in its pack (药品标识码), the rest its
production; or a code that conforms to ISO/IEC 15459, such as a GTIN with a serial. Not known here, and therefore not
claimed: no rule of a check digit is published with the sources at hand, and none is computed; nor which characters
other than digits are given out, so digits only are read as a trace code. A code is a serial number that anybody can
copy and no proof that a box is genuine.
"""

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from tcmchain.gs1.errors import TraceCodeRefused

LENGTH: Final = 20
DRUG_LENGTH: Final = 7
_BLANKS: Final = str.maketrans("", "", " -\u3000\u00a0\t")
_WIDE: Final = str.maketrans("０１２３４５６７８９", "0123456789")


@dataclass(frozen=True, slots=True)
class TraceCode:
    """A trace code of twenty digits."""

    code: str

    @property
    def drug(self) -> str:
        """药品标识码: the drug, its maker, strength and pack."""
        return self.code[:DRUG_LENGTH]

    @property
    def serial(self) -> str:
        """What tells this box from others of the same drug."""
        return self.code[DRUG_LENGTH:]

    @property
    def grouped(self) -> str:
        """The code in groups, as people read it aloud."""
        return " ".join((self.drug, *(self.serial[at : at + 5] for at in range(0, LENGTH - DRUG_LENGTH, 5))))

    def link(self, page: str) -> str:
        """The address of this code on a page that finds codes by ``q``."""
        return f"{page}?q={quote(self.code, safe='')}"


def parse(text: str) -> TraceCode:
    """Read a trace code with or without blanks, in narrow or wide digits; raises :class:`TraceCodeRefused`."""
    code = text.translate(_WIDE).translate(_BLANKS)
    wrong = next((at for at, character in enumerate(code, 1) if character not in "0123456789"), 0)
    if wrong:
        raise TraceCodeRefused(text, wrong, "digits")
    if len(code) != LENGTH:
        raise TraceCodeRefused(text, len(code), "trace-code")
    return TraceCode(code)

"""A device's code as it is scanned or typed."""

from typing import Final

from tcmchain.encounters.model.errors import DeviceInvalid
from tcmchain.gs1.errors import Refused
from tcmchain.gs1.reading import read

_GIAI: Final = "8004"


def read_device(text: str) -> str:
    """The GIAI in an element string, a GS1 Digital Link, an EPC, or by itself; raises ``DeviceInvalid``."""
    for candidate in (text, f"({_GIAI}){text.strip()}"):
        try:
            elements = read(candidate).elements
        except Refused:
            continue
        found = next((element.value for element in elements if element.ai == _GIAI), None)
        if found is not None:
            return found
    raise DeviceInvalid(code=text[:60])

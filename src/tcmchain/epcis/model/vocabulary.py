"""The words of the Core Business Vocabulary 2.0, in every spelling that may stand in an event.

The normal form is the bare word. ``https://ref.gs1.org/cbv/BizStep-shipping``, ``cbv:BizStep-shipping`` and
``urn:epcglobal:cbv:bizstep:shipping`` say the same (CBV 2.0, clause 7; EPCIS 2.0 prescribes bare words in JSON).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from tcmchain.epcis.model.tables import rows

BIZ_STEP: Final = "bizStep"
DISPOSITION: Final = "disposition"
BIZ_TRANSACTION_TYPE: Final = "bizTransactionType"
SOURCE_DEST_TYPE: Final = "sourceDestType"
ERROR_REASON: Final = "errorReason"
COMPONENT: Final = "component"
MEASUREMENT_TYPE: Final = "measurementType"
SENSOR_ALERT: Final = "sensorAlert"

DEPRECATED: Final = frozenset({"transforming"})
"""Words of CBV 1 that CBV 2.0 took back; a transformation is ``commissioning``."""


def words(name: str) -> tuple[str, ...]:
    """The standard's words of one list."""
    return tuple(row["word"] for row in rows("vocabulary") if row["list"] == name)


def _webs() -> dict[str, str]:
    return {row["list"]: row["web"] for row in rows("lists")}


def _spellings() -> dict[str, Mapping[str, str]]:
    found: dict[str, Mapping[str, str]] = {}
    for row in rows("lists"):
        prefixes = ["", row["web"], row["web"].replace("https://gs1.org/", "https://www.gs1.org/")]
        prefixes += [row["urn"]] if row["urn"] else []
        found[row["list"]] = MappingProxyType(
            {prefix + word: word for word in words(row["list"]) for prefix in prefixes}
        )
    return found


SPELLINGS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(_spellings())
"""By list: every spelling of every word, CURIEs expanded, to the bare word."""

WEB: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {name: MappingProxyType({word: web + word for word in words(name)}) for name, web in _webs().items()}
)
"""By list: every bare word to its full address, which is what is hashed."""

URNS: Final[tuple[tuple[str, str], ...]] = tuple((row["urn"], row["web"]) for row in rows("lists") if row["urn"])
"""The URNs of CBV 1 and what stands for them now."""

_RESERVED: Final = (
    "https://ref.gs1.org/cbv/",
    "https://ns.gs1.org/cbv/",
    "http://ns.gs1.org/cbv/",
    "urn:epcglobal:cbv:",
)
_VOC: Final = tuple(f"{scheme}{host}/voc/" for scheme in ("https://", "http://") for host in ("gs1.org", "www.gs1.org"))


def is_reserved(value: str) -> bool:
    """Tell whether only the standard may make words under this address."""
    return value.startswith(_RESERVED) or value.startswith(_VOC)

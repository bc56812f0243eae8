"""How events name what stands in the ledger: lots, quotas, shipments and members.

A lot that exists is named by its page on any node (``https://<node>/provenance/lots/0x…``), by
``urn:tcmchain:lot:0x…``, or, once packed, by its GTIN and lot number (``urn:epc:class:lgtin:…`` or a Digital Link).
A lot that is to be made is named by its form and the maker's number, ``urn:tcmchain:lot:<form>:<number>``, the number
percent-encoded, or by GTIN and number. Quotas, shipments and members are ``urn:tcmchain:quota:0x…`` and so on.
"""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote

from tcmchain.epcis.model.identifiers import NotAnEpc, canonical_uri
from tcmchain.values import FormId, Hash32, LotId

NAMESPACE: Final = "urn:tcmchain:epcis:"
"""The namespace of the extensions that this ledger knows; by custom its prefix is ``tcm``."""

PREFIX: Final = "tcm"

_ID: Final = r"0x[0-9a-fA-F]{64}"
_PAGE = re.compile(rf"https?://[^/?#]+/provenance/lots/({_ID})/?")
_LOT = re.compile(rf"urn:tcmchain:lot:({_ID})")
_NEW = re.compile(r"urn:tcmchain:lot:([a-z0-9][a-z0-9.\-]*):([^:/?#\s]+)")
_OTHER = re.compile(rf"urn:tcmchain:([a-z]+):({_ID})")
_PACKED = re.compile(r"https://id\.gs1\.org/01/(\d{14})/10/([^/]+)")


@dataclass(frozen=True, slots=True)
class LotName:
    """A lot as an event names it: by ``id``, by ``gtin`` and ``number``, or by the maker's ``number`` and ``form``."""

    id: LotId | None = None
    gtin: str = ""
    number: str = ""
    form: FormId | None = None


def member(key: str) -> str:
    """The name of an extension member in the normal form of an event."""
    return f"{{{NAMESPACE}}}{key}"


def lot_name(uri: str) -> LotName | None:
    """The lot that an identifier names, or ``None``."""
    found = _PAGE.fullmatch(uri) or _LOT.fullmatch(uri)
    if found:
        return LotName(id=LotId(found.group(1).lower()))
    new = _NEW.fullmatch(uri)
    if new:
        return LotName(number=unquote(new.group(2)), form=FormId(new.group(1)))
    try:
        packed = _PACKED.fullmatch(canonical_uri(uri))
    except NotAnEpc:
        return None
    return LotName(gtin=packed.group(1), number=unquote(packed.group(2))) if packed else None


def is_ours(uri: str) -> bool:
    """Tell whether an identifier is of this ledger and of nothing else."""
    return uri.startswith("urn:tcmchain:") or _PAGE.fullmatch(uri) is not None


def named_id(uri: str, what: str) -> Hash32 | None:
    """The identifier in ``urn:tcmchain:<what>:0x…``, or bare; ``None`` when it is neither."""
    found = _OTHER.fullmatch(uri)
    if found and found.group(1) == what:
        return Hash32(found.group(2).lower())
    return Hash32(uri.lower()) if re.fullmatch(_ID, uri) else None


def ledger_uri(what: str, identifier: str) -> str:
    """``urn:tcmchain:<what>:<identifier>``, percent-encoded."""
    return f"urn:tcmchain:{what}:{quote(identifier, safe='-._~')}"


def new_lot_uri(form: FormId, number: str) -> str:
    """How a lot that is to be made is named."""
    return f"urn:tcmchain:lot:{form}:{quote(number, safe='-._~')}"

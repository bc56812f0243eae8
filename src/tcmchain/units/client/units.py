"""The SDK's doors of units."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from coincurve import PrivateKey

from tcmchain.chain.signers import LocalSigner
from tcmchain.chain.typed_data import TypedData
from tcmchain.units.model.codes import key_of, read_hidden, read_serial, write_serial
from tcmchain.units.model.opening import Purpose
from tcmchain.values import Hash32, LotId
from tcmchain.web.http import NodeHttp, Sent

_DOOR: Final = "/api/units"


class UnitsClient:
    """Trees, verdicts, openings and scans at one node."""

    def __init__(self, http: NodeHttp) -> None:
        self._http = http

    async def hand_in(self, tree: Path | bytes) -> Mapping[str, Any]:
        """Hand in a tree file; answers ``root`` and ``units`` as the node computed them."""
        found: Mapping[str, Any] = await self._http.put(f"{_DOOR}/trees", tree)
        return found

    async def verdict(self, lot: LotId, serial: str) -> Mapping[str, Any]:
        """The verdict on a unit, with its evidence."""
        found: Mapping[str, Any] = await self._http.get(f"{_DOOR}/verdict", lot=lot, serial=serial)
        return found

    async def open(
        self, lot: LotId, serial: str, hidden: str, purpose: Purpose = Purpose.TAKE, place: str = ""
    ) -> Mapping[str, Any]:
        """Open a unit with its hidden code, which stays in this process; answers the state once it is indexed.

        The lot has to be packed under a GTIN; raises the node's refusals, such as ``OpenedAlready``.
        """
        plain = write_serial(read_serial(serial))
        unit = await self._http.get(f"{_DOOR}/unit", lot=lot, serial=plain)
        body = {
            "lot": lot,
            "serial": plain,
            "purpose": purpose.word,
            "happened": int(time.time()),
            "place": place,
        }
        typed = TypedData.from_json((await self._http.post(f"{_DOOR}/open/typed", body))["typed"])
        key = PrivateKey(key_of(read_hidden(hidden), unit["gtin"], unit["number"], plain))
        signature = LocalSigner(key.secret).sign_digest(typed.digest())
        sent = await self._http.post(f"{_DOOR}/open", {**body, "signature": signature})
        return (await self._http.wait([Sent("care", Hash32(sent["tx"]))]))[0]

    async def scan(self, lot: LotId, serial: str) -> bool:
        """Note a trade scan as the member that is signed in; false when it was noted a moment ago."""
        found: bool = (await self._http.post(f"{_DOOR}/scans", {"lot": lot, "serial": serial, "kind": "trade"}))[
            "counted"
        ]
        return found

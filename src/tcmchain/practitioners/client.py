"""Licences through a node's doors, for the SDK and the command line."""

from collections.abc import Mapping
from typing import Any

from tcmchain.chain.signers import Signer
from tcmchain.chain.typed_data import TypedData
from tcmchain.practitioners.model import Licence, LicenceRecord, LicenceStanding
from tcmchain.values import Address, Hash32, LicenceId, MemberId, UnixTime
from tcmchain.web.http import NodeHttp


class PractitionersClient:
    """Every write is signed here, handed in and followed until the node has indexed it."""

    def __init__(self, http: NodeHttp) -> None:
        self._http = http

    async def licences(self, holder: Address | None = None, issuer: MemberId | None = None) -> list[LicenceRecord]:
        """Licences of a holder, of an issuer, or all; newest first."""
        found = await self._http.get("/api/practitioners/licences", holder=holder, issuer=issuer, limit=200)
        return [_record(entry) for entry in found]

    async def licence(self, licence: LicenceId) -> LicenceRecord:
        """A licence; raises ``LicenceUnknown``."""
        return _record(await self._http.get(f"/api/practitioners/licences/{licence}"))

    async def may_act(self, account: Address, scope: str) -> bool:
        """Whether an account holds a licence of this scope that is valid now."""
        found = await self._http.get(f"/api/practitioners/may-act/{account}/{scope}")
        return bool(found["may_act"])

    async def issue(
        self,
        number: str,
        holder: Address,
        scope: str,
        starts: UnixTime,
        not_after: UnixTime,
        digest: Hash32,
        certifier: Signer | None = None,
    ) -> LicenceRecord:
        """Issue a licence under the member's own number; raises ``NotCertifier`` or ``LicenceKnownAlready``."""
        body = {
            "number": number,
            "holder": holder,
            "scope": scope,
            "starts": starts,
            "not_after": not_after,
            "digest": digest,
        }
        asked = await self._http.post("/api/practitioners/licences/typed", body)
        signature = self._sign(asked["typed"], certifier)
        await self._http.write("/api/practitioners/licences", {**body, "signature": signature})
        return await self.licence(LicenceId(asked["licence"]))

    async def rule(
        self, licence: LicenceId, verdict: str, digest: Hash32, certifier: Signer | None = None
    ) -> LicenceRecord:
        """``suspend``, ``reinstate`` or ``revoke`` a licence; raises ``NotCertifier`` or ``WrongStanding``."""
        path, body = f"/api/practitioners/licences/{licence}/rulings", {"verdict": verdict, "digest": digest}
        asked = await self._http.post(f"{path}/typed", body)
        signed = {"serial": asked["serial"], "signature": self._sign(asked["typed"], certifier)}
        await self._http.write(path, {**body, **signed})
        return await self.licence(licence)

    def _sign(self, typed: Mapping[str, Any], certifier: Signer | None) -> str:
        return (certifier or self._http.key()).sign_typed_data(TypedData.from_json(typed))


def _record(entry: Mapping[str, Any]) -> LicenceRecord:
    licence = Licence(
        LicenceId(entry["id"]),
        Address(entry["holder"]),
        entry["scope"],
        UnixTime(entry["starts"]),
        UnixTime(entry["not_after"]),
        Hash32(entry["digest"]),
    )
    standing = LicenceStanding[entry["standing"].upper()]
    return LicenceRecord(licence, standing, MemberId(entry["issuer"]), entry["rulings"], UnixTime(entry["issued"]))

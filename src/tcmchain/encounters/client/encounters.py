"""Visits through a node's doors, for the SDK and the command line."""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any, Final

from tcmchain.crypto.digest import whom_hash
from tcmchain.encounters.client.offers import Offer, fresh_code, offer_name, open_offer, seal_offer
from tcmchain.values import Address, Hash32, MemberId, UnixTime, VisitId
from tcmchain.web.http import NodeHttp

_DOOR: Final = "/api/encounters"


class EncountersClient:
    """Every write is signed here, handed in and followed until it is indexed; it raises the slice's errors."""

    def __init__(self, http: NodeHttp) -> None:
        self._http = http

    def account(self) -> Address:
        """The account that signs; raises ``NoKey``."""
        return self._http.key().address

    async def visit(self, visit: VisitId) -> dict[str, Any]:
        """A visit; raises ``VisitUnknown``."""
        found: dict[str, Any] = await self._http.get(f"{_DOOR}/{visit}")
        return found

    async def visits(
        self,
        member: MemberId | None = None,
        practitioner: Address | None = None,
        patient: Address | None = None,
        state: str | None = None,
    ) -> list[dict[str, Any]]:
        """Visits, the last requested first."""
        wanted = {"member": member, "practitioner": practitioner, "patient": patient, "state": state}
        found: list[dict[str, Any]] = await self._http.get(_DOOR, **wanted, limit=200)
        return found

    async def leave_offer(self, offer: Offer) -> str:
        """As a patient, let an offer wait at the node; answers the one-time code to show or to say."""
        code = fresh_code()
        name, sealed = seal_offer(offer, code)
        await self._http.post(f"{_DOOR}/offers", {"offer": name, "sealed": b64encode(sealed).decode()})
        return code

    async def take_offer(self, code: str) -> Offer:
        """As an account of a member, the offer behind a one-time code; raises ``OfferUnknown``."""
        found = await self._http.post(f"{_DOOR}/offers/{offer_name(code)}/taking")
        return open_offer(b64decode(found["sealed"]), code)

    async def next_id(self) -> VisitId:
        """The id that the caller's next request will have."""
        return VisitId((await self._http.get(f"{_DOOR}/requests/next"))["id"])

    async def request(self, offer: Offer, terms: Hash32, until: UnixTime) -> None:
        """As a licensed physician, ask; ``terms`` is the SHA-256 of the letter that goes to the patient."""
        whom = whom_hash(offer.salt, offer.patient)
        await self._http.write(f"{_DOOR}/requests", {"whom": whom, "terms": terms, "until": until})

    async def permit(
        self, visit: VisitId, patient: Address, salt: Hash32, permission: Hash32, until: UnixTime
    ) -> dict[str, Any]:
        """As the patient or a proxy, permit; ``permission`` commits to the grants that were given."""
        body = {"patient": patient, "salt": salt, "permission": permission, "until": until}
        await self._http.write(f"{_DOOR}/{visit}/permission", body)
        return await self.visit(visit)

    async def decline(self, visit: VisitId, patient: Address, salt: Hash32) -> dict[str, Any]:
        """As the patient or a proxy, decline."""
        await self._http.write(f"{_DOOR}/{visit}/refusal", {"patient": patient, "salt": salt})
        return await self.visit(visit)

    async def finish(self, visit: VisitId) -> dict[str, Any]:
        """As an account of the member or as the patient, end the visit."""
        await self._http.write(f"{_DOOR}/{visit}/end")
        return await self.visit(visit)

    async def hand_in_desk(
        self, visit: VisitId, patient: Address, grant: Hash32, opening: Mapping[str, Any]
    ) -> dict[str, Any]:
        """As an account of the member, say under which grant the node records drugs and devices by itself."""
        body = {"patient": patient, "grant": grant, "opening": dict(opening)}
        answer = await self._http.exchange("PUT", f"{_DOOR}/{visit}/desk", json=body)
        found: dict[str, Any] = answer.json()
        return found

    async def desk(self, visit: VisitId) -> dict[str, Any]:
        """How much the node has recorded by itself."""
        found: dict[str, Any] = await self._http.get(f"{_DOOR}/{visit}/desk")
        return found

    async def code(self, visit: VisitId) -> dict[str, str]:
        """A code under which one dispensing belongs to the visit, and its commitment for the ledger."""
        found: dict[str, str] = await self._http.post(f"{_DOOR}/{visit}/codes")
        return found

    async def use_device(
        self, visit: VisitId, device: str, starts: UnixTime, ends: UnixTime | None = None, name: str = ""
    ) -> Hash32:
        """Record that a device (by its GIAI) was used; answers the file of the record."""
        body = {"device": device, "name": name, "starts": starts, "ends": ends}
        return Hash32((await self._http.post(f"{_DOOR}/{visit}/devices", body))["file"])

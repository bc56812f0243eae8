"""Grants and break-glass through a node's doors, for the SDK and the command line."""

from collections.abc import Mapping
from typing import Any

from tcmchain.chain.signers import Signer
from tcmchain.chain.typed_data import TypedData
from tcmchain.consent.model.errors import OtherTerms
from tcmchain.consent.model.granted import BreakGlass, EmergencyCount, Granted, Reading
from tcmchain.consent.model.terms import Grant, Opening
from tcmchain.crypto.digest import passer_salt
from tcmchain.values import ZERO_HASH, Address, Hash32, MemberId, UnixTime
from tcmchain.web.http import NodeHttp, Sent


class ConsentClient:
    """Every write is signed here, handed in and followed until the node has indexed it."""

    def __init__(self, http: NodeHttp) -> None:
        self._http = http

    async def grants(self, patient: Address) -> list[Granted]:
        """Grants of a patient, the newest first."""
        found = await self._http.get("/api/consent/grants", patient=patient)
        return [_granted(one) for one in found["grants"]]

    async def grant(self, grant: Hash32) -> Granted:
        """A grant by its id; raises ``GrantUnknown``."""
        return _granted(await self._http.get(f"/api/consent/grants/{grant}"))

    async def reads(self, grant: Hash32, opening: Opening, reader: Address) -> Reading:
        """Whether a reader can use a grant now, as the chain itself answers."""
        path = f"/api/consent/grants/{grant}/reads"
        found = await self._http.get(path, terms=opening.terms, reader=reader)
        return Reading[found["why"].upper().replace("-", "_")]

    async def hand_in(self, grant: Grant, signer: Signer | None = None) -> Granted:
        """Sign a grant here and have the node bring it to the chain.

        Raises ``MayNotGrant``, ``GrantKnownAlready``, ``WrongEnd``, and ``OtherTerms`` when the node wants another
        message signed than the one that was made here.
        """
        body = _body(grant)
        typed = TypedData.from_json((await self._http.post("/api/consent/grants/typed", body))["typed"])
        if dict(typed.message) != body or typed.domain.get("name") != "TCM Chain Consent":
            raise OtherTerms(id=ZERO_HASH)
        signature = (signer or self._http.key()).sign_typed_data(typed)
        handed = await self._http.post("/api/consent/grants", {**body, "signature": signature})
        await self._http.wait([Sent("care", Hash32(handed["tx"]))])
        return await self.grant(Hash32(handed["grant"]))

    async def withdraw(self, grant: Hash32) -> Granted:
        """Withdraw a grant; raises ``GrantWithdrawn`` and ``MayNotGrant``."""
        await self._http.write(f"/api/consent/grants/{grant}/withdrawal")
        return await self.grant(grant)

    async def pass_on(self, parent: Hash32, salt: Hash32, opening: Opening) -> Granted:
        """Pass on what a grant gives; ``salt`` is that of the parent's opening, and stays here.

        Raises ``MayNotPassOn``, ``GrantWithdrawn`` and ``WrongEnd``.
        """
        body = {"salt": passer_salt(salt), "terms": opening.terms, "until": opening.until}
        patient = (await self.grant(parent)).patient
        await self._http.write(f"/api/consent/grants/{parent}/passing-on", body)
        return next(one for one in await self.grants(patient) if one.terms == opening.terms)

    async def emergencies(self, patient: Address | None = None, unreviewed: bool = False) -> list[BreakGlass]:
        """Break-glass of a patient, or of all, the newest first; or those that wait for a review."""
        asked = {"patient": patient, "unreviewed": unreviewed or None}
        found = await self._http.get("/api/consent/emergencies", **asked)
        return [_glass(one) for one in found["emergencies"]]

    async def emergency(self, glass: Hash32) -> BreakGlass:
        """A break-glass by its id; raises ``BreakGlassUnknown``."""
        return _glass(await self._http.get(f"/api/consent/emergencies/{glass}"))

    async def emergency_counts(self) -> list[EmergencyCount]:
        """How often each member's practitioners broke glass."""
        found = await self._http.get("/api/consent/emergencies/counts")
        return [EmergencyCount(MemberId(one["member"]), *(one[name] for name in _COUNTED)) for one in found["members"]]

    async def break_glass(self, patient: Address, reason: Hash32) -> BreakGlass:
        """As a practitioner, ask for the emergency category of a patient; the signer's reading key was published.

        Raises ``NotPractitioner``, ``NoPatient`` and ``ReviewOverdue``.
        """
        await self._http.write("/api/consent/emergencies", {"patient": patient, "reason": reason})
        mine = self._http.key().address
        return next(one for one in await self.emergencies(patient) if one.first == mine)

    async def second(self, glass: Hash32) -> BreakGlass:
        """Confirm, as a practitioner of another member; raises ``SameMember`` and ``WrongState``."""
        return await self._moved(glass, "second")

    async def end(self, glass: Hash32) -> BreakGlass:
        """End it before its time; raises ``WrongState`` and ``MayNotGrant``."""
        return await self._moved(glass, "end")

    async def review(self, glass: Hash32, justified: bool, findings: Hash32) -> BreakGlass:
        """Review it, as a regulator; raises ``NotRegulator`` and ``WrongState``."""
        return await self._moved(glass, "review", {"justified": justified, "findings": findings})

    async def _moved(self, glass: Hash32, step: str, body: Any = None) -> BreakGlass:
        await self._http.write(f"/api/consent/emergencies/{glass}/{step}", body)
        return await self.emergency(glass)


_COUNTED = ("broken", "seconded", "reviewed", "unjustified")


def _body(grant: Grant) -> dict[str, Any]:
    return {
        "patient": grant.patient,
        "terms": grant.terms,
        "writer": grant.writer,
        "passer": grant.passer,
        "until": grant.until,
    }


def _granted(found: Mapping[str, Any]) -> Granted:
    return Granted(
        id=Hash32(found["id"]),
        patient=Address(found["patient"]),
        terms=Hash32(found["terms"]),
        writer=Hash32(found["writer"] or ZERO_HASH),
        passer=Hash32(found["passer"] or ZERO_HASH),
        until=UnixTime(found["until"]),
        by=Address(found["by"]),
        at=UnixTime(found["at"]),
        tx=Hash32(found["tx"]),
        parent=Hash32(found["parent"] or ZERO_HASH),
        withdrawn=UnixTime(found["withdrawn"]),
        withdrawn_by=None if found["withdrawn_by"] is None else Address(found["withdrawn_by"]),
    )


def _glass(found: Mapping[str, Any]) -> BreakGlass:
    return BreakGlass(
        id=Hash32(found["id"]),
        patient=Address(found["patient"]),
        first=Address(found["first"]),
        member=MemberId(found["member"]),
        reason=Hash32(found["reason"]),
        reading_key=bytes.fromhex(found["reading_key"][2:]),
        until=UnixTime(found["until"]),
        at=UnixTime(found["at"]),
        second=None if found["second"] is None else Address(found["second"]),
        second_member=None if found["second_member"] is None else MemberId(found["second_member"]),
        review_by=UnixTime(found["review_by"]),
        ended_by=None if found["ended_by"] is None else Address(found["ended_by"]),
        ended=UnixTime(found["ended"]),
        regulator=None if found["regulator"] is None else MemberId(found["regulator"]),
        justified=found["justified"],
        findings=None if found["findings"] is None else Hash32(found["findings"]),
    )

"""The SDK's doors of prescriptions. Secrets of slips and what they open stay in this process."""

import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

from tcmchain.chain.typed_data import TypedData
from tcmchain.errors import NotFound
from tcmchain.prescriptions.client.sealing import content_of, fresh_secret, open_sealed, seal, slip_signer
from tcmchain.prescriptions.model.agreement import lacking, rules_due
from tcmchain.prescriptions.model.document import Document, Followed, Overridden, Prescriber
from tcmchain.prescriptions.model.findings import canonical, read_verdict
from tcmchain.prescriptions.model.overrides import commitment_of, require_reasons
from tcmchain.prescriptions.model.picking import Picked, Shelved, pick
from tcmchain.prescriptions.model.refusals import NotAsSigned, NotHolder, StockShort
from tcmchain.prescriptions.model.rights import LONGEST, Override
from tcmchain.prescriptions.model.slip import Slip
from tcmchain.terms.herbs import HerbId
from tcmchain.values import ZERO_HASH, Address, Hash32, LotId, MemberId, Milligrams, PrescriptionId, UnixTime
from tcmchain.web.http import NodeHttp

_DOOR: Final = "/api/prescriptions"
_BINARY: Final = {"Content-Type": "application/octet-stream"}


@dataclass(frozen=True, slots=True)
class Draft:
    """A prescription that is to be signed.

    ``prescription`` is what the check reads; ``reasons`` gives the prescriber's reason for each finding that is
    overridden, by the finding's name. ``hours`` says how long it may be dispensed, three days at most.
    """

    patient: str
    prescriber: str
    prescription: Mapping[str, Any]
    reasons: Mapping[str, str] = field(default_factory=dict)
    record: str = ""
    formula: Followed | None = None
    code: str = ""
    course: int = 7
    hours: int = 24
    printed: Mapping[str, str] = field(default_factory=dict)


class PrescriptionsClient:
    """Check, write, sign, dispense and replay at one node; every write is signed here."""

    def __init__(self, http: NodeHttp) -> None:
        self._http = http

    async def check(self, prescription: Mapping[str, Any], rules: int | None = None) -> dict[str, Any]:
        """What the check finds in a prescription without the patient's name."""
        body = {"prescription": dict(prescription), "rules": rules}
        found: dict[str, Any] = await self._http.post(f"{_DOOR}/check", body)
        return found

    async def replay(self, document: Document) -> dict[str, Any]:
        """Whether the rule set that a prescription was checked by finds the same again."""
        body = {
            "prescription": dict(document.prescription),
            "rules": document.rules,
            "verdict": dict(document.verdict),
        }
        found: dict[str, Any] = await self._http.post(f"{_DOOR}/replay", body)
        return found

    async def rules(self) -> list[dict[str, Any]]:
        """Rule sets that pharmacists signed, the newest first."""
        found: list[dict[str, Any]] = await self._http.get(f"{_DOOR}/rules")
        return found

    async def rules_content(self, version: int) -> bytes:
        """A signed rule set, byte for byte."""
        return (await self._http.exchange("GET", f"{_DOOR}/rules/{version}/content")).content

    async def publish_rules(self, name: str, changes: str = "") -> dict[str, Any]:
        """As a licensed pharmacist, sign what the node's tables say as the next rule set."""
        await self._http.write(f"{_DOOR}/rules", {"name": name, "changes": changes})
        return (await self.rules())[0]

    async def prescription(self, prescription: PrescriptionId) -> dict[str, Any]:
        """What stands on the chain of a prescription; raises ``PrescriptionUnknown``."""
        found: dict[str, Any] = await self._http.get(f"{_DOOR}/{prescription}")
        return found

    async def prescriptions(
        self,
        member: MemberId | None = None,
        prescriber: Address | None = None,
        dispensed_by: MemberId | None = None,
        state: str | None = None,
    ) -> list[dict[str, Any]]:
        """Prescriptions, the last issued first."""
        wanted = {"member": member, "prescriber": prescriber, "dispensed_by": dispensed_by, "state": state}
        found: list[dict[str, Any]] = await self._http.get(_DOOR, **wanted, limit=200)
        return found

    async def issue(self, draft: Draft) -> Slip:
        """As a licensed physician, check, seal, store and issue; answers the slip for the patient.

        Raises ``NotOverridable`` where the check stops for good, ``ExplanationMissing`` where it asks for a reason,
        and the chain's refusals, such as ``NotPrescriber``.
        """
        checked = await self.check(draft.prescription)
        verdict = read_verdict(canonical(checked["verdict"]))
        overrides = [
            Overridden(need.finding, _salt(), need.second, draft.reasons[need.finding].strip())
            for need in require_reasons(verdict, draft.reasons)
        ]
        document = await self._document(draft, checked, overrides)
        secret = fresh_secret()
        block = seal(document.write(), secret)
        await self._http.exchange("POST", f"{_DOOR}/sealed", content=block, headers=_BINARY)
        body = {
            "content": content_of(block),
            "key": slip_signer(secret).address,
            "until": int(time.time()) + min(draft.hours * 3600, LONGEST - 60),
            "rules": checked["rules"],
            "overrides": [{"finding": commitment_of(one.finding, one.salt), "second": one.second} for one in overrides],
        }
        await self._http.write(_DOOR, body)
        # Two of one prescriber may be written at once: the content says which of them this is.
        found = await self._http.get(_DOOR, content=body["content"], prescriber=self._http.key().address)
        return Slip(PrescriptionId(found[0]["id"]), secret)

    async def open(self, slip: Slip) -> Document:
        """Open a prescription with its slip, held against the chain's commitment.

        Raises ``NotOpened`` and ``DocumentUnreadable``.
        """
        right = await self.prescription(slip.id)
        block = (await self._http.exchange("GET", f"{_DOOR}/{slip.id}/sealed")).content
        return Document.read(open_sealed(block, slip.secret, Hash32(right["content"])))

    async def countersign(self, prescription: PrescriptionId, findings: Sequence[Hash32] = ()) -> dict[str, Any]:
        """As a second physician or a pharmacist, sign findings, all that wait if none is named."""
        await self._http.write(f"{_DOOR}/{prescription}/signatures", {"findings": list(findings)})
        return await self.prescription(prescription)

    async def cancel(self, prescription: PrescriptionId) -> dict[str, Any]:
        """As an account of the prescriber's member, take a prescription back."""
        await self._http.write(f"{_DOOR}/{prescription}/cancellation")
        return await self.prescription(prescription)

    async def shelf(self) -> tuple[MemberId, list[Shelved]]:
        """As an account of a hospital, clinic or pharmacy, the lots that it can dispense from."""
        found = await self._http.get(f"{_DOOR}/stock")
        lots = [
            Shelved(
                LotId(one["lot"]),
                HerbId(one["herb"]),
                Milligrams(one["milligrams"]),
                UnixTime(one["expires"]),
                one["processed"],
            )
            for one in found["lots"]
        ]
        return MemberId(found["member"]), lots

    async def picks(self, document: Document) -> list[Picked]:
        """What this member's lots give for a prescription, first expired first out."""
        _, shelf = await self.shelf()
        return pick(shelf, document.needs(), time.time())

    async def fulfil(
        self,
        slip: Slip,
        portions: Sequence[tuple[LotId, Milligrams]] | None = None,
        commitment: Hash32 | None = None,
        happened: UnixTime | None = None,
    ) -> dict[str, Any]:
        """As an operator of a hospital, clinic or pharmacy, dispense; without portions those of :meth:`picks`.

        ``happened`` is when it was handed out, now by default.

        Raises the chain's refusals: ``DispensedAlready``, ``PrescriptionLapsed``, ``Unsigned``, ``NotHolder``,
        ``NotAsSigned``, ``StockShort``, and those of the ledger of lots, in which case nothing is used up.
        """
        member, _ = await self.shelf()
        if portions is None or commitment is None:
            document = await self.open(slip)
            await self._agree(document, slip)
            own = document.prescriber.member == member
            commitment = commitment or _committed(document.code if own else "")
        if portions is None:
            picked = await self.picks(document)
            short = [one.herb for one in picked if one.portions and one.missing]
            if short:
                raise StockShort(herbs=short)
            portions = [portion for one in picked for portion in one.portions]
        asked = {"commitment": commitment, "voucher": slip.voucher if portions else None}
        answer = await self._http.post(f"{_DOOR}/{slip.id}/dispensing/typed", asked)
        typed = TypedData.from_json(answer["typed"])
        _same(typed, slip, member, commitment, asked["voucher"])
        body = {
            **asked,
            "portions": [{"lot": lot, "milligrams": milligrams} for lot, milligrams in portions],
            "signature": slip_signer(slip.secret).sign_typed_data(typed),
            "happened": int(time.time()) if happened is None else happened,
            "facts": "{}",
        }
        await self._http.write(f"{_DOOR}/{slip.id}/dispensing", body)
        return await self.prescription(slip.id)

    async def _agree(self, document: Document, slip: Slip) -> None:
        """Hold what was opened against the chain: nobody but who opens it can."""
        right = await self.prescription(slip.id)
        again = read_verdict(canonical((await self.replay(document))["verdict"]))
        overrides = [Override(Hash32(one["finding"]), one["second"]) for one in right["overrides"]]
        missing = list(lacking(document, again, overrides, right["rules"]))
        published = [(one["version"], one["at"]) for one in await self.rules()]
        if right["rules"] < rules_due(published, right["issued"]):
            missing.append("rules")
        if document.formula is not None and not await self._dispensable(document.formula):
            missing.append("formula")
        if missing:
            raise NotAsSigned(findings=missing)

    async def _dispensable(self, followed: Followed) -> bool:
        """Whether everybody may dispense a formula's version: a folk one needs a physician's signature."""
        try:
            found = await self._http.get(f"/api/formulas/{followed.formula}/versions/{followed.version}")
        except NotFound:
            return False
        return bool(found["version"]["dispensable"])

    async def _document(self, draft: Draft, checked: Mapping[str, Any], overrides: Sequence[Overridden]) -> Document:
        account = self._http.key().address
        acting = (await self._http.get(f"/api/members/by-account/{account}"))["member"]
        who = Prescriber(account, draft.prescriber, MemberId(acting["id"]), acting["profile"]["name_zh"])
        return Document(
            salt=_salt(),
            patient=draft.patient,
            record=draft.record,
            prescriber=who,
            written=UnixTime(int(time.time())),
            prescription=checked["prescription"],
            rules=checked["rules"],
            rules_digest=Hash32(checked["digest"]),
            verdict=checked["verdict"],
            course=draft.course,
            overrides=tuple(overrides),
            formula=draft.formula,
            code=draft.code,
            printed=dict(draft.printed),
        )


def _same(typed: TypedData, slip: Slip, member: MemberId, commitment: Hash32, voucher: Hash32 | None) -> None:
    """What the slip signs is what was asked for, whatever the node says."""
    wanted = {
        "prescription": slip.id,
        "member": member,
        "commitment": commitment,
        "voucher": voucher or ZERO_HASH,
    }
    if typed.primary != "Dispensing" or dict(typed.message) != wanted:
        raise NotHolder(id=slip.id, member=member)


def _committed(code: str) -> Hash32:
    """What the ledger gets of a visit's dispensing code, by which the visit records it; without one, of a fresh one."""
    return Hash32("0x" + sha256(code.encode() or secrets.token_bytes(32)).hexdigest())


def _salt() -> Hash32:
    return Hash32("0x" + secrets.token_hex(32))

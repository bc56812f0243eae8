"""Reviews through a node's doors, for the SDK and the command line."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any, Final

from tcmchain.reviews.client.keys import ReviewKeys
from tcmchain.reviews.model.names import name_digest, show
from tcmchain.reviews.model.texts import write_harm, write_review
from tcmchain.values import FormulaId, Hash32, MemberId
from tcmchain.web.http import NodeHttp

_DOOR: Final = "/api/reviews"


class ReviewsClient:
    """Reading is open to all. What a patient writes is signed by the prescription's own pseudonym: the client's
    signer is then :attr:`ReviewKeys.signer`."""

    def __init__(self, http: NodeHttp) -> None:
        self._http = http

    async def reviews(self, formula: FormulaId, order: str = "newest", limit: int = 20, offset: int = 0) -> Any:
        """A page of reviews with what all of them amount to."""
        return await self._http.get(f"{_DOOR}/formulas/{formula}", order=order, limit=limit, offset=offset)

    async def review(self, review: Hash32) -> Mapping[str, Any]:
        """A review by its id."""
        found: Mapping[str, Any] = await self._http.get(f"{_DOOR}/{review}")
        return found

    async def ranking(self, formulas: Sequence[FormulaId]) -> list[dict[str, Any]]:
        """Formulas by the lower bound on effective outcomes."""
        found: list[dict[str, Any]] = await self._http.get(f"{_DOOR}/ranking", formula=list(formulas))
        return found

    async def standings(self) -> list[dict[str, Any]]:
        """Members' dispensings with a voucher, witnessed counts and reviews."""
        found: list[dict[str, Any]] = await self._http.get(f"{_DOOR}/tallies")
        return found

    async def leave_note(
        self,
        prescription: Hash32,
        formula: FormulaId,
        version: int,
        days: int,
        name: str,
        relation: str = "none",
    ) -> bool:
        """As the pharmacy, leave what the voucher is made from; of the name only a salted hash leaves this process."""
        salt = secrets.token_bytes(32)
        body = {
            "prescription": prescription,
            "formula": formula,
            "version": version,
            "days": days,
            "salt": "0x" + salt.hex(),
            "name": name_digest(name, salt),
            "relation": relation,
        }
        return bool((await self._http.post(f"{_DOOR}/notes", body))["noted"])

    async def ask_voucher(self, keys: ReviewKeys, name: str) -> dict[str, Any]:
        """As the patient, ask the pharmacy's node for the voucher.

        Raises ``NoVoucher``, ``SecretWrong``, ``NameDiffers``, ``Related``.
        """
        body = {
            "prescription": keys.prescription,
            "secret": "0x" + keys.secret.hex(),
            "name": name,
            "name_salt": "0x" + keys.name_salt.hex(),
        }
        answer = await self._http.ask_as("POST", f"{_DOOR}/vouchers", body, keys.signer)
        found: dict[str, Any] = answer.json()
        return found

    async def write(
        self,
        keys: ReviewKeys,
        voucher: Mapping[str, Any],
        name: str,
        rating: int,
        before: int,
        afterwards: int,
        words: str = "",
        herbs: Mapping[str, str] | None = None,
        *,
        full_name: bool = False,
    ) -> Hash32:
        """Review what was dispensed; answers the review's id.

        The full name goes out only with ``full_name``. Raises ``NotOpen``, ``Used``, ``BeyondDispensings``.
        """
        shown = show(name, keys.name_salt, full=full_name)
        text = write_review(shown, words, herbs or {}, _salt())
        content = await self._hand_in(keys, text)
        said = {"rating": rating, "before": before, "afterwards": afterwards, "content": content}
        await self._sign(keys, _DOOR, {"voucher": dict(voucher), **said})
        return Hash32(voucher["nullifier"])

    async def withdraw(self, keys: ReviewKeys) -> None:
        """Take the review back: it counts no more, and its text is deleted everywhere."""
        await self._sign(keys, f"{_DOOR}/{keys.nullifier}/withdraw", None)

    async def erase(self, keys: ReviewKeys) -> None:
        """Have name and text deleted everywhere; the rating stays."""
        await self._sign(keys, f"{_DOOR}/{keys.nullifier}/erase", None)

    async def erase_as_regulator(self, review: Hash32) -> None:
        """As a regulator, have name and text of a review deleted everywhere."""
        await self._http.write(f"{_DOOR}/{review}/erase")

    async def report_harm(
        self, keys: ReviewKeys, voucher: Mapping[str, Any], severity: str, words: str, began: str = "", done: str = ""
    ) -> None:
        """Report harm as the patient, at once."""
        content = await self._hand_in(keys, write_harm(words, _salt(), began, done))
        body = {"voucher": dict(voucher), "severity": severity, "content": content}
        await self._sign(keys, f"{_DOOR}/harm", body)

    async def report_harm_seen(
        self, formula: FormulaId, version: int, severity: str, words: str, began: str = "", done: str = ""
    ) -> None:
        """Report harm as a licensed physician or pharmacist."""
        text = write_harm(words, _salt(), began, done)
        content = (await self._http.post(f"{_DOOR}/texts", text))["digest"]
        body = {"formula": formula, "version": version, "severity": severity, "content": content}
        await self._http.write(f"{_DOOR}/harm/seen", body)

    async def harms(self, formula: FormulaId | None = None, *, answered: bool | None = None) -> list[dict[str, Any]]:
        """Reports of harm, those without answer first."""
        found: list[dict[str, Any]] = await self._http.get(f"{_DOOR}/harm", formula=formula, answered=answered)
        return found

    async def answer_harm(self, harm: Hash32, statement: str) -> None:
        """As a regulator, say what follows from a report."""
        await self._http.write(f"{_DOOR}/harm/{harm}/answer", {"statement": statement})

    async def bear_witness(self, member: MemberId, count: int) -> list[str]:
        """The node's signatures under a count of dispensings; raises ``NotSeen``."""
        found: list[str] = (await self._http.get(f"{_DOOR}/tallies/{member}", count=count))["signatures"]
        return found

    async def _hand_in(self, keys: ReviewKeys, text: Mapping[str, Any]) -> str:
        answer = await self._http.ask_as("POST", f"{_DOOR}/texts", dict(text), keys.signer)
        return str(answer.json()["digest"])

    async def _sign(self, keys: ReviewKeys, path: str, body: Any) -> None:
        answer = await self._http.ask_as("POST", path, body, keys.signer)
        async with NodeHttp(self._http.url, keys.signer) as http:
            await http.wait(await http.submit(answer.json()))


def _salt() -> Hash32:
    return Hash32("0x" + secrets.token_hex(32))

"""Custodians at the SDK: who serves, enrolling and retiring, a patient's receipts and their proofs."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from tcmchain.chain.signers import Signer
from tcmchain.values import Address
from tcmchain.web.askings import HEADER, Asked, sign_asking
from tcmchain.web.http import NodeHttp


class CustodiansClient:
    """``/api/custodians`` of one node, and through it the custodians themselves.

    Every method raises the error that node or custodian tells, and ``NodeDoesNotAnswer``.
    """

    def __init__(self, http: NodeHttp) -> None:
        self._http = http

    async def custodians(self, retired: bool = False) -> list[dict[str, Any]]:
        """Custodians in service, or with ``retired`` all there were."""
        found: list[dict[str, Any]] = await self._http.get("/api/custodians", retired=retired or None)
        return found

    async def roots(self, account: str, before: int | None = None) -> list[dict[str, Any]]:
        """Roots that a custodian anchored, the newest first."""
        found: list[dict[str, Any]] = await self._http.get(f"/api/custodians/{account}/roots", before=before)
        return found

    async def enrol(self, account: str, inbox: str, url: str) -> list[dict[str, Any]]:
        """Enrol a custodian of the signer's member; ``inbox`` is its public key as ``0x`` hex."""
        body = {"custodian": account, "inbox": inbox, "url": url}
        return await self._http.write("/api/custodians/enrol", body)

    async def retire(self, account: str) -> list[dict[str, Any]]:
        """Take a custodian of the signer's member out of service."""
        return await self._http.write(f"/api/custodians/{account}/retire")

    async def card(self, account: str) -> dict[str, Any]:
        """What a custodian says of itself."""
        found: dict[str, Any] = await self._http.get(f"/api/custodians/{account}/card")
        return found

    async def receipts(
        self, account: str, patient: Address, after: int = 0, limit: int = 100, signer: Signer | None = None
    ) -> dict[str, Any]:
        """A patient's receipts at a custodian, asked for by the signer, who must be able to act for the patient."""
        query = urlencode({"patient": patient, "after": after, "limit": limit})
        found: dict[str, Any] = await self.ask(account, "GET", f"/receipts?{query}", None, signer)
        return found

    async def ask(
        self, account: str, method: str, target: str, body: bytes | None = None, signer: Signer | None = None
    ) -> Any:
        """Ask a custodian through the node, signed for it; ``target`` is its own path with the query."""
        headers = signed_headers(signer or self._http.key(), account, method, target, body or b"")
        answer = await self._http.exchange(method, f"/api/custodians/{account}{target}", content=body, headers=headers)
        return answer.json() if answer.content else None


def signed_headers(signer: Signer, account: str, method: str, target: str, body: bytes) -> Mapping[str, str]:
    """Headers of an asking that is signed for a custodian."""
    asked = Asked.of(account, method, target, body)
    return {HEADER: sign_asking(signer, asked), "content-type": "application/json"}

"""Formulas through a node's doors, for the SDK and the command line."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from tcmchain.formulas.client.sealing import seal_doses
from tcmchain.formulas.model.document import digest, write_document
from tcmchain.formulas.model.drafts import Draft, document_of
from tcmchain.formulas.model.folk import part
from tcmchain.formulas.model.formula import FormulaClass
from tcmchain.formulas.model.refusals import DosesTorn
from tcmchain.values import Address, FormulaId, Hash32
from tcmchain.web.http import NodeHttp

_DOOR: Final = "/api/formulas"


class FormulasClient:
    """Every write is signed here, handed in and followed until the node has indexed it; it raises the slice's errors.

    Doses of a folk formula are sealed in this process, and never sent in the clear.
    """

    def __init__(self, http: NodeHttp) -> None:
        self._http = http

    async def list(
        self,
        kind: str | None = None,
        author: Address | None = None,
        waiting: bool = False,
        before: int | None = None,
        limit: int = 50,
    ) -> dict[str, Any]:
        """Formulas with their newest versions, newest first; ``before`` of the answer leads on."""
        asked = {"class": kind, "author": author, "waiting": waiting or None, "before": before, "limit": limit}
        found: dict[str, Any] = await self._http.get(_DOOR, **asked)
        return found

    async def search(
        self,
        text: str = "",
        having: Sequence[str] = (),
        lacking: Sequence[str] = (),
        kinds: Sequence[str] = (),
        limit: int = 20,
        offset: int = 0,
    ) -> dict[str, Any]:
        """Formulas that answer a text, with and without herbs, each with why it was found.

        Raises ``TermUnknown`` and ``TermAmbiguous`` for herbs that are named wrongly.
        """
        filters = {"with": list(having), "without": list(lacking), "class": list(kinds)}
        found: dict[str, Any] = await self._http.get(f"{_DOOR}/search", q=text, limit=limit, offset=offset, **filters)
        return found

    async def suggest(self, description: str, limit: int = 10) -> Any:
        """Formulas that a description of an illness may ask for, the likeliest first, with the grounds."""
        return await self._http.post(f"{_DOOR}/suggestions", {"text": description, "limit": limit})

    async def formula(self, formula: FormulaId, version: int | None = None) -> dict[str, Any]:
        """A formula with a version, the newest by default; raises ``FormulaUnknown``."""
        path = f"{_DOOR}/{formula}" if version is None else f"{_DOOR}/{formula}/versions/{version}"
        found: dict[str, Any] = await self._http.get(path)
        return found

    async def versions(self, formula: FormulaId) -> Any:
        """All versions, the first first."""
        return await self._http.get(f"{_DOOR}/{formula}/versions")

    async def conflicts(self, formula: FormulaId) -> dict[str, Any]:
        """Formulas of the same name side by side, and the herbs on which they do not agree."""
        found: dict[str, Any] = await self._http.get(f"{_DOOR}/{formula}/conflicts")
        return found

    async def changes(self, formula: FormulaId, earlier: int, later: int) -> dict[str, Any]:
        """What a later version changed."""
        found: dict[str, Any] = await self._http.get(f"{_DOOR}/{formula}/changes", **{"from": earlier, "to": later})
        return found

    async def doses(self, formula: FormulaId, version: int) -> dict[str, Any]:
        """A version with its doses, for a licence in force; raises ``DosesClosed`` and ``DosesElsewhere``."""
        found: dict[str, Any] = await self._http.get(f"{_DOOR}/{formula}/versions/{version}/doses")
        return found

    async def export(self, format: str = "json", kind: str | None = None) -> bytes:
        """Formulas as a file, CSV or JSON."""
        asked = {"format": format, "limit": 2000} | ({} if kind is None else {"class": kind})
        return (await self._http.exchange("GET", f"{_DOOR}/export", params=asked)).content

    async def share(self, draft: Draft) -> FormulaId:
        """Share a formula; answers its id. Raises what terms and documents refuse before anything is sent."""
        body, content = await self._body(draft)
        await self._http.write(_DOOR, body)
        found: Mapping[str, Any] = await self._http.get(f"{_DOOR}/by-content/{content}")
        return FormulaId(found["formula"])

    async def revise(self, formula: FormulaId, draft: Draft) -> None:
        """Share the next version, as the author; raises ``NotAuthor``."""
        body, _ = await self._body(draft)
        await self._http.write(f"{_DOOR}/{formula}/versions", body)

    async def approve(self, formula: FormulaId, version: int, statement: str) -> None:
        """Sign a version, as a licensed physician other than the author."""
        await self._http.write(f"{_DOOR}/{formula}/versions/{version}/approve", {"statement": statement})

    async def reject(self, formula: FormulaId, version: int, statement: str) -> None:
        """Say why a version is not signed."""
        await self._http.write(f"{_DOOR}/{formula}/versions/{version}/reject", {"statement": statement})

    async def withdraw(self, formula: FormulaId) -> None:
        """Take a formula back, as the author."""
        await self._http.write(f"{_DOOR}/{formula}/withdraw")

    async def _body(self, draft: Draft) -> tuple[Mapping[str, Any], Hash32]:
        document = document_of(draft)
        if draft.kind is not FormulaClass.FOLK:
            raw = write_document(document)
            return {"document": raw.decode()}, digest(raw)
        card, sheet = part(document)
        content, author = digest(card), self._http.key().address
        found = await self._http.get(f"{_DOOR}/desks")
        desks = {Address(one["account"]): bytes.fromhex(one["inbox"][2:]) for one in found}
        block = seal_doses(sheet, author, content, desks)
        answer = await self._http.exchange(
            "POST", f"{_DOOR}/doses", content=block, headers={"Content-Type": "application/octet-stream"}
        )
        doses = answer.json()["doses"]
        if doses != digest(block):
            raise DosesTorn(reason="hash")
        return {"document": card.decode(), "doses": doses}, content

"""The SDK's doors of questions and answers."""

from collections.abc import Mapping
from typing import Any, Final

from tcmchain.consultations.model.texts import new_salt
from tcmchain.values import Address, FormulaId, QuestionId
from tcmchain.web.http import NodeHttp

_DOOR: Final = "/api/consultations"


class ConsultationsClient:
    """Every write is signed here, handed in and followed until the node has indexed it."""

    def __init__(self, http: NodeHttp) -> None:
        self._http = http

    async def ask(
        self, condition: str, tried: str = "", disease: str = "", syndrome: str = "", language: str = "zh"
    ) -> QuestionId:
        """Ask; write no names. Raises ``Identifying``, ``CodeUnknown``, ``NothingSaid``."""
        body = {"condition": condition, "tried": tried, "disease": disease, "syndrome": syndrome}
        calls = await self._http.post(f"{_DOOR}/questions", {**body, "language": language, "salt": new_salt()})
        sent = await self._http.submit(calls)
        await self._http.wait(sent)
        return QuestionId((await self._http.get(f"{_DOOR}/asked/{sent[-1].tx}"))["question"])

    async def answer(
        self,
        question: QuestionId,
        words: str,
        source: str = "",
        formula: FormulaId | None = None,
        version: int = 0,
        language: str = "zh",
    ) -> None:
        """Answer as a licensed physician, naming a version of a formula or none; raises ``NotLicensed``."""
        body: dict[str, Any] = {"words": words, "source": source, "language": language, "salt": new_salt()}
        if formula is not None:
            body |= {"formula": formula, "version": version}
        await self._http.write(f"{_DOOR}/questions/{question}/answers", body)

    async def thank(self, question: QuestionId, number: int) -> None:
        """Say as the asker that an answer helped."""
        await self._http.write(f"{_DOOR}/questions/{question}/answers/{number}/thanks")

    async def close(self, question: QuestionId) -> None:
        """Want no more answers, as the asker."""
        await self._http.write(f"{_DOOR}/questions/{question}/closing")

    async def erase(self, question: QuestionId) -> None:
        """Have the question's text deleted everywhere, as the asker or a regulator."""
        await self._http.write(f"{_DOOR}/questions/{question}/erasure")

    async def read(self, question: QuestionId) -> Mapping[str, Any]:
        """A question with its answers."""
        found: Mapping[str, Any] = await self._http.get(f"{_DOOR}/questions/{question}")
        return found

    async def search(
        self,
        words: str = "",
        state: str | None = None,
        asker: Address | None = None,
        practitioner: Address | None = None,
        formula: FormulaId | None = None,
        limit: int = 20,
        offset: int = 0,
    ) -> Mapping[str, Any]:
        """Questions that fit the words best, or all, newest first: ``questions`` and ``total``."""
        narrowed = {"state": state, "asker": asker, "practitioner": practitioner, "formula": formula}
        found: Mapping[str, Any] = await self._http.get(
            f"{_DOOR}/questions", q=words or None, **narrowed, limit=limit, offset=offset
        )
        return found

    async def similar(self, condition: str, tried: str = "") -> list[Mapping[str, Any]]:
        """Earlier questions like what is about to be asked; the node keeps nothing of it."""
        body = {"condition": condition, "tried": tried}
        found: list[Mapping[str, Any]] = (await self._http.post(f"{_DOOR}/similar", body))["questions"]
        return found

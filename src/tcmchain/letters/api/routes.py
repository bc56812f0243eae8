"""``/api/letters``: anybody leaves a sealed letter, only its recipient fetches and removes it."""

import binascii
from base64 import b64decode, b64encode
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import AfterValidator, BaseModel, Field

from tcmchain.letters.model.letters import LONGEST, Letter
from tcmchain.letters.service import Letters
from tcmchain.members.model.genesis import read_account
from tcmchain.values import Address, Hash32
from tcmchain.web.askings import HEADER, Asking, asking
from tcmchain.web.bodies import Body

AccountPath = Annotated[str, Path(pattern="^0x[0-9a-fA-F]{40}$"), AfterValidator(read_account)]
Identifier = Annotated[str, Path(pattern="^0x[0-9a-f]{64}$", description="SHA-256 of the sealed letter")]
Asked = Annotated[Asking, Depends(asking)]

_LONGEST_TEXT: Final = 4 * ((LONGEST + 3) // 3 + 1)


def _decodable(text: str) -> str:
    try:
        b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("no base64") from error
    return text


class LetterBody(Body):
    """A letter sealed to the recipient's inbox key (HPKE, RFC 9180), as base64."""

    sealed: Annotated[str, Field(min_length=1, max_length=_LONGEST_TEXT), AfterValidator(_decodable)]


class KeptView(BaseModel):
    id: str
    expires: int = Field(description="Unix seconds after which the node forgets the letter")


class LetterView(BaseModel):
    id: str
    sealed: str
    arrived: int
    expires: int

    @classmethod
    def of(cls, letter: Letter) -> "LetterView":
        sealed = b64encode(letter.sealed).decode()
        return cls(id=letter.id, sealed=sealed, arrived=letter.arrived, expires=letter.expires)


class LettersView(BaseModel):
    letters: list[LetterView]


def router(letters: Letters) -> APIRouter:
    """``/api/letters``."""
    found = APIRouter(prefix="/api/letters", tags=["letters"])

    @found.post("/{account}", status_code=201)
    async def leave_letter(account: AccountPath, body: LetterBody, request: Request) -> KeptView:
        """Leave a sealed letter; one that a known account signed for goes before those of strangers."""
        sender = (await asking(request)).account if HEADER in request.headers else None
        place = "unknown" if request.client is None else request.client.host
        letter = await run_in_threadpool(letters.put, Address(account), b64decode(body.sealed), place, sender)
        return KeptView(id=letter.id, expires=letter.expires)

    @found.get("/{account}")
    def fetch_letters(account: AccountPath, asked: Asked) -> LettersView:
        """Letters that wait for the account which signed the request, the oldest first."""
        return LettersView(letters=[LetterView.of(one) for one in letters.waiting(Address(account), asked.account)])

    @found.delete("/{account}/{letter}", status_code=204)
    def remove_letter(account: AccountPath, letter: Identifier, asked: Asked) -> None:
        """Remove a letter that was read."""
        letters.drop(Address(account), Hash32(letter), asked.account)

    return found

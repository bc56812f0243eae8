"""Passing a category on to another reader, and opening what somebody passed on, both on the person's own machine."""

import asyncio
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tcmchain.consent.model.errors import LetterFalse, NothingPassed
from tcmchain.consent.model.granted import Granted as Standing
from tcmchain.consent.model.terms import Opening
from tcmchain.consent.service.granting import Received
from tcmchain.consent.service.passing import Onward, OpenedKey, Passing, Rewrapped
from tcmchain.crypto.delegation import ReaderKeys
from tcmchain.crypto.errors import LockUnreadable
from tcmchain.crypto.lock import Lock
from tcmchain.crypto.seal import Place
from tcmchain.custodians.client.reading import Granted, ReadFile, ReadingClient
from tcmchain.custodians.model.errors import AskedTooOften, FileGone, NoFragment, NotInLock, TooFew
from tcmchain.errors import Conflict, Invalid, NotFound, NotPermitted, TcmChainError
from tcmchain.patients.service.device import Device
from tcmchain.records.model.envelope import Envelope
from tcmchain.records.model.errors import EnvelopeUnreadable
from tcmchain.values import Address, Hash32
from tcmchain.web.askings import AskingAuth

_PAGE: Final = 200
_PATIENCE: Final = 10
"""How often a file is asked for again when custodians are asked too fast, a second apart."""


@dataclass(frozen=True, slots=True)
class Passed:
    """What was passed on: ``keys`` versions of files in ``letters`` letters; ``shut`` could not be opened here."""

    granted: Standing
    opening: Opening
    keys: int
    letters: int
    shut: tuple[Place, ...]


class PassingOn:
    """As an account that reads: pass on what a grant gives, open what others passed on."""

    def __init__(self, device: Device) -> None:
        self._device = device
        self._passing = Passing(device)
        self._reading = ReadingClient(device.http, device.http.key(), device.relation.reading)

    async def pass_on(self, parent: Received, onward: Onward) -> Passed:
        """Let another reader read what the parent lets this account read, as it stands now.

        Keys are opened first, through custodians, who leave receipts; so nothing is on the chain when they refuse.
        Files to come are not in it, nor those that need a second category. Raises ``MayNotPassOn``, ``WrongEnd``,
        ``ReaderUnknown``, ``GrantWithdrawn``, and what custodians refuse with.
        """
        reader = await self._passing.reader(onward)
        opening = self._passing.opening(parent, onward, reader)
        keys: list[OpenedKey] = []
        shut: list[Place] = []
        for place in await self._places(parent.patient, parent.opening.label):
            key = await self._data_key(place, parent)
            if key is None:
                shut.append(place)
            else:
                keys.append(OpenedKey(place.file, place.version, key))
        granted = await self._passing.stand(parent, opening)
        letters = await self._passing.write(parent, granted, opening, keys, reader)
        return Passed(granted, opening, len(keys), letters, tuple(shut))

    async def received(self) -> list[Rewrapped]:
        """Letters with keys that were passed on to this account and can be used now, as the chain says."""
        found = []
        for letter in await self._passing.letters():
            try:
                await self._passing.check(letter)
            except (NotFound, NotPermitted, Conflict, Invalid):
                continue
            found.append(letter)
        return found

    async def read(self, letter: Rewrapped, file: Hash32, version: int) -> ReadFile:
        """Open a version with a letter's key, after the chain was asked whether the grant still holds.

        Raises as ``Passing.check`` and ``ReadingClient.read_with``, and :class:`LetterFalse` for a file of another
        category than the grant's.
        """
        await self._passing.check(letter)
        place = Place(letter.patient, file, version)
        keys = ReaderKeys(self._device.relation.inbox, self._device.relation.reading)

        def find(lock: Lock) -> bytes:
            if not _is_under(lock, letter.opening.label):
                raise LetterFalse(reason="category")
            return letter.data_key(place, keys)

        return await self._reading.read_with(place, find)

    async def read_file(self, file: Hash32, version: int | None = None) -> ReadFile:
        """Open a file, its newest version that was passed on by default, with whichever letter opens it.

        Raises :class:`NothingPassed`, else why the last letter for it did not open it.
        """
        trouble: TcmChainError = NothingPassed(file=file)
        letters = await self._passing.letters()
        found = [(one.version, letter) for letter in letters for one in letter.keys if one.file == file]
        for at, letter in sorted(found, key=lambda pair: -pair[0]):
            if version in (None, at):
                try:
                    return await self.read(letter, file, at)
                except TcmChainError as error:
                    trouble = error
        raise trouble

    async def _places(self, patient: Address, label: Hash32) -> Sequence[Place]:
        """Versions that stand, and that a grant of one category alone opens, the newest first."""
        found: list[Place] = []
        before: int | None = None
        while True:
            asked = {"limit": _PAGE} if before is None else {"limit": _PAGE, "before": before}
            auth = AskingAuth(self._device.http.key(), self._device.http.url)
            path = f"/api/records/{patient}/timeline"
            lines = (await self._device.http.exchange("GET", path, auth=auth, params=asked)).json()["lines"]
            for line in lines:
                if line["envelope"] is not None and _opens(b64decode(line["envelope"]), label):
                    found.append(Place(patient, Hash32(line["entry"]["file"]), line["entry"]["version"]))
            if len(lines) < _PAGE:
                return found
            before = lines[-1]["entry"]["number"]

    async def _data_key(self, place: Place, parent: Received) -> bytes | None:
        """The data key, ``None`` for a file that is gone, or whose epoch this account has no fragments of."""
        for left in reversed(range(_PATIENCE)):
            try:
                return await self._reading.data_key(place, [Granted(parent.grant, parent.opening)])
            except (NoFragment, NotInLock, FileGone):
                break
            except TooFew as error:
                if not left or AskedTooOften.code not in str(error.details["reasons"]):
                    raise
                await asyncio.sleep(1)
        return None


def _is_under(lock: Lock, label: Hash32) -> bool:
    return any(share.label == label for share in lock.shares)


def _opens(envelope: bytes, label: Hash32) -> bool:
    try:
        lock = Lock.read(Envelope.read(envelope).lock)
    except (EnvelopeUnreadable, LockUnreadable):
        return False
    return lock.needed == 1 and _is_under(lock, label)

"""Passing on, on the grantee's own machine: terms for the next reader, and data keys re-wrapped to that reader's inbox.

The next reader gets no fragments, so no custodian is asked any more: whoever holds a re-wrapped key asks the chain
before each opening, and an honest client refuses once the parent is withdrawn. The key itself nobody can take back.
"""

from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tcmchain.consent.client import ConsentClient
from tcmchain.consent.model.errors import (
    GrantOver,
    GrantUnknown,
    GrantWithdrawn,
    LetterFalse,
    MayNotPassOn,
    OpeningUnreadable,
    OtherTerms,
    ReaderSuspended,
    WrongEnd,
)
from tcmchain.consent.model.granted import Granted, Reading
from tcmchain.consent.model.terms import Opening, Rights, new_salt
from tcmchain.consent.service.granting import Received
from tcmchain.crypto.categories import Category
from tcmchain.crypto.delegation import Reader, ReaderKeys, Rewrap, SealedShare
from tcmchain.crypto.seal import Place
from tcmchain.errors import TcmChainError
from tcmchain.patients.service.device import Device
from tcmchain.values import ZERO_HASH, Address, Hash32, UnixTime, is_hash32

KIND: Final = "rewrapped"
A_LETTER: Final = 64
"""Keys in one letter; with as many it has about 50 KiB, and a node takes 64."""

_LONGEST_KEY: Final = 2048
_WHY: Final[Mapping[Reading, type[TcmChainError]]] = {
    Reading.UNKNOWN: GrantUnknown,
    Reading.WITHDRAWN: GrantWithdrawn,
    Reading.EXPIRED: GrantOver,
    Reading.WRONG_TERMS: OtherTerms,
    Reading.SUSPENDED: ReaderSuspended,
}


@dataclass(frozen=True, slots=True)
class Onward:
    """To whom somebody passes on what a grant gives, why and until when, in that person's own words."""

    grantee: Address
    purpose: str
    until: UnixTime


@dataclass(frozen=True, slots=True)
class OpenedKey:
    """The data key of one version of a file, in clear on the passer's machine only."""

    file: Hash32
    version: int
    data_key: bytes


@dataclass(frozen=True, slots=True)
class SealedKey:
    """The data key of one version of a file, sealed to the next reader's inbox."""

    file: Hash32
    version: int
    sealed: bytes


@dataclass(frozen=True, slots=True)
class Rewrapped:
    """What a letter claims: a passed-on grant with keys under it. It counts only when the chain says the same."""

    sender: Address
    patient: Address
    grant: Hash32
    opening: Opening
    category: Category
    keys: tuple[SealedKey, ...]

    def as_json(self) -> dict[str, Any]:
        """The letter."""
        keys = [{"file": k.file, "version": k.version, "key": b64encode(k.sealed).decode()} for k in self.keys]
        return {
            "kind": KIND,
            "from": self.sender,
            "patient": self.patient,
            "grant": self.grant,
            "opening": self.opening.as_json(),
            "category": str(self.category),
            "files": keys,
        }

    @classmethod
    def read(cls, content: Mapping[str, Any]) -> "Rewrapped":
        """Read a letter, from whomever it comes; raises :class:`LetterFalse`."""
        try:
            found = cls(
                Address(str(content["from"])),
                Address(str(content["patient"])),
                Hash32(str(content["grant"])),
                Opening.read(content["opening"]),
                Category(content["category"]),
                tuple(_key(one) for one in content["files"]),
            )
        except (OpeningUnreadable, KeyError, TypeError, ValueError) as error:
            raise LetterFalse(reason="shape") from error
        if not is_hash32(found.grant) or len(found.keys) > A_LETTER:
            raise LetterFalse(reason="shape")
        return found

    def data_key(self, place: Place, keys: ReaderKeys) -> bytes:
        """The data key that the letter has for a version of a file; raises :class:`LetterFalse` and ``SealBroken``."""
        answers = [one.sealed for one in self.keys if (one.file, one.version) == (place.file, place.version)]
        if place.patient != self.patient or not answers:
            raise LetterFalse(reason="file")
        return Rewrap(place, self.sender).open(_NO_SHARE, answers, keys)


@dataclass(frozen=True, slots=True)
class Passing:
    """The chain's and the letters' side of passing on, for who passes on and for who receives."""

    device: Device

    @property
    def consent(self) -> ConsentClient:
        """The doors of consent."""
        return ConsentClient(self.device.http)

    async def reader(self, onward: Onward) -> Reader:
        """The next reader's published keys; raises ``ReaderUnknown``."""
        found = await self.device.patients.reader(onward.grantee)
        return Reader(onward.grantee, found.inbox, found.reading_key)

    def opening(self, parent: Received, onward: Onward, reader: Reader) -> Opening:
        """Terms for the next reader: to read, the same category, no longer than the parent.

        Raises :class:`MayNotPassOn`, ``WrongEnd`` and ``OpeningUnreadable`` before anything is asked of anybody.
        """
        terms = parent.opening
        if Rights.PASS_ON not in terms.rights or Rights.READ not in terms.rights:
            raise MayNotPassOn(id=parent.grant, account=self.device.account)
        if onward.until > terms.until:
            raise WrongEnd(until=onward.until)
        return Opening(
            new_salt(), onward.grantee, reader.reading, terms.label, Rights.READ, onward.purpose, onward.until
        )

    async def stand(self, parent: Received, opening: Opening) -> Granted:
        """Bring what is passed on to the chain; raises as ``ConsentClient.pass_on``."""
        return await self.consent.pass_on(parent.grant, parent.opening.salt, opening)

    async def write(
        self, parent: Received, granted: Granted, opening: Opening, keys: Sequence[OpenedKey], reader: Reader
    ) -> int:
        """Re-wrap keys to the next reader and send them, in as many letters as are needed; answers how many."""
        letters = 0
        # A letter without keys still tells the reader of the grant.
        for begin in range(0, max(len(keys), 1), A_LETTER):
            sealed = tuple(self._rewrap(granted, one, reader) for one in keys[begin : begin + A_LETTER])
            told = Rewrapped(self.device.account, granted.patient, granted.id, opening, parent.category, sealed)
            await self.device.post.send(reader.account, reader.inbox, told.as_json(), self.device.http.key())
            letters += 1
        return letters

    def _rewrap(self, granted: Granted, one: OpenedKey, reader: Reader) -> SealedKey:
        way = Rewrap(Place(granted.patient, one.file, one.version), self.device.account)
        (handed,) = way.delegate(one.data_key, reader)
        return SealedKey(one.file, one.version, handed.sealed)

    async def letters(self) -> list[Rewrapped]:
        """Letters with re-wrapped keys that wait for this account; those that are none are left out."""
        found = []
        for letter in await self.device.letters(KIND):
            try:
                found.append(Rewrapped.read(letter.content))
            except LetterFalse:
                continue
        return found

    async def check(self, letter: Rewrapped) -> None:
        """Hold a letter against the chain, as it stands now.

        Raises :class:`LetterFalse` when the grant is not what the letter says or is another's, ``GrantWithdrawn`` for
        it or its parent, :class:`GrantOver`, ``GrantUnknown``, ``OtherTerms`` and :class:`ReaderSuspended`.
        """
        if letter.opening.grantee != self.device.account:
            raise LetterFalse(reason="grantee")
        if Rights.READ not in letter.opening.rights:
            raise LetterFalse(reason="rights")
        granted = await self.consent.grant(letter.grant)
        if granted.patient != letter.patient:
            raise LetterFalse(reason="patient")
        if granted.parent == ZERO_HASH or granted.by != letter.sender:
            raise LetterFalse(reason="sender")
        why = await self.consent.reads(letter.grant, letter.opening, self.device.account)
        if why is not Reading.ALLOWED:
            raise _WHY[why](id=letter.grant)


_NO_SHARE: Final = SealedShare(b"", b"", b"")


def _key(content: Any) -> SealedKey:
    file, version, sealed = str(content["file"]), content["version"], str(content["key"])
    if not is_hash32(file) or type(version) is not int or len(sealed) > _LONGEST_KEY:
        raise LetterFalse(reason="shape")
    return SealedKey(Hash32(file), version, b64decode(sealed, validate=True))

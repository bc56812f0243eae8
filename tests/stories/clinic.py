"""A node and three custodians as processes, and people at their doors with the SDK: patients, physicians, a thief."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.custodians.world import World, world_at
from tests.operations.serving import serving
from tests.stories.leaks import keys_of

from tcmchain.chain.signers import LocalSigner
from tcmchain.consent.client import ConsentClient
from tcmchain.consent.model.terms import Rights
from tcmchain.consent.service.granting import Granting, Made, Wish, choose_holders, through
from tcmchain.crypto.categories import Category
from tcmchain.crypto.keys import Vault
from tcmchain.custodians.client.http import CustodiansClient
from tcmchain.custodians.client.reading import Granted, ReadFile, ReadingClient
from tcmchain.patients.service.device import Device
from tcmchain.records.client.records import RecordsClient
from tcmchain.records.client.sealing import Draft
from tcmchain.records.model.entries import Entry
from tcmchain.records.model.facts import RecordType
from tcmchain.sdk import TcmChain
from tcmchain.values import Hash32, UnixTime

WORDS = "letter advice cage absurd amount doctor acoustic avoid letter advice cage above"
THIEF_WORDS = "zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo wrong"
"""Published examples of BIP-39; both guard nothing."""

MEMBERS = ("hospital", "riverside", "certifier")
HOUR, YEAR = 3600, 365 * 86_400
ID_NUMBER, TITLE = "11010519491231002X", "气滞血瘀证"
DIGEST = Hash32("0x" + "11" * 32)


@dataclass
class Clinic:
    """Everything real but the distance. ``world`` has the custodians' processes and the members' officers."""

    world: World
    home: Path
    _devices: list[Device] = field(default_factory=list)
    _relations: int = 0

    @property
    def url(self) -> str:
        """The node's address."""
        return self.world.url

    def device(self, words: str = WORDS, number: int | None = None) -> Device:
        """A device of a relation that nobody used yet, or of a named one."""
        self._relations += 1
        relation = Vault.from_words(words).relation(self._relations if number is None else number)
        self._devices.append(Device.at(self.url, relation))
        return self._devices[-1]

    async def patient(self, words: str = WORDS) -> Device:
        """Somebody registered, with a first key of every category."""
        found = self.device(words)
        await found.register(ID_NUMBER)
        return found

    async def reader(self, words: str = WORDS) -> Device:
        """Somebody who published keys to read with."""
        found = self.device(words)
        await found.publish()
        return found

    async def physician(self, member: str, number: str) -> Device:
        """A reader with a licence in force, who acts for a member."""
        found = await self.reader()
        now = UnixTime((await self.world.client.head()).timestamp - 60)
        licences = self.member("certifier").practitioners
        await licences.issue(number, found.account, "physician", now, UnixTime(now + YEAR), DIGEST)
        await self.member(member).members.appoint(found.account)
        return found

    def member(self, key: str) -> TcmChain:
        """A member's officer at the node's doors."""
        return self.world.acting[key]

    async def granting(self, patient: Device) -> Granting:
        """A patient's granting, with fragments brought to the true custodians through the node."""
        return Granting(patient, await choose_holders(patient.http), through(patient.http))

    async def grant(
        self, patient: Device, reader: Device, category: Category = Category.DISEASE, seconds: int = HOUR
    ) -> Made:
        """Let a reader read a category."""
        until = UnixTime(int(time.time()) + seconds)
        wish = Wish(reader.account, category, Rights.READ, "consultation", until)
        return await (await self.granting(patient)).grant(wish)

    async def add(
        self, patient: Device, body: bytes | Path = b"{}", categories: tuple[Category, ...] = (Category.DISEASE,)
    ) -> Entry:
        """A file of the patient's own, sealed on the device."""
        draft = Draft(RecordType.CONDITION, TITLE, "2026-11-20T09:00:00+08:00", categories[0], self_supplied=True)
        return await RecordsClient(patient.http).add(patient.relation, draft, categories, body)

    async def read(self, reader: Device, entry: Entry, *made: Made) -> ReadFile:
        """Read with what custodians answer under grants."""
        client = ReadingClient(reader.http, reader.http.key(), reader.relation.reading)
        granted = [Granted(one.id, one.opening) for one in made]
        return await client.read_file(entry.patient, entry.file, entry.version, granted)

    def consent(self, device: Device) -> ConsentClient:
        """The doors of consent as a device's account."""
        return ConsentClient(device.http)

    def records(self, device: Device) -> RecordsClient:
        """The doors of records as a device's account."""
        return RecordsClient(device.http)

    def custodians(self, device: Device) -> CustodiansClient:
        """The custodians as a device's account."""
        return CustodiansClient(device.http)

    def signer(self, device: Device) -> LocalSigner:
        """A device's account."""
        return LocalSigner(device.relation.account_key)

    def secrets(self) -> dict[str, str | bytes]:
        """What nobody but the people themselves may have: words, what was typed in, and every key of every device."""
        found: dict[str, str | bytes] = {"words": WORDS, "thief's words": THIEF_WORDS, "id": ID_NUMBER, "title": TITLE}
        for device in self._devices:
            found |= keys_of(device.account, device.relation)
        return found

    async def close(self) -> None:
        """Give connections back."""
        for device in self._devices:
            await device.http.close()


@asynccontextmanager
async def clinic_at(folder: Path) -> AsyncIterator[Clinic]:
    """A clinic in a folder: ``node`` and ``node.log``, and each custodian's folder with its ``log``."""
    with serving(folder / "node", folder / "node.log", TCMCHAIN_LOG_FORMAT="json") as (url, _):
        async with world_at(url, folder, MEMBERS, LOG_FORMAT="json") as world:
            clinic = Clinic(world, folder)
            yield clinic
            await clinic.close()

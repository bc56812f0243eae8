"""A hospital's account and a patient's device at a node that listens."""

import asyncio

from tests.records.care import WORDS

from tcmchain.chain.signers import LocalSigner
from tcmchain.consent.contract import grant_id
from tcmchain.consent.model.terms import Opening, Rights, new_salt
from tcmchain.crypto.categories import Category
from tcmchain.crypto.keys import Relation, Vault
from tcmchain.example import cast
from tcmchain.node import Node
from tcmchain.patients.service.device import Device
from tcmchain.sdk import TcmChain
from tcmchain.values import UnixTime


class Ward:
    """A hospital's account, and a patient's device, at a node that listens."""

    def __init__(self, url: str, node: Node) -> None:
        self.url, self.node = url, node
        self.relation: Relation = Vault.from_words(WORDS).relation(1)
        self.hospital = TcmChain(url, cast.officer("hospital"))
        self.patient = TcmChain(url, LocalSigner(self.relation.account_key))

    async def admit(self) -> None:
        """Sign the agreement, register, let the hospital append, hand it the card."""
        await self.hospital.members.sign_agreement()
        device = Device.at(self.url, self.relation)
        await device.register("11010519491231002X")
        await self.node.records.desks.publish()
        desk = (await self.patient.records.desks())[0]
        reader = await self.patient.patients.reader(desk["account"])
        label, until = self.relation.label(Category.DISEASE), UnixTime(4_000_000_000)
        opening = Opening(
            new_salt(), reader.account, reader.reading_key, label, Rights.APPEND, "建档", UnixTime(until // 2)
        )
        grant = opening.grant(self.relation.account, cast.member("hospital"))
        typed = await self.node.grants._calls.typed(grant)
        call = self.node.grants._calls.grant(grant, LocalSigner(self.relation.account_key).sign_typed_data(typed))
        (tx,) = await self.node.sender.send([call], LocalSigner(self.relation.account_key))
        await self.node.sender.wait("care", tx)
        await device.introduce(desk["account"], (), [{"grant": grant_id(grant), "opening": opening.as_json()}])
        await device.http.close()
        while not await self.hospital.records.patients(cast.member("hospital")):  # noqa: ASYNC110
            await asyncio.sleep(0.05)

    def head(self, **more: object) -> dict[str, object]:
        told = {
            "patient": self.relation.account,
            "type": "encounter",
            "title": "初诊",
            "happened": "2026-11-20T09:00:00+08:00",
            "categories": ["disease"],
        }
        return {**told, **more}

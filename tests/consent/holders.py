"""Three custodians in a test's memory: they ask the chain before each re-encryption, as a real one does."""

from base64 import b64decode
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from tests.patients.world import World

from tcmchain.consent.model.granted import Reading
from tcmchain.consent.model.terms import Opening
from tcmchain.consent.service.granting import Granting, Made
from tcmchain.crypto.delegation import Holder, encapsulate, open_reencrypted, reencrypt
from tcmchain.crypto.errors import FragmentsTooFew
from tcmchain.crypto.letters import Use, inbox_of, open_letter
from tcmchain.patients.service.device import Device
from tcmchain.values import Address, Hash32


@dataclass
class Holders:
    """What three custodians keep and answer; ``down`` are those that do not."""

    world: World
    secrets: dict[Address, X25519PrivateKey] = field(default_factory=dict)
    kept: dict[tuple[Address, Hash32, int], dict[str, Any]] = field(default_factory=dict)
    down: set[Address] = field(default_factory=set)
    refused: list[Reading] = field(default_factory=list)

    def __post_init__(self) -> None:
        for number in range(1, 4):
            self.secrets[Address("0x" + f"{number:040x}")] = X25519PrivateKey.generate()

    def granting(self, device: Device) -> Granting:
        """A patient's granting with these custodians."""
        holders = tuple(Holder(account, inbox_of(secret)) for account, secret in self.secrets.items())
        return Granting(device, holders, self._hand_in)

    async def _hand_in(self, custodian: Address, body: dict[str, Any]) -> None:
        self.kept[custodian, body["grant"], body["epoch"]] = body

    def answers(self, reader: Device, grant: Hash32, epoch: int, capsule: bytes, delegating: bytes) -> list[bytes]:
        """What the custodians that are up answer to a reader."""
        return [
            answer
            for account in self.secrets
            if (answer := self._answer(account, reader, grant, epoch, capsule, delegating))
        ]

    def _answer(
        self, account: Address, reader: Device, grant: Hash32, epoch: int, capsule: bytes, delegating: bytes
    ) -> bytes | None:
        body = self.kept.get((account, grant, epoch))
        if account in self.down or body is None:
            return None
        opening = Opening.read(body["opening"])
        why = self.world.run(self.world.running.node.grants.reads(grant, opening.terms, reader.account))
        if why is not Reading.ALLOWED or opening.grantee != reader.account:
            self.refused.append(why)
            return None
        fragment = open_letter(self.secrets[account], b64decode(body["sealed"]), Use.FRAGMENT)
        return reencrypt(capsule, fragment, _raw(body["verifyingKey"]), delegating, opening.reading_key)

    def reads(self, reader: Device, patient: Device, made: Made, epoch: int = 1) -> bool:
        """Whether a reader opens, by these custodians, what is sealed to the category now granted."""
        secret = b"a data key of thirty-two bytes !"
        delegating = patient.relation.category_key(made.category, epoch).public_key().to_compressed_bytes()
        capsule, sealed = encapsulate(delegating, secret)
        answers = self.answers(reader, made.id, epoch, capsule, delegating)
        verifying = patient.relation.fragment_signer.verifying_key().to_compressed_bytes()
        try:
            opened = open_reencrypted(reader.relation.reading, delegating, capsule, answers, sealed, verifying)
        except FragmentsTooFew:
            return False
        return opened == secret


def _raw(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))

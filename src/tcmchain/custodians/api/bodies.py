"""What the doors of custodians take and answer."""

from base64 import b64encode
from typing import Annotated, Any

from pydantic import AfterValidator, Base64Bytes, BaseModel, Field

from tcmchain.chain.abi import checksum
from tcmchain.consent.model.terms import MOST_PURPOSE, Opening, Rights
from tcmchain.custodians.model.custodians import Custodian, Health, Root
from tcmchain.custodians.model.receipts import Proven, Signed
from tcmchain.custodians.model.signing import receipt_values
from tcmchain.custodians.service.custody import EmergencyWish, HandIn, Reencrypted, Released, Wish
from tcmchain.values import Address, Hash32, UnixTime
from tcmchain.web.bodies import Body

_LONGEST_LOCK = 88_000
_LONGEST_SEALED = 2_000


def _address(text: str) -> str:
    if checksum(text.lower()) != text:
        raise ValueError("an account is spelled by EIP-55")
    return text


Account = Annotated[str, Field(pattern="^0x[0-9a-fA-F]{40}$"), AfterValidator(_address)]
Identifier = Annotated[str, Field(pattern="^0x[0-9a-f]{64}$", description="32 bytes as 0x hex")]
PublicKey = Annotated[str, Field(pattern="^0x0[23][0-9a-f]{64}$", description="33 bytes, SEC 1 compressed")]
Number = Annotated[int, Field(ge=1, le=0xFFFFFFFF, strict=True)]


class OpeningBody(Body):
    """What a grant's commitment hides."""

    salt: Identifier
    grantee: Account
    readingKey: PublicKey  # noqa: N815
    label: Identifier
    rights: Annotated[int, Field(ge=1, le=7, strict=True)]
    purpose: Annotated[str, Field(min_length=1, max_length=MOST_PURPOSE)]
    until: Annotated[int, Field(ge=0, lt=1 << 53, strict=True, description="Unix seconds")]

    def opening(self) -> Opening:
        return Opening(
            Hash32(self.salt),
            Address(self.grantee),
            _raw(self.readingKey),
            Hash32(self.label),
            Rights(self.rights),
            self.purpose,
            UnixTime(self.until),
        )


class FragmentBody(Body):
    """A fragment, sealed to this custodian."""

    grant: Identifier
    opening: OpeningBody
    epoch: Number
    sealed: Annotated[Base64Bytes, Field(max_length=_LONGEST_SEALED)]
    verifyingKey: PublicKey  # noqa: N815
    delegatingKey: PublicKey  # noqa: N815

    def given(self) -> HandIn:
        opening, keys = self.opening.opening(), (_raw(self.verifyingKey), _raw(self.delegatingKey))
        return HandIn(Hash32(self.grant), opening, self.epoch, self.sealed, *keys)


class ReencryptionBody(Body):
    """A version of a file, with its lock, under a grant that is opened here."""

    grant: Identifier
    opening: OpeningBody
    file: Identifier
    version: Number
    lock: Annotated[Base64Bytes, Field(max_length=_LONGEST_LOCK)]

    def wish(self) -> Wish:
        return Wish(Hash32(self.grant), self.opening.opening(), Hash32(self.file), self.version, self.lock)


class EmergencyBody(Body):
    """A version of a file of the emergency category, with its lock, and the key that the break-glass names."""

    patient: Account
    file: Identifier
    version: Number
    lock: Annotated[Base64Bytes, Field(max_length=_LONGEST_LOCK)]
    readingKey: PublicKey  # noqa: N815

    def wish(self, glass: Hash32) -> EmergencyWish:
        key = _raw(self.readingKey)
        return EmergencyWish(glass, Address(self.patient), Hash32(self.file), self.version, self.lock, key)


class CardView(BaseModel):
    """Who a custodian is: what its member enrols."""

    account: str
    inbox: str = Field(description="X25519 public key, 32 bytes as 0x hex")
    url: str
    chainId: int  # noqa: N815
    contract: str = Field(description="the contract Custodians, for which receipts are signed")


class CustodianView(BaseModel):
    """A custodian as the chain has it; ``retired`` is null while it serves."""

    account: str
    member: str
    inbox: str
    url: str
    enrolled: int
    tx: str
    retired: int | None
    batches: int
    receipts: int

    @classmethod
    def of(cls, found: Custodian) -> "CustodianView":
        return cls(
            account=found.account,
            member=found.member,
            inbox="0x" + found.inbox.hex(),
            url=found.url,
            enrolled=found.enrolled,
            tx=found.tx,
            retired=found.retired,
            batches=found.batches,
            receipts=found.receipts,
        )


class HealthView(BaseModel):
    """How a custodian answered just now."""

    account: str
    member: str
    url: str
    trouble: str | None

    @classmethod
    def of(cls, found: Health) -> "HealthView":
        return cls(account=found.account, member=found.member, url=found.url, trouble=found.trouble)


class RootView(BaseModel):
    """A root over receipts as the chain has it."""

    batch: int
    root: str
    count: int
    at: int
    block: int
    tx: str

    @classmethod
    def of(cls, found: Root) -> "RootView":
        return cls(batch=found.batch, root=found.root, count=found.count, at=found.at, block=found.block, tx=found.tx)


class EnrolBody(Body):
    """A custodian to be enrolled by the caller's member."""

    custodian: Account
    inbox: Annotated[str, Field(pattern="^0x[0-9a-f]{64}$")]
    url: Annotated[str, Field(pattern="^https?://[^\\s/?#]+$", max_length=200)]


def reencrypted_json(found: Reencrypted) -> dict[str, Any]:
    """A re-encryption as it goes over the wire."""
    return {
        "fragment": b64encode(found.answer).decode(),
        "label": found.share.label,
        "epoch": found.share.epoch,
        "verifyingKey": "0x" + found.fragment.verifying.hex(),
        "delegatingKey": "0x" + found.fragment.delegating.hex(),
        **_receipt(found.signed),
    }


def released_json(found: Released) -> dict[str, Any]:
    """A released share as it goes over the wire."""
    capsule, ciphertext = b64encode(found.capsule).decode(), b64encode(found.ciphertext).decode()
    return {"capsule": capsule, "share": ciphertext, **_receipt(found.signed)}


def proven_json(found: Proven) -> dict[str, Any]:
    """A receipt with its proof as it goes over the wire."""
    return {
        **_receipt(found.signed),
        "digest": "0x" + found.signed.digest.hex(),
        "batch": found.batch,
        "proof": ["0x" + sibling.hex() for sibling in found.siblings],
    }


def _receipt(signed: Signed) -> dict[str, Any]:
    return {"receipt": receipt_values(signed.receipt), "signature": signed.signature}


def _raw(text: str) -> bytes:
    return bytes.fromhex(text[2:])

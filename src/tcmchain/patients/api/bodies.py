"""What the doors of patients take and answer; keys are ``0x`` hex, moments Unix seconds."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field

from tcmchain.members.model.genesis import read_account
from tcmchain.patients.model.registered import (
    MOST_GUARDIANS,
    MOST_KEYS,
    CategoryKey,
    Guardianship,
    NewKey,
    Patient,
    Reader,
    Registration,
)
from tcmchain.values import Address, Hash32
from tcmchain.web.bodies import Body

Identifier = Annotated[str, Field(pattern="^0x[0-9a-f]{64}$", description="32 bytes as 0x hex")]
AccountText = Annotated[str, Field(pattern="^0x[0-9a-fA-F]{40}$"), AfterValidator(read_account)]
Inbox = Annotated[str, Field(pattern="^0x[0-9a-f]{64}$", description="X25519 public key (RFC 7748)")]
Point = Annotated[str, Field(pattern="^0x0[23][0-9a-f]{64}$", description="compressed point of secp256k1 (SEC 1)")]
Moment = Annotated[int, Field(ge=0, le=1 << 53, description="Unix seconds")]


class KeyBody(Body):
    """A key that is to come into force as the next epoch of its label."""

    label: Identifier
    epoch: Annotated[int, Field(ge=1, lt=1 << 32)]
    key: Point

    def new_key(self) -> NewKey:
        return NewKey(Hash32(self.label), self.epoch, bytes_of(self.key))


class KeysBody(Body):
    keys: Annotated[list[KeyBody], Field(min_length=1, max_length=MOST_KEYS)]

    def new_keys(self) -> list[NewKey]:
        return [key.new_key() for key in self.keys]


class RegistrationBody(Body):
    """The public parts that the patient's device made."""

    commitment: Annotated[Identifier, Field(description="SHA-256 of the id number and a secret salt")]
    inbox: Inbox
    keys: Annotated[list[KeyBody], Field(default_factory=list, max_length=MOST_KEYS)]

    def registration(self) -> Registration:
        keys = tuple(key.new_key() for key in self.keys)
        return Registration(Hash32(self.commitment), bytes_of(self.inbox), keys)


class InboxBody(Body):
    inbox: Inbox


class ProxyBody(Body):
    account: AccountText
    until: Moment


class GuardiansBody(Body):
    guardians: Annotated[list[AccountText], Field(min_length=1, max_length=MOST_GUARDIANS)]
    needed: Annotated[int, Field(ge=1, le=MOST_GUARDIANS)]
    delay: Annotated[int, Field(ge=1, le=366 * 86_400, description="seconds in which the patient can object")]
    backup: Annotated[Identifier, Field(description="SHA-256 of the sealed words")]

    def guardianship(self) -> Guardianship:
        accounts = tuple(Address(account) for account in self.guardians)
        return Guardianship(accounts, self.needed, self.delay, Hash32(self.backup))


class RecoveryBody(Body):
    account: AccountText
    inbox: Inbox


class SupportBody(Body):
    account: AccountText


class ReaderBody(Body):
    reading_key: Point
    inbox: Inbox


class KeyView(BaseModel):
    """The key of one category in one epoch; ``label`` is an opaque name that only the patient's device can read."""

    label: str
    epoch: int
    key: str
    by: str
    at: int

    @classmethod
    def of(cls, found: CategoryKey) -> "KeyView":
        return cls(label=found.label, epoch=found.epoch, key=hex_of(found.key), by=found.by, at=found.set)


class ProxyView(BaseModel):
    account: str
    until: int


class GuardianshipView(BaseModel):
    guardians: list[str]
    needed: int
    delay: int
    backup: str


class RecoveryView(BaseModel):
    """A recovery underway; ``ready`` is 0 as long as too few agreed."""

    round: int
    account: str
    inbox: str
    supporters: list[str]
    ready: int


class PatientView(BaseModel):
    """What stands on the chain of a pseudonym."""

    patient: str
    controller: str
    commitment: str
    inbox: str
    controller_inbox: str | None = Field(description="inbox of the account that a recovery put in charge")
    registered: int
    keys: list[KeyView]
    proxies: list[ProxyView]
    guardianship: GuardianshipView | None
    recovery: RecoveryView | None

    @classmethod
    def of(cls, found: Patient) -> "PatientView":
        return cls(
            patient=found.account,
            controller=found.controller,
            commitment=found.commitment,
            inbox=hex_of(found.inbox),
            controller_inbox=hex_of(found.controller_inbox) if found.controller_inbox else None,
            registered=found.registered,
            keys=[KeyView.of(key) for key in found.keys],
            proxies=[ProxyView(account=proxy.account, until=proxy.until) for proxy in found.proxies],
            guardianship=_guardianship(found),
            recovery=_recovery(found),
        )


class ReaderView(BaseModel):
    """The keys under which an account reads."""

    account: str
    reading_key: str
    inbox: str
    published: int

    @classmethod
    def of(cls, found: Reader) -> "ReaderView":
        return cls(
            account=found.account,
            reading_key=hex_of(found.reading_key),
            inbox=hex_of(found.inbox),
            published=found.published,
        )


class MayActView(BaseModel):
    may_act: bool


class EntrustedView(BaseModel):
    """A patient for whom the caller acts until a time."""

    patient: str
    until: int


class CareView(BaseModel):
    """The patients that concern the caller: as the own account, as a proxy, as a guardian."""

    own: list[str]
    entrusted: list[EntrustedView]
    guarded: list[str]


def bytes_of(text: str) -> bytes:
    """The bytes of ``0x`` hex."""
    return bytes.fromhex(text.removeprefix("0x"))


def hex_of(raw: bytes) -> str:
    """Bytes as ``0x`` hex."""
    return "0x" + raw.hex()


def _guardianship(found: Patient) -> GuardianshipView | None:
    chosen = found.guardianship
    if chosen is None:
        return None
    return GuardianshipView(
        guardians=list(chosen.guardians), needed=chosen.needed, delay=chosen.delay, backup=chosen.backup
    )


def _recovery(found: Patient) -> RecoveryView | None:
    recovery = found.recovery
    if recovery is None:
        return None
    return RecoveryView(
        round=recovery.round,
        account=recovery.account,
        inbox=hex_of(recovery.inbox),
        supporters=list(recovery.supporters),
        ready=recovery.ready,
    )

"""What the doors of prescriptions take and answer."""

from typing import Annotated, Any

from pydantic import BaseModel, Field

from tcmchain.members.model.genesis import read_account
from tcmchain.prescriptions.model.grades import Grade
from tcmchain.prescriptions.model.picking import Shelved
from tcmchain.prescriptions.model.rights import Counts, PublishedRules, Right
from tcmchain.prescriptions.service.checking import Checked
from tcmchain.prescriptions.service.rights import Handed, Written
from tcmchain.prescriptions.service.wording import Told, tell
from tcmchain.provenance.model.stock import Holding
from tcmchain.terms.forms import form
from tcmchain.values import Address, Hash32, LotId, Milligrams, UnixTime
from tcmchain.web.bodies import Body
from tcmchain.web.i18n import Language

Identifier = Annotated[str, Field(pattern="^0x[0-9a-f]{64}$", description="32 bytes as 0x hex")]
AccountText = Annotated[str, Field(pattern="^0x[0-9a-fA-F]{40}$", description="address of an account")]
Moment = Annotated[int, Field(ge=0, le=1 << 53, description="Unix seconds")]
Signature = Annotated[str, Field(pattern="^0x[0-9a-fA-F]{130}$", description="r, s and v as 0x hex of 65 bytes")]


class OverrideBody(Body):
    """A finding that is overridden, by its salted commitment."""

    finding: Identifier
    second: bool = Field(description="whether a second person has to sign as well")


class IssueBody(Body):
    """What the chain gets of a prescription; everything else is sealed."""

    content: Identifier = Field(description="SHA-256 of the sealed block")
    key: AccountText = Field(description="account of the slip")
    until: Moment
    rules: int = Field(ge=1, le=(1 << 32) - 1)
    overrides: list[OverrideBody] = Field(default_factory=list, max_length=32)

    def written(self) -> Written:
        """As the service takes it."""
        overrides = tuple((Hash32(one.finding), one.second) for one in self.overrides)
        return Written(Hash32(self.content), read_account(self.key), UnixTime(self.until), self.rules, overrides)


class CountersignBody(Body):
    """Findings to sign; none named means all that wait."""

    findings: list[Identifier] = Field(default_factory=list, max_length=32)


class PortionBody(Body):
    lot: Identifier
    milligrams: int = Field(ge=1, lt=1 << 53)


class DispensingBody(Body):
    """What the slip's key is to sign."""

    commitment: Identifier
    voucher: Identifier | None = None


class FulfilBody(DispensingBody):
    """A dispensing, signed for by the slip's key; herbs that are not traced have no portions."""

    portions: list[PortionBody] = Field(default_factory=list, max_length=200)
    signature: Signature
    happened: Moment
    facts: str = Field(default="{}", max_length=4096)

    def handed(self) -> Handed:
        """As the service takes it."""
        portions = tuple((LotId(one.lot), Milligrams(one.milligrams)) for one in self.portions)
        voucher = None if self.voucher is None else Hash32(self.voucher)
        signed = self.signature, UnixTime(self.happened), self.facts
        return Handed(portions, Hash32(self.commitment), voucher, *signed)


class CheckBody(Body):
    """A prescription without the patient's name, as the document's ``prescription`` holds it."""

    prescription: dict[str, Any]
    rules: int | None = Field(
        default=None, ge=1, lt=1 << 32, description="number of a signed rule set; the one in force if none"
    )


class ReplayBody(Body):
    """A verdict to be found again."""

    prescription: dict[str, Any]
    rules: int = Field(ge=1, lt=1 << 32, description="number of the rule set that it was found by")
    verdict: dict[str, Any]


class PublishBody(Body):
    """Who signs the next rule set, and what changed."""

    name: str = Field(min_length=1, max_length=60, description="name of the pharmacist, which becomes public")
    changes: str = Field(default="", max_length=1000)


class OverrideView(BaseModel):
    finding: str
    second: bool
    signed_by: str | None


class FulfilmentView(BaseModel):
    """Where and when the right was used."""

    member: str
    account: str
    commitment: str
    voucher: str | None
    at: int
    tx: str


class RightView(BaseModel):
    """A prescription as everybody may see it: who wrote it where, until when it holds, and whether it was used."""

    id: str
    member: str
    prescriber: str
    key: str
    content: str
    rules: int
    issued: int
    until: int
    state: str
    missing: int = Field(description="second signatures that are missing")
    overrides: list[OverrideView]
    fulfilment: FulfilmentView | None
    step: int
    tx: str

    @classmethod
    def of(cls, right: Right) -> "RightView":
        """The view of a right."""
        used = right.fulfilment
        return cls(
            id=right.id,
            member=right.member,
            prescriber=right.prescriber,
            key=right.key,
            content=right.content,
            rules=right.rules,
            issued=right.issued,
            until=right.until,
            state=right.state.word,
            missing=right.missing,
            overrides=[
                OverrideView(finding=one.finding, second=one.second, signed_by=one.signed_by) for one in right.overrides
            ],
            fulfilment=None
            if used is None
            else FulfilmentView(
                member=used.member,
                account=used.account,
                commitment=used.commitment,
                voucher=used.voucher,
                at=used.at,
                tx=used.tx,
            ),
            step=right.step,
            tx=right.tx,
        )


class CountsView(BaseModel):
    issued: int
    dispensed: int
    cancelled: int
    overridden: int = Field(description="prescriptions with a finding that was overridden")

    @classmethod
    def of(cls, counts: Counts) -> "CountsView":
        """The view of counts."""
        return cls(
            issued=counts.issued,
            dispensed=counts.dispensed,
            cancelled=counts.cancelled,
            overridden=counts.overridden,
        )


class RulesView(BaseModel):
    """A rule set that a named pharmacist signed."""

    version: int
    digest: str
    pharmacist: str
    name: str
    changes: str
    at: int
    tx: str

    @classmethod
    def of(cls, rules: PublishedRules) -> "RulesView":
        """The view of a published rule set."""
        return cls(
            version=rules.version,
            digest=rules.digest,
            pharmacist=rules.pharmacist,
            name=rules.name,
            changes=rules.changes,
            at=rules.at,
            tx=rules.tx,
        )


class KeptView(BaseModel):
    cid: str


class TypedView(BaseModel):
    """An EIP-712 message for the slip's key."""

    typed: dict[str, Any]


class FindingView(BaseModel):
    """A finding with a sentence; ``needs_reason`` says that it may be overridden, and only with a reason."""

    id: str
    rule: str
    grade: str
    kind: str
    source: str
    subjects: list[str]
    sentence: str
    needs_reason: bool

    @classmethod
    def of(cls, told: Told) -> "FindingView":
        """The view of a finding as it is told."""
        finding = told.finding
        return cls(
            id=finding.id,
            rule=finding.rule,
            grade=finding.grade.word,
            kind=finding.kind.value,
            source=told.source,
            subjects=list(finding.subjects),
            sentence=told.sentence,
            needs_reason=Grade.EXPLAIN <= finding.grade < Grade.HARD_STOP,
        )


class CheckedView(BaseModel):
    """What the check found. ``rules`` is the number of the rule set, 0 before any was signed."""

    rules: int
    digest: str = Field(description="SHA-256 of the rule set")
    verdict: dict[str, Any]
    findings: list[FindingView] = Field(description="the same, with sentences in the reader's language")
    prescription: dict[str, Any] = Field(description="as it was read, to be put into the document")

    @classmethod
    def of(cls, done: Checked, language: Language) -> "CheckedView":
        """The view of a check."""
        return cls(
            rules=done.published,
            digest=done.rules.digest,
            verdict=done.written,
            findings=[FindingView.of(one) for one in tell(done.verdict, done.rules, language)],
            prescription=done.document,
        )


class ReplayedView(BaseModel):
    """Whether the same rule set finds the same again."""

    same: bool
    rules: int
    verdict: dict[str, Any]
    findings: list[FindingView]

    @classmethod
    def of(cls, again: Checked, same: bool, language: Language) -> "ReplayedView":
        """The view of a replay."""
        found = [FindingView.of(one) for one in tell(again.verdict, again.rules, language)]
        return cls(same=same, rules=again.published, verdict=again.written, findings=found)


class ShelvedView(BaseModel):
    """A lot at hand, and the herb that a prescription means by it."""

    lot: str
    code: str
    herb: str
    processed: str
    form: str
    name: str
    milligrams: int
    expires: int
    path: str

    @classmethod
    def of(cls, held: Holding, shelved: Shelved) -> "ShelvedView":
        """The view of a lot on the shelf."""
        return cls(
            lot=held.lot.id,
            code=held.lot.code,
            herb=shelved.herb,
            processed=shelved.processed,
            form=held.lot.form,
            name=form(held.lot.form).zh,
            milligrams=held.milligrams,
            expires=held.lot.expires,
            path=held.lot.path,
        )


class ShelfView(BaseModel):
    member: str
    lots: list[ShelvedView]


def account_of(text: str | None) -> Address | None:
    """An account as it was asked for, in its one spelling."""
    return None if text is None else read_account(text)

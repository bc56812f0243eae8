"""A whole node with what reviews need: formulas, a physician, a hospital and a pharmacy with stock, and a clock."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from eth_utils.crypto import keccak
from tests.formulas.village import AUTHORING_PHYSICIAN, LICENSED, Village
from tests.running import RunningNode, running_node

from tcmchain.chain.artifacts import Artifact
from tcmchain.chain.calls import Call
from tcmchain.chain.embedded import sealer
from tcmchain.chain.events import Event
from tcmchain.chain.signers import LocalSigner
from tcmchain.chain.typed_data import TypedData
from tcmchain.example import cast
from tcmchain.formulas.model.drafts import Draft, DraftLine
from tcmchain.provenance.contract import Deed, Portion
from tcmchain.reviews.client.keys import ReviewKeys
from tcmchain.reviews.model.names import name_digest, show
from tcmchain.reviews.model.reviews import Opinion
from tcmchain.reviews.model.texts import write_review
from tcmchain.reviews.model.vouchers import Relation, SignedVoucher
from tcmchain.reviews.service.vouchers import Asked, Read
from tcmchain.values import (
    ZERO_HASH,
    Address,
    ChainName,
    FormId,
    FormulaId,
    Hash32,
    LotId,
    MemberId,
    Milligrams,
    QuotaId,
    UnixTime,
)

MEMBERS = ("regulator", "certifier", "grower", "hospital", "pharmacy", "factory", "lab", "riverside")
KEPT = ("hospital", "pharmacy", "factory", "lab")
PHARMACIST = LocalSigner(b"\x21" * 32)
NAME = "王秀英"
FRESH = FormId("renshen.fresh")
DAY = 86_400
_PORTION = Milligrams(10_000)
_STOCK = Milligrams(400_000_000)
_DISPENSING = (("prescription", "bytes32"), ("member", "bytes32"), ("commitment", "bytes32"), ("voucher", "bytes32"))


class Clock:
    """The time that blocks get, which tests may put forward."""

    def __init__(self) -> None:
        self.ahead = 0

    def time(self) -> float:
        return time.time() + self.ahead

    def forward(self, days: float) -> None:
        self.ahead += int(days * DAY)


@dataclass
class Scene:
    """The node and its people."""

    running: RunningNode
    clock: Clock
    village: Village
    lots: dict[str, LotId] = field(default_factory=dict)
    prescribed: int = 0

    @property
    def reviewing(self) -> Any:
        return self.running.node.pharmacy.reviews

    @property
    def earnings(self) -> Any:
        return self.running.node.pharmacy.earnings

    def send(self, signer: LocalSigner, *calls: Call) -> list[str]:
        """Take steps as an account until they are indexed; raises the contract's refusal."""
        node = self.running.node

        async def work() -> list[str]:
            sent = []
            for call in calls:
                await node.sender.check([call], signer.address)
                (tx,) = await node.sender.send([call], signer)
                receipt = await node.sender.wait(call.chain, tx)
                await node.index.wait(call.chain, receipt.block)
                sent.append(tx)
            return sent

        return self.running.run(work())

    def forward(self, days: float) -> None:
        """Put the clock forward, and have each chain make a block that says so."""
        self.clock.forward(days)
        for chain in ("care", "pharmacy"):
            nothing = Call(chain, "", "", (), PHARMACIST.address, "0x", 100_000)
            self.send(PHARMACIST, nothing)

    def call(self, chain: ChainName, contract: str, function: str, *args: Any) -> Call:
        return self.running.node.contracts.call(chain, contract, function, *args)

    def ask(self, chain: ChainName, contract: str, function: str, *args: Any) -> tuple[Any, ...]:
        node = self.running.node
        return self.running.run(node.contracts.ask(node.clients[chain], contract, function, *args))

    def events(self, chain: ChainName, contract: str, name: str) -> list[Event]:
        """A contract's events so far."""
        node, artifact = self.running.node, Artifact.load(contract)

        async def work() -> list[Event]:
            client = node.clients[chain]
            logs = await client.logs(0, (await client.head()).number, [node.contracts.address(chain, contract)])
            return [event for log in logs if (event := artifact.decode_log(log)) is not None and event.name == name]

        return self.running.run(work())

    def formula(self, number: int = 0) -> FormulaId:
        """A licensed physician's formula that may be dispensed."""
        return self.village.share(_draft(number), AUTHORING_PHYSICIAN)

    def prescribe(self) -> tuple[Hash32, LocalSigner]:
        """A prescription of the attending physician, and the slip's key."""
        self.prescribed += 1
        slip = LocalSigner(keccak(b"slip" + self.prescribed.to_bytes(4, "big")))
        content = Hash32("0x" + keccak(b"content" + self.prescribed.to_bytes(4, "big")).hex())
        until = UnixTime(int(self.clock.time()) + 2 * DAY)
        issue = self.call("care", "Prescriptions", "issue", content, slip.address, until, 1, [])
        physician = cast.operator("hospital")
        before = keccak_id(physician, self.prescribed)
        self.send(physician, issue)
        return before, slip

    def dispense(self, keys_of: Any, member: str = "pharmacy", *, voucher: bool = True) -> tuple[Hash32, Any]:
        """Dispense a new prescription to a patient, whose keys are made from its id."""
        prescription, slip = self.prescribe()
        keys = keys_of(prescription)
        self.hand_out(prescription, slip, keys.commitment if voucher else ZERO_HASH, member)
        return prescription, keys

    def hand_out(self, prescription: Hash32, slip: LocalSigner, promised: Hash32, member: str = "pharmacy") -> None:
        """Dispense a prescription with its slip, and promise a voucher."""
        commitment = Hash32("0x" + keccak(b"dispensing" + bytes.fromhex(prescription[2:])).hex())
        values = (prescription, cast.member(member), commitment, promised)
        message = {name: value for (name, _), value in zip(_DISPENSING, values, strict=True)}
        node = self.running.node
        domain = {
            "name": "TCM Chain Prescriptions",
            "version": "1",
            "chainId": self.running.run(node.clients["care"].chain_id()),
            "verifyingContract": node.contracts.address("care", "Prescriptions"),
        }
        typed = TypedData(domain, {"Dispensing": _DISPENSING}, "Dispensing", message)
        portions = [(self.lots[member], _PORTION)]
        signature = bytes.fromhex(slip.sign_typed_data(typed)[2:])
        what = prescription, portions, commitment, promised, signature, int(self.clock.time()) - 1, "{}"
        self.send(cast.operator(member), self.call("care", "Prescriptions", "fulfil", *what))

    def note(
        self,
        prescription: Hash32,
        formula: FormulaId,
        member: str = "pharmacy",
        name: str = NAME,
        relation: Relation = Relation.NONE,
        days: int = 7,
    ) -> bool:
        salt = b"\x07" * 32
        read = Read(prescription, formula, 1, days, Hash32("0x" + salt.hex()), name_digest(name, salt), relation)
        return bool(self.reviewing.vouchers.note(read, cast.operator(member).address))

    def voucher(self, keys: ReviewKeys, name: str = NAME) -> SignedVoucher:
        asked = Asked(keys.prescription, keys.secret, name, keys.name_salt)
        found: SignedVoucher = self.running.run(self.reviewing.vouchers.issue(asked, keys.signer.address))
        return found

    def carried(self, member: str = "pharmacy") -> None:
        """Carry the member's count over."""
        node = self.running.node

        async def work() -> None:
            tx = await self.reviewing.tallies.carry_over(cast.member(member))
            if tx is not None:
                receipt = await node.sender.wait("pharmacy", tx)
                await node.index.wait("pharmacy", receipt.block)

        self.running.run(work())

    def claim(self, account: Address) -> None:
        """Have an account's points paid, and wait until the index says so."""
        node = self.running.node

        async def work() -> None:
            for tx in await self.earnings.claim(account):
                receipt = await node.sender.wait("care", tx)
                await node.index.wait("care", receipt.block)

        self.running.run(work())

    def opinion(
        self, keys: ReviewKeys, rating: int = 5, before: int = 80, afterwards: int = 10, **text: Any
    ) -> Opinion:
        """Hand in a text, and give the opinion that names it."""
        shown = show(text.get("name", NAME), keys.name_salt, full=text.get("full", False))
        salt = Hash32("0x" + keccak(b"salt" + keys.secret).hex())
        written = write_review(shown, text.get("words", "服后好转"), text.get("herbs", {}), salt)
        return Opinion(rating, before, afterwards, self.reviewing.texts.put(written))

    def review(self, right: SignedVoucher, keys: ReviewKeys, opinion: Opinion) -> None:
        self.send(keys.signer, *self.reviewing.reviews.write(right, opinion))

    def reviewed(self, formula: FormulaId, keys_of: Any, member: str = "pharmacy", **said: Any) -> ReviewKeys:
        """A whole way: prescribed, dispensed, noted, counted, a course waited for, reviewed."""
        prescription, keys = self.dispense(keys_of, member)
        self.note(prescription, formula, member, days=1)
        right = self.voucher(keys)
        self.carried(member)
        self.forward(1.01)
        self.review(right, keys, self.opinion(keys, **said))
        return keys


def patient(number: int) -> Any:
    """A person's keys by prescription."""
    seed = keccak(b"seed" + number.to_bytes(4, "big")) * 2

    def keys_of(prescription: Hash32) -> ReviewKeys:
        return ReviewKeys(seed, prescription)

    return keys_of


def keccak_id(prescriber: LocalSigner, number: int) -> Hash32:
    """The id that the contract gives a prescriber's prescription."""
    word = (96).to_bytes(32, "big") + bytes(12) + bytes.fromhex(prescriber.address[2:]) + number.to_bytes(32, "big")
    text = b"prescription"
    return Hash32("0x" + keccak(word + len(text).to_bytes(32, "big") + text.ljust(32, b"\0")).hex())


def _draft(number: int) -> Draft:
    return replace(
        LICENSED,
        name=f"周氏方{number}",
        lines=(*LICENSED.lines, DraftLine(name="甘草", words=f"{number % 9 + 1}g", convention="metric")),
    )


def _stock(scene: Scene, members: Sequence[str]) -> None:
    running, now = scene.running, int(time.time())
    node, deed = running.node, Deed(UnixTime(now), {})
    grower = cast.member("grower")
    running.take("regulator", node.steps.declare_form(FRESH, 1, {}))
    until = UnixTime(now + 4_000 * DAY)
    running.take("regulator", node.steps.certify_quota("Q", grower, FRESH, Milligrams(3 * _STOCK), until, {}))
    quota = QuotaId(node.ledger.quotas(grower)[0].id)
    running.take("grower", node.steps.commission(quota, "F-1", Milligrams(len(members) * _STOCK), None, deed))
    lot = next(found.id for found in node.ledger.search("F-1"))
    for key in members:
        portions = [Portion(lot, _STOCK)]
        running.take("grower", node.steps.ship(f"S-{key}", cast.member(key), portions, deed))
        (coming,) = node.ledger.shipments(cast.member(key), incoming=True)
        running.take(key, node.steps.receive(coming.id, (), deed))
        scene.lots[key] = lot


@contextmanager
def _timed(patch: pytest.MonkeyPatch, clock: Clock) -> Iterator[None]:
    """Blocks get the clock's time from the first one on."""
    patch.setattr(sealer, "time", SimpleNamespace(**{**vars(time), "time": clock.time}))
    yield


@contextmanager
def scene_at(home: Path) -> Iterator[Scene]:
    """Found it; counts are carried over when a test asks for it, not by themselves."""
    clock = Clock()
    with pytest.MonkeyPatch.context() as patch, _timed(patch, clock), running_node(home) as running:
        node = running.node
        for service in (node.pharmacy.earnings, node.pharmacy.reviews.vouchers):
            patch.setattr(service, "_now", clock.time)
        running.run(node.pharmacy.reviews.tallies.stop())
        scene = Scene(running, clock, Village(running))
        for key in MEMBERS:
            running.sign_agreement(key)
        for key in KEPT:
            scene.village.appoint(key, cast.operator(key))
            if key not in node.keystore.names():
                node.keystore.take_in(key, cast.service_key(key))
        scene.village.license("ZY-1", AUTHORING_PHYSICIAN)
        scene.village.license("ZY-2", cast.operator("hospital"))
        scene.village.license("YS-1", PHARMACIST, "pharmacist")
        _stock(scene, ("hospital", "pharmacy"))
        publish = scene.call("care", "Prescriptions", "publishRules", 1, "0x" + "77" * 32, "{}")
        scene.send(PHARMACIST, publish)
        yield scene


def member_of(key: str) -> MemberId:
    """An actor's id."""
    return cast.member(key)

"""A whole node with what sharing formulas needs: members that signed, desks, physicians with licences, a villager."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.running import RunningNode, running_node

from tcmchain.chain.calls import Call
from tcmchain.chain.signers import LocalSigner
from tcmchain.example import cast
from tcmchain.formulas.client.sealing import seal_doses
from tcmchain.formulas.model.document import digest, write_document
from tcmchain.formulas.model.drafts import Draft, DraftIndication, DraftLine, document_of
from tcmchain.formulas.model.folk import part
from tcmchain.formulas.model.formula import Dosing, FormulaClass, FormulaSource
from tcmchain.formulas.service.building import Formulas
from tcmchain.practitioners.model import Licence, licence_id
from tcmchain.values import FormulaId, Hash32, UnixTime

MEMBERS = ("certifier", "hospital", "factory", "riverside")
SERVED = ("hospital", "factory", "riverside")
AUTHORING_PHYSICIAN, REVIEWING_PHYSICIAN, VILLAGER, PASSER_BY = (LocalSigner(bytes([at]) * 32) for at in (3, 4, 5, 6))
_PATIENCE = 20.0
_DIGEST = Hash32("0x" + "11" * 32)


def draft(kind: FormulaClass, name: str, *lines: tuple[str, str], convention: str = "metric") -> Draft:
    """A formula of herbs and words."""
    return Draft(
        kind=kind,
        name=name,
        lines=tuple(DraftLine(name=herb, words=words, convention=convention) for herb, words in lines),
        dosing=Dosing("per-day", None, 2),
        indications=(DraftIndication(words="风寒"),),
        source=FormulaSource(contributor="村民"),
    )


FOLK = draft(FormulaClass.FOLK, "葱姜汤", ("生姜", "10g"), ("紫苏叶", "6g"), ("甘草", "3g"))
CLASSIC = draft(FormulaClass.CLASSIC, "试用汤", ("石斛", "9g"), ("板蓝根", "6g"), ("鸡血藤", "9g"), ("甘草", "3g"))
LICENSED = draft(FormulaClass.LICENSED, "周氏方", ("黄芪", "30g"), ("当归", "6g"), ("丹参", "15g"), ("川芎", "10g"))


class Village:
    """The node, and the people at it."""

    def __init__(self, running: RunningNode) -> None:
        self.running = running
        self.formulas: Formulas = running.node.pharmacy.formulas

    def take(self, signer: LocalSigner, calls: Sequence[Call]) -> None:
        """Take steps as an account until they are indexed; raises the contract's refusal."""
        sender, index = self.running.node.sender, self.running.node.index

        async def work() -> None:
            for call in calls:
                await sender.check([call], signer.address)
                (tx,) = await sender.send([call], signer)
                receipt = await sender.wait(call.chain, tx)
                await index.wait(call.chain, receipt.block)

        self.running.run(work())

    def share(self, wanted: Draft, by: LocalSigner) -> FormulaId:
        """Share a formula as its author would, a folk one with sealed doses."""
        raw, doses = self.written(wanted, by)
        self.take(by, self.formulas.sharing.share(raw, doses, by.address))
        found = self.formulas.records.by_content(digest(raw))
        assert found is not None
        return found.formula

    def written(self, wanted: Draft, by: LocalSigner) -> tuple[bytes, Hash32 | None]:
        """The document, and the digest of the sealed doses that were handed in."""
        document = document_of(wanted)
        if wanted.kind is not FormulaClass.FOLK:
            return write_document(document), None
        card, sheet = part(document)
        desks = {desk.account: desk.inbox for desk in self.formulas.doses.desks()}
        block = seal_doses(sheet, by.address, digest(card), desks)
        return card, self.running.run(self.formulas.doses.take_in(block, by.address))

    def until(self, wanted: Callable[[], bool]) -> None:
        """Wait for what the node does by itself."""
        last = time.monotonic() + _PATIENCE
        while not wanted():
            assert time.monotonic() < last, "the node did not do it in time"
            time.sleep(0.1)

    def license(self, number: str, holder: LocalSigner, scope: str = "physician") -> None:
        """Have the certifier issue a licence that is in force."""
        practitioners, now = self.running.node.practitioners, int(time.time())
        known = licence_id(cast.member("certifier"), number)
        until = UnixTime(now + 365 * 86_400)
        licence = Licence(known, holder.address, scope, UnixTime(now - 86_400), until, _DIGEST)
        signature = cast.officer("certifier").sign_typed_data(practitioners.typed(licence))
        self.running.take("certifier", practitioners.issue(licence, signature))

    def appoint(self, key: str, account: LocalSigner) -> None:
        """Have a member appoint an operator."""
        signing = self.running.node.signing
        appointment = signing.appointment(cast.member(key), account.address, True)
        signature = cast.officer(key).sign_typed_data(signing.typed(appointment))
        self.running.take(key, signing.appoint(appointment, signature))


@contextmanager
def village_at(home: Path) -> Iterator[Village]:
    """Found it; desks stand on the chain when it begins."""
    with running_node(home) as running:
        village = Village(running)
        for key in MEMBERS:
            running.sign_agreement(key)
        for key in SERVED:
            village.appoint(key, cast.operator(key))
        cast.give_accounts(running.node.keystore)
        village.license("ZY-1", AUTHORING_PHYSICIAN)
        village.license("ZY-2", REVIEWING_PHYSICIAN)
        running.run(running.node.records.desks.publish())
        running.run(running.catch_up())
        yield village

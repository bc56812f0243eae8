"""A whole node with what prescriptions need: a hospital that writes, two that dispense, herbs on their shelves."""

import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import httpx
from fastapi import FastAPI
from tests.formulas.village import Village
from tests.prescriptions.sheets import sheet
from tests.running import RunningNode, running_node

from tcmchain.app import create_app
from tcmchain.chain.signers import LocalSigner
from tcmchain.example import cast
from tcmchain.prescriptions.client import Draft, PrescriptionsClient
from tcmchain.prescriptions.model.reading import document_of
from tcmchain.prescriptions.model.slip import Slip
from tcmchain.provenance.contract import Deed, Portion
from tcmchain.values import FormId, LotId, Milligrams, QuotaId, UnixTime
from tcmchain.web.http import NodeHttp

T = TypeVar("T")
DAY = 86_400
MEMBERS = ("regulator", "certifier", "grower", "hospital", "pharmacy", "riverside")
ATTENDING, SECOND, PHARMACIST, STRANGER = (LocalSigner(bytes([at]) * 32) for at in (41, 42, 43, 44))
NAME, DIAGNOSIS = "欧阳静好", "气虚发热"
HUANGQI, DANGGUI = FormId("huangqi.sliced"), FormId("danggui.sliced")


@dataclass
class Counter:
    """The node at its doors, and who stands before it."""

    running: RunningNode
    app: FastAPI
    lots: dict[str, LotId] = field(default_factory=dict)

    def as_(self, signer: LocalSigner, work: Callable[[PrescriptionsClient], Awaitable[T]]) -> T:
        """Talk to the node as an account, with the SDK."""

        async def run() -> T:
            transport = httpx.ASGITransport(self.app)
            async with NodeHttp("http://localhost:8000", signer, transport=transport) as http:
                return await work(PrescriptionsClient(http))

        return self.running.run(run())

    def issue(self, *lines: str, **given: Any) -> Slip:
        """A prescription of the attending physician's."""
        reasons = given.pop("reasons", {})
        hours, formula = given.pop("hours", 24), given.pop("formula", None)
        wanted = sheet(*(lines or ("huangqi 30", "danggui 6")), doses=3, days=3, **given)
        draft = Draft(NAME, "周怀仁", document_of(wanted), reasons=reasons, hours=hours, record="A-20261124-7")
        draft = replace(draft, formula=formula)
        return self.as_(ATTENDING, lambda client: client.issue(draft))

    def held(self, lot: str, key: str) -> int:
        """What the contract says that a member holds of a lot."""
        return self.running.held(self.lots[lot], key)


def _stock(counter: Counter) -> None:
    running, now = counter.running, int(time.time())
    steps, ledger = running.node.steps, running.node.ledger
    grower, until = cast.member("grower"), UnixTime(now + 900 * DAY)
    made = {"A": (HUANGQI, 300_000, 90), "B": (HUANGQI, 300_000, 30), "C": (DANGGUI, 170_000, 90)}
    for form in (HUANGQI, DANGGUI):
        running.take("regulator", steps.declare_form(form, 40, {}))
        running.take("regulator", steps.certify_quota(f"Q-{form}", grower, form, Milligrams(9_000_000), until, {}))
    quotas = {quota.form: QuotaId(quota.id) for quota in ledger.quotas(grower)}
    for name, (form, milligrams, days) in made.items():
        expires = UnixTime(now + days * DAY)
        deed = Deed(UnixTime(now), {})
        running.take("grower", steps.commission(quotas[form], f"L-{name}", Milligrams(2 * milligrams), expires, deed))
        counter.lots[name] = next(lot.id for lot in ledger.search(f"L-{name}"))
    for key in ("pharmacy", "riverside"):
        portions = [Portion(counter.lots[name], Milligrams(made[name][1])) for name in made]
        running.take("grower", steps.ship(f"S-{key}", cast.member(key), portions, Deed(UnixTime(now), {})))
        (coming,) = ledger.shipments(cast.member(key), incoming=True)
        running.take(key, steps.receive(coming.id, (), Deed(UnixTime(now), {})))


@contextmanager
def counter_at(home: Path) -> Iterator[Counter]:
    """Found it, with a first rule set signed."""
    with running_node(home) as running:
        counter, village = Counter(running, create_app(running.node)), Village(running)
        for key in MEMBERS:
            running.sign_agreement(key)
        village.appoint("hospital", ATTENDING)
        village.appoint("riverside", SECOND)
        village.license("ZY-41", ATTENDING)
        village.license("ZY-42", SECOND)
        village.license("YS-43", PHARMACIST, "pharmacist")
        _stock(counter)
        counter.as_(PHARMACIST, lambda client: client.publish_rules("陆采薇", "第一版"))
        yield counter
